from __future__ import annotations

import asyncio
import io

import pytest
from rich.console import Console
from rich.progress import Progress

from bench import stills
from bench.progress import Steps
from upload.station import STILL_SECONDS


@pytest.mark.server
def test_the_smallest_form_gives_figures_that_can_be_true() -> None:
    with Progress(disable=True) as progress:
        steps = Steps(progress, title="stills", total=1)
        (result,) = asyncio.run(stills.measure_stills(steps=steps, sizes=["160x90"], count=3))
    assert 500 < result.bytes < 50_000
    assert 0 < result.cpu_milliseconds < 1000
    assert result.share == pytest.approx(result.cpu_milliseconds / 1000 / STILL_SECONDS)
    printed = io.StringIO()
    Console(file=printed, width=120).print(stills.still_table([result]))
    assert "CPU % a camera" in printed.getvalue()
