"""H.264 byte streams taken apart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.h264 import ParameterSets, Picture, join_nals, parameter_sets, pictures, split_nals

SPS, PPS = b"\x67\x4d\x00\x1f\xaa", b"\x68\xee\x3c"
IDR, SLICE, SEI = b"\x65\x88\x84", b"\x41\x9a\x02", b"\x06\x05\x01"


def nals() -> st.SearchStrategy[bytes]:
    """NAL units as an encoder writes them: no start code inside, no zero at the end."""
    body = st.binary(min_size=1, max_size=40).map(lambda data: data.replace(b"\x00\x00", b"\x00\x03"))
    return body.map(lambda data: b"\x41" + data.rstrip(b"\x00") + b"\x80")


@given(st.lists(nals(), max_size=8))
def test_a_stream_is_taken_apart_as_it_was_joined(units: list[bytes]) -> None:
    assert split_nals(join_nals(units)) == units


def test_short_and_long_start_codes_are_found() -> None:
    assert split_nals(b"\x00\x00\x01" + SPS + b"\x00\x00\x00\x01" + PPS + b"\x00\x00") == [SPS, PPS]
    assert split_nals(b"") == []


def test_parameter_sets_are_the_first_ones() -> None:
    found = parameter_sets([SEI, SPS, PPS, IDR, b"\x67\x00", b"\x68\x00"])
    assert found == ParameterSets(sps=SPS, pps=PPS)
    assert found.profile_level_id == "4D001F"


@pytest.mark.parametrize("units", [[], [SPS, IDR], [PPS, IDR]])
def test_a_stream_without_parameter_sets_is_refused(units: list[bytes]) -> None:
    with pytest.raises(ValueError, match="without SPS and PPS"):
        parameter_sets(units)


def test_pictures_are_slices_and_only_those() -> None:
    assert pictures([SPS, PPS, SEI, IDR, SLICE]) == [
        Picture(slices=(IDR,), key=True),
        Picture(slices=(SLICE,), key=False),
    ]
