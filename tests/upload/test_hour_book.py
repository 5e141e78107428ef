"""Hour playlists: what is in them, when they are written, closed, and written anew."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from election.hours import Hour, hour_of
from upload.hour_book import CLOSE_AFTER, PATIENCE, WRITE_EVERY, HourBook, WriteHour
from upload.publication import Entry

BAKU = ZoneInfo("Asia/Baku")
DAY = date(2026, 11, 29)
NINE, TEN = Hour(day=DAY, hour=9), Hour(day=DAY, hour=10)
FOUR = timedelta(seconds=4)
BEGAN = datetime(2026, 11, 29, 9, tzinfo=BAKU).astimezone(UTC)
END_OF_NINE = BEGAN + timedelta(hours=1)


def entry(number: int, *, gap: bool = False, began: datetime = BEGAN) -> Entry:
    return Entry(
        number=number,
        key=f"live/034-012/main/2026-11-29/{number:08d}.m4s",
        init_key="live/034-012/main/init.mp4",
        duration=FOUR,
        program_date_time=began + number * FOUR,
        discontinuity=False,
        discontinuities=0,
        gap=gap,
    )


def numbers(command: WriteHour) -> list[int]:
    return [each.number for each in command.entries]


def gaps(command: WriteHour) -> list[int]:
    return [each.number for each in command.entries if each.gap]


def test_a_running_hour_is_written_every_half_minute_and_only_grows() -> None:
    book = HourBook(BAKU)
    for number in range(3):
        book.arrived(entry(number))
        book.settled(number)
    now = BEGAN + timedelta(seconds=12)
    (first,) = book.due(now)
    assert (first.hour, first.version, first.closed, numbers(first)) == (NINE, 1, False, [0, 1, 2])
    book.written(first)
    assert book.running == {NINE: 1}
    book.arrived(entry(3))
    book.settled(3)
    assert book.due(now + WRITE_EVERY - timedelta(seconds=1)) == []
    (second,) = book.due(now + WRITE_EVERY)
    assert numbers(second) == [0, 1, 2, 3]


def test_what_is_not_in_the_store_and_what_follows_it_is_not_named() -> None:
    book = HourBook(BAKU)
    for number in range(3):
        book.arrived(entry(number))
    book.settled(0)
    book.settled(2)
    (command,) = book.due(BEGAN + timedelta(seconds=12))
    assert numbers(command) == [0]


def test_what_the_live_playlist_does_not_name_yet_is_not_named() -> None:
    book = HourBook(BAKU)
    book.follow(-1)
    for number in range(2):
        book.arrived(entry(number))
        book.settled(number)
    book.arrived(entry(2, gap=True))
    now = BEGAN + timedelta(seconds=12)
    assert book.due(now) == []
    book.listed(0)
    (first,) = book.due(now)
    assert numbers(first) == [0]
    book.written(first)
    book.listed(2)
    (second,) = book.due(now + WRITE_EVERY)
    assert (numbers(second), gaps(second)) == ([0, 1, 2], [2])


def test_after_a_restart_nothing_is_written_before_the_live_playlist() -> None:
    book = HourBook(BAKU)
    for number in range(3):
        book.arrived(entry(number))
        book.settled(number)
    book.follow(1)
    book.arrived(entry(3))
    book.settled(3)
    now = END_OF_NINE + PATIENCE
    assert book.due(BEGAN) == book.due(now) == []
    book.listed(3)
    (closing,) = book.due(now)
    assert (closing.closed, numbers(closing)) == (True, [0, 1, 2, 3])


def test_what_was_passed_over_in_the_live_playlist_comes_into_its_hour_when_it_has_come() -> None:
    book = HourBook(BAKU)
    book.follow(-1)
    for number in range(2):
        book.arrived(entry(number))
    book.settled(1)
    book.listed(1)  # 0 as a gap
    assert book.due(BEGAN) == []
    book.settled(0)
    (command,) = book.due(BEGAN)
    assert (numbers(command), gaps(command)) == ([0, 1], [])


def test_an_hour_is_not_closed_while_what_belongs_into_it_is_not_named_live_but_not_for_ever() -> None:
    book = HourBook(BAKU)
    book.follow(-1)
    for number in (898, 899):
        book.arrived(entry(number))
        book.settled(number)
    book.listed(898)
    assert [(command.closed, numbers(command)) for command in book.due(END_OF_NINE + CLOSE_AFTER)] == [(False, [898])]
    (closing,) = book.due(END_OF_NINE + PATIENCE)
    assert (closing.closed, numbers(closing), gaps(closing)) == (True, [898, 899], [])


def test_a_gap_and_a_lost_segment_are_listed_as_gaps_and_hold_up_nothing() -> None:
    book = HourBook(BAKU)
    book.arrived(entry(0))
    book.arrived(entry(1, gap=True))
    book.arrived(entry(2))
    book.arrived(entry(3))
    book.settled(0)
    book.settled(2, lost=True)
    book.settled(3)
    (command,) = book.due(BEGAN + timedelta(seconds=16))
    assert numbers(command) == [0, 1, 2, 3]
    assert gaps(command) == [1, 2]


def test_an_hour_is_closed_once_it_is_over_and_the_next_one_begins() -> None:
    book = HourBook(BAKU)
    for number in (899, 900):
        book.arrived(entry(number))
        book.settled(number)
    commands = book.due(END_OF_NINE + timedelta(seconds=4))
    assert [(command.hour, command.closed) for command in commands] == [(NINE, False), (TEN, False)]
    for command in commands:
        book.written(command)
    (closing,) = book.due(END_OF_NINE + CLOSE_AFTER)
    assert (closing.hour, closing.closed, numbers(closing)) == (NINE, True, [899])
    book.written(closing)
    assert book.closed == {NINE: 1}
    assert book.running == {TEN: 1}
    assert all(command.hour == TEN for command in book.due(END_OF_NINE + timedelta(minutes=5)))


def test_an_hour_with_something_on_its_way_is_closed_with_gaps_and_written_anew_when_all_has_come() -> None:
    book = HourBook(BAKU)
    for number in (896, 897, 898, 899, 900):
        book.arrived(entry(number))
    book.settled(896)
    book.settled(898)
    assert [command.closed for command in book.due(END_OF_NINE + CLOSE_AFTER)] == [False]
    (closing,) = book.due(END_OF_NINE + PATIENCE)
    assert (closing.version, closing.closed, numbers(closing)) == (1, True, [896, 897, 898, 899])
    assert gaps(closing) == [897, 899]
    book.written(closing)
    book.settled(900)
    book.settled(897)
    later = END_OF_NINE + PATIENCE + WRITE_EVERY
    assert [command.hour for command in book.due(later)] == [TEN]
    book.settled(899)
    late = book.due(later)[0]
    assert (late.hour, late.version, late.closed, gaps(late)) == (NINE, 2, True, [])
    book.written(late)
    assert book.closed == {NINE: 2}
    assert NINE not in [command.hour for command in book.due(later + WRITE_EVERY)]


def test_an_hour_that_waits_as_a_whole_does_not_hold_up_the_next() -> None:
    book = HourBook(BAKU)
    for number in (898, 899, 900, 901):
        book.arrived(entry(number))
    book.settled(900)
    closing, running = book.due(END_OF_NINE + PATIENCE)
    assert (closing.hour, gaps(closing)) == (NINE, [898, 899])
    assert (running.hour, numbers(running)) == (TEN, [900])


def test_a_write_that_failed_is_due_again() -> None:
    book = HourBook(BAKU)
    book.arrived(entry(0))
    book.settled(0)
    assert numbers(book.due(BEGAN)[0]) == [0]
    assert numbers(book.due(BEGAN + WRITE_EVERY)[0]) == [0]


def test_what_still_comes_in_an_hour_that_is_closed_is_in_its_next_version_with_all_before_it() -> None:
    book = HourBook(BAKU, recall=lambda hour: [(entry(897), True)])
    book.arrived(entry(897))
    book.settled(897)
    (closing,) = book.due(END_OF_NINE + CLOSE_AFTER)
    assert closing.closed
    book.written(closing)
    for number in (898, 899):
        book.arrived(entry(number))
    assert book.due(END_OF_NINE + CLOSE_AFTER + WRITE_EVERY) == []
    book.settled(898)
    book.settled(899)
    (late,) = book.due(END_OF_NINE + CLOSE_AFTER + WRITE_EVERY)
    assert (late.version, late.closed, numbers(late)) == (2, True, [897, 898, 899])
    book.written(late)
    book.arrived(entry(900))
    assert book.due(END_OF_NINE + PATIENCE) == []
    assert book.closed == {NINE: 2}


def test_a_clock_that_is_set_closes_no_hour_and_holds_up_no_playlist() -> None:
    for step in (timedelta(hours=1), timedelta(hours=-1)):
        book = HourBook(BAKU)
        for number in range(3):
            book.arrived(entry(number), steady=number * 4.0)
            book.settled(number)
        (first,) = book.due(BEGAN + timedelta(seconds=12), steady=12.0)
        book.written(first)
        for number in range(3, 12):
            book.arrived(entry(number), steady=number * 4.0)
            book.settled(number)
        (second,) = book.due(BEGAN + step + timedelta(seconds=48), steady=48.0)
        assert (second.hour, second.closed, len(second.entries)) == (NINE, False, 12)
        book.written(second)
        assert book.due(BEGAN + step + timedelta(seconds=49), steady=49.0) == []
    # Pictures that stop end their hour all the same.
    (closing,) = book.due(BEGAN + timedelta(hours=1), steady=3600.0 + CLOSE_AFTER.total_seconds())
    assert closing.closed


def test_an_earlier_packagers_closed_hours_stay_closed() -> None:
    book = HourBook(BAKU, closed={NINE: 2})
    book.arrived(entry(900))
    book.settled(900)
    (command,) = book.due(END_OF_NINE + timedelta(seconds=5))
    assert command.hour == TEN
    assert book.closed == {NINE: 2}


@given(st.data())
def test_whatever_the_order_running_playlists_only_grow_and_in_the_end_every_hour_holds_all_that_came(
    data: st.DataObject,
) -> None:
    count = data.draw(st.integers(1, 40))
    spacing = timedelta(minutes=7)
    entries = [
        Entry(
            **{**{name: getattr(entry(n), name) for name in Entry.__slots__}, "program_date_time": BEGAN + n * spacing}
        )
        for n in range(count)
    ]
    order = data.draw(st.permutations(range(count)))
    lost = data.draw(st.sets(st.integers(0, count - 1)))

    def recall(hour: Hour) -> list[tuple[Entry, bool]]:
        return [
            (replace(each, gap=each.number in lost & settled), each.number in settled)
            for each in entries[:arrived]
            if hour_of(each.program_date_time, BAKU) == hour
        ]

    book = HourBook(BAKU, recall=recall)
    named: dict[tuple[Hour, int], WriteHour] = {}
    settled: set[int] = set()
    arrived = 0

    def write(now: datetime) -> None:
        for command in book.due(now):
            before = named.get((command.hour, command.version))
            if before is not None:
                assert not before.closed, "a closed playlist was written again"
                assert command.entries[: len(before.entries)] == before.entries
            for each in command.entries:
                assert each.gap or each.number in settled - lost
            named[command.hour, command.version] = command
            if data.draw(st.booleans()):
                book.written(command)
            else:
                named.pop((command.hour, command.version))
                if before is not None:
                    named[command.hour, command.version] = before

    now = BEGAN
    for number in order:
        while arrived <= number:
            book.arrived(entries[arrived])
            now = max(now, entries[arrived].program_date_time + FOUR)
            arrived += 1
        settled.add(number)
        book.settled(number, lost=number in lost)
        now += data.draw(st.sampled_from([timedelta(0), timedelta(seconds=40), timedelta(minutes=3)]))
        write(now)
    end = max(now, entries[-1].program_date_time + timedelta(hours=1)) + PATIENCE
    newest: dict[Hour, WriteHour] = {}
    for step in range(5):
        for command in book.due(end + step * WRITE_EVERY):
            newest[command.hour] = command
            book.written(command)
    for (hour, _version), command in sorted(named.items(), key=lambda item: item[0], reverse=True):
        if hour not in newest and command.closed:
            newest[hour] = command
    shown = {each.number: each.gap for command in newest.values() for each in command.entries}
    assert shown == {number: number in lost for number in range(count)}
    assert set(book.closed) == set(newest)
    assert book.due(end + timedelta(hours=3)) == []


def closed_early(book: HourBook, count: int = 3) -> datetime:
    """Let an hour have segments and be closed with its station; return when."""
    for number in range(count):
        book.arrived(entry(number))
        book.settled(number)
    now = BEGAN + count * FOUR
    (last,) = book.due(now, closing=True)
    assert (last.closed, last.version) == (True, 1)
    book.written(last)
    return now


def test_closing_a_station_closes_its_running_hour_at_once_and_for_good() -> None:
    book = HourBook(BAKU)
    now = closed_early(book)
    assert book.closed == {NINE: 1}
    assert book.running == {}
    for later in (timedelta(0), WRITE_EVERY, timedelta(hours=2)):
        assert book.due(now + later, closing=True) == []
        assert book.due(now + later) == []


def test_an_hour_that_goes_on_after_it_was_closed_runs_again_under_the_next_version_with_all_of_it() -> None:
    book = HourBook(BAKU, recall=lambda hour: [(entry(number), True) for number in range(4)])
    now = closed_early(book)
    book.arrived(entry(3, gap=True))
    book.arrived(entry(4))
    book.settled(4)
    (again,) = book.due(now + WRITE_EVERY)
    assert (again.hour, again.version, again.closed, numbers(again)) == (NINE, 2, False, [0, 1, 2, 3, 4])
    book.written(again)
    assert (book.running, book.closed) == ({NINE: 2}, {NINE: 1})
    (last,) = book.due(END_OF_NINE + CLOSE_AFTER)
    assert (last.version, last.closed) == (2, True)
    book.written(last)
    assert (book.running, book.closed) == ({}, {NINE: 2})
    assert book.due(END_OF_NINE + PATIENCE) == []


def test_what_comes_while_a_closed_hour_is_being_written_lets_it_run_on() -> None:
    book = HourBook(BAKU)
    book.arrived(entry(0))
    book.settled(0)
    (last,) = book.due(BEGAN + FOUR, closing=True)
    book.arrived(entry(1, gap=True))
    book.written(last)
    assert book.closed == {NINE: 1}
    (again,) = book.due(BEGAN + 2 * FOUR)
    assert (again.version, again.closed, numbers(again)) == (2, False, [0, 1])


def test_a_version_that_may_have_been_closed_is_never_written_open_again() -> None:
    book = HourBook(BAKU)
    book.arrived(entry(0))
    book.settled(0)
    (lost,) = book.due(BEGAN + FOUR, closing=True)
    assert (lost.version, lost.closed) == (1, True)
    # It failed, perhaps after it was stored; and then the station is opened again.
    book.arrived(entry(1, gap=True))
    (again,) = book.due(BEGAN + 2 * FOUR)
    assert (again.version, again.closed, numbers(again)) == (2, False, [0, 1])
    book.written(again)
    assert (book.running, book.closed) == ({NINE: 2}, {})


def test_an_hour_closed_by_an_earlier_packager_goes_on_only_when_something_comes() -> None:
    before = [entry(0), entry(1)]
    book = HourBook(BAKU, closed={NINE: 1}, recall=lambda hour: [(each, True) for each in before])
    assert book.due(END_OF_NINE + PATIENCE) == []
    book.arrived(entry(2, gap=True))
    (again,) = book.due(END_OF_NINE + PATIENCE)
    assert (again.version, again.closed, numbers(again)) == (2, True, [0, 1, 2])
    book.written(again)
    assert book.due(END_OF_NINE + PATIENCE) == []


def test_a_closed_version_that_may_be_in_the_store_is_not_changed_by_what_settles_late() -> None:
    book = HourBook(BAKU)
    for number in (898, 899):
        book.arrived(entry(number))
    book.settled(898)
    (unanswered,) = book.due(END_OF_NINE + PATIENCE)
    assert (unanswered.version, unanswered.closed, gaps(unanswered)) == (1, True, [899])
    book.settled(899)
    (again,) = book.due(END_OF_NINE + PATIENCE + WRITE_EVERY)
    assert (again.version, again.closed, gaps(again)) == (2, True, [])


def test_a_version_that_is_found_closed_with_something_else_is_left_and_the_next_one_written() -> None:
    book = HourBook(BAKU)
    book.arrived(entry(899))
    book.settled(899)
    (command,) = book.due(END_OF_NINE + CLOSE_AFTER)
    again = book.found_closed(command)
    assert again == replace(command, version=2)
    book.written(again)
    assert book.closed == {NINE: 2}
    assert book.due(END_OF_NINE + PATIENCE) == []


def test_what_changes_while_a_version_is_found_closed_is_due_by_itself() -> None:
    book = HourBook(BAKU)
    book.arrived(entry(0))
    book.settled(0)
    (command,) = book.due(BEGAN + FOUR, closing=True)
    book.arrived(entry(1, gap=True))
    assert book.found_closed(command) is None
    (again,) = book.due(BEGAN + 2 * FOUR)
    assert (again.version, again.closed, numbers(again)) == (2, False, [0, 1])


def test_an_hour_that_is_found_closed_while_it_is_written_keeps_the_higher_version() -> None:
    book = HourBook(BAKU)
    book.arrived(entry(899))
    book.settled(899)
    (command,) = book.due(END_OF_NINE + CLOSE_AFTER)
    book.arrived(entry(900, gap=True))
    book.know_closed(NINE, 3)
    book.written(command)
    assert book.closed == {NINE: 3}
