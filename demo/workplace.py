"""The demo's folder: everything it keeps lies below it, and it is removed at the end unless the user named it."""

from __future__ import annotations

import contextlib
import errno
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from election.errors import MachineError, UsageError
from election.ids import Rendition, StationId
from machine.files import write_atomically
from simulator.server import CameraServer

NEEDED_BYTES = 1_000_000_000
"""Free space asked for at the start: a few hours of a handful of cameras, and what the store sets aside."""
RUNNING_BYTES = 100_000_000
"""Free space below which a running demo ends rather than lose pictures."""
_HINT = "Free some space, or name a folder on another disk with --keep."
_MARK = ".pollcast-demo"
"""Tells a kept demo, which may be overwritten, from somebody's own folder."""
CAMERA_USER = "viewer"
CAMERA_PASSWORD_VARIABLE = "POLLCAST_DEMO_CAMERA_PASSWORD"  # noqa: S105 - the name of a variable, not a password


@contextlib.contextmanager
def workplace(keep: Path | None, *, needed_bytes: int = NEEDED_BYTES) -> Iterator[Path]:
    """Give the folder `keep`, which stays, or a new one that is removed.

    Raises `MachineError` where it cannot be made or less than `needed_bytes` are free, and turns a disk that fills up
    inside the block into one.
    """
    try:
        if keep is None:
            folder = Path(tempfile.mkdtemp(prefix="pollcast-demo-"))
        else:
            folder = keep.absolute()
            folder.mkdir(parents=True, exist_ok=True)
            if any(folder.iterdir()) and not (folder / _MARK).exists():
                raise UsageError(f"{keep} holds something else than a demo.", hint="Name another folder with --keep.")
        (folder / _MARK).touch()
    except OSError as error:
        where = "A temporary folder" if keep is None else f"The folder {keep}"
        raise MachineError(f"{where} cannot be made: {error.strerror}.", hint="Name another with --keep.") from error
    try:
        require_room(folder, needed_bytes)
        yield folder
    except OSError as error:
        if error.errno not in {errno.ENOSPC, errno.EDQUOT}:
            raise
        raise MachineError(f"The disk of {folder} is full.", hint=_HINT) from error
    finally:
        if keep is None:
            shutil.rmtree(folder, ignore_errors=True)


def require_room(folder: Path, needed_bytes: int) -> None:
    """Raise `MachineError` if less than `needed_bytes` are free on the folder's disk."""
    free = shutil.disk_usage(folder).free
    if free < needed_bytes:
        message = f"Only {free / 1e6:.0f} MB are free in {folder}, and the demo needs {needed_bytes / 1e6:.0f} MB."
        raise MachineError(message, hint=_HINT)


def require_time_zone(name: str) -> None:
    """Raise `UsageError` if there is no such time zone."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise UsageError(f"There is no time zone {name}.", hint="Write for example --time-zone Asia/Baku.") from None


def write_configuration(folder: Path, *, day: date, time_zone: str, edge: str, store_url: str) -> Path:
    """Write `pollcast.toml` and return where it is. `edge` is the site's address without a slash."""
    text = f"""# The demo's own election: every place, station and picture in it is invented.
[election]
date = {day}
sample = true
time_zone = "{time_zone}"

[election.name]
az = "Nümunə seçkisi"
en = "Sample election"
ru = "Пример выборов"

[site]
base_url = "{edge}"

[store]
url = "{store_url}"
"""
    path = folder / "pollcast.toml"
    write_atomically(path, text.encode())
    return path


def write_cameras(folder: Path, stations: Sequence[StationId], cameras: CameraServer) -> Path:
    """Write `cameras.toml` for stations whose cameras bear their ids; return where it is."""
    tables = [
        f"""[[camera]]
station = "{station}"
main = "{cameras.url(station, Rendition.MAIN)}"
sub = "{cameras.url(station, Rendition.SUB)}"
user = "{CAMERA_USER}"
password = {{ env = "{CAMERA_PASSWORD_VARIABLE}" }}
"""
        for station in stations
    ]
    path = folder / "cameras.toml"
    write_atomically(path, "\n".join(["# The demo's simulated cameras.", *tables]).encode())
    return path
