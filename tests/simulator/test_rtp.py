"""Pictures cut into RTP packets and put together again."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.h264 import ParameterSets, Picture
from simulator.rtp import PacketisedPicture, packetise

PARAMETERS = ParameterSets(sps=b"\x67SPS", pps=b"\x68PPS")


def packets_of(data: bytes) -> list[tuple[int, bytes]]:
    """Channel and RTP packet of each interleaved packet."""
    packets = []
    while data:
        dollar, channel, length = struct.unpack_from(">BBH", data)
        assert dollar == 0x24
        packets.append((channel, data[4 : 4 + length]))
        assert len(packets[-1][1]) == length
        data = data[4 + length :]
    return packets


def nals_of(payloads: list[bytes]) -> list[bytes]:
    """What a receiver puts together (RFC 6184 5.6 and 5.8)."""
    nals: list[bytes] = []
    open_fragment = False
    for payload in payloads:
        if payload[0] & 0x1F != 28:
            assert not open_fragment
            nals.append(payload)
            continue
        start, end = payload[1] & 0x80, payload[1] & 0x40
        assert bool(start) != open_fragment
        assert not (start and end)
        if start:
            nals.append(bytes([payload[0] & 0xE0 | payload[1] & 0x1F]))
        nals[-1] += payload[2:]
        open_fragment = not end
    assert not open_fragment
    return nals


def test_a_small_picture_is_one_packet_written_byte_by_byte() -> None:
    picture = packetise(Picture(slices=(b"\x41abc",), key=False), PARAMETERS, ssrc=0x01020304)
    assert picture.filled(channel=2, sequence=0x10005, timestamp=0x1_0000_0006) == (
        b"$\x02\x00\x10" + b"\x80\xe0\x00\x05" + b"\x00\x00\x00\x06" + b"\x01\x02\x03\x04" + b"\x41abc"
    )


def test_a_long_slice_becomes_fragments() -> None:
    picture = packetise(Picture(slices=(b"\x41" + b"abcdefg",), key=False), PARAMETERS, ssrc=1, max_payload=5)
    payloads = [packet[12:] for _, packet in packets_of(picture.filled(channel=0, sequence=0, timestamp=0))]
    assert payloads == [b"\x5c\x81abc", b"\x5c\x01def", b"\x5c\x41g"]


@given(
    st.binary(min_size=1, max_size=9000),
    st.booleans(),
    st.integers(20, 1400),
    st.integers(0, 255),
    st.integers(0, 1 << 20),
    st.integers(0, 1 << 40),
)
def test_a_receiver_gets_every_picture_back(
    body: bytes, key: bool, max_payload: int, channel: int, sequence: int, timestamp: int
) -> None:
    nal = (b"\x65" if key else b"\x41") + body
    picture = packetise(Picture(slices=(nal,), key=key), PARAMETERS, ssrc=7, max_payload=max_payload)
    packets = packets_of(picture.filled(channel=channel, sequence=sequence, timestamp=timestamp))
    assert {number for number, _ in packets} == {channel}
    headers = [struct.unpack_from(">BBHII", packet) for _, packet in packets]
    assert [header[2] for header in headers] == [(sequence + index) & 0xFFFF for index in range(len(packets))]
    assert {header[3] for header in headers} == {timestamp & 0xFFFFFFFF}
    assert [header[1] >> 7 for header in headers] == [0] * (len(packets) - 1) + [1]
    payloads = [packet[12:] for _, packet in packets]
    assert max(map(len, payloads)) <= max_payload
    assert nals_of(payloads) == ([PARAMETERS.sps, PARAMETERS.pps, nal] if key else [nal])
    assert picture.octets == sum(map(len, payloads))


def test_filling_leaves_the_template_as_it_was() -> None:
    picture = packetise(Picture(slices=(b"\x41abc",), key=False), PARAMETERS, ssrc=1)
    before = picture.template
    picture.filled(channel=9, sequence=9, timestamp=9)
    assert picture.template == before
    with pytest.raises(AttributeError):
        picture.template = b""  # type: ignore[misc]  # the point of the test
    assert isinstance(picture, PacketisedPicture)
