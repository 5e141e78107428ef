"""The journal: what it remembers across a kill, and in what order."""

import sqlite3
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from election.errors import MachineError
from election.hours import Hour
from election.ids import Rendition, station_id
from election.timeline import GapReason
from upload.journal import Journal, Known, Spooled
from upload.publication import Entry

STATION, MAIN = station_id(34, 12), Rendition.MAIN
NOON = datetime(2026, 11, 24, 12, 0, 0, 123456, tzinfo=UTC)
DAY = timedelta(days=1)


def entry(number: int) -> Entry:
    return Entry(
        number=number,
        key=f"key-{number}",
        init_key="init",
        duration=timedelta(seconds=4, microseconds=1),
        program_date_time=NOON + timedelta(seconds=5 * number),
        discontinuity=number == 2,
        discontinuities=int(number >= 2),
        size=1000 + number,
    )


def with_segments(folder: Path, count: int) -> Journal:
    journal = Journal(folder / "journal.sqlite")
    for number in range(count):
        journal.record(STATION, MAIN, entry(number), path=f"run/{number:08d}.m4s", init_body=b"init body")
    return journal


def test_what_was_recorded_is_there_after_a_kill(tmp_path: Path) -> None:
    with_segments(tmp_path, 3)  # not closed, as a killed process does not
    reopened = Journal(tmp_path / "journal.sqlite")
    waiting = reopened.waiting(STATION, MAIN)
    assert waiting == [Spooled(entry=entry(number), path=f"run/{number:08d}.m4s") for number in range(3)]
    assert reopened.init_body("init") == b"init body"
    position = reopened.position(STATION, MAIN)
    assert (position.next_number, position.discontinuities, position.last_end) == (3, 1, entry(2).end)
    assert position.anchor is None


def test_only_what_has_nothing_missing_before_it_is_listed(tmp_path: Path) -> None:
    journal = with_segments(tmp_path, 5)
    for number in (0, 1, 3):
        journal.acknowledge(STATION, MAIN, number)
    assert [each.number for each in journal.listed(STATION, MAIN, window=DAY)] == [0, 1]
    assert journal.waiting(STATION, MAIN) == [
        Spooled(entry=entry(2), path="run/00000002.m4s"),
        entry(3),
        Spooled(entry=entry(4), path="run/00000004.m4s"),
    ]


def test_the_window_limits_what_is_listed(tmp_path: Path) -> None:
    journal = with_segments(tmp_path, 10)
    for number in range(10):
        journal.acknowledge(STATION, MAIN, number)
    assert [each.number for each in journal.listed(STATION, MAIN, window=timedelta(seconds=10))] == [7, 8, 9]
    assert journal.waiting(STATION, MAIN) == []


def test_a_file_is_unknown_then_waiting_then_acknowledged(tmp_path: Path) -> None:
    journal = with_segments(tmp_path, 1)
    journal.acknowledge(STATION, MAIN, 0)
    journal.record(STATION, MAIN, entry(1), path="run/1", init_body=b"")
    assert [journal.knows(path) for path in ("run/00000000.m4s", "run/1", "run/2")] == [
        Known.ACKNOWLEDGED,
        Known.WAITING,
        Known.NOT,
    ]


def test_what_is_fixed_for_a_station_is_kept_for_each_by_itself(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.sqlite")
    other = station_id(1, 1)
    assert (journal.generation(STATION), journal.target(STATION)) == (0, None)
    journal.begin_generation(STATION, 4)
    journal.keep_target(STATION, 12)
    journal.keep_target(other, 6)
    journal.begin_generation(STATION, 5)
    again = Journal(tmp_path / "journal.sqlite")
    assert (again.generation(STATION), again.target(STATION)) == (5, 12)
    assert (again.generation(other), again.target(other)) == (0, 6)


def test_a_fact_is_kept_as_it_was_first_told(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.sqlite")
    assert journal.fact("spool") == ""
    assert [journal.fact("spool", "a"), journal.fact("spool", "b"), journal.fact("spool")] == ["a", "a", "a"]


def test_what_was_taken_over_from_the_store_is_listed_and_continued(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.sqlite")
    journal.adopt(STATION, MAIN, [entry(41), entry(42)])
    assert [each.number for each in journal.listed(STATION, MAIN, window=DAY)] == [41, 42]
    assert journal.position(STATION, MAIN).next_number == 43


def test_a_failed_record_leaves_nothing_behind(tmp_path: Path) -> None:
    journal = with_segments(tmp_path, 1)
    with pytest.raises(Exception, match="UNIQUE"):
        journal.record(STATION, MAIN, entry(0), path="run/other", init_body=b"x")
    assert journal.knows("run/other") is Known.NOT
    assert journal.position(STATION, MAIN).next_number == 1


def test_old_acknowledged_segments_are_forgotten_and_waiting_ones_never(tmp_path: Path) -> None:
    journal = with_segments(tmp_path, 3)
    long_ago = replace(entry(0), number=7, program_date_time=NOON - timedelta(hours=2))
    journal.record(STATION, Rendition.SUB, long_ago, path="sub/7", init_body=b"")
    journal.record(STATION, Rendition.SUB, replace(entry(0), number=8), path="sub/8", init_body=b"")
    for number in (7, 8):
        journal.acknowledge(STATION, Rendition.SUB, number)
    journal.acknowledge(STATION, MAIN, 0)
    journal.forget(before=NOON + DAY)
    assert [each.entry.number for each in journal.waiting(STATION, MAIN) if isinstance(each, Spooled)] == [1, 2]
    assert [each.number for each in journal.listed(STATION, Rendition.SUB, window=DAY)] == [8]
    assert journal.init_body("init") == b"init body"


def test_the_newest_segment_is_never_forgotten_for_the_next_number_follows_from_it(tmp_path: Path) -> None:
    journal = with_segments(tmp_path, 3)
    for number in range(3):
        journal.acknowledge(STATION, MAIN, number)
    journal.record(STATION, Rendition.SUB, entry(0), path="sub/0", init_body=b"")
    journal.acknowledge(STATION, Rendition.SUB, 0)
    journal.forget(before=NOON + DAY)
    assert journal.position(STATION, MAIN).next_number == 3
    assert journal.position(STATION, MAIN).discontinuities == 1
    assert journal.position(STATION, Rendition.SUB).next_number == 1
    assert [each.number for each in journal.listed(STATION, MAIN, window=DAY)] == [2]


def test_what_was_lost_is_a_gap_from_then_on(tmp_path: Path) -> None:
    journal = with_segments(tmp_path, 3)
    journal.acknowledge(STATION, MAIN, 0)
    journal.lose(STATION, MAIN, 1, GapReason.LOST)
    assert [each.gap for each in journal.listed(STATION, MAIN, window=DAY)] == [False, True]
    assert journal.knows("run/00000001.m4s") is Known.ACKNOWLEDGED


def other(number: int) -> Entry:
    """Return what another packager published under the same number."""
    return replace(entry(number), key=f"other-{number}")


def test_what_is_published_is_taken_over_once_and_changes_nothing_we_agree_on(tmp_path: Path) -> None:
    journal = with_segments(tmp_path, 3)
    journal.acknowledge(STATION, MAIN, 0)
    for _ in range(2):
        journal.adopt(STATION, MAIN, [entry(0), entry(1), entry(2), entry(3)])
    assert journal.position(STATION, MAIN).next_number == 4
    assert journal.waiting(STATION, MAIN) == []


@pytest.mark.parametrize("acknowledged", [[0], [0, 1], [0, 1, 2]])
def test_where_another_packager_went_on_its_segments_stand_and_ours_lose_their_places(
    tmp_path: Path, acknowledged: list[int]
) -> None:
    journal = with_segments(tmp_path, 4)
    for number in acknowledged:
        journal.acknowledge(STATION, MAIN, number)
    journal.adopt(STATION, MAIN, [entry(0), other(1), other(2)])
    assert [each.key for each in journal.listed(STATION, MAIN, window=DAY)] == ["key-0", "other-1", "other-2"]
    assert journal.waiting(STATION, MAIN) == []
    assert journal.position(STATION, MAIN).next_number == 3
    assert journal.knows("run/00000003.m4s") is Known.NOT


def test_waiting_segments_from_before_the_published_window_have_lost_their_places_too(tmp_path: Path) -> None:
    journal = with_segments(tmp_path, 3)
    journal.acknowledge(STATION, MAIN, 0)
    journal.adopt(STATION, MAIN, [other(100), other(101)])
    assert journal.waiting(STATION, MAIN) == []
    assert [each.number for each in journal.listed(STATION, MAIN, window=DAY)] == [100, 101]
    assert journal.position(STATION, MAIN).next_number == 102


def test_a_journal_that_cannot_be_written_stays_as_it_was_and_can_be_written_later(tmp_path: Path) -> None:
    journal = with_segments(tmp_path, 1)
    database = journal._database
    database.execute(f"PRAGMA max_page_count={database.execute('PRAGMA page_count').fetchone()[0]}")
    with pytest.raises(sqlite3.OperationalError, match="full"):
        journal.record(STATION, MAIN, replace(entry(1), init_key="big"), path="run/1", init_body=b"x" * 1_000_000)
    assert journal.knows("run/1") is Known.NOT
    database.execute("PRAGMA max_page_count=100000")
    journal.record(STATION, MAIN, entry(1), path="run/1", init_body=b"")
    assert journal.position(STATION, MAIN).next_number == 2


def test_a_journal_that_cannot_be_opened_is_one_clear_sentence(tmp_path: Path) -> None:
    (tmp_path / "journal.sqlite").write_bytes(b"this is no database, whatever its name says" * 20)
    with pytest.raises(MachineError, match="cannot be opened"):
        Journal(tmp_path / "journal.sqlite")


def test_a_closing_and_what_hours_end_with_are_remembered_until_the_station_goes_on(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.sqlite")
    assert journal.ended(STATION) is None
    journal.end(STATION, NOON)
    journal.close_hour(STATION, MAIN, Hour(day=NOON.date(), hour=16), 1, last=41)
    again = Journal(tmp_path / "journal.sqlite")
    assert again.ended(STATION) == NOON
    assert again.last_in_hour(STATION, MAIN, Hour(day=NOON.date(), hour=16)) == 41
    assert again.last_in_hour(STATION, MAIN, Hour(day=NOON.date(), hour=17)) is None
    again.reopen(STATION)
    assert again.ended(STATION) is None


def test_the_journal_of_an_earlier_version_is_brought_up_to_date(tmp_path: Path) -> None:
    hour = Hour(day=NOON.date(), hour=16)
    with_segments(tmp_path, 1).close_hour(STATION, MAIN, hour, 2)
    database = sqlite3.connect(tmp_path / "journal.sqlite")
    database.executescript("ALTER TABLE hour DROP COLUMN last; DROP TABLE ended; DROP TABLE wait")
    database.close()
    journal = Journal(tmp_path / "journal.sqlite")
    assert journal.closed_hours(STATION, MAIN) == {hour: 2}
    assert journal.last_in_hour(STATION, MAIN, hour) is None
    assert (journal.ended(STATION), journal.waits(STATION, MAIN)) == (None, [])
    journal.close_hour(STATION, MAIN, hour, 3, last=7)
    assert journal.last_in_hour(STATION, MAIN, hour) == 7


def test_what_is_published_is_acknowledged_although_a_power_cut_has_made_the_journal_forget(tmp_path: Path) -> None:
    journal = with_segments(tmp_path, 5)
    journal.acknowledge(STATION, MAIN, 0)
    journal.adopt(STATION, MAIN, [entry(0), entry(1), replace(entry(2), gap=True), entry(3)])
    listed = journal.listed(STATION, MAIN, window=DAY)
    assert [(each.number, each.gap) for each in listed] == [(0, False), (1, False), (2, True), (3, False)]
    assert journal.late(STATION, MAIN) == [Spooled(entry=entry(2), path="run/00000002.m4s")]
    assert journal.unsent_bytes == entry(2).size + entry(4).size


def test_nothing_is_forgotten_of_the_hour_of_which_something_is_still_to_be_sent(tmp_path: Path) -> None:
    journal = with_segments(tmp_path, 10)
    for number in range(10):
        if number != 4:
            journal.acknowledge(STATION, MAIN, number)
    journal.forget(before=NOON + DAY)
    assert len(list(journal.entries(STATION, MAIN, since=NOON - DAY))) == 10
    journal.acknowledge(STATION, MAIN, 4)
    journal.forget(before=NOON + DAY)
    assert [each.number for each, _ in journal.entries(STATION, MAIN, since=NOON - DAY)] == [9]


def test_what_nobody_cares_for_is_dropped_by_its_numbers(tmp_path: Path) -> None:
    journal = with_segments(tmp_path, 4)
    journal.acknowledge(STATION, MAIN, 0)
    assert journal.drop(STATION, MAIN, [0, 1, 2, 9], GapReason.SPOOL_FULL) == ["run/00000001.m4s", "run/00000002.m4s"]
    assert [gap.reason for gap in journal.gaps(STATION, MAIN)] == [GapReason.SPOOL_FULL] * 2
    assert journal.unsent_bytes == entry(3).size


def test_a_version_of_an_hour_never_goes_back(tmp_path: Path) -> None:
    journal = with_segments(tmp_path, 1)
    hour = Hour(day=NOON.date(), hour=9)
    for version in (1, 3, 2):
        journal.close_hour(STATION, MAIN, hour, version)
    assert journal.closed_hours(STATION, MAIN) == {hour: 3}
