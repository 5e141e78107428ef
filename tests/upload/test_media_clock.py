"""Whether a stream's clock can be believed, told from frames and arrivals."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from upload.fmp4 import MediaTimes
from upload.media_clock import MediaClock

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def times(start: float, duration: float = 4.0, *, frames: int = 100, longest: float = 0.04, row: int = 0) -> MediaTimes:
    return MediaTimes(
        start=timedelta(seconds=start),
        duration=timedelta(seconds=duration),
        frames=frames,
        starts_with_key_frame=True,
        longest_frame=timedelta(seconds=longest),
        squeezed=row,
    )


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def heard(*segments: tuple[MediaTimes, float]) -> list[str]:
    clock = MediaClock()
    return [clock.jump(each, at(arrived)) for each, arrived in segments]


def test_a_steady_stream_has_no_jumps() -> None:
    assert heard(*((times(4 * n), 4 * n + 4.3) for n in range(20))) == [""] * 20


def test_a_stream_that_had_to_wait_and_then_catches_up_has_no_jumps() -> None:
    # Nothing arrives for 20 s, then everything at once: the pictures are as far apart as they should be.
    assert heard(*((times(4 * n), max(4 * n + 4, 24 if n > 2 else 0)) for n in range(12))) == [""] * 12


def test_pictures_that_a_camera_never_sent_are_no_jump() -> None:
    # The camera lost 15 s of pictures: one stands for 15 s, and so long nothing came.
    segments = [(times(0), 4.0), (times(4, 19, longest=15.04), 23.0), (times(23), 27.0)]
    assert heard(*segments) == ["", "", ""]


def test_a_machine_whose_own_clock_is_set_sees_no_jump() -> None:
    assert heard((times(0), 4.0), (times(4), 8.0 - 3600), (times(8), 12.0 + 3600)) == ["", "", ""]


@pytest.mark.parametrize(
    ("longest", "told"), [(11_703.0, "jumped ahead by 3 h 15 min"), (4.0, "jumped ahead by 4 s"), (1.5, "")]
)
def test_one_picture_that_stands_for_longer_than_the_time_that_passed_is_a_jump_ahead(
    longest: float, told: str
) -> None:
    segment = times(4, 4 + longest, longest=longest + 0.04)
    assert heard((times(0), 4.0), (segment, 8.0)) == ["", told]


def test_a_jump_ahead_in_the_first_segment_is_noticed_too() -> None:
    assert heard((times(0, 11_707, longest=11_703), 4.0)) == ["jumped ahead by 3 h 15 min"]


@pytest.mark.parametrize(("row", "told"), [(100, "jumped back"), (3, "jumped back"), (2, ""), (1, "")])
def test_several_pictures_in_a_row_without_any_time_are_a_jump_back_and_fewer_a_mishap(row: int, told: str) -> None:
    assert heard((times(0), 4.0), (times(4, 4 - row * 0.04, row=row), 8.0)) == ["", told]


def test_a_first_segment_without_any_time_is_a_jump_back() -> None:
    assert heard((times(0, 0.004, row=100), 4.0)) == ["jumped back"]


def test_pictures_that_come_in_parts_at_one_time_are_no_jump() -> None:
    assert heard(*((times(4 * n, row=3), 4 * n + 4) for n in range(5))) == [""] * 5
