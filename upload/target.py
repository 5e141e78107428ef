"""A station's target duration: fixed from what its cameras first send, then the same for all its renditions.

The configured one serves while key frames come often enough. A camera with rarer key frames is recorded all the same,
with a longer target; above `LONGEST_SECONDS` operators are told to set the camera right.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Iterable

from election.ids import Rendition

LONGEST_SECONDS = 12
"""What is longer makes viewers wait too long for the first picture and for each next one."""
HEADROOM = 1.2
"""Key frames come a little later now and then: a target beyond the configured one leaves so much room."""
WAIT_SECONDS = 30.0
"""So long the first rendition waits for what the other needs: two key frames, if it sends any."""


class TargetDuration:
    """The target duration of one station, seconds; not known before the first segments."""

    def __init__(
        self,
        configured: int,
        *,
        fixed: int | None = None,
        renditions: Iterable[Rendition] = (),
        on_fixed: Callable[[int], None] = lambda seconds: None,
    ) -> None:
        """`fixed` is what was published before; else the first segments of all `renditions` are asked.

        `on_fixed` is told once what it is from now on.
        """
        self._configured = configured
        self._renditions = frozenset(renditions)
        self._seconds = fixed
        self._on_fixed = on_fixed
        self._needed: dict[Rendition, float] = {}
        self._told = asyncio.Event()

    @property
    def seconds(self) -> int:
        """The target duration; the configured one before it is fixed."""
        return self._configured if self._seconds is None else self._seconds

    @property
    def is_fixed(self) -> bool:
        """Whether it can no longer change."""
        return self._seconds is not None

    def needs(self, rendition: Rendition, longest_seconds: float) -> None:
        """Note how long a rendition's segments are; 0 for one that has none to wait for."""
        self._needed[rendition] = max(longest_seconds, self._needed.get(rendition, 0.0))
        self._told.set()

    async def agreed(self) -> None:
        """Fix it once all of the station's renditions have said what they need, or have had their time."""
        try:
            async with asyncio.timeout(WAIT_SECONDS):
                while not self.is_fixed and not self._renditions <= set(self._needed):
                    self._told.clear()
                    await self._told.wait()
        except TimeoutError:
            pass
        self.fix()

    def fix(self) -> None:
        """Fix it now."""
        if self._seconds is None:
            self._seconds = target_for(max(self._needed.values(), default=0.0), self._configured)
            self._on_fixed(self._seconds)
        self._told.set()


def target_for(longest_seconds: float, configured: int) -> int:
    """Return the target duration, seconds, for segments of which the longest so far is `longest_seconds`."""
    if int(longest_seconds + 0.5) <= configured:
        return configured
    return math.ceil(longest_seconds * HEADROOM)


def demand(longest_seconds: float) -> str:
    """Return what operators should do about a camera whose key frames are too rare, '' where all is well."""
    if longest_seconds <= LONGEST_SECONDS:
        return ""
    return (
        f"The camera sends a key frame only every {longest_seconds:.0f} s, and viewers wait as long for each picture:"
        " set its key frame interval (GOP, I-frame interval) to 2 s."
    )
