"""What the multivariant playlist says of a rendition, measured from its segments and never guessed. Pure."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, field
from datetime import timedelta

from election.playlist import Variant
from upload.fmp4 import VideoTrack

WINDOW = 30
"""Segments the bit rates are measured over."""
HEADROOM = 1.1
"""The peak announced is a little above the highest seen, so that it need not change with each segment."""


@dataclass
class Measured:
    """The measures of one rendition's current stream."""

    track: VideoTrack | None = None
    _recent: deque[tuple[int, float, int]] = field(default_factory=lambda: deque(maxlen=WINDOW))

    def begin(self, track: VideoTrack) -> None:
        """Take in a new stream's parameters."""
        if track != self.track:
            self._recent.clear()
        self.track = track

    def add(self, *, size: int, duration: timedelta, frames: int) -> None:
        """Take in one segment: bytes, duration, frames. An empty one says nothing."""
        if duration > timedelta():
            self._recent.append((size, duration.total_seconds(), frames))

    @property
    def bits_per_second(self) -> int:
        """Mean bit rate over the window; 0 before the first segment."""
        seconds = sum(duration for _, duration, _ in self._recent)
        return round(sum(size for size, _, _ in self._recent) * 8 / seconds) if seconds else 0

    @property
    def frame_rate(self) -> float:
        """Frames a second over the window; 0 before the first segment."""
        seconds = sum(duration for _, duration, _ in self._recent)
        return round(sum(frames for _, _, frames in self._recent) / seconds, 1) if seconds else 0.0

    def variant(self, uri: str) -> Variant | None:
        """Return what the multivariant playlist should say, None before the first segment."""
        if self.track is None or not self._recent:
            return None
        peak = max(size * 8 / duration for size, duration, _ in self._recent)
        return Variant(
            uri=uri,
            bandwidth=math.ceil(peak * HEADROOM),
            average_bandwidth=self.bits_per_second,
            codecs=self.track.all_codecs,
            width=self.track.width,
            height=self.track.height,
            frame_rate=self.frame_rate,
        )


def is_outdated(announced: Variant | None, measured: Variant) -> bool:
    """Return whether what is announced is no longer true enough: another stream, a higher peak, or half the rate."""
    if announced is None:
        return True
    same = (announced.codecs, announced.width, announced.height) == (measured.codecs, measured.width, measured.height)
    return (
        not same
        or abs(announced.frame_rate - measured.frame_rate) > 0.5
        or measured.bandwidth > announced.bandwidth * HEADROOM
        or measured.bandwidth < announced.bandwidth / 2
    )
