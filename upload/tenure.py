"""One station's right to publish: the lease is taken, what is published is read back, then its puts are admitted.

=======================================  ======================================================================
at the start                             what happens
=======================================  ======================================================================
the lease is free or our own             it is taken, its generation counted up, recording and publishing begin
another packager holds it                nothing is recorded; it is waited for
no answer, our journal knows the place   recording begins at once; nothing is put before the lease is held
no answer, our journal is empty          it is waited for: numbers given blindly could repeat what is published
=======================================  ======================================================================
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace

import structlog

from election import keys
from election.cameras import Source
from election.errors import RemoteError
from election.ids import Rendition, StationId
from election.playlist import PlaylistError
from upload.fenced_store import FencedStore
from upload.lease import Lease
from upload.node import Node
from upload.reconciliation import Published, read_published
from upload.sequence import LONGEST_HOLE, now
from upload.target import TargetDuration

PATIENCE_SECONDS = 5.0
"""So long a store may take to answer at the start before recording begins without it."""
RELEASE_SECONDS = 3.0
"""So long the lease is tried to be given back at the end."""
ASK_AGAIN_SECONDS = 1.0
LOOK_SECONDS = 0.2
_log = structlog.get_logger()


class Tenure:
    """A station's publishing from one taking of its lease until that is lost or given back."""

    def __init__(self, station: StationId, sources: Sequence[Source], node: Node, lease: Lease) -> None:
        """`node` is the packager's; `begin` returns the station's own, with its generation and its store."""
        self.damaged: dict[Rendition, str] = {}
        """Why a rendition's sequence cannot be gone on with; such a rendition is not published."""
        self._station = station
        self._sources = tuple(sources)
        self._node = node
        self._lease = lease
        self._store = FencedStore(node.store, lease, may_fence=node.holder.may_fence)
        self._taking: asyncio.Task[Node] | None = None
        self._held = asyncio.Event()
        self.incomplete: set[Rendition] = set()
        """Renditions of which more is published than the journal knew: their archive must be read back."""
        self.more_to_read = asyncio.Event()
        """Set whenever `incomplete` has grown."""
        self._covered: set[Rendition] = set()
        """Renditions of which the journal knows what is published."""
        self._provisional = 0
        """The generation that is recorded with before the store has answered; 0 where it has."""
        self._log = _log.bind(station=station)

    @property
    def stands_by(self) -> bool:
        """Whether another packager publishes the station, so that this one says nothing about it."""
        return bool(self._lease.waits_for)

    @property
    def waits_for(self) -> str:
        """What the beginning waits for, one sentence for operators."""
        if self._lease.waits_for:
            return f"Another packager, {self._lease.waits_for}, publishes this station; this one stands by."
        return "The store has not answered yet."

    @property
    def trouble(self) -> str:
        """What the store refuses at the beginning, '' where nothing."""
        return self._node.fencing.trouble or self._lease.trouble

    async def begin(self) -> Node:
        """Wait until this packager may record the station, and return the station's node."""
        self._taking = taking = asyncio.create_task(self._take())
        began = time.monotonic()
        try:
            while not taking.done():
                await asyncio.wait({taking}, timeout=LOOK_SECONDS)
                overdue = bool(self.trouble) or time.monotonic() - began > PATIENCE_SECONDS
                may_begin = self._lease.lost is None and not self.stands_by and self._knows_its_place()
                if overdue and not taking.done() and may_begin:
                    return self._begin_without_answer()
        except BaseException:
            taking.cancel()
            raise
        node = taking.result()
        self._admit()
        return node

    def _begin_without_answer(self) -> Node:
        self._provisional = self._node.journal.generation(self._station) + 1
        self._covered = {source.rendition for source in self._sources}
        self._log.warning("recording begins before the store has answered")
        return self._own(self._provisional, None)

    async def keep(self) -> None:
        """Hold the lease until it is lost; then raise `Superseded`."""
        if self._taking is None:
            raise RuntimeError("the tenure has not begun")
        if self._provisional:
            while not self._taking.done():
                await asyncio.wait({self._taking}, timeout=LOOK_SECONDS)
                if self.stands_by:
                    raise self._lease.lose("Another packager publishes this station.")
            node = self._taking.result()
            if node.generation != self._provisional:
                raise self._lease.lose("Another packager has published this station meanwhile.")
            self._log.info("store answers, the lease is held")
            self._admit()
        await self._lease.keep()

    async def cover(self, source: Source) -> str:
        """Return once the journal knows what is published of a rendition, such as one that was added later.

        Returns why it cannot be published, '' where it can.
        """
        if source.rendition not in self._covered:
            await self._held.wait()
            self._adopt({source.rendition: await self._published(source)})
        return self.damaged.get(source.rendition, "")

    async def end(self) -> None:
        """Give the lease back, if that can be done at once."""
        if self._taking is not None:
            self._taking.cancel()
        with contextlib.suppress(RemoteError, TimeoutError):
            async with asyncio.timeout(RELEASE_SECONDS):
                await self._lease.release()

    def _admit(self) -> None:
        self._held.set()
        self._store.admit()

    def _knows_its_place(self) -> bool:
        position = self._node.journal.position
        return all(position(self._station, source.rendition).next_number > 0 for source in self._sources)

    def _is_of_this_day(self) -> bool:
        """Return whether what was published last is recent enough to be gone on with."""
        ends = [self._node.journal.position(self._station, source.rendition).last_end for source in self._sources]
        return any(end is not None and now() - end < LONGEST_HOLE for end in ends)

    def _own(self, generation: int, published_target: int | None) -> Node:
        journal, station = self._node.journal, self._station
        configured = self._node.video.target_duration_seconds
        fixed = (published_target or journal.target(station)) if self._is_of_this_day() else None
        if fixed is not None and fixed != configured:
            self._log.info("target duration stays as it was published", seconds=fixed, configured=configured)
        target = TargetDuration(
            configured,
            fixed=fixed,
            renditions=(source.rendition for source in self._sources),
            on_fixed=functools.partial(journal.keep_target, station),
        )
        return replace(
            self._node, store=self._store, admitted=self._store.admitted, generation=generation, target=target
        )

    async def _take(self) -> Node:
        """Take the lease and read back what is published; return the station's node."""
        journal, station = self._node.journal, self._station
        await self._node.fencing.known.wait()
        generation = await self._lease.take(at_least=journal.generation(station) + 1)
        published = {source.rendition: await self._published(source) for source in self._sources}
        named = max((found.generation for found in published.values() if found is not None), default=0)
        if named >= generation:  # the lease object was lost
            generation = await self._lease.take(at_least=named + 1)
        if self._provisional and not self._agrees(published):
            generation = 0  # what was recorded meanwhile has lost its place: the next tenure adopts what is published
        elif not self._provisional:
            self._adopt(published)
        if generation:
            journal.begin_generation(station, generation)
        target = max((found.target_duration for found in published.values() if found is not None), default=None)
        return self._own(generation, target)

    def _adopt(self, published: Mapping[Rendition, Published | None]) -> None:
        for rendition, found in published.items():
            if found is not None:
                if not self._node.journal.agrees(self._station, rendition, found.entries):
                    self.incomplete.add(rendition)
                    self.more_to_read.set()
                self._node.journal.adopt(self._station, rendition, found.entries)
            self._covered.add(rendition)

    def _agrees(self, published: Mapping[Rendition, Published | None]) -> bool:
        """Return whether our journal knows all that is published."""
        agrees = self._node.journal.agrees
        return all(found is None or agrees(self._station, r, found.entries) for r, found in published.items())

    async def _published(self, source: Source) -> Published | None:
        """Read back a rendition's live playlist, however often it takes; None where there is none to go by.

        A playlist that cannot be read counts as damaged where the journal is empty; else the journal is trusted.
        """
        is_told = False
        while True:
            try:
                async with self._node.reading_back:
                    return await read_published(self._store, self._station, source.rendition)
            except PlaylistError as error:
                self._log.error("published playlist is damaged", rendition=str(source.rendition), error=str(error))
                if self._node.journal.position(self._station, source.rendition).next_number == 0:
                    key = keys.live(self._station, source.rendition)
                    self.damaged[source.rendition] = (
                        f"{key} is damaged: {error}. Repair or delete it, then start again."
                    )
                return None
            except RemoteError as error:
                if not is_told:
                    self._log.warning("published playlist not read", error=str(error))
                    is_told = True
            await asyncio.sleep(ASK_AGAIN_SECONDS)
