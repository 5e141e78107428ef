"""`kill -9` of packager, ffmpeg and both at random moments: what was listed stays, and all of it is there."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.faults.kills import survive
from tests.upload.packaging import run
from tests.upload.side_by_side import side_by_side
from upload.store import ObjectStore

pytestmark = pytest.mark.server
KILLS = 6


@side_by_side
def test_nothing_that_was_listed_changes_or_goes_whoever_is_killed(clips: Path, fast: Path, store: ObjectStore) -> None:
    chance = random.Random(7)
    found = run(
        survive(
            KILLS,
            clips=clips,
            folder=fast,
            url=f"file://{fast}/store",
            environment={},
            store=store,
            chance=chance,
        )
    )
    assert sum(found.kills.values()) == KILLS
    assert len(found.kills) == 3
    assert found.playlists_seen > 20
