from __future__ import annotations

import asyncio
import io
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from rich.console import Console
from rich.progress import Progress

from bench import __main__ as command_line
from bench import build
from bench.build import Tour
from bench.contestants import check
from bench.contestants.hugo import Hugo
from bench.contestants.original import Original
from bench.contestants.pollcast import Pollcast
from bench.contestants.source import SourcePage
from bench.progress import Steps
from builder import search_files
from builder.content import read_content
from election.errors import MachineError, UsageError
from election.places import LANGUAGES

ALL = tuple(build.CONTESTANTS)


def measured(tour: Tour) -> list[build.Row]:
    return asyncio.run(measure(tour))


async def measure(tour: Tour) -> list[build.Row]:
    with Progress(disable=True) as progress:
        steps = Steps(progress, title="build", total=tour.stations)
        return [row async for row in build.measure_builds(tour, steps=steps)]


def printed(rows: list[build.Row]) -> str:
    text = io.StringIO()
    Console(file=text, width=command_line.WIDTH).print(build.build_table(rows))
    return text.getvalue()


def test_the_smallest_form_gives_figures_that_can_be_true_and_leaves_out_who_is_asked_to() -> None:
    rows = measured(Tour(sizes=[8, 24], contestants=ALL, most={"eleventy": 8, "pelican": 8}, builds=2))
    assert [(row.stations, row.contestant) for row in rows] == [
        (stations, name) for stations in (8, 24) for name in ("Pollcast", "Hugo", "Eleventy", "Pelican")
    ]
    results = [row for row in rows if isinstance(row, build.BuildResult)]
    assert results == rows[:6]
    for result in results:
        assert result.pages > 3 * result.stations
        for built in (result.cold, result.changed):
            assert 0 < built.cpu_seconds < 120
            assert built.wall_seconds > 0
            assert built.peak_bytes > 1e7
    small, large = ({result.pages for result in results if result.stations == stations} for stations in (8, 24))
    assert len(small) == len(large) == 1, "all make the same pages"
    assert max(small) < min(large)
    table = printed(rows)
    assert "cold x" in table
    assert "disk" not in table
    assert ["left out" in line for line in table.splitlines() if " 24 " in line] == [False, False, True, True]


def test_the_table_of_the_largest_elections_shows_every_figure() -> None:
    cold = build.Built(wall_seconds=1234.5, cpu_seconds=9876.5, peak_bytes=23_456_000_000)
    changed = build.Built(wall_seconds=12.345, cpu_seconds=1023.4, peak_bytes=7_890_000_000)
    rows: list[build.Row] = [
        build.BuildResult(contestant=name, stations=100_000, pages=300_408, cold=cold, changed=changed, in_memory=False)
        for name in ("Pollcast", "Hugo", "Eleventy")
    ]
    lines = printed([*rows, build.LeftOut(contestant="Pelican", stations=100_000)]).splitlines()
    shown = [" ".join(line.replace("│", "").split()) for line in lines if "100,000" in line]
    figures = "100,000 300,408 1234 9876 23456 12.35 1023 7890 1.000 0.010"
    assert shown[:3] == [f"{name} {figures}" for name in ("Pollcast", "Hugo", "Eleventy")]
    assert shown[3:] == ["Pelican 100,000 left out", "On a disk, not in memory: 100,000 stations."]


def test_pollcast_alone_is_compared_with_nothing_and_needs_no_second_site(monkeypatch: pytest.MonkeyPatch) -> None:
    def reference(_: Original) -> Path:
        raise AssertionError("There is nothing to compare.")

    monkeypatch.setattr(Original, "reference", property(reference))
    (row,) = measured(Tour(sizes=[4], contestants=["pollcast"], builds=2))
    assert isinstance(row, build.BuildResult)
    assert "Pollcast" in printed([row])


def test_sites_that_leave_a_build_too_little_memory_go_to_the_disk(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(build, "DISK", tmp_path)
    monkeypatch.setattr(build, "PART_OF_MEMORY", 0.0)
    (row,) = measured(Tour(sizes=[4], contestants=["pollcast"], builds=2))
    assert isinstance(row, build.BuildResult)
    assert not row.in_memory
    assert "On a disk, not in memory: 4 stations." in printed([row])
    assert list(tmp_path.iterdir()) == []


def test_sites_that_fit_nowhere_are_refused_before_anything_is_written(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(build, "DISK", tmp_path)
    monkeypatch.setattr(build, "STATION_BYTES", psutil.disk_usage(str(tmp_path)).total)
    with pytest.raises(MachineError, match=r"^5 sites of 4 stations need \d+ GB; .* has \d+ GB\."):
        measured(Tour(sizes=[4], contestants=ALL))
    assert list(tmp_path.iterdir()) == []


def test_who_takes_long_builds_once_and_the_table_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build, "LONG_SECONDS", 0.0)
    (row,) = measured(Tour(sizes=[4], contestants=["pollcast"], builds=3))
    assert isinstance(row, build.BuildResult)
    assert row.cold.once
    assert row.changed.once
    assert row.cold.wall_seconds > 0 < row.changed.wall_seconds
    assert row.cold.peak_bytes > 1e7
    assert "Pollcast*" in printed([row])
    assert "*: built once, timed while it was weighed." in printed([row])


class Endless(Pollcast):
    """A contestant that does not end."""

    def build(self, folder: Path) -> list[str]:
        return [sys.executable, "-c", "import time; open('begun', 'w'); time.sleep(3600)"]


def test_who_does_not_end_is_stopped_and_the_table_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    class Slow(Endless):
        name = "Slow"

    monkeypatch.setattr(build, "LIMIT_SECONDS", 2.0)
    monkeypatch.setattr(build, "CONTESTANTS", {"slow": Slow})
    (row,) = measured(Tour(sizes=[4], contestants=["slow"]))
    assert isinstance(row, build.Stopped)
    assert 2 <= row.after_seconds < 60
    assert row.peak_bytes > 1e6
    assert psutil.Process().children() == []
    cold = build.Built(wall_seconds=0.5, cpu_seconds=0.5, peak_bytes=1_000_000)
    hugo = build.BuildResult(contestant="Hugo", stations=4, pages=1, cold=cold, changed=cold, in_memory=True)
    stopped = build.Stopped(contestant="Slow", stations=4, after_seconds=2.0, peak_bytes=7_000_000)
    lines = printed([hugo, stopped]).splitlines()
    assert any(" ".join(line.replace("│", "").split()) == "Slow 4 > 2.00 > 7 > 4.0" for line in lines)
    assert ">: stopped before it had built." in printed([hugo, stopped])


def test_a_stop_ends_the_build_that_runs_and_leaves_nothing_behind(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(build, "DISK", tmp_path)
    monkeypatch.setattr(build, "PART_OF_MEMORY", 0.0)
    monkeypatch.setitem(build.CONTESTANTS, "pollcast", Endless)

    async def stop() -> None:
        async with asyncio.timeout(300):
            task = asyncio.create_task(measure(Tour(sizes=[4], contestants=["pollcast"])))
            while not list(tmp_path.glob("*/Pollcast/begun")):
                assert not task.done()
                await asyncio.sleep(0.05)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

    asyncio.run(stop())
    assert psutil.Process().children() == []
    assert list(tmp_path.iterdir()) == []


def test_the_cpu_time_of_a_build_is_that_of_its_children_too() -> None:
    work = "import time\nwhile time.process_time() < 0.5: pass"
    program = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {work!r}])"
    with subprocess.Popen([sys.executable, "-c", program]) as process:
        assert asyncio.run(build._wait(process, 0.0)).cpu_seconds >= 0.5


def test_a_contestant_that_builds_other_pages_is_no_contestant(monkeypatch: pytest.MonkeyPatch) -> None:
    def with_another_address(self: Hugo, page: SourcePage) -> tuple[str, str]:
        return source(self, replace(page, fields={**page.fields, "address": "elsewhere"}))

    source = Hugo.source
    monkeypatch.setattr(Hugo, "source", with_another_address)
    with pytest.raises(MachineError, match=r"^Hugo built another .*index\.html than Pollcast\.$"):
        measured(Tour(sizes=[4], contestants=["hugo"]))


def test_a_contestant_that_leaves_out_a_station_is_no_contestant(monkeypatch: pytest.MonkeyPatch) -> None:
    def as_one_file(self: Hugo, page: SourcePage) -> tuple[str, str]:
        path, text = source(self, page)
        return (f"content/{page.group}/one.md" if page.kind == "station" else path), text

    source = Hugo.source
    monkeypatch.setattr(Hugo, "source", as_one_file)
    with pytest.raises(MachineError, match=r"^Hugo built az pages with other stations: \d{3}-\d{3}.*\.$"):
        measured(Tour(sizes=[8], contestants=["hugo"]))


@pytest.mark.parametrize("bound", [1, 1000], ids=["in parts", "one file"])
def test_what_pollcasts_search_files_hold_is_read_back_from_every_form_of_them(tmp_path: Path, bound: int) -> None:
    content = read_content(Original(tmp_path, 30).folder / "content")
    parts = search_files.parts_of(content, parted=True)
    for path, body in search_files.search_files(content, parts, bound=bound).items():
        file = tmp_path / "site" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(body)
    for language in LANGUAGES:
        stations = [entry.station for place in content.constituencies for entry in content.stations[place.number]]
        assert len(stations) == 30
        assert check.searched(tmp_path / "site", language) == {
            station.id: (station.name.in_language(language), station.address.in_language(language))
            for station in stations
        }


@pytest.mark.parametrize("stations", ["", "many", "1000,", "0", "10,-1", "100001"])
def test_a_wrong_size_is_said_before_anything_is_measured(stations: str) -> None:
    with pytest.raises(UsageError, match="--stations: write numbers such as 1000,10000, at most 100000"):
        command_line.bench(stations=stations)


@pytest.mark.parametrize(
    ("option", "said"),
    [
        ({"contestants": "jekyll"}, "--contestants: there is no jekyll; there are pollcast, hugo, eleventy, pelican"),
        ({"most": "jekyll=10"}, "--most: there is no jekyll"),
        ({"most": "pelican"}, "--most: write numbers such as 1000, not nothing"),
        ({"most": "pelican=few"}, "--most: write numbers such as 1000, not few"),
    ],
)
def test_a_wrong_contestant_is_said_before_anything_is_measured(option: dict[str, str], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        command_line.bench(**option)  # type: ignore[arg-type] # options that are texts
