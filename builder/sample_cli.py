"""The builder's command `sample`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from builder import sample as samples
from builder.progress_bar import progress_bar


def sample(
    out: Annotated[Path, typer.Option("--out", help="Folder for the sample.")],
    stations: Annotated[
        int, typer.Option("--stations", min=1, max=samples.MAX_STATIONS, help="How many polling stations.")
    ] = 24,
) -> None:
    """Write a synthetic election of N stations: content and cameras.toml, for rehearsals, tests and benchmarks."""
    with progress_bar() as bar:
        task = bar.add_task("Writing stations", total=stations)
        samples.write_sample(out, stations, lambda done: bar.update(task, completed=done))
    typer.echo(f"Wrote {stations} sample stations: {out / 'content'} and {out / 'cameras.toml'}.")
