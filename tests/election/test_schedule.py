"""When a station is shown: by the clock of the election and by orders."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from election.configuration import ElectionTable, Names
from election.schedule import Command, Order, Phase, Schedule, schedule_of, standing, told

BAKU = ZoneInfo("Asia/Baku")
NAMES = Names(az="Seçki", en="Election", ru="Выборы")
ELECTION = ElectionTable(name=NAMES, date=date(2026, 11, 29))
SCHEDULE = schedule_of(ELECTION)
SECOND = timedelta(seconds=1)
OPENS, ENDS = datetime(2026, 11, 29, 7, 30, tzinfo=BAKU), datetime(2026, 11, 30, 19, tzinfo=BAKU)
NOON = datetime(2026, 11, 29, 12, tzinfo=BAKU)


def order(command: Command, at: datetime) -> Order:
    return Order(command=command, time=at)


def phase(at: datetime, *orders: Order, schedule: Schedule | None = SCHEDULE) -> Phase:
    return standing(schedule, orders, at).phase


def test_pictures_begin_half_an_hour_before_voting_by_the_clock_of_the_election() -> None:
    assert SCHEDULE.opens == datetime(2026, 11, 29, 3, 30, tzinfo=UTC)
    assert told(SCHEDULE.opens, SCHEDULE.zone) == "2026-11-29 07:30 (Asia/Baku)"


@pytest.mark.parametrize(
    ("at", "wanted"),
    [
        (OPENS - timedelta(days=300), Phase.SCHEDULED),
        (OPENS - SECOND, Phase.SCHEDULED),
        (OPENS, Phase.OPEN),
        (NOON, Phase.OPEN),
        (datetime(2026, 11, 29, 19, tzinfo=BAKU), Phase.OPEN),
        (datetime(2026, 11, 30, 0, 0, tzinfo=BAKU), Phase.OPEN),
        (datetime(2026, 11, 30, 8, tzinfo=BAKU), Phase.OPEN),
        (ENDS - SECOND, Phase.OPEN),
        (ENDS, Phase.CLOSED),
        (ENDS + timedelta(days=300), Phase.CLOSED),
    ],
)
def test_the_clock_opens_a_station_lets_it_run_past_midnight_and_closes_it_in_the_end(
    at: datetime, wanted: Phase
) -> None:
    assert phase(at) is SCHEDULE.phase(at) is wanted
    assert phase(at.astimezone(UTC)) is wanted


def test_the_standing_says_since_when_and_until_when() -> None:
    before, running, after = (standing(SCHEDULE, (), at) for at in (OPENS - SECOND, NOON, ENDS))
    assert (before.since, before.until) == (None, OPENS)
    assert (running.since, running.until) == (OPENS, ENDS)
    assert (after.since, after.until) == (ENDS, None)


def test_another_time_zone_and_other_hours_move_the_opening_and_the_end() -> None:
    moved = ELECTION.model_copy(
        update={"time_zone": "America/New_York", "opens": time(0, 10), "early_minutes": 20, "ends_after_hours": 6}
    )
    schedule = schedule_of(moved)
    assert schedule.opens == datetime(2026, 11, 29, 4, 50, tzinfo=UTC)
    assert told(schedule.opens, schedule.zone) == "2026-11-28 23:50 (America/New_York)"
    assert schedule.ends == datetime(2026, 11, 30, 6, 0, tzinfo=UTC)


def test_hours_that_the_clock_is_put_back_in_are_counted_as_they_pass() -> None:
    autumn = ELECTION.model_copy(
        update={"time_zone": "Europe/Berlin", "date": date(2026, 10, 24), "ends_after_hours": 12}
    )
    assert schedule_of(autumn).ends - datetime(2026, 10, 24, 17, tzinfo=UTC) == timedelta(hours=12)


def test_a_pause_lasts_until_it_is_taken_back() -> None:
    pause, resume = order(Command.PAUSE, NOON), order(Command.RESUME, NOON + timedelta(minutes=5))
    again = order(Command.PAUSE, NOON + timedelta(minutes=1))
    assert phase(NOON, pause) is Phase.PAUSED
    assert standing(SCHEDULE, (pause, again), NOON + timedelta(hours=1)).since == NOON
    assert phase(NOON + timedelta(hours=1), pause, again, resume) is Phase.OPEN
    assert standing(SCHEDULE, (pause, again, resume), NOON + timedelta(hours=1)).since == resume.time
    assert phase(ENDS, pause) is Phase.CLOSED


def test_a_pause_ordered_before_the_opening_begins_with_it() -> None:
    pause = order(Command.PAUSE, OPENS - timedelta(hours=9))
    assert phase(OPENS - SECOND, pause) is Phase.SCHEDULED
    found = standing(SCHEDULE, (pause,), OPENS)
    assert (found.phase, found.since) == (Phase.PAUSED, OPENS)


def test_closed_by_order_is_closed_for_good_whatever_else_is_ordered_but_to_reopen() -> None:
    close = order(Command.CLOSE, NOON)
    for others in ((), (Command.PAUSE,), (Command.RESUME,), (Command.CLOSE,)):
        found = standing(SCHEDULE, (close, *(order(each, NOON + SECOND) for each in others)), ENDS + SECOND)
        assert (found.phase, found.since, found.order) == (Phase.CLOSED, NOON, close)
    assert phase(OPENS - SECOND, order(Command.CLOSE, OPENS - SECOND)) is Phase.CLOSED
    reopen = order(Command.REOPEN, NOON + timedelta(minutes=1))
    assert phase(NOON + timedelta(minutes=2), close, reopen) is Phase.OPEN
    assert phase(ENDS, close, reopen) is Phase.CLOSED


def test_reopening_takes_back_a_pause_too() -> None:
    orders = [order(each, NOON) for each in (Command.PAUSE, Command.CLOSE, Command.PAUSE, Command.REOPEN)]
    assert phase(NOON, *orders) is Phase.OPEN


def test_what_is_reopened_after_the_clock_has_closed_it_stays_open_until_an_operator_closes_it() -> None:
    reopen = order(Command.REOPEN, ENDS + timedelta(minutes=5))
    late = ENDS + timedelta(days=1)
    found = standing(SCHEDULE, (reopen,), late)
    assert (found.phase, found.since, found.until) == (Phase.OPEN, reopen.time, None)
    assert phase(late, reopen, order(Command.PAUSE, late)) is Phase.PAUSED
    assert phase(late, reopen, order(Command.CLOSE, late)) is Phase.CLOSED


def test_a_rehearsal_has_no_clock_but_obeys_orders() -> None:
    for at in (OPENS - timedelta(days=9), NOON, ENDS + timedelta(days=9)):
        assert phase(at, schedule=None) is Phase.OPEN
        assert phase(at, order(Command.PAUSE, NOON), schedule=None) is Phase.PAUSED
        assert phase(at, order(Command.CLOSE, NOON), schedule=None) is Phase.CLOSED


def test_every_change_of_phase_by_the_clock_was_foretold() -> None:
    moments = [OPENS - timedelta(hours=1) + n * timedelta(minutes=10) for n in range(300)]
    for before, after in pairwise(moments):
        if phase(before) is not phase(after):
            until = standing(SCHEDULE, (), before).until
            assert until is not None
            assert before < until <= after
