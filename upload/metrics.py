"""The packager's metrics for Prometheus, on loopback: the only module that knows prometheus_client.

Nothing is kept for them: each scrape reads the health that is there, in a thread beside the event loop. Labels are the
ids of stations and renditions and words of our own, so no secret can stand in them.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from prometheus_client import CollectorRegistry, start_http_server
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from election.errors import MachineError
from election.states import StationState
from machine.ports import LOOPBACK
from upload.counted_store import Counts
from upload.health import RenditionHealth
from upload.loop_measures import ListingDelays, LoopLag

_PLACE = ("station", "rendition")
_SELF = Path("/proc/self")


@dataclass(frozen=True, kw_only=True)
class StationHealth:
    """What one station's metrics are made of."""

    station: str
    state: StationState
    renditions: Sequence[tuple[str, RenditionHealth]]


@dataclass(frozen=True, kw_only=True)
class Measures:
    """Where a scrape finds what it tells; all of it is read from another thread."""

    stations: Callable[[datetime], Iterable[StationHealth]]
    counts: Counts
    delays: ListingDelays
    lag: LoopLag
    free_bytes: Callable[[], int]
    clock: Callable[[], datetime]


class PackagerCollector(Collector):
    """Reads the packager's health on each scrape."""

    def __init__(self, measures: Measures) -> None:
        self._measures = measures

    def describe(self) -> Iterable[Metric]:
        """Name nothing beforehand: there may be no stations yet."""
        return ()

    def collect(self) -> Iterator[Metric]:
        """Yield every metric."""
        now = self._measures.clock()
        stations = list(self._measures.stations(now))
        yield from _of_renditions(stations, now)
        yield from self._of_uploads()
        yield from self._of_the_node()

    def _of_uploads(self) -> Iterator[Metric]:
        counts = self._measures.counts
        segments = CounterMetricFamily("pollcast_uploaded_segments", "Media segments in the store.", labels=_PLACE)
        size = CounterMetricFamily("pollcast_uploaded_bytes", "Their bytes.", labels=_PLACE)
        for family, counter in ((segments, counts.segments), (size, counts.bytes)):
            for place, number in counter.copy().items():
                family.add_metric(place, number)
            yield family
        failures = CounterMetricFamily("pollcast_store_failures", "Puts that failed, by kind.", labels=["kind"])
        for kind in ("failed", "refused"):
            failures.add_metric([kind], counts.failures[kind])
        yield failures
        yield _gauge("pollcast_uploads_under_way", "Puts that wait for the store.", counts.under_way)

    def _of_the_node(self) -> Iterator[Metric]:
        measures = self._measures
        yield _gauge("pollcast_event_loop_lag_seconds", "The longest of the last minute.", measures.lag.worst)
        delays = HistogramMetricFamily(
            "pollcast_listing_delay_seconds", "From a segment's completion to the playlist in the store."
        )
        delays.add_metric([], measures.delays.histogram(), measures.delays.seconds)
        yield delays
        for name, text, read in (
            ("pollcast_spool_free_bytes", "Free space of the spool's disk.", measures.free_bytes),
            ("pollcast_open_descriptors", "Files and connections the packager has open.", _descriptors),
            ("pollcast_memory_bytes", "Resident memory of the packager, without its ffmpegs.", _memory),
        ):
            try:
                yield _gauge(name, text, read())
            except OSError:
                continue  # a system that does not tell, or a disk that has gone: no figure rather than a wrong one


def _of_renditions(stations: Sequence[StationHealth], now: datetime) -> Iterator[Metric]:
    told = GaugeMetricFamily("pollcast_station_state", "1 for the state viewers see.", labels=["station", "state"])
    states = GaugeMetricFamily("pollcast_rendition_state", "1 for what its recorder does.", labels=[*_PLACE, "state"])
    behind = GaugeMetricFamily("pollcast_rendition_behind_seconds", "Age of its newest picture.", labels=_PLACE)
    rate = GaugeMetricFamily("pollcast_rendition_bits_per_second", "Measured bit rate.", labels=_PLACE)
    frames = GaugeMetricFamily("pollcast_rendition_frames_per_second", "Measured frame rate.", labels=_PLACE)
    restarts = CounterMetricFamily("pollcast_rendition_restarts", "How often its recording began anew.", labels=_PLACE)
    waiting = GaugeMetricFamily("pollcast_rendition_waiting_segments", "Recorded, not yet listed.", labels=_PLACE)
    for station in stations:
        told.add_metric([station.station, station.state], 1)
        for rendition, health in station.renditions:
            place = (station.station, rendition)
            states.add_metric([*place, health.recorder], 1)
            delay = health.delay_seconds(now)
            if delay is not None:
                behind.add_metric(place, delay)
            rate.add_metric(place, health.bits_per_second)
            frames.add_metric(place, health.frame_rate)
            restarts.add_metric(place, health.restarts)
            waiting.add_metric(place, health.waiting)
    yield from (told, states, behind, rate, frames, restarts, waiting)


@asynccontextmanager
async def serving_metrics(measures: Measures, port: int) -> AsyncIterator[None]:
    """Answer scrapes on loopback until the block ends; raise `MachineError` where the port is taken."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(PackagerCollector(measures))
    try:
        server, thread = start_http_server(port, addr=LOOPBACK, registry=registry)
    except OSError:
        raise MachineError(
            f"Port {port} on {LOOPBACK} is taken by another program.", hint="Choose another with --metrics-port."
        ) from None
    try:
        yield
    finally:
        await asyncio.to_thread(server.shutdown)
        server.server_close()
        await asyncio.to_thread(thread.join)


def _gauge(name: str, text: str, value: float) -> Metric:
    return GaugeMetricFamily(name, text, value=value)


def _descriptors() -> int:
    return sum(1 for _ in (_SELF / "fd").iterdir())


def _memory() -> int:
    pages = int((_SELF / "statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")
