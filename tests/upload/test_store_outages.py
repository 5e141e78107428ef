"""The packager while its store fails: nothing is named that is not there, and it catches up."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from election import keys
from election.errors import RemoteError
from election.playlist import parse_master
from election.states import StationState
from election.status import parse_public_status
from machine import ports
from simulator.server import CameraServer
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
from tests.upload.side_by_side import side_by_side
from tests.upload.unreliable_store import Fault, UnreliableStore
from upload import packager
from upload.store import ObjectMissing, ObjectStore, Tagged, open_store

pytestmark = [pytest.mark.server, pytest.mark.usefixtures("quick_attempts")]
LIVE = keys.live(FIRST, MAIN)


@pytest.fixture
def unreliable(store: ObjectStore) -> UnreliableStore:
    return UnreliableStore(store)


async def _has(audience: Audience, count: int) -> bool:
    return await audience.count() >= count


def failing(fault: Fault, wanted: Callable[[str], bool]) -> Callable[[str], Fault]:
    return lambda key: fault if wanted(key) else Fault.NONE


@side_by_side
def test_whatever_fails_in_whatever_way_nothing_is_named_that_is_not_there(
    clips: Path, fast: Path, unreliable: UnreliableStore
) -> None:
    chance = random.Random(1)
    unreliable.fault = lambda key: chance.choices(list(Fault), weights=(5, 2, 2, 1))[0]

    async def work() -> None:
        audience = Audience(unreliable)
        async with (
            cameras(clips) as server,
            packaging(sources_of(server, "cam-001"), unreliable, fast / "spool") as running,
        ):
            await running.until(lambda: _has(audience, 5))
            await running.until(lambda: audience.look(FIRST, SUB))
            unreliable.fault = lambda key: Fault.NONE
            recorded = running.health().next_number
            await running.until(lambda: _has(audience, recorded + 1))
            await running.until(lambda: running.health().store == "")
        numbers = audience.numbers()
        assert numbers == list(range(len(numbers)))
        assert discontinuities(audience.segments()) == 0
        assert unreliable.broken_rules == []

    run(work())


@side_by_side
def test_after_an_outage_everything_recorded_meanwhile_is_listed_by_few_writes(clips: Path, fast: Path) -> None:
    async def outage(server: CameraServer, fault: Fault) -> None:
        unreliable = UnreliableStore(open_store(f"file://{fast}/{fault.name}", {}))
        audience = Audience(unreliable)
        async with packaging(sources_of(server, "cam-001")[:1], unreliable, fast / f"spool-{fault.name}") as running:
            await running.until(lambda: _has(audience, 1))
            unreliable.fault = lambda key: fault
            number = running.health().next_number
            await running.until(lambda: running.health().next_number >= number + 4)
            await running.until(lambda: running.health().recorder == "recording")
            assert running.health().store.endswith("failed as told.")
            assert running.health().waiting >= 3
            unreliable.fault = lambda key: Fault.NONE
            recorded, attempts = running.health().next_number, len(unreliable.attempts)
            await running.until(lambda: _has(audience, recorded))
            await running.until(lambda: running.health().store == "")
            assert unreliable.attempts[attempts:].count(LIVE) <= running.health().next_number + 2
        assert discontinuities(audience.segments()) == 0
        assert unreliable.broken_rules == []

    async def work() -> None:
        async with cameras(clips) as server, asyncio.TaskGroup() as group:
            for fault in (Fault.FAILED, Fault.FAILED_BUT_PERSISTED, Fault.SLOW):
                group.create_task(outage(server, fault))

    run(work())


@side_by_side
def test_a_playlist_write_that_hangs_is_followed_by_one_with_the_newest(
    clips: Path, fast: Path, unreliable: UnreliableStore
) -> None:
    unreliable.SLOW_SECONDS = 1000.0

    async def work() -> None:
        audience = Audience(unreliable)
        async with (
            cameras(clips) as server,
            packaging(sources_of(server, "cam-001")[:1], unreliable, fast / "spool") as running,
        ):
            await running.until(lambda: _has(audience, 1))
            unreliable.fault = failing(Fault.SLOW, lambda key: key == LIVE)
            writes = unreliable.attempts.count(LIVE)
            await running.until(lambda: unreliable.attempts.count(LIVE) == writes + 1)
            number = running.health().next_number
            await running.until(lambda: running.health().next_number >= number + 2)
            assert unreliable.attempts.count(LIVE) == writes + 1  # still the one
            unreliable.fault = lambda key: Fault.NONE
            before = await audience.count()
            unreliable.released.set()
            await running.until(lambda: _has(audience, before + 1))
            assert len(audience.numbers()) >= number + 2  # all in one step
        assert unreliable.broken_rules == []

    run(work())


@side_by_side
def test_stills_and_multivariant_playlists_that_hang_hold_up_no_live_playlist(
    clips: Path, fast: Path, unreliable: UnreliableStore
) -> None:
    unreliable.SLOW_SECONDS = 1000.0
    side = {keys.still(FIRST), keys.master(FIRST)}
    unreliable.fault = failing(Fault.SLOW, lambda key: key in side)

    async def work() -> None:
        audience = Audience(unreliable)
        async with (
            cameras(clips) as server,
            packaging(sources_of(server, "cam-001"), unreliable, fast / "spool") as running,
        ):
            await running.until(lambda: _has(audience, 4))
            assert side & set(unreliable.attempts)
            delay = running.health().listed_milliseconds
            assert delay is not None
            assert delay < 60_000
        assert unreliable.broken_rules == []

    run(work())


@side_by_side
def test_a_multivariant_playlist_that_failed_is_written_with_the_next_segment(
    clips: Path, fast: Path, unreliable: UnreliableStore, store: ObjectStore
) -> None:
    master = keys.master(FIRST)
    unreliable.fault = failing(Fault.FAILED, lambda key: key == master and unreliable.attempts.count(master) < 3)

    async def work() -> None:
        async with (
            cameras(clips) as server,
            packaging(sources_of(server, "cam-001")[:1], unreliable, fast / "spool") as running,
        ):

            async def is_there() -> bool:
                try:
                    return bool(await store.get(master))
                except ObjectMissing:
                    return False

            await running.until(is_there)
            assert unreliable.attempts.count(master) >= 3
        assert unreliable.broken_rules == []

    run(work())


@side_by_side
def test_the_multivariant_playlist_names_no_rendition_whose_playlist_is_not_written_yet(
    clips: Path, fast: Path, unreliable: UnreliableStore
) -> None:
    unreliable.fault = failing(Fault.FAILED, lambda key: key == LIVE)

    async def variants() -> list[str]:
        try:
            return [
                variant.uri for variant in parse_master((await unreliable.get(keys.master(FIRST))).decode()).variants
            ]
        except ObjectMissing:
            return []

    async def one() -> bool:
        return bool(await variants())

    async def both() -> bool:
        return await variants() == ["sub/live.m3u8", "main/live.m3u8"]

    async def work() -> None:
        async with (
            cameras(clips) as server,
            packaging(sources_of(server, "cam-001"), unreliable, fast / "spool") as running,
        ):
            await running.until(lambda: unreliable.attempts.count(LIVE) >= 3)
            number = running.health(FIRST, SUB).next_number
            await running.until(lambda: running.health(FIRST, SUB).next_number >= number + 2)
            await running.until(one)
            assert await variants() == ["sub/live.m3u8"]
            unreliable.fault = lambda key: Fault.NONE
            await running.until(both)
        assert unreliable.broken_rules == []

    run(work())


def test_the_public_status_is_written_although_the_spool_takes_no_report(
    fast: Path, unreliable: UnreliableStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packager, "STATUS_SECONDS", 0.05)
    (fast / "spool/status.json/in the way").mkdir(parents=True)

    async def work() -> None:
        sources = [source(f"rtsp://127.0.0.1:{ports.free_port()}/main")]
        async with packaging(sources, unreliable, fast / "spool") as running:
            await running.until(lambda: unreliable.attempts.count(keys.PUBLIC_STATUS) >= 3)
            unreliable.fault = lambda key: Fault.FAILED
            written = unreliable.attempts.count(keys.PUBLIC_STATUS)
            await running.until(lambda: unreliable.attempts.count(keys.PUBLIC_STATUS) >= written + 3)
        states = parse_public_status(await unreliable.get(keys.PUBLIC_STATUS)).states
        assert states in ({FIRST: StationState.SCHEDULED}, {FIRST: StationState.OFFLINE})  # by how long it took

    run(work())


def test_a_store_that_is_down_at_the_start_is_waited_for_when_nothing_is_known(
    clips: Path, fast: Path, unreliable: UnreliableStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, down = unreliable.get_tagged, True

    async def get_tagged(key: str) -> Tagged:
        if down:
            raise RemoteError("no answer", operation="get", subject=key)
        return await real(key)

    monkeypatch.setattr(unreliable, "get_tagged", get_tagged)

    async def work() -> None:
        nonlocal down
        audience = Audience(unreliable)
        async with (
            cameras(clips) as server,
            packaging(sources_of(server, "cam-001")[:1], unreliable, fast / "spool") as running,
        ):
            await running.until(lambda: running.health().store)
            await asyncio.sleep(1.5)
            assert (running.health().recorder, running.health().store) == ("waiting", "no answer")
            assert not any(key.startswith("live/") for key in unreliable.attempts)
            down = False
            await running.until(lambda: _has(audience, 1))
        down = True  # a packager that knows its numbers goes on without the store's word
        async with (
            cameras(clips) as server,
            packaging(sources_of(server, "cam-001")[:1], unreliable, fast / "spool") as running,
        ):
            await running.until(lambda: running.health().next_number >= 4)
            await running.until(lambda: running.health().recorder == "recording")
            down = False  # what was recorded meanwhile is published in the same run
            await running.until(lambda: _has(audience, 4))
            assert running.health().restarts == 0
        assert unreliable.broken_rules == []

    run(work())
