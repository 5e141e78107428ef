"""Two packagers for the same stations: one publishes, the other stands by, and the loser publishes nothing more."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path

import pytest

from election import keys
from election.errors import RemoteError
from election.ids import Rendition
from election.status import parse_public_status
from tests.faults.outage import archived, archived_whole, listed
from tests.upload.packaging import (
    FIRST,
    LONGEST_TEST_SECONDS,
    MAIN,
    PATIENCE_SECONDS,
    SUB,
    Audience,
    cameras,
    packaging,
    run,
    sources_of,
    until,
)
from tests.upload.test_kill import camera_toml, started, written_inputs
from tests.upload.unreliable_store import Fault, UnreliableStore
from upload.lease import parse_lease
from upload.store import ObjectStore, Tagged

pytestmark = [pytest.mark.server, pytest.mark.usefixtures("quick_attempts")]
QUICK = "tests.faults.quick_program"


async def _has(audience: Audience, count: int) -> bool:
    return await audience.count() >= count


def generations(audience: Audience) -> list[int]:
    return [int(segment.uri.split("-")[3]) for segment in audience.segments()]


async def objects_of(store: ObjectStore, generation: int) -> set[str]:
    return {key for key in await store.list(f"live/{FIRST}/") if f"-{generation}-" in key.rpartition("/")[2]}


def test_the_second_packager_stands_by_and_takes_over_when_the_first_ends(
    clips: Path, fast: Path, store: ObjectStore
) -> None:
    unreliable = UnreliableStore(store)

    async def work() -> None:
        audience = Audience(unreliable)
        async with cameras(clips) as server:
            sources = sources_of(server, "cam-001")
            async with packaging(sources, unreliable, fast / "one") as first:
                await first.until(lambda: _has(audience, 1))
                async with packaging(sources, unreliable, fast / "two", name="node-2") as second:
                    await second.until(lambda: second.health().recorder == "waiting")
                    await second.until(lambda: "node-1" in second.health().detail)
                    before = await audience.count()
                    await first.until(lambda: _has(audience, before + 3))
                    assert second.health().next_number == 0
                    assert set(generations(audience)) == {1}
                    states = parse_public_status(await unreliable.get(keys.PUBLIC_STATUS)).states
                    assert states.keys() == {FIRST}
                    await first.stop()
                    await second.until(lambda: _has(audience, before + 6))
                    # What the first has published is read back: the hour is whole.
                    newest = audience.numbers()[-1]
                    await second.until(lambda: archived_whole(unreliable, newest))
        numbers = audience.numbers()
        assert numbers == list(range(len(numbers)))
        assert set(generations(audience)) == {1, 2}
        assert generations(audience) == sorted(generations(audience))
        assert unreliable.broken_rules == []

    run(work())


def test_a_writer_that_was_paused_and_woke_publishes_nothing_more(clips: Path, fast: Path, store: ObjectStore) -> None:
    async def work() -> None:
        audience = Audience(store)
        async with cameras(clips) as server:
            toml = camera_toml(FIRST, server.url("cam-001", MAIN), server.url("cam-001", SUB))
            for name in ("one", "two"):
                (fast / name).mkdir()
                written_inputs(fast / name, f"file://{fast}/store", toml)
            first = await started(fast / "one", program=QUICK)
            await until(lambda: _has(audience, 2))
            os.kill(first.pid, signal.SIGSTOP)
            second = await started(fast / "two", program=QUICK, name="node-2")
            before = await audience.count()
            await until(lambda: _has(audience, before + 2))
            theirs = await objects_of(store, 1)
            os.kill(first.pid, signal.SIGCONT)
            count = await audience.count()
            await until(lambda: _has(audience, count + 4))
            assert generations(audience) == sorted(generations(audience))
            # What it was just sending when it was paused may arrive, and is never listed.
            assert len(await objects_of(store, 1) - theirs) <= 4
            lease = parse_lease(await store.get(keys.lease(FIRST)))
            assert (lease.node, lease.generation) == ("node-2", 2)

            # It stands by from then on, and takes over in its turn.
            assert await second.stop(grace=60) == 0
            await until(lambda: _third(audience))
            # What was published meanwhile is read back before the archive is gone on with.
            newest = audience.numbers()[-1]
            await until(lambda: archived_whole(store, newest))
            assert await first.stop(grace=60) == 0
        assert audience.numbers() == list(range(len(audience.numbers())))

    run(work())


def test_what_no_live_playlist_has_named_is_in_no_hour_and_its_numbers_are_free_for_the_next_packager(
    clips: Path, fast: Path, store: ObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(UnreliableStore, "SLOW_SECONDS", LONGEST_TEST_SECONDS)
    slow = UnreliableStore(store)

    async def archived_more(rendition: Rendition, than: int) -> bool:
        return max(await archived(store, rendition), default=-1) > than

    async def work() -> None:
        audience = Audience(store)
        async with cameras(clips) as server:
            sources = sources_of(server, "cam-001")
            async with packaging(sources, slow, fast / "one") as first:
                await first.until(lambda: _has(audience, 3))
                await first.until(lambda: archived_more(SUB, 0))
                # The live playlist's next put is never answered, while everything else goes on.
                slow.fault = lambda key: Fault.SLOW if key.endswith("main/live.m3u8") else Fault.NONE
                number = first.health().next_number
                await first.until(lambda: first.health().next_number >= number + 4)
                newest = max(await archived(store, SUB))
                await first.until(lambda: archived_more(SUB, newest + 2))
            await audience.look()
            before = await archived(store)
            assert max(before) <= audience.numbers()[-1]

            async with packaging(sources, store, fast / "two", name="node-2") as second:
                newest = max(before)
                await second.until(lambda: listed(audience, newest + 3))
                await second.until(lambda: archived_whole(store, newest + 3))
                after = await archived(store)
                assert {number: after[number] for number in before} == before
                assert second.health().restarts == 0
            await audience.look()
        assert audience.numbers() == list(range(len(audience.numbers())))

    run(work())


async def _third(audience: Audience) -> bool:
    await audience.look(FIRST, MAIN)
    return generations(audience)[-1] == 3


def test_a_packager_that_recorded_while_the_store_was_away_stands_by_where_another_has_taken_over(
    clips: Path, fast: Path, store: ObjectStore
) -> None:
    away = UnreliableStore(store)

    async def unreachable(key: str) -> Tagged:
        raise RemoteError("no answer", operation="get", subject=key)

    async def work() -> None:
        audience = Audience(store)
        async with cameras(clips) as server:
            sources = sources_of(server, "cam-001")
            async with packaging(sources, away, fast / "one") as first:
                await first.until(lambda: _has(audience, 1))
            async with packaging(sources, store, fast / "two", name="node-2") as second:
                before = await audience.count()
                await second.until(lambda: _has(audience, before + 1))
                real, away.get_tagged = away.get_tagged, unreachable  # type: ignore[method-assign] # the way is cut
                async with packaging(sources, away, fast / "one") as first:
                    recorded = first.health().next_number
                    await first.until(lambda: first.health().next_number > recorded + 1)
                    away.get_tagged = real  # type: ignore[method-assign] # the way is there again
                    await first.until(lambda: first.health().recorder == "waiting")
                    await first.until(lambda: "node-2" in first.health().detail)
                    before = await audience.count()
                    await second.until(lambda: _has(audience, before + 3))
        assert set(generations(audience)) == {1, 2}
        numbers = audience.numbers()
        assert numbers == list(range(len(numbers)))

    run(work())


def test_a_store_that_cannot_fence_is_refused_unless_one_vouches_for_a_single_writer(clips: Path, fast: Path) -> None:
    async def work() -> None:
        written_inputs(fast, "s3://bucket?endpoint=http://127.0.0.1:9&conditional_writes=off", "")
        async with cameras(clips) as server:
            toml = camera_toml(FIRST, server.url("cam-001", MAIN), server.url("cam-001", SUB))
            (fast / "cameras.toml").write_text(toml, encoding="utf-8")
            secret = {"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret"}
            said: list[str] = []
            child = await started(fast, environment=secret, on_line=said.append)
            async with asyncio.timeout(PATIENCE_SECONDS):
                assert await child.wait() == 3
            assert "makes no conditional writes" in said[-1]
            assert "--single-writer" in said[-1]
            (fast / "spool/status.json").unlink(missing_ok=True)
            child = await started(fast, environment=secret, arguments=["--single-writer"])
            await until(lambda: (fast / "spool/status.json").exists())
            await asyncio.sleep(1)
            assert child.returncode is None
            assert await child.stop(grace=60) == 0

    run(work())
