"""The `pollcast` command in this process, on input that it refuses: what it says, and that it leaves the disk alone."""

from __future__ import annotations

import contextlib
import functools
import io
import sys
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

import typer

import pollcast
from tests.sample_election import CONFIGURATION


@dataclass(frozen=True, kw_only=True)
class Ended:
    """How a command ended."""

    code: object
    out: str
    err: str


@functools.cache
def _command() -> object:
    """Return the command line, made once: making it takes longer than most refusals."""
    for name in ("build", "import", "package"):
        pollcast._add_commands(name)
    return typer.main.get_command(pollcast.app)


def run(folder: Path, *arguments: str) -> Ended:
    """Run `pollcast` with `arguments` as if it were typed in `folder`."""
    out, err = io.StringIO(), io.StringIO()
    code: object = 0
    with (
        contextlib.chdir(folder),
        mock.patch.object(pollcast, "app", _command()),
        mock.patch.object(pollcast, "_add_commands"),
        mock.patch.object(sys, "argv", ["pollcast", *arguments]),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        try:
            pollcast.main()
        except SystemExit as ended:
            code = ended.code
    return Ended(code=code, out=out.getvalue(), err=err.getvalue())


def state_of(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Return what is below `folder`, itself included: each name with when it was changed, and the bytes of a file.

    A folder has another time once anything was made or removed in it, even if that is undone.
    """
    return {
        path.relative_to(folder).as_posix(): (
            path.lstat().st_mtime_ns,
            path.read_bytes() if path.is_file() else b"",
        )
        for path in (folder, *folder.rglob("*"))
    }


def refused(folder: Path, *arguments: str) -> list[str]:
    """Return the faults that a command tells, a line each; it must end with code 2 and leave all as it was."""
    before = state_of(folder)
    ended = run(folder, *arguments)
    assert ended.code == 2, ended
    assert ended.out == "", ended
    assert state_of(folder) == before
    return [line for line in ended.err.removesuffix("\n").split("\n") if not line.startswith("warning: ")]


def refused_content(folder: Path) -> list[str]:
    """Return what `build` and `check` say of `folder`'s content, which is wrong, in the sample's election."""
    config = ("--config", str(CONFIGURATION))
    faults = refused(folder, "build", "--jobs", "1", *config)
    assert refused(folder, "check", *config) == faults
    return faults
