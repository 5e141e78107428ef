"""H.264 pictures as RTP packets (RFC 3550 5.1, RFC 6184 5.6, 5.8), framed for RTSP (RFC 2326 10.12). Pure.

A picture is cut into packets once. Sending it means writing sequence number, timestamp and channel into a copy of the
finished bytes, so that one copy serves every viewer.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from simulator.h264 import ParameterSets, Picture

CLOCK_RATE = 90_000
"""Ticks of an RTP timestamp in a second, for all video."""
PAYLOAD_TYPE = 96
MAX_PAYLOAD = 1400
"""Bytes after the RTP header: with it, an IP packet of a common network."""

_FU_A = 28
_FRAME = struct.Struct(">BBH")
_HEADER = struct.Struct(">BBHII")
HEADER_BYTES = _HEADER.size
_SEQUENCE_AND_TIMESTAMP = struct.Struct(">HI")
_CHANNEL_AT = 1
_SEQUENCE_AT = _FRAME.size + 2


@dataclass(frozen=True, kw_only=True)
class PacketisedPicture:
    """All packets of one picture, each behind its interleaving header, with places left open."""

    template: bytes
    starts: tuple[int, ...]
    """Where each packet's interleaving header begins in the template."""
    key: bool

    @property
    def octets(self) -> int:
        """Bytes of payload, as a sender report counts them."""
        return len(self.template) - len(self.starts) * (_FRAME.size + _HEADER.size)

    def filled(self, *, channel: int, sequence: int, timestamp: int) -> bytes:
        """Return the bytes to send; `sequence` is the first packet's and may be any whole number."""
        copy = bytearray(self.template)
        for offset, start in enumerate(self.starts):
            copy[start + _CHANNEL_AT] = channel
            _SEQUENCE_AND_TIMESTAMP.pack_into(
                copy, start + _SEQUENCE_AT, (sequence + offset) & 0xFFFF, timestamp & 0xFFFFFFFF
            )
        return bytes(copy)


def packetise(
    picture: Picture, parameters: ParameterSets, *, ssrc: int, max_payload: int = MAX_PAYLOAD
) -> PacketisedPicture:
    """Cut a picture into packets; before a key picture go SPS and PPS. The last packet has the marker bit."""
    nals = (parameters.sps, parameters.pps, *picture.slices) if picture.key else picture.slices
    payloads = [payload for nal in nals for payload in _payloads(nal, max_payload)]
    template = bytearray()
    starts = []
    for index, payload in enumerate(payloads):
        starts.append(len(template))
        marker = 0x80 if index == len(payloads) - 1 else 0
        template += _FRAME.pack(0x24, 0, _HEADER.size + len(payload))
        template += _HEADER.pack(0x80, marker | PAYLOAD_TYPE, 0, 0, ssrc)
        template += payload
    return PacketisedPicture(template=bytes(template), starts=tuple(starts), key=picture.key)


def _payloads(nal: bytes, max_payload: int) -> Iterator[bytes]:
    """Yield a NAL unit as it is, or as fragments (FU-A) if it is too long for one packet."""
    if len(nal) <= max_payload:
        yield nal
        return
    indicator = (nal[0] & 0xE0) | _FU_A
    room = max_payload - 2
    for start in range(1, len(nal), room):
        first = 0x80 if start == 1 else 0
        last = 0x40 if start + room >= len(nal) else 0
        yield bytes((indicator, first | last | (nal[0] & 0x1F))) + nal[start : start + room]
