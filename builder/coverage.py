"""Sets of stations, as short as a page can carry them: `033:1-24 034:1-12,14`. Pure; `site/js/coverage.js` reads it."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from election.ids import StationId, constituency_of, number_of


def coverage_of(stations: Iterable[StationId]) -> str:
    """Return the set of `stations`, which come sorted by id or at least by constituency and number."""
    return " ".join(
        f"{constituency:03d}:{','.join(_runs(number_of(station) for station in group))}"
        for constituency, group in groupby(stations, key=constituency_of)
    )


def coverage_of_one(station: StationId) -> str:
    """Return the set of one station."""
    return f"{constituency_of(station):03d}:{number_of(station)}"


def _runs(numbers: Iterable[int]) -> Iterable[str]:
    for _gap, run in groupby(enumerate(numbers), key=lambda pair: pair[1] - pair[0]):
        found = [number for _index, number in run]
        yield str(found[0]) if len(found) == 1 else f"{found[0]}-{found[-1]}"
