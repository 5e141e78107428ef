"""One demo for all tests of this folder: the whole system, as `make demo` starts it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.published import Published, watching
from tests.running_demo import RunningDemo, running_demo


@pytest.fixture(scope="session")
def demo(camera_cache: Path) -> Iterator[RunningDemo]:
    """The running demo, all its stations live; the first two show the time of day in their pictures."""
    with running_demo("--clocks", "2", cache=camera_cache) as running:
        running.wait_until_live(6)
        yield running
        assert running.process.poll() is None, running.said


@pytest.fixture(scope="session")
def published(demo: RunningDemo) -> Iterator[Published]:
    """Everything the demo published since it was first looked at."""
    with watching(demo.edge, sorted(demo.states())) as seen:
        yield seen
