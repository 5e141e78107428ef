"""What any test may ask for: real servers, started once for the whole run. On a CI machine nothing is skipped."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator

import pytest

from tests import servers


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
