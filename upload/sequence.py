"""What the next segment of a rendition will be called: number, wall-clock time, discontinuity. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

LARGEST_STEP = timedelta(seconds=0.5)
"""How far a segment may begin from the end of the one before it and still continue its timeline."""

LONGEST_HOLE = timedelta(hours=24)
"""What is longer is not a gap of this day."""


@dataclass(frozen=True, kw_only=True)
class Position:
    """The place of the next segment."""

    next_number: int = 0
    discontinuities: int = 0
    """Discontinuities so far."""
    last_end: datetime | None = None
    """Wall-clock end of the newest segment, None before the first."""
    anchor: datetime | None = None
    """Wall-clock time of the stream's own zero; None where the next segment begins a new timeline."""
    stream_end: timedelta = timedelta()
    """End of the newest segment on the stream's own clock; means nothing without `anchor`."""

    def interrupted(self) -> Position:
        """Return the position after the recording ended: the next segment begins a new timeline."""
        return replace(self, anchor=None)

    def place(self, *, start: timedelta, duration: timedelta, arrived: datetime) -> tuple[Placed, Position]:
        """Give a segment its place.

        `start` is on the stream's own clock. The first segment of a timeline is taken to have ended when it arrived;
        the following ones keep their distance to it on the stream's clock, so that steps of the machine's clock do
        not show. Where the stream's clock steps, or a segment is missing, a new timeline begins. Times never go back:
        a new timeline begins at the earliest where the last one ended.
        """
        kept = self.anchor if self._continues(start) else None
        fresh = kept is None
        anchor = kept if kept is not None else arrived - duration - start
        time = anchor + start
        if self.last_end is not None and time < self.last_end:
            time = self.last_end
            if fresh:
                anchor = time - start
        discontinuity = fresh and self.last_end is not None
        count = self.discontinuities + int(discontinuity)
        placed = Placed(
            number=self.next_number, program_date_time=time, discontinuity=discontinuity, discontinuities=count
        )
        following = Position(
            next_number=self.next_number + 1,
            discontinuities=count,
            last_end=time + duration,
            anchor=anchor,
            stream_end=start + duration,
        )
        return placed, following

    def holes(self, *, start: timedelta, duration: timedelta, arrived: datetime, longest: timedelta) -> list[timedelta]:
        """Return the lengths of the gaps that lie between the newest segment and one that is about to be placed.

        None of them is longer than `longest`; there are none where the segment continues the timeline, where nothing
        went before, and where so much time has passed that another day has begun.
        """
        if self.last_end is None or self._continues(start):
            return []
        hole = arrived - duration - self.last_end
        if not LARGEST_STEP < hole <= LONGEST_HOLE:
            return []
        whole, rest = divmod(hole, longest)
        lengths = [longest] * whole
        if rest > LARGEST_STEP or not lengths:
            return [*lengths, rest]
        # A gap too short to be seen is shared with its neighbour.
        half = (lengths.pop() + rest) // 2
        return [*lengths, half, longest + rest - half] if rest else [*lengths, longest]

    def gap(self, duration: timedelta) -> tuple[Placed, Position]:
        """Give a time without pictures its place, right after the newest segment; what follows is a new timeline."""
        if self.last_end is None:
            raise ValueError("a gap before the first segment has no place")
        placed = Placed(
            number=self.next_number,
            program_date_time=self.last_end,
            discontinuity=False,
            discontinuities=self.discontinuities,
        )
        following = replace(self, next_number=self.next_number + 1, last_end=self.last_end + duration, anchor=None)
        return placed, following

    def _continues(self, start: timedelta) -> bool:
        return self.anchor is not None and abs(start - self.stream_end) <= LARGEST_STEP


@dataclass(frozen=True, kw_only=True)
class Placed:
    """The place a segment was given."""

    number: int
    program_date_time: datetime
    discontinuity: bool
    discontinuities: int


BEGINNING = Position()
"""The place of the very first segment."""


def now() -> datetime:
    """Return the wall-clock time, aware, UTC."""
    return datetime.now(UTC)
