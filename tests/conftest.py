"""What any test may ask for: a browser, real servers. On a CI machine nothing is skipped."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from playwright.sync_api import BrowserContext, expect

from tests import browser, servers, together

# How long an example takes depends on what else the machine is doing.
hypothesis.settings.register_profile("pollcast", deadline=None)
hypothesis.settings.load_profile("pollcast")
BROWSER_PATIENCE = 60_000
"""So long (ms) a page may take for anything: a shared machine stands still for seconds, or runs at quarter speed."""
expect.set_options(timeout=BROWSER_PATIENCE)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The system's Chromium where there is one, else Playwright's own."""
    return {**browser_type_launch_args, **browser.launch_options(), "timeout": 3 * BROWSER_PATIENCE}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """Pages without a service worker, which would hide requests from the tests; its own tests allow it."""
    return {**browser_context_args, "service_workers": "block"}


@pytest.fixture
def new_context(new_context: Callable[..., BrowserContext]) -> Callable[..., BrowserContext]:
    """The plugin's own, with more patience."""

    def patient(**options: Any) -> BrowserContext:
        context = new_context(**options)
        context.set_default_timeout(BROWSER_PATIENCE)
        return context

    return patient


@pytest.fixture(scope="session")
def base_url() -> None:
    """No address is common to the tests; also keeps the plugin's own fixture, which warns under this pytest, out."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the browser's tests after the others, of these the whole system's first: one worker runs them all.

    Playwright's event loop stays in the main thread from its first use to the end of the run; no other can run there.
    """

    def rank(item: pytest.Item) -> int:
        if "e2e" in item.path.parts:
            return 1
        return 2 if item.get_closest_marker("browser") else 0

    items.sort(key=rank)


@pytest.fixture(scope="session")
def seaweedfs() -> Iterator[servers.S3Server]:
    """A running SeaweedFS without buckets."""
    with servers.running_seaweedfs() as server:
        yield server


@pytest.fixture(scope="session")
def rclone() -> Iterator[servers.S3Server]:
    """A running `rclone serve s3` without buckets."""
    with servers.running_rclone() as server:
        yield server


@pytest.fixture(scope="session")
def camera_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the cameras of all demos keep their clips; empty when the run begins."""
    return tmp_path_factory.mktemp("cameras")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> together.Together:
    """Let one worker run what is begun together."""
    config.option.loadscopereorder = False  # the order of collection is the order of the run
    return together.Together(config, log)


def _skip_is_failure(report: pytest.TestReport | pytest.CollectReport) -> None:
    if os.environ.get("CI") == "true" and report.skipped and not hasattr(report, "wasxfail"):
        why = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"A skip on the CI machine is a failure: {why}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn skipped tests into failed ones where CI=true."""
    report = yield
    _skip_is_failure(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """The same for whole modules."""
    report = yield
    _skip_is_failure(report)
    return report
