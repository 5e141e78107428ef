"""The preview: builds, serves, and builds again on every change of content, configuration, templates or `site/`."""

from __future__ import annotations

import asyncio
import datetime
import os
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from watchdog.events import FileClosedNoWriteEvent, FileOpenedEvent, FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer
from watchdog.observers.api import ObservedWatch

from builder.assets import SOURCES
from builder.build import Stage, Summary, build_site
from builder.fault_texts import FaultTexts
from builder.image_folder import store_of
from builder.image_store import ImageStore
from builder.preview_server import Showing, serving
from builder.templates import TEMPLATES
from election.configuration import read_configuration
from election.errors import Fault, InputError, MachineError, PollcastError
from election.wording import say

QUIET = 0.02
"""Seconds without a further change before a build begins: editors write a file in several steps."""


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What a preview shows."""

    config: Path
    content: Path
    today: datetime.date | None = None
    """The day as of which pages appear and go; None for the present one."""


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


async def run(shown: Shown, *, port: int, tell: Callable[[str], None], texts: FaultTexts) -> None:
    """Show the site until cancelled; `tell` is told the address and the outcome of each build, in words of `texts`.

    Faults of content and configuration are shown in the page. Raises `InputError` where either is not
    there at all, `MachineError` where the machine lacks something.
    """
    for path in (shown.config, shown.content):
        if not path.exists():
            message = texts.text(say("there is no such file or folder."))
            raise InputError(Fault(file=path, line=0, field="", message=message))
    changed = asyncio.Event()
    loop = asyncio.get_running_loop()
    showing = Showing(f"{time.time_ns():x}", texts)
    image_store = store_of(shown.content)

    def on_change() -> None:
        loop.call_soon_threadsafe(changed.set)

    with (
        tempfile.TemporaryDirectory(prefix="pollcast-preview-") as folder,
        _watching(shown.config, shown.content, on_change) as follow,
        serving(showing, port) as address,
    ):
        tell(texts.text(say("Preview: {address}/ (Ctrl-C ends it)", address=address)))
        while True:
            follow()
            await _build(shown, Path(folder) / "site", image_store, showing, tell, texts)
            await _next_change(changed)


async def _next_change(changed: asyncio.Event) -> None:
    await changed.wait()
    with suppress(TimeoutError):
        while True:
            changed.clear()
            async with asyncio.timeout(QUIET):
                await changed.wait()


async def _build(
    shown: Shown,
    out: Path,
    image_store: ImageStore,
    showing: Showing,
    tell: Callable[[str], None],
    texts: FaultTexts,
) -> None:
    stop = threading.Event()

    def progress(_stage: Stage, _done: int, _total: int) -> None:
        if stop.is_set():
            raise _Stopped

    def build() -> Summary:
        found = read_configuration(shown.config)
        # What editors look at is never kept by their browser.
        found = found.model_copy(update={"site": found.site.model_copy(update={"offline": False})})
        return build_site(
            found,
            shown.content,
            out,
            drafts=True,
            today=shown.today,
            progress=progress,
            image_store=image_store,
        )

    began = time.monotonic()
    building = asyncio.get_running_loop().run_in_executor(None, build)
    try:
        summary = await asyncio.shield(building)
    except asyncio.CancelledError:
        stop.set()
        await asyncio.gather(building, return_exceptions=True)
        raise
    except PollcastError as error:
        told = str(texts.error(error))
        tell(told)
        showing.show_faults(told)
    except Exception as error:
        tell(f"{type(error).__name__}: {error}")
        showing.show_faults(f"{type(error).__name__}: {error}")
    else:
        sentence = say(
            "Built {rendered} of {pages} pages in {seconds:.2f} s; warnings: {warnings}.",
            rendered=summary.rendered,
            pages=summary.pages,
            seconds=time.monotonic() - began,
            warnings=len(summary.warnings),
        )
        tell(texts.text(sentence))
        showing.show(out)


@contextmanager
def _watching(config: Path, content: Path, on_change: Callable[[], None]) -> Iterator[Callable[[], None]]:
    """Watch until the context ends; give what looks whether another folder has taken the place of `content`."""
    config, content = config.resolve(), content.resolve()
    observer = Observer()
    of_folders = _Watcher(on_change, lambda path: not path.name.startswith(".") and not path.name.endswith("~"))
    of_places = _Watcher(on_change, lambda path: path in {config, content})
    watched: tuple[ObservedWatch, os.stat_result] | None = None

    def follow() -> None:
        nonlocal watched
        try:
            found = content.stat()
        except FileNotFoundError:
            found = None
        if watched and (found is None or not os.path.samestat(watched[1], found)):
            observer.unschedule(watched[0])
            watched = None
        if watched is None and found is not None:
            watched = observer.schedule(of_folders, str(content), recursive=True), found

    try:
        follow()
        for folder in (TEMPLATES, SOURCES):
            observer.schedule(of_folders, str(folder), recursive=True)
        for folder in {config.parent, content.parent}:
            observer.schedule(of_places, str(folder), recursive=False)
        observer.start()
    except OSError as error:
        raise MachineError(say("The content cannot be watched for changes: {error}.", error=error)) from error
    try:
        yield follow
    finally:
        observer.stop()
        observer.join()
