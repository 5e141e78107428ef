"""RTCP packets a camera sends (RFC 3550 6.4.1, 6.5, 6.6), framed for an RTSP connection. Pure."""

from __future__ import annotations

import struct

_NTP_EPOCH = 2_208_988_800
"""Seconds from 1900, where NTP counts from, to 1970."""
_SENDER_REPORT = 200
_SOURCE_DESCRIPTION = 202
_GOODBYE = 203
_CNAME = 1


def ntp_time(seconds: float) -> int:
    """Return Unix time as a 64-bit NTP timestamp: whole seconds above, the fraction below."""
    whole, fraction = divmod(seconds, 1)
    return ((int(whole) + _NTP_EPOCH) & 0xFFFFFFFF) << 32 | int(fraction * 2**32)


def sender_report(*, ssrc: int, unix_time: float, timestamp: int, packets: int, octets: int) -> bytes:
    """Say that RTP `timestamp` belongs to `unix_time`, and how much was sent so far."""
    body = struct.pack(
        ">IQIII", ssrc, ntp_time(unix_time), timestamp & 0xFFFFFFFF, packets & 0xFFFFFFFF, octets & 0xFFFFFFFF
    )
    return _packet(_SENDER_REPORT, 0, body)


def source_description(*, ssrc: int, cname: str) -> bytes:
    """Name the sender; every compound packet holds it."""
    item = cname.encode()[:255]
    chunk = struct.pack(">IBB", ssrc, _CNAME, len(item)) + item + b"\x00"
    return _packet(_SOURCE_DESCRIPTION, 1, chunk + b"\x00" * (-len(chunk) % 4))


def goodbye(*, ssrc: int) -> bytes:
    """Say that the stream ends here."""
    return _packet(_GOODBYE, 1, struct.pack(">I", ssrc))


def interleaved(compound: bytes, *, channel: int) -> bytes:
    """Return the packet behind its interleaving header (RFC 2326 10.12)."""
    return struct.pack(">BBH", 0x24, channel, len(compound)) + compound


def _packet(kind: int, count: int, body: bytes) -> bytes:
    return struct.pack(">BBH", 0x80 | count, kind, len(body) // 4) + body
