"""How long a viewer waits for a segment that is complete, seen from outside the packager.

It begins when the last byte of a segment's file is written (the file's time of change, looked at when the kernel tells
that it was closed) and ends when a reader of the store gets a live playlist that names the segment. The reader asks
again after ten milliseconds, or later a tenth of what it has waited, so that its asking does not load the store: the
delays are rather too long than too short, by about that much.
"""

from __future__ import annotations

import asyncio
import os
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from watchdog.events import FileClosedEvent, FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer

from bench.progress import Steps
from bench.rig import Stream
from election import keys
from election.errors import MachineError
from election.ids import Rendition, parse_station_id
from upload.store import ObjectStore

_ASK_SECONDS = 0.01
_ASK_SHARE = 0.1
_ASK_AT_ONCE = 8
_GIVE_UP_SECONDS = 20.0


@dataclass(frozen=True, kw_only=True)
class Delays:
    """Delays in milliseconds, the shortest first."""

    milliseconds: tuple[float, ...]
    missed: int
    """Segments that were not listed within 20 s."""

    def percentile(self, percent: float) -> float:
        """Return the delay that `percent` of the segments do not exceed (nearest rank)."""
        rank = max(1, -(-len(self.milliseconds) * percent // 100))
        return self.milliseconds[int(rank) - 1]


@dataclass(frozen=True, kw_only=True)
class _Segment:
    stream: Stream
    number: int
    closed: float
    """Seconds since 1970."""


async def measure_delays(spool: Path, store: ObjectStore, *, seconds: float, steps: Steps) -> Delays:
    """Watch every segment that a packager completes in `seconds` until it is listed.

    The packager must have begun with an empty store and restarted no recording: then a file's number in its recording
    is the segment's in the playlist. Raises `MachineError` where that is not so, or when no segment came.
    """
    media = spool / "media"
    _require_one_recording_each(media)
    asking = asyncio.Semaphore(_ASK_AT_ONCE)
    waits: list[asyncio.Task[float | None]] = []
    loop = asyncio.get_running_loop()

    def closed(segment: _Segment) -> None:
        waits.append(asyncio.create_task(_until_listed(segment, store, asking)))

    observer = Observer()
    handler = _Closed(lambda segment: loop.call_soon_threadsafe(closed, segment))
    observer.schedule(handler, str(media), recursive=True, event_filter=[FileClosedEvent])
    observer.start()
    try:
        await steps.wait(seconds)
    finally:
        observer.stop()
        await asyncio.to_thread(observer.join)
    found = await asyncio.gather(*waits)
    _require_one_recording_each(media)
    if not any(delay is not None for delay in found):
        raise MachineError("No segment was listed while the delay was measured.", hint="Give it more --seconds.")
    delays = tuple(sorted(1000 * delay for delay in found if delay is not None))
    return Delays(milliseconds=delays, missed=len(found) - len(delays))


async def _until_listed(segment: _Segment, store: ObjectStore, asking: asyncio.Semaphore) -> float | None:
    """Return the seconds from the segment's completion to the first playlist read that names it."""
    key = keys.live(*segment.stream)
    name = f"/{segment.number:08d}-".encode()
    while (waited := time.time() - segment.closed) < _GIVE_UP_SECONDS:
        await asyncio.sleep(max(_ASK_SECONDS, _ASK_SHARE * waited) * (0.5 + random.random()))
        async with asking:
            named = name in await store.get(key)
        if named:
            return time.time() - segment.closed
    return None


def _require_one_recording_each(media: Path) -> None:
    for rendition in media.glob("*/*"):
        if len(list(rendition.iterdir())) != 1:
            raise MachineError(
                f"The recording of {rendition.relative_to(media)} was restarted while it was measured.",
                hint="Run the benchmark again.",
            )


class _Closed(FileSystemEventHandler):
    """Hears of closed segments, in the observer's thread."""

    def __init__(self, tell: Callable[[_Segment], object]) -> None:
        self._tell = tell

    def on_closed(self, event: FileSystemEvent) -> None:
        """Pass a media segment on."""
        path = Path(os.fsdecode(event.src_path))
        if path.suffix != ".m4s":
            return
        try:
            closed = path.stat().st_mtime
        except FileNotFoundError:
            closed = time.time()  # uploaded and removed already
        station, rendition = path.parts[-4:-2]
        stream = (parse_station_id(station), Rendition(rendition))
        self._tell(_Segment(stream=stream, number=int(path.stem), closed=closed))
