"""The preview: builds, serves, and builds again on every change of content, configuration, templates or `site/`."""

from __future__ import annotations

import asyncio
import os
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from watchdog.events import FileClosedNoWriteEvent, FileOpenedEvent, FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer

from builder.assets import SOURCES
from builder.build import Stage, Summary, build_site
from builder.preview_server import Showing, serving
from builder.templates import TEMPLATES
from election.configuration import read_configuration
from election.errors import Fault, InputError, MachineError, PollcastError

QUIET = 0.03
"""Seconds without a further change before a build begins: editors write a file in several steps."""


class _Stopped(Exception):
    """Ends a build that nobody waits for any more."""


class _Watcher(FileSystemEventHandler):
    """Calls `on_change` for every change of a file that matters."""

    def __init__(self, on_change: Callable[[], None], matters: Callable[[Path], bool]) -> None:
        self._on_change = on_change
        self._matters = matters

    def on_any_event(self, event: FileSystemEvent) -> None:
        """Look at the paths of the event; reading a file is one too, and must not cause a build that reads files."""
        if isinstance(event, FileOpenedEvent | FileClosedNoWriteEvent):
            return
        if any(self._matters(Path(os.fsdecode(path))) for path in (event.src_path, event.dest_path) if path):
            self._on_change()


async def run(config: Path, content: Path, *, port: int, say: Callable[[str], None]) -> None:
    """Show the site until cancelled; `say` is told the address and the outcome of each build.

    Faults of content and configuration are shown in the page. Raises `InputError` where either is not
    there at all, `MachineError` where the machine lacks something.
    """
    for path in (config, content):
        if not path.exists():
            raise InputError(Fault(file=path, line=0, field="", message="there is no such file or folder."))
    changed = asyncio.Event()
    loop = asyncio.get_running_loop()
    showing = Showing(f"{time.time_ns():x}")

    def on_change() -> None:
        loop.call_soon_threadsafe(changed.set)

    with (
        tempfile.TemporaryDirectory(prefix="pollcast-preview-") as folder,
        _watching(config, content, on_change),
        serving(showing, port) as address,
    ):
        say(f"Preview: {address}/ (Ctrl-C ends it)")
        while True:
            await _build(config, content, Path(folder) / "site", showing, say)
            await _next_change(changed)


async def _next_change(changed: asyncio.Event) -> None:
    await changed.wait()
    while changed.is_set():
        changed.clear()
        await asyncio.sleep(QUIET)


async def _build(config: Path, content: Path, out: Path, showing: Showing, say: Callable[[str], None]) -> None:
    stop = threading.Event()

    def progress(_stage: Stage, _done: int, _total: int) -> None:
        if stop.is_set():
            raise _Stopped

    def build() -> Summary:
        found = read_configuration(config)
        # What editors look at is never kept by their browser.
        found = found.model_copy(update={"site": found.site.model_copy(update={"offline": False})})
        return build_site(found, content, out, drafts=True, progress=progress)

    began = time.monotonic()
    building = asyncio.get_running_loop().run_in_executor(None, build)
    try:
        summary = await asyncio.shield(building)
    except asyncio.CancelledError:
        stop.set()
        await asyncio.gather(building, return_exceptions=True)
        raise
    except PollcastError as error:
        say(str(error))
        showing.show_faults(str(error))
    except Exception as error:
        say(f"{type(error).__name__}: {error}")
        showing.show_faults(f"{type(error).__name__}: {error}")
    else:
        seconds = time.monotonic() - began
        say(f"Built {summary.rendered} of {summary.pages} pages in {seconds:.2f} s, {len(summary.warnings)} warnings.")
        showing.show(out)


@contextmanager
def _watching(config: Path, content: Path, on_change: Callable[[], None]) -> Iterator[None]:
    config = config.resolve()
    observer = Observer()
    of_folders = _Watcher(on_change, lambda path: not path.name.startswith(".") and not path.name.endswith("~"))
    of_config = _Watcher(on_change, lambda path: path == config)
    try:
        for folder in (content.resolve(), TEMPLATES, SOURCES):
            observer.schedule(of_folders, str(folder), recursive=True)
        observer.schedule(of_config, str(config.parent), recursive=False)
        observer.start()
    except OSError as error:
        raise MachineError(f"The content cannot be watched for changes: {error}.") from error
    try:
        yield
    finally:
        observer.stop()
        observer.join()
