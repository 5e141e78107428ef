"""`pollcast status`: the report of a spool, for people and programs."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from rich.console import Console

from election.errors import Fault, MachineError
from election.states import StationState
from tests.upload.packaging import FIRST, SECOND
from upload.health import RenditionHealth, node_report
from upload.status_table import read_report, status_view

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def written(folder: Path) -> Path:
    good = RenditionHealth(
        recorder="recording", bits_per_second=1_250_400, frame_rate=14.9, newest_end=NOON - timedelta(seconds=6.25)
    )
    bad = RenditionHealth(recorder="refused", detail="The camera's address did not answer.", restarts=7, waiting=3)
    stuck = RenditionHealth(recorder="recording", detail="old news", store="Put x failed.")
    stations = {
        FIRST: (StationState.LIVE, 4, {"main": good, "sub": stuck}),
        SECOND: (StationState.OFFLINE, 0, {"main": bad}),
    }
    report = node_report("node-7", stations, now=NOON, spool_free_bytes=1)
    (folder / "status.json").write_bytes(report)
    return folder


def test_the_table_has_one_row_a_rendition_with_what_is_wrong(tmp_path: Path) -> None:
    out = io.StringIO()
    Console(file=out, width=160).print(status_view(read_report(written(tmp_path)), now=NOON + timedelta(seconds=4)))
    title, *lines, totals = out.getvalue().splitlines()
    assert title.strip() == "node-7: reported 4 s ago"
    assert totals.strip() == "2 stations: 1 live, 1 offline; 2 of 3 streams recording, 1.3 Mbit/s"
    rows = [[cell.strip() for cell in line.split("│")[1:-1]] for line in lines if "034-0" in line]
    assert rows == [
        ["034-012", "live", "main", "recording", "1250", "14.9", "6.2", "0", "0", ""],
        ["034-012", "live", "sub", "recording", "0", "0", "", "0", "0", "Put x failed."],
        ["034-013", "offline", "main", "refused", "0", "0", "", "3", "7", "The camera's address did not answer."],
    ]


def shown(folder: Path, *, age: float) -> str:
    out = io.StringIO()
    Console(file=out, width=160).print(status_view(read_report(folder), now=NOON + timedelta(seconds=age)))
    return out.getvalue()


@pytest.mark.parametrize(("age", "told"), [(16, "16 s"), (119, "119 s"), (600, "10 min"), (7380, "2 h 3 min")])
def test_an_old_report_says_how_old_it_is_and_that_the_packager_has_stopped(
    tmp_path: Path, age: float, told: str
) -> None:
    assert f"reported {told} ago. THE PACKAGER HAS STOPPED" in shown(written(tmp_path), age=age)
    assert "STOPPED" not in shown(tmp_path, age=15)


def test_the_faults_of_a_refused_file_are_shown_as_they_were_told(tmp_path: Path) -> None:
    fault = Fault(file=Path("cameras.toml"), line=7, field="camera[2].main", message="holds [red]no[/] host.")
    report = node_report("node-7", {}, now=NOON, spool_free_bytes=1, refused=[fault])
    (tmp_path / "status.json").write_bytes(report)
    text = shown(tmp_path, age=0)
    assert "cameras.toml was refused, the old one goes on:" in text
    assert "  cameras.toml:7: camera[2].main: holds [red]no[/] host." in text
    assert "0 stations; 0 of 0 streams recording" in text


def test_the_faults_of_two_refused_files_stand_each_below_its_file(tmp_path: Path) -> None:
    faults = [
        Fault(file=Path(f"etc/{name}.toml"), line=0, field="", message="is gone.") for name in ("cameras", "orders")
    ]
    report = node_report("node-7", {}, now=NOON, spool_free_bytes=1, refused=faults)
    (tmp_path / "status.json").write_bytes(report)
    lines = [line.strip() for line in shown(tmp_path, age=0).splitlines()]
    assert lines[lines.index("cameras.toml was refused, the old one goes on:") + 1] == "etc/cameras.toml: is gone."
    assert lines[lines.index("orders.toml was refused, the old one goes on:") + 1] == "etc/orders.toml: is gone."


def test_why_nothing_runs_is_said_above_the_table(tmp_path: Path) -> None:
    report = node_report("node-7", {}, now=NOON, spool_free_bytes=1, notice="It is not time yet.")
    (tmp_path / "status.json").write_bytes(report)
    assert shown(tmp_path, age=0).splitlines()[1].strip() == "It is not time yet."


def test_the_report_is_given_to_programs_as_it_lies_there(tmp_path: Path) -> None:
    report = read_report(written(tmp_path))
    assert report.body.encode() == (tmp_path / "status.json").read_bytes()
    assert report.data["node"] == "node-7"


def test_a_spool_without_a_report_is_told_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(MachineError, match=r"There is no report at .*status\.json\. Start pollcast package, or name"):
        read_report(tmp_path)


@pytest.mark.parametrize("body", [b"{", b"\xff\xfe", b"[]", b'"text"', b'{"version": 2}'])
def test_a_report_that_is_none_is_told(tmp_path: Path, body: bytes) -> None:
    (tmp_path / "status.json").write_bytes(body)
    with pytest.raises(MachineError, match=r"The report .*status\.json cannot be read: "):
        read_report(tmp_path)
