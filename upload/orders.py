"""`orders.toml`: what operators have ordered for stations, oldest first. It survives a wiped spool.

::

    [[order]]
    time = 2026-11-29T23:41:07+04:00
    do = "close"                          # pause, resume, close or reopen
    stations = ["034-012", "034-013"]
    reason = "The protocol is signed."    # may be left out

`pollcast order` adds to it, the packager follows it. Nothing is ever taken out of it, so it also tells what was
ordered when.
"""

from __future__ import annotations

import fcntl
import itertools
import json
import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from election import toml_file
from election.errors import Fault, InputError, MachineError
from election.ids import StationId, parse_station_id
from election.schedule import Command, Order
from election.wording import say
from machine.files import write_atomically

FILE_NAME = "orders.toml"
LONGEST_REASON = 200
Orders = Mapping[StationId, tuple[Order, ...]]
"""Each station's orders, oldest first."""
_HEADER = "# What operators ordered, oldest first: written by `pollcast order`, followed by the packager.\n"


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class OrderTable(_Table):
    """One order for some stations: `[[order]]`."""

    time: datetime
    do: Literal["pause", "resume", "close", "reopen"]
    stations: list[str]
    reason: str = Field(default="", max_length=LONGEST_REASON)

    @field_validator("time")
    @classmethod
    def _is_a_moment(cls, time: datetime) -> datetime:
        if time.tzinfo is None:
            raise ValueError(say("write the time with its offset from UTC, such as 2026-11-29T23:41:07+04:00"))
        return time

    @field_validator("stations")
    @classmethod
    def _are_stations(cls, stations: list[str]) -> list[str]:
        if not stations:
            raise ValueError(say('name at least one station, such as "034-012"'))
        seen: set[str] = set()
        for text in stations:
            if parse_station_id(text) in seen:
                raise ValueError(say("{word} stands twice; remove one of them", word=text))
            seen.add(text)
        return stations

    @field_validator("reason")
    @classmethod
    def _is_one_line(cls, reason: str) -> str:
        if not reason.isprintable():
            raise ValueError(say("write the reason in one line"))
        return reason


class OrdersFile(_Table):
    """The whole of `orders.toml`."""

    order: list[OrderTable] = []


def read_orders(path: Path) -> Orders:
    """Read `orders.toml`; where there is none, nothing was ordered. Raises `InputError` with every fault."""
    return read_written_orders(path) if os.path.lexists(path) else {}


def read_written_orders(path: Path) -> Orders:
    """Read an `orders.toml` that must be there; raise `InputError` with every fault."""
    table, lines = toml_file.read_table(path)
    try:
        tables = OrdersFile.model_validate(table).order
    except ValidationError as error:
        raise InputError(*toml_file.faults_of(error, path, lines, OrdersFile)) from None
    faults = [
        Fault(
            file=path,
            line=lines.get(("order", index + 1, "time"), 0),
            field=f"order[{index + 2}].time",
            message=say("is earlier than that of the order before it; orders stand in the order of their times."),
        )
        for index, (before, after) in enumerate(itertools.pairwise(tables))
        if after.time < before.time
    ]
    if faults:
        raise InputError(*faults)
    found: dict[StationId, list[Order]] = defaultdict(list)
    for each in tables:
        order = Order(command=Command(each.do), time=each.time, reason=each.reason)
        for station in each.stations:
            found[StationId(station)].append(order)
    return {station: tuple(orders) for station, orders in found.items()}


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the one right to change the orders at `path`: another change waits. Raises `MachineError`."""
    try:
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise MachineError(f"The folder of {path} cannot be opened: {error.strerror}.") from error
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def add_order(path: Path, command: Command, stations: Iterable[StationId], *, at: datetime, reason: str = "") -> None:
    """Add an order to the file at `path`, which the caller has locked.

    What stands there stays as it is. `at` keeps its offset, and is moved to the newest order where the clock was set
    back. The file is written whole or not at all; raises `InputError` where it is not right, `MachineError` where it
    cannot be written.
    """
    newest = max((orders[-1].time for orders in read_orders(path).values()), default=at)
    time = max(at, newest.astimezone(at.tzinfo))
    lines = [
        "[[order]]",
        f"time = {time.isoformat(timespec='milliseconds')}",
        f"do = {_quoted(command)}",
        f"stations = [{', '.join(map(_quoted, sorted(stations)))}]",
        *([f"reason = {_quoted(reason)}"] if reason else []),
    ]
    try:
        text = path.read_text(encoding="utf-8") if path.exists() else _HEADER
        separator = "\n" if text.endswith("\n") else "\n\n"
        write_atomically(path, (text + separator + "\n".join(lines) + "\n").encode(), durable=True)
    except OSError as error:
        raise MachineError(f"The orders {path} cannot be written: {error.strerror}.") from error


def _quoted(text: str) -> str:
    """Return a TOML basic string: what JSON escapes, TOML escapes alike, but for DEL."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
