"""A station's target duration is fixed once, long enough for all its cameras' streams send."""

from __future__ import annotations

import asyncio

import pytest

from election.ids import Rendition
from tests.upload.packaging import PATIENCE_SECONDS, run
from upload import target
from upload.target import TargetDuration, demand, target_for

BOTH = (Rendition.MAIN, Rendition.SUB)


@pytest.mark.parametrize(
    ("longest", "configured", "seconds"),
    [(0.0, 6, 6), (4.0, 6, 6), (6.49, 6, 6), (6.5, 6, 8), (10.0, 6, 12), (10.0, 12, 12), (60.0, 6, 72), (3.0, 2, 4)],
)
def test_the_configured_one_serves_while_segments_fit_and_leaves_room_beyond(
    longest: float, configured: int, seconds: int
) -> None:
    assert target_for(longest, configured) == seconds


@pytest.mark.parametrize("longest", [0.0, 6.0, 12.0])
def test_nothing_is_asked_of_a_camera_whose_key_frames_are_near_enough(longest: float) -> None:
    assert demand(longest) == ""


def test_an_operator_is_told_what_to_set_and_why() -> None:
    assert demand(60.2) == (
        "The camera sends a key frame only every 60 s, and viewers wait as long for each picture: "
        "set its key frame interval (GOP, I-frame interval) to 2 s."
    )


def test_both_streams_are_asked_and_the_longer_need_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(target, "WAIT_SECONDS", 3600.0)

    async def work() -> None:
        told: list[int] = []
        duration = TargetDuration(6, renditions=BOTH, on_fixed=told.append)
        assert (duration.seconds, duration.is_fixed) == (6, False)
        duration.needs(Rendition.MAIN, 4.0)
        waiting = asyncio.create_task(duration.agreed())
        await asyncio.sleep(0.01)
        assert not waiting.done()
        duration.needs(Rendition.SUB, 10.0)
        await waiting
        duration.needs(Rendition.SUB, 30.0)
        await duration.agreed()
        assert (duration.seconds, duration.is_fixed, told) == (12, True, [12])

    run(work())


def test_a_stream_that_ended_without_a_segment_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(target, "WAIT_SECONDS", 3600.0)

    async def work() -> None:
        duration = TargetDuration(6, renditions=BOTH)
        duration.needs(Rendition.SUB, 0.0)
        duration.needs(Rendition.MAIN, 4.0)
        async with asyncio.timeout(PATIENCE_SECONDS):
            await duration.agreed()
        assert duration.seconds == 6

    run(work())


def test_a_stream_that_says_nothing_is_waited_for_only_so_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(target, "WAIT_SECONDS", 0.1)

    async def work() -> None:
        duration = TargetDuration(6, renditions=BOTH)
        duration.needs(Rendition.MAIN, 8.0)
        async with asyncio.timeout(PATIENCE_SECONDS):
            await duration.agreed()
        assert duration.seconds == 10

    run(work())


def test_what_was_published_before_stays() -> None:
    duration = TargetDuration(6, fixed=12, renditions=BOTH)
    duration.fix()
    assert duration.seconds == 12
