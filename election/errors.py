"""The errors of Pollcast, one small tree. Only the command line turns them into exit codes.

::

    PollcastError            exit code 1: a fault of ours
    ├── InputError           exit code 2: what we were given is wrong; nothing was changed
    ├── MachineError         exit code 1: something is missing or taken on this machine
    └── RemoteError          exit code 3: a remote side failed; safe to run again
        └── RemoteRefused    the remote side said no for good: trying again unchanged will not help
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


class PollcastError(Exception):
    """Base of all errors; `str(error)` is one sentence a person can act on."""

    exit_code = 1
    retryable = False

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One thing wrong in an input file."""

    file: Path
    """The file as the user named it."""
    line: int
    """1-based line; 0 where the fault is the whole file's."""
    field: str
    """Dotted path of the field, '' where there is none."""
    message: str
    """What is wrong and what would be right, one sentence."""

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else str(self.file)
        return f"{place}: {self.field}: {self.message}" if self.field else f"{place}: {self.message}"


class InputError(PollcastError):
    """The input is wrong. Holds every fault found, not only the first; nothing was changed."""

    exit_code = 2

    def __init__(self, *faults: Fault) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = faults


class UsageError(PollcastError):
    """An option's value is wrong; the message names the option."""

    exit_code = 2


class MachineError(PollcastError):
    """The machine lacks something: a binary, a free port, room on the disk."""


class RemoteError(PollcastError):
    """The object store, a camera or the edge failed in a way that may pass."""

    exit_code = 3
    retryable = True

    def __init__(self, message: str, *, operation: str, subject: str, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.operation = operation
        self.subject = subject


class RemoteRefused(RemoteError):
    """The remote side refused for good: no such bucket, access denied, wrong password."""

    retryable = False
