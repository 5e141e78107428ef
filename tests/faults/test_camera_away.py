"""While a camera is away its playlist goes on: gaps are listed as they happen, each with its reason in the journal."""

from __future__ import annotations

import asyncio
import itertools
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from election.playlist import parse_media
from election.timeline import GapReason, parse_timeline
from simulator.faults import known_faults
from tests.faults.outage import archived_whole
from tests.upload.packaging import (
    FIRST,
    MAIN,
    SECOND,
    SUB,
    Audience,
    cameras,
    packaging,
    recorded_until,
    run,
    sources_of,
)
from tests.upload.side_by_side import side_by_side
from upload.journal import Journal
from upload.recorder import StopReason
from upload.store import ObjectStore

pytestmark = [pytest.mark.server, pytest.mark.usefixtures("quick_attempts")]
REFRESHED_TIMES = 5


def reasons(spool: Path) -> set[str]:
    journal = Journal(spool / "journal.sqlite")
    try:
        return {gap.reason for gap in journal.gaps(FIRST, MAIN)}
    finally:
        journal.close()


@side_by_side
def test_a_playlist_is_refreshed_while_its_camera_is_away_and_says_why(
    clips: Path, fast: Path, store: ObjectStore
) -> None:
    async def work() -> None:
        audience = Audience(store)
        async with cameras(clips, "cam-001", "cam-002") as server:
            sources = (*sources_of(server, "cam-001"), *sources_of(server, "cam-002", SECOND))
            async with packaging(sources, store, fast / "spool") as running:

                async def seen(count: int) -> bool:
                    return await audience.count() >= count

                async def refreshed(newest: int) -> bool:
                    await audience.look()
                    return audience.numbers()[-1] > newest

                await running.until(lambda: seen(3))
                server.switch_off("cam-001")
                await running.until(lambda: running.health().recorder == StopReason.ENDED)
                for _ in range(REFRESHED_TIMES):
                    newest = audience.numbers()[-1]
                    await running.until(lambda newest=newest: refreshed(newest))  # type: ignore[misc]
                pictures = await audience.count()
                server.switch_on("cam-001")
                await running.until(lambda: seen(pictures + 2))
                await running.until(lambda: archived_whole(store, audience.numbers()[-2]))
            await audience.look()  # nothing is in an hour that is not live by now
        listed = audience.segments()
        first_gap = next(index for index, segment in enumerate(listed) if segment.gap)
        back = next(segment for segment in listed[first_gap:] if not segment.gap)
        assert back.discontinuity
        for each, after in itertools.pairwise(listed):
            hole = (after.program_date_time - each.program_date_time - each.duration).total_seconds()
            assert -0.001 <= hole <= 0.6, "a time is neither shown nor told as a gap"
        assert not any(segment.gap for segment in audience.segments(SECOND, SUB))
        # The timeline tells the same: the gap with its times and reason, the restart, and hours with all segments.
        told = parse_timeline(await store.get(await _newest(store, "timeline.json")))
        part = told.renditions[MAIN]
        # Before the first picture the timeline may tell one more.
        gaps = [gap for gap in part.gaps if gap.start >= listed[0].program_date_time]
        assert {gap.reason for gap in part.gaps if gap not in gaps} <= {GapReason.STARTING}
        assert gaps[0].start == listed[first_gap].program_date_time
        assert {gap.reason for gap in gaps} <= {GapReason.ENDED, GapReason.STALLED, GapReason.FAILED}
        assert back.program_date_time in [restart.time for restart in part.restarts]
        archived = [
            (segment.uri, segment.gap)
            for hour in part.hours
            for segment in parse_media((await store.get(f"live/{FIRST}/{hour.playlist}")).decode()).segments
        ]
        # A folder keeps the day in the live list's addresses; an hour's are relative to it.
        live = [(segment.uri.split("/")[1], segment.gap) for segment in listed]
        assert len(archived) >= first_gap + 2
        assert archived == live[: len(archived)]

    run(work())
    assert reasons(fast / "spool") <= {GapReason.ENDED, GapReason.STALLED, GapReason.FAILED}
    assert GapReason.ENDED in reasons(fast / "spool")


async def _newest(store: ObjectStore, name: str) -> str:
    """Return the key of the newest day's object of this name."""
    return [key for key in await store.list(f"live/{FIRST}/") if key.endswith(name)][-1]


@side_by_side
def test_a_camera_that_falls_silent_with_its_connection_open_is_told_as_stalled(
    clips: Path, fast: Path, store: ObjectStore
) -> None:
    async def work() -> None:
        audience = Audience(store)
        async with cameras(clips) as server, packaging(sources_of(server, "cam-001"), store, fast / "spool") as running:

            async def gaps() -> bool:
                await audience.look(FIRST, MAIN)
                return any(segment.gap for segment in audience.segments())

            async def pictures() -> bool:
                return await audience.count() >= 2

            await running.until(pictures)
            server.behave("cam-001", known_faults(redirect_to="rtsp://192.0.2.1/")["stop-sending"].conduct())
            await running.until(gaps)

    run(work())
    assert reasons(fast / "spool") == {GapReason.STALLED}


@side_by_side
def test_the_time_in_which_the_packager_did_not_run_is_a_gap_and_told_as_such(
    clips: Path, fast: Path, store: ObjectStore
) -> None:
    async def work() -> None:
        audience = Audience(store)
        async with cameras(clips) as server:
            for _ in range(2):
                before = await audience.count()
                async with packaging(sources_of(server, "cam-001"), store, fast / "spool") as running:

                    async def more(enough: int = before + 2) -> bool:
                        return await audience.count() >= enough

                    await running.until(more)
                await audience.look()
                until = recorded_until(audience, fast / "spool") + timedelta(seconds=3)
                while datetime.now(UTC) < until:
                    await asyncio.sleep(0.1)
        gaps = [segment for segment in audience.segments() if segment.gap]
        assert sum(segment.duration.total_seconds() for segment in gaps) > 2

    run(work())
    assert GapReason.PACKAGER_STOPPED in reasons(fast / "spool")
