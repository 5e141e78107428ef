"""Hears of a changed `cameras.toml`, and of the secret files and masks it names."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from election import toml_file
from election.cameras import Source
from election.errors import InputError
from upload.file_watch import LOOK_SECONDS, FileWatch, Named


class CamerasWatch(FileWatch[tuple[Source, ...]]):
    """Watches one `cameras.toml`."""

    def __init__(
        self, file: Path, read: Callable[[Path], tuple[Source, ...]], *, look_seconds: float = LOOK_SECONDS
    ) -> None:
        """`read` returns the file's sources or raises `InputError`. What the file holds now counts as known."""
        super().__init__(file, read, names=_named_files, look_seconds=look_seconds)


def _named_files(file: Path, otherwise: Named) -> Named:
    """Return the secret files and masks that a `cameras.toml` names, `otherwise` where it cannot be read at all."""
    try:
        tables = toml_file.read_table(file)[0].get("camera", [])
    except InputError:
        return otherwise
    names = set()
    for table in tables if isinstance(tables, list) else []:
        if not isinstance(table, dict):
            continue
        password = table.get("password")
        for name in (password.get("file") if isinstance(password, dict) else None, table.get("mask")):
            if isinstance(name, str) and name:
                names.add(file.parent / name)
    return tuple(sorted(names))
