"""The smallest form of the uploads' benchmark: whether its figures can be true, not whether they are good."""

from __future__ import annotations

import asyncio
import io

import pytest
from rich.console import Console
from rich.progress import Progress

from bench import uploads
from bench.progress import Steps


@pytest.mark.server
def test_the_smallest_form_gives_figures_that_can_be_true() -> None:
    with Progress(disable=True) as progress:
        steps = Steps(progress, title="uploads", total=uploads.rows_of([1000, 2000]))
        results = asyncio.run(
            uploads.measure_uploads(steps=steps, body_bytes=[1000, 2000], row_bytes=20_000, at_once=4)
        )
    assert [(result.name.split(",")[0], result.body_bytes, result.puts) for result in results] == [
        ("Pollcast's uploader", 1000, 20),
        ("boto3", 1000, 20),
        ("Pollcast's uploader", 2000, 10),
        ("boto3", 2000, 10),
    ]
    for result in results:
        assert 0.5 < result.puts_a_second < 1e5
        assert 0 < result.cpu_milliseconds < 1000
    printed = io.StringIO()
    Console(file=printed, width=120).print(uploads.upload_table(results))
    assert "CPU ms a PUT" in printed.getvalue()
