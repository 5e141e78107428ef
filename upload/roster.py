"""The stations that are running, and the way from them to the wanted ones.

Each station is changed by itself, one change after the other: one that waits for the store holds up no other. A
station that is no longer wanted records no more, uploads what it has recorded, and ends; one that cannot upload ends
after `FINISH_SECONDS` all the same, and its segments stay in the spool until it is wanted again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable

import structlog

from election.cameras import Source
from election.ids import StationId
from upload.node import Node
from upload.reloading import Streams, begun_anew, by_station, changes
from upload.station import Station

TRY_AGAIN_SECONDS = 5.0
FINISH_SECONDS = 20.0
"""How long a station that is no longer wanted may go on uploading."""
_log = structlog.get_logger()


class Roster:
    """The stations of one packager."""

    def __init__(self, prepare: Callable[[Streams], Awaitable[Node]]) -> None:
        """`prepare` is awaited for streams that begin while the packager runs; it returns the node they belong to."""
        self._prepare = prepare
        self._stations: dict[StationId, Station] = {}
        self._tasks: dict[StationId, asyncio.Task[None]] = {}
        self._running: dict[StationId, Streams] = {}
        self._wanted: dict[StationId, Streams] = {}
        self._changing: dict[StationId, asyncio.Task[None]] = {}

    @property
    def stations(self) -> tuple[Station, ...]:
        """What is running, in the order of the ids; may be read from another thread."""
        return tuple(station for _, station in sorted(self._stations.copy().items()))

    def begin(self, sources: Iterable[Source], node: Node, group: asyncio.TaskGroup) -> None:
        """Start the first stations, already prepared, in `group`."""
        self._wanted = by_station(sources)
        for station, streams in self._wanted.items():
            self._start(station, streams, node, group)

    def want(self, sources: tuple[Source, ...], group: asyncio.TaskGroup) -> None:
        """Change what is running to `sources`, beside what goes on."""
        before = [source for streams in self._wanted.values() for source in streams]
        due = changes(before, sources)
        self._wanted = by_station(sources)
        _log.info("cameras changed", stopping=len(due.stop), starting=len(due.start), replacing=len(due.replace))
        for station in (*due.stop, *due.start, *due.replace):
            if station not in self._changing:
                task = group.create_task(self._change(station, group))
                self._changing[station] = task

    async def _change(self, station: StationId, group: asyncio.TaskGroup) -> None:
        """Go on until a station is what is wanted, which may change meanwhile."""
        try:
            while (wanted := self._wanted.get(station, ())) != (running := self._running.get(station, ())):
                if not wanted:
                    await self._stop(station)
                    continue
                try:
                    await self._renew(station, running, wanted, group)
                except Exception:  # such as a disk that refuses
                    _log.exception("station not changed", station=station)
                    await asyncio.sleep(TRY_AGAIN_SECONDS)
        finally:
            del self._changing[station]

    async def _renew(self, station: StationId, running: Streams, wanted: Streams, group: asyncio.TaskGroup) -> None:
        node = await self._prepare(begun_anew(running, wanted))
        if self._wanted.get(station, ()) != wanted:
            return
        if station in self._stations:
            await self._stations[station].change(wanted, seconds=FINISH_SECONDS)
            self._running[station] = wanted
        else:
            self._start(station, wanted, node, group)

    def _start(self, station: StationId, streams: Streams, node: Node, group: asyncio.TaskGroup) -> None:
        self._stations[station] = Station(station, streams, node)
        self._tasks[station] = group.create_task(self._stations[station].run())
        self._running[station] = streams

    async def _stop(self, station: StationId) -> None:
        if not await self._stations[station].finish(FINISH_SECONDS):
            _log.warning("station ended before its segments were uploaded", station=station)
        task = self._tasks.pop(station)
        task.cancel()
        await asyncio.wait([task])
        del self._stations[station], self._running[station]
