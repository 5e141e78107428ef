"""The packager's commands: `package` and `status`."""

from __future__ import annotations

import asyncio
import os
import re
import socket
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from election import cameras, configuration, toml_file
from election.cameras import Source
from election.errors import Fault, InputError, UsageError
from machine import binaries
from machine.lifetime import run_until_stopped
from upload import logs
from upload.cameras_watch import CamerasWatch
from upload.packager import Packager
from upload.status_table import read_report, status_table
from upload.store import open_store

DEFAULT_SPOOL = Path("spool")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,62}", re.ASCII)

ConfigOption = Annotated[Path, typer.Option("--config", help="The election's public facts.")]
CamerasOption = Annotated[Path, typer.Option("--cameras", help="Where the cameras are; private.")]
SpoolOption = Annotated[Path, typer.Option("--spool", help="Folder for segments on their way, and the journal.")]


def package(
    config: ConfigOption = Path(configuration.FILE_NAME),
    cameras_file: CamerasOption = Path(cameras.FILE_NAME),
    spool: SpoolOption = DEFAULT_SPOOL,
    name: Annotated[str, typer.Option("--name", help="This machine's name in reports.")] = socket.gethostname(),
    metrics_port: Annotated[
        int,
        typer.Option(
            "--metrics-port", min=0, max=65535, help="Serve metrics for Prometheus on this port of loopback; 0: off."
        ),
    ] = 0,
    json_logs: Annotated[bool, typer.Option("--json", help="Write logs as JSON, one object a line.")] = False,
) -> None:
    """Pull every camera and publish it, in the foreground, until stopped (Ctrl-C or SIGTERM)."""
    if not _NAME.fullmatch(name):
        raise UsageError(f"--name: {name!r} is no name; use letters, digits, hyphen, dot and underscore.")
    facts = configuration.read_configuration(config)
    hidden = logs.Hidden()

    def read(file: Path) -> tuple[Source, ...]:
        found = cameras.read_cameras(file)
        hidden.add(source.password for source in found if source.password is not None)
        return found

    watch = CamerasWatch(cameras_file, read)
    sources = read(cameras_file)
    limiter = logs.Limiter()
    logs.configure(json=json_logs or not sys.stderr.isatty(), hidden=hidden, limiter=limiter)
    try:
        store = open_store(facts.store.url, os.environ)
    except ValueError as error:
        line = toml_file.read_table(config)[1].get(("store", "url"), 0)
        raise InputError(Fault(file=config, line=line, field="store.url", message=f"{error}.")) from None
    binaries.ffmpeg()  # better missed now than by every camera
    packager = Packager(facts, sources, store=store, spool=spool, name=name, watch=watch, metrics_port=metrics_port)
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
) -> None:
    """Show what the packager on this machine knows: every rendition's state, bit rate, delay and faults."""
    report = read_report(spool)
    if json_output:
        typer.echo(report.body)
    else:
        Console().print(status_table(report))


def check_cameras(cameras_file: Path) -> list[Fault]:
    """Return every fault of `cameras.toml`."""
    try:
        cameras.read_cameras(cameras_file)
    except InputError as error:
        return list(error.faults)
    return []
