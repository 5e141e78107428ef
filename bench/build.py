"""How long a site takes to build, beside other generators: from nothing, and after one station was changed.

All make the same pages of the same stations in one run, byte for byte but for white space, and that is checked. Each
build is a whole process, its start included, into a folder in memory, or on a disk where memory is not enough. Every
contestant builds in turn, several times over, and its fastest counts: whatever else the machine does can only make a
build slower. Pollcast alone also writes what only it has: `catalogue.json`, the site map, the assets.
"""

from __future__ import annotations

import itertools
import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rich.table import Table

from bench.contestants import skeleton, source
from bench.contestants.contestant import Contestant
from bench.contestants.eleventy import Eleventy
from bench.contestants.hugo import Hugo
from bench.contestants.pollcast import Pollcast
from bench.processes import PeakMemory
from bench.progress import Steps
from bench.rig import folder_in_memory
from builder import sample
from builder.build import build_site
from builder.content import Content, read_content
from election.configuration import read_configuration
from election.errors import MachineError
from election.places import LANGUAGES

BUILDS = 3
CONTESTANTS: Mapping[str, type[Contestant]] = {"pollcast": Pollcast, "hugo": Hugo, "eleventy": Eleventy}
MOST_IN_MEMORY = 20_000
"""Stations of which every contestant's site fits into memory beside its build; larger ones go to the disk."""
_OTHER_FIELD = re.compile(r"^(?!name:|address:)[a-z_]+:.*\n(?: .*\n)*", re.MULTILINE)
_WITHOUT_NOISE = re.compile(r"\s+")
_QUOTES = {"&#34;": '"', "&quot;": '"', "&#39;": "'", "\\/": "/"}


@dataclass(frozen=True, kw_only=True)
class Built:
    """What one build cost."""

    wall_seconds: float
    cpu_seconds: float
    """User and system time of the process and its children."""
    peak_bytes: int
    """Of all its processes together, what they share counted once."""


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


def measure_builds(
    sizes: Sequence[int], contestants: Sequence[str], *, steps: Steps, builds: int = BUILDS
) -> list[BuildResult]:
    """Build elections of so many stations each, `builds` times; raises `PollcastError`."""
    results = []
    for stations in sizes:
        with _room(stations) as room:
            steps.say(f"{stations} stations, writing the sample")
            sample.write_content(room / "content", stations)
            _keep_common_fields(room / "content")
            (room / "pollcast.toml").write_text(_CONFIGURATION, encoding="utf-8")
            results += _measure(room, stations, [CONTESTANTS[name]() for name in contestants], steps, builds)
    return results


def _keep_common_fields(content: Path) -> None:
    """Leave of each station its name, its address and its note: what every contestant's templates show."""
    for file in (content / "stations").glob("*/*.md"):
        text = file.read_text(encoding="utf-8")
        file.write_text(_OTHER_FIELD.sub("", text), encoding="utf-8")


def _measure(
    room: Path, stations: int, contestants: Sequence[Contestant], steps: Steps, builds: int
) -> list[BuildResult]:
    reference = room / "reference"
    build_site(read_configuration(room / "pollcast.toml"), room / "content", reference)
    content = read_content(room / "content")
    for contestant in contestants:
        steps.say(f"{stations} stations, writing the source of {contestant.name}")
        _prepare(contestant, room, content, reference)
    cold: dict[str, list[Built]] = {contestant.name: [] for contestant in contestants}
    changed: dict[str, list[Built]] = {contestant.name: [] for contestant in contestants}
    for number, contestant in itertools.product(range(builds), contestants):
        steps.say(f"{stations} stations, {contestant.name}, build {number + 1} of {builds}")
        folder = room / contestant.name
        for entry in folder.iterdir():
            if entry.name == "site" or entry.name.startswith(".site"):
                shutil.rmtree(entry)
        cold[contestant.name].append(_build(contestant, folder))
        if number == 0:
            _require_same(contestant, folder / "site", reference)
        name = f"Dəyişdi {number}"
        _change(contestant, folder, name)
        changed[contestant.name].append(_build(contestant, folder))
        _require_shown(contestant, folder, name)
        steps.advance()
    pages = sum(1 for _ in reference.rglob("*.html"))
    return [
        BuildResult(
            contestant=contestant.name,
            stations=stations,
            pages=pages,
            cold=_fastest(cold[contestant.name]),
            changed=_fastest(changed[contestant.name]),
        )
        for contestant in contestants
    ]


def _prepare(contestant: Contestant, room: Path, content: Content, reference: Path) -> None:
    folder = room / contestant.name
    folder.mkdir()
    shutil.copytree(room / "content", folder / "content" if contestant.holes is None else folder / "original")
    shutil.copy(room / "pollcast.toml", folder)
    if contestant.holes is not None:
        configuration = read_configuration(room / "pollcast.toml")
        with tempfile.TemporaryDirectory(prefix="pollcast-bench-") as marked:
            contestant.prepare(
                folder, skeleton.skeletons(configuration, room / "content", Path(marked), contestant.holes)
            )
    for pages in (source.station_pages(content), source.constituency_pages(content), source.whole_pages(reference)):
        for page in pages:
            contestant.add(folder, page)


def _change(contestant: Contestant, folder: Path, name: str) -> None:
    """Change the Azerbaijani name of the first station, in the contestant's own source."""
    content = folder / ("content" if contestant.holes is None else "original")
    file = min(path for path in (content / "stations").glob("*/*.md") if path.stem.count(".") == 0)
    text = re.sub(r'(?<=\n  az: ")[^"]*(?=")', name, file.read_text(encoding="utf-8"), count=1)
    file.write_text(text, encoding="utf-8")
    if contestant.holes is not None:
        for page in source.station_pages(read_content(content)):
            if page.fields["id"] == file.stem:
                contestant.add(folder, page)


def _require_same(contestant: Contestant, site: Path, reference: Path) -> None:
    """Raise `MachineError` unless a built site has the pages of Pollcast's, with the same texts."""
    for file in reference.rglob("*.html"):
        path = file.relative_to(reference)
        built = site / path
        if not built.is_file() or _told(built) != _told(file):
            raise MachineError(f"{contestant.name} built another {path} than Pollcast.")


def _require_shown(contestant: Contestant, folder: Path, name: str) -> None:
    """Raise `MachineError` unless the first station has this name on its page and in the search file."""
    first = min((folder / "site" / LANGUAGES[0] / "station").iterdir()) / "index.html"
    for file in (first, folder / "site" / LANGUAGES[0] / "search.json"):
        if name not in file.read_text(encoding="utf-8"):
            raise MachineError(f"{contestant.name} did not write the change into {file.name}.")


def _told(page: Path) -> str:
    text = _WITHOUT_NOISE.sub("", page.read_text(encoding="utf-8"))
    for written, meant in _QUOTES.items():
        text = text.replace(written, meant)
    return text


def _build(contestant: Contestant, folder: Path) -> Built:
    argv = contestant.build(folder)
    environment = os.environ | {"NODE_OPTIONS": "--max-old-space-size=16000"}
    began = time.monotonic()
    with (
        tempfile.TemporaryFile() as said,
        subprocess.Popen(argv, cwd=folder, env=environment, stdout=said, stderr=said) as running,
        PeakMemory(running.pid) as memory,
    ):
        _, status, usage = os.wait4(running.pid, 0)
        wall = time.monotonic() - began
        running.returncode = os.waitstatus_to_exitcode(status)
        if running.returncode:
            said.seek(0)
            words = said.read().decode(errors="replace")[-2000:]
            raise MachineError(f"{contestant.name} ended with code {running.returncode}: {words}")
    return Built(wall_seconds=wall, cpu_seconds=usage.ru_utime + usage.ru_stime, peak_bytes=memory.bytes)


def _fastest(builds: Sequence[Built]) -> Built:
    return Built(
        wall_seconds=min(built.wall_seconds for built in builds),
        cpu_seconds=min(built.cpu_seconds for built in builds),
        peak_bytes=max(built.peak_bytes for built in builds),
    )


@contextmanager
def _room(stations: int) -> Iterator[Path]:
    if stations <= MOST_IN_MEMORY:
        with folder_in_memory() as folder:
            yield folder
    else:
        with tempfile.TemporaryDirectory(prefix="pollcast-bench-", dir="/var/tmp") as name:
            yield Path(name)


def build_table(results: Sequence[BuildResult]) -> Table:
    """Return one row a contestant and size; the ratios are to Hugo's cold build of the same run."""
    table = Table(
        title="The same site in three languages: built from nothing, one station changed", title_justify="left"
    )
    headings = ("wall s", "CPU s", "MB", "changed s", "CPU s", "MB", "cold x Hugo", "changed x Hugo")
    table.add_column("")
    for heading in ("stations", "pages", *headings):
        table.add_column(heading, justify="right")
    hugo = {result.stations: result.cold.wall_seconds for result in results if result.contestant == Hugo.name}
    for result in results:
        cells = [result.contestant, f"{result.stations:,}", f"{result.pages:,}"]
        for built in (result.cold, result.changed):
            megabytes = f"{built.peak_bytes / 1e6:.0f}"
            cells += [f"{built.wall_seconds:.2f}", f"{built.cpu_seconds:.2f}", megabytes]
        for built in (result.cold, result.changed):
            beside = hugo.get(result.stations)
            cells.append(f"{built.wall_seconds / beside:.3f}" if beside else "")
        table.add_row(*cells)
    return table


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
