"""The day's run of a station: not before its opening, paused and closed by order, closed by the clock, opened again."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from election import keys
from election.ids import StationId
from election.playlist import MediaPlaylist, PlaylistType, parse_media
from election.schedule import Command, Order, Schedule
from election.states import StationState
from election.status import parse_public_status
from election.timeline import Gap, GapReason, Timeline, parse_timeline
from machine import ports
from simulator.server import CameraServer
from tests.upload.packaging import (
    FIRST,
    MAIN,
    SECOND,
    SUB,
    VIDEO,
    Audience,
    Running,
    cameras,
    packaging,
    recorded_until,
    run,
    source,
    sources_of,
    until,
)
from tests.upload.side_by_side import side_by_side
from tests.upload.test_kill import camera_toml, started, written_inputs
from tests.upload.test_packager import command
from tests.upload.unreliable_store import Fault, UnreliableStore
from upload.journal import Journal
from upload.orders import Orders
from upload.pipeline import SILENT_TARGETS
from upload.standings import Standings
from upload.store import ObjectMissing, ObjectStore, Tagged

pytestmark = [pytest.mark.server, pytest.mark.usefixtures("quick_attempts")]
BAKU = ZoneInfo("Asia/Baku")
LONG = timedelta(hours=20)
TARGET = timedelta(seconds=VIDEO.target_duration_seconds)
"""No gap in a playlist is longer."""
MOMENT = timedelta(milliseconds=10)
PATIENCE = SILENT_TARGETS * TARGET
LATE = timedelta(seconds=60)
"""So much later than was ordered something may stop on a machine that stands still."""


class Noting:
    """A store that notes what is written, in order."""

    def __init__(self, inner: ObjectStore) -> None:
        self._inner = inner
        self.written: list[tuple[str, bytes]] = []

    async def put(
        self,
        key: str,
        body: bytes,
        kind: keys.ObjectKind,
        *,
        only_if_absent: bool = False,
        only_if_tag: str | None = None,
    ) -> str:
        self.written.append((key, body))
        return await self._inner.put(key, body, kind, only_if_absent=only_if_absent, only_if_tag=only_if_tag)

    async def get_tagged(self, key: str) -> Tagged:
        return await self._inner.get_tagged(key)

    async def get(self, key: str) -> bytes:
        return await self._inner.get(key)

    async def list(self, prefix: str) -> tuple[str, ...]:
        return await self._inner.list(prefix)

    async def delete(self, keys: Sequence[str]) -> None:
        await self._inner.delete(keys)


def moment(seconds: float = 0) -> datetime:
    """Return the moment in so many seconds, in whole milliseconds as timelines tell it."""
    at = datetime.now(UTC) + timedelta(seconds=seconds)
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


def schedule(*, opens_in: float = 0, lasts: timedelta = LONG) -> Schedule:
    """Return an election that opens in so many seconds."""
    opens = moment(opens_in)
    return Schedule(opens=opens, ends=opens + lasts, zone=BAKU)


class HeldClock:
    """The machine's clock, which a schedule is followed by; it stays before a moment until it is let go."""

    def __init__(self, until: datetime) -> None:
        self._before = until - timedelta(milliseconds=500)
        self._is_held = True

    def __call__(self) -> datetime:
        at = datetime.now(UTC)
        return min(at, self._before) if self._is_held else at

    def let_go(self) -> None:
        """Go on as the machine's clock does."""
        self._is_held = False


def ordered(orders: Orders, command: Command, station: StationId = FIRST) -> Orders:
    """Return the orders and one more, given now."""
    order = Order(command=command, time=moment(), reason="as a test")
    return {**orders, station: (*orders.get(station, ()), order)}


def state(running: Running, station: StationId = FIRST) -> StationState | None:
    """Return what viewers are told."""
    found = [each for each in running.packager.stations if each.id == station]
    return found[0].state(datetime.now(UTC)) if found else None


async def timeline(store: ObjectStore, at: datetime | None = None) -> Timeline | None:
    day = (at or datetime.now(UTC)).astimezone(BAKU).date()
    try:
        return parse_timeline(await store.get(keys.timeline(FIRST, day)))
    except ObjectMissing:
        return None


async def live(store: ObjectStore, *place: object) -> MediaPlaylist:
    return parse_media((await store.get(keys.live(*(place or (FIRST, MAIN))))).decode())  # type: ignore[arg-type] # station and rendition


async def named(store: ObjectStore, address: str) -> MediaPlaylist:
    return parse_media((await store.get(f"live/{FIRST}/{address}")).decode())


def has(audience: Audience, count: int, *place: object) -> Callable[[], Awaitable[bool]]:
    async def enough() -> bool:
        return await audience.count(*place) >= count  # type: ignore[arg-type] # station and rendition

    return enough


def gaps(found: Timeline | None, *reasons: GapReason) -> list[Gap]:
    return [gap for gap in (found.renditions[MAIN].gaps if found else ()) if gap.reason in reasons]


def lists(audience: Audience, count: int) -> Callable[[], Awaitable[bool]]:
    """Whether so many segments, with pictures or without, have been listed in all."""

    async def enough() -> bool:
        await audience.look()
        return len(audience.numbers()) >= count

    return enough


def told_restart(store: ObjectStore, *, since: datetime) -> Callable[[], Awaitable[Timeline | None]]:
    """Return the timeline once it tells of a recording that began anew at a moment or later."""

    async def told() -> Timeline | None:
        found = await timeline(store)
        restarts = found.renditions[MAIN].restarts if found else ()
        return found if any(restart.time >= since for restart in restarts) else None

    return told


def assert_blamed(told: Timeline, reason: GapReason, running: Running, *, since: datetime) -> None:
    """Hold that the first recording after a moment began anew for `reason`, if it was the first that was tried."""
    restart = next(each for each in told.renditions[MAIN].restarts if each.time >= since)
    assert restart.reason is reason or running.health().restarts > 0


def has_ended(store: ObjectStore) -> Callable[[], Awaitable[bool]]:
    async def ended() -> bool:
        found = await timeline(store)
        return found is not None and found.closed

    return ended


@side_by_side
def test_nothing_is_pulled_or_published_before_the_opening_and_then_recording_begins(
    clips: Path, fast: Path, store: ObjectStore
) -> None:
    async def work() -> None:
        audience = Audience(store)
        async with cameras(clips) as server:
            plan = schedule(opens_in=2)
            clock = HeldClock(plan.opens)
            sources = sources_of(server, "cam-001")
            standings = Standings(plan, clock=clock)
            async with packaging(sources, store, fast / "spool", standings=standings) as running:
                await running.until(lambda: running.health().recorder == "scheduled")
                assert running.health().detail == f"Opens {plan.opens.astimezone(BAKU):%Y-%m-%d %H:%M} (Asia/Baku)."
                assert state(running) is StationState.SCHEDULED
                while datetime.now(UTC) < plan.opens:
                    assert server.viewers("cam-001") == 0
                    assert await store.list("live/") == ()
                    await asyncio.sleep(0.05)
                server.switch_off("cam-001")
                clock.let_go()
                await running.until(lambda: running.health().ffmpeg_pid)
                began = datetime.now(UTC)
                # The camera comes a little later.
                await running.until(lambda: running.health().restarts)
                await asyncio.sleep(1)
                server.switch_on("cam-001")
                await running.until(has(audience, 2))
                await running.until(lambda: state(running) is StationState.LIVE)

                async def told_hour() -> Timeline | None:
                    found = await timeline(store)
                    return found if found is not None and found.renditions[MAIN].hours else None

                before = gaps(await running.until(told_hour), *GapReason)
                first = audience.segments()[0].program_date_time
                before = [gap for gap in before if gap.start < first]
                assert plan.opens <= before[0].start <= began
                assert abs(before[-1].end - first) < timedelta(milliseconds=1)
                assert before[0].reason is GapReason.ENDED
                assert sum((gap.end - gap.start for gap in before), timedelta()) > timedelta(seconds=1)

    run(work())


@side_by_side
def test_the_time_between_a_rehearsal_and_the_opening_is_no_gap(clips: Path, fast: Path, store: ObjectStore) -> None:
    async def work() -> None:
        audience = Audience(store)
        async with cameras(clips) as server:
            sources = sources_of(server, "cam-001")[:1]
            async with packaging(sources, store, fast / "spool") as running:
                await running.until(has(audience, 2))
                await asyncio.sleep(0.5)  # so that a beginning segment is found in the spool
            await audience.look()
            recorded = recorded_until(audience, fast / "spool")
            plan = schedule(opens_in=2 + (recorded - datetime.now(UTC)).total_seconds())
            clock = HeldClock(plan.opens)
            standings = Standings(plan, clock=clock)
            async with packaging(sources, store, fast / "spool", standings=standings) as running:
                await running.until(lambda: running.health().recorder == "scheduled")
                await asyncio.sleep((PATIENCE + TARGET).total_seconds())
                clock.let_go()
                told = await running.until(told_restart(store, since=plan.opens))
                await running.until(has(audience, await audience.count() + 1))
                assert_blamed(told, GapReason.CLOSED, running, since=plan.opens)
        numbers, segments = audience.numbers(), audience.segments()
        assert numbers == list(range(len(numbers)))
        before = [segment for segment in segments if segment.program_date_time < plan.opens]
        first = segments[len(before)]
        assert first.discontinuity
        # Where the first picture took its time there is a gap, from the opening on.
        rehearsal_end = max(each.program_date_time + each.duration for each in before if not each.gap)
        assert not any(segment.gap and segment.program_date_time >= rehearsal_end for segment in before)
        for gap in gaps(told, *GapReason):
            assert gap.end <= rehearsal_end or gap.start >= plan.opens

    run(work())


@side_by_side
def test_a_paused_station_records_nothing_says_so_in_gaps_and_goes_on_when_it_is_resumed(
    clips: Path, fast: Path, store: ObjectStore
) -> None:
    async def work() -> None:
        audience = Audience(store)
        async with cameras(clips, "cam-001", "cam-002") as server:
            sources = (*sources_of(server, "cam-001"), *sources_of(server, "cam-002", SECOND)[:1])
            standings = Standings(schedule())
            async with packaging(sources, store, fast / "spool", standings=standings) as running:
                await running.until(has(audience, 3))
                await running.until(has(audience, 2, SECOND, MAIN))
                paused_at = datetime.now(UTC)
                orders = ordered({}, Command.PAUSE)
                standings.ordered(orders)
                await running.until(lambda: server.viewers("cam-001") == 0)
                assert state(running) is StationState.PAUSED
                await running.until(lambda: running.health().recorder == "paused")
                assert running.health().detail.startswith("Paused by order since ")
                assert running.health().detail.endswith(": as a test")
                recorded = running.health().next_number
                await running.until(lists(audience, recorded))
                others = await audience.count(SECOND, MAIN)
                await running.until(lambda: running.health().next_number >= recorded + 3)
                assert server.viewers("cam-001") == 0
                orders = ordered(orders, Command.RESUME)
                resumed_at = orders[FIRST][-1].time
                standings.ordered(orders)
                before = await audience.count()
                await running.until(has(audience, before + 2))
                await running.until(lambda: state(running) is StationState.LIVE)
                await running.until(has(audience, others + 1, SECOND, MAIN))
                # All of the pause is told, and nothing else.
                told = await running.until(told_restart(store, since=resumed_at))
                (gap,) = gaps(told, GapReason.PAUSED)
                assert paused_at - TARGET <= gap.start < paused_at + LATE
                assert resumed_at - TARGET <= gap.end
                assert_blamed(told, GapReason.PAUSED, running, since=resumed_at)
        assert audience.numbers() == list(range(len(audience.numbers())))

    run(work())


@side_by_side
def test_a_packager_restarted_while_paused_stays_paused_and_blames_the_pause(
    clips: Path, fast: Path, store: ObjectStore
) -> None:
    async def work() -> None:
        audience = Audience(store)
        async with cameras(clips) as server:
            sources = sources_of(server, "cam-001")[:1]
            standings = Standings(schedule())
            async with packaging(sources, store, fast / "spool", standings=standings) as running:
                await running.until(has(audience, 2))
                orders = ordered({}, Command.PAUSE)
                standings.ordered(orders)
                await running.until(lambda: running.health().recorder == "paused")
            await asyncio.sleep(3)
            again = Standings(standings.schedule, orders)
            async with packaging(sources, store, fast / "spool", standings=again) as running:
                await running.until(lambda: running.health().recorder == "paused")
                number = await running.until(lambda: running.health().next_number)
                await running.until(lambda: running.health().next_number >= number + 3)
                assert server.viewers("cam-001") == 0
                assert state(running) is StationState.PAUSED
                resumed = ordered(orders, Command.RESUME)
                again.ordered(resumed)
                await running.until(has(audience, await audience.count() + 1))
                paused_at, resumed_at = (order.time for order in resumed[FIRST])
                told = await running.until(told_restart(store, since=resumed_at))
                meanwhile = [gap for gap in gaps(told, *GapReason) if gap.end > paused_at + MOMENT]
                assert {gap.reason for gap in meanwhile if gap.start < resumed_at - TARGET} == {GapReason.PAUSED}
                assert_blamed(told, GapReason.PAUSED, running, since=resumed_at)

    run(work())


async def assert_closed(store: ObjectStore, server: CameraServer, audience: Audience) -> Timeline:
    """Hold everything a closed station has against the rules, and return its timeline."""
    told = await timeline(store)
    assert told is not None
    assert told.closed
    assert told.closed_at is not None
    for rendition, part in told.renditions.items():
        ended = await audience.look(FIRST, rendition)
        assert ended is not None
        assert ended.ended
        assert part.hours
        assert all(hour.closed for hour in part.hours)
        shown = []
        for hour in part.hours:
            playlist = await named(store, hour.playlist)
            assert playlist.ended
            shown += [segment.uri for segment in playlist.segments]
        assert part.day is not None
        day = await named(store, part.day)
        assert (day.playlist_type, day.ended) == (PlaylistType.VOD, True)
        assert [segment.uri for segment in day.segments][-len(shown) :] == shown
        assert shown[-1].split("/")[-1] == ended.segments[-1].uri.split("/")[-1]
    assert server.viewers("cam-001") == 0
    return told


@side_by_side
def test_a_station_closed_by_order_ends_its_playlists_for_good_and_stays_closed_when_restarted(
    clips: Path, fast: Path, store: ObjectStore
) -> None:
    async def work() -> None:
        audience = Audience(store, may_end=True)
        async with cameras(clips) as server:
            sources = sources_of(server, "cam-001")
            standings = Standings(schedule())
            async with packaging(sources, store, fast / "spool", standings=standings) as running:
                for rendition in (MAIN, SUB):
                    await running.until(has(audience, 3, FIRST, rendition))
                orders = ordered({}, Command.CLOSE)
                standings.ordered(orders)
                assert state(running) is StationState.CLOSED
                await running.until(has_ended(store))
                told = await assert_closed(store, server, audience)
                assert told.closed_at is not None
                assert abs(told.closed_at - orders[FIRST][0].time) < timedelta(milliseconds=1)
                assert running.health().recorder == "closed"
                assert list((fast / "spool/media").glob("*/*/*/*.m4s")) == []
                await running.until(lambda: (fast / "spool/status.json").read_text().count('"state":"closed"'))

            async def content() -> dict[str, bytes]:
                return {key: await store.get(key) for key in await store.list("live/")}

            before = await content()
            again = Standings(standings.schedule, orders)
            async with packaging(sources, store, fast / "spool", standings=again) as running:
                await running.until(lambda: running.health().recorder == "closed")
                assert state(running) is StationState.CLOSED
                reopens = recorded_until(audience, fast / "spool") + timedelta(seconds=3)
                while datetime.now(UTC) < reopens:
                    await asyncio.sleep(0.1)
                assert server.viewers("cam-001") == 0
                assert await content() == before
                # Opened again, for it was a mistake.
                reopened = ordered(orders, Command.REOPEN)
                again.ordered(reopened)
                count = await audience.count()
                await running.until(has(audience, count + 3))
                assert not (await live(store)).ended
                told = await running.until(told_restart(store, since=reopened[FIRST][-1].time))
                assert not told.closed
                assert told.closed_at is None
                (gap,) = gaps(told, GapReason.CLOSED)
                assert abs(gap.start - orders[FIRST][0].time) < LATE
                assert gap.end - gap.start > timedelta(seconds=2)
                assert_blamed(told, GapReason.CLOSED, running, since=gap.end)
        assert audience.numbers() == list(range(len(audience.numbers())))

    run(work())


@side_by_side
def test_what_a_crash_left_undone_of_a_closing_is_done_at_the_next_start_and_the_end_is_never_taken_back(
    clips: Path, fast: Path, store: ObjectStore
) -> None:
    async def work() -> None:
        audience = Audience(store, may_end=True)
        async with cameras(clips) as server:
            sources = sources_of(server, "cam-001")[:1]
            standings = Standings(schedule())
            async with packaging(sources, store, fast / "spool", standings=standings) as running:
                await running.until(has(audience, 2))
                orders = ordered({}, Command.CLOSE)
                standings.ordered(orders)
                await running.until(has_ended(store))
            # A crash right before the closing was written down, and after the playlist had ended.
            journal = Journal(fast / "spool/journal.sqlite")
            journal.reopen(FIRST)
            journal.close()
            names = [key for key in await store.list("live/") if not key.endswith("timeline.json")]
            before = {key: await store.get(key) for key in names}
            for key in names:
                if key.endswith("day.m3u8"):
                    await store.delete([key])
            again = Standings(standings.schedule, orders)
            noting = Noting(store)
            async with packaging(sources, noting, fast / "spool", standings=again) as running:

                def done() -> bool:
                    node = running.packager.node
                    return node is not None and node.journal.ended(FIRST) is not None

                await running.until(done)
            written = [body for key, body in noting.written if key == keys.live(FIRST, MAIN)]
            assert all(parse_media(body.decode()).ended for body in written), "the end was taken back"
            assert {key: await store.get(key) for key in names} == before
            await assert_closed(store, server, audience)

    run(work())


@side_by_side
def test_a_station_closed_while_the_store_is_away_is_told_as_closed_and_ends_once_everything_is_in_the_store(
    clips: Path, fast: Path, unreliable: UnreliableStore
) -> None:
    async def work() -> None:
        audience = Audience(unreliable, may_end=True)
        async with cameras(clips) as server:
            sources = sources_of(server, "cam-001")[:1]
            standings = Standings(schedule())
            async with packaging(sources, unreliable, fast / "spool", standings=standings) as running:
                await running.until(has(audience, 2))
                unreliable.fault = lambda key: Fault.FAILED
                number = running.health().next_number
                await running.until(lambda: running.health().next_number >= number + 2)
                orders = ordered({}, Command.CLOSE)
                standings.ordered(orders)
                await running.until(lambda: server.viewers("cam-001") == 0)
                assert state(running) is StationState.CLOSED
                # Closed and opened again meanwhile: nothing has ended yet, and nothing does.
                orders = ordered(orders, Command.REOPEN)
                standings.ordered(orders)
                await running.until(lambda: server.viewers("cam-001") == 1)
                standings.ordered(ordered(orders, Command.CLOSE))
                await running.until(lambda: running.health().recorder == "closed")
                assert not (await live(unreliable)).ended
                # Of what belongs to the closing each object fails once, some of them after they were stored.
                failed: set[str] = set()

                def once(key: str) -> Fault:
                    if key in failed:
                        return Fault.NONE
                    failed.add(key)
                    return Fault.FAILED_BUT_PERSISTED if len(failed) % 2 else Fault.FAILED

                unreliable.fault = once
                await running.until(has_ended(unreliable))
                await assert_closed(unreliable, server, audience)
                assert audience.numbers() == list(range(running.health().next_number))
                assert unreliable.broken_rules == []

    run(work())


@side_by_side
def test_a_closed_station_that_is_opened_again_goes_on_in_a_new_version_of_its_hour(
    clips: Path, fast: Path, store: ObjectStore
) -> None:
    async def work() -> None:
        audience = Audience(store, may_end=True)
        async with cameras(clips) as server:
            sources = sources_of(server, "cam-001")[:1]
            standings = Standings(schedule())
            async with packaging(sources, store, fast / "spool", standings=standings) as running:
                await running.until(has(audience, 3))
                orders = ordered({}, Command.CLOSE)
                standings.ordered(orders)
                await running.until(has_ended(store))
                first = await timeline(store)
                orders = ordered(orders, Command.REOPEN)
                standings.ordered(orders)
                count = await audience.count()
                await running.until(has(audience, count + 2))
                told = await running.until(told_restart(store, since=orders[FIRST][-1].time))
                assert told.renditions[MAIN].day is None
                orders = ordered(orders, Command.CLOSE)
                standings.ordered(orders)
                await running.until(has_ended(store))
                last = await assert_closed(store, server, audience)
                assert first is not None
                before, after = first.renditions[MAIN].hours[-1], last.renditions[MAIN].hours[-1]
                if before.hour == after.hour:
                    assert after.playlist == before.playlist.replace(".m3u8", "-2.m3u8")
                    old, new = [(await named(store, hour.playlist)).segments for hour in (before, after)]
                    assert new[: len(old)] == old
                    assert len(new) > len(old)

    run(work())


@side_by_side
def test_the_clock_closes_what_no_operator_has_closed(clips: Path, fast: Path, store: ObjectStore) -> None:
    async def work() -> None:
        audience = Audience(store, may_end=True)
        async with cameras(clips) as server:
            plan = schedule(lasts=timedelta(seconds=6))
            clock = HeldClock(plan.ends)
            sources = sources_of(server, "cam-001")
            async with packaging(sources, store, fast / "spool", standings=Standings(plan, clock=clock)) as running:
                await running.until(has(audience, 2))
                clock.let_go()
                await running.until(has_ended(store))
                told = await assert_closed(store, server, audience)
                assert told.closed_at is not None
                assert abs(told.closed_at - plan.ends) < timedelta(milliseconds=1)
                assert state(running) is StationState.CLOSED
                assert running.health().detail.startswith("Closed by the clock since ")

    run(work())


@side_by_side
def test_the_time_before_a_closing_in_which_the_packager_did_not_run_is_a_gap(
    clips: Path, fast: Path, store: ObjectStore
) -> None:
    async def work() -> None:
        audience = Audience(store, may_end=True)
        async with cameras(clips) as server:
            sources = sources_of(server, "cam-001")[:1]
            plan = schedule()
            async with packaging(sources, store, fast / "spool", standings=Standings(plan)) as running:
                await running.until(has(audience, 2))
            await audience.look()
            missing = (recorded_until(audience, fast / "spool") - datetime.now(UTC)).total_seconds() + 5
            plan = Schedule(opens=plan.opens, ends=moment(missing), zone=BAKU)
            while datetime.now(UTC) < plan.ends + timedelta(seconds=0.5):
                await asyncio.sleep(0.1)
            async with packaging(sources, store, fast / "spool", standings=Standings(plan)) as running:
                await running.until(has_ended(store))
        found = await timeline(store)
        gap = gaps(found, GapReason.PACKAGER_STOPPED)[-1]
        assert gap.end - gap.start > timedelta(seconds=2)
        assert abs(gap.end - plan.ends) < timedelta(seconds=0.6)
        shown = await live(store)
        assert shown.ended
        last = shown.segments[-1]
        assert abs(last.program_date_time + last.duration - plan.ends) < timedelta(seconds=0.6)

    run(work())


@side_by_side
def test_a_day_without_any_picture_is_told_from_the_opening_on_also_after_a_restart(
    fast: Path, store: ObjectStore
) -> None:
    async def work() -> None:
        plan = schedule(opens_in=-3600)
        nobody = [source(f"rtsp://127.0.0.1:{ports.free_port()}/main")]

        async def refused() -> Timeline | None:
            found = await timeline(store)
            return found if gaps(found, GapReason.REFUSED) else None

        async with packaging(nobody, store, fast / "spool", standings=Standings(plan)) as running:
            told = await running.until(refused)
        (stopped,) = gaps(told, GapReason.PACKAGER_STOPPED)
        assert abs(stopped.end - plan.opens - timedelta(hours=1)) < LATE
        if plan.opens.astimezone(BAKU).date() == told.date:
            assert abs(stopped.start - plan.opens) < timedelta(seconds=1)
        assert not told.renditions[MAIN].hours
        standings = Standings(plan)
        async with packaging(nobody, store, fast / "spool", standings=standings) as running:
            await running.until(lambda: running.health().restarts)

            async def longer() -> Timeline | None:
                found = await refused()
                ends = [gap.end for gap in gaps(found, GapReason.REFUSED)]
                return found if ends and ends[-1] > told.written + timedelta(seconds=2) else None

            later = await running.until(longer)
            known, *others = gaps(later, GapReason.PACKAGER_STOPPED)
            assert known == stopped
            # Between two packagers it is a gap if it was long.
            assert all(gap.start > stopped.end for gap in others)
            standings.ordered(ordered({}, Command.CLOSE))
            await running.until(has_ended(store))
            closed = await timeline(store)
            assert closed is not None
            assert closed.closed_at is not None
            assert abs(gaps(closed, *GapReason)[-1].end - closed.closed_at) < timedelta(seconds=2)

    run(work())


def report(folder: Path) -> dict[str, Any]:
    """Return what the packager of `folder` reports; nothing before its first report."""
    try:
        found: dict[str, Any] = json.loads((folder / "spool/status.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {"stations": {}, "refused": []}
    return found


def told_state(folder: Path) -> str:
    entry = report(folder)["stations"].get(FIRST, {"state": ""})
    return str(entry["state"])


@side_by_side
def test_a_running_packager_follows_pollcast_order_refuses_damaged_orders_and_does_not_begin_with_them(
    clips: Path, fast: Path, store: ObjectStore
) -> None:
    async def work() -> None:
        audience = Audience(store)
        async with cameras(clips) as server:
            toml = camera_toml(FIRST, server.url("cam-001", MAIN), server.url("cam-001", SUB))
            written_inputs(fast, f"file://{fast}/store", toml)
            heard: list[str] = []
            child = await started(fast, on_line=heard.append)
            await until(has(audience, 2))
            code, said = await command(fast, "order", "pause", FIRST, "--reason", "air")
            assert (code, said) == (0, ["pause is ordered for 1 station."])
            await until(lambda: server.viewers("cam-001") == 0)
            right = (fast / "orders.toml").read_text(encoding="utf-8")
            # What is damaged, or gone, is no order to begin again.
            (fast / "orders.toml").write_text("[[order]]\n", encoding="utf-8")
            faults = await until(lambda: report(fast)["refused"])
            assert {fault["file"] for fault in faults} == {"orders.toml"}
            code, said = await command(fast, "status")
            assert any("orders.toml was refused, the old one goes on:" in line for line in said)
            assert any(FIRST in line and "paused" in line and "Paused by order since" in line for line in said)
            (fast / "orders.toml").unlink()
            await until(lambda: [fault["message"] for fault in report(fast)["refused"]] == ["there is no such file."])
            assert server.viewers("cam-001") == 0
            (fast / "orders.toml").write_text(right.replace(FIRST, SECOND) + right.partition("\n")[2], encoding="utf-8")
            await until(lambda: not report(fast)["refused"])
            mistyped = f'"ordered_for": ["{SECOND}"]'
            await until(lambda: any("without a camera" in line and mistyped in line for line in heard))
            assert server.viewers("cam-001") == 0
            code, said = await command(fast, "order", "resume", "--all")
            assert code == 0
            await until(has(audience, await audience.count() + 2))
            assert await child.stop(grace=60) == 0
            assert not any("Traceback" in line for line in heard), heard
            (fast / "orders.toml").write_text(right + '[[order]]\ndo = "close"\n', encoding="utf-8")
            again = await started(fast)
            assert await again.wait() == 2
            assert again.tail == [
                "orders.toml:8: order[2].time: is missing; add it.",
                "orders.toml:8: order[2].stations: is missing; add it.",
            ]

    run(work())


@side_by_side
def test_before_the_day_the_log_and_the_status_say_when_it_opens_and_how_to_rehearse(
    clips: Path, fast: Path, store: ObjectStore
) -> None:
    async def work() -> None:
        async with cameras(clips) as server:
            toml = camera_toml(FIRST, server.url("cam-001", MAIN), server.url("cam-001", SUB))
            written_inputs(fast, f"file://{fast}/store", toml)
            facts = (fast / "pollcast.toml").read_text(encoding="utf-8")
            (fast / "pollcast.toml").write_text(facts.replace("2026-11-24", "2086-11-24"), encoding="utf-8")
            heard: list[str] = []
            child = await started(fast, on_line=heard.append, rehearsal=False)
            await until(lambda: told_state(fast) == "scheduled")
            sentence = (
                "It is not time yet: opens 2086-11-24 07:30 (Asia/Baku). To begin now, as a rehearsal: "
                "pollcast package --rehearsal."
            )
            await until(lambda: any(sentence in line for line in heard))
            code, said = await command(fast, "status")
            assert code == 0
            assert sentence in said
            assert any(FIRST in line and "Opens 2086-11-24 07:30 (Asia/Baku)." in line for line in said)
            assert parse_public_status(await store.get(keys.PUBLIC_STATUS)).states == {FIRST: StationState.SCHEDULED}
            assert server.viewers("cam-001") == 0
            assert await child.stop(grace=60) == 0

    run(work())
