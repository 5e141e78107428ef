"""Packets that vanish between the packager and a camera or the store: no reset, no refusal, nothing at all.

The packager runs in a network namespace; camera and store are outside, each at the end of a cable that can be cut.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from election.playlist import Segment, parse_media
from election.timeline import GapReason, RenditionDay, parse_timeline
from simulator.description import CameraDescription
from simulator.server import CameraServer, serving
from tests.faults.network import network
from tests.servers import running_seaweedfs
from tests.upload.packaging import FIRST, LARGE, MAIN, SMALL, Audience, run, until
from tests.upload.side_by_side import side_by_side
from tests.upload.test_kill import started, written_inputs
from tests.upload.test_store import new_bucket
from upload.journal import Journal
from upload.store import ObjectStore, open_store

pytestmark = pytest.mark.server
QUICK = "tests.faults.quick_program"


def cameras_at(host: str, clips: Path) -> contextlib.AbstractAsyncContextManager[CameraServer]:
    """Serve one small camera at an address of ours."""
    described = [CameraDescription(name="cam-001", main=LARGE, sub=SMALL)]
    return serving(described, cache=clips, clip_seconds=2.0, host=host)


def one_stream(server: CameraServer) -> str:
    return f'[[camera]]\nstation = "{FIRST}"\nmain = "{server.url("cam-001", MAIN)}"\n'


def health(spool: Path) -> dict[str, Any]:
    """Return what `pollcast status` knows of the stream."""
    try:
        report = json.loads((spool / "status.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {"recorder": "", "store": "", "next_number": 0}
    found: dict[str, Any] = report["stations"][FIRST]["renditions"]["main"]
    return found


def recorded_by(spool: Path) -> int:
    return int(health(spool)["next_number"])


async def told(store: ObjectStore) -> tuple[RenditionDay | None, list[Segment]]:
    """Return the timeline's part of the stream, and what the hour playlists name."""
    part: RenditionDay | None = None
    segments: list[Segment] = []
    for key in [key for key in await store.list(f"live/{FIRST}/") if key.endswith("timeline.json")]:
        part = parse_timeline(await store.get(key)).renditions[MAIN]
        for hour in part.hours:
            segments += parse_media((await store.get(f"live/{FIRST}/{hour.playlist}")).decode()).segments
    return part, segments


@side_by_side
def test_a_camera_behind_a_black_hole_is_told_as_stalled_and_comes_back_by_itself(
    clips: Path, fast: Path, store: ObjectStore
) -> None:
    async def work() -> None:
        audience = Audience(store)

        async def has(count: int) -> bool:
            return await audience.count() >= count

        async def shows_a_gap() -> bool:
            await audience.look()
            return any(segment.gap for segment in audience.segments())

        with network("camera") as net:
            async with cameras_at(net.cables["camera"].outside, clips) as server:
                written_inputs(fast, f"file://{fast}/store", one_stream(server))
                child = await started(fast, program=QUICK, inside=net.inside)
                try:
                    await until(lambda: has(3))
                    with net.cables["camera"].cut():
                        await until(shows_a_gap)  # long before the recording is given up
                        await until(lambda: health(fast / "spool")["recorder"] in {"stalled", "refused"})
                    shown = await audience.count()
                    await until(lambda: has(shown + 3))
                finally:
                    assert await child.stop(grace=60) == 0
        segments = audience.segments()
        first_gap = next(index for index, segment in enumerate(segments) if segment.gap)
        back = next(segment for segment in segments[first_gap:] if not segment.gap)
        assert back.discontinuity
        gaps = sum(segment.duration.total_seconds() for segment in segments if segment.gap)
        assert gaps > 8

    run(work())
    assert reasons(fast / "spool") >= {GapReason.STALLED}


def reasons(spool: Path) -> set[str]:
    journal = Journal(spool / "journal.sqlite")
    try:
        return {gap.reason for gap in journal.gaps(FIRST, MAIN)}
    finally:
        journal.close()


@asynccontextmanager
async def at_the_end_of_a_cable(host: str, endpoint: str) -> AsyncIterator[str]:
    """Offer a server of this machine at `host` as well; give its address there."""
    server = urlsplit(endpoint)

    async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()
        writer.close()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        behind_reader, behind_writer = await asyncio.open_connection(server.hostname, server.port)
        open_ends.update((writer, behind_writer))
        await asyncio.gather(pump(reader, behind_writer), pump(behind_reader, writer))

    open_ends: set[asyncio.StreamWriter] = set()
    listener = await asyncio.start_server(serve, host, 0)
    async with listener:
        yield f"http://{host}:{listener.sockets[0].getsockname()[1]}"
        for end in open_ends:
            end.transport.abort()
        await asyncio.sleep(0.1)  # until all have heard of it


@side_by_side
def test_a_store_behind_a_black_hole_loses_nothing(clips: Path, fast: Path) -> None:
    async def work() -> None:
        with network("camera", "store") as net, running_seaweedfs() as behind:
            bucket = await asyncio.to_thread(new_bucket, behind)
            store = open_store(behind.url(bucket), behind.environment, timeout=60)
            audience = Audience(store)

            async def has(count: int) -> bool:
                return await audience.count() >= count

            async with (
                cameras_at(net.cables["camera"].outside, clips) as server,
                at_the_end_of_a_cable(net.cables["store"].outside, behind.endpoint) as endpoint,
            ):
                written_inputs(fast, f"s3://{bucket}?endpoint={endpoint}&region=us-east-1", one_stream(server))
                child = await started(fast, program=QUICK, inside=net.inside, environment=behind.environment)
                try:
                    await until(lambda: has(3))
                    with net.cables["store"].cut():
                        await until(lambda: "took longer than" in str(health(fast / "spool")["store"]))
                        shown = await audience.count()
                        await until(lambda: recorded_by(fast / "spool") > shown + 5)
                        await until(lambda: health(fast / "spool")["recorder"] == "recording")
                    recorded = recorded_by(fast / "spool")

                    async def archived() -> bool:
                        _, segments = await told(store)
                        return len(segments) >= recorded

                    await until(archived)
                finally:
                    assert await child.stop(grace=60) == 0
            _, segments = await told(store)
            assert not any(segment.gap or segment.discontinuity for segment in segments)
            numbers = [int(segment.uri.partition("-")[0]) for segment in segments]
            assert numbers == list(range(len(numbers)))
            there = {key.rpartition("/")[2] for key in await store.list(f"live/{FIRST}/main/")}
            assert {segment.uri for segment in segments} <= there

    run(work())
