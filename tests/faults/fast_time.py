"""A packager in fast time: all is real but the recorder, which gives hours of segments as fast as they are taken.

Also run by `tests.soak`. What it costs is read at the same minute of each hour, when the same is in memory.
"""

from __future__ import annotations

import asyncio
import gc
import os
import pathlib
import tracemalloc
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from election import keys
from election.configuration import VideoTable
from election.playlist import MediaPlaylist, parse_media
from machine import ports
from tests.faults import fuzzing
from tests.upload.packaging import FIRST, MAIN, packaging, source
from upload import pipeline
from upload.fmp4 import read_init
from upload.recorder import InitSegment, RecordedSegment, Stopped, StopReason, StreamFacts
from upload.spool import SEGMENT_PATTERN, Run
from upload.store import open_store

VIDEO = VideoTable()
LENGTH = timedelta(seconds=VIDEO.segment_seconds)
AN_HOUR = timedelta(hours=1) // LENGTH
READ_AT = AN_HOUR // 6
"""So many segments into each hour the costs are read."""


@dataclass(frozen=True, kw_only=True)
class Costs:
    """What the process holds at one moment."""

    segments: int
    """Published so far."""
    python_bytes: int
    """Held by Python objects."""
    resident_bytes: int
    descriptors: int


class FastRecorder:
    """Gives segments without a camera, each `LENGTH` after the one before; see `upload.recorder` for the contract."""

    def __init__(self, began: datetime, count: int, told: Callable[[int], Any], behind: Callable[[], int]) -> None:
        self._began, self._count, self._told, self._behind = began, count, told, behind
        self._run: Run | None = None

    def into(self, _source: object, run: Run, **_others: object) -> FastRecorder:
        """Stand in for the class of the real one."""
        self._run = run
        return self

    @property
    def stopped(self) -> Stopped:
        return Stopped(reason=StopReason.ENDED, detail="It is over.")

    @property
    def facts(self) -> StreamFacts | None:
        return None

    async def record(self) -> AsyncGenerator[InitSegment | RecordedSegment, None]:
        """Yield all, never far ahead of the store."""
        assert self._run is not None
        init, body = fuzzing.encoded("libx264")
        yield InitSegment(body=init, track=read_init(init))
        for number in range(self._count):
            path = self._run.folder / (SEGMENT_PATTERN % number)
            path.write_bytes(body)
            start = number * LENGTH
            arrived = self._began + start + LENGTH
            yield RecordedSegment(path=path, body=body, start=start, duration=LENGTH, frames=3, arrived=arrived)
            while self._behind() > 2:
                await asyncio.sleep(0)
            self._told(number + 1)
        await asyncio.Event().wait()


def _costs(segments: int) -> Costs:
    gc.collect()
    # Names of files are kept by Python itself, in a table that doubles now and then.
    held = tracemalloc.take_snapshot().filter_traces([tracemalloc.Filter(False, pathlib.__file__)])
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return Costs(
        segments=segments,
        python_bytes=sum(each.size for each in held.statistics("filename")),
        resident_bytes=pages * os.sysconf("SC_PAGE_SIZE"),
        descriptors=len(list(Path("/proc/self/fd").iterdir())),
    )


async def live_through(hours: int, folder: Path) -> list[Costs]:
    """Publish so many hours that end now; return the costs in each hour but the first."""
    readings: list[Costs] = []
    count = hours * AN_HOUR + READ_AT
    began = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - timedelta(hours=hours)
    store = open_store(f"file://{folder}/store", {})

    def told(number: int) -> None:
        if number % AN_HOUR == READ_AT and number > AN_HOUR:
            readings.append(_costs(number))

    tracemalloc.start()
    try:
        with pytest.MonkeyPatch.context() as patch:
            nobody = source(f"rtsp://127.0.0.1:{ports.free_port()}/main")
            recorder = FastRecorder(began, count, told, lambda: running.health().waiting)
            patch.setattr(pipeline, "FfmpegRecorder", recorder.into)
            async with packaging([nobody], store, folder / "spool", video=VIDEO) as running:
                await running.until(lambda: running.health().next_number >= count, seconds=7200)

                async def newest() -> MediaPlaylist | None:
                    found = parse_media((await store.get(keys.live(FIRST, MAIN))).decode())
                    return found if found.media_sequence + len(found.segments) >= count - 5 else None

                published = await running.until(newest)
                assert not any(segment.gap or segment.discontinuity for segment in published.segments)
    finally:
        tracemalloc.stop()
    return readings
