"""The smallest form of the crowd's benchmark: whether its figures can be true, not whether they are good."""

from __future__ import annotations

import asyncio
import io
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from rich.console import Console
from rich.progress import Progress

from bench import crowd
from bench.progress import Steps


@pytest.mark.server
def test_the_smallest_form_gives_figures_that_can_be_true_and_leaves_nothing_running(tmp_path: Path) -> None:
    before = {child.pid for child in psutil.Process().children(recursive=True)}
    load = replace(crowd.crowd(3), segment_seconds=1, fps=10)
    with Progress(disable=True) as progress:
        steps = Steps(progress, title="crowd", total=2.6)
        result = asyncio.run(crowd.measure_crowd(load, seconds=1.3, steps=steps, cache=tmp_path, settle_seconds=0))
    assert {child.pid for child in psutil.Process().children(recursive=True)} <= before
    assert (result.cameras, result.processes, sum(result.states.values())) == (3, 3, 3)
    assert 0 <= result.live <= 3
    for cost in (result.packager, result.recorders):
        assert 0 < cost.cpu < 2
        assert 1e6 < cost.memory < 1e9
    assert 3 * result.cameras < result.files < 1000
    assert result.delays.missed == 0
    printed = io.StringIO()
    Console(file=printed, width=120).print(crowd.crowd_table(result))
    assert "state at the end" in printed.getvalue()
