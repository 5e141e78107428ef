"""One stream as it is sent: paced once, the same bytes to everyone who watches it.

Nothing runs while nobody watches; where the stream is follows from the time alone.
"""

from __future__ import annotations

import asyncio
import copy
import random
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

from simulator import rtcp
from simulator.clip import ClipPackets
from simulator.h264 import ParameterSets
from simulator.rtp import PacketisedPicture
from simulator.timeline import Timeline

REPORT_SECONDS = 5.0
TOO_LATE_SECONDS = 15.0
"""Behind by more, say after the machine slept, the stream goes on at the present instead of catching up.

What is less is caught up with: a camera goes on while the machine that watches it stands still, and the network keeps
what it sends meanwhile.
"""


class Viewer(Protocol):
    """Who gets a stream."""

    rtp_channel: int
    rtcp_channel: int

    def deliver(self, data: bytes) -> None:
        """Send bytes that are already framed; must neither wait nor raise."""


class Pictures(Protocol):
    """Where a feed's pictures come from."""

    parameters: ParameterSets
    ssrc: int

    async def picture(self, number: int, *, key: bool, unix_time: float) -> PacketisedPicture:
        """Return picture `number`, taken at `unix_time`; numbers rise, and the first after a pause is a key picture."""

    def packets_between(self, first: int, last: int) -> int | None:
        """Return how many packets the pictures from `first` to before `last` have, None if that is not known yet."""


class ClipPictures:
    """A clip's pictures, some ahead of others."""

    def __init__(self, packets: ClipPackets, *, ahead: int = 0) -> None:
        self.parameters = packets.parameters
        self.ssrc = packets.ssrc
        self._packets = packets
        self._ahead = ahead

    async def picture(self, number: int, *, key: bool, unix_time: float) -> PacketisedPicture:
        """See `Pictures`."""
        return self._packets.picture(number + self._ahead)

    def packets_between(self, first: int, last: int) -> int | None:
        """See `Pictures`."""
        return self._packets.packets_before(last + self._ahead) - self._packets.packets_before(first + self._ahead)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """Where a viewer enters the stream."""

    timestamp: int
    """Of the first picture the viewer gets."""
    sequence: int | None
    """Of the first packet, None if that is not known yet."""


Retimed = Callable[[Timeline, int], Timeline]
"""From the usual timeline and the number of the next picture to the timeline that is sent."""


class Feed:
    """One endless stream. `add` and `remove` are for viewers, `alter` and `split_off` for faults; `close` ends it."""

    def __init__(self, pictures: Pictures, *, fps: int, gop_pictures: int, cname: str) -> None:
        self.ssrc = pictures.ssrc
        self._pictures = self._coming = pictures
        self._cname = cname
        self._usual = self._timeline = Timeline(
            epoch=asyncio.get_running_loop().time(),
            fps=fps,
            gop_pictures=gop_pictures,
            first_timestamp=random.getrandbits(32),
        )
        self._retimed: Retimed = lambda usual, number: usual
        self._sequence = random.getrandbits(16)
        self._next = 0
        self._packets = 0
        self._octets = 0
        self._entering: dict[Viewer, int] = {}
        self._watching: dict[Viewer, None] = {}
        self._task: asyncio.Task[None] | None = None

    def add(self, viewer: Viewer) -> Entry:
        """Send the stream to `viewer` from the next key picture on."""
        now = asyncio.get_running_loop().time()
        if self._task is None:
            self._next = self._timeline.next_key(now)
            self._task = asyncio.create_task(self._run())
        first = max(self._timeline.next_key(now), self._next)
        while not self._timeline.is_key(first):
            first += 1
        if not self._entering and not self._watching:
            self._timeline = self._retimed(self._usual, first)
        self._entering[viewer] = first
        packets = None if self._coming is not self._pictures else self._pictures.packets_between(self._next, first)
        sequence = None if packets is None else (self._sequence + packets) & 0xFFFF
        return Entry(timestamp=self._timeline.timestamp(first), sequence=sequence)

    def remove(self, viewer: Viewer) -> None:
        """Send nothing more to `viewer`; no harm if it gets nothing."""
        self._entering.pop(viewer, None)
        self._watching.pop(viewer, None)

    def alter(self, pictures: Pictures, retimed: Retimed) -> None:
        """Send other pictures of the same source from the next key picture on, by another timeline from now on.

        `retimed` is asked at once, and whenever somebody enters a stream that nobody watched.
        """
        self._coming = pictures
        self._retimed = retimed
        self._timeline = retimed(self._usual, self._next)

    def split_off(self, viewers: Iterable[Viewer]) -> Feed:
        """Return a feed that goes on exactly as this one, and to which these viewers now belong.

        Both draw on the same pictures from then on.
        """
        other = copy.copy(self)
        other._entering, other._watching, other._task = {}, {}, None
        for viewer in viewers:
            if viewer in self._entering:
                other._entering[viewer] = self._entering.pop(viewer)
            if viewer in self._watching:
                other._watching[viewer] = self._watching.pop(viewer)
        if other._entering or other._watching:
            other._task = asyncio.create_task(other._run())
        return other

    async def close(self) -> None:
        """End the stream for everyone."""
        self._entering.clear()
        self._watching.clear()
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        reported = loop.time()
        try:
            while self._entering or self._watching:
                due = self._timeline.due(self._next)
                await asyncio.sleep(max(0.0, due - loop.time()))
                late = loop.time() - due
                if late > TOO_LATE_SECONDS:
                    self._skip_to_the_present(loop.time())
                    continue
                key = self._timeline.is_key(self._next)
                if key:
                    self._pictures = self._coming
                picture = await self._pictures.picture(self._next, key=key, unix_time=time.time() - late)
                report_due = loop.time() - reported >= REPORT_SECONDS
                if report_due:
                    reported = loop.time()
                self._send(picture, report_to_all=report_due)
        finally:
            self._task = None

    def _skip_to_the_present(self, now: float) -> None:
        self._next = self._timeline.next_key(now)
        for viewer in self._entering:
            self._entering[viewer] = self._next

    def _send(self, picture: PacketisedPicture, *, report_to_all: bool) -> None:
        """Send one picture; who enters here gets a sender report first, so that times are known from the start."""
        new = [viewer for viewer, first in self._entering.items() if first <= self._next]
        if reported := (*self._watching, *new) if report_to_all else new:
            report = self._report()
            for viewer in reported:
                viewer.deliver(rtcp.interleaved(report, channel=viewer.rtcp_channel))
        for viewer in new:
            self._entering.pop(viewer, None)
            self._watching[viewer] = None
        timestamp = self._timeline.timestamp(self._next)
        filled: dict[int, bytes] = {}
        for viewer in tuple(self._watching):
            channel = viewer.rtp_channel
            if channel not in filled:
                filled[channel] = picture.filled(channel=channel, sequence=self._sequence, timestamp=timestamp)
            viewer.deliver(filled[channel])
        self._sequence = (self._sequence + len(picture.starts)) & 0xFFFF
        self._packets += len(picture.starts)
        self._octets += picture.octets
        self._next += 1

    def _report(self) -> bytes:
        now = asyncio.get_running_loop().time()
        return rtcp.sender_report(
            ssrc=self.ssrc,
            unix_time=time.time() + self._timeline.clock_ahead,
            timestamp=self._timeline.timestamp_at(now),
            packets=self._packets,
            octets=self._octets,
        ) + rtcp.source_description(ssrc=self.ssrc, cname=self._cname)
