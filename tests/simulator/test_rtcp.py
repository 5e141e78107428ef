"""RTCP packets, bit by bit."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from simulator import rtcp


def test_a_sender_report_is_written_byte_by_byte() -> None:
    report = rtcp.sender_report(ssrc=0x01020304, unix_time=0.5, timestamp=1 << 32 | 9, packets=2, octets=3)
    assert report == bytes.fromhex("80c80006 01020304 83aa7e80 80000000 00000009 00000002 00000003")


def test_a_source_is_named() -> None:
    assert rtcp.source_description(ssrc=1, cname="ab") == bytes.fromhex("81ca0003 00000001 01026162 00000000")


def test_a_goodbye_is_written_byte_by_byte() -> None:
    assert rtcp.goodbye(ssrc=1) == bytes.fromhex("81cb0001 00000001")


def test_a_packet_is_framed_for_its_channel() -> None:
    assert rtcp.interleaved(b"abcd", channel=3) == b"$\x03\x00\x04abcd"


@given(st.text(max_size=300), st.floats(0, 4e9))
def test_every_packet_is_whole_words_and_says_how_many(cname: str, now: float) -> None:
    for packet in (
        rtcp.source_description(ssrc=1, cname=cname),
        rtcp.sender_report(ssrc=1, unix_time=now, timestamp=0, packets=0, octets=0),
    ):
        assert len(packet) % 4 == 0
        assert int.from_bytes(packet[2:4], "big") == len(packet) // 4 - 1


@given(st.floats(0, 2e9))
def test_network_time_is_true_to_a_microsecond(now: float) -> None:
    value = rtcp.ntp_time(now)
    assert abs((value >> 32) - 2_208_988_800 + (value & 0xFFFFFFFF) / 2**32 - now) < 1e-6
