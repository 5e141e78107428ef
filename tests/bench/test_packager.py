"""The smallest form of the packager's benchmark: whether its figures can be true, not whether they are good."""

from __future__ import annotations

import asyncio
import io
from pathlib import Path

import psutil
import pytest
from rich.console import Console
from rich.progress import Progress

from bench import packager
from bench.progress import Steps
from bench.rig import Load

SMALLEST = Load(renditions=2, kbit=100, size="320x180/160x90", fps=10, gop_seconds=1.0, segment_seconds=1)


@pytest.mark.server
def test_the_smallest_form_gives_figures_that_can_be_true_and_leaves_nothing_running(tmp_path: Path) -> None:
    before = {child.pid for child in psutil.Process().children(recursive=True)}
    with Progress(disable=True) as progress:
        result = asyncio.run(
            packager.measure_packager(
                SMALLEST,
                seconds=4,
                steps=Steps(progress, title="packager", total=8),
                cache=tmp_path,
                settle_seconds=0,
                once=True,
            )
        )
    assert {child.pid for child in psutil.Process().children(recursive=True)} <= before
    for cost in (*result.bare, result.packager, result.recorders, result.store):
        assert 0 < cost.cpu < 2
        assert 1e6 < cost.memory < 1e9
    assert result.ratio > 0
    delays = result.delays
    assert delays.missed == 0
    assert delays.milliseconds
    assert 0 < delays.percentile(50) <= delays.percentile(99) <= 5000
    printed = io.StringIO()
    Console(file=printed, width=120).print(packager.cost_table(result), packager.delay_table(result))
    assert "pollcast package, everything" in printed.getvalue()
