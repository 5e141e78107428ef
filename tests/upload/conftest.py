"""What the packager's tests share: clips encoded once for the whole run, and folders in memory."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers import fast_folder
from upload.store import ObjectStore, open_store


@pytest.fixture(scope="session")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for the simulated cameras' clips."""
    return tmp_path_factory.mktemp("clips")


@pytest.fixture
def fast() -> Iterator[Path]:
    """A folder of this test's own, in memory where the system has such a place."""
    with fast_folder() as folder:
        yield folder


@pytest.fixture
def store(fast: Path) -> ObjectStore:
    """A store in a folder."""
    return open_store(f"file://{fast}/store", {})
