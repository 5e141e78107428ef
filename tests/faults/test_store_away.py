"""The object store is away for long: nothing is lost, the live picture comes first, what was missed follows."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from election.timeline import GapReason
from tests.faults.outage import archived, archived_whole, gap_reasons, listed
from tests.upload.packaging import FIRST, MAIN, PATIENCE_SECONDS, VIDEO, Audience, cameras, packaging, run, sources_of
from tests.upload.side_by_side import side_by_side
from tests.upload.unreliable_store import Fault, UnreliableStore
from upload.delivery import LIVE_FIRST_TARGETS
from upload.recovery import Recovery
from upload.store import ObjectStore

pytestmark = [pytest.mark.server, pytest.mark.usefixtures("quick_attempts")]
LONG = LIVE_FIRST_TARGETS * VIDEO.target_duration_seconds + 4
"""Segments, each of a second: more than are uploaded in order."""


async def _has(audience: Audience, count: int) -> bool:
    return await audience.count() >= count


@side_by_side
def test_after_a_long_outage_the_newest_is_live_at_once_and_what_was_missed_follows(
    clips: Path, fast: Path, store: ObjectStore
) -> None:
    unreliable = UnreliableStore(store)

    async def work() -> None:
        audience = Audience(unreliable)
        async with (
            cameras(clips) as server,
            packaging(sources_of(server, "cam-001")[:1], unreliable, fast / "spool") as running,
        ):
            await running.until(lambda: _has(audience, 2))
            unreliable.fault = lambda key: Fault.FAILED
            first_missed = running.health().next_number
            await running.until(lambda: running.health().next_number >= first_missed + LONG)
            newest = running.health().next_number - 1
            late = set(range(first_missed + 2, newest - 1))
            # What comes late is held back for a while, so that it can be seen what comes first.
            unreliable.fault = lambda key: Fault.FAILED if _number(key) in late else Fault.NONE
            await running.until(lambda: listed(audience, newest))
            gaps = [n for n, each in zip(audience.numbers(), audience.segments(), strict=True) if each.gap]
            assert len(gaps) >= LONG - 4
            await running.until(lambda: _tells(store, GapReason.STORE_UNREACHABLE))
            assert running.health().waiting >= len(late)

            unreliable.fault = lambda key: Fault.NONE
            await running.until(lambda: running.health().waiting <= 1)
            await running.until(lambda: archived_whole(store, newest))
            await running.until(lambda: _tells_nothing(store))
            kept = await archived(store)
            assert all(audience.listed[FIRST, MAIN, n].uri.endswith(kept[n].uri) for n in gaps)
            assert running.health().restarts == 0
        assert unreliable.broken_rules == []

    run(work())


@side_by_side
def test_a_packager_that_was_started_anew_during_an_outage_goes_on_in_the_same_way(
    clips: Path, fast: Path, store: ObjectStore
) -> None:
    unreliable = UnreliableStore(store)

    async def work() -> None:
        audience = Audience(unreliable)
        async with cameras(clips) as server:
            sources = sources_of(server, "cam-001")[:1]
            async with packaging(sources, unreliable, fast / "spool") as running:
                await running.until(lambda: _has(audience, 2))
                unreliable.fault = lambda key: Fault.FAILED
                number = running.health().next_number
                await running.until(lambda: running.health().next_number >= number + LONG)
            async with packaging(sources, unreliable, fast / "spool") as running:
                await running.until(lambda: running.health().next_number >= number + LONG + 3)
                unreliable.fault = lambda key: Fault.NONE
                newest = running.health().next_number - 1
                await running.until(lambda: listed(audience, newest))
            # Stopped in the middle of it: what is late is known to the next start as late.
            async with packaging(sources, unreliable, fast / "spool") as running:
                await running.until(lambda: archived_whole(store, newest))
                await running.until(lambda: _has(audience, 3))
        assert unreliable.broken_rules == []

    run(work())


def _number(key: str) -> int:
    name = key.rpartition("/")[2]
    return int(name.partition("-")[0]) if name.endswith(".m4s") else -1


async def _tells(store: ObjectStore, reason: GapReason) -> bool:
    return reason in await gap_reasons(store)


async def _tells_nothing(store: ObjectStore) -> bool:
    return GapReason.STORE_UNREACHABLE not in await gap_reasons(store)


def test_those_who_wait_for_the_store_are_woken_when_it_answers_anybody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("upload.recovery.retry_delay", lambda failures: 3600.0)

    async def work() -> None:
        recovery = Recovery()
        waiting = asyncio.create_task(recovery.wait(20))
        await asyncio.sleep(0.05)
        recovery.succeeded()
        async with asyncio.timeout(PATIENCE_SECONDS):
            await waiting

    run(work())
