"""A machine's report as a table for people."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.table import Table

from election.errors import MachineError
from upload.health import REPORT_VERSION


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


def status_table(report: Report) -> Table:
    """Return one row a rendition: state, recorder, bit rate, frame rate, delay, waiting, restarts, what is wrong."""
    data = report.data
    table = Table(title=f"{data['node']} at {data['written']}, generation {data['generation']}", title_justify="left")
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
                health["store"] or health["detail"],
            )
    return table
