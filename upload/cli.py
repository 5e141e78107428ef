"""The packager's commands: `package` and `status`."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import socket
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console, RenderableType
from rich.live import Live
from rich.text import Text

from election import cameras, configuration
from election.cameras import Source
from election.errors import Fault, InputError, MachineError, UsageError
from election.schedule import schedule_of
from machine import binaries
from machine.lifetime import run_until_stopped
from upload import logs, orders
from upload.cameras_watch import CamerasWatch
from upload.file_watch import FileWatch
from upload.packager import Packager
from upload.spool_budget import parse_size
from upload.standings import Standings, orders_reader
from upload.status_table import read_report, status_view
from upload.store import open_address
from upload.store_setting import store_address

DEFAULT_SPOOL = Path("spool")
ORDERS_LOOK_SECONDS = 0.5
WATCH_SECONDS = 1.0
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,62}", re.ASCII)

ConfigOption = Annotated[Path, typer.Option("--config", help="The election's public facts.")]
CamerasOption = Annotated[
    Path, typer.Option("--cameras", help="Where the cameras are; private. Followed while it runs.")
]
OrdersOption = Annotated[
    Path | None,
    typer.Option(
        "--orders", help="What operators ordered, followed while it runs; else orders.toml beside the cameras."
    ),
]
SpoolOption = Annotated[Path, typer.Option("--spool", help="Folder for segments on their way, and the journal.")]


def package(
    config: ConfigOption = Path(configuration.FILE_NAME),
    cameras_file: CamerasOption = Path(cameras.FILE_NAME),
    spool: SpoolOption = DEFAULT_SPOOL,
    spool_budget: Annotated[
        str,
        typer.Option(
            "--spool-budget",
            metavar="SIZE",
            help="How much of the disk unsent segments may take, such as 200G; without it, all of it.",
        ),
    ] = "",
    name: Annotated[str, typer.Option("--name", help="This machine's name in reports.")] = socket.gethostname(),
    metrics_port: Annotated[
        int,
        typer.Option(
            "--metrics-port", min=0, max=65535, help="Serve metrics for Prometheus on this port of loopback; 0: off."
        ),
    ] = 0,
    single_writer: Annotated[
        bool,
        typer.Option(
            "--single-writer",
            help="Publish to a store without conditional writes: you vouch that no other packager publishes these "
            "stations.",
        ),
    ] = False,
    json_logs: Annotated[bool, typer.Option("--json", help="Write logs as JSON, one object a line.")] = False,
    rehearsal: Annotated[
        bool, typer.Option("--rehearsal", help="Publish at once, whatever the time; orders still count.")
    ] = False,
    orders_file: OrdersOption = None,
) -> None:
    """Pull every camera and publish it, in the foreground, until stopped (Ctrl-C or SIGTERM).

    Pictures begin some time before voting, and go on past midnight until each station is closed by an order.

    A change of the cameras or the orders file is taken over at once, without the other cameras noticing; one with
    faults is refused as a whole.
    """
    if not _NAME.fullmatch(name):
        raise UsageError(f"--name: {name!r} is no name; use letters, digits, hyphen, dot and underscore.")
    try:
        budget = parse_size(spool_budget) if spool_budget else None
    except ValueError as error:
        raise UsageError(f"--spool-budget: {error}.") from None
    facts = configuration.read_configuration(config)
    hidden = logs.Hidden()

    def read(file: Path) -> tuple[Source, ...]:
        try:
            found = cameras.read_cameras(file)
        except InputError as error:  # a known password may stand in a field where none belongs
            raise InputError(
                *(
                    replace(fault, field=hidden.text(fault.field), message=hidden.text(fault.message))
                    for fault in error.faults
                )
            ) from None
        hidden.add(source.password for source in found if source.password is not None)
        return found

    watch = CamerasWatch(cameras_file, read)
    sources = read(cameras_file)
    orders_path = orders_file or cameras_file.parent / orders.FILE_NAME
    ordered = orders.read_orders(orders_path)
    orders_watch = FileWatch(orders_path, orders_reader(ordered), look_seconds=ORDERS_LOOK_SECONDS)
    standings = Standings(None if rehearsal else schedule_of(facts.election), ordered)
    limiter = logs.Limiter()
    logs.configure(json=json_logs or not sys.stderr.isatty(), hidden=hidden, limiter=limiter)
    store = open_address(store_address(facts, config), os.environ)
    binaries.ffmpeg()  # better missed now than by every camera
    packager = Packager(
        facts,
        sources,
        store=store,
        spool=spool,
        name=name,
        watch=watch,
        metrics_port=metrics_port,
        single_writer=single_writer,
        spool_budget=budget,
        standings=standings,
        orders_watch=orders_watch,
    )
    run_until_stopped(_run(packager, limiter))


async def _run(packager: Packager, limiter: logs.Limiter) -> None:
    telling = asyncio.create_task(limiter.keep_telling())
    try:
        await packager.run()
    finally:
        telling.cancel()


def status(
    spool: SpoolOption = DEFAULT_SPOOL,
    json_output: Annotated[bool, typer.Option("--json", help="Print the report itself, as JSON.")] = False,
    watch: Annotated[bool, typer.Option("--watch", help="Show it anew each second, until Ctrl-C.")] = False,
) -> None:
    """Show what the packager on this machine knows: every rendition's state, bit rate, delay and faults.

    Also how old that is, and what is wrong in a cameras file that was changed and refused.
    """
    if watch and json_output:
        raise UsageError("--watch: is for people; leave out --json, or read status.json in the spool.")
    if watch:
        _watch(spool)
        return
    report = read_report(spool)
    if json_output:
        typer.echo(report.body)
    else:
        Console().print(status_view(report, now=datetime.now(UTC)))


def _watch(spool: Path) -> None:
    """Show the report anew each second until Ctrl-C; a report that is away for a moment is said so and waited for."""
    console = Console()

    def view() -> RenderableType:
        try:
            return status_view(read_report(spool), now=datetime.now(UTC))
        except MachineError as error:
            return Text(str(error))

    with contextlib.suppress(KeyboardInterrupt):
        if not console.is_terminal:
            while True:
                console.print(view())
                time.sleep(WATCH_SECONDS)
        with Live(view(), console=console, auto_refresh=False) as live:
            while True:
                live.refresh()
                time.sleep(WATCH_SECONDS)
                live.update(view())


def check_orders(orders_file: Path) -> list[Fault]:
    """Return every fault of `orders.toml`; none where there is no such file."""
    try:
        orders.read_orders(orders_file)
    except InputError as error:
        return list(error.faults)
    return []


def check_store(facts: configuration.Configuration, config: Path) -> list[Fault]:
    """Return what is wrong with the store that `facts`, read from `config`, name."""
    try:
        store_address(facts, config)
    except InputError as error:
        return list(error.faults)
    return []


def check_cameras(cameras_file: Path) -> list[Fault]:
    """Return every fault of `cameras.toml`."""
    try:
        cameras.read_cameras(cameras_file)
    except InputError as error:
        return list(error.faults)
    return []
