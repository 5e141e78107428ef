"""How long a site takes to build, beside other generators: from nothing, and after one station was changed.

All make the same pages of the same stations in three languages, byte for byte but for white space, and that is checked,
as are the stations that their search files hold. Each build is a whole process, its start included, into a folder in
memory, or on a disk where memory is not enough. Every contestant builds in turn, several times over. In its first
builds its memory is weighed, which takes time; of the others the fastest counts, for whatever else the machine does can
only make a build slower. A contestant that takes many minutes builds once, weighed and timed together, and one that
takes more of them than anybody would wait for is stopped; the table says both. Pollcast alone also writes what only it
has: `catalogue.json`, the site map, the assets.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import psutil
from rich.table import Table

from bench.contestants import check
from bench.contestants.contestant import Contestant, Templated
from bench.contestants.eleventy import Eleventy
from bench.contestants.hugo import Hugo
from bench.contestants.original import Original
from bench.contestants.pelican import Pelican
from bench.contestants.pollcast import Pollcast
from bench.processes import PeakMemory
from bench.progress import Steps
from bench.rig import MEMORY, folder_in_memory
from election.errors import MachineError

BUILDS = 3
"""One to weigh, the others to time."""
LONG_SECONDS = 300.0
"""Who builds longer than that from nothing does it once: weighing is then a small part of the time."""
LIMIT_SECONDS = 600.0
"""Who has not built from nothing after that is stopped."""
CONTESTANTS: Mapping[str, type[Contestant]] = {
    "pollcast": Pollcast,
    "hugo": Hugo,
    "eleventy": Eleventy,
    "pelican": Pelican,
}
STATION_BYTES = 150_000
"""Of a contestant's files: what it builds a station's pages from, and the pages."""
PART_OF_MEMORY = 0.5
"""Of what is free: sites that take more go to the disk, so that every build has the rest."""
DISK = Path("/var/tmp")  # noqa: S108 - not a predictable name: mkdtemp makes one below it


@dataclass(frozen=True, kw_only=True)
class Built:
    """What one build cost."""

    wall_seconds: float
    cpu_seconds: float
    """User and system time of the process and its children."""
    peak_bytes: int
    """Of all its processes together, what they share counted once."""
    once: bool = False
    """Whether this was the only build, timed while it was weighed."""


@dataclass(frozen=True, kw_only=True)
class BuildResult:
    """The fastest builds of one contestant and size."""

    contestant: str
    stations: int
    pages: int
    """HTML pages, all languages together."""
    cold: Built
    changed: Built
    """After the name of one station was changed in one language."""
    in_memory: bool
    """Whether the files were, not on a disk."""


@dataclass(frozen=True, kw_only=True)
class LeftOut:
    """A contestant that was asked not to build a size."""

    contestant: str
    stations: int


@dataclass(frozen=True, kw_only=True)
class Stopped:
    """A contestant that was stopped while it built from nothing."""

    contestant: str
    stations: int
    after_seconds: float
    peak_bytes: int
    """Of all its processes until then."""


Row = BuildResult | LeftOut | Stopped


@dataclass(frozen=True, kw_only=True)
class _Taken:
    """What was read of one build: its time, or its memory."""

    cpu_seconds: float
    wall_seconds: float
    peak_bytes: int = 0


class _TooLongError(Exception):
    """A build was stopped."""

    def __init__(self, after_seconds: float, peak_bytes: int) -> None:
        super().__init__()
        self.after_seconds = after_seconds
        self.peak_bytes = peak_bytes


@dataclass(frozen=True, kw_only=True)
class Tour:
    """What is to be built by whom."""

    sizes: Sequence[int]
    """Stations of the elections."""
    contestants: Sequence[str]
    """Names in `CONTESTANTS`."""
    most: Mapping[str, int] = field(default_factory=dict)
    """By contestant: the largest election it builds, if there is a bound."""
    builds: int = BUILDS
    """At least two."""

    @property
    def stations(self) -> int:
        """All builds together, those that are left out among them."""
        return sum(self.sizes) * len(self.contestants) * self.builds

    def builds_of(self, contestant: str, stations: int) -> bool:
        """Tell whether a contestant builds so many stations."""
        return stations <= self.most.get(contestant, stations)


async def measure_builds(tour: Tour, *, steps: Steps) -> AsyncIterator[Row]:
    """Build what a tour says; yield the rows of a size when it is measured. Raises `PollcastError`."""
    for stations in tour.sizes:
        rows: dict[str, Row] = {
            name: LeftOut(contestant=CONTESTANTS[name]().name, stations=stations)
            for name in tour.contestants
            if not tour.builds_of(name, stations)
        }
        steps.advance(len(rows) * tour.builds * stations)
        names = [name for name in tour.contestants if name not in rows]
        if names:
            rivals = [CONTESTANTS[name]() for name in names]
            with _room(stations, len(rivals) + _are_compared(rivals)) as room:
                rows |= zip(names, await _measure(room, stations, rivals, steps, tour.builds), strict=True)
        for name in tour.contestants:
            yield rows[name]


async def _measure(
    room: Path, stations: int, contestants: Sequence[Contestant], steps: Steps, builds: int
) -> list[BuildResult | Stopped]:
    steps.say(f"{stations:,} stations, writing the sample")
    original = Original(room, stations)
    for contestant in contestants:
        steps.say(f"{stations:,} stations, writing the source of {contestant.name}")
        folder = room / contestant.name
        folder.mkdir()
        contestant.give(folder, original)
    cold: dict[str, list[_Taken]] = {contestant.name: [] for contestant in contestants}
    changed: dict[str, list[_Taken]] = {contestant.name: [] for contestant in contestants}
    stopped: dict[str, Stopped] = {}
    for number, contestant in itertools.product(range(builds), contestants):
        if contestant.name in stopped or (number and cold[contestant.name][0].wall_seconds > LONG_SECONDS):
            steps.advance(stations)
            continue
        build = _weigh if number == 0 else _time
        what = f"{stations:,} stations, {contestant.name}"
        folder = room / contestant.name
        contestant.forget(folder)
        steps.say(f"{what}, build {number + 1} of {builds}")
        try:
            cold[contestant.name].append(await build(contestant, folder, LIMIT_SECONDS))
        except _TooLongError as error:
            stopped[contestant.name] = Stopped(contestant=contestant.name, stations=stations, **vars(error))
            steps.advance(stations)
            continue
        if number == 0:
            steps.say(f"{what}, comparing the pages")
            check.require_stations(contestant.name, folder / "site", original)
            if _are_compared(contestants):
                check.require_same(contestant.name, folder / "site", original.reference)
        name = f"Dəyişdi {number}"
        contestant.rename_first(folder, original, name)
        steps.say(f"{what}, build {number + 1} of {builds} after a change")
        changed[contestant.name].append(await build(contestant, folder))
        check.require_renamed(contestant.name, folder / "site", original, name)
        steps.advance(stations)
    return [
        stopped[contestant.name]
        if contestant.name in stopped
        else BuildResult(
            contestant=contestant.name,
            stations=stations,
            pages=sum(1 for _ in (room / contestant.name / "site").rglob("*.html")),
            cold=_built(cold[contestant.name]),
            changed=_built(changed[contestant.name]),
            in_memory=not room.is_relative_to(DISK),
        )
        for contestant in contestants
    ]


def _are_compared(contestants: Sequence[Contestant]) -> bool:
    """Tell whether there is a site beside theirs that theirs must equal; Pollcast alone is compared with nothing."""
    return any(isinstance(contestant, Templated) for contestant in contestants)


async def _weigh(contestant: Contestant, folder: Path, limit_seconds: float | None = None) -> _Taken:
    began = _quiet()
    with _running(contestant, folder) as process, PeakMemory(process.pid) as memory:
        taken = await _wait_for(process, began, limit_seconds)
    if taken is None:
        raise _TooLongError(time.monotonic() - began, memory.bytes)
    return replace(taken, peak_bytes=memory.bytes)


async def _time(contestant: Contestant, folder: Path, limit_seconds: float | None = None) -> _Taken:
    began = _quiet()
    with _running(contestant, folder) as process:
        taken = await _wait_for(process, began, limit_seconds)
    if taken is None:
        raise _TooLongError(time.monotonic() - began, 0)
    return taken


async def _wait_for(process: subprocess.Popen[bytes], began: float, limit_seconds: float | None) -> _Taken | None:
    """Wait for a process's end; kill it, and return None, where that does not come within the limit."""
    waiting = asyncio.create_task(_wait(process, began))
    done, _ = await asyncio.wait({waiting}, timeout=limit_seconds)
    if done:
        return await waiting
    process.kill()
    await waiting
    process.returncode = 0  # it was asked to end, and that is no failure
    return None


def _quiet() -> float:
    """Return the time, on the monotonic clock, when all is written that others wrote: nobody pays for that."""
    os.sync()
    return time.monotonic()


async def _wait(process: subprocess.Popen[bytes], began: float) -> _Taken:
    """Wait for a process's end, which also tells the CPU time of those of its children that it waited for."""
    _, status, usage = await asyncio.to_thread(os.wait4, process.pid, 0)
    wall = time.monotonic() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    return _Taken(cpu_seconds=usage.ru_utime + usage.ru_stime, wall_seconds=wall)


@contextmanager
def _running(contestant: Contestant, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Start a build; raise `MachineError` if it has failed. A build that nobody waits for any more is killed."""
    environment = os.environ | {"NODE_OPTIONS": "--max-old-space-size=16000"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # the first build compiles the program, as everybody's does
    argv = contestant.build(folder)
    with (
        tempfile.TemporaryFile() as said,
        subprocess.Popen(argv, cwd=folder, env=environment, stdout=said, stderr=said) as process,
    ):
        try:
            yield process
        except asyncio.CancelledError:
            process.kill()
            raise
        if process.returncode:
            said.seek(0)
            words = said.read().decode(errors="replace")[-2000:]
            raise MachineError(f"{contestant.name} ended with code {process.returncode}: {words}")


def _built(taken: Sequence[_Taken]) -> Built:
    weighed, *others = taken
    timed = others or [weighed]
    return Built(
        wall_seconds=min(each.wall_seconds for each in timed),
        cpu_seconds=min(each.cpu_seconds for each in timed),
        peak_bytes=weighed.peak_bytes,
        once=not others,
    )


@contextmanager
def _room(stations: int, sites: int) -> Iterator[Path]:
    """Give a folder that has room for so many sites, and for what they are built from."""
    needed = stations * sites * STATION_BYTES
    if _fits_into_memory(needed):
        with folder_in_memory() as folder:
            yield folder
        return
    with tempfile.TemporaryDirectory(prefix="pollcast-bench-", dir=DISK) as name:
        free = shutil.disk_usage(name).free
        if needed > free:
            raise MachineError(
                f"{sites} sites of {stations:,} stations need {needed / 1e9:.0f} GB; {DISK} has {free / 1e9:.0f} GB.",
                hint="Name fewer stations or fewer contestants.",
            )
        yield Path(name)


def _fits_into_memory(needed: float) -> bool:
    free = psutil.virtual_memory().available
    return MEMORY.is_dir() and needed <= min(free * PART_OF_MEMORY, shutil.disk_usage(MEMORY).free)


def build_table(rows: Sequence[Row]) -> Table:
    """Return one row a contestant and size; the ratios are to Hugo's cold build of the same run."""
    results = [row for row in rows if isinstance(row, BuildResult)]
    table = Table(
        title="The same site in three languages: built from nothing, one station changed",
        title_justify="left",
        caption=_remarks(rows),
        caption_justify="left",
    )
    headings = ("wall s", "CPU s", "MB", "changed s", "CPU s", "MB", "cold x Hugo", "changed x Hugo")
    table.add_column("")
    for heading in ("stations", "pages", *headings):
        table.add_column(heading, justify="right")
    hugo = {result.stations: result.cold.wall_seconds for result in results if result.contestant == Hugo.name}
    for row in rows:
        cells = [row.contestant, f"{row.stations:,}"]
        if isinstance(row, LeftOut):
            table.add_row(*cells, "left out")
            continue
        if isinstance(row, Stopped):
            beside = hugo.get(row.stations)
            times = f"> {row.after_seconds / beside:.1f}" if beside else ""
            megabytes = f"> {row.peak_bytes / 1e6:.0f}"
            table.add_row(*cells, "", f"> {_seconds(row.after_seconds)}", "", megabytes, *[""] * 3, times, "")
            continue
        if row.cold.once:
            cells[0] += "*"
        cells.append(f"{row.pages:,}")
        for built in (row.cold, row.changed):
            megabytes = f"{built.peak_bytes / 1e6:.0f}"
            cells += [_seconds(built.wall_seconds), _seconds(built.cpu_seconds), megabytes]
        for built in (row.cold, row.changed):
            beside = hugo.get(row.stations)
            cells.append(f"{built.wall_seconds / beside:.3f}" if beside else "")
        table.add_row(*cells)
    return table


def _seconds(seconds: float) -> str:
    return f"{seconds:.2f}" if seconds < 100 else f"{seconds:.0f}"


def _remarks(rows: Sequence[Row]) -> str:
    """Say which sites lay on a disk, whether somebody built only once, and whether somebody was stopped."""
    results = [row for row in rows if isinstance(row, BuildResult)]
    remarks = []
    if on_disk := sorted({result.stations for result in results if not result.in_memory}):
        remarks.append(f"On a disk, not in memory: {', '.join(f'{stations:,}' for stations in on_disk)} stations.")
    if any(result.cold.once for result in results):
        remarks.append("*: built once, timed while it was weighed.")
    if any(isinstance(row, Stopped) for row in rows):
        remarks.append(">: stopped before it had built.")
    return " ".join(remarks)
