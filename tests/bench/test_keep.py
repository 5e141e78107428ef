"""The smallest form of the benchmark: whether its figures can be true, not whether they are good."""

from __future__ import annotations

import asyncio
import io

import psutil
from rich.console import Console
from rich.progress import Progress

from bench import keep
from bench.progress import Steps


# Without the mark of browser tests: it runs before them, for they keep an event loop in this thread.
def test_a_minute_is_kept_each_way_and_nothing_is_left_running() -> None:
    before = {child.pid for child in psutil.Process().children(recursive=True)}
    with Progress(disable=True) as progress:
        steps = Steps(progress, title="keep", total=len(keep.Way))
        result = asyncio.run(keep.measure_keeping(steps=steps, minutes=1, kbit=400, rounds=1))
    assert {child.pid for child in psutil.Process().children(recursive=True)} <= before
    assert 2_500_000 < result.size < 3_500_000
    for way in keep.Way:
        (take,) = result.takes[way]
        assert take.seconds > 0
        assert 1e7 < take.renderer_before <= take.renderer <= take.all < 1e10, way
    assert result.ratio(keep.Way.PLAIN) == 1
    printed = io.StringIO()
    Console(file=printed, width=120).print(keep.keep_table(result))
    assert "written while it comes" in printed.getvalue()
