"""The command `pollcast order`: what operators order for stations, added to `orders.toml`, and what was ordered."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from election import cameras
from election.errors import UsageError
from election.ids import StationId
from election.number_forms import parse_station
from election.schedule import Command, Phase, standing
from upload import orders
from upload.orders import LONGEST_REASON, Orders


class Verb(StrEnum):
    """What `pollcast order` does."""

    PAUSE = "pause"
    RESUME = "resume"
    CLOSE = "close"
    REOPEN = "reopen"
    LIST = "list"


def order(
    verb: Annotated[Verb, typer.Argument(help="What to do.", show_choices=True)],
    stations: Annotated[list[str] | None, typer.Argument(metavar="STATION…", help="Such as 034-012 or 34-12.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Every station of the cameras file.")] = False,
    reason: Annotated[str, typer.Option("--reason", help="Why, for other operators.")] = "",
    cameras_file: Annotated[Path, typer.Option("--cameras", help="Where the cameras are.")] = Path(cameras.FILE_NAME),
    orders_file: Annotated[
        Path | None, typer.Option("--orders", help="Where orders are kept; else orders.toml beside the cameras.")
    ] = None,
    json_output: Annotated[bool, typer.Option("--json", help="With list: print it as JSON.")] = False,
) -> None:
    """Pause, resume, close or reopen stations, or list what was ordered; the packager follows within two seconds.

    A closed station ends for good: its playlists end. Reopen is for a mistake.
    """
    file = orders_file or cameras_file.parent / orders.FILE_NAME
    if verb is Verb.LIST:
        _list(orders.read_orders(file), [_station(text) for text in stations or ()], as_json=json_output)
        return
    command = Command(verb.value)
    chosen = _chosen(stations or [], cameras_file, every=every)
    if len(reason) > LONGEST_REASON or not reason.isprintable():
        raise UsageError(f"--reason: write it in one line of at most {LONGEST_REASON} characters.")
    with orders.locked(file):
        due = _due(command, chosen, orders.read_orders(file), every=every)
        if due:
            orders.add_order(file, command, due, at=datetime.now().astimezone(), reason=reason)
    idle = len(chosen) - len(due)
    told = f"{verb} is ordered for {_counted(len(due))}." if due else f"Nothing to {verb}."
    typer.echo(told + (f" {_counted(idle)} needed no order." if due and idle else ""))


def _counted(number: int) -> str:
    return f"{number} station{'' if number == 1 else 's'}"


def _station(text: str) -> StationId:
    try:
        return parse_station(text)
    except ValueError as error:
        raise UsageError(f"{text}: {error}.") from None


def _chosen(texts: Sequence[str], cameras_file: Path, *, every: bool) -> list[StationId]:
    if every == bool(texts):
        raise UsageError("Name stations, such as 034-012, or give --all.")
    named = list(dict.fromkeys(_station(text) for text in texts))
    # Only which stations there are is asked: whether their passwords are at hand is no matter here.
    known = cameras.read_stations(cameras_file)
    unknown = [station for station in named if station not in known]
    if unknown:
        raise UsageError(f"{', '.join(unknown)}: no camera in {cameras_file} has such a station.")
    return named or sorted(known)


def _due(command: Command, stations: Sequence[StationId], given: Orders, *, every: bool) -> list[StationId]:
    """Return the stations that need the order.

    Raises `UsageError` where one is closed that was named to be paused or resumed.
    """
    due = []
    for station in stations:
        phase = standing(None, given.get(station, ()), datetime.now(UTC)).phase
        match command:
            case Command.PAUSE | Command.RESUME if phase is Phase.CLOSED:
                if not every:
                    raise UsageError(f"{station} is closed.", hint=f"Reopen it first: pollcast order reopen {station}")
            case Command.PAUSE:
                due += [station] if phase is Phase.OPEN else []
            case Command.RESUME:
                due += [station] if phase is Phase.PAUSED else []
            case Command.CLOSE:
                due += [station] if phase is not Phase.CLOSED else []
            case Command.REOPEN:  # also for what the clock has closed, which is not known here
                due += [station] if phase is Phase.CLOSED or not every else []
    return due


def _list(given: Orders, stations: Sequence[StationId], *, as_json: bool) -> None:
    rows = sorted(
        (each.time, station, each.command, each.reason)
        for station, each_orders in given.items()
        for each in each_orders
        if not stations or station in stations
    )
    if as_json:
        found = [
            {"time": time.isoformat(), "station": station, "order": command, "reason": reason}
            for time, station, command, reason in rows
        ]
        typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    if not rows:
        typer.echo("Nothing was ordered.")
        return
    table = Table("time", "station", "order", "reason")
    for time, station, command, reason in rows:
        table.add_row(f"{time:%Y-%m-%d %H:%M:%S %z}", station, str(command), Text(reason))
    Console().print(table)
