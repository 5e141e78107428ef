"""The time by the pictures: steady while the machine's clock is set, and no older than a day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from upload.picture_time import PictureTime

NOON = datetime(2026, 11, 29, 12, tzinfo=UTC)


def test_before_the_first_picture_the_machines_clock_counts() -> None:
    assert PictureTime().now(NOON, 5.0) == NOON


def test_a_clock_that_is_set_changes_nothing() -> None:
    time = PictureTime()
    time.reached(NOON, 100.0)
    for hours in (-1, 0, 1):
        assert time.now(NOON + timedelta(hours=hours), 107.5) == NOON + timedelta(seconds=7.5)


def test_pictures_of_another_day_say_nothing_of_now() -> None:
    time = PictureTime()
    time.reached(NOON, 100.0)
    assert time.now(NOON + timedelta(days=2), 101.0) == NOON + timedelta(days=2)
