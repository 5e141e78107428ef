"""Faults that show in what a camera sends. Those who watch when one begins go on watching, unless it says otherwise."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace

from simulator import rtcp
from simulator.conduct import Conduct, Filter, StreamChange, Wire
from simulator.description import StreamFormat
from simulator.rtp import CLOCK_RATE, HEADER_BYTES
from simulator.timeline import Timeline

CLOCK_JUMP_SECONDS = 10 * 3600
WRAP_AFTER_SECONDS = 4
FLAPPING_SECONDS = 1.0
_FRAME_BYTES = 4
_RTCP_TYPES = range(192, 224)
"""What a packet's second byte holds if it is RTCP (RFC 5761 4)."""


class StopSending(Conduct):
    """No more media and no more reports; requests are answered, and connections stay open."""

    def media(self, data: bytes) -> bytes:
        """Send nothing."""
        return b""


class Bye(Conduct):
    """Everyone who watches is told once that the stream ends (RTCP BYE), and gets nothing more."""

    def towards(self, wire: Wire) -> Filter:
        """Say goodbye instead of the first thing that would be sent."""
        words = [rtcp.interleaved(rtcp.goodbye(ssrc=wire.ssrc), channel=wire.rtcp_channel)]
        return lambda data: words.pop() if words else b""


class TimestampsZero(Conduct):
    """Timestamps count from zero again in the middle of the stream."""

    stream = StreamChange(retimed=lambda usual, number: usual.counting(0, at=number))


class TimestampsShifted(Conduct):
    """The camera's clock was set: timestamps and the times in reports jump by so many seconds at once.

    Timestamps have 32 bits, 13 hours and 15 minutes: who takes the shorter way round, as ffmpeg does, sees a jump by
    10 hours as one by 3 hours and 15 minutes in the other direction. Only the reports tell them apart.
    """

    def __init__(self, seconds: int) -> None:
        def shifted(usual: Timeline, number: int) -> Timeline:
            ticks = usual.first_timestamp + seconds * CLOCK_RATE
            return replace(usual, first_timestamp=ticks & 0xFFFFFFFF, clock_ahead=seconds)

        self.stream = StreamChange(retimed=shifted)


class TimestampsWrap(Conduct):
    """Timestamps pass their largest value, and go on from zero, a few seconds after somebody begins to watch.

    Nothing is wrong with that: it happens to every camera twice a day. Those who watch when it begins are hung up on,
    or else they would see a jump first.
    """

    hangs_up = True
    stream = StreamChange(
        retimed=lambda usual, number: usual.counting(2**32 - WRAP_AFTER_SECONDS * CLOCK_RATE, at=number)
    )


class SpsChange(Conduct):
    """The picture's size changes from one key picture on, announced by SPS and PPS in the stream."""

    stream = StreamChange(forms=lambda usual: (resized(usual),))


class SpsFlapping(Conduct):
    """The picture's size changes with every key picture, and one comes every second."""

    stream = StreamChange(
        forms=lambda usual: tuple(
            replace(form, gop_seconds=min(FLAPPING_SECONDS, usual.gop_seconds)) for form in (resized(usual), usual)
        )
    )


class LongGop(Conduct):
    """Key pictures are so many seconds apart. Who begins to watch between two gets pictures it cannot decode yet."""

    def __init__(self, seconds: int) -> None:
        self.stream = StreamChange(forms=lambda usual: (replace(usual, gop_seconds=seconds),))


class Corrupt(Conduct):
    """Every other picture is damaged: bits flipped in its slices, or whole NAL units that are noise.

    The packets around them are right.
    """

    def __init__(self, seed: int = 1) -> None:
        self._random = random.Random(seed)  # noqa: S311 - repeatable, and no secret

    def media(self, data: bytes) -> bytes:
        """Damage what is a picture."""
        if self._random.random() < 0.5:
            return data
        damaged = bytearray(data)
        noise = self._random.random() < 0.25
        for start, end in _payloads(data):
            if noise:
                damaged[start:end] = self._random.randbytes(end - start)
                continue
            # The first bytes say what the NAL unit is; what follows is pictures.
            for _ in range(1 + (end - start) // 50):
                damaged[self._random.randrange(min(start + 6, end - 1), end)] ^= 1 << self._random.randrange(8)
        return bytes(damaged)


class Mute(Conduct):
    """The sound is announced, and nothing of it is sent."""

    mutes = True


class Trickle(Conduct):
    """Bytes leave far more slowly than pictures are made; pictures that find no room are never sent."""

    def __init__(self, bytes_per_second: float = 500.0) -> None:
        self.bytes_per_second = bytes_per_second


def resized(form: StreamFormat) -> StreamFormat:
    """Return the form with half the picture's width and height, or twice where half would be too small."""
    half = (form.width // 4 * 2, form.height // 4 * 2)
    width, height = half if half[0] >= 160 and half[1] >= 90 else (form.width * 2, form.height * 2)
    return replace(form, width=width, height=height)


def _payloads(data: bytes) -> Iterator[tuple[int, int]]:
    """Yield where the payload of each RTP packet begins and ends."""
    position = 0
    while position < len(data):
        start = position + _FRAME_BYTES
        position = start + int.from_bytes(data[position + 2 : position + 4], "big")
        if data[start + 1] not in _RTCP_TYPES:
            yield start + HEADER_BYTES, position
