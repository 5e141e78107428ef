"""The smallest form of the benchmark: whether its figures can be true, not whether they are good."""

from __future__ import annotations

import asyncio
import io

import psutil
from rich.console import Console
from rich.progress import Progress

from bench import preview
from bench.progress import Steps


# Without the mark of browser tests: it runs before them, for they keep an event loop in this thread.
def test_each_server_shows_two_changes_and_nothing_is_left_running() -> None:
    before = {child.pid for child in psutil.Process().children(recursive=True)}
    with Progress(disable=True) as progress:
        steps = Steps(progress, title="preview", total=4)
        results = asyncio.run(preview.measure_reloads([4], steps=steps, changes=2))
    assert {child.pid for child in psutil.Process().children(recursive=True)} <= before
    assert [(result.server, len(result.seconds)) for result in results] == [("Pollcast", 2), ("Hugo", 2)]
    for result in results:
        assert 0 < min(result.seconds) <= result.median <= result.p95 <= max(result.seconds) < 120
    ours, hugos = results
    assert hugos.built is None
    assert ours.built is not None
    assert ours.built < ours.median
    printed = io.StringIO()
    Console(file=printed, width=110).print(preview.reload_table(results))
    assert "p95 ms" in printed.getvalue()
