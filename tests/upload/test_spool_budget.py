"""What is thrown away first when the spool is full, and how much of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from election.ids import Rendition, station_id
from election.timeline import GapReason
from upload.journal import Journal
from upload.publication import Entry
from upload.spool_budget import ENOUGH, FULL, excess, parse_size, to_drop

MAIN, SUB = Rendition.MAIN, Rendition.SUB
NOON = datetime(2026, 11, 29, 12, tzinfo=UTC)


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


def test_what_is_worth_least_goes_first_and_no_more_than_must(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.sqlite")
    places = [(station_id(1, 2), MAIN), (station_id(1, 1), MAIN), (station_id(1, 2), SUB), (station_id(1, 1), SUB)]
    for number in range(3):
        for order, (station, rendition) in enumerate(places):
            entry = Entry(
                number=number,
                key=f"live/{station}/{rendition}/{number}",
                init_key="init",
                duration=timedelta(seconds=4),
                program_date_time=NOON + timedelta(minutes=number, seconds=order),
                discontinuity=False,
                discontinuities=0,
                size=10,
            )
            journal.record(station, rendition, entry, path=entry.key, init_body=b"")
    assert journal.unsent_bytes == 120
    journal.acknowledge(station_id(1, 2), SUB, 0)
    journal.acknowledge(station_id(1, 2), SUB, 0)
    journal.lose(station_id(1, 1), MAIN, 0, GapReason.SPOOL_FULL)
    assert journal.unsent_bytes == 100
    waiting = [*journal.unsent(SUB), *journal.unsent(MAIN)]
    assert [(item.rendition, item.station, item.number) for item in to_drop(waiting, 61)] == [
        (SUB, "001-001", 0),
        (SUB, "001-002", 1),
        (SUB, "001-001", 1),
        (SUB, "001-002", 2),
        (SUB, "001-001", 2),
        (MAIN, "001-002", 0),
        (MAIN, "001-002", 1),
    ]
    assert to_drop(waiting, 0) == []
    assert len(to_drop(waiting, 10**6)) == 10
    journal.close()
    again = Journal(tmp_path / "journal.sqlite")
    assert again.unsent_bytes == 100
    again.close()
