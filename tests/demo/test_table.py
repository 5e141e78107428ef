"""What the demo's table says of each station."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from rich.console import Console

from demo.table import StationLine, read_lines, table_of
from election.ids import StationId
from election.states import StationState
from upload.health import RenditionHealth, node_report

NOW = datetime(2026, 11, 24, 8, 0, 30, tzinfo=UTC)
ONE, TWO = StationId("001-001"), StationId("034-012")


def report(folder: Path) -> Path:
    main = RenditionHealth(bits_per_second=1_000_400, newest_end=NOW - timedelta(seconds=9), detail="")
    sub = RenditionHealth(bits_per_second=250_000, newest_end=NOW - timedelta(seconds=5))
    dead = RenditionHealth(detail="The camera's address refused: Connection refused.")
    stations = {
        ONE: (StationState.LIVE, 1, {"main": main, "sub": sub}),
        TWO: (StationState.OFFLINE, 0, {"main": dead}),
    }
    file = folder / "status.json"
    file.write_bytes(node_report("demo", stations, now=NOW, spool_free_bytes=1))
    return file


def test_before_the_first_report_every_station_is_scheduled(tmp_path: Path) -> None:
    (line,) = read_lines(tmp_path / "status.json", [ONE], now=NOW)
    assert line == StationLine(station=ONE, state=StationState.SCHEDULED, kilobits=0, delay=None, fault="")


def test_a_station_shows_the_sum_of_its_streams_and_the_newest_of_their_pictures(tmp_path: Path) -> None:
    one, two = read_lines(report(tmp_path), [ONE, TWO], now=NOW)
    assert (one.state, one.kilobits, one.delay, one.fault) == (StationState.LIVE, 1250, 5.0, "")
    assert (two.state, two.kilobits, two.delay) == (StationState.OFFLINE, 0, None)
    assert two.fault == "The camera's address refused: Connection refused."


def test_the_delay_is_the_reports_own_until_the_report_is_old(tmp_path: Path) -> None:
    file = report(tmp_path)
    for seconds, delay in ((4, 5.0), (60, 65.0)):
        (one,) = read_lines(file, [ONE], now=NOW + timedelta(seconds=seconds))
        assert one.delay == delay


def test_the_table_names_the_page_of_a_station_or_its_fault(tmp_path: Path) -> None:
    console = Console(width=120, record=True, file=(tmp_path / "out").open("w"))
    lines = read_lines(report(tmp_path), [ONE, TWO], now=NOW)
    console.print(table_of(lines, edge="http://127.0.0.1:8080/", restarts=1))
    console.file.close()
    text = console.export_text()
    assert "http://127.0.0.1:8080/en/station/001-001/" in text
    assert "1250" in text
    assert "5.0" in text
    assert "Connection refused" in text
    assert "the packager was started again once" in text


def test_the_report_is_the_packagers_own(tmp_path: Path) -> None:
    assert json.loads(report(tmp_path).read_text())["node"] == "demo"
