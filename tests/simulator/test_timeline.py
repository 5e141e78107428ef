"""When pictures are due, and their timestamps."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from simulator.timeline import Timeline


@given(st.integers(1, 60), st.integers(1, 300), st.floats(0, 1e6), st.floats(0, 1e6))
def test_the_next_key_picture_is_a_key_picture_and_the_first_due(
    fps: int, gop: int, epoch: float, ahead: float
) -> None:
    timeline = Timeline(epoch=epoch, fps=fps, gop_pictures=gop, first_timestamp=0)
    number = timeline.next_key(epoch + ahead)
    assert timeline.is_key(number)
    assert timeline.due(number) >= epoch + ahead - 1e-6
    assert timeline.due(number - gop) < epoch + ahead + 1e-6


@given(st.sampled_from([7, 12, 15, 25, 30]), st.integers(0, 10**9), st.integers(0, 2**32 - 1))
def test_timestamps_follow_the_time_for_ever_and_wrap(fps: int, number: int, first: int) -> None:
    timeline = Timeline(epoch=0.0, fps=fps, gop_pictures=30, first_timestamp=first)
    step = (timeline.timestamp(number + 1) - timeline.timestamp(number)) % 2**32
    assert 90_000 // fps <= step <= 90_000 // fps + 1
    assert (timeline.timestamp(number + fps) - timeline.timestamp(number)) % 2**32 == 90_000


def test_a_moment_between_two_pictures_has_a_timestamp_between_theirs() -> None:
    timeline = Timeline(epoch=100.0, fps=15, gop_pictures=30, first_timestamp=1000)
    assert timeline.due(15) == 101.0
    assert timeline.timestamp(15) == 91_000
    assert timeline.timestamp_at(100.5) == 46_000
