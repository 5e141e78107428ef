"""What every station is to do now, by the clock and by orders; tells those who wait when that changes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from pathlib import Path

import structlog

from election.ids import StationId
from election.schedule import Phase, Schedule, Standing, standing, told
from upload.orders import Orders, read_orders, read_written_orders
from upload.sequence import now

TICK_SECONDS = 1.0
_log = structlog.get_logger()


class Standings:
    """The standings of one packager's stations."""

    def __init__(
        self, schedule: Schedule | None = None, orders: Orders | None = None, *, clock: Callable[[], datetime] = now
    ) -> None:
        """`schedule` is None in a rehearsal: the clock changes nothing then."""
        self.schedule = schedule
        self._orders = orders or {}
        self._clock = clock
        self._changed = asyncio.Event()

    def of(self, station: StationId) -> Standing:
        """Return a station's standing now."""
        return standing(self.schedule, self._orders.get(station, ()), self._clock())

    def phase_at(self, station: StationId, moment: datetime) -> Phase:
        """Return the phase a station was in, as far as the orders tell."""
        known = [order for order in self._orders.get(station, ()) if order.time <= moment]
        return standing(self.schedule, known, moment).phase

    def ordered(self, orders: Orders) -> None:
        """Follow these orders from now on."""
        self._orders = orders
        self._tell()

    def ordered_for(self) -> frozenset[StationId]:
        """Return the stations for which anything was ordered."""
        return frozenset(self._orders)

    async def changes(self, station: StationId) -> AsyncIterator[Standing]:
        """Yield a station's standing now, and again whenever its phase is another."""
        phase: Phase | None = None
        while True:
            changed = self._changed
            found = self.of(station)
            if found.phase is not phase:
                phase = found.phase
                yield found
            else:
                await changed.wait()

    def notice(self) -> str:
        """Say for operators why by the clock nothing runs, and what to do about it; '' in the hours of the election."""
        if self.schedule is None:
            return ""
        match self.schedule.phase(self._clock()):
            case Phase.SCHEDULED:
                opens = told(self.schedule.opens, self.schedule.zone)
                return f"It is not time yet: opens {opens}. To begin now, as a rehearsal: pollcast package --rehearsal."
            case Phase.CLOSED:
                ends = told(self.schedule.ends, self.schedule.zone)
                return f"The election is over: ended {ends}. To run all the same: pollcast package --rehearsal."
            case _:
                return ""

    async def follow_clock(self) -> None:
        """Tell of the opening and of the end on the second, until cancelled."""
        schedule = self.schedule
        if schedule is None:
            return
        phase = schedule.phase(self._clock())
        if notice := self.notice():
            _log.warning("nothing runs", why=notice)
        while True:
            moment = self._clock()
            if (found := schedule.phase(moment)) is not phase:
                phase = found
                _log.info("the clock has changed the stations", phase=str(phase))
                self._tell()
            due = [(each - moment).total_seconds() for each in (schedule.opens, schedule.ends) if each > moment]
            await asyncio.sleep(min([TICK_SECONDS, *due]))

    def _tell(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()

    def sentence(self, station: StationId) -> str:
        """Say for operators why a station is not recorded, '' where it is."""
        found = self.of(station)
        match found.phase:
            case Phase.OPEN:
                return ""
            case Phase.SCHEDULED:
                return f"Opens {self._told(found.until)}."
            case phase:
                by = "by the clock" if found.order is None else "by order"
                reason = found.order.reason if found.order is not None else ""
                return f"{phase.capitalize()} {by} since {self._told(found.since)}{': ' if reason else '.'}{reason}"

    def _told(self, moment: datetime | None) -> str:
        if moment is None:
            return "its beginning"
        if self.schedule is not None:
            return told(moment, self.schedule.zone)
        return f"{moment:%Y-%m-%d %H:%M}"


def orders_reader(orders: Orders) -> Callable[[Path], Orders]:
    """Return what reads the orders while the packager runs: a file that was there and is gone is a fault.

    `orders` were read at the start.
    """
    known = bool(orders)

    def read(path: Path) -> Orders:
        nonlocal known
        found = read_written_orders(path) if known else read_orders(path)
        known = known or bool(found)
        return found

    return read
