"""What the packager's tests share: clips encoded once for the whole run, and folders in memory."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.servers import fast_folder
from tests.upload.side_by_side import Outcomes, selected
from upload import archive, backoff, hour_book, lease, recovery
from upload.store import ObjectStore, open_store


@pytest.fixture(scope="session")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for the simulated cameras' clips."""
    return tmp_path_factory.mktemp("clips")


def quicken(patch: pytest.MonkeyPatch) -> None:
    """Let the packager of this process try again at once, wait shortly for leases and write its archive often."""
    patch.setattr(backoff, "STEPS", (0.3, 0.6, 1.0, 2.0, 5.0))
    patch.setattr(recovery, "retry_delay", lambda failures: min(0.3, 0.05 * failures))
    patch.setattr(lease, "LEASE_SECONDS", 3.0)
    patch.setattr(lease, "RENEW_SECONDS", 1.0)
    patch.setattr(lease, "LOOK_SECONDS", 0.2)
    patch.setattr(archive, "TICK_SECONDS", 0.3)
    patch.setattr(archive, "WRITE_EVERY", timedelta(seconds=1))
    patch.setattr(hour_book, "WRITE_EVERY", timedelta(seconds=1))


@pytest.fixture(scope="module")
def quick_attempts() -> Iterator[None]:
    """The packager of this process is quick."""
    with pytest.MonkeyPatch.context() as patch:
        quicken(patch)
        yield


@pytest.fixture(scope="module")
def outcomes(request: pytest.FixtureRequest, clips: Path, quick_attempts: None) -> Iterator[Outcomes]:
    """The module's tests that run side by side, begun."""
    with Outcomes(selected(request.session.items, request.module), clips) as begun:
        yield begun


@pytest.fixture
def fast() -> Iterator[Path]:
    """A folder of this test's own, in memory where the system has such a place."""
    with fast_folder() as folder:
        yield folder


@pytest.fixture
def store(fast: Path) -> ObjectStore:
    """A store in a folder."""
    return open_store(f"file://{fast}/store", {}, timeout=60)
