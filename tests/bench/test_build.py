from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console
from rich.progress import Progress

from bench import build
from bench.contestants.hugo import Hugo
from bench.contestants.source import SourcePage
from bench.progress import Steps
from election.errors import MachineError


def test_the_smallest_form_gives_figures_that_can_be_true() -> None:
    with Progress(disable=True) as progress:
        steps = Steps(progress, title="build", total=6)
        results = build.measure_builds([8, 24], list(build.CONTESTANTS), steps=steps, builds=1)
    assert [(result.stations, result.contestant) for result in results] == [
        (stations, name) for stations in (8, 24) for name in ("Pollcast", "Hugo", "Eleventy")
    ]
    for result in results:
        assert result.pages > 3 * result.stations
        for built in (result.cold, result.changed):
            assert 0 < built.cpu_seconds < 120
            assert built.wall_seconds > 0
            assert built.peak_bytes > 1e6
    assert results[0].pages < results[3].pages
    printed = io.StringIO()
    Console(file=printed, width=160).print(build.build_table(results))
    assert "cold x Hugo" in printed.getvalue()
    assert "Eleventy" in printed.getvalue()


def test_a_contestant_that_builds_other_pages_is_no_contestant(monkeypatch: pytest.MonkeyPatch) -> None:
    def add_all_but_notes(self: Hugo, folder: Path, page: SourcePage) -> None:
        if page.kind == "whole":
            add(self, folder, page)

    add = Hugo.add
    monkeypatch.setattr(Hugo, "add", add_all_but_notes)
    with Progress(disable=True) as progress:
        steps = Steps(progress, title="build", total=1)
        with pytest.raises(MachineError, match=r"^Hugo built another .*index\.html than Pollcast\.$"):
            build.measure_builds([4], ["hugo"], steps=steps, builds=1)
