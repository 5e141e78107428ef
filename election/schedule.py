"""When a station is shown: by the election's clock and by operators' orders. Pure.

::

    scheduled ──opening──> open ──pause──> paused ──resume──> open
                             └──close, or the clock──> closed ──reopen──> open

The opening lies `early_minutes` before voting begins; the clock closes what no operator has closed `ends_after_hours`
after voting has ended. A rehearsal has no clock: there only orders count.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from election.configuration import ElectionTable


class Phase(StrEnum):
    """What is to be done about a station."""

    SCHEDULED = "scheduled"
    """Nothing yet: it is before the opening."""
    OPEN = "open"
    """It is recorded and published."""
    PAUSED = "paused"
    """It is not recorded for a while; what was recorded is published, and gaps after it."""
    CLOSED = "closed"
    """It is over: what was recorded is published, and nothing after it."""


class Command(StrEnum):
    """What an operator orders."""

    PAUSE = "pause"
    RESUME = "resume"
    CLOSE = "close"
    REOPEN = "reopen"


@dataclass(frozen=True, kw_only=True)
class Order:
    """An operator's order for one station."""

    command: Command
    time: datetime
    """Aware; when it was given."""
    reason: str = ""
    """For other operators; '' where none was given."""


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """The moments at which the clock changes every station."""

    opens: datetime
    """Aware, UTC: pictures begin."""
    ends: datetime
    """Aware, UTC: what has not been closed is closed."""
    zone: ZoneInfo

    def phase(self, now: datetime) -> Phase:
        """Return the phase of a station for which nothing was ordered."""
        if now < self.opens:
            return Phase.SCHEDULED
        return Phase.OPEN if now < self.ends else Phase.CLOSED


@dataclass(frozen=True, kw_only=True)
class Standing:
    """The phase of one station."""

    phase: Phase
    since: datetime | None = None
    """When it began; None where that is not known, as in a rehearsal."""
    until: datetime | None = None
    """When the clock ends it; None where only an order does."""
    order: Order | None = None
    """The order it follows from; None where the clock says so."""


def schedule_of(election: ElectionTable) -> Schedule:
    """Return the schedule of an election."""
    opens, closes = (
        datetime.combine(election.date, time, tzinfo=election.zone).astimezone(UTC)
        for time in (election.opens, election.closes)
    )
    return Schedule(
        opens=opens - timedelta(minutes=election.early_minutes),
        ends=closes + timedelta(hours=election.ends_after_hours),
        zone=election.zone,
    )


def standing(schedule: Schedule | None, orders: Sequence[Order], now: datetime) -> Standing:
    """Return a station's standing; `orders` are its own, oldest first, and `schedule` is None in a rehearsal.

    Closed by an order is closed, also before the opening. A pause ordered before the opening begins with it. What an
    operator reopens after the clock has closed it stays open until an operator closes it.
    """
    reopening, orders = _after(orders, Command.REOPEN)
    closed = next((order for order in orders if order.command is Command.CLOSE), None)
    resuming, orders = _after(orders, Command.RESUME)
    paused = next((order for order in orders if order.command is Command.PAUSE), None)
    if closed is not None:
        return Standing(phase=Phase.CLOSED, since=closed.time, order=closed)
    opens, ends = (None, None) if schedule is None else (schedule.opens, schedule.ends)
    if opens is not None and now < opens:
        return Standing(phase=Phase.SCHEDULED, until=opens)
    if ends is not None and reopening is not None and reopening.time >= ends:
        ends = None
    if ends is not None and now >= ends:
        return Standing(phase=Phase.CLOSED, since=ends)
    last = paused or resuming or reopening
    known = [moment for moment in (opens, None if last is None else last.time) if moment is not None]
    return Standing(
        phase=Phase.OPEN if paused is None else Phase.PAUSED,
        since=max(known, default=None),
        until=ends,
        order=last,
    )


def _after(orders: Sequence[Order], command: Command) -> tuple[Order | None, Sequence[Order]]:
    """Return the newest order of this command, and what was ordered after it."""
    for index, order in reversed(list(enumerate(orders))):
        if order.command is command:
            return order, orders[index + 1 :]
    return None, orders


def told(moment: datetime, zone: ZoneInfo) -> str:
    """Return a moment as operators read it: `2026-11-29 07:30 (Asia/Baku)`."""
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M} ({zone.key})"
