from __future__ import annotations

import asyncio
import io

from rich.console import Console
from rich.progress import Progress

from bench import build
from bench.progress import Steps


def test_the_smallest_form_gives_figures_that_can_be_true() -> None:
    with Progress(disable=True) as progress:
        steps = Steps(progress, title="build", total=2)
        results = asyncio.run(build.measure_builds([8, 24], steps=steps, builds=1))
    assert [result.stations for result in results] == [8, 24]
    for result in results:
        assert result.pages > 3 * result.stations
        assert result.files > result.pages
        assert result.bytes > 1000 * result.pages
        assert 0 < result.cpu_seconds < 60
        assert 0 < result.wall_seconds < 60
    assert results[0].pages < results[1].pages
    printed = io.StringIO()
    Console(file=printed, width=120).print(build.build_table(results))
    assert "x smallest" in printed.getvalue()
