"""How quickly the packager itself does its work: the delays of its listings, and how late its event loop runs."""

from __future__ import annotations

import asyncio
import bisect
from collections import deque

DELAY_BOUNDS = (0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
"""Upper bounds of the histogram's buckets, seconds."""
LOOK_SECONDS = 1.0
LOOKS_KEPT = 60


class ListingDelays(deque[float]):
    """The newest delays in milliseconds, newest last, and a histogram of all there ever were."""

    def __init__(self) -> None:
        super().__init__(maxlen=10_000)
        self._buckets = [0] * (len(DELAY_BOUNDS) + 1)
        self.seconds = 0.0
        """The sum of all delays."""

    def append(self, milliseconds: float, /) -> None:
        """Take in one more."""
        super().append(milliseconds)
        seconds = max(0.0, milliseconds / 1000)
        self._buckets[bisect.bisect_left(DELAY_BOUNDS, seconds)] += 1
        self.seconds += seconds

    def histogram(self) -> list[tuple[str, float]]:
        """Return how many were at most as long as each bound, as Prometheus wants it."""
        counted, rows = 0, []
        for bound, count in zip((*map(str, DELAY_BOUNDS), "+Inf"), list(self._buckets), strict=True):
            counted += count
            rows.append((bound, float(counted)))
        return rows


class LoopLag:
    """By how much the event loop was late, looked at each second."""

    def __init__(self) -> None:
        self._late: deque[float] = deque([0.0], maxlen=LOOKS_KEPT)

    @property
    def worst(self) -> float:
        """The longest of the last minute, seconds."""
        return max(tuple(self._late))

    async def watch(self) -> None:
        """Look until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + LOOK_SECONDS
            await asyncio.sleep(LOOK_SECONDS)
            self._late.append(max(0.0, loop.time() - due))
