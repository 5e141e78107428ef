"""What the packager's tests share: clips encoded once for the whole run, and folders in memory."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers import fast_folder
from upload import backoff, pipeline
from upload.store import ObjectStore, open_store


@pytest.fixture(scope="session")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for the simulated cameras' clips."""
    return tmp_path_factory.mktemp("clips")


@pytest.fixture
def quick_attempts(monkeypatch: pytest.MonkeyPatch) -> None:
    """The packager of this process tries again at once, cameras and store alike."""
    monkeypatch.setattr(backoff, "STEPS", (0.3, 0.6, 1.0, 2.0, 5.0))
    monkeypatch.setattr(pipeline, "_retry_delay", lambda failures: min(0.3, 0.05 * failures))


@pytest.fixture
def fast() -> Iterator[Path]:
    """A folder of this test's own, in memory where the system has such a place."""
    with fast_folder() as folder:
        yield folder


@pytest.fixture
def store(fast: Path) -> ObjectStore:
    """A store in a folder."""
    return open_store(f"file://{fast}/store", {})
