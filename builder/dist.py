"""The built site on disk: a whole tree that changes places with the previous one in one step.

Beside a site in `dist/` lies `.dist.cache/`, which may be deleted at any moment::

    spare/          the previous site, whole; what has not changed since are the same files (hard links)
    part/, twin/    trees that are being written: rubbish, unless a build runs
    state-<inode>   what the builder knows of the site whose folder has this inode, and how `spare/` differs from it

A build either writes a new tree, and its twin of hard links, or takes the spare, brings it up to the present site and
changes it. No file is ever written in place, for it may be in both trees. Crash points:

- while a tree is written: `dist/` is the previous site, untouched. The spare was renamed to `part/` before, so the next
  build deletes it, and makes a new spare of hard links when it needs one;
- once the state is written: it bears the inode of a tree that is not `dist/`, so nobody reads it;
- once the trees have changed places: `dist/` is the new site and its state is there; what is in `part/` is deleted by
  the next build;
- where somebody has begun to delete folders of one of the trees, it is not taken. (The file of a single page that was
  deleted by itself is not missed: that would take a look at a hundred thousand folders);
- where the system cannot exchange folders, `dist/` is missing between two renames, and `.dist.old/` is the previous
  site: the next build puts it back first.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from builder import state_file
from election.errors import MachineError, UsageError
from election.places import LANGUAGES
from election.wording import say
from machine.files import exchange

CATALOGUE = "catalogue.json"
_OURS = frozenset(
    {"index.html", CATALOGUE, "catalogue.csv", "assets", "images", "robots.txt", "sitemap.xml", "sitemaps", "sw.js"}
    | set(LANGUAGES)
)
"""What may lie at the top of a built site. A folder that holds anything else is not ours to replace."""
_OF_SINGLE_PLACES = frozenset({"station", "constituency"})
"""Folders in a built site that hold a folder for each page of thousands."""
_PATIENCE = 2.0
"""Seconds for the processes of a build that was killed to be gone."""


class _Key(NamedTuple):
    """Which site a state tells about, and which state."""

    inode: int
    modified: int
    state_inode: int
    state_modified: int


@dataclass(frozen=True, kw_only=True)
class State:
    """What is known of a site."""

    key: _Key
    behind: tuple[str, ...]
    """The paths by which the spare tree differs from it."""
    site: Mapping[str, int]
    """Its folders, as `_folders` gave them."""
    spare: Mapping[str, int]
    """Those of the spare tree."""
    told: list[memoryview]
    """What its builder told `Site.publish`."""


class SiteWriter:
    """Writes the files of one tree, and links them into its twin if it has one."""

    def __init__(self, root: Path, *, twin: Path | None = None) -> None:
        self._root = str(root)
        self._twin = str(twin) if twin else None
        self._folders = {""}
        self._fresh = twin is not None

    def write(self, path: str, body: bytes) -> None:
        """Write the file at the relative `path`; its folders are made."""
        folder = path.rpartition("/")[0]
        if folder not in self._folders:
            for tree in (self._root, self._twin):
                if tree is not None:
                    _make_folder(f"{tree}/{folder}")
            self._folders.add(folder)
        # Plain calls: a file object costs more than the writing of a page.
        name = f"{self._root}/{path}"
        if not self._fresh:
            _unlink(name)
        handle = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
        try:
            if os.write(handle, body) != len(body):
                raise MachineError(say("{path} could not be written whole.", path=path), hint=say("Is the disk full?"))
        finally:
            os.close(handle)
        if self._twin is not None:
            os.link(name, f"{self._twin}/{path}")

    def remove(self, path: str) -> None:
        """Remove the file at `path`, and the folders that are empty then."""
        _unlink(f"{self._root}/{path}")
        folder = path
        while folder := folder.rpartition("/")[0]:
            self._folders.discard(folder)
            try:
                os.rmdir(f"{self._root}/{folder}")  # noqa: PTH106 - as above
            except OSError as error:
                if error.errno not in {errno.ENOTEMPTY, errno.EEXIST, errno.ENOENT}:
                    raise
                if error.errno != errno.ENOENT:
                    break


class Site:
    """The place of a site, locked for one build. Use one of `renew` and `amend`, then `publish`."""

    def __init__(self, out: Path, state: State | None) -> None:
        self._out = out
        self._cache = _cache_of(out)
        self._part, self._twin, self._spare = (self._cache / name for name in ("part", "twin", "spare"))
        is_known = state is not None and _key(out) == state.key and dict(_folders(str(out))) == state.site
        self._state = state if is_known else None

    @property
    def is_known(self) -> bool:
        """Whether the site is still the one that the given state tells about."""
        return self._state is not None

    def holds(self, path: str, body: bytes) -> bool:
        """Whether the present site has this file."""
        file = self._out / path
        try:
            return file.stat().st_size == len(body) and file.read_bytes() == body
        except OSError:
            return False

    def renew(self) -> SiteWriter:
        """Return a writer for a tree that is empty."""
        self._forget()
        for tree in (self._part, self._twin):
            tree.mkdir()
        return SiteWriter(self._part, twin=self._twin)

    def amend(self) -> SiteWriter:
        """Return a writer for a tree that is the present site, which must be known."""
        assert self._state is not None  # noqa: S101 - the caller's mistake
        if dict(_folders(str(self._spare))) != self._state.spare:  # somebody has begun to delete it
            _delete(self._spare)
            _link_tree(str(self._out), str(self._part))
            return SiteWriter(self._part)
        self._spare.rename(self._part)
        writer = SiteWriter(self._part)
        for path in self._state.behind:
            source = f"{self._out}/{path}"
            if os.path.lexists(source):
                _unlink(f"{self._part}/{path}")
                os.makedirs(os.path.dirname(f"{self._part}/{path}"), exist_ok=True)  # noqa: PTH103, PTH120 - as above
                os.link(source, f"{self._part}/{path}")
            else:
                writer.remove(path)
        return writer

    def publish(self, state: Sequence[bytes | memoryview], changed: Sequence[str] = ()) -> None:
        """Put the tree in the site's place; `changed` are the paths by which it differs from an amended site."""
        found, renewed = self._part.stat(), self._twin.exists()
        behind = () if renewed else tuple(changed)
        # A spare that is whole will have the folders of the tree that it was.
        spare = dict(_folders(str(self._twin))) if self._state is None or renewed else self._state.site
        name = _state_of(self._out, found.st_ino)
        state_file.write(name, (found.st_mtime_ns, behind, dict(_folders(str(self._part))), spare), state)
        if not self._out.exists():
            self._part.rename(self._out)
        elif not exchange(self._part, self._out):
            old = _old(self._out)
            self._out.rename(old)
            self._part.rename(self._out)
            old.rename(self._part)
        if renewed:
            self._twin.rename(self._spare)
            shutil.rmtree(self._part, ignore_errors=True)
        else:
            self._part.rename(self._spare)
        for other in self._cache.glob("state-*"):
            if other != name:
                other.unlink()

    def discard(self) -> None:
        """Delete what was not published."""
        for tree in (self._part, self._twin):
            shutil.rmtree(tree, ignore_errors=True)

    def _forget(self) -> None:
        for state in self._cache.glob("state-*"):
            state.unlink()
        for tree in (self._part, self._twin, self._spare):
            _delete(tree)


def read_state(out: Path) -> State | None:
    """Return what the build that wrote the site at `out` told of it; None where that is not known."""
    out = out.resolve()
    key = _key(out)
    found = state_file.read(_state_of(out, key.inode)) if key else None
    if key is None or found is None:
        return None
    (modified, behind, site, spare), told = found
    return State(key=key, behind=behind, site=site, spare=spare, told=told) if modified == key.modified else None


@contextmanager
def replacing(out: Path, *, clean: bool = False, state: State | None = None) -> Iterator[Site]:
    """Give the place of the site at `out`, of which `state` tells. With `clean` the previous one is deleted first.

    Raises `UsageError` if something else is at `out`, `MachineError` if another build writes there or the disk does not
    take it. What is not published when the context ends is gone.
    """
    out = out.resolve()
    try:
        _refuse_foreign(out)
        out.parent.mkdir(parents=True, exist_ok=True)
        with _only_builder(_cache_of(out)):
            _recover(out)
            if clean:
                shutil.rmtree(out, ignore_errors=True)
            site = Site(out, state)
            site.discard()
            try:
                yield site
            finally:
                _recover(out)
                site.discard()
    except OSError as error:
        raise MachineError(say("The site could not be written to {out}: {error}.", out=out, error=error)) from error


def _cache_of(out: Path) -> Path:
    return out.with_name(f".{out.name}.cache")


def _key(out: Path) -> _Key | None:
    try:
        found = out.stat()
        state = _state_of(out, found.st_ino).stat()
    except OSError:
        return None
    return _Key(found.st_ino, found.st_mtime_ns, state.st_ino, state.st_mtime_ns)


def _state_of(out: Path, inode: int) -> Path:
    return _cache_of(out) / f"state-{inode}"


def _old(out: Path) -> Path:
    return out.with_name(f".{out.name}.old")


def _recover(out: Path) -> None:
    old = _old(out)
    if old.exists():
        if out.exists():
            shutil.rmtree(old)
        else:
            old.rename(out)


def _refuse_foreign(out: Path) -> None:
    if not out.exists():
        return
    if not out.is_dir():
        raise UsageError(say("--out: {out} is a file; name a folder.", out=out))
    found = {entry.name for entry in out.iterdir()}
    if found and (CATALOGUE not in found or not found <= _OURS):
        raise UsageError(
            say("--out: {out} holds other things than a built site; name an empty folder or a new one.", out=out)
        )


@contextmanager
def _only_builder(cache: Path) -> Iterator[None]:
    """Make the folder `cache` and hold its lock, which ends with this process and those it forked at the latest."""
    if cache.exists() and not cache.is_dir():
        cache.unlink()
    cache.mkdir(exist_ok=True)
    handle = os.open(cache, os.O_RDONLY | os.O_DIRECTORY)
    try:
        end = time.monotonic() + _PATIENCE
        while not _locked(handle):
            if time.monotonic() > end:
                raise MachineError(
                    say("Another build writes beside {cache}.", cache=cache), hint=say("Wait until it is done.")
                )
            time.sleep(0.02)
        yield
    finally:
        os.close(handle)


def _locked(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _folders(tree: str, below: str = "") -> Iterator[tuple[str, int]]:
    """Yield when the folders of a tree were changed last (ns), but for those of single stations and constituencies.

    Whoever deletes one of those changes the folder that holds it.
    """
    try:
        with os.scandir(f"{tree}/{below}") as entries:
            yield below, os.stat(f"{tree}/{below}").st_mtime_ns  # noqa: PTH116 - as above
            for entry in entries if below.rpartition("/")[2] not in _OF_SINGLE_PLACES else ():
                if entry.is_dir(follow_symlinks=False):
                    yield from _folders(tree, f"{below}/{entry.name}")
    except FileNotFoundError:
        pass


def _make_folder(name: str) -> None:
    try:
        os.mkdir(name)  # noqa: PTH102 - a hundred thousand paths take time
    except FileExistsError:
        pass
    except FileNotFoundError:
        os.makedirs(name, exist_ok=True)  # noqa: PTH103 - as above


def _unlink(name: str) -> None:
    with contextlib.suppress(FileNotFoundError):
        os.unlink(name)  # noqa: PTH108 - as above


def _link_tree(source: str, target: str) -> None:
    """Make `target` a tree of hard links to the files of `source`."""
    os.mkdir(target)  # noqa: PTH102 - as above
    with os.scandir(source) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                _link_tree(entry.path, f"{target}/{entry.name}")
            else:
                os.link(entry.path, f"{target}/{entry.name}", follow_symlinks=False)


def _delete(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
