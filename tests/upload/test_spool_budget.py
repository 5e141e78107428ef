"""What is thrown away first when the spool is full, and how much of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from election.ids import Rendition, station_id
from upload.spool_budget import ENOUGH, FULL, Unsent, excess, parse_size, to_drop

MAIN, SUB = Rendition.MAIN, Rendition.SUB


def unsent(number: int, rendition: Rendition = MAIN, *, size: int = 10, minute: int | None = None) -> Unsent:
    time = (number if minute is None else minute) * 60_000_000
    return Unsent(
        station=station_id(1, 1), rendition=rendition, number=number, size=size, time_us=time, path=f"{number}"
    )


@pytest.mark.parametrize(
    ("text", "size"), [("1", 1), ("200G", 200 << 30), ("500m", 500 << 20), ("2 TB", 2 << 40), ("64KiB", 64 << 10)]
)
def test_sizes_are_read_as_people_write_them(text: str, size: int) -> None:
    assert parse_size(text) == size


@pytest.mark.parametrize("text", ["", "0", "0G", "-1", "1.5G", "G", "ten", "10 X", "10GG"])
def test_what_is_no_size_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match="is no size; write for example 200G or 500M"):
        parse_size(text)


@pytest.mark.parametrize(
    ("held", "free", "budget", "expected"),
    [
        (0, 0, None, 0),
        (0, 0, 100, 0),
        (84, 16, None, 0),
        (85, 15, None, 5),
        (100, 0, None, 20),
        (84, 1000, 100, 0),
        (90, 1000, 100, 10),
        (90, 10, 1000, 10),
        (1, 0, None, 1),
    ],
)
def test_from_85_percent_of_the_budget_on_as_much_goes_as_leaves_80(
    held: int, free: int, budget: int | None, expected: int
) -> None:
    assert excess(unsent_bytes=held, free_bytes=free, budget=budget) == expected


@given(st.integers(0, 10**12), st.integers(0, 10**12), st.none() | st.integers(1, 10**12))
def test_what_stays_fits_and_what_fits_stays(held: int, free: int, budget: int | None) -> None:
    limit = held + free if budget is None else min(held + free, budget)
    gone = excess(unsent_bytes=held, free_bytes=free, budget=budget)
    assert 0 <= gone <= held
    assert held - gone <= max(FULL * limit, 1)
    assert gone == 0 or held - gone >= ENOUGH * limit - 1


def test_sub_streams_go_before_main_streams_and_the_oldest_first() -> None:
    waiting = [unsent(1), unsent(2), unsent(7, SUB, minute=9), unsent(5, SUB, minute=3)]
    assert [(item.rendition, item.number) for item in to_drop(waiting, 25)] == [(SUB, 5), (SUB, 7), (MAIN, 1)]
    assert to_drop(waiting, 0) == []
    assert len(to_drop(waiting, 10**6)) == 4
