"""The built site on disk: written whole beside the previous one, then put in its place.

Crash points, for a site in `dist/`:

- while `.dist.part/` is written: `dist/` is the previous site, untouched; the next build empties the part first;
- between the two renames: `dist/` is missing and `.dist.old/` is the previous site; the next build puts it back first;
- before `.dist.old/` is deleted: `dist/` is the new site; the next build deletes the old one.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from election.errors import MachineError, UsageError
from election.places import LANGUAGES

CATALOGUE = "catalogue.json"
_OURS = frozenset(
    {"index.html", CATALOGUE, "catalogue.csv", "assets", "images", "robots.txt", "sitemap.xml", "sitemaps", "sw.js"}
    | set(LANGUAGES)
)
"""What may lie at the top of a built site. A folder that holds anything else is not ours to replace."""


class SiteWriter:
    """Writes the files of one site."""

    def __init__(self, root: Path) -> None:
        self._root = str(root)
        self._folders = {""}
        self.files = 0
        self.bytes = 0

    def write(self, path: str, body: bytes) -> None:
        """Write the file at the relative `path`; its folders are made."""
        folder = path.rpartition("/")[0]
        if folder not in self._folders:
            os.makedirs(f"{self._root}/{folder}", exist_ok=True)  # noqa: PTH103 - a hundred thousand paths take time
            self._folders.add(folder)
        # Plain calls: a file object costs more than the writing of a page.
        handle = os.open(f"{self._root}/{path}", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
        try:
            if os.write(handle, body) != len(body):
                raise MachineError(f"{path} could not be written whole.", hint="Is the disk full?")
        finally:
            os.close(handle)
        self.files += 1
        self.bytes += len(body)


@contextmanager
def replacing(out: Path, *, clean: bool = False) -> Iterator[SiteWriter]:
    """Give a writer for a new site; once the context ends without an error, it takes the place of the one at `out`.

    With `clean` the previous site is deleted first. Raises `UsageError` if something else is at `out`, `MachineError`
    if another build writes there or the disk does not take it.
    """
    out = out.resolve()
    part, old = out.with_name(f".{out.name}.part"), out.with_name(f".{out.name}.old")
    try:
        _refuse_foreign(out)
        out.parent.mkdir(parents=True, exist_ok=True)
        with _only_builder(part):
            _recover(out, old)
            _clear(part)
            if clean:
                shutil.rmtree(out, ignore_errors=True)
            writer = SiteWriter(part)
            try:
                yield writer
                _swap(part, out, old)
            except BaseException:
                shutil.rmtree(part, ignore_errors=True)
                _recover(out, old)
                raise
    except OSError as error:
        raise MachineError(f"The site could not be written to {out}: {error}.") from error


def _recover(out: Path, old: Path) -> None:
    if old.exists():
        if out.exists():
            shutil.rmtree(old)
        else:
            old.rename(out)


def _refuse_foreign(out: Path) -> None:
    if not out.exists():
        return
    if not out.is_dir():
        raise UsageError(f"--out: {out} is a file; name a folder.")
    found = {entry.name for entry in out.iterdir()}
    if found and (CATALOGUE not in found or not found <= _OURS):
        raise UsageError(f"--out: {out} holds other things than a built site; name an empty folder or a new one.")


def _swap(part: Path, out: Path, old: Path) -> None:
    if out.exists():
        out.rename(old)
    part.rename(out)
    shutil.rmtree(old, ignore_errors=True)


@contextmanager
def _only_builder(part: Path) -> Iterator[None]:
    """Make the folder `part` and hold its lock, which ends with this process at the latest."""
    part.mkdir(exist_ok=True)
    handle = os.open(part, os.O_RDONLY | os.O_DIRECTORY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # Whoever held the lock until now may have put the folder in the site's place.
            mine = part.exists() and os.path.samestat(os.fstat(handle), part.stat())
        except BlockingIOError:
            mine = False
        if not mine:
            raise MachineError(f"Another build writes beside {part}.", hint="Wait until it is done.")
        yield
    finally:
        os.close(handle)


def _clear(folder: Path) -> None:
    for entry in folder.iterdir():
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()
