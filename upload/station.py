"""One station: its renditions' pipelines, the multivariant playlist over them, its still, its archive.

Each part fails alone: a pipeline that meets an error nobody expected is built anew from the journal, as after a kill,
and neither the other rendition nor another station notices.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Container, Sequence
from datetime import date, datetime

import structlog

from election import keys
from election.cameras import Source
from election.errors import RemoteError
from election.ids import Rendition, StationId
from election.playlist import MasterPlaylist, PlaylistError, Variant, format_master, parse_master
from election.schedule import Phase
from election.states import StationState
from upload import stills
from upload.archive import Archive
from upload.closing import Closing
from upload.fmp4 import MediaError
from upload.health import DELAYED_TARGETS, RenditionHealth, station_state
from upload.hour_book import HourBook
from upload.lease import Lease, Superseded
from upload.measured import is_outdated
from upload.node import Node
from upload.own_task import in_own_task
from upload.pipeline import Pipeline
from upload.publishing import keep_publishing
from upload.read_back import read_back
from upload.sequence import now
from upload.store import ObjectExists, ObjectMissing
from upload.tenure import Tenure

STILL_SECONDS = 30.0
ARCHIVE_PAUSE_SECONDS = 5.0
TELL_SECONDS = 0.5
AFTER_LOSS_SECONDS = 1.0
_log = structlog.get_logger()


class Station:
    """One station's publishing."""

    def __init__(self, station: StationId, sources: Sequence[Source], node: Node) -> None:
        self.id = station
        self._shared = node
        self._node = node
        self._tenure: Tenure | None = None
        self._archive_is_whole = asyncio.Event()
        """Set while the journal knows all that is published of the day."""
        self._sources = tuple(sources)
        self._health = {source.rendition: self._first_health() for source in sources}
        self._pipelines: dict[Rendition, Pipeline] = {}
        self._publishing: dict[Rendition, asyncio.Task[None]] = {}
        self._group: asyncio.TaskGroup | None = None
        self._withdrawn = False
        """Whether the multivariant playlist still names a rendition that is no longer published."""
        self._listed = asyncio.Event()
        self._announced: dict[Rendition, Variant] | None = None
        self._still_at = -STILL_SECONDS
        self._still_kept: tuple[date, int] | None = None
        self._started = now()
        self._log = _log.bind(station=station)

    async def run(self) -> None:
        """Publish until cancelled; stand by while another packager does."""
        lease = Lease(self._shared.store, self.id, self._shared.holder)
        while True:
            tenure = self._tenure = Tenure(self.id, self._sources, self._shared, lease)
            try:
                self._node = await self._begun(tenure)
                await in_own_task(self._publish(tenure))
            except* Superseded as superseded:
                self._log.warning("publishing ended", reason=str(superseded.exceptions[0]))
            except* Exception as failed:  # such as a disk that refuses; other stations do not notice
                self._log.error("station failed and begins anew", exc_info=failed.exceptions[0])
            finally:
                self._forget_what_ran()
                await tenure.end()
            await asyncio.sleep(AFTER_LOSS_SECONDS)

    async def _begun(self, tenure: Tenure) -> Node:
        """Wait until the station may be published, and tell operators meanwhile why it is not."""
        beginning = asyncio.create_task(tenure.begin())
        try:
            while not beginning.done():
                await asyncio.wait({beginning}, timeout=TELL_SECONDS)
                for health in () if beginning.done() else self._health.values():
                    health.recorder, health.detail, health.store = "waiting", tenure.waits_for, tenure.trouble
        finally:
            beginning.cancel()
        first = self._first_health()
        for health in self._health.values():
            health.recorder, health.detail = first.recorder, first.detail
        return beginning.result()

    async def _publish(self, tenure: Tenure) -> None:
        archive = Archive(
            self.id,
            self._pipelines,
            journal=self._node.journal,
            store=self._node.store,
            zone=self._node.zone,
            target=self._node.target,
        )
        closing = Closing(
            self.id,
            archive,
            journal=self._node.journal,
            standings=self._node.standings,
            is_listed=self._is_listed,
        )
        async with asyncio.TaskGroup() as group:
            group.create_task(tenure.keep())
            group.create_task(self._accompany())
            group.create_task(self._keep_archive(archive))
            group.create_task(closing.run())
            group.create_task(self._keep_reading_back(tenure))
            self._group = group
            for source in self._sources:
                self._begin(source, tenure)

    async def _keep_reading_back(self, tenure: Tenure) -> None:
        """Read back the archive of renditions of which the journal has lost it; nothing is archived before."""
        done: set[Rendition] = set()
        while True:
            tenure.more_to_read.clear()
            if wanted := tenure.incomplete - done:
                self._archive_is_whole.clear()
                await self._read_back(wanted)
                done |= wanted
            self._archive_is_whole.set()
            await tenure.more_to_read.wait()

    async def _read_back(self, renditions: Container[Rendition]) -> None:
        """Read back some renditions' archive, once; an error nobody expected leaves it as it is."""

        def hours(rendition: Rendition) -> HourBook | None:
            pipeline = self._pipelines.get(rendition)
            return None if pipeline is None else pipeline.hours

        wanted = [source.rendition for source in self._sources if source.rendition in renditions]
        try:
            await read_back(self.id, wanted, self._node, now=now(), hours=hours)
        except Exception:
            self._log.exception("archive not read back")

    def _forget_what_ran(self) -> None:
        self._archive_is_whole.clear()
        self._group, self._announced = None, None
        self._pipelines.clear()
        self._publishing.clear()
        for health in self._health.values():
            health.newest_end, health.ffmpeg_pid = None, None

    @property
    def stands_by(self) -> bool:
        """Whether another packager publishes this station."""
        return self._tenure is not None and self._tenure.stands_by

    @property
    def generation(self) -> int:
        """The generation this packager publishes the station in, 0 where it does not."""
        return 0 if self._group is None else self._node.generation

    async def change(self, sources: Sequence[Source], *, seconds: float) -> None:
        """Publish from `sources` from now on; a rendition whose source stays the same does not notice.

        A rendition that goes may upload what it has recorded for `seconds`; one that changes takes that up itself.
        """
        wanted = {source.rendition: source for source in sources}
        for source in self._sources:
            if source.rendition not in wanted:
                await self._finished(self._pipelines.get(source.rendition), seconds)
                await self._end(source.rendition)
                del self._health[source.rendition]
                self._pipelines.pop(source.rendition, None)
                if self._announced is not None:
                    self._withdrawn |= self._announced.pop(source.rendition, None) is not None
        before, self._sources = self._sources, tuple(sources)
        for source in sources:
            if source in before:
                continue
            await self._end(source.rendition)
            self._still_at = -STILL_SECONDS  # what is covered now may be seen in the last one
            self._health.setdefault(source.rendition, self._first_health())
            if self._tenure is not None:
                self._begin(source, self._tenure)
        self._listed.set()

    def pipeline(self, rendition: Rendition) -> Pipeline | None:
        """Return what publishes a rendition now, None where nothing does."""
        return self._pipelines.get(rendition)

    async def finish(self, seconds: float) -> bool:
        """Record no more, and upload what was recorded; return whether that was done within `seconds`."""
        done = await asyncio.gather(*(self._finished(pipeline, seconds) for pipeline in self._pipelines.values()))
        return all(done)

    async def _finished(self, pipeline: Pipeline | None, seconds: float) -> bool:
        try:
            async with asyncio.timeout(seconds):
                if pipeline is not None:
                    await pipeline.finish()
        except TimeoutError:
            return False
        return True

    async def _end(self, rendition: Rendition) -> None:
        task = self._publishing.pop(rendition, None)
        if task is not None:
            task.cancel()
            await asyncio.wait([task])

    @property
    def health(self) -> dict[str, RenditionHealth]:
        """The renditions' health by name."""
        return {str(rendition): health for rendition, health in self._health.items()}

    def state(self, at: datetime) -> StationState:
        """Return the state viewers are told; nothing is known of what another packager publishes."""
        if self.stands_by:
            return StationState.UNKNOWN
        return station_state(
            self._health.values(),
            now=at,
            started=self._started,
            target_duration=self._node.target.seconds,
            standing=self._node.standings.of(self.id),
        )

    def _first_health(self) -> RenditionHealth:
        """Return what is known of a rendition before anything was done about it."""
        phase = self._node.standings.of(self.id).phase
        if phase is Phase.OPEN:
            return RenditionHealth()
        return RenditionHealth(recorder=phase, detail=self._node.standings.sentence(self.id))

    def _begin(self, source: Source, tenure: Tenure) -> None:
        """Start a rendition in the group; where there is none, the next tenure does."""
        if self._group is None:
            return

        def keep(pipeline: Pipeline) -> None:
            self._pipelines[source.rendition] = pipeline

        publishing = keep_publishing(
            source,
            self._node,
            self._health[source.rendition],
            cover=tenure.cover,
            on_begin=keep,
            on_listed=self._listed.set,
        )
        try:
            self._publishing[source.rendition] = self._group.create_task(publishing)
        except RuntimeError:  # the group is just ending
            publishing.close()

    def _is_listed(self) -> bool:
        """Return whether all that was recorded is listed, and nothing comes any more."""
        if not self._archive_is_whole.is_set():
            return False
        damaged = self._tenure.damaged if self._tenure is not None else {}
        pipelines = [self._pipelines.get(s.rendition) for s in self._sources if s.rendition not in damaged]
        return all(pipeline is not None and pipeline.is_over for pipeline in pipelines)

    async def _keep_archive(self, archive: Archive) -> None:
        """Keep the archive, also after an error nobody expected."""
        while True:
            await self._archive_is_whole.wait()
            try:
                await archive.run()
            except Exception:
                self._log.exception("archive failed")
            await asyncio.sleep(ARCHIVE_PAUSE_SECONDS)

    async def _accompany(self) -> None:
        """After each playlist write see whether the multivariant playlist or the still is due.

        Both are side work that no live playlist waits for: their failure is told, and they are tried again after the
        next one.
        """
        while True:
            await self._listed.wait()
            self._listed.clear()
            try:
                await self._write_master()
                await self._write_still()
            except RemoteError as error:
                self._log.warning("side object not written", error=str(error))
            except MediaError as error:
                self._log.warning("no still", error=str(error))
            except Exception:
                self._log.exception("side work failed")

    async def _write_still(self) -> None:
        """Write a still every half minute, from the sub stream; from the main stream where the sub shows nothing."""
        if time.monotonic() - self._still_at < STILL_SECONDS:
            return
        at, freshest = now(), DELAYED_TARGETS * self._node.target.seconds
        for rendition in (Rendition.SUB, Rendition.MAIN):
            pipeline = self._pipelines.get(rendition)
            delay = None if pipeline is None else pipeline.health.delay_seconds(at)
            if pipeline is None or pipeline.delivery.newest is None or delay is None or delay > freshest:
                continue
            picture = await asyncio.to_thread(stills.first_picture, *pipeline.delivery.newest)
            if self._pipelines.get(rendition) is not pipeline:
                return  # it was changed meanwhile, perhaps by a mask
            await self._node.store.put(keys.still(self.id), picture, keys.STILL)
            self._still_at = time.monotonic()
            await self._keep_still(picture, at)
            return

    async def _keep_still(self, picture: bytes, at: datetime) -> None:
        """Keep the first still of each minute of the day."""
        local = at.astimezone(self._node.zone)
        day, minute = local.date(), local.hour * 60 + local.minute
        if (day, minute) == self._still_kept:
            return
        # Caches keep it for good: one that is there, from before a restart, stays.
        with contextlib.suppress(ObjectExists):
            await self._node.store.put(
                keys.minute_still(self.id, day, minute),
                picture,
                keys.MINUTE_STILL,
                only_if_absent=self._node.holder.may_fence,
            )
        self._node.journal.keep_still(self.id, day, minute)
        self._still_kept = (day, minute)

    async def _write_master(self) -> None:
        """Write the multivariant playlist when what it says has changed; sub first, where players start."""
        if self._announced is None:
            self._announced = await self._already_announced()
        measured: dict[Rendition, Variant] = {}
        for rendition, pipeline in self._pipelines.items():
            variant = pipeline.measured.variant(_address(rendition))
            if pipeline.delivery.is_published and variant is not None:
                measured[rendition] = variant
        outdated = any(is_outdated(self._announced.get(rendition), variant) for rendition, variant in measured.items())
        if not outdated and not (self._withdrawn and (self._announced or measured)):
            return
        # A rendition that is away keeps its place: its playlist is still there.
        variants = {**self._announced, **measured}
        body = format_master(MasterPlaylist(variants=tuple(variants[r] for r in sorted(variants, reverse=True))))
        await self._node.store.put(keys.master(self.id), body.encode(), keys.MASTER)
        self._announced, self._withdrawn = variants, False

    async def _already_announced(self) -> dict[Rendition, Variant]:
        """Return what an earlier packager announced of the renditions this one publishes."""
        try:
            published = parse_master((await self._node.store.get(keys.master(self.id))).decode())
        except ObjectMissing:
            return {}
        except (PlaylistError, UnicodeDecodeError) as error:
            self._log.warning("published multivariant playlist is damaged", error=str(error))
            return {}
        by_address = {variant.uri: variant for variant in published.variants}
        renditions = [source.rendition for source in self._sources]
        self._withdrawn |= not by_address.keys() <= {_address(rendition) for rendition in renditions}
        return {r: by_address[_address(r)] for r in renditions if _address(r) in by_address}


def _address(rendition: Rendition) -> str:
    return f"{rendition}/live.m3u8"
