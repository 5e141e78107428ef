"""`python -m bench`: runs the benchmarks that are named, or all, and prints their tables."""

from __future__ import annotations

import asyncio
import sys
from enum import StrEnum
from typing import Annotated

import typer
from rich.console import Console

from bench import packager
from bench.progress import Steps, display
from bench.rig import Load
from election.errors import PollcastError, UsageError
from machine.lifetime import run_until_stopped

_LONGEST_SECONDS = 3600
_WIDTH = 110
"""Of tables that go into a file."""


class Benchmark(StrEnum):
    """What can be measured."""

    PACKAGER = "packager"


def bench(
    which: Annotated[list[Benchmark] | None, typer.Argument(help="What to measure; [all].")] = None,
    renditions: Annotated[int, typer.Option("--renditions", help="Streams to package, two a station.")] = 20,
    seconds: Annotated[
        float, typer.Option("--seconds", min=1, max=600, help="How long each measurement of the packager lasts.")
    ] = 40,
) -> None:
    """Print one table a benchmark, comparing within this run."""
    try:
        load = Load(renditions=renditions)
    except ValueError as error:
        raise UsageError(f"--renditions: {error}.") from None
    run_until_stopped(_run(which or list(Benchmark), load, seconds))


async def _run(which: list[Benchmark], load: Load, seconds: float) -> None:
    out, notes = Console(), Console(stderr=True)
    if not out.is_terminal:
        out = Console(width=_WIDTH)
    if Benchmark.PACKAGER in which:
        with display(notes) as progress:
            steps = Steps(progress, title="packager", seconds=packager.waited_seconds(seconds))
            async with asyncio.timeout(_LONGEST_SECONDS):
                result = await packager.measure_packager(load, seconds=seconds, steps=steps)
        out.print(packager.cost_table(result), packager.delay_table(result), sep="\n")


if __name__ == "__main__":
    try:
        typer.run(bench)
    except PollcastError as failure:
        typer.echo(str(failure), err=True)
        sys.exit(failure.exit_code)
