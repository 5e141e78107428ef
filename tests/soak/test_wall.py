"""What the long look at a wall calls flat, and what it does not."""

from __future__ import annotations

from collections.abc import Callable

from tests.soak.wall import fault
from tests.soak.wall_memory import Footprint


def looks(renderer: Callable[[float], float], *, moving: int = 9) -> list[Footprint]:
    """Return half an hour of looks at a wall whose page takes so much (MB) after so many minutes."""
    return [
        Footprint(
            seconds=30.0 * number,
            renderer=renderer(number / 2),
            helpers=42,
            whole=150 + renderer(number / 2),
            heap=3.7,
            nodes=2133,
            players=9,
            moving=moving,
        )
        for number in range(60)
    ]


def test_a_page_that_takes_more_and_more_is_not_flat() -> None:
    assert fault(looks(lambda minute: 80 + 3 * minute)) == "wall: whole rises by 3.00 a minute, more than 2.0"
    slowly = fault(looks(lambda minute: 80 + 1.2 * minute))
    assert slowly == "wall: renderer holds 13 % more in the last third of the time than in the one before"


def test_a_page_that_has_warmed_up_is_flat_also_when_it_goes_up_and_down() -> None:
    assert fault(looks(lambda minute: min(80 + 5 * minute, 110))) is None
    assert fault(looks(lambda minute: 80 + 1.6 * ((minute + 1) % 13))) is None


def test_a_tile_that_stands_still_is_a_fault() -> None:
    assert fault(looks(lambda _minute: 80, moving=8)) == "wall: in 60 of 60 looks some tile stood still"
