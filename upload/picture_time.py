"""Which time a rendition's pictures have reached, whatever the machine's clock is set to meanwhile. Pure.

Times of pictures follow the stream's clock and the steady one, so they do not step when the machine's clock is set.
What is judged by them, such as whether an hour is over, must not follow that clock either.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

LONGEST_ASIDE = timedelta(hours=24)
"""Pictures that are further from the machine's clock are of another day, and say nothing of now."""


@dataclass
class PictureTime:
    """The end of the newest picture or gap, and when it was reached."""

    _end: datetime | None = None
    _reached: float = 0.0
    """By the steady clock, seconds."""

    def reached(self, end: datetime, steady: float) -> None:
        """The sequence goes as far as `end`."""
        self._end, self._reached = end, steady

    def now(self, clock: datetime, steady: float) -> datetime:
        """Return the time by the pictures; `clock` where there are none yet."""
        if self._end is None:
            return clock
        found = self._end + timedelta(seconds=steady - self._reached)
        return found if abs(clock - found) < LONGEST_ASIDE else clock
