from __future__ import annotations

import asyncio
import io

from rich.console import Console
from rich.progress import Progress

from bench import search
from bench.progress import Steps


def test_a_keystroke_stays_far_below_what_anybody_notices() -> None:
    with Progress(disable=True) as progress:
        steps = Steps(progress, title="search", total=1)
        (result,) = asyncio.run(search.measure_searches(steps=steps, sizes=[6500], rounds=2))
    assert 10_000 < result.file_bytes < 80_000
    for kind in search.QUERIES:
        assert result.found[kind] > 0
        # The budget is 5 ms; so many times as much is a fault of ours, not of a busy machine.
        assert result.median(kind) < 50, kind
        query, slowest = result.slowest(kind)
        assert query in search.QUERIES[kind]
        assert 0 < slowest < 50, query
    printed = io.StringIO()
    Console(file=printed, width=120).print(search.search_table([result]))
    assert "several words" in printed.getvalue()
