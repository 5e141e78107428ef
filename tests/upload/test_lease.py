"""A station's lease is taken, kept, waited for and lost; and what may still be written then: nothing."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from election import keys
from election.errors import RemoteError
from election.ids import station_id
from election.keys import ObjectKind
from tests.upload.packaging import PATIENCE_SECONDS, run, until
from upload import lease
from upload.fenced_store import FencedStore
from upload.lease import Holder, Lease, LeaseRecord, Superseded, parse_lease
from upload.store import ObjectStore, Tagged, open_store

STATION = station_id(34, 12)
KEY = keys.lease(STATION)
PLAYLIST = keys.live_playlist_kind(6)
LIVE = "live/034-012/main/live.m3u8"
ONE, TWO = Holder(spool="one", node="node-1"), Holder(spool="two", node="node-2")


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let packagers look often, and leases never run out."""
    monkeypatch.setattr(lease, "LEASE_SECONDS", 3600.0)
    monkeypatch.setattr(lease, "RENEW_SECONDS", 0.25)
    monkeypatch.setattr(lease, "LOOK_SECONDS", 0.05)


@pytest.fixture
def short_leases(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let leases run out soon."""
    monkeypatch.setattr(lease, "LEASE_SECONDS", 1.0)


class Lossy:
    """A store that carries out a put and loses the answer, when told to."""

    def __init__(self, inner: ObjectStore) -> None:
        self._inner = inner
        self.loses: set[str] = set()
        """Keys of which the next put's answer is lost."""
        self.delivers_late: list[tuple[str, bytes, str | None]] = []
        """Puts that the network has not delivered yet, when `holds` is set."""
        self.holds = False

    async def put(
        self, key: str, body: bytes, kind: ObjectKind, *, only_if_absent: bool = False, only_if_tag: str | None = None
    ) -> str:
        if self.holds:
            self.delivers_late.append((key, body, only_if_tag))
            raise RemoteError("no answer", operation="put", subject=key)
        tag = await self._inner.put(key, body, kind, only_if_absent=only_if_absent, only_if_tag=only_if_tag)
        if key in self.loses:
            self.loses.discard(key)
            raise RemoteError("no answer", operation="put", subject=key)
        return tag

    async def get(self, key: str) -> bytes:
        return await self._inner.get(key)

    async def get_tagged(self, key: str) -> Tagged:
        return await self._inner.get_tagged(key)

    async def list(self, prefix: str) -> tuple[str, ...]:
        return await self._inner.list(prefix)

    async def delete(self, keys: object) -> None:
        raise AssertionError("nothing is deleted")


def memory() -> ObjectStore:
    return open_store("memory://", {})


async def record(store: ObjectStore) -> LeaseRecord:
    return parse_lease(await store.get(KEY))


def test_the_first_lease_is_taken_at_once_and_says_who_holds_it() -> None:
    async def work() -> None:
        store = memory()
        assert await Lease(store, STATION, ONE).take() == 1
        found = await record(store)
        assert (found.station, found.holder, found.node, found.generation) == (STATION, "one", "node-1", 1)
        assert not found.released

    run(work())


def test_a_packager_that_starts_again_with_its_spool_takes_its_own_lease_at_once() -> None:
    async def work() -> None:
        store = memory()
        await Lease(store, STATION, ONE).take()
        async with asyncio.timeout(PATIENCE_SECONDS):
            assert await Lease(store, STATION, ONE).take() == 2
            assert await Lease(store, STATION, ONE).take(at_least=7) == 7

    run(work())


def test_a_lease_that_was_given_back_is_taken_at_once_by_another() -> None:
    async def work() -> None:
        store = memory()
        first = Lease(store, STATION, ONE)
        await first.take()
        await first.release()
        assert (await record(store)).released
        async with asyncio.timeout(PATIENCE_SECONDS):
            assert await Lease(store, STATION, TWO).take() == 2

    run(work())


@pytest.mark.usefixtures("short_leases")
def test_a_lease_that_is_renewed_is_waited_for_and_one_that_is_not_is_taken() -> None:
    async def work() -> None:
        store = memory()
        first, second = Lease(store, STATION, ONE), Lease(store, STATION, TWO)
        await first.take()
        keeping = asyncio.create_task(first.keep())
        taking = asyncio.create_task(second.take())
        await asyncio.sleep(2 * lease.LEASE_SECONDS)
        assert not taking.done()
        assert second.waits_for == "node-1"
        keeping.cancel()
        async with asyncio.timeout(PATIENCE_SECONDS):
            assert await taking == 2
        assert second.waits_for == ""
        with pytest.raises(Superseded, match="has taken this station's lease"):
            await first.renew()
        with pytest.raises(Superseded):
            await first.require()

    run(work())


def test_while_one_who_waits_stands_still_himself_no_lease_runs_out(monkeypatch: pytest.MonkeyPatch) -> None:
    class Unchanged(Lossy):
        """A store whose lease is never renewed, and is read at once."""

        found: Tagged

        async def get_tagged(self, key: str) -> Tagged:
            return self.found

    passed = 0.0
    monkeypatch.setattr(lease, "time", SimpleNamespace(monotonic=lambda: time.monotonic() + passed))

    async def work() -> None:
        nonlocal passed
        inner = memory()
        await Lease(inner, STATION, ONE).take()
        store = Unchanged(inner)
        store.found = await inner.get_tagged(KEY)
        waiting = Lease(store, STATION, TWO)
        taking = asyncio.create_task(waiting.take())
        await until(lambda: waiting.waits_for)
        for _ in range(3):
            passed += 2 * lease.LEASE_SECONDS
            await asyncio.sleep(3 * lease.LOOK_SECONDS)
        assert not taking.done()
        monkeypatch.setattr(lease, "LEASE_SECONDS", 0.5)
        assert await taking == 2

    run(work())


def test_what_was_renewed_long_ago_need_not_be_watched_and_what_is_damaged_is_taken_anew() -> None:
    async def work() -> None:
        store = memory()
        old = LeaseRecord(
            station=STATION,
            holder="three",
            node="node-3",
            session="x",
            generation=41,
            renewed=datetime.now(UTC) - timedelta(hours=1),
        )
        await store.put(KEY, old.format(), keys.PRIVATE_STATUS)
        async with asyncio.timeout(PATIENCE_SECONDS):
            assert await Lease(store, STATION, ONE).take() == 42
            for body in (b"", b"{}", b'{"version": 2}', b"[1]"):
                await store.put(KEY, body, keys.PRIVATE_STATUS)
                assert await Lease(store, STATION, ONE).take(at_least=43) == 43

    run(work())


def test_a_lease_that_is_renewed_by_a_clock_an_hour_back_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lease, "RENEW_SECONDS", 1.0)
    behind = timedelta(hours=1)

    async def work() -> None:
        store = memory()
        holder, other = Lease(store, STATION, ONE), Lease(store, STATION, TWO)
        write = holder._record

        def by_the_wrong_clock(generation: int) -> LeaseRecord:
            return replace(write(generation), renewed=datetime.now(UTC) - behind)

        monkeypatch.setattr(holder, "_record", by_the_wrong_clock)
        await holder.take()
        keeping = asyncio.create_task(holder.keep())
        taking = asyncio.create_task(other.take())
        await asyncio.sleep(3 * lease.RENEW_SECONDS)
        assert not taking.done()
        assert not keeping.done()
        assert other.waits_for == "node-1"
        keeping.cancel()
        async with asyncio.timeout(PATIENCE_SECONDS):
            assert await taking == 2

    run(work())


def test_an_answer_that_was_lost_costs_nobody_the_lease() -> None:
    async def work() -> None:
        store = Lossy(memory())
        store.loses = {KEY}
        held = Lease(store, STATION, ONE)
        assert await held.take() >= 1
        store.loses = {KEY}
        with pytest.raises(RemoteError, match="no answer"):
            await held.renew()
        await held.renew()
        assert held.lost is None

    run(work())


def test_of_many_that_start_at_once_one_holds_the_lease() -> None:
    async def work() -> None:
        store = memory()
        leases = [Lease(store, STATION, Holder(spool=f"spool-{n}", node=f"node-{n}")) for n in range(16)]
        tasks = [asyncio.create_task(each.take()) for each in leases]
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        await until(lambda: sum(bool(each.waits_for) for each in leases) == 15)
        assert sum(task.done() for task in tasks) == 1
        for task in tasks:
            task.cancel()

    run(work())


async def two_writers(store: ObjectStore) -> tuple[FencedStore, FencedStore]:
    """Return the stores of a writer that was replaced and of the one that replaced it."""
    first, second = Lease(store, STATION, ONE), Lease(store, STATION, TWO)
    await first.take()
    early = FencedStore(store, first)
    early.admit()
    await early.put(LIVE, b"first", PLAYLIST)
    await store.put(KEY, b"{}", keys.PRIVATE_STATUS)  # as if it had run out
    await second.take()
    late = FencedStore(store, second)
    late.admit()
    return early, late


def test_the_writer_that_was_replaced_changes_nothing_and_learns_it() -> None:
    async def work() -> None:
        store = memory()
        early, late = await two_writers(store)
        assert await late.get(LIVE) == b"first"
        await late.put(LIVE, b"second", PLAYLIST)
        with pytest.raises(Superseded, match="was written by another packager"):
            await early.put(LIVE, b"first again", PLAYLIST)
        for kind in (keys.MEDIA_SEGMENT, PLAYLIST, keys.TIMELINE):
            with pytest.raises(Superseded):
                await early.put("live/034-012/x", b"x", kind)
        assert await store.get(LIVE) == b"second"
        assert "live/034-012/x" not in await store.list("live/034-012/")
        await late.put(LIVE, b"third", PLAYLIST)

    run(work())


@pytest.mark.usefixtures("short_leases")
def test_after_a_pause_the_lease_is_asked_for_before_anything_is_put() -> None:
    async def work() -> None:
        store = memory()
        early, _ = await two_writers(store)
        await asyncio.sleep(lease.LEASE_SECONDS + 0.5)
        with pytest.raises(Superseded, match="has taken this station's lease"):
            await early.put("live/034-012/main/x.m4s", b"x", keys.MEDIA_SEGMENT)
        assert await store.list("live/034-012/main/") == (LIVE,)

    run(work())


def test_a_put_whose_answer_was_lost_is_known_as_ones_own() -> None:
    async def work() -> None:
        store = Lossy(memory())
        held = Lease(store, STATION, ONE)
        await held.take()
        fenced = FencedStore(store, held)
        fenced.admit()
        for key in ("live/new.m3u8", "live/new.m3u8"):  # where nothing was, and in place of something
            store.loses = {key}
            with pytest.raises(RemoteError, match="no answer"):
                await fenced.put(key, b"lost", PLAYLIST)
            await fenced.put(key, b"newer", PLAYLIST)
            assert await store.get(key) == b"newer"
        assert held.lost is None

    run(work())


def test_what_the_network_delivers_late_changes_nothing() -> None:
    async def work() -> None:
        inner = memory()
        store = Lossy(inner)
        held = Lease(store, STATION, ONE)
        await held.take()
        fenced = FencedStore(store, held)
        fenced.admit()
        await fenced.put(LIVE, b"1", PLAYLIST)
        store.holds = True
        with pytest.raises(RemoteError):
            await fenced.put(LIVE, b"2", PLAYLIST)
        store.holds = False
        await fenced.put(LIVE, b"3", PLAYLIST)
        ((key, body, tag),) = store.delivers_late
        with pytest.raises(RemoteError, match="another one by now"):
            await inner.put(key, body, PLAYLIST, only_if_tag=tag)
        assert await inner.get(LIVE) == b"3"

    run(work())


def test_nothing_is_put_before_what_is_published_was_read_back() -> None:
    async def work() -> None:
        store = memory()
        held = Lease(store, STATION, ONE)
        await held.take()
        fenced = FencedStore(store, held)
        putting = asyncio.create_task(fenced.put(LIVE, b"x", PLAYLIST))
        await asyncio.sleep(0.05)
        assert await store.list("live/") == ()
        fenced.admit()
        await putting
        assert await store.get(LIVE) == b"x"

    run(work())


def test_a_single_writer_puts_without_conditions_and_counts_generations_all_the_same() -> None:
    async def work() -> None:
        store = memory()
        alone = Holder(spool="one", node="node-1", may_fence=False)
        await Lease(store, STATION, TWO).take()
        held = Lease(store, STATION, alone)
        assert await held.take() == 2
        fenced = FencedStore(store, held, may_fence=False)
        fenced.admit()
        await fenced.put(LIVE, b"1", PLAYLIST)
        await store.put(LIVE, b"somebody else's", PLAYLIST)
        await fenced.put(LIVE, b"2", PLAYLIST)
        assert await store.get(LIVE) == b"2"
        await held.release()

    run(work())


def test_a_lease_whose_taking_was_not_answered_is_known_as_ones_own_and_counts_once() -> None:
    class Mute(Lossy):
        async def put(
            self,
            key: str,
            body: bytes,
            kind: ObjectKind,
            *,
            only_if_absent: bool = False,
            only_if_tag: str | None = None,
        ) -> str:
            await self._inner.put(key, body, kind, only_if_absent=only_if_absent, only_if_tag=only_if_tag)
            raise RemoteError("no answer", operation="put", subject=key)

    async def work() -> None:
        inner = memory()
        await Lease(inner, STATION, ONE).take()
        held = Lease(Mute(inner), STATION, ONE)
        async with asyncio.timeout(PATIENCE_SECONDS):
            assert await held.take() == 2
        assert (await record(inner)).generation == 2

    run(work())
