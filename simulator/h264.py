"""H.264 byte streams taken apart: NAL units, parameter sets, pictures (ITU-T H.264 7.3.1, Annex B). Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum

_START_CODE = re.compile(rb"\x00\x00\x01")


class NalType(IntEnum):
    """The NAL unit types told apart here (table 7-1)."""

    SLICE = 1
    IDR = 5
    SPS = 7
    PPS = 8


@dataclass(frozen=True, kw_only=True)
class ParameterSets:
    """What a decoder must know before the first picture."""

    sps: bytes
    pps: bytes

    @property
    def profile_level_id(self) -> str:
        """Profile, constraints and level as six hexadecimal digits (RFC 6184 8.1)."""
        return self.sps[1:4].hex().upper()


@dataclass(frozen=True, kw_only=True)
class Picture:
    """One coded picture: its slices, without parameter sets."""

    slices: tuple[bytes, ...]
    key: bool
    """Whether decoding can start here."""


def nal_type(nal: bytes) -> int:
    """Return the type in a NAL unit's first byte."""
    return nal[0] & 0x1F


def split_nals(stream: bytes) -> list[bytes]:
    """Return the NAL units of an Annex B byte stream, without start codes and trailing zeros."""
    marks = [match.start() for match in _START_CODE.finditer(stream)] or [len(stream)]
    ends = [*marks[1:], len(stream)]
    nals = (stream[mark + 3 : end].rstrip(b"\x00") for mark, end in zip(marks, ends, strict=True))
    return [nal for nal in nals if nal]


def join_nals(nals: Iterable[bytes]) -> bytes:
    """Return an Annex B byte stream of the NAL units."""
    return b"".join(b"\x00\x00\x00\x01" + nal for nal in nals)


def parameter_sets(nals: Sequence[bytes]) -> ParameterSets:
    """Return the first SPS and PPS among the NAL units; `ValueError` if one is missing."""
    first = {nal_type(nal): nal for nal in reversed(nals)}
    if NalType.SPS not in first or NalType.PPS not in first:
        raise ValueError("a stream without SPS and PPS")
    return ParameterSets(sps=first[NalType.SPS], pps=first[NalType.PPS])


def pictures(nals: Iterable[bytes]) -> list[Picture]:
    """Return the pictures of a stream in which every slice is a whole picture; all but slices is left out."""
    return [
        Picture(slices=(nal,), key=nal_type(nal) == NalType.IDR)
        for nal in nals
        if nal_type(nal) in (NalType.SLICE, NalType.IDR)
    ]
