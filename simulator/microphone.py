"""A camera's microphone: its sound, sent to one viewer at its own pace."""

from __future__ import annotations

import asyncio
import itertools
import random
import struct
import time
from collections.abc import Callable

from simulator import rtcp
from simulator.feed import REPORT_SECONDS, TOO_LATE_SECONDS
from simulator.sound import Sound

_HEADER = struct.Struct(">BBHBBHII")
"""The interleaving header and the RTP header."""


async def send(
    sound: Sound,
    deliver: Callable[[bytes], None],
    *,
    channels: tuple[int, int],
    is_mute: Callable[[], bool],
) -> None:
    """Send `sound` until cancelled, as RTP and RTCP on two `channels`; nothing while it `is_mute`."""
    loop = asyncio.get_running_loop()
    began, reported = loop.time(), 0.0
    ssrc, sequence, timestamp = random.getrandbits(32), random.getrandbits(16), random.getrandbits(32)
    for number in itertools.count():
        due = began + number * sound.ticks / sound.clock_rate
        await asyncio.sleep(due - loop.time())
        if is_mute() or loop.time() - due > TOO_LATE_SECONDS:
            continue
        now = (timestamp + number * sound.ticks) & 0xFFFFFFFF
        if loop.time() - reported >= REPORT_SECONDS:
            reported = loop.time()
            report = rtcp.sender_report(
                ssrc=ssrc, unix_time=time.time() - (loop.time() - due), timestamp=now, packets=number, octets=0
            ) + rtcp.source_description(ssrc=ssrc, cname="pollcast-camera")
            deliver(rtcp.interleaved(report, channel=channels[1]))
        payload = sound.payloads[number % len(sound.payloads)]
        head = _HEADER.pack(0x24, channels[0], 12 + len(payload), 0x80, 0x80 | sound.payload_type, sequence, now, ssrc)
        sequence = (sequence + 1) & 0xFFFF
        deliver(head + payload)
