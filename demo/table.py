"""The demo's table: each station's state, bit rate and delay, from the packager's own report."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from rich.table import Table

from election.ids import StationId
from election.states import StationState

FRESH = timedelta(seconds=10)
"""The packager reports every five seconds; a report older than this is from one that does not run."""
_STYLES = {StationState.LIVE: "green", StationState.DELAYED: "yellow", StationState.OFFLINE: "red"}


@dataclass(frozen=True, kw_only=True)
class StationLine:
    """What the table says of one station."""

    station: StationId
    state: StationState
    kilobits: int
    """kbit/s of all its streams."""
    delay: float | None
    """Seconds the newest picture in the store lies behind now; None before the first."""
    fault: str
    """What is wrong, '' when all is well."""


def read_lines(report: Path, stations: Sequence[StationId], *, now: datetime) -> list[StationLine]:
    """Return a line for each of `stations`; before the packager's first report they are all scheduled."""
    try:
        found = json.loads(report.read_bytes())
    except FileNotFoundError:
        found = {"written": now.isoformat(), "stations": {}}
    written = datetime.fromisoformat(found["written"])
    # A fresh report tells the delay at its own moment; an old one means that nothing has been published since.
    moment = written if now - written < FRESH else now
    return [_line(station, found["stations"].get(station), moment) for station in stations]


def _line(station: StationId, entry: Mapping[str, Any] | None, now: datetime) -> StationLine:
    if entry is None:
        return StationLine(station=station, state=StationState.SCHEDULED, kilobits=0, delay=None, fault="")
    renditions = entry["renditions"].values()
    ends = [datetime.fromisoformat(health["newest_end"]) for health in renditions if health["newest_end"]]
    return StationLine(
        station=station,
        state=StationState(entry["state"]),
        kilobits=round(sum(health["bits_per_second"] for health in renditions) / 1000),
        delay=max(0.0, (now - max(ends)).total_seconds()) if ends else None,
        fault=next((text for health in renditions if (text := health["store"] or health["detail"])), ""),
    )


def table_of(lines: Sequence[StationLine], *, edge: str, restarts: int) -> Table:
    """Return the table. `edge` is the site's address with its slash, `restarts` how often the packager began anew."""
    again = f"; the packager was started again {restarts} times" if restarts > 1 else ""
    again = "; the packager was started again once" if restarts == 1 else again
    table = Table(
        title=f"{datetime.now(UTC):%H:%M:%S} UTC{again}",
        caption=f"Watch at {edge} – Ctrl-C ends everything.",
        title_justify="left",
        caption_justify="left",
    )
    for heading in ("station", "state"):
        table.add_column(heading, no_wrap=True)
    for heading in ("kbit/s", "delay s"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("page", overflow="fold")
    for line in lines:
        table.add_row(
            line.station,
            f"[{_STYLES.get(line.state, 'default')}]{line.state}[/]",
            str(line.kilobits) if line.kilobits else "",
            "" if line.delay is None else f"{line.delay:.1f}",
            line.fault or f"{edge}en/station/{line.station}/",
        )
    return table
