"""What a packager finds in its spool and in the store when it starts, and what it makes of it."""

from __future__ import annotations

import asyncio
import errno
import functools
import os
import shutil
import sqlite3
import time
from pathlib import Path

import pytest

from election import keys
from election.configuration import VideoTable
from election.ids import Rendition, StationId
from election.playlist import parse_master
from machine import ports
from tests.faults.outage import archived_whole
from tests.upload.packaging import (
    FIRST,
    MAIN,
    SUB,
    Audience,
    cameras,
    discontinuities,
    packaging,
    run,
    source,
    sources_of,
)
from tests.upload.recordings import left_over_run
from tests.upload.side_by_side import side_by_side
from tests.upload.unreliable_store import Fault, UnreliableStore
from upload.spool import INIT_NAME, Run, Spool
from upload.store import ObjectMissing, ObjectStore

pytestmark = [pytest.mark.server, pytest.mark.usefixtures("quick_attempts")]


async def _has(audience: Audience, count: int, *place: object) -> bool:
    return await audience.count(*place) >= count  # type: ignore[arg-type] # station and rendition


async def _has_more(audience: Audience, before: list[int]) -> bool:
    await audience.look()
    return audience.numbers() > before


def nobody() -> str:
    """Return the address of a camera that is not there."""
    return f"rtsp://127.0.0.1:{ports.free_port()}/main"


@side_by_side
def test_a_finished_segment_that_the_journal_does_not_know_is_published(fast: Path, store: ObjectStore) -> None:
    left_over_run(fast / "spool/media", FIRST, MAIN, seconds=3)

    async def work() -> None:
        audience = Audience(store)
        async with packaging([source(nobody())], store, fast / "spool") as running:
            await running.until(lambda: _has(audience, 3))
            await running.until(lambda: not (fast / "spool/media" / FIRST / "main/00000000001000").exists())
        assert audience.numbers()[:3] == [0, 1, 2]
        published = audience.segments()[:3]
        assert not any(segment.gap or segment.discontinuity for segment in published)

    run(work())


@side_by_side
def test_a_file_that_a_kill_cut_short_is_passed_over(fast: Path, store: ObjectStore) -> None:
    left = left_over_run(fast / "spool/media", FIRST, MAIN, seconds=3)
    os.truncate(left.segments()[1], 1000)

    async def work() -> None:
        audience = Audience(store)
        async with packaging([source(nobody())], store, fast / "spool") as running:
            await running.until(lambda: _has(audience, 2))
            await running.until(lambda: not left.folder.exists())
        # The hole in the stream's times is a discontinuity.
        assert [segment.discontinuity for segment in audience.segments() if not segment.gap] == [False, True]

    run(work())


@side_by_side
def test_left_over_segments_that_cannot_be_published_are_removed_and_stop_nothing(
    fast: Path, store: ObjectStore
) -> None:
    no_init = left_over_run(fast / "spool/media", FIRST, MAIN)
    (no_init.folder / INIT_NAME).write_bytes(b"not what it should be")
    unknown_codec = left_over_run(fast / "spool/media", FIRST, SUB, codec="mpeg4")

    async def work() -> None:
        sources = [source(nobody()), source(nobody(), rendition=SUB)]
        async with packaging(sources, store, fast / "spool") as running:
            await running.until(lambda: not no_init.folder.exists() and not unknown_codec.folder.exists())
            await running.until(lambda: running.health().restarts and running.health(FIRST, SUB).restarts)
        assert await Audience(store).look() is None

    run(work())


@side_by_side
def test_segments_that_vanished_from_the_spool_are_listed_as_gaps(clips: Path, fast: Path, store: ObjectStore) -> None:
    unreliable = UnreliableStore(store)

    async def work() -> None:
        audience = Audience(unreliable)
        async with cameras(clips) as server:
            sources = sources_of(server, "cam-001")[:1]
            async with packaging(sources, unreliable, fast / "spool") as running:
                await running.until(lambda: _has(audience, 1))
                unreliable.fault = lambda key: Fault.FAILED if key.endswith(".m4s") else Fault.NONE
                number = running.health().next_number
                await running.until(lambda: running.health().next_number >= number + 3)
            waiting = sorted((fast / "spool/media").glob("*/*/*/*.m4s"))
            waiting[0].unlink()
            unreliable.fault = lambda key: Fault.NONE
            async with packaging(sources, unreliable, fast / "spool") as running:
                await running.until(lambda: _has(audience, number + 4))
                # What was recorded long before the newest is passed over, and comes late.
                await running.until(lambda: running.health().waiting == 0)
                there = await store.list(f"live/{FIRST}/main/")
        segments = audience.segments()
        # The restart may be a gap of its own.
        gaps = [segment.uri for segment in segments if segment.gap and not segment.uri.endswith("-gap.m4s")]
        assert sum(f"live/{FIRST}/main/{uri}" not in there for uri in gaps) == 1
        assert audience.numbers() == list(range(len(segments)))
        assert unreliable.broken_rules == []

    run(work())


@side_by_side
def test_a_spool_whose_media_folder_is_gone_goes_on_with_new_pictures(
    clips: Path, fast: Path, store: ObjectStore
) -> None:
    unreliable = UnreliableStore(store)

    async def work() -> None:
        audience = Audience(unreliable)
        async with cameras(clips) as server:
            sources = sources_of(server, "cam-001")[:1]
            # The very first segments never reach the store, their initialisation segment neither.
            unreliable.fault = lambda key: Fault.FAILED if key.startswith("live/") else Fault.NONE
            async with packaging(sources, unreliable, fast / "spool") as running:
                await running.until(lambda: running.health().next_number >= 2)
            shutil.rmtree(fast / "spool/media")
            unreliable.fault = lambda key: Fault.NONE
            async with packaging(sources, unreliable, fast / "spool") as running:
                await running.until(lambda: _has(audience, 4))
        assert [segment.gap for segment in audience.segments()][:2] == [True, True]
        assert not all(segment.gap for segment in audience.segments())
        assert unreliable.broken_rules == []

    run(work())


@side_by_side
def test_two_machines_one_after_the_other_and_back_again_make_one_sequence(
    clips: Path, fast: Path, store: ObjectStore
) -> None:
    unreliable = UnreliableStore(store)

    async def work() -> None:
        audience = Audience(unreliable)
        async with cameras(clips) as server:
            sources = sources_of(server, "cam-001")[:1]
            async with packaging(sources, unreliable, fast / "first") as running:
                await running.until(lambda: _has(audience, 2))
                # The first machine loses its way to the store and goes on recording.
                unreliable.fault = lambda key: Fault.FAILED
                number = running.health().next_number
                await running.until(lambda: running.health().next_number >= number + 3)
            unreliable.fault = lambda key: Fault.NONE
            async with packaging(sources, unreliable, fast / "second") as running:
                before = await audience.count()
                await running.until(lambda: _has(audience, before + 2))
                await asyncio.sleep(3)  # by now what lies in the first machine's spool is old
            async with packaging(sources, unreliable, fast / "first") as running:
                before = await audience.count()
                await running.until(lambda: _has(audience, before + 2))
        numbers = audience.numbers()
        assert numbers == list(range(len(numbers)))
        assert unreliable.broken_rules == []
        generations = [int(segment.uri.split("-")[3]) for segment in audience.segments()]
        assert generations == sorted(generations)
        assert set(generations) == {1, 2, 3}

    run(work())


@side_by_side
def test_a_target_duration_changed_during_the_day_stays_as_it_was_published(fast: Path, store: ObjectStore) -> None:
    left_over_run(fast / "spool/media", FIRST, MAIN, seconds=4, gop=2)

    async def work() -> None:
        audience = Audience(store)
        async with packaging([source(nobody())], store, fast / "spool") as running:
            await running.until(lambda: _has(audience, 2))
        for seconds in (1, 8):
            other = VideoTable(segment_seconds=1, target_duration_seconds=seconds, window_seconds=30)
            before = audience.numbers()
            async with packaging([source(nobody())], store, fast / "spool", video=other) as running:
                await running.until(lambda: running.health().recorder == "refused")
                await running.until(functools.partial(_has_more, audience, before))

    run(work())


@side_by_side
def test_a_rendition_that_is_away_at_a_restart_keeps_its_place_in_the_multivariant_playlist(
    clips: Path, fast: Path, store: ObjectStore
) -> None:
    async def work() -> None:
        audience = Audience(store)
        async with cameras(clips) as server:
            main, sub = sources_of(server, "cam-001")

            async def both_are_announced() -> bool:
                try:
                    return len(parse_master((await store.get(keys.master(FIRST))).decode()).variants) == 2
                except ObjectMissing:
                    return False

            async with packaging([main, sub], store, fast / "spool") as running:
                await running.until(lambda: _has(audience, 1))
                await running.until(lambda: _has(audience, 1, FIRST, SUB))
                await running.until(both_are_announced)
            away = source(nobody())
            async with packaging([away, sub], store, fast / "spool") as running:
                before = await audience.count(FIRST, SUB)
                await running.until(lambda: _has(audience, before + 2, FIRST, SUB))
                assert await both_are_announced()

    run(work())


@side_by_side
def test_a_journal_that_cannot_be_written_for_a_while_loses_no_segment(
    clips: Path, fast: Path, store: ObjectStore
) -> None:
    async def work() -> None:
        audience = Audience(store)
        async with (
            cameras(clips) as server,
            packaging(sources_of(server, "cam-001")[:1], store, fast / "spool") as running,
        ):
            await running.until(lambda: _has(audience, 2))
            node = running.packager.node
            assert node is not None
            database = node.journal._database
            pages = database.execute("PRAGMA page_count").fetchone()[0]
            database.execute(f"PRAGMA max_page_count={pages}")  # as good as a full disk
            with pytest.raises(sqlite3.OperationalError, match="full"), node.journal._transaction():
                database.execute("INSERT INTO init VALUES ('big', zeroblob(1000000))")
            database.execute("PRAGMA max_page_count=1000000")
            number = await audience.count()
            await running.until(lambda: _has(audience, number + 2))
        numbers = audience.numbers()
        assert numbers == list(range(len(numbers)))

    run(work())


@side_by_side
def test_a_left_over_older_than_what_was_published_since_is_not_given_a_false_time(
    clips: Path, fast: Path, store: ObjectStore
) -> None:
    async def work() -> None:
        audience = Audience(store)
        async with cameras(clips) as server:
            async with packaging(sources_of(server, "cam-001")[:1], store, fast / "spool") as running:
                await running.until(lambda: _has(audience, 2))
            count = running.health().next_number
        left = await asyncio.to_thread(left_over_run, fast / "spool/media", FIRST, MAIN)
        for file in left.segments():
            os.utime(file, (time.time() - 3600, time.time() - 3600))
        async with packaging([source(nobody())], store, fast / "spool") as running:
            await running.until(lambda: not left.folder.exists())
            await running.until(lambda: running.health().restarts)
        assert await audience.count() <= count + 1

    run(work())


@side_by_side
def test_a_damaged_playlist_is_never_begun_anew_and_stops_no_other_rendition(
    clips: Path, fast: Path, store: ObjectStore
) -> None:
    key, damage = keys.live(FIRST, MAIN), b"#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:x\n"

    async def work() -> None:
        audience = Audience(store)
        await store.put(key, damage, keys.live_playlist_kind(2))
        async with cameras(clips) as server:
            async with packaging(sources_of(server, "cam-001"), store, fast / "spool") as running:
                await running.until(lambda: _has(audience, 1, FIRST, SUB))
                await running.until(lambda: running.health().detail.startswith(f"{key} is damaged: line 2: "))
                assert running.health().detail.endswith("Repair or delete it, then start again.")
            assert await store.get(key) == damage

    run(work())


def test_a_full_disk_in_one_rendition_disturbs_no_other_and_is_recovered_from(
    clips: Path, fast: Path, store: ObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, full = Spool.begin_run, True

    def begin_run(self: Spool, station: StationId, rendition: Rendition, *, milliseconds: int) -> Run:
        if full and rendition is MAIN:
            raise OSError(errno.ENOSPC, "No space left on device", "spool")
        return real(self, station, rendition, milliseconds=milliseconds)

    monkeypatch.setattr(Spool, "begin_run", begin_run)

    async def work() -> None:
        nonlocal full
        audience = Audience(store)
        async with (
            cameras(clips) as server,
            packaging(sources_of(server, "cam-001"), store, fast / "spool") as running,
        ):
            await running.until(lambda: _has(audience, 2, FIRST, SUB))
            await running.until(lambda: running.health().recorder == "failed")
            assert running.health().detail.startswith("Publishing failed: [Errno 28] No space left on device")
            full = False
            await running.until(lambda: _has(audience, 2))
            assert running.health(FIRST, SUB).restarts == 0
            await running.until(lambda: running.health().detail == "")

    run(work())


@side_by_side
def test_a_wiped_spool_is_rebuilt_from_what_is_published(clips: Path, fast: Path, store: ObjectStore) -> None:
    unreliable = UnreliableStore(store)

    async def work() -> None:
        audience = Audience(store)
        async with cameras(clips) as server:
            sources = sources_of(server, "cam-001")
            async with packaging(sources, unreliable, fast / "spool") as running:
                await running.until(lambda: _has(audience, 3))
                unreliable.fault = lambda key: Fault.FAILED  # it is not even given the time to give its lease back
            unreliable.fault = lambda key: Fault.NONE
            os.rename(fast / "spool", fast / "lost")  # noqa: PTH104 - a disk that is replaced
            before = await audience.count()
            async with packaging(sources, unreliable, fast / "spool") as running:
                await running.until(lambda: running.health().recorder == "waiting")
                await running.until(lambda: _has(audience, before + 2))
                await running.until(lambda: _has(audience, 1, FIRST, SUB))
                newest = audience.numbers()[-1]
                await running.until(lambda: archived_whole(store, newest))
        numbers = audience.numbers()
        assert numbers == list(range(len(numbers)))
        assert discontinuities(audience.segments()) == 1
        generations = [int(segment.uri.split("-")[3]) for segment in audience.segments()]
        assert set(generations) == {1, 2}

    run(work())
