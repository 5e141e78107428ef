"""How long `pollcast build` takes from nothing: a whole process, its start included, into an empty folder in memory.

The sample election is written before and not counted. Each size is built several times and the fastest counts: whatever
else the machine does can only make a build slower. The ratio says what a page costs beside the smallest election.
"""

from __future__ import annotations

import json
import resource
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.table import Table

from bench.progress import Steps
from bench.rig import command, folder_in_memory
from machine import process

BUILDS = 3
_LONGEST_SECONDS = 900.0


@dataclass(frozen=True, kw_only=True)
class BuildResult:
    """The fastest build of one size."""

    stations: int
    pages: int
    """HTML pages, all languages together."""
    files: int
    bytes: int
    wall_seconds: float
    cpu_seconds: float
    """User and system time of the process and its children."""

    @property
    def seconds_a_page(self) -> float:
        """Wall time a page."""
        return self.wall_seconds / self.pages


async def measure_builds(sizes: Sequence[int], *, steps: Steps, builds: int = BUILDS) -> list[BuildResult]:
    """Build elections of so many stations each, `builds` times; raises `PollcastError`."""
    results = []
    for stations in sizes:
        with folder_in_memory() as folder:
            steps.say(f"{stations} stations, writing the sample")
            argv = [*command("sample"), f"--out={folder}", f"--stations={stations}"]
            await process.run(argv, name="pollcast sample", timeout=_LONGEST_SECONDS)
            configuration = folder / "pollcast.toml"
            configuration.write_text(_CONFIGURATION, encoding="utf-8")
            found = []
            for number in range(1, builds + 1):
                steps.say(f"{stations} stations, build {number} of {builds}")
                found.append(await _build(stations, folder, folder / f"dist-{number}"))
                steps.advance()
        results.append(min(found, key=lambda result: result.wall_seconds))
    return results


async def _build(stations: int, folder: Path, out: Path) -> BuildResult:
    argv = [
        *command("build"),
        f"--config={folder / 'pollcast.toml'}",
        f"--content={folder / 'content'}",
        f"--out={out}",
        "--json",
    ]
    cpu, began = _children_seconds(), time.monotonic()
    said = await process.run(argv, name="pollcast build", timeout=_LONGEST_SECONDS)
    wall, cpu = time.monotonic() - began, _children_seconds() - cpu
    told = json.loads(said[-1])
    return BuildResult(
        stations=stations,
        pages=told["pages"],
        files=told["files"],
        bytes=told["bytes"],
        wall_seconds=wall,
        cpu_seconds=cpu,
    )


def build_table(results: Sequence[BuildResult]) -> Table:
    """Return one row a size."""
    table = Table(title="Cold build of a sample election, three languages, all pages", title_justify="left")
    for heading in ("stations", "pages", "files", "MB", "wall s", "CPU s", "pages/s", "ms a page", "x smallest"):
        table.add_column(heading, justify="right")
    for result in results:
        table.add_row(
            f"{result.stations:,}",
            f"{result.pages:,}",
            f"{result.files:,}",
            f"{result.bytes / 1e6:.0f}",
            f"{result.wall_seconds:.2f}",
            f"{result.cpu_seconds:.2f}",
            f"{1 / result.seconds_a_page:,.0f}",
            f"{1000 * result.seconds_a_page:.2f}",
            f"{result.seconds_a_page / results[0].seconds_a_page:.2f}",
        )
    return table


def _children_seconds() -> float:
    """Return the CPU time of all children that have ended, and of theirs."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


_CONFIGURATION = """[election]
date = 2030-01-01
sample = true
[election.name]
az = "Ölçmə"
en = "Benchmark"
ru = "Измерение"
[store]
url = "memory://"
"""
