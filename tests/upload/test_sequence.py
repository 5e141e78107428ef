"""Numbers, times and discontinuities of segments."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upload.sequence import BEGINNING, LARGEST_STEP, LONGEST_HOLE, Placed, Position

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
FOUR = timedelta(seconds=4)


def place(position: Position, start: float, arrived: float) -> tuple[Placed, Position]:
    return position.place(start=timedelta(seconds=start), duration=FOUR, arrived=NOON + timedelta(seconds=arrived))


def test_the_first_segment_ended_when_it_arrived() -> None:
    placed, following = place(BEGINNING, 10, 0)
    assert placed == Placed(number=0, program_date_time=NOON - FOUR, discontinuity=False, discontinuities=0)
    assert following.last_end == NOON


def test_within_a_recording_times_follow_the_stream_and_not_the_clock() -> None:
    _, position = place(BEGINNING, 0, 4)
    placed, _ = place(position, 4, 3600)
    assert placed.program_date_time == NOON + FOUR
    assert not placed.discontinuity


def test_a_new_recording_begins_after_a_discontinuity() -> None:
    _, position = place(BEGINNING, 0, 4)
    placed, following = place(position.interrupted(), 0, 20)
    assert placed.discontinuity
    assert placed.discontinuities == 1
    assert placed.number == 1
    assert placed.program_date_time == NOON + timedelta(seconds=16)
    assert not place(following, 4, 24)[0].discontinuity


def test_a_clock_that_was_set_back_does_not_turn_times_back() -> None:
    _, position = place(BEGINNING, 0, 4)
    placed, following = place(position.interrupted(), 0, -3600)
    assert placed.program_date_time == NOON + FOUR
    assert place(following, 4, -3596)[0].program_date_time == NOON + 2 * FOUR


def test_a_step_of_the_streams_clock_begins_a_new_timeline_at_the_time_of_arrival() -> None:
    _, position = place(BEGINNING, 0, 4)
    placed, following = place(position, 4000, 8)
    assert placed.discontinuity
    assert placed.program_date_time == NOON + FOUR
    assert not place(following, 4004, 12)[0].discontinuity
    placed, _ = place(following, 0, 12)
    assert placed.discontinuity
    assert placed.program_date_time == NOON + 2 * FOUR


def test_a_missing_segment_shows_as_a_discontinuity_and_in_the_times() -> None:
    _, position = place(BEGINNING, 0, 4)
    placed, _ = place(position, 8, 12)
    assert placed.discontinuity
    assert placed.program_date_time == NOON + 2 * FOUR


@given(st.lists(st.floats(-0.4, 0.4), min_size=2, max_size=30), st.floats(-3600, 3600))
def test_small_unevenness_of_a_stream_is_no_discontinuity(unevenness: list[float], clock: float) -> None:
    position, start = BEGINNING, 0.0
    for number, uneven in enumerate(unevenness):
        placed, position = place(position, start, clock * number)
        assert not placed.discontinuity
        start += 4 + uneven


@given(st.lists(st.tuples(st.booleans(), st.floats(0, 100), st.floats(-5000, 5000)), max_size=20))
def test_numbers_count_by_one_and_times_never_go_back(steps: list[tuple[bool, float, float]]) -> None:
    position, previous, previous_end = BEGINNING, None, 0.0
    for interrupted, start, arrived in steps:
        if interrupted:
            position = position.interrupted()
        placed, position = place(position, start, arrived)
        if previous is not None:
            assert placed.number == previous.number + 1
            assert placed.program_date_time >= previous.program_date_time + FOUR
            assert placed.discontinuities == previous.discontinuities + placed.discontinuity
            stepped = abs(start - previous_end) > LARGEST_STEP.total_seconds() + 1e-5
            assert placed.discontinuity or not (interrupted or stepped)
        previous, previous_end = placed, start + 4


def holes(position: Position, start: float, arrived: float, longest: float = 6) -> list[float]:
    found = position.holes(
        start=timedelta(seconds=start),
        duration=FOUR,
        arrived=NOON + timedelta(seconds=arrived),
        longest=timedelta(seconds=longest),
    )
    return [hole.total_seconds() for hole in found]


def test_the_time_a_camera_was_away_is_filled_with_gaps_no_longer_than_allowed() -> None:
    _, position = place(BEGINNING, 0, 4)
    assert holes(position.interrupted(), 0, 24) == [6, 6, 4]
    assert holes(position.interrupted(), 0, 14) == [6]
    assert holes(position.interrupted(), 0, 14.2) == [3.1, 3.1]


def test_there_is_no_gap_where_the_stream_goes_on_or_so_little_is_missing_that_nobody_sees_it() -> None:
    _, position = place(BEGINNING, 0, 4)
    assert holes(position, 4, 3600) == []
    assert holes(position.interrupted(), 0, 8.5) == []
    assert holes(BEGINNING, 0, 4) == []


def test_a_clock_that_was_set_back_and_another_day_leave_no_gaps() -> None:
    _, position = place(BEGINNING, 0, 4)
    assert holes(position.interrupted(), 0, -3600) == []
    assert holes(position.interrupted(), 0, LONGEST_HOLE.total_seconds() + 10) == []


def test_a_gap_begins_where_the_newest_segment_ended_and_a_new_timeline_follows() -> None:
    _, position = place(BEGINNING, 0, 4)
    gap, following = position.gap(timedelta(seconds=6))
    assert gap == Placed(number=1, program_date_time=NOON + FOUR, discontinuity=False, discontinuities=0)
    placed, _ = place(following, 4, 18)
    assert placed == Placed(
        number=2, program_date_time=NOON + timedelta(seconds=14), discontinuity=True, discontinuities=1
    )


def test_a_gap_before_the_first_segment_has_no_place() -> None:
    with pytest.raises(ValueError, match="no place"):
        BEGINNING.gap(FOUR)


@given(st.floats(0.6, 2000), st.integers(1, 12))
def test_gaps_fill_a_hole_without_remainder(length: float, longest: float) -> None:
    _, position = place(BEGINNING, 0, 4)
    position = position.interrupted()
    arrived = 8 + length
    found = holes(position, 0, arrived, longest)
    assert max(found) <= longest
    for each in found:
        _, position = position.gap(timedelta(seconds=each))
    placed, _ = place(position, 0, arrived)
    assert placed.number == 1 + len(found)
    assert abs((placed.program_date_time - NOON).total_seconds() - 4 - length) < 1e-5
    assert placed.discontinuity
