"""The time before a rendition's first picture: since when nothing is seen, and why.

No playlist can tell it, for a gap needs a place after a picture; so it stands in the journal by itself, one row a
reason, and the timeline tells it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from election.ids import Rendition, StationId
from election.schedule import Phase
from election.timeline import Gap, GapReason
from upload.journal import Journal, Wait
from upload.silence import NOT_SHOWN

BEGUN_LATE = timedelta(seconds=10)
"""A packager that begins later than this did not run before."""
KNOWN_EVERY = timedelta(seconds=5)
SHORTEST = timedelta(seconds=0.5)
"""What is shorter is no gap."""


class FirstPicture:
    """Keeps what is known of one rendition until its first picture comes."""

    def __init__(self, journal: Journal, station: StationId, rendition: Rendition) -> None:
        self._journal = journal
        self._place = station, rendition
        self._newest: Wait | None = None
        self._known_until = datetime.min.replace(tzinfo=UTC)
        self.has_begun = False

    def begin(self, phase: Phase, at: datetime, *, opened: datetime | None) -> None:
        """A packager begins to wait; `opened` is the opening, None where nobody knows it, as in a rehearsal."""
        self.has_begun = True
        last = next(reversed(self._journal.waits(*self._place)), None)
        if last is not None and self._is_of_an_earlier_day(last, opened):
            self._journal.forget_waits(*self._place)
            last = None
        since = at
        if last is None:
            since = min(at, opened or at)
            if at - since > BEGUN_LATE:
                self._write(since, GapReason.PACKAGER_STOPPED)
                since = at
        elif last.reason not in NOT_SHOWN.values() and at - last.seen > BEGUN_LATE:
            self._write(last.seen, GapReason.PACKAGER_STOPPED)
        self.enter(phase, since)

    def _is_of_an_earlier_day(self, last: Wait, opened: datetime | None) -> bool:
        has_shown = self._journal.first(*self._place, since=last.since) is not None
        return has_shown or (opened is not None and last.seen < opened)

    def enter(self, phase: Phase, at: datetime) -> None:
        """The station's phase is another."""
        if self._newest is not None or phase in {Phase.OPEN, Phase.PAUSED} or self._journal.waits(*self._place):
            self._write(at, NOT_SHOWN.get(phase, GapReason.STARTING))

    def failed(self, reason: GapReason, at: datetime) -> None:
        """A recording ended without a picture."""
        if self._newest is not None and self._newest.reason is GapReason.STARTING:
            at = self._newest.since
        if self._newest is None or self._newest.reason is not reason:
            self._write(at, reason)

    def lasts(self, at: datetime) -> None:
        """Still no picture; may be called often."""
        if self._newest is not None and at - self._known_until >= KNOWN_EVERY:
            self._known_until = at
            self._journal.still_waits(*self._place, at)

    def _write(self, since: datetime, reason: GapReason) -> None:
        self._journal.wait(*self._place, since, reason)
        self._newest = Wait(since=since, reason=reason, seen=since)
        self._known_until = since


def gaps_of(waits: Sequence[tuple[Wait, datetime | None]], *, until: datetime) -> list[Gap]:
    """Return the times before a first picture as gaps, in order.

    Each wait comes with the first picture after it, None where there is none; what still lasts does so `until`. A
    station that is closed and stays so has no gap after its closing.
    """
    gaps: list[Gap] = []
    for index, (wait, first) in enumerate(waits):
        is_newest = index + 1 == len(waits)
        if is_newest and wait.reason is GapReason.CLOSED and first is None:
            continue
        end = min(until if is_newest else waits[index + 1][0].since, first or until, until)
        if gaps and gaps[-1].reason is wait.reason and gaps[-1].end == wait.since:
            gaps.append(Gap(start=gaps.pop().start, end=end, reason=wait.reason))
        else:
            gaps.append(Gap(start=wait.since, end=end, reason=wait.reason))
    return [gap for gap in gaps if gap.end - gap.start >= SHORTEST]


def within(gaps: Sequence[Gap], began: datetime, ended: datetime) -> list[Gap]:
    """Return the parts of gaps that lie between two moments."""
    parts = [Gap(start=max(gap.start, began), end=min(gap.end, ended), reason=gap.reason) for gap in gaps]
    return [gap for gap in parts if gap.start < gap.end]
