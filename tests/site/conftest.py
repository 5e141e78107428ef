"""A browser, the pages rendered with invented views, and a server that shows them with a live stream."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.site.live_stream import Clips, LiveStream, make_clips
from tests.site.sample_pages import write_site
from tests.site.viewer_server import ViewerServer, running_viewer_server


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
