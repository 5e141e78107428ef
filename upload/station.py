"""One station: its renditions' pipelines, the multivariant playlist over them, and its still."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from datetime import datetime

import structlog

from election import keys
from election.cameras import Source
from election.errors import RemoteError
from election.ids import Rendition, StationId
from election.playlist import MasterPlaylist, Variant, format_master
from election.states import StationState
from upload import stills
from upload.fmp4 import MediaError
from upload.health import RenditionHealth, station_state
from upload.measured import is_outdated
from upload.node import Node
from upload.pipeline import Pipeline
from upload.sequence import now

STILL_SECONDS = 30.0
_log = structlog.get_logger()


class Station:
    """One station's publishing."""

    def __init__(self, station: StationId, sources: Sequence[Source], node: Node) -> None:
        self.id = station
        self._node = node
        self._pipelines = {source.rendition: Pipeline(source, node, on_listed=self._listed) for source in sources}
        self._announced: dict[Rendition, Variant] = {}
        self._still_at = -STILL_SECONDS
        self._started = now()
        self._log = _log.bind(station=station)

    async def run(self) -> None:
        """Publish until cancelled."""
        async with asyncio.TaskGroup() as group:
            for pipeline in self._pipelines.values():
                group.create_task(pipeline.run())

    @property
    def health(self) -> dict[str, RenditionHealth]:
        """The renditions' health by name."""
        return {str(rendition): pipeline.health for rendition, pipeline in self._pipelines.items()}

    def state(self, at: datetime) -> StationState:
        """Return the state viewers are told."""
        return station_state(
            self.health.values(),
            now=at,
            started=self._started,
            target_duration=self._node.video.target_duration_seconds,
        )

    async def _listed(self, pipeline: Pipeline, init: bytes, segment: bytes) -> None:
        """A live playlist was written: see whether the multivariant playlist or the still is due.

        Both are side work: their failure is told and they are tried again with the next segment.
        """
        try:
            await self._write_master()
            if segment and self._is_still_due(pipeline):
                self._still_at = time.monotonic()
                picture = await asyncio.to_thread(stills.first_picture, init, segment)
                await self._node.store.put(keys.still(self.id), picture, keys.STILL)
        except RemoteError as error:
            self._log.warning("side object not written", error=str(error))
        except MediaError as error:
            self._log.warning("no still", error=str(error))

    def _is_still_due(self, pipeline: Pipeline) -> bool:
        """The sub stream makes the still; the main stream only where there is no sub to be seen."""
        if time.monotonic() - self._still_at < STILL_SECONDS:
            return False
        sub = self._pipelines.get(Rendition.SUB)
        return sub is None or pipeline is sub or not sub.has_listed

    async def _write_master(self) -> None:
        """Write the multivariant playlist when what it says has changed; sub first, where players start."""
        measured: dict[Rendition, Variant] = {}
        for rendition in (Rendition.SUB, Rendition.MAIN):
            pipeline = self._pipelines.get(rendition)
            variant = None if pipeline is None else pipeline.measured.variant(f"{rendition}/live.m3u8")
            if pipeline is not None and pipeline.has_listed and variant is not None:
                measured[rendition] = variant
        if not any(is_outdated(self._announced.get(rendition), variant) for rendition, variant in measured.items()):
            return
        # A rendition that is away keeps its place: its playlist is still there.
        variants = {**self._announced, **measured}
        body = format_master(MasterPlaylist(variants=tuple(variants[r] for r in sorted(variants, reverse=True))))
        await self._node.store.put(keys.master(self.id), body.encode(), keys.MASTER)
        self._announced = variants
