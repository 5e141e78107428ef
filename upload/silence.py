"""How long a rendition has shown nothing, and why: decides when a gap is due. Pure; times are of a steady clock.

A gap is listed while the camera is away, so that the playlist goes on and viewers are told. It always ends a little
before now: a segment that is just being recorded must not begin inside it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from election.schedule import Phase
from election.timeline import GapReason
from upload.recorder import StopReason

NOT_SHOWN = {Phase.PAUSED: GapReason.PAUSED, Phase.CLOSED: GapReason.CLOSED, Phase.SCHEDULED: GapReason.CLOSED}
"""Why there are no pictures in the phases in which there are to be none."""


@dataclass
class Silence:
    """The time since the newest picture or the newest gap."""

    patience: float
    """Seconds without a picture after which a gap is due."""
    reached: float | None = None
    """The moment up to which the sequence goes, None before there is any."""
    reason: GapReason = GapReason.PACKAGER_STOPPED
    """Why nothing can be seen, should nothing come."""
    excused_until: float = -math.inf
    """The moment before which no gap is due."""
    excusable: bool = False
    """Whether something was heard since the last excuse: a machine that often stands still must not keep gaps back."""

    def heard(self, now: float) -> None:
        """A segment came."""
        self.reached, self.reason, self.excusable = now, GapReason.STALLED, True

    def ended(self, reason: StopReason) -> None:
        """The recording ended."""
        self.reason = GapReason(reason.value)

    def marked(self, seconds: float) -> None:
        """A gap of this length was listed."""
        if self.reached is not None:
            self.reached += seconds

    def stood_still(self, now: float) -> None:
        """The program itself did not run until now: what came meanwhile is still to be heard."""
        if self.excusable:
            self.excused_until, self.excusable = now + self.patience, False

    def overdue(self, now: float) -> float:
        """Return by how many seconds a gap is due, 0 or less where none is."""
        if now < self.excused_until:
            return 0.0
        return 0.0 if self.reached is None else now - self.reached - self.patience
