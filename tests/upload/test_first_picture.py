"""The time before a rendition's first picture: told from the opening on, across restarts, reasons and orders."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from election.ids import Rendition, StationId
from election.schedule import Phase
from election.timeline import Gap, GapReason
from upload.first_picture import FirstPicture, gaps_of, within
from upload.journal import Journal
from upload.publication import Entry

PLACE = StationId("034-012"), Rendition.MAIN
OPENED = datetime(2026, 11, 29, 3, 30, tzinfo=UTC)


def at(minutes: float) -> datetime:
    return OPENED + timedelta(minutes=minutes)


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    journal = Journal(tmp_path / "journal.sqlite")
    yield journal
    journal.close()


def picture(journal: Journal, moment: datetime, number: int = 0) -> None:
    """A picture comes."""
    entry = Entry(
        number=number,
        key=f"k{number}",
        init_key="i",
        duration=timedelta(seconds=4),
        program_date_time=moment,
        discontinuity=False,
        discontinuities=0,
    )
    journal.record(*PLACE, entry, path=f"p{number}", init_body=b"")


def told(journal: Journal, until: float) -> list[tuple[float, float, GapReason]]:
    """Return the gaps in minutes since the opening."""
    waits = [(wait, journal.first(*PLACE, since=wait.since)) for wait in journal.waits(*PLACE)]
    minute = timedelta(minutes=1)
    return [
        ((gap.start - OPENED) / minute, (gap.end - OPENED) / minute, gap.reason)
        for gap in gaps_of(waits, until=at(until))
    ]


def test_a_camera_that_comes_late_is_a_gap_from_the_opening_with_the_recorders_reason(
    journal: Journal,
) -> None:
    first = FirstPicture(journal, *PLACE)
    first.begin(Phase.OPEN, at(0), opened=OPENED)
    assert told(journal, 1) == [(0, 1, GapReason.STARTING)]
    first.failed(GapReason.REFUSED, at(1))
    assert told(journal, 2) == [(0, 2, GapReason.REFUSED)]
    first.failed(GapReason.REFUSED, at(2))
    first.failed(GapReason.UNAUTHORIZED, at(5))
    assert told(journal, 7) == [(0, 5, GapReason.REFUSED), (5, 7, GapReason.UNAUTHORIZED)]
    picture(journal, at(8))
    assert told(journal, 60) == [(0, 5, GapReason.REFUSED), (5, 8, GapReason.UNAUTHORIZED)]


def test_a_packager_that_begins_late_did_not_run_before(journal: Journal) -> None:
    FirstPicture(journal, *PLACE).begin(Phase.OPEN, at(90), opened=OPENED)
    assert told(journal, 91) == [(0, 90, GapReason.PACKAGER_STOPPED), (90, 91, GapReason.STARTING)]


def test_in_a_rehearsal_the_wait_begins_with_the_packager(journal: Journal) -> None:
    FirstPicture(journal, *PLACE).begin(Phase.OPEN, at(90), opened=None)
    assert told(journal, 91) == [(90, 91, GapReason.STARTING)]


def test_a_restart_keeps_what_was_known_and_tells_how_long_nothing_ran(journal: Journal) -> None:
    first = FirstPicture(journal, *PLACE)
    first.begin(Phase.OPEN, at(0), opened=OPENED)
    first.failed(GapReason.REFUSED, at(1))
    first.lasts(at(10))
    again = FirstPicture(journal, *PLACE)
    again.begin(Phase.OPEN, at(15), opened=OPENED)
    again.failed(GapReason.NOT_FOUND, at(16))
    assert told(journal, 20) == [
        (0, 10, GapReason.REFUSED),
        (10, 15, GapReason.PACKAGER_STOPPED),
        (15, 20, GapReason.NOT_FOUND),
    ]


def test_a_pipeline_that_is_built_anew_at_once_tells_of_no_stop(journal: Journal) -> None:
    first = FirstPicture(journal, *PLACE)
    first.begin(Phase.OPEN, at(0), opened=OPENED)
    first.failed(GapReason.REFUSED, at(1))
    first.lasts(at(2))
    FirstPicture(journal, *PLACE).begin(Phase.OPEN, at(2.1), opened=OPENED)
    assert {reason for *_, reason in told(journal, 3)} == {GapReason.REFUSED, GapReason.STARTING}


def test_orders_before_the_first_picture_are_told_too_and_a_station_that_stays_closed_has_no_gap_after_it(
    journal: Journal,
) -> None:
    first = FirstPicture(journal, *PLACE)
    first.begin(Phase.PAUSED, at(0), opened=OPENED)
    again = FirstPicture(journal, *PLACE)
    again.begin(Phase.PAUSED, at(5), opened=OPENED)
    again.enter(Phase.OPEN, at(10))
    again.failed(GapReason.ENDED, at(11))
    again.enter(Phase.CLOSED, at(20))
    assert told(journal, 600) == [(0, 10, GapReason.PAUSED), (10, 20, GapReason.ENDED)]
    again.enter(Phase.OPEN, at(30))
    assert told(journal, 40) == [
        (0, 10, GapReason.PAUSED),
        (10, 20, GapReason.ENDED),
        (20, 30, GapReason.CLOSED),
        (30, 40, GapReason.STARTING),
    ]


def test_a_station_that_was_closed_before_it_opened_has_nothing_to_tell(journal: Journal) -> None:
    first = FirstPicture(journal, *PLACE)
    first.begin(Phase.CLOSED, at(-60), opened=OPENED)
    first.lasts(at(10))
    assert told(journal, 20) == []


def test_a_wait_of_an_earlier_day_is_forgotten_when_another_begins(journal: Journal) -> None:
    first = FirstPicture(journal, *PLACE)
    first.begin(Phase.OPEN, at(-900), opened=None)
    first.lasts(at(-600))
    FirstPicture(journal, *PLACE).begin(Phase.OPEN, at(0), opened=OPENED)
    assert told(journal, 1) == [(0, 1, GapReason.STARTING)]


def test_a_wait_that_ended_with_a_picture_is_no_part_of_the_next(journal: Journal) -> None:
    FirstPicture(journal, *PLACE).begin(Phase.OPEN, at(-3000), opened=None)
    picture(journal, at(-2990))
    FirstPicture(journal, *PLACE).begin(Phase.OPEN, at(0), opened=OPENED)
    assert told(journal, 1) == [(0, 1, GapReason.STARTING)]


def test_what_is_shorter_than_a_blink_is_no_gap(journal: Journal) -> None:
    FirstPicture(journal, *PLACE).begin(Phase.OPEN, at(0), opened=OPENED)
    picture(journal, OPENED + timedelta(seconds=0.4))
    assert told(journal, 1) == []


def test_a_gap_that_runs_past_midnight_is_told_on_both_days() -> None:
    midnight = datetime(2026, 11, 29, 20, tzinfo=UTC)
    gap = Gap(start=OPENED, end=midnight + timedelta(hours=1), reason=GapReason.REFUSED)
    day = timedelta(days=1)
    (before,), (after,) = (within([gap], start, start + day) for start in (midnight - day, midnight))
    assert (before.start, before.end) == (OPENED, midnight)
    assert (after.start, after.end) == (midnight, gap.end)
    assert within([gap], midnight + day, midnight + 2 * day) == []


def test_what_was_long_ago_is_forgotten_with_the_rest(journal: Journal) -> None:
    first = FirstPicture(journal, *PLACE)
    first.begin(Phase.OPEN, at(0), opened=OPENED)
    first.lasts(at(1))
    journal.forget(before=at(0.5))
    assert journal.waits(*PLACE)
    journal.forget(before=at(2))
    assert journal.waits(*PLACE) == []
