"""What all stations of one packager share; each has its own copy, with its generation, its store and its target."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from election.configuration import VideoTable
from upload.fencing_probe import Fencing
from upload.journal import Journal
from upload.lease import Holder
from upload.recovery import Recovery
from upload.rtsp_relay import Relay
from upload.spool import Spool, Watcher
from upload.standings import Standings
from upload.store import ObjectStore
from upload.target import TargetDuration

UPLOADS_AT_ONCE = 64
BACKFILLS_AT_ONCE = 8
"""What an outage left behind is uploaded beside what is live, never instead of it."""
READ_BACK_AT_ONCE = 32
CONNECTS_AT_ONCE = 16
CONNECT_SLOT_SECONDS = 3.0
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
    holder: Holder
    """As whom this packager takes the stations' leases."""
    target: TargetDuration
    generation: int = 0
    """The writer's generation; stands in every segment's key. 0 before a station's lease is held."""
    standings: Standings = field(default_factory=Standings)
    """What each station is to do now."""
    fencing: Fencing = field(default_factory=Fencing)
    admitted: asyncio.Event = field(default_factory=asyncio.Event)
    """Set once a station's store takes puts; who waits for it must hold nothing that others need."""
    reading_back: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(READ_BACK_AT_ONCE))
    uploading: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(UPLOADS_AT_ONCE))
    backfilling: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(BACKFILLS_AT_ONCE))
    recovery: Recovery = field(default_factory=Recovery)
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
