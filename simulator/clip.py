"""A clip: encoded pictures that repeat for ever. Pure."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from simulator import h264, rtp
from simulator.h264 import ParameterSets, Picture


@dataclass(frozen=True, kw_only=True)
class Clip:
    """What is kept of an encoded stream."""

    parameters: ParameterSets
    pictures: tuple[Picture, ...]

    def to_stream(self) -> bytes:
        """Return an Annex B byte stream any player opens."""
        nals = (nal for picture in self.pictures for nal in picture.slices)
        return h264.join_nals([self.parameters.sps, self.parameters.pps, *nals])

    @classmethod
    def from_stream(cls, stream: bytes) -> Clip:
        """Read back `to_stream`; `ValueError` if it cannot be that."""
        nals = h264.split_nals(stream)
        clip = cls(parameters=h264.parameter_sets(nals), pictures=tuple(h264.pictures(nals)))
        if not clip.pictures or not clip.pictures[0].key:
            raise ValueError("a clip that does not begin with a key picture")
        return clip


class ClipPackets:
    """A clip cut into packets, picture after picture without end."""

    def __init__(self, clip: Clip, *, ssrc: int) -> None:
        self.parameters = clip.parameters
        self.ssrc = ssrc
        self._pictures: Sequence[rtp.PacketisedPicture] = [
            rtp.packetise(picture, clip.parameters, ssrc=ssrc) for picture in clip.pictures
        ]
        self._packets_before = list(_running(len(picture.starts) for picture in self._pictures))

    def picture(self, number: int) -> rtp.PacketisedPicture:
        """Return a picture by its number in the endless repetition."""
        return self._pictures[number % len(self._pictures)]

    def packets_before(self, number: int) -> int:
        """Return how many packets all pictures before `number` have."""
        rounds, rest = divmod(number, len(self._pictures))
        return rounds * self._packets_before[-1] + self._packets_before[rest]


def _running(counts: Iterable[int]) -> Iterable[int]:
    return itertools.accumulate(counts, initial=0)
