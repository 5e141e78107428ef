"""The packager: every station of `cameras.toml`, from camera to object storage, until it is told to stop."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import secrets
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import structlog

from election import keys
from election.cameras import Source
from election.configuration import Configuration
from election.errors import Fault, InputError, MachineError, RemoteError
from election.ids import Rendition, StationId
from election.status import PublicStatus
from election.timeline import GapReason
from machine.files import write_atomically
from upload.cameras_watch import CamerasWatch
from upload.counted_store import CountedStore
from upload.fencing_probe import CannotFence
from upload.file_watch import FileWatch
from upload.health import node_report
from upload.journal import Journal
from upload.lease import Holder
from upload.loop_measures import ListingDelays, LoopLag
from upload.metrics import Measures, StationHealth, serving_metrics
from upload.node import Node
from upload.orders import Orders
from upload.reloading import Streams
from upload.roster import Roster
from upload.rtsp_relay import Relay
from upload.sequence import now
from upload.spool import Spool, Watcher
from upload.spool_budget import excess, to_drop
from upload.standings import Standings
from upload.station import Station
from upload.store import ObjectStore
from upload.target import TargetDuration

STATUS_SECONDS = 5.0
BUDGET_SECONDS = 2.0
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
        single_writer: bool = False,
        spool_budget: int | None = None,
        standings: Standings | None = None,
        orders_watch: FileWatch[Orders] | None = None,
    ) -> None:
        """`name` tells this machine's report from others'; `spool` is the folder it alone uses.

        `watch` tells of other sources than `sources` while the packager runs; metrics are served on `metrics_port` of
        loopback, 0 for nowhere. With `single_writer` the caller vouches that no other packager publishes these
        stations: nothing is fenced then. The spool holds at most about `spool_budget` bytes, None for all of its disk.
        `standings` says what each station is to do, nothing but to publish where it is left out; `orders_watch` tells
        of other orders than it began with.
        """
        self._configuration = configuration
        self._sources = sources
        self._store = CountedStore(store)
        self._metrics_port = metrics_port
        self._spool_folder = spool
        self._name = name
        self._watch = watch
        self._roster = Roster(self._prepare)
        self._single_writer = single_writer
        self._spool_budget = spool_budget
        self._standings = standings or Standings()
        self._orders_watch = orders_watch
        self.node: Node | None = None
        self.refused: tuple[Fault, ...] = ()
        """What is wrong in the newest `cameras.toml`, where it is not the one that runs."""
        self.orders_refused: tuple[Fault, ...] = ()
        """The same of the newest `orders.toml`."""

    @property
    def stations(self) -> tuple[Station, ...]:
        """The stations that are running."""
        return self._roster.stations

    async def run(self) -> None:
        """Publish until cancelled.

        Raises `MachineError` where this machine cannot do it, `CannotFence` where the store cannot.
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
            video = self._configuration.video
            self.node = Node(
                journal=journal,
                spool=spool,
                store=self._store,
                relay=relay,
                watcher=watcher,
                video=video,
                zone=self._configuration.election.zone,
                holder=Holder(
                    spool=journal.fact("spool", secrets.token_hex(8)),
                    node=self._name,
                    may_fence=not self._single_writer,
                ),
                target=TargetDuration(video.target_duration_seconds),
                standings=self._standings,
                listing_delays=delays,
            )
            try:
                await self._publish(lag)
            except BaseExceptionGroup as group:
                if (refused := group.subgroup(CannotFence)) is not None:
                    raise _first(refused) from None
                raise

    async def _publish(self, lag: LoopLag) -> None:
        node = self._begun()
        async with asyncio.TaskGroup() as group:
            self._roster.begin(self._sources, node, group)
            _log.info("packaging", stations=len(self.stations), renditions=len(self._sources))
            group.create_task(self._find_out_about_fencing(node))
            group.create_task(self._report())
            group.create_task(_forget_old(node.journal))
            group.create_task(self._keep_to_the_budget(node))
            group.create_task(lag.watch())
            group.create_task(self._standings.follow_clock())
            self._tell_of_orders_for_nobody()
            if self._watch is not None:
                group.create_task(self._follow(self._watch, group))
            if self._orders_watch is not None:
                group.create_task(self._obey(self._orders_watch))

    async def _keep_to_the_budget(self, node: Node) -> None:
        """Throw away the least valuable of what is unsent where the spool is full, whatever the disk says."""
        while True:
            await asyncio.sleep(BUDGET_SECONDS)
            try:
                self._throw_away(node)
            except Exception as error:
                _log.error("spool not kept to its budget", error=str(error))

    def _throw_away(self, node: Node) -> None:
        too_much = excess(
            unsent_bytes=node.journal.unsent_bytes,
            free_bytes=node.spool.free_bytes(),
            budget=self._spool_budget,
        )
        if not too_much:
            return
        numbers: defaultdict[tuple[StationId, Rendition], set[int]] = defaultdict(set)
        unsent = itertools.chain(node.journal.unsent(Rendition.SUB), node.journal.unsent(Rendition.MAIN))
        for item in to_drop(unsent, too_much):
            numbers[item.station, item.rendition].add(item.number)
        running = {station.id: station for station in self.stations}
        dropped = 0
        for (station, rendition), chosen in numbers.items():
            pipeline = running[station].pipeline(rendition) if station in running else None
            if pipeline is not None:
                dropped += pipeline.delivery.drop(chosen)
                continue
            for path in node.journal.drop(station, rendition, chosen, GapReason.SPOOL_FULL):
                node.spool.path(path).unlink(missing_ok=True)
                dropped += 1
        _log.error("spool is full, segments thrown away", segments=dropped, hint="The store is away for too long.")

    async def _find_out_about_fencing(self, node: Node) -> None:
        """Let stations take their leases once the store has shown that it fences; once shown it is remembered."""
        fact = f"fences {self._configuration.store.url}"
        if not self._single_writer and not node.journal.fact(fact):
            await node.fencing.find_out(self._store)
            with contextlib.suppress(MachineError):  # then it is found out again at the next start
                node.journal.fact(fact, "yes")
        node.fencing.known.set()

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

    async def _obey(self, watch: FileWatch[Orders]) -> None:
        """Follow each change of the orders; one with faults is told and refused as a whole."""
        async for found in watch.changes():
            if isinstance(found, InputError):
                self.orders_refused = found.faults
                _log.error("orders refused", faults=[str(fault) for fault in found.faults], hint="The old ones go on.")
            else:
                self.orders_refused = ()
                _log.info("orders changed", stations=len(found))
                self._standings.ordered(found)
                self._tell_of_orders_for_nobody()

    def _tell_of_orders_for_nobody(self) -> None:
        """Warn of orders that name stations without a camera, lest a mistyped number be taken for obeyed."""
        known = {station.id for station in self.stations}
        if unknown := sorted(self._standings.ordered_for() - known):
            _log.warning("orders name stations without a camera", ordered_for=unknown)

    async def _prepare(self, streams: Streams) -> Node:
        """Make folders for streams that begin while others run."""
        node = self._begun()
        for source in streams:
            for folder in (node.spool.media / source.station, node.spool.media / source.station / source.rendition):
                if not folder.exists():
                    with contextlib.suppress(OSError):
                        folder.mkdir(parents=True)
                    await asyncio.sleep(WATCHED_SECONDS)
        return node

    def _begun(self) -> Node:
        if self.node is None:
            raise RuntimeError("the packager has not begun")
        return self.node

    async def _report(self) -> None:
        """Write the public states, this machine's report and its copy for `pollcast status`, every few seconds."""
        while True:
            at, node = now(), self._begun()
            states = {station.id: station.state(at) for station in self.stations}
            report = node_report(
                self._name,
                {station.id: (states[station.id], station.generation, station.health) for station in self.stations},
                now=at,
                spool_free_bytes=_free_bytes(node),
                refused=(*self.refused, *self.orders_refused),
                notice=self._standings.notice(),
            )
            try:
                write_atomically(node.spool.folder / "status.json", report)
            except OSError as error:
                _log.warning("status not written", error=str(error), spool=str(node.spool.folder))
            told = {station.id: states[station.id] for station in self.stations if not station.stands_by}
            try:
                if told or not states:
                    public = PublicStatus(written=at, states=told)
                    await node.store.put(keys.PUBLIC_STATUS, public.format(), keys.STATUS)
                await node.store.put(keys.node_status(self._name), report, keys.PRIVATE_STATUS)
                _log.debug("status written")
            except RemoteError as error:
                _log.warning("status not written", error=str(error))
            await asyncio.sleep(STATUS_SECONDS)


def _free_bytes(node: Node) -> int:
    try:
        return node.spool.free_bytes()
    except OSError:
        return 0


def _first(group: BaseException) -> BaseException:
    while isinstance(group, BaseExceptionGroup):
        group = group.exceptions[0]
    return group


async def _forget_old(journal: Journal) -> None:
    """Keep the journal to about a day."""
    while True:
        try:
            journal.forget(before=now() - JOURNAL_KEPT)
        except MachineError as error:
            _log.warning("journal not shortened", error=str(error))
        await asyncio.sleep(FORGET_SECONDS)
