"""The spool: where recorders leave segments, and how the packager learns that one is complete.

::

    <spool>/lock                                   held while a packager runs
    <spool>/journal.sqlite
    <spool>/status.json                            this machine's health, for `pollcast status`
    <spool>/media/<station>/<rendition>/<run>/     one folder a recording: init.mp4, 00000000.m4s, …

`<run>` is the recording's start in milliseconds, so that names sort by time.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from watchdog.events import FileClosedEvent, FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer

from election.errors import MachineError
from election.ids import Rendition, StationId

FULL_BYTES = 1 << 18
"""A disk with less room than this is full."""
INIT_NAME = "init.mp4"
SEGMENT_PATTERN = "%08d.m4s"
_SEGMENT_SUFFIX = ".m4s"


@dataclass(frozen=True, kw_only=True)
class Run:
    """The folder of one recording."""

    station: StationId
    rendition: Rendition
    folder: Path

    def segments(self) -> list[Path]:
        """Return the segment files that lie there, in order."""
        return sorted(self.folder.glob(f"*{_SEGMENT_SUFFIX}"))


class Spool:
    """One packager's spool folder, locked while it is open."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.media = folder / "media"
        try:
            self.media.mkdir(parents=True, exist_ok=True)
            self._lock = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise MachineError(
                f"The spool {folder} cannot be used: {error.strerror}.", hint="Name a writable folder with --spool."
            ) from error
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._lock)
            raise MachineError(
                f"Another packager uses the spool {folder}.", hint="Stop it, or name another folder with --spool."
            ) from None

    def close(self) -> None:
        """Release the lock, also where a child that is just being started still holds the descriptor."""
        fcntl.flock(self._lock, fcntl.LOCK_UN)
        os.close(self._lock)

    def prepare(self, station: StationId, rendition: Rendition) -> None:
        """Make the folder of a rendition's recordings, before a watcher begins; a failure shows at `begin_run`."""
        with contextlib.suppress(OSError):
            (self.media / station / rendition).mkdir(parents=True, exist_ok=True)

    def begin_run(self, station: StationId, rendition: Rendition, *, milliseconds: int) -> Run:
        """Make and return the folder of a new recording."""
        folder = self.media / station / rendition / f"{milliseconds:014d}"
        folder.mkdir(parents=True, exist_ok=True)
        return Run(station=station, rendition=rendition, folder=folder)

    def runs(self, station: StationId, rendition: Rendition) -> list[Run]:
        """Return the recordings of a rendition that left something here, oldest first."""
        folder = self.media / station / rendition
        if not folder.is_dir():
            return []
        return [Run(station=station, rendition=rendition, folder=run) for run in sorted(folder.iterdir())]

    def relative(self, path: Path) -> str:
        """Return the name under which the journal knows a spool file."""
        return path.relative_to(self.media).as_posix()

    def path(self, relative: str) -> Path:
        """Return the file the journal knows as `relative`."""
        return self.media / relative

    def is_full(self) -> bool:
        """Return whether the disk has no room for what is to be recorded."""
        try:
            return self.free_bytes() < FULL_BYTES
        except OSError:
            return False

    def free_bytes(self) -> int:
        """Return the free space of the spool's disk, bytes."""
        return shutil.disk_usage(self.folder).free


def forget_run(run: Run) -> None:
    """Remove a recording's folder with whatever is left in it."""
    shutil.rmtree(run.folder, ignore_errors=True)


class Watcher:
    """Tells of each segment file that was written and closed, as a rule; recorders look for themselves now and then.

    A few threads for the whole spool. `Spool.prepare` the renditions first: folders that appear within a new folder are
    watched twice now and then, of which watchdog warns.
    """

    def __init__(self, spool: Spool) -> None:
        self._loop = asyncio.get_running_loop()
        self._listeners: dict[str, Callable[[Path], None]] = {}
        self._observer = Observer()
        handler = _ClosedSegments(self._tell)
        self._observer.schedule(handler, str(spool.media), recursive=True, event_filter=[FileClosedEvent])
        self._observer.start()

    def listen(self, run: Run, on_segment: Callable[[Path], None]) -> None:
        """Call `on_segment` in the event loop for each segment completed in `run`."""
        self._listeners[str(run.folder)] = on_segment

    def ignore(self, run: Run) -> None:
        """Stop telling about `run`."""
        self._listeners.pop(str(run.folder), None)

    def close(self) -> None:
        """End the thread."""
        self._observer.stop()
        self._observer.join()

    def _tell(self, path: str) -> None:
        """Pass one file on; called in the observer's thread."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._deliver, Path(path))

    def _deliver(self, path: Path) -> None:
        listener = self._listeners.get(str(path.parent))
        if listener is not None:
            listener(path)


class _ClosedSegments(FileSystemEventHandler):
    def __init__(self, tell: Callable[[str], None]) -> None:
        self._tell = tell

    def on_closed(self, event: FileSystemEvent) -> None:
        path = os.fsdecode(event.src_path)
        if path.endswith(_SEGMENT_SUFFIX):
            self._tell(path)
