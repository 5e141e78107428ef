"""What a build knows of the site it has made, kept for the next one: its content, its pieces, the folders it read."""

from __future__ import annotations

import hashlib
import marshal
import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from builder.content import Content
from builder.content_folder import PageFiles
from builder.packed import pack, unpack
from builder.page_reader import ReadPage
from builder.pieces import Piece
from builder.station_folder import FolderReading, StationFolder
from machine.workers import spread

Signature = bytes
"""A digest of some files: of the name, size and inode of each, and when its text and its inode were last changed."""

_DIGEST_BYTES = 16

_YOUNG = 100_000_000
"""Nanoseconds. The kernel's clock has steps: what was changed that recently may be changed again without a trace."""
_PLAIN = 2
"""The last format of `marshal` in which equal values are equal bytes."""
_FEW = 4
"""Folders that are read sooner than other processes are started."""
_MANY = 40
"""Folders that are looked at sooner than other processes are started."""


@dataclass(frozen=True, kw_only=True)
class Known:
    """What a build knows."""

    version: str
    """See `builder.version`."""
    content: Content
    folders: Mapping[str, tuple[Signature, FolderReading, StationFolder]]
    """The folders of stations by their paths, as they were when they were read, and by what."""
    read_pages: Mapping[str, tuple[Signature, ReadPage]]
    """All other pages by their paths, as they were when they were read."""
    pieces: Mapping[int, Piece]
    other_files: Mapping[str, Mapping[str, int]]
    """Sizes by paths of what is no page, by what it is made from."""
    compiled: Mapping[str, bytes]
    """See `builder.compiled`."""

    def pack(self) -> list[bytes | memoryview]:
        """Return everything as bytes, in parts."""
        return [self.version.encode(), *pack(self)]

    @staticmethod
    def unpack(parts: list[memoryview], version: str) -> Known | None:
        """Return what `pack` packed; None where another version did."""
        if not parts or parts[0] != version.encode():
            return None
        found = unpack(parts[1:])
        assert isinstance(found, Known)  # noqa: S101 - this version packed nothing else
        return found


class FolderMemory:
    """Reads folders of stations, or gives what the same reading found before where no file has changed since."""

    def __init__(
        self,
        known: Mapping[str, tuple[Signature, FolderReading, StationFolder]],
        signature: Callable[[Path], Signature | None],
        *,
        jobs: int = 1,
    ) -> None:
        """`signature` tells that of a folder; `jobs` processes read what is not known."""
        self._known = known
        self._signature = signature
        self._jobs = jobs
        self.kept: dict[str, tuple[Signature, FolderReading, StationFolder]] = {}
        """What may be known next time."""

    def __call__(self, read: FolderReading, folders: Sequence[Path]) -> Iterator[StationFolder]:
        """Yield what is in the folders, in order."""
        signatures = {folder: self._signature(folder) for folder in folders}
        found: dict[Path, StationFolder] = {}
        for folder in folders:
            signature, reading, kept = self._known.get(str(folder), (None, None, None))
            if kept is not None and signature == signatures[folder] and reading == read:
                found[folder] = kept
        unknown = [folder for folder in folders if folder not in found]
        if self._jobs > 1 and len(unknown) > _FEW:
            with spread(lambda folder: (folder, read(folder)), unknown, jobs=self._jobs) as results:
                found |= results
        for folder in folders:
            signature, content = signatures[folder], found[folder] if folder in found else read(folder)
            if signature is not None:
                self.kept[str(folder)] = (signature, read, content)
            yield content


class FileMemory:
    """Reads pages, or gives them as they were read before where their files have not changed since."""

    def __init__(self, known: Mapping[str, tuple[Signature, ReadPage]]) -> None:
        self._known = known
        self.kept: dict[str, tuple[Signature, ReadPage]] = {}
        """What may be known next time."""

    def __call__(self, files: PageFiles, read: Callable[[], ReadPage | None], /) -> ReadPage | None:
        """Return the page, None if it has faults."""
        try:
            now = _signature((path.name, path.lstat()) for path in (files.path, *files.translations.values()))
        except OSError:  # it is gone, or its folder is closed: who reads it says why
            now = None
        then, found = self._known.get(str(files.path), (None, None))
        if found is None or then is None or then != now:
            found = read()
        if found is not None and now is not None:
            self.kept[str(files.path)] = (now, found)
        return found


@dataclass(frozen=True, kw_only=True)
class Memory:
    """What reads content, and remembers it."""

    folders: FolderMemory
    pages: FileMemory

    @classmethod
    def of(cls, known: Known | None, signature: Callable[[Path], Signature | None], *, jobs: int) -> Memory:
        """Return a memory of what was known; `jobs` processes read what was not."""
        return cls(
            folders=FolderMemory(known.folders if known else {}, signature, jobs=jobs),
            pages=FileMemory(known.read_pages if known else {}),
        )


@contextmanager
def looking_at_folders(content: Path, *, jobs: int) -> Iterator[Callable[[Path], Signature | None]]:
    """Let other processes look at all folders of stations while this one is busy; give what tells their signatures."""
    folders = [*content.glob("stations/*/"), *content.glob("archive/*/stations/*/")]
    jobs = jobs if len(folders) > _MANY else 1
    with spread(lambda folder: (folder, signature_of(folder)), folders, jobs=jobs) as results:
        found: dict[Path, Signature | None] = {}

        def signature(folder: Path) -> Signature | None:
            found.update(results)
            return found[folder] if folder in found else signature_of(folder)

        yield signature


def signature_of(folder: Path) -> Signature | None:
    """Return the signature of a folder's files; None where a later change could leave it the same.

    None, too, where the folder cannot be looked at: who reads it says why.
    """
    try:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)  # its files are found sooner from there
    except OSError:
        return None
    try:
        with os.scandir(handle) as entries:
            return _signature((entry.name, entry.stat(follow_symlinks=False)) for entry in entries)
    except OSError:
        return None
    finally:
        os.close(handle)


def _signature(files: Iterable[tuple[str, os.stat_result]]) -> Signature | None:
    oldest_young = time.time_ns() - _YOUNG
    found: list[tuple[str, int, int, int, int]] = []
    for name, stat in files:
        modified, changed = stat.st_mtime_ns, stat.st_ctime_ns
        if modified >= oldest_young or changed >= oldest_young:
            return None
        found.append((name, stat.st_size, stat.st_ino, modified, changed))
    return hashlib.blake2b(marshal.dumps(sorted(found), _PLAIN), digest_size=_DIGEST_BYTES).digest()
