"""A browser, the pages rendered with invented views, and a server that shows them with a live stream."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.site.live_stream import Clips, LiveStream, make_clips
from tests.site.sample_pages import write_site
from tests.site.viewer_server import ViewerServer, running_viewer_server


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The system's Chromium where there is one, else Playwright's own."""
    flags = (
        "no-sandbox disable-gpu disable-quic no-first-run disable-background-networking disable-component-update "
        "disable-sync"
    )
    system = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    chosen = {"executable_path": system} if system else {}
    return {**browser_type_launch_args, **chosen, "args": [f"--{flag}" for flag in flags.split()]}


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a rendered site: every kind of page in three languages."""
    return write_site(tmp_path_factory.mktemp("site"))


@pytest.fixture(scope="session")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Clips:
    """Two runs of a camera, cut into segments."""
    return make_clips(tmp_path_factory.mktemp("clips"))


@pytest.fixture
def viewer(site: Path, clips: Clips) -> Iterator[ViewerServer]:
    """The site at an address of its own, with station 034-012 live from now on."""
    with running_viewer_server(site, LiveStream(clips)) as server:
        yield server


@pytest.fixture(scope="session")
def base_url() -> None:
    """No address is common to the tests; also keeps the plugin's own fixture, which warns under this pytest, out."""
