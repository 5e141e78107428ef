"""`python -m bench`: runs the benchmarks that are named, or all, and prints their tables."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import Annotated

import typer
from rich.console import Console

from bench import build, crowd, keep, packager, preview, search, search_fetches, stills, uploads
from bench.progress import Steps, display
from bench.rig import Load
from builder import sample
from election.errors import PollcastError, UsageError
from machine.lifetime import run_until_stopped

WIDTH = 110
"""Of tables that go into a file."""


class Benchmark(StrEnum):
    """What can be measured."""

    PACKAGER = "packager"
    """Cost and delays beside bare ffmpegs, and the three that follow."""
    UPLOADS = "uploads"
    STILLS = "stills"
    CROWD = "crowd"
    BUILD = "build"
    SEARCH = "search"
    KEEP = "keep"
    PREVIEW = "preview"


def bench(
    which: Annotated[
        list[Benchmark] | None,
        typer.Argument(help="What to measure; packager includes uploads, stills and crowd. Nothing named: all."),
    ] = None,
    renditions: Annotated[int, typer.Option("--renditions", help="Streams to package, two a station.")] = 20,
    seconds: Annotated[
        float, typer.Option("--seconds", min=1, max=600, help="How long each measurement of the packager lasts.")
    ] = 40,
    settle: Annotated[
        float,
        typer.Option(
            "--settle",
            min=0,
            max=1200,
            help="Seconds between all being started and measuring; 600 fills the playlists.",
        ),
    ] = packager.SETTLE_SECONDS,
    cameras: Annotated[
        int, typer.Option("--cameras", min=1, max=1000, help="Small cameras of the crowd, one stream each.")
    ] = crowd.CAMERAS,
    stations: Annotated[
        str,
        typer.Option(
            "--stations", help="Sizes of elections to build and preview, separated by commas, at most 100000 each."
        ),
    ] = "1000",
    contestants: Annotated[
        str, typer.Option("--contestants", help="Which generators build them, separated by commas.")
    ] = ",".join(build.CONTESTANTS),
    most: Annotated[
        str,
        typer.Option(
            "--most",
            help="The largest elections that slow generators build, such as pelican=1000,eleventy=10000; "
            "the table says where one is left out.",
        ),
    ] = "",
    builds: Annotated[
        int,
        typer.Option(
            "--builds",
            min=2,
            max=20,
            help="How often each generator builds: once to weigh its memory, then for time; the fastest counts. "
            "One that takes over five minutes builds once, one that takes over ten is stopped.",
        ),
    ] = build.BUILDS,
    minutes: Annotated[
        str, typer.Option("--minutes", help="Lengths of recordings that a browser keeps, at most 60 each.")
    ] = ",".join(map(str, keep.MINUTES)),
) -> None:
    """Print one table a benchmark, comparing within this run."""
    try:
        load = Load(renditions=renditions)
    except ValueError as error:
        raise UsageError(f"--renditions: {error}.") from None
    lengths = _numbers("--minutes", minutes, example="5,20,60", most=60)
    tour = build.Tour(
        sizes=_numbers("--stations", stations, example="1000,10000", most=sample.MAX_STATIONS),
        contestants=_contestants("--contestants", contestants.split(",")),
        most=_most(most),
        builds=builds,
    )
    asked = set(which or Benchmark)
    if Benchmark.PACKAGER in asked:
        asked |= {Benchmark.UPLOADS, Benchmark.STILLS, Benchmark.CROWD}
    work = _run(asked, load, seconds=seconds, settle=settle, cameras=cameras, tour=tour, lengths=lengths)
    run_until_stopped(work)


def _numbers(option: str, text: str, *, example: str, most: int | None = None) -> list[int]:
    numbers = [int(part) for part in text.split(",") if part.isascii() and part.isdigit()]
    if len(numbers) != len(text.split(",")) or 0 in numbers or (most is not None and max(numbers) > most):
        limit = "" if most is None else f", at most {most}"
        raise UsageError(f"{option}: write numbers such as {example}{limit}, not {text or 'nothing'}.")
    return numbers


def _contestants(option: str, names: list[str]) -> list[str]:
    if unknown := [name for name in names if name not in build.CONTESTANTS]:
        raise UsageError(f"{option}: there is no {unknown[0]}; there are {', '.join(build.CONTESTANTS)}.")
    return names


def _most(text: str) -> dict[str, int]:
    pairs = [part.partition("=") for part in text.split(",") if part]
    names = _contestants("--most", [name for name, _, _ in pairs])
    return {
        name: _numbers("--most", number, example="1000")[0] for name, (_, _, number) in zip(names, pairs, strict=True)
    }


async def _run(
    which: set[Benchmark],
    load: Load,
    *,
    seconds: float,
    settle: float,
    cameras: int,
    tour: build.Tour,
    lengths: list[int],
) -> None:
    out, notes = Console(), Console(stderr=True)
    if not out.is_terminal:
        out = Console(width=WIDTH)
    if Benchmark.PACKAGER in which:
        with display(notes) as progress:
            steps = Steps(progress, title="packager", total=packager.waited_seconds(seconds, settle))
            result = await packager.measure_packager(load, seconds=seconds, settle_seconds=settle, steps=steps)
        out.print(packager.cost_table(result), packager.delay_table(result), sep="\n")
    if Benchmark.UPLOADS in which:
        with display(notes) as progress:
            steps = Steps(progress, title="uploads", total=uploads.rows_of(uploads.BODY_BYTES))
            put = await uploads.measure_uploads(steps=steps)
        out.print(uploads.upload_table(put))
    if Benchmark.STILLS in which:
        with display(notes) as progress:
            steps = Steps(progress, title="stills", total=len(stills.SIZES))
            taken = await stills.measure_stills(steps=steps)
        out.print(stills.still_table(taken))
    if Benchmark.CROWD in which:
        with display(notes) as progress:
            steps = Steps(progress, title="crowd", total=crowd.waited_seconds(seconds))
            gathered = await crowd.measure_crowd(crowd.crowd(cameras), seconds=seconds, steps=steps)
        out.print(crowd.crowd_table(gathered))
    if Benchmark.BUILD in which:
        with display(notes) as progress:
            steps = Steps(progress, title="build", total=tour.stations)
            rows: list[build.Row] = []
            try:
                async for row in build.measure_builds(tour, steps=steps):
                    rows.append(row)
            finally:  # what was measured in an hour is shown even if the next size fails
                if rows:
                    out.print(build.build_table(rows))
    if Benchmark.SEARCH in which:
        with display(notes) as progress:
            steps = Steps(progress, title="search", total=len(search.SIZES) + 1)
            searched = await search.measure_searches(steps=steps)
            fetched = await search_fetches.measure_fetches(steps=steps)
        out.print(search.search_table(searched), search_fetches.fetch_table(fetched), sep="\n")
    if Benchmark.KEEP in which:
        with display(notes) as progress:
            steps = Steps(progress, title="keep", total=keep.takes_of(lengths))
            kept = await keep.measure_keeping(lengths, steps=steps)
        out.print(keep.keep_table(kept))
    if Benchmark.PREVIEW in which:
        with display(notes) as progress:
            steps = Steps(progress, title="preview", total=len(tour.sizes) * preview.SERVERS * preview.CHANGES)
            reloads = await preview.measure_reloads(tour.sizes, steps=steps)
        out.print(preview.reload_table(reloads))


if __name__ == "__main__":
    try:
        typer.run(bench)
    except PollcastError as failure:
        typer.echo(str(failure), err=True)
        sys.exit(failure.exit_code)
