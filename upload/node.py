"""What all pipelines of one packager share."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from election.configuration import VideoTable
from upload.journal import Journal
from upload.rtsp_relay import Relay
from upload.spool import Spool, Watcher
from upload.store import ObjectStore

UPLOADS_AT_ONCE = 64
CONNECTS_AT_ONCE = 16
CONNECT_SLOT_SECONDS = 5.0
"""A recording that is connecting counts as such for at most this long, so that dead cameras hold up no others."""


@dataclass(frozen=True, kw_only=True)
class Node:
    """One packager's shared parts."""

    journal: Journal
    spool: Spool
    store: ObjectStore
    relay: Relay
    watcher: Watcher
    video: VideoTable
    zone: ZoneInfo
    generation: int
    """The writer's generation; stands in every segment's key."""
    damaged: Mapping[str, str] = field(default_factory=dict)
    """By the key of a live playlist why its sequence cannot be gone on with; such a rendition is not published."""
    uploading: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(UPLOADS_AT_ONCE))
    connecting: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(CONNECTS_AT_ONCE))
    listing_delays: deque[float] = field(default_factory=lambda: deque(maxlen=10_000))
    """Milliseconds from a segment's completion to the playlist that names it, newest last."""

    async def connect_slot(self) -> asyncio.TimerHandle:
        """Wait until fewer than `CONNECTS_AT_ONCE` recordings are connecting; `free_slot` ends the turn early."""
        await self.connecting.acquire()
        return asyncio.get_running_loop().call_later(CONNECT_SLOT_SECONDS, self.connecting.release)

    def free_slot(self, slot: asyncio.TimerHandle) -> None:
        """End a turn that `connect_slot` began; harmless when it has ended."""
        if not slot.cancelled() and slot.when() > asyncio.get_running_loop().time():
            slot.cancel()
            self.connecting.release()
