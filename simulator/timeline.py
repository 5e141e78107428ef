"""When each picture of an endless stream is due, and its timestamp. Pure; times are seconds of a monotonic clock."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from simulator.rtp import CLOCK_RATE


@dataclass(frozen=True, kw_only=True)
class Timeline:
    """Pictures numbered from 0 at `epoch`, evenly spaced for ever: no drift, however late one was sent."""

    epoch: float
    fps: int
    gop_pictures: int
    first_timestamp: int
    clock_ahead: float = 0.0
    """Seconds by which the camera takes it to be later than it is; timestamps are not concerned."""

    def counting(self, timestamp: int, *, at: int) -> Timeline:
        """Return the same pictures with other timestamps: picture `at` has `timestamp`."""
        return replace(self, first_timestamp=(timestamp - at * CLOCK_RATE // self.fps) & 0xFFFFFFFF)

    def due(self, number: int) -> float:
        """Return when a picture is to be sent."""
        return self.epoch + number / self.fps

    def next_key(self, now: float) -> int:
        """Return the number of the first key picture that is due at `now` or later."""
        pictures = (now - self.epoch) * self.fps
        return math.ceil(round(pictures / self.gop_pictures, 9)) * self.gop_pictures

    def is_key(self, number: int) -> bool:
        """Say whether decoding can start at a picture."""
        return number % self.gop_pictures == 0

    def timestamp(self, number: int) -> int:
        """Return a picture's RTP timestamp."""
        return (self.first_timestamp + number * CLOCK_RATE // self.fps) & 0xFFFFFFFF

    def timestamp_at(self, now: float) -> int:
        """Return the RTP timestamp of a moment, which need not be a picture's."""
        return (self.first_timestamp + int((now - self.epoch) * CLOCK_RATE)) & 0xFFFFFFFF
