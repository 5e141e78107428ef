"""Whether a stream's clock can be believed: its segments held against their arrival and against each other. Pure.

A recorder's program takes the camera's timestamps as they come. Where they jump ahead, one picture seems to stand for
hours; where they jump back, all following ones are given the shortest time there is. Both are told from a stream that
merely had to wait: after a wait the pictures are as far apart as the time that really passed.
"""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta

from upload.fmp4 import MediaTimes

SEVERAL = 3
"""So many frames in a row must agree before a clock is taken to have jumped back: one or two are a mishap."""
TOLERANCE = timedelta(seconds=2)
"""How far a stream may run ahead of the time that passed, such as when a camera first sends what it has kept."""
LONGEST_WAIT = timedelta(seconds=30)
"""No recording outlives a longer wait for a picture."""
SEVERAL_AT_FIRST = 10
"""The same, as long as nothing is known of the stream: some cameras send each picture in parts of one time."""
_REMEMBERED = 8


class MediaClock:
    """The clock of one recording."""

    def __init__(self) -> None:
        self._delays: deque[timedelta] = deque(maxlen=_REMEMBERED)
        """How much later than on the stream's clock the newest segments arrived; only differences mean something."""
        self._usual: timedelta | None = None
        """The time from one frame to the next."""

    def jump(self, times: MediaTimes, arrived: datetime) -> str:
        """Take in the next segment; return how the clock jumped in it, in words, or nothing."""
        delay = arrived - datetime.min.replace(tzinfo=arrived.tzinfo) - (times.start + times.duration)
        if self._went_back(times):
            return "jumped back"
        ahead = times.longest_frame if not self._delays else min(self._delays) - delay
        allowed = TOLERANCE if self._delays else LONGEST_WAIT
        if times.longest_frame > TOLERANCE and ahead > allowed:
            return f"jumped ahead by {_in_words(ahead)}"
        self._delays.append(delay)
        if times.frames > SEVERAL:
            self._usual = times.duration / times.frames
        return ""

    def _went_back(self, times: MediaTimes) -> bool:
        if times.squeezed < (SEVERAL if self._usual else SEVERAL_AT_FIRST):
            return False
        usual = self._usual or times.duration / max(1, times.frames - times.squeezed)
        return usual * times.frames - times.duration > usual * (SEVERAL - 1)


def _in_words(time: timedelta) -> str:
    minutes = round(time.total_seconds() / 60)
    return f"{time.total_seconds():.0f} s" if minutes < 10 else f"{minutes // 60} h {minutes % 60} min"
