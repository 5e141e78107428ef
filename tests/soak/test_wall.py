"""What the long look at a wall calls flat, and what it does not."""

from __future__ import annotations

from collections.abc import Callable

from tests.soak.wall import MOST_RISE, fault, growing, standstill
from tests.soak.wall_memory import Footprint


def looks(
    renderer: Callable[[float], float],
    *,
    others: Callable[[float], float] = lambda _minute: 0,
    buffered: float = 190,
    moving: int = 9,
) -> list[Footprint]:
    """Return half an hour of looks at a wall whose page takes so much (MB) after so many minutes."""
    return [
        Footprint(
            seconds=60 * minute,
            renderer=renderer(minute),
            helpers=42 + others(minute),
            whole=150 + renderer(minute) + others(minute),
            heap=3.7 + others(minute),
            nodes=int(2133 + 4 * others(minute)),
            listeners=int(231 + 4 * others(minute)),
            buffered=buffered + 3 * others(minute),
            players=9,
            moving=moving,
        )
        for minute in (number / 2 for number in range(60))
    ]


def test_a_page_that_takes_more_and_more_is_not_flat() -> None:
    slowly = fault(looks(lambda minute: 80 + 0.35 * minute))
    assert slowly == "renderer grows, at least 83.50 in the second third of the time, 87.00 in the last"
    assert set(growing(looks(lambda minute: 80 + minute))) == {"whole", "renderer"}
    assert set(growing(looks(lambda _minute: 80, others=lambda minute: minute))) == set(MOST_RISE) - {"renderer"}


def test_a_leak_is_seen_below_a_saw_tooth() -> None:
    assert fault(looks(lambda minute: 80 + 0.6 * minute + 3 * (minute % 4))) is not None


def test_a_page_that_has_warmed_up_is_flat_also_when_it_goes_up_and_down() -> None:
    assert fault(looks(lambda minute: min(80 + 5 * minute, 110))) is None
    assert fault(looks(lambda minute: 80 + 3 * (minute % 4))) is None
    assert fault(looks(lambda minute: 80 + 10 * (minute > 28))) is None


def test_a_time_in_which_the_players_starve_says_nothing_of_what_is_kept() -> None:
    usual, starving = looks(lambda _minute: 80), looks(lambda _minute: 70, buffered=130)
    assert fault([*usual[:24], *starving[24:30], *usual[30:]]) is None
    assert fault([*starving[:40], *usual[40:]]) is not None


def test_a_tile_that_stands_still_is_a_fault() -> None:
    assert standstill(looks(lambda _minute: 80)) is None
    assert standstill(looks(lambda _minute: 80, moving=8)) == "in 60 of 60 looks some tile stood still"
