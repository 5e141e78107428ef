"""A packager whose store misbehaves in each way a store can, and what is published when that is over.

A real S3 server behind a proxy that spoils what it is told to. All cases run at once, each with a bucket, a proxy and a
packager of its own; viewers read past the proxy. What counts is what the hour playlists hold in the end: everything, in
order, and nothing that is not there.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from election import keys
from election.playlist import Segment, parse_media
from election.timeline import RenditionDay, parse_timeline
from simulator.server import CameraServer
from tests.faults.s3_proxy import Fault, S3Proxy, s3_proxy
from tests.servers import S3Server, fast_folder
from tests.upload.packaging import (
    FIRST,
    LONGEST_TEST_SECONDS,
    MAIN,
    Audience,
    Running,
    cameras,
    discontinuities,
    packaging,
    run,
    sources_of,
)
from tests.upload.test_store import new_bucket
from upload.status_table import read_report
from upload.store import ObjectStore, open_store

pytestmark = pytest.mark.server
LIVE = keys.live(FIRST, MAIN)
MEDIA = "live/*.m4s"
SHORT_TIMEOUT = 2.0
AS_USUAL = 15.0


@dataclass(kw_only=True)
class Scene:
    """A packager, its store and who watches; the packager may be started more than once."""

    server: CameraServer
    proxy: S3Proxy
    through: ObjectStore
    direct: ObjectStore
    spool: Path
    audience: Audience = field(init=False)
    restarts: int = 0

    def __post_init__(self) -> None:
        self.audience = Audience(self.direct)

    def packager(self) -> AbstractAsyncContextManager[Running]:
        """Start one, with an empty spool."""
        self.restarts += 1
        return packaging(sources_of(self.server, "cam-001")[:1], self.through, self.spool / str(self.restarts))

    async def has(self, count: int) -> bool:
        return await self.audience.count() >= count

    async def shown(self, running: Running, count: int) -> None:
        """Wait until so many segments with pictures have been listed."""
        await running.until(lambda: self.has(count))

    async def days(self) -> list[RenditionDay]:
        """Return what the timelines tell."""
        keys = [key for key in await self.direct.list(f"live/{FIRST}/") if key.endswith("timeline.json")]
        return [parse_timeline(await self.direct.get(key)).renditions[MAIN] for key in keys]

    async def archived(self) -> list[Segment]:
        """Return what the day's hour playlists name, in order."""
        found: list[Segment] = []
        for day in await self.days():
            for hour in day.hours:
                found += parse_media((await self.direct.get(f"live/{FIRST}/{hour.playlist}")).decode()).segments
        return found

    async def require_all(self, running: Running, *, restarts: int = 0) -> None:
        """When all is well again, everything recorded is in the hour playlists, in order, and it is there.

        It is whole but where the recording began anew, as the timeline tells: so often at least, and on a machine that
        stands still for seconds perhaps once more.
        """
        recorded = running.health().next_number
        await self.shown(running, recorded)

        async def told() -> bool:
            return len(await self.archived()) >= recorded

        await running.until(told)
        segments = await self.archived()
        numbers = [int(segment.uri.partition("-")[0]) for segment in segments]
        assert numbers == list(range(len(numbers)))
        told_restarts = [restart for day in await self.days() for restart in day.restarts]
        assert discontinuities(segments) == len(told_restarts) >= restarts, told_restarts
        assert told_restarts or not any(segment.gap for segment in segments)
        there = {key.rpartition("/")[2] for key in await self.direct.list(f"live/{FIRST}/main/")}
        assert {segment.uri for segment in segments if not segment.gap} <= there
        await running.until(lambda: running.health().store == "")


async def spoilt(scene: Scene, told: str, *, key: str = "live/*", fault: Fault, seconds: float = 0.0) -> None:
    """Every put fails for a while; `told` is what the operator reads meanwhile."""
    async with scene.packager() as running:
        await scene.shown(running, 2)
        scene.proxy.fault(fault, method="PUT", key=key, seconds=seconds)
        number = running.health().next_number
        await running.until(lambda: told in running.health().store if told else True)
        await running.until(lambda: running.health().next_number >= number + 3)
        await running.until(lambda: running.health().recorder == "recording")
        scene.proxy.clear()
        await scene.require_all(running)


async def refused_for_good(scene: Scene, *, fault: Fault, told: str, hint: str) -> None:
    """A refusal shows at once, before anything waits, with what to do; set right, all is published."""
    async with scene.packager() as running:
        await scene.shown(running, 2)
        scene.proxy.fault(fault, method="PUT", key="live/*")
        await running.until(lambda: told in running.health().store)
        assert running.health().waiting <= 20
        assert running.health().store.endswith(hint)

        def reported() -> bool:
            report = read_report(scene.spool / "1").data
            return hint in report["stations"][FIRST]["renditions"]["main"]["store"]

        await running.until(reported)
        scene.proxy.clear()
        await scene.require_all(running)


async def late(scene: Scene, *, seconds: float) -> None:
    """One segment comes late: the playlist waits for it, and names nothing that follows before it."""
    async with scene.packager() as running:
        await scene.shown(running, 2)
        scene.proxy.fault(Fault.LATENCY, method="PUT", key=MEDIA, times=1, seconds=seconds)
        number = running.health().next_number
        await scene.shown(running, number + 1)  # the audience holds what is named against what is there
        await running.until(lambda: Fault.LATENCY in [seen.fault for seen in scene.proxy.requests])
        await scene.require_all(running)


async def truncated_at_the_start(scene: Scene) -> None:
    """Half a playlist is no playlist: a packager with an empty disk asks again before it numbers anything."""
    async with scene.packager() as running:
        await scene.shown(running, 3)
    before = len(scene.audience.numbers())
    scene.proxy.fault(Fault.TRUNCATED, method="GET", key=LIVE, times=2)
    async with scene.packager() as running:
        await scene.shown(running, before + 2)
        assert [seen.fault for seen in scene.proxy.requests].count(Fault.TRUNCATED) == 2
        await scene.require_all(running, restarts=1)


CASES: dict[str, tuple[Callable[[Scene], Awaitable[None]], float]] = {
    "internal-error": (lambda scene: spoilt(scene, "InternalError", fault=Fault.INTERNAL_ERROR), AS_USUAL),
    "slow-down": (lambda scene: spoilt(scene, "SlowDown", fault=Fault.SLOW_DOWN), AS_USUAL),
    "request-timeout": (lambda scene: spoilt(scene, "RequestTimeout", fault=Fault.REQUEST_TIMEOUT), AS_USUAL),
    "latency": (lambda scene: spoilt(scene, "", fault=Fault.LATENCY, seconds=0.7), AS_USUAL),
    "stall": (lambda scene: spoilt(scene, "took longer than", fault=Fault.STALL), SHORT_TIMEOUT),
    "reset": (lambda scene: spoilt(scene, "the server did not answer", fault=Fault.RESET), AS_USUAL),
    "accepted-but-error": (lambda scene: spoilt(scene, "InternalError", fault=Fault.ACCEPTED_BUT_ERROR), AS_USUAL),
    "dropped-playlists": (lambda scene: spoilt(scene, "", key="*.m3u8", fault=Fault.DROPPED), AS_USUAL),
    "truncated": (truncated_at_the_start, AS_USUAL),
    "access-denied": (
        lambda scene: refused_for_good(
            scene,
            fault=Fault.ACCESS_DENIED,
            told="AccessDenied",
            hint="Give these credentials the right to do this in the bucket.",
        ),
        AS_USUAL,
    ),
    "no-such-bucket": (
        lambda scene: refused_for_good(
            scene,
            fault=Fault.NO_SUCH_BUCKET,
            told="NoSuchBucket",
            hint="Create it with pollcast provision, or correct store.url.",
        ),
        AS_USUAL,
    ),
    "late-but-in-time": (lambda scene: late(scene, seconds=4), AS_USUAL),
    "later-than-the-time-out": (lambda scene: late(scene, seconds=9), 6.0),
}


async def played(name: str, server: CameraServer, behind: S3Server) -> None:
    """Play one case."""
    play, timeout = CASES[name]
    with s3_proxy(behind) as proxy, fast_folder() as folder:
        bucket = await asyncio.to_thread(new_bucket, behind)
        scene = Scene(
            server=server,
            proxy=proxy,
            through=open_store(proxy.url(bucket), proxy.environment, timeout=timeout),
            direct=open_store(behind.url(bucket), behind.environment, timeout=60),
            spool=folder,
        )
        await play(scene)


@pytest.fixture(scope="module")
def outcome(
    request: pytest.FixtureRequest, clips: Path, quick_attempts: None, seaweedfs: S3Server
) -> Iterator[Callable[[str], None]]:
    """Begin all selected cases at once; return how one ended."""
    wanted = [item.callspec.params["name"] for item in request.session.items if item.module is request.module]  # type: ignore[attr-defined]
    results: dict[str, Future[None]] = {name: Future() for name in wanted}

    async def one(name: str, server: CameraServer) -> None:
        try:
            await played(name, server, seaweedfs)
        except Exception as error:
            results[name].set_exception(error)
        else:
            results[name].set_result(None)

    async def work() -> None:
        async with cameras(clips) as server, asyncio.TaskGroup() as group:
            for name in wanted:
                group.create_task(one(name, server))

    with ThreadPoolExecutor(1) as thread:
        ended = thread.submit(run, work())

        def of(name: str) -> None:
            results[name].result(timeout=LONGEST_TEST_SECONDS)

        yield of
        ended.result()


@pytest.mark.parametrize("name", CASES)
def test_whatever_a_store_does_in_the_end_everything_is_published_in_order(
    outcome: Callable[[str], None], name: str
) -> None:
    outcome(name)
