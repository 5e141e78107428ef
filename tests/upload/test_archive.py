"""A station's archive: a whole day in fast time, with everything that goes wrong in it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest

from election import keys
from election.cameras import Source
from election.configuration import VideoTable
from election.errors import RemoteError
from election.ids import Rendition, StationId
from election.keys import ObjectKind
from election.playlist import MediaPlaylist, PlaylistType, parse_media
from election.timeline import Gap, GapReason, Timeline, parse_timeline
from upload import delivery
from upload.archive import Archive
from upload.hour_book import HourBook
from upload.journal import Journal
from upload.node import Node
from upload.publication import Entry
from upload.store import ObjectMissing, ObjectStore, Tagged, open_store
from upload.target import TargetDuration

BAKU = ZoneInfo("Asia/Baku")
STATION, MAIN, SUB = StationId("034-012"), Rendition.MAIN, Rendition.SUB
DAY = date(2026, 11, 29)
BEGAN = datetime(2026, 11, 29, 7, 30, tzinfo=BAKU).astimezone(UTC)
FOUR = timedelta(seconds=4)


@dataclass
class Rendering:
    """A rendition whose camera, store and clock are this test."""

    rendition: Rendition
    journal: Journal
    hours: HourBook
    number: int = 0
    discontinuities: int = 0

    @property
    def _folder(self) -> str:
        return f"live/{STATION}/{self.rendition}/"

    def _entry(self, at: datetime, *, gap: bool, discontinuity: bool = False) -> Entry:
        day = at.astimezone(BAKU).date()
        return Entry(
            number=self.number,
            key=f"{self._folder}{day}/{self.number:08d}-1-{'gap' if gap else '0badcafe'}.m4s",
            init_key=f"{self._folder}init-0badcafe.mp4",
            duration=FOUR,
            program_date_time=at,
            discontinuity=discontinuity,
            discontinuities=self.discontinuities,
            gap=gap,
        )

    def record(self, at: datetime, *, again: GapReason | None = None) -> int:
        """A segment came; `again` says that it is the first of a recording, and why the one before had ended."""
        self.discontinuities += again is not None
        entry = self._entry(at, gap=False, discontinuity=again is not None)
        path = f"{STATION}/{self.rendition}/1/{self.number:08d}.m4s"
        self.journal.record(STATION, self.rendition, entry, path=path, init_body=b"init", reason=again)
        self.hours.arrived(entry)
        self.number += 1
        return entry.number

    def acknowledge(self, number: int) -> None:
        """The store has it."""
        self.journal.acknowledge(STATION, self.rendition, number)
        self.hours.settled(number)

    def miss(self, at: datetime, reason: GapReason) -> None:
        """Nothing came."""
        entry = self._entry(at, gap=True)
        self.journal.record_gap(STATION, self.rendition, entry, reason)
        self.hours.arrived(entry)
        self.number += 1


class Stubborn:
    """A store that refuses every third write, and keeps what it takes."""

    def __init__(self, inner: ObjectStore) -> None:
        self._inner = inner
        self.puts = 0

    async def put(
        self, key: str, body: bytes, kind: ObjectKind, *, only_if_absent: bool = False, only_if_tag: str | None = None
    ) -> str:
        self.puts += 1
        if self.puts % 3 == 0:
            raise RemoteError("the store is slow", operation="put", subject=key)
        return await self._inner.put(key, body, kind, only_if_absent=only_if_absent, only_if_tag=only_if_tag)

    async def get_tagged(self, key: str) -> Tagged:
        return await self._inner.get_tagged(key)

    async def get(self, key: str) -> bytes:
        return await self._inner.get(key)

    async def list(self, prefix: str) -> tuple[str, ...]:
        return await self._inner.list(prefix)

    async def delete(self, keys: object) -> None:
        raise AssertionError("an archive deletes nothing")


def archive(renderings: dict[Rendition, Rendering], journal: Journal, store: ObjectStore) -> Archive:
    return Archive(STATION, renderings, journal=journal, store=store, zone=BAKU, target=TargetDuration(6))


async def playlist(store: ObjectStore, name: str) -> MediaPlaylist:
    return parse_media((await store.get(f"live/{STATION}/{name}")).decode())


async def timeline(store: ObjectStore, day: date = DAY) -> Timeline:
    return parse_timeline(await store.get(keys.timeline(STATION, day)))


def test_a_day_in_fast_time_is_published_as_the_journal_has_it(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.sqlite")
    inner = open_store("memory://", {})
    store = Stubborn(inner)
    main = Rendering(MAIN, journal, HourBook(BAKU))
    keeper = archive({MAIN: main}, journal, store)
    camera_away = (BEGAN + timedelta(hours=2), BEGAN + timedelta(hours=2, minutes=30))
    store_down = (BEGAN + timedelta(hours=5, minutes=10), BEGAN + timedelta(hours=7, minutes=3))
    end = datetime(2026, 11, 30, 0, 10, tzinfo=BAKU).astimezone(UTC)

    async def work() -> None:
        waiting: list[int] = []
        at, back = BEGAN, False
        while at < end:
            if camera_away[0] <= at < camera_away[1]:
                main.miss(at, GapReason.REFUSED)
                back = True
            else:
                waiting.append(main.record(at, again=GapReason.REFUSED if back else None))
                back = False
            at += FOUR
            if not store_down[0] <= at < store_down[1]:
                # What waited is caught up with ten at a time, the newest first.
                for number in [waiting.pop() for _ in range(min(10, len(waiting)))]:
                    main.acknowledge(number)
                if main.number % 5 == 0:
                    with contextlib.suppress(RemoteError):
                        await keeper.write(at)
        for number in waiting:
            main.acknowledge(number)
        for minute in range(30):
            with contextlib.suppress(RemoteError):
                await keeper.write(end + timedelta(minutes=minute))

        told = await timeline(inner)
        assert told.closed
        assert told.renditions[MAIN].gaps == [Gap(start=camera_away[0], end=camera_away[1], reason=GapReason.REFUSED)]
        assert [restart.time for restart in told.renditions[MAIN].restarts] == [camera_away[1]]
        assert [hour.hour for hour in told.renditions[MAIN].hours] == list(range(7, 24))
        kept = list(journal.entries(STATION, MAIN, since=BEGAN))
        wanted = [(e.key, e.gap) for e, _ in kept if e.program_date_time.astimezone(BAKU).date() == DAY]
        shown = []
        for hour in told.renditions[MAIN].hours:
            found = await playlist(inner, hour.playlist)
            assert hour.closed
            assert found.ended
            assert found.playlist_type is PlaylistType.EVENT
            folder = f"live/{STATION}/main/{DAY}/"
            shown += [(folder + segment.uri, segment.gap) for segment in found.segments]
        assert shown == wanted
        assert told.renditions[MAIN].day == f"main/{DAY}/day.m3u8"
        day = await playlist(inner, f"main/{DAY}/day.m3u8")
        assert day.playlist_type is PlaylistType.VOD
        assert [(f"live/{STATION}/main/{DAY}/{segment.uri}", segment.gap) for segment in day.segments] == wanted
        # The hours in which the store was down were closed with gaps first, and written anew.
        late = [hour.playlist for hour in told.renditions[MAIN].hours if hour.playlist.endswith("-2.m3u8")]
        assert late
        for name in late:
            before = await playlist(inner, name.replace("-2.m3u8", ".m3u8"))
            assert before.ended
            assert any(segment.gap for segment in before.segments)

    asyncio.run(work())
    journal.close()


def test_after_a_lost_spool_no_published_hour_is_shortened_and_the_timeline_forgets_nothing(tmp_path: Path) -> None:
    store = open_store("memory://", {})
    journal = Journal(tmp_path / "first.sqlite")
    main = Rendering(MAIN, journal, HourBook(BAKU))
    for number in range(600):  # from 7:30 to 8:10
        at = BEGAN + number * FOUR
        if number == 100:
            main.miss(at, GapReason.REFUSED)
        else:
            main.acknowledge(main.record(at))
    journal.keep_still(STATION, DAY, 451)
    end = BEGAN + 600 * FOUR

    async def published() -> dict[str, bytes]:
        return {key: await store.get(key) for key in await store.list("live/")}

    async def work() -> None:
        before_loss = archive({MAIN: main}, journal, store)
        await before_loss.write(end)
        await before_loss.write(end + timedelta(seconds=31))
        before, told_before = await published(), await timeline(store)
        kept = [entry for entry, _ in journal.entries(STATION, MAIN, since=end - timedelta(minutes=15))]
        # The disk is gone; what the live list names is all that is known, and it crosses the border of an hour.
        again = Journal(tmp_path / "second.sqlite")
        again.adopt(STATION, MAIN, kept)
        hours = HourBook(BAKU)
        for entry in kept:
            hours.arrived(entry)
            hours.settled(entry.number)
        fresh = Rendering(MAIN, again, hours, number=600)
        fresh.acknowledge(fresh.record(end))
        later = archive({MAIN: fresh}, again, store)
        await later.write(end + timedelta(minutes=2))
        after, told = await published(), await timeline(store)
        for hour in told_before.renditions[MAIN].hours:
            key = f"live/{STATION}/{hour.playlist}"
            assert len(parse_media(after[key].decode()).segments) >= len(parse_media(before[key].decode()).segments)
        assert [hour.hour for hour in told.renditions[MAIN].hours] == [7, 8]
        assert told.renditions[MAIN].gaps == told_before.renditions[MAIN].gaps
        assert told.stills == [451]
        again.close()

    asyncio.run(work())
    journal.close()


def test_the_timeline_names_both_streams_their_hours_and_the_stills(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.sqlite")
    store = open_store("memory://", {})
    renderings = {rendition: Rendering(rendition, journal, HourBook(BAKU)) for rendition in (MAIN, SUB)}
    for rendering in renderings.values():
        rendering.acknowledge(rendering.record(BEGAN))
    for minute in (450, 451, 453):
        journal.keep_still(STATION, DAY, minute)

    async def work() -> None:
        await archive(renderings, journal, store).write(BEGAN + FOUR)
        told = await timeline(store)
        assert not told.closed
        assert told.stills == [450, 451, 453]
        for rendition in (MAIN, SUB):
            (hour,) = told.renditions[rendition].hours
            assert (hour.hour, hour.playlist, hour.closed) == (7, f"{rendition}/{DAY}/07.m3u8", False)
            assert not (await playlist(store, hour.playlist)).ended

    asyncio.run(work())
    journal.close()


def test_a_timeline_that_says_nothing_new_is_not_written_again(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.sqlite")
    inner = open_store("memory://", {})
    main = Rendering(MAIN, journal, HourBook(BAKU))
    main.acknowledge(main.record(BEGAN))

    async def work() -> None:
        keeper = archive({MAIN: main}, journal, inner)
        await keeper.write(BEGAN + FOUR)
        first = await inner.get(keys.timeline(STATION, DAY))
        await keeper.write(BEGAN + timedelta(minutes=5))
        assert await inner.get(keys.timeline(STATION, DAY)) == first
        main.miss(BEGAN + FOUR, GapReason.ENDED)
        await keeper.write(BEGAN + timedelta(minutes=10))
        assert await inner.get(keys.timeline(STATION, DAY)) != first

    asyncio.run(work())
    journal.close()


def test_before_the_first_picture_there_is_no_timeline(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.sqlite")
    store = open_store("memory://", {})

    async def work() -> None:
        await archive({MAIN: Rendering(MAIN, journal, HourBook(BAKU))}, journal, store).write(BEGAN)
        with pytest.raises(ObjectMissing):
            await timeline(store)

    asyncio.run(work())
    journal.close()


MIDNIGHT = datetime(2026, 11, 30, tzinfo=BAKU).astimezone(UTC)
NEXT = date(2026, 11, 30)


def recorded(rendering: Rendering, began: datetime, ended: datetime) -> None:
    """Let pictures come from one moment to another."""
    at = began
    while at < ended:
        rendering.acknowledge(rendering.record(at))
        at += FOUR


async def persistently(write: Callable[[], Awaitable[None]]) -> None:
    """Try until the store takes it."""
    for _ in range(20):
        with contextlib.suppress(RemoteError):
            await write()
            return
    raise AssertionError("the store never took it")


@pytest.mark.parametrize("after_midnight", [timedelta(minutes=40), timedelta(seconds=8)], ids=str)
def test_a_station_that_runs_past_midnight_until_it_is_closed_has_both_days_whole(
    tmp_path: Path, after_midnight: timedelta
) -> None:
    journal = Journal(tmp_path / "journal.sqlite")
    inner = open_store("memory://", {})
    main = Rendering(MAIN, journal, HourBook(BAKU))
    keeper = archive({MAIN: main}, journal, Stubborn(inner))
    closed_at = MIDNIGHT + after_midnight

    async def work() -> None:
        began = MIDNIGHT - timedelta(minutes=70)
        while began < closed_at:
            recorded(main, began, min(began + timedelta(minutes=2), closed_at))
            began += timedelta(minutes=2)
            with contextlib.suppress(RemoteError):
                await keeper.write(min(began, closed_at))
        at = closed_at + timedelta(seconds=3)
        await persistently(lambda: keeper.close(at, closed_at=closed_at))
        shown = []
        for day, hours, end in ((DAY, [22, 23], MIDNIGHT), (NEXT, [0], closed_at)):
            told = await timeline(inner, day)
            assert (told.closed, told.closed_at) == (True, end)
            part = told.renditions[MAIN]
            assert [(hour.hour, hour.playlist) for hour in part.hours] == [
                (hour, f"main/{day}/{hour:02d}.m3u8") for hour in hours
            ]
            of_hours = [await playlist(inner, hour.playlist) for hour in part.hours]
            assert all(found.ended for found in of_hours)
            assert part.day == f"main/{day}/day.m3u8"
            whole = await playlist(inner, part.day)
            assert (whole.ended, whole.playlist_type) == (True, PlaylistType.VOD)
            assert [each.uri for each in whole.segments] == [each.uri for found in of_hours for each in found.segments]
            shown += [f"live/{STATION}/main/{day}/{each.uri}" for each in whole.segments]
        assert shown == [entry.key for entry, _ in journal.entries(STATION, MAIN, since=BEGAN)]
        # What is closed stays as it is.
        before = {key: await inner.get(key) for key in await inner.list("live/")}
        await persistently(lambda: keeper.write(at + timedelta(minutes=9)))
        await persistently(lambda: keeper.write(at + timedelta(days=1)))
        assert {key: await inner.get(key) for key in await inner.list("live/")} == before

    asyncio.run(work())
    journal.close()


def hours_again(journal: Journal) -> HourBook:
    """Return the hours as the next packager takes them up."""
    source = Source(station=STATION, rendition=MAIN, url="rtsp://10.0.0.1/", user=None, password=None)
    unused = cast("Any", None)
    node = Node(
        journal=journal,
        spool=unused,
        store=unused,
        relay=unused,
        watcher=unused,
        video=VideoTable(),
        zone=BAKU,
        holder=unused,
        target=TargetDuration(6),
        generation=2,
    )
    return delivery._hours_so_far(source, node)


@pytest.mark.parametrize("crash", [None, timedelta(minutes=3), timedelta(minutes=50)], ids=str)
def test_a_station_opened_again_after_a_restart_goes_on_in_the_hour_in_which_it_was_closed(
    tmp_path: Path, crash: timedelta | None
) -> None:
    journal = Journal(tmp_path / "journal.sqlite")
    store = open_store("memory://", {})
    began = datetime(2026, 11, 29, 9, 5, tzinfo=BAKU).astimezone(UTC)
    closed_at = began + timedelta(minutes=10)
    main = Rendering(MAIN, journal, HourBook(BAKU))

    async def work() -> None:
        recorded(main, began, closed_at)
        await archive({MAIN: main}, journal, store).close(closed_at, closed_at=closed_at)
        first = await playlist(store, f"main/{DAY}/09.m3u8")
        assert first.ended
        main.hours = hours_again(journal)
        keeper = archive({MAIN: main}, journal, store)
        await keeper.write(closed_at + timedelta(minutes=1))
        assert f"live/{STATION}/main/{DAY}/09-2.m3u8" not in await store.list("live/")
        keeper.reopen()
        for number in range(30):
            main.miss(closed_at + number * FOUR, GapReason.CLOSED)
        again = closed_at + 30 * FOUR
        recorded(main, again, again + timedelta(minutes=2))
        await keeper.write(again + timedelta(minutes=2))
        running = await timeline(store)
        (hour,) = running.renditions[MAIN].hours
        assert (hour.playlist, hour.closed, running.closed) == (f"main/{DAY}/09-2.m3u8", False, False)
        assert running.renditions[MAIN].day is None
        end = datetime(2026, 11, 29, 10, 1, tzinfo=BAKU).astimezone(UTC)
        if crash is not None:
            recorded(main, again + timedelta(minutes=2), again + crash)
            main.hours = hours_again(journal)
            keeper = archive({MAIN: main}, journal, store)
            keeper.reopen()
            recorded(main, again + crash, again + timedelta(minutes=55))
        await keeper.write(end + timedelta(minutes=2))
        told = await timeline(store)
        assert told.renditions[MAIN].hours[0].playlist == f"main/{DAY}/09-2.m3u8"
        second = await playlist(store, f"main/{DAY}/09-2.m3u8")
        assert second.ended
        assert second.segments[: len(first.segments)] == first.segments
        nine = journal.entries(STATION, MAIN, since=began, until=end - timedelta(minutes=1))
        assert [each.uri for each in second.segments] == [entry.key.split("/")[-1] for entry, _ in nine]
        assert (await playlist(store, f"main/{DAY}/09.m3u8")) == first
        (gap,) = told.renditions[MAIN].gaps
        assert gap == Gap(start=closed_at, end=again, reason=GapReason.CLOSED)

    asyncio.run(work())
    journal.close()


@pytest.mark.parametrize("is_reopened", [False, True], ids=["late", "reopened"])
def test_a_closed_hour_that_a_kill_let_the_journal_not_know_is_never_rewritten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_reopened: bool
) -> None:
    journal = Journal(tmp_path / "journal.sqlite")
    store = open_store("memory://", {})
    main = Rendering(MAIN, journal, HourBook(BAKU))
    end = datetime(2026, 11, 29, 8, tzinfo=BAKU).astimezone(UTC)
    last = end - timedelta(minutes=5) if is_reopened else end

    def killed(*_arguments: object, **_named: object) -> None:
        raise RemoteError("killed", operation="put", subject="hour")

    async def work() -> None:
        recorded(main, BEGAN, last - 2 * FOUR)
        late = main.record(last - 2 * FOUR)
        journal.pass_over(STATION, MAIN, [late])
        main.acknowledge(main.record(last - FOUR))
        keeper = archive({MAIN: main}, journal, store)
        if is_reopened:
            main.acknowledge(late)
            closing = keeper.close(last, closed_at=last)
        else:
            closing = keeper.write(end + timedelta(minutes=3))
        with monkeypatch.context() as patch:
            patch.setattr(journal, "close_hour", killed)
            with pytest.raises(RemoteError, match="killed"):
                await closing
        closed = await store.get(f"live/{STATION}/main/{DAY}/07.m3u8")
        assert parse_media(closed.decode()).ended
        main.hours = hours_again(journal)
        if is_reopened:
            main.miss(last, GapReason.CLOSED)
        else:
            main.acknowledge(late)
        keeper = archive({MAIN: main}, journal, store)
        await keeper.write(last + timedelta(seconds=4) if is_reopened else end + timedelta(minutes=4))
        assert await store.get(f"live/{STATION}/main/{DAY}/07.m3u8") == closed
        again = await playlist(store, f"main/{DAY}/07-2.m3u8")
        assert (again.ended, len(again.segments)) == (not is_reopened, main.number)
        assert sum(each.gap for each in again.segments) == int(is_reopened)
        (hour,) = (await timeline(store)).renditions[MAIN].hours
        assert (hour.playlist, hour.closed) == (f"main/{DAY}/07-2.m3u8", not is_reopened)

    asyncio.run(work())
    journal.close()


def test_closing_after_a_lost_spool_shortens_no_day(tmp_path: Path) -> None:
    store = open_store("memory://", {})
    journal = Journal(tmp_path / "first.sqlite")
    main = Rendering(MAIN, journal, HourBook(BAKU))
    closed_at = BEGAN + timedelta(minutes=50)

    async def work() -> None:
        recorded(main, BEGAN, closed_at)
        await archive({MAIN: main}, journal, store).close(closed_at, closed_at=closed_at)
        before = {key: await store.get(key) for key in await store.list("live/")}
        kept = [entry for entry, _ in journal.entries(STATION, MAIN, since=closed_at - timedelta(minutes=10))]
        again = Journal(tmp_path / "second.sqlite")
        again.adopt(STATION, MAIN, kept)
        later = archive({MAIN: Rendering(MAIN, again, hours_again(again))}, again, store)
        await later.close(closed_at + timedelta(hours=1), closed_at=closed_at)
        after = {key: await store.get(key) for key in await store.list("live/")}
        timelines = {key for key in before if key.endswith("timeline.json")}
        assert {key: body for key, body in after.items() if key not in timelines} == {
            key: body for key, body in before.items() if key not in timelines
        }
        told = await timeline(store)
        assert (told.closed, told.closed_at) == (True, closed_at)
        assert [hour.hour for hour in told.renditions[MAIN].hours] == [7, 8]
        again.close()

    asyncio.run(work())
    journal.close()


def test_a_rendition_that_is_no_longer_published_keeps_what_was_told_of_it(tmp_path: Path) -> None:
    store = open_store("memory://", {})
    journal = Journal(tmp_path / "journal.sqlite")
    main, sub = (Rendering(rendition, journal, HourBook(BAKU)) for rendition in (MAIN, SUB))

    async def work() -> None:
        for rendering in (main, sub):
            recorded(rendering, BEGAN, BEGAN + timedelta(minutes=5))
        both = {MAIN: main, SUB: sub}
        keeper = archive(both, journal, store)
        await keeper.write(BEGAN + timedelta(minutes=5))
        before = await timeline(store)
        del both[SUB]
        recorded(main, BEGAN + timedelta(minutes=5), BEGAN + timedelta(hours=1))
        for later in (keeper, archive({MAIN: main}, journal, store)):  # and after a restart
            await later.write(BEGAN + timedelta(hours=1, minutes=1))
            told = await timeline(store)
            assert told.renditions[SUB] == before.renditions[SUB]
            assert [hour.hour for hour in told.renditions[MAIN].hours] == [7, 8]

    asyncio.run(work())
    journal.close()
