"""What the tests of the simulator share: a folder in which small clips are encoded once for the whole run."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def _never_too_late(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a camera catch up instead of leaving out what it is late with: the tests' machine may stand still."""
    monkeypatch.setattr("simulator.feed.TOO_LATE_SECONDS", 3600.0)


@pytest.fixture(scope="session")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for clips."""
    return tmp_path_factory.mktemp("clips")
