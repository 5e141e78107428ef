from __future__ import annotations

import asyncio
import io

import pytest
from rich.console import Console
from rich.progress import Progress

from bench import search_fetches
from bench.progress import Steps


def test_in_parts_a_station_is_found_with_a_small_share_of_all_bytes() -> None:
    with Progress(disable=True) as progress:
        steps = Steps(progress, title="search", total=1)
        result = asyncio.run(search_fetches.measure_fetches(steps=steps, stations=12_500))
    by_query = {fetch.query: fetch for fetch in result.fetches}
    station = by_query["34/12"]
    assert (station.files, station.found, station.complete) == (2, 1, True)
    assert station.bytes < result.whole_bytes / 4
    assert (by_query["wwwwww"].files, by_query["wwwwww"].found) == (1, 0)
    # Node and Python compress a little differently.
    assert by_query["wwwwww"].bytes == pytest.approx(result.first_bytes, rel=0.1)
    everywhere = by_query["kitabxana"]
    assert everywhere.found >= 20
    assert not everywhere.complete
    assert everywhere.bytes < result.whole_bytes / 2
    # What is everywhere is known as a whole word, so nobody looks for a misspelt one in its place.
    assert by_query["kitabxena"].files == everywhere.files
    assert by_query["kitabxena"].found >= 20
    printed = io.StringIO()
    Console(file=printed, width=120).print(search_fetches.fetch_table(result))
    assert "34/12" in printed.getvalue()
