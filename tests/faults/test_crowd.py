"""Many cameras back at the same moment: the packager meets them a few at a time, and soon has all."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults import crowd
from tests.upload.packaging import VIDEO, run
from upload import node

pytestmark = [pytest.mark.server, pytest.mark.usefixtures("quick_attempts")]
CAMERAS = 12


def test_cameras_that_come_back_at_once_are_connected_to_a_few_at_a_time_and_are_soon_all_back(
    clips: Path, fast: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(node, "CONNECTS_AT_ONCE", 4)
    monkeypatch.setattr(node, "CONNECT_SLOT_SECONDS", 60.0)  # each turn ends with the first segment, of a second
    found = run(crowd.come_back(CAMERAS, clips=clips, folder=fast, away_seconds=1, video=VIDEO))
    assert found.most_connecting <= 4
    assert found.all_seconds > CAMERAS / 4 - 1
