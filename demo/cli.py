"""The command `demo`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from demo.demonstration import Demonstration, Options
from machine.lifetime import run_until_stopped


def demo(
    stations: Annotated[int, typer.Option("--stations", min=1, max=1000, help="How many stations with cameras.")] = 6,
    clocks: Annotated[
        int, typer.Option("--clocks", min=0, help="How many cameras show the time of day in their pictures.")
    ] = 1,
    seconds: Annotated[
        float | None, typer.Option("--seconds", min=1, help="Stop by itself so many seconds after the edge is up.")
    ] = None,
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="Port of the edge on loopback.")] = 8080,
    time_zone: Annotated[str, typer.Option("--time-zone", help="The election's time zone.")] = "Asia/Baku",
    keep: Annotated[
        Path | None, typer.Option("--keep", help="Keep everything in this folder, and go on from what is there.")
    ] = None,
) -> None:
    """Run the whole system on this machine, from simulated cameras to a page that plays them. Ctrl-C ends it."""
    options = Options(stations=stations, clocks=clocks, seconds=seconds, port=port, time_zone=time_zone, keep=keep)
    run_until_stopped(Demonstration(options, out=Console(), notes=Console(stderr=True)).run())
