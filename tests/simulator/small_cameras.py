"""Small cameras for the tests of faults, and what is asked of a stream again and again."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import av

from election.ids import Rendition
from machine import binaries, process
from simulator.authentication import Access
from simulator.description import CameraDescription, StreamFormat
from simulator.server import CameraServer, serving
from tests.simulator.client import Packet

SUB = Rendition.SUB
FORM = StreamFormat(width=160, height=90, fps=10, kbit=60, gop_seconds=1.0)
PICTURE_TICKS = 9000
Result = TypeVar("Result")


def run(work: Coroutine[Any, Any, Result]) -> Result:
    async def bounded() -> Result:
        async with asyncio.timeout(300):
            return await work

    return asyncio.run(bounded())


@asynccontextmanager
async def small_cameras(
    clips: Path, *names: str, access: Access | None = None, gop_seconds: float = 1.0, clock: bool = False
) -> AsyncIterator[CameraServer]:
    form = replace(FORM, gop_seconds=gop_seconds)
    described = [CameraDescription(name=name, main=form, sub=form, clock=clock) for name in names or ("cam",)]
    async with serving(described, cache=clips, clip_seconds=2.0, access=access or Access()) as server:
        yield server


def distances(numbers: Iterable[int], modulo: int) -> set[int]:
    return {(after - before) % modulo for before, after in itertools.pairwise(numbers)}


def picture_times(packets: Iterable[Packet]) -> list[int]:
    """Return the timestamp of each whole picture."""
    return [packet.timestamp for packet in packets if packet.marker]


def is_unbroken(packets: Sequence[Packet]) -> bool:
    """Say whether no packet is missing and pictures are evenly spaced."""
    sequence = distances([packet.sequence for packet in packets], 1 << 16)
    return sequence == {1} and distances(picture_times(packets), 1 << 32) == {PICTURE_TICKS}


def decoded(
    url: str, enough: int | Callable[[Sequence[tuple[int, int, int]]], bool], *, begun: Callable[[], object] = bool
) -> list[tuple[int, int, int]]:
    """Return width, height and timestamp of the first pictures libav decodes: so many, or until they are `enough`.

    `begun` is called with the first one.
    """
    seen: list[tuple[int, int, int]] = []
    with av.open(url, options={"rtsp_transport": "tcp"}, timeout=120) as container:
        for frame in container.decode(video=0):
            seen.append((frame.width, frame.height, frame.pts or 0))
            if len(seen) == 1:
                begun()
            if enough(seen) if callable(enough) else len(seen) == enough:
                break
    return seen


async def ffmpeg(url: str, *options: str, timeout: float = 180) -> list[str]:
    """Let ffmpeg decode a stream, the first fault being an error; return what it complains of."""
    quiet = ("-hide_banner", "-nostdin", "-v", "warning", "-err_detect", "explode", "-xerror")
    argv = [str(binaries.ffmpeg()), *quiet, "-rtsp_transport", "tcp", "-i", url, *options, "-f", "null", "-"]
    return await process.run(argv, name="ffmpeg", timeout=timeout)
