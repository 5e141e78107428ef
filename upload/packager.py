"""The packager: every station of `cameras.toml`, from camera to object storage, until it is told to stop."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import structlog

from election import keys
from election.cameras import Source
from election.configuration import Configuration
from election.errors import Fault, InputError, MachineError, RemoteError, UsageError
from election.playlist import PlaylistError, rounded_seconds
from election.status import PublicStatus
from machine.files import write_atomically
from upload.cameras_watch import CamerasWatch
from upload.counted_store import CountedStore
from upload.health import node_report
from upload.journal import Journal, Spooled
from upload.loop_measures import ListingDelays, LoopLag
from upload.metrics import Measures, StationHealth, serving_metrics
from upload.node import Node
from upload.reconciliation import reconcile
from upload.reloading import Streams
from upload.roster import Roster
from upload.rtsp_relay import Relay
from upload.sequence import now
from upload.spool import Spool, Watcher
from upload.station import Station
from upload.store import ObjectStore

STATUS_SECONDS = 5.0
RECONCILE_AT_ONCE = 32
JOURNAL_KEPT = timedelta(hours=26)
FORGET_SECONDS = 3600.0
WATCHED_SECONDS = 0.3
"""How long the watcher is given for each new folder: one that appears within a new one is watched twice."""
_log = structlog.get_logger()


class Packager:
    """One machine's packager."""

    def __init__(
        self,
        configuration: Configuration,
        sources: Sequence[Source],
        *,
        store: ObjectStore,
        spool: Path,
        name: str,
        watch: CamerasWatch | None = None,
        metrics_port: int = 0,
    ) -> None:
        """`name` tells this machine's report from others'; `spool` is the folder it alone uses.

        `watch` tells of other sources than `sources` while the packager runs; metrics are served on `metrics_port` of
        loopback, 0 for nowhere.
        """
        self._configuration = configuration
        self._sources = sources
        self._store = CountedStore(store)
        self._metrics_port = metrics_port
        self._spool_folder = spool
        self._name = name
        self._watch = watch
        self._roster = Roster(self._prepare)
        self._damaged: dict[str, str] = {}
        self.node: Node | None = None
        self.refused: tuple[Fault, ...] = ()
        """What is wrong in the newest `cameras.toml`, where it is not the one that runs."""

    @property
    def stations(self) -> tuple[Station, ...]:
        """The stations that are running."""
        return self._roster.stations

    async def run(self) -> None:
        """Publish until cancelled.

        Raises `MachineError` where this machine cannot do it, `UsageError` where the target duration was changed.
        """
        delays, lag = ListingDelays(), LoopLag()
        async with contextlib.AsyncExitStack() as stack:
            spool = Spool(self._spool_folder)
            stack.callback(spool.close)
            if self._metrics_port:
                measures = Measures(
                    stations=self._healths,
                    counts=self._store.counts,
                    delays=delays,
                    lag=lag,
                    free_bytes=spool.free_bytes,
                    clock=now,
                )
                await stack.enter_async_context(serving_metrics(measures, self._metrics_port))
            journal = Journal(spool.folder / "journal.sqlite")
            stack.callback(journal.close)
            relay = Relay()
            await relay.start()
            stack.push_async_callback(relay.close)
            for source in self._sources:
                spool.prepare(source.station, source.rendition)
            watcher = Watcher(spool)
            stack.callback(watcher.close)
            generation = journal.begin_generation(at_least=await self._reconcile(journal, self._sources) + 1)
            self._require_target_duration(journal, self._sources)
            self.node = Node(
                journal=journal,
                spool=spool,
                store=self._store,
                relay=relay,
                watcher=watcher,
                video=self._configuration.video,
                zone=self._configuration.election.zone,
                generation=generation,
                damaged=self._damaged,
                listing_delays=delays,
            )
            async with asyncio.TaskGroup() as group:
                self._roster.begin(self._sources, self.node, group)
                _log.info(
                    "packaging", stations=len(self.stations), renditions=len(self._sources), generation=generation
                )
                group.create_task(self._report())
                group.create_task(_forget_old(journal))
                group.create_task(lag.watch())
                if self._watch is not None:
                    group.create_task(self._follow(self._watch, group))

    def _healths(self, at: datetime) -> list[StationHealth]:
        """Return every station's health, for the metrics."""
        return [
            StationHealth(station=station.id, state=station.state(at), renditions=tuple(station.health.items()))
            for station in self.stations
        ]

    async def _follow(self, watch: CamerasWatch, group: asyncio.TaskGroup) -> None:
        """Take over each change of the cameras; one with faults is told and refused as a whole."""
        async for found in watch.changes():
            if isinstance(found, InputError):
                self.refused = found.faults
                _log.error("cameras refused", faults=[str(fault) for fault in found.faults], hint="The old ones go on.")
            else:
                self.refused = ()
                self._roster.want(found, group)

    async def _prepare(self, streams: Streams) -> Node:
        """Make ready for streams that begin while others run: folders, and what is published of them."""
        node = self._begun()
        for source in streams:
            for folder in (node.spool.media / source.station, node.spool.media / source.station / source.rendition):
                if not folder.exists():
                    with contextlib.suppress(OSError):
                        folder.mkdir(parents=True)
                    await asyncio.sleep(WATCHED_SECONDS)
        found = await self._reconcile(node.journal, streams)
        for source in streams:
            try:
                self._require_target_duration(node.journal, [source])
            except UsageError as error:
                self._damaged[keys.live(source.station, source.rendition)] = str(error)
        node = self._begun()
        if found >= node.generation:  # another packager has published these since
            self.node = node = dataclasses.replace(node, generation=node.journal.begin_generation(at_least=found + 1))
        return node

    def _begun(self) -> Node:
        if self.node is None:
            raise RuntimeError("the packager has not begun")
        return self.node

    async def _reconcile(self, journal: Journal, sources: Iterable[Source]) -> int:
        """Read back what is published; return the highest generation found there.

        Without an answer from the store a journal of our own is trusted; an empty one waits: numbers given blindly
        could repeat what is published. For the same reason a playlist that cannot be read counts as damaged where
        the journal is empty.
        """
        slots = asyncio.Semaphore(RECONCILE_AT_ONCE)

        async def one(source: Source) -> int:
            known = journal.position(source.station, source.rendition).next_number > 0
            told = False
            while True:
                try:
                    async with slots:
                        return await reconcile(self._store, journal, source.station, source.rendition)
                except PlaylistError as error:
                    _log.error("published playlist is damaged", station=source.station, error=str(error))
                    if not known:
                        key = keys.live(source.station, source.rendition)
                        self._damaged[key] = f"{key} is damaged: {error}. Repair or delete it, then start again."
                    return 0
                except RemoteError as error:
                    if not told:
                        _log.warning("store does not answer at the start", error=str(error), waiting=not known)
                        told = True
                    if known:
                        return 0
                await asyncio.sleep(1)

        return max(await asyncio.gather(*(one(source) for source in sources)), default=0)

    def _require_target_duration(self, journal: Journal, sources: Iterable[Source]) -> None:
        """Raise `UsageError` if what is or will be listed is longer than the target duration allows."""
        video = self._configuration.video
        for source in sources:
            place = source.station, source.rendition
            listed = journal.listed(*place, window=timedelta(seconds=video.window_seconds))
            waiting = [item.entry if isinstance(item, Spooled) else item for item in journal.waiting(*place)]
            longest = max((rounded_seconds(entry.duration) for entry in (*listed, *waiting)), default=0)
            if longest > video.target_duration_seconds:
                raise UsageError(
                    f"video.target_duration_seconds is {video.target_duration_seconds}, but the playlist of "
                    f"{source.station}/{source.rendition} has segments of {longest} s.",
                    hint=f"It is fixed for a day: set it to {longest} or more.",
                )

    async def _report(self) -> None:
        """Write the public states, this machine's report and its copy for `pollcast status`, every few seconds."""
        while True:
            at, node = now(), self._begun()
            states = {station.id: station.state(at) for station in self.stations}
            report = node_report(
                self._name,
                {station.id: (states[station.id], station.health) for station in self.stations},
                now=at,
                generation=node.generation,
                spool_free_bytes=node.spool.free_bytes(),
                refused=self.refused,
            )
            try:
                write_atomically(node.spool.folder / "status.json", report)
            except OSError as error:
                _log.warning("status not written", error=str(error), spool=str(node.spool.folder))
            try:
                await node.store.put(keys.PUBLIC_STATUS, PublicStatus(written=at, states=states).format(), keys.STATUS)
                await node.store.put(keys.node_status(self._name), report, keys.PRIVATE_STATUS)
                _log.debug("status written")
            except RemoteError as error:
                _log.warning("status not written", error=str(error))
            await asyncio.sleep(STATUS_SECONDS)


async def _forget_old(journal: Journal) -> None:
    """Keep the journal to about a day."""
    while True:
        try:
            journal.forget(before=now() - JOURNAL_KEPT)
        except MachineError as error:
            _log.warning("journal not shortened", error=str(error))
        await asyncio.sleep(FORGET_SECONDS)
