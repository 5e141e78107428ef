"""Clips: there and back as a byte stream, and pictures without end."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.clip import Clip, ClipPackets
from simulator.h264 import ParameterSets, Picture

CLIP = Clip(
    parameters=ParameterSets(sps=b"\x67\x4d\x00\x1f", pps=b"\x68\xee"),
    pictures=(
        Picture(slices=(b"\x65" + b"k" * 3000,), key=True),
        Picture(slices=(b"\x41abc",), key=False),
        Picture(slices=(b"\x41" + b"d" * 1500,), key=False),
    ),
)


def test_a_clip_is_read_as_it_was_written() -> None:
    assert Clip.from_stream(CLIP.to_stream()) == CLIP


@pytest.mark.parametrize("stream", [b"", b"\x00\x00\x01\x65abc", CLIP.to_stream()[:14], b"text"])
def test_what_is_no_clip_is_refused(stream: bytes) -> None:
    with pytest.raises(ValueError, match=r"without SPS|does not begin"):
        Clip.from_stream(stream)


@given(st.integers(0, 1000), st.integers(0, 50))
def test_packets_are_counted_as_they_are_sent(first: int, count: int) -> None:
    packets = ClipPackets(CLIP, ssrc=1)
    sent = sum(len(packets.picture(number).starts) for number in range(first, first + count))
    assert packets.packets_before(first + count) - packets.packets_before(first) == sent


def test_after_the_last_picture_comes_the_first() -> None:
    packets = ClipPackets(CLIP, ssrc=1)
    assert [packets.picture(number).key for number in range(7)] == [True, False, False, True, False, False, True]
