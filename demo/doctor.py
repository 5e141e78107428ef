"""The command `doctor`: what is missing on this machine, and how to get it."""

from __future__ import annotations

import asyncio
import json
import platform
import resource
import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from builder import assets
from demo.workplace import NEEDED_BYTES
from election.errors import MachineError, PollcastError
from machine import binaries, process

OLDEST_PYTHON = (3, 11)
FILES_A_RENDITION = 8
"""Descriptors the packager holds for one rendition: two connections, two pipes, and what lies between."""
FILES_WANTED = 4096
_INOTIFY = Path("/proc/sys/fs/inotify")
_WATCHES_WANTED = 8192


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing looked at."""

    subject: str
    well: bool
    needed: bool
    """Whether Pollcast cannot do without; what is only wanted does not fail the command."""
    found: str
    advice: str
    """What to do, '' when all is well."""


def doctor(
    json_output: Annotated[bool, typer.Option("--json", help="Print the findings as JSON.")] = False,
) -> None:
    """Say what is missing on this machine, and how to get it. Exit code 1 when something needed is missing."""
    findings = examine()
    if json_output:
        typer.echo(json.dumps([asdict(finding) for finding in findings], ensure_ascii=False, indent=2))
    else:
        Console().print(_table(findings))
    if any(finding.needed and not finding.well for finding in findings):
        raise typer.Exit(1)


def examine() -> list[Finding]:
    """Look at everything Pollcast uses; changes nothing."""
    return [
        _python(),
        _program("ffmpeg", binaries.ffmpeg, "-version", "cuts the streams"),
        _program("weed (SeaweedFS)", binaries.weed, "version", "the demo's object store"),
        _program("caddy", binaries.caddy, "version", "the edge"),
        _viewer_library(),
        _disk(),
        _open_files(),
        *_watches(),
    ]


def _python() -> Finding:
    well = sys.version_info[:2] >= OLDEST_PYTHON
    oldest = ".".join(str(number) for number in OLDEST_PYTHON)
    return Finding(
        subject="Python",
        well=well,
        needed=True,
        found=platform.python_version(),
        advice="" if well else f"Install Python {oldest} or newer, then make clean and make setup PYTHON=….",
    )


def _program(subject: str, find: Callable[[], Path], argument: str, purpose: str) -> Finding:
    try:
        path = find()
        lines = asyncio.run(process.run([str(path), argument], name=subject, timeout=20))
        version = next((line for line in lines if "version" in line or line.startswith("v")), lines[0] if lines else "")
        words = [word for word in version.split() if any(character.isdigit() for character in word)]
        return Finding(
            subject=subject, well=True, needed=True, found=f"{words[0] if words else version} ({purpose})", advice=""
        )
    except PollcastError as error:
        return Finding(subject=subject, well=False, needed=True, found=error.message, advice=error.hint)


def _viewer_library() -> Finding:
    try:
        assets.collect(library=assets.LIBRARY)
    except MachineError as error:
        return Finding(subject="hls.js", well=False, needed=True, found=error.message, advice=error.hint)
    return Finding(subject="hls.js", well=True, needed=True, found="there (the viewer's player)", advice="")


def _disk() -> Finding:
    free = shutil.disk_usage(Path.cwd()).free
    well = free >= NEEDED_BYTES
    return Finding(
        subject="disk",
        well=well,
        needed=False,
        found=f"{free / 1e9:.1f} GB free here",
        advice="" if well else f"Free some space: the demo asks for {NEEDED_BYTES / 1e9:.0f} GB.",
    )


def _open_files() -> Finding:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    well = soft == resource.RLIM_INFINITY or soft >= FILES_WANTED
    return Finding(
        subject="open files",
        well=well,
        needed=False,
        found=f"{soft} at once, enough for {soft // FILES_A_RENDITION} streams",
        advice="" if well else f"For a thousand cameras raise it: ulimit -n {hard}, or LimitNOFILE= in the service.",
    )


def _watches() -> list[Finding]:
    """Linux limits how many folders a user may watch; the packager watches one for each recording."""
    file = _INOTIFY / "max_user_watches"
    if not file.exists():
        return []
    watches = int(file.read_text())
    well = watches >= _WATCHES_WANTED
    return [
        Finding(
            subject="watched folders",
            well=well,
            needed=False,
            found=f"{watches} at once",
            advice="" if well else f"As root: sysctl fs.inotify.max_user_watches={_WATCHES_WANTED * 8}",
        )
    ]


def _table(findings: Sequence[Finding]) -> Table:
    table = Table(show_edge=False)
    for heading in ("", "what", "found", "what to do"):
        table.add_column(heading, overflow="fold")
    for finding in findings:
        mark = "[green]ok[/]" if finding.well else "[red]missing[/]" if finding.needed else "[yellow]low[/]"
        table.add_row(mark, finding.subject, finding.found, finding.advice)
    return table
