"""Many cameras that go away and come back at the same moment, watched from their side. Also run by `tests.soak`."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from election.configuration import VideoTable
from election.ids import StationId, station_id
from simulator.description import CameraDescription, StreamFormat
from simulator.server import CameraServer, serving
from tests.upload.packaging import MAIN, SMALL, Running, packaging, source
from upload.store import open_store

TINY = StreamFormat(width=160, height=90, fps=5, kbit=30, gop_seconds=1.0)
"""What a small machine can serve and package two hundred of."""
READY_SECONDS = 240.0
PATIENCE_SECONDS = 300.0


@dataclass(frozen=True, kw_only=True)
class Return:
    """How a crowd came back."""

    cameras: int
    most_connecting: int
    """At one moment, as the cameras saw it: connected and not sent anything yet."""
    first_seconds: float
    """From the cameras' return to the first that shows new pictures."""
    all_seconds: float
    """The same for the last."""


def _quiet(text: str) -> None:
    pass


async def come_back(
    count: int,
    *,
    clips: Path,
    folder: Path,
    away_seconds: float,
    video: VideoTable,
    form: StreamFormat = SMALL,
    tell: Callable[[str], None] = _quiet,
) -> Return:
    """Package `count` cameras, switch all off for a while and on again, and return how they came back."""
    stations = [station_id(1 + index // 100, 1 + index % 100) for index in range(count)]
    described = [
        CameraDescription(name=str(station), main=form, sub=SMALL, phase=index)
        for index, station in enumerate(stations)
    ]
    async with serving(described, cache=clips, clip_seconds=2.0) as server:
        sources = [source(server.url(str(station), MAIN), station=station) for station in stations]
        store = open_store(f"file://{folder}/store", {})
        async with packaging(sources, store, folder / "spool", video=video) as running:
            await running.until(lambda: len(running.packager.stations) == count, seconds=READY_SECONDS)
            await running.until(lambda: _showing(running, stations) == count, seconds=READY_SECONDS)
            tell(f"{count} cameras show pictures")
            for station in stations:
                server.switch_off(str(station))
            await running.until(lambda: _showing(running, stations) == 0)
            await asyncio.sleep(away_seconds)
            began = time.monotonic()
            for station in stations:
                server.switch_on(str(station))
            tell("all are back")
            return await _watched(server, running, stations, began)


def _showing(running: Running, stations: list[StationId]) -> int:
    """Return how many cameras are recorded and everything that was recorded of them is listed."""
    healths = [running.health(each) for each in stations]
    return sum(health.recorder == "recording" and health.waiting == 0 for health in healths)


async def _watched(server: CameraServer, running: Running, stations: list[StationId], began: float) -> Return:
    names = [str(station) for station in stations]
    connecting, first = 0, None
    while (shown := _showing(running, stations)) < len(stations):
        connecting = max(connecting, server.connected - sum(server.viewers(name) for name in names))
        first = time.monotonic() - began if shown and first is None else first
        if time.monotonic() - began > PATIENCE_SECONDS:
            raise AssertionError(f"only {shown} of {len(stations)} are back after {PATIENCE_SECONDS:.0f} s")
        await asyncio.sleep(0.02)
    return Return(
        cameras=len(stations),
        most_connecting=connecting,
        first_seconds=first or 0.0,
        all_seconds=time.monotonic() - began,
    )
