"""A camera's sub stream that is missing, or comes and goes: the main stream does not notice."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from pathlib import Path

import pytest

from election import keys
from election.playlist import parse_master
from machine import ports
from simulator.server import CameraServer
from tests.upload.packaging import FIRST, MAIN, SUB, Audience, cameras, discontinuities, packaging, run, source
from tests.upload.side_by_side import side_by_side
from upload.recorder import StopReason
from upload.store import ObjectStore

pytestmark = [pytest.mark.server, pytest.mark.usefixtures("quick_attempts")]


def require_untouched(audience: Audience) -> None:
    """The main stream shows every moment, in one timeline."""
    segments = audience.segments(FIRST, MAIN)
    assert not any(segment.gap for segment in segments)
    assert discontinuities(segments) == 0
    for each, after in itertools.pairwise(segments):
        assert abs((after.program_date_time - each.program_date_time - each.duration).total_seconds()) < 0.1


@side_by_side
def test_a_missing_sub_stream_does_not_touch_the_main_stream_and_is_named_nowhere(
    clips: Path, fast: Path, store: ObjectStore
) -> None:
    async def work() -> None:
        audience = Audience(store)
        async with cameras(clips) as server:
            nobody = f"rtsp://127.0.0.1:{ports.free_port()}/sub"
            both = (source(server.url("cam-001", MAIN)), source(nobody, rendition=SUB))
            async with packaging(both, store, fast / "spool") as running:

                async def enough() -> bool:
                    return await audience.count() >= 8

                await running.until(enough)
                await running.until(lambda: running.health(FIRST, SUB).restarts >= 2)
                await running.until(lambda: running.health(FIRST, SUB).recorder == StopReason.REFUSED)
                assert running.health().restarts == 0
                assert await audience.look(FIRST, SUB) is None
        require_untouched(audience)
        named = parse_master((await store.get(keys.master(FIRST))).decode())
        assert [variant.uri for variant in named.variants] == ["main/live.m3u8"]

    run(work())


async def flapping(server: CameraServer, name: str) -> None:
    """Switch a camera off and on, each time for a second."""
    while True:
        server.switch_off(name)
        await asyncio.sleep(1)
        server.switch_on(name)
        await asyncio.sleep(1)


@side_by_side
def test_a_flapping_sub_stream_does_not_touch_the_main_stream(clips: Path, fast: Path, store: ObjectStore) -> None:
    async def work() -> None:
        audience = Audience(store)  # holds both streams against one target duration
        async with cameras(clips, "cam-001", "cam-002") as server:
            both = (source(server.url("cam-001", MAIN)), source(server.url("cam-002", SUB), rendition=SUB))
            async with packaging(both, store, fast / "spool") as running:

                async def shown(rendition: object, count: int) -> bool:
                    await audience.look(FIRST, SUB)
                    return await audience.count(FIRST, SUB if rendition is SUB else MAIN) >= count

                await running.until(lambda: shown(SUB, 2))
                flaps = asyncio.create_task(flapping(server, "cam-002"))
                main = await audience.count()
                await running.until(lambda: shown(MAIN, main + 10))
                flaps.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await flaps
                server.switch_on("cam-002")
                sub = await audience.count(FIRST, SUB)
                await running.until(lambda: shown(SUB, sub + 2))
                await running.until(lambda: running.health(FIRST, SUB).restarts >= 2)
                assert running.health().restarts == 0
        require_untouched(audience)
        assert any(segment.gap for segment in audience.segments(FIRST, SUB))
        assert discontinuities(audience.segments(FIRST, SUB)) >= 1

    run(work())
