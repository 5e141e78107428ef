"""`pollcast status`: the report of a spool, for people and programs."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from rich.console import Console

from election.errors import MachineError
from election.states import StationState
from tests.upload.packaging import FIRST, SECOND
from upload.health import RenditionHealth, node_report
from upload.status_table import read_report, status_table

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def written(folder: Path) -> Path:
    good = RenditionHealth(
        recorder="recording", bits_per_second=1_250_400, frame_rate=14.9, newest_end=NOON - timedelta(seconds=6.25)
    )
    bad = RenditionHealth(recorder="refused", detail="The camera's address did not answer.", restarts=7, waiting=3)
    stuck = RenditionHealth(recorder="recording", detail="old news", store="Put x failed.")
    stations = {
        FIRST: (StationState.LIVE, {"main": good, "sub": stuck}),
        SECOND: (StationState.OFFLINE, {"main": bad}),
    }
    report = node_report("node-7", stations, now=NOON, generation=4, spool_free_bytes=1)
    (folder / "status.json").write_bytes(report)
    return folder


def test_the_table_has_one_row_a_rendition_with_what_is_wrong(tmp_path: Path) -> None:
    out = io.StringIO()
    Console(file=out, width=160).print(status_table(read_report(written(tmp_path))))
    title, *lines = out.getvalue().splitlines()
    assert title.strip() == "node-7 at 2026-11-24T12:00:00.000Z, generation 4"
    rows = [[cell.strip() for cell in line.split("│")[1:-1]] for line in lines if "034-0" in line]
    assert rows == [
        ["034-012", "live", "main", "recording", "1250", "14.9", "6.2", "0", "0", ""],
        ["034-012", "live", "sub", "recording", "0", "0", "", "0", "0", "Put x failed."],
        ["034-013", "offline", "main", "refused", "0", "0", "", "3", "7", "The camera's address did not answer."],
    ]


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
