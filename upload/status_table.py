"""A machine's report as people read it: its age, a table, what was refused, totals."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from election.errors import Fault, MachineError
from election.states import StationState
from upload.health import REPORT_VERSION

STOPPED_SECONDS = 15.0
"""The packager reports every five seconds; a report older than this is from one that does not run."""


@dataclass(frozen=True, kw_only=True)
class Report:
    """`status.json` of a spool, as it lies there and parsed."""

    body: str
    data: dict[str, Any]


def read_report(spool: Path) -> Report:
    """Return the newest report of the packager that uses `spool`."""
    file = spool / "status.json"
    try:
        body = file.read_text(encoding="utf-8")
        data = json.loads(body)
    except FileNotFoundError:
        raise MachineError(
            f"There is no report at {file}.", hint="Start pollcast package, or name its folder with --spool."
        ) from None
    except (OSError, ValueError) as error:
        raise MachineError(f"The report {file} cannot be read: {error}.") from error
    if not isinstance(data, dict) or data.get("version") != REPORT_VERSION:
        raise MachineError(f"The report {file} cannot be read: it is none of version {REPORT_VERSION}.")
    return Report(body=body, data=data)


def status_view(report: Report, *, now: datetime) -> Group:
    """Return the whole view: how old the report is, what was refused, a row a rendition, totals by state."""
    parts: list[RenderableType] = [Text(_age(report, now))]
    if notice := report.data.get("notice", ""):
        parts.append(Text(notice, style="bold"))
    parts.append(_table(report))
    refused = report.data.get("refused", [])
    for file in dict.fromkeys(fault["file"] for fault in refused):
        parts.append(Text(f"{Path(file).name} was refused, the old one goes on:", style="red"))
        parts += [Text(_fault(fault)) for fault in refused if fault["file"] == file]
    parts.append(Text(_totals(report)))
    return Group(*parts)


def _age(report: Report, now: datetime) -> str:
    """Say how old the report is, and that the packager has stopped where it is too old for one that runs."""
    seconds = max(0.0, (now - datetime.fromisoformat(report.data["written"])).total_seconds())
    told = f"{report.data['node']}: reported {_duration(seconds)} ago"
    if seconds <= STOPPED_SECONDS:
        return told
    return f"{told}. THE PACKAGER HAS STOPPED: this is how it was then. Start pollcast package."


def _duration(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.0f} s"
    minutes = int(seconds // 60)
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h {minutes % 60} min"


def _fault(fault: Mapping[str, Any]) -> str:
    return "  " + str(
        Fault(file=Path(fault["file"]), line=fault["line"], field=fault["field"], message=fault["message"])
    )


def _totals(report: Report) -> str:
    stations = report.data["stations"]
    counts = Counter(entry["state"] for entry in stations.values())
    renditions = [health for entry in stations.values() for health in entry["renditions"].values()]
    states = ", ".join(f"{counts[state]} {state}" for state in StationState if counts[state])
    recording = sum(health["recorder"] == "recording" for health in renditions)
    megabits = sum(health["bits_per_second"] for health in renditions) / 1_000_000
    return (
        f"{len(stations)} stations{': ' if states else ''}{states}; "
        f"{recording} of {len(renditions)} streams recording, {megabits:.1f} Mbit/s"
    )


def _table(report: Report) -> Table:
    """Return one row a rendition: state, recorder, bit rate, frame rate, delay, waiting, restarts, what is wrong."""
    data = report.data
    table = Table()
    for heading in ("station", "state", "stream", "recorder"):
        table.add_column(heading)
    for heading in ("kbit/s", "frames/s", "delay s", "waiting", "restarts"):
        table.add_column(heading, justify="right")
    table.add_column("fault", overflow="fold")
    for station, entry in data["stations"].items():
        for name, health in entry["renditions"].items():
            delay = health["delay_seconds"]
            table.add_row(
                station,
                entry["state"],
                name,
                health["recorder"],
                f"{health['bits_per_second'] / 1000:.0f}",
                f"{health['frame_rate']:g}",
                "" if delay is None else f"{delay:.1f}",
                str(health["waiting"]),
                str(health["restarts"]),
                Text(health["store"] or health["detail"] or health["demand"]),
            )
    return table
