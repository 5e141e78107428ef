"""An archive that the journal has lost is read back from what is published, and goes on as if nothing had been lost."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from election import keys
from election.configuration import VideoTable
from election.errors import RemoteError
from election.timeline import GapReason
from tests.upload.test_archive import (
    BAKU,
    BEGAN,
    DAY,
    FOUR,
    MAIN,
    STATION,
    Rendering,
    archive,
    hours_again,
    playlist,
    recorded,
    timeline,
)
from upload import read_back as reading
from upload.hour_book import HourBook
from upload.journal import Journal
from upload.node import Node
from upload.read_back import read_back
from upload.store import ObjectStore, Tagged, open_store
from upload.target import TargetDuration

MIDNIGHT = datetime(2026, 11, 30, 0, 0, tzinfo=BAKU).astimezone(UTC)


def node_of(journal: Journal, store: ObjectStore) -> Node:
    unused = cast("Any", None)
    return Node(
        journal=journal,
        spool=unused,
        store=store,
        relay=unused,
        watcher=unused,
        video=VideoTable(),
        zone=BAKU,
        holder=unused,
        target=TargetDuration(6),
    )


async def kept(keeper_of: Rendering, store: ObjectStore, began: datetime, ended: datetime) -> None:
    """Record and archive from one moment to another, with a gap of a minute in each hour."""
    keeper = archive({MAIN: keeper_of}, keeper_of.journal, store)
    at = began
    while at < ended:
        minute = at.astimezone(BAKU).minute
        if minute == 40:
            keeper_of.miss(at, GapReason.REFUSED)
        else:
            recorded(keeper_of, at, at + FOUR)
        at += FOUR
        if at.astimezone(BAKU).second < 4:
            await keeper.write(at)
    await keeper.write(ended)


@pytest.mark.parametrize(("hour", "minute"), [(8, 3), (21, 31), (22, 44)])
def test_a_day_is_whole_although_the_journal_was_lost_in_it(tmp_path: Path, hour: int, minute: int) -> None:
    lost_at = datetime(2026, 11, 29, hour, minute, tzinfo=BAKU).astimezone(UTC)

    async def work() -> None:
        store = open_store("memory://", {})
        journal = Journal(tmp_path / "first.sqlite")
        main = Rendering(MAIN, journal, HourBook(BAKU))
        await kept(main, store, BEGAN, lost_at)
        before = await timeline(store)
        everything = [entry for entry, _ in journal.entries(STATION, MAIN, since=BEGAN)]
        again = Journal(tmp_path / "second.sqlite")
        window = [entry for entry in everything if entry.program_date_time >= lost_at - timedelta(minutes=10)]
        assert not again.agrees(STATION, MAIN, window)
        again.adopt(STATION, MAIN, window)
        fresh = Rendering(MAIN, again, hours_again(again), number=main.number, discontinuities=main.discontinuities)
        await read_back(STATION, [MAIN], node_of(again, store), now=lost_at, hours=lambda rendition: fresh.hours)
        await kept(fresh, store, lost_at, MIDNIGHT)
        keeper = archive({MAIN: fresh}, again, store)
        for minutes in (1, 3, 5):
            await keeper.write(MIDNIGHT + timedelta(minutes=minutes))

        told = (await timeline(store)).renditions[MAIN]
        assert [each.hour for each in told.hours] == list(range(7, 24))
        assert {each.playlist for each in told.hours} == {f"main/{DAY}/{hour:02d}.m3u8" for hour in range(7, 24)}
        assert all(each.closed for each in told.hours)
        numbers: list[int] = []
        for each in told.hours:
            found = await playlist(store, each.playlist)
            assert found.ended
            numbers += range(found.media_sequence, found.media_sequence + len(found.segments))
        assert numbers == list(range(fresh.number))
        assert told.day is not None
        assert len((await playlist(store, told.day)).segments) == fresh.number
        assert {gap.reason for gap in told.gaps} == {GapReason.REFUSED}
        assert list(told.gaps)[: len(before.renditions[MAIN].gaps) - 1] == list(before.renditions[MAIN].gaps)[:-1]
        assert len(told.gaps) == 17

    asyncio.run(work())


def test_what_came_late_for_the_packager_before_is_no_gap_of_the_archive(tmp_path: Path) -> None:
    async def work() -> None:
        store = open_store("memory://", {})
        journal = Journal(tmp_path / "first.sqlite")
        main = Rendering(MAIN, journal, HourBook(BAKU))
        late = []
        for number in range(60):
            recorded_number = main.record(BEGAN + number * FOUR)
            if 20 <= number < 40:
                late.append(recorded_number)
            else:
                main.acknowledge(recorded_number)
        journal.pass_over(STATION, MAIN, late)
        live = journal.listed(STATION, MAIN, window=timedelta(hours=1))
        assert [entry.number for entry in live if entry.gap] == late
        for number in late:
            main.acknowledge(number)
        end = BEGAN + 60 * FOUR
        await archive({MAIN: main}, journal, store).write(end)

        again = Journal(tmp_path / "second.sqlite")
        again.adopt(STATION, MAIN, live)
        fresh = Rendering(MAIN, again, hours_again(again), number=60)
        await read_back(STATION, [MAIN], node_of(again, store), now=end, hours=lambda rendition: fresh.hours)
        assert again.listed(STATION, MAIN, window=timedelta(hours=1)) == live
        assert again.gaps(STATION, MAIN) == []
        recorded(fresh, end, end + 10 * FOUR)
        await archive({MAIN: fresh}, again, store).write(end + timedelta(minutes=2))
        found = await playlist(store, f"main/{DAY}/07.m3u8")
        assert (len(found.segments), any(segment.gap for segment in found.segments)) == (70, False)

    asyncio.run(work())


def test_a_version_that_was_closed_is_never_written_again(tmp_path: Path) -> None:
    async def work() -> None:
        store = open_store("memory://", {})
        journal = Journal(tmp_path / "first.sqlite")
        main = Rendering(MAIN, journal, HourBook(BAKU))
        recorded(main, BEGAN, BEGAN + timedelta(minutes=5))
        closed_at = BEGAN + timedelta(minutes=5)
        await archive({MAIN: main}, journal, store).close(closed_at, closed_at=closed_at)
        closed = await store.get(f"live/{STATION}/main/{DAY}/07.m3u8")
        again = Journal(tmp_path / "second.sqlite")
        again.adopt(STATION, MAIN, [entry for entry, _ in journal.entries(STATION, MAIN, since=BEGAN)][-10:])
        fresh = Rendering(MAIN, again, hours_again(again), number=main.number)
        await read_back(STATION, [MAIN], node_of(again, store), now=closed_at, hours=lambda rendition: fresh.hours)
        recorded(fresh, closed_at, closed_at + timedelta(minutes=2))
        await archive({MAIN: fresh}, again, store).write(closed_at + timedelta(minutes=3))
        assert await store.get(f"live/{STATION}/main/{DAY}/07.m3u8") == closed
        found = await playlist(store, f"main/{DAY}/07-2.m3u8")
        assert (found.media_sequence, len(found.segments), found.ended) == (0, fresh.number, False)

    asyncio.run(work())


class Hesitant:
    """A store that does not answer at first."""

    def __init__(self, inner: ObjectStore) -> None:
        self._inner = inner
        self.refusals = 3

    async def get(self, key: str) -> bytes:
        if self.refusals:
            self.refusals -= 1
            raise RemoteError("no answer", operation="get", subject=key)
        return await self._inner.get(key)

    async def get_tagged(self, key: str) -> Tagged:
        return await self._inner.get_tagged(key)

    async def put(self, *_: object, **__: object) -> str:
        raise AssertionError("nothing is written")

    async def list(self, prefix: str) -> tuple[str, ...]:
        return await self._inner.list(prefix)

    async def delete(self, keys: object) -> None:
        raise AssertionError("nothing is deleted")


def test_a_store_that_does_not_answer_is_asked_again_and_damage_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "ASK_AGAIN_SECONDS", 0.01)

    async def work() -> None:
        inner = open_store("memory://", {})
        journal = Journal(tmp_path / "first.sqlite")
        main = Rendering(MAIN, journal, HourBook(BAKU))
        await kept(main, inner, BEGAN, BEGAN + timedelta(hours=2))
        await inner.put(f"live/{STATION}/main/{DAY}/08.m3u8", b"damaged", keys.CLOSED_HOUR)
        again = Journal(tmp_path / "second.sqlite")
        await read_back(
            STATION,
            [MAIN],
            node_of(again, Hesitant(inner)),
            now=BEGAN + timedelta(hours=2),
            hours=lambda rendition: None,
        )
        hours = {
            entry.program_date_time.astimezone(BAKU).hour for entry, _ in again.entries(STATION, MAIN, since=BEGAN)
        }
        assert hours == {7, 9}

    asyncio.run(work())
