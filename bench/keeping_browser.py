"""A browser that keeps a recording, and what it weighs meanwhile.

Nothing watches it but its scales: what drives a browser for tests has it hold every answer of the network.
"""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import psutil

from bench.processes import proportional_bytes
from bench.recorded_hour import BEGIN, PLAIN, RecordedHour
from election.errors import MachineError
from tests.site import kept_files
from tests.site.recorded_day import STATION
from tests.soak.bare_browser import BareBrowser, bare_browser

_LOOK_SECONDS = 0.2
_LONGEST_SECONDS = 900.0
_WHOLE = 0.99
"""Of the segments' bytes are in a film at least."""
_WINDOW = {"width": 1280, "height": 900}
_FOLLOW = f"""
Object.assign(document.createElement("a"), {{ href: "{PLAIN}", download: "plain.mp4" }}).click()"""
_FILL = """
for (const [name, value] of [["from", "%s"], ["to", "%s"], ["quality", "main"]])
  document.querySelector(`.keep__${name}`).value = value;
document.querySelector(".keep__form").requestSubmit()"""


class Way(StrEnum):
    """How the bytes come onto the disk."""

    PLAIN = "plain download"
    DISK = "kept on disk"
    """Written into a file while it comes."""
    MEMORY = "kept in memory"
    """Put together there, and handed to the browser's downloads."""


@dataclass(frozen=True, kw_only=True)
class Take:
    """One download."""

    seconds: float
    page_before: int
    """Memory of the page's processes when the button was pressed, bytes (PSS)."""
    page: int
    """The most they had until it was done."""
    all: int
    """The most that all of the browser's processes had together."""


def take(way: Way, address: str, hour: RecordedHour) -> Take | None:
    """Keep the recording once, in a browser of its own; None where the page refuses. Raises `MachineError`."""
    with tempfile.TemporaryDirectory(prefix="pollcast-bench-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        with bare_browser(folder, f"{address}/en/station/{STATION}/", **_WINDOW) as driven:
            downloads = folder / "downloads"
            driven.ask("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(downloads))
            _until(driven, "document.querySelector('.day > .day__summary') !== null")
            if way is not Way.PLAIN and not _offered(driven, way, hour):
                return None
            with _scales(driven) as weights:
                begin = time.monotonic()
                driven.evaluate(_FOLLOW if way is Way.PLAIN else "document.querySelector('.keep__start').click()")
                if way is Way.DISK:
                    _until(driven, "document.querySelector('.keep__message').textContent.startsWith('Done. ')")
                    size = sum(_kept(driven).values())
                else:
                    size = _downloaded(downloads)
                seconds = time.monotonic() - begin
    if size < _WHOLE * hour.size:
        raise MachineError(f"{way}: only {size} of {hour.size} bytes.", hint="Run the benchmark again.")
    return Take(
        seconds=seconds,
        page_before=weights[0][0],
        page=max(page for page, _all in weights),
        all=max(everything for _page, everything in weights),
    )


def _offered(driven: BareBrowser, way: Way, hour: RecordedHour) -> bool:
    """Ask for the whole recording, and return whether the page offers to keep it."""
    driven.evaluate(kept_files.NO_DIALOG if way is Way.MEMORY else kept_files.ALWAYS_CHOSEN)
    driven.evaluate("document.querySelector('.day > .day__summary').click()")
    _until(driven, "document.querySelector('.keep').offsetParent !== null")
    driven.evaluate("document.querySelector('.keep').open = true")
    _until(driven, "document.querySelector('.keep__from').value !== ''")
    start = BEGIN.hour + 4
    end = f"{start + hour.minutes // 60:02d}:{hour.minutes % 60:02d}:00"
    driven.evaluate(_FILL % (f"{start:02d}:00:00", end))
    _until(driven, "document.querySelector('.keep__message').textContent.includes(' MB')")
    return not driven.evaluate("document.querySelector('.keep__start').hidden")


def _until(driven: BareBrowser, true: str) -> None:
    end = time.monotonic() + _LONGEST_SECONDS
    while not driven.evaluate(true):
        if time.monotonic() > end:
            said = driven.evaluate("(document.querySelector('.keep__message') || {}).textContent")
            raise MachineError(f"The page does not get there: {said}", hint="Run the benchmark again.")
        time.sleep(_LOOK_SECONDS)


def _kept(driven: BareBrowser) -> dict[str, int]:
    """Return the files that were written while they came, with their sizes in bytes."""
    answer: dict[str, Any] = driven.ask(
        "Runtime.evaluate", of_page=True, expression=f"({kept_files.SIZES})()", awaitPromise=True, returnByValue=True
    )
    found: dict[str, int] = answer["result"]["value"]
    return found


def _downloaded(folder: Path) -> int:
    """Wait for the browser's own download to be whole; return its size in bytes."""
    end = time.monotonic() + _LONGEST_SECONDS
    while time.monotonic() < end:
        # What is not whole yet has another ending.
        for file in folder.glob("*.mp4"):
            return file.stat().st_size
        time.sleep(_LOOK_SECONDS / 10)
    raise MachineError("The download does not end.", hint="Run the benchmark again.")


@contextmanager
def _scales(driven: BareBrowser) -> Iterator[list[tuple[int, int]]]:
    """Weigh the browser's processes until the context ends: (the page's, all), in bytes; at least once."""
    kinds = {process["type"]: process["id"] for process in driven.ask("SystemInfo.getProcessInfo")["processInfo"]}
    browser = psutil.Process(kinds["browser"])
    weights = [_weigh(browser)]
    over = threading.Event()

    def again() -> None:
        while not over.wait(_LOOK_SECONDS):
            weights.append(_weigh(browser))

    thread = threading.Thread(target=again)
    thread.start()
    try:
        yield weights
    finally:
        over.set()
        thread.join()


def _weigh(browser: psutil.Process) -> tuple[int, int]:
    pages = everything = 0
    for process in (browser, *browser.children(recursive=True)):
        # A process may end while it is looked at.
        with suppress(psutil.Error, MachineError):
            size = proportional_bytes(process.pid)
            everything += size
            pages += size if "--type=renderer" in process.cmdline() else 0
    return pages, everything
