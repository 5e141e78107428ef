"""How soon an editor's browser shows what was saved: `pollcast preview` beside Hugo's own server, in one run.

A real Chromium has a station's page open. The station's name is changed in its file, and the time counts, by this
program's clock, from before the file is written until the reloaded page has been painted with the new name and has said
so. Each server does what it does by itself; Hugo's renders only what was changed, in memory.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import statistics
import subprocess
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Error, Page, sync_playwright
from rich.table import Table

from bench.contestants.contestant import Contestant
from bench.contestants.hugo import Hugo
from bench.contestants.original import Original
from bench.contestants.pollcast import Pollcast
from bench.progress import Steps
from bench.rig import command, folder_in_memory
from election.errors import MachineError
from machine.ports import LOOPBACK, free_port
from tests.browser import launch_options

CHANGES = 15
SERVERS = 2
"""Pollcast's and Hugo's."""
_PATIENCE = 60.0
_PAUSE = 0.5
"""Seconds of rest between the page's connection to its server and the next change."""
_SHOWN = """
let told = "";
const look = () => {
  const shown = document.querySelector("main")?.textContent ?? "";
  if (shown !== told) setTimeout(() => console.log(shown));
  told = shown;
  requestAnimationFrame(look);
};
requestAnimationFrame(look);"""
"""Tells what each frame shows that differs from the one before; a timer set in a frame runs once that is painted."""
_BUILT = re.compile(r"Built .* in (\d+\.\d+) s")


@dataclass(frozen=True, kw_only=True)
class Reloads:
    """What was found of one server and size."""

    server: str
    stations: int
    seconds: Sequence[float]
    """From each change to the page that shows it."""
    built: float | None
    """The median of what the server says that its builds took; None where it says nothing."""

    @property
    def median(self) -> float:
        """Of the seconds."""
        return statistics.median(self.seconds)

    @property
    def p95(self) -> float:
        """Of the seconds."""
        return statistics.quantiles(self.seconds, n=20, method="inclusive")[-1]


@dataclass(frozen=True, kw_only=True)
class _Serving:
    name: str
    address: str
    """Of the station's page."""
    rename: Callable[[str], None]
    said: Sequence[str]
    """The server's lines so far."""


async def measure_reloads(sizes: Sequence[int], *, steps: Steps, changes: int = CHANGES) -> list[Reloads]:
    """Change the name of a station `changes` times in elections of so many stations each; raises `PollcastError`."""
    results = []
    for stations in sizes:
        for serving in (_pollcast, _hugo):
            with folder_in_memory() as room:
                steps.say(f"{stations:,} stations, writing")
                original = Original(room, stations)
                results.append(await asyncio.to_thread(_measure, serving, original, steps, changes))
    return results


def _measure(
    serving: Callable[[Original], contextlib.AbstractContextManager[_Serving]],
    original: Original,
    steps: Steps,
    changes: int,
) -> Reloads:
    stations = original.stations
    with serving(original) as served, sync_playwright() as playwright:
        server = served.name
        browser = playwright.chromium.launch(**launch_options())
        try:
            page = browser.new_page()
            page.add_init_script(_SHOWN)
            connections = _connections(page)
            page.goto(served.address, timeout=_PATIENCE * 1000)
            _change(page, connections, served, "Birinci")  # what is slow only once
            seconds = []
            for number in range(changes):
                steps.say(f"{stations:,} stations, {server}, change {number + 1} of {changes}")
                seconds.append(_change(page, connections, served, f"Dəyişdi {number}"))
                steps.advance()
        except Error as error:
            raise MachineError(f"{server} did not show a change: {error.message}") from error
        finally:
            browser.close()
    told = [float(found[1]) for line in served.said[-changes:] if (found := _BUILT.search(line))]
    return Reloads(server=server, stations=stations, seconds=seconds, built=statistics.median(told) if told else None)


def _connections(page: Page) -> list[str]:
    """Return a list that grows each time the page begins to wait for its server's word, by a socket or a question."""
    found: list[str] = []
    page.on("websocket", lambda socket: found.append(socket.url))
    page.on("request", lambda request: found.append(request.url) if "/preview/version" in request.url else None)
    return found


def _change(page: Page, connections: list[str], served: _Serving, name: str) -> float:
    """Give the station another name, and return after how many seconds the page showed it."""
    end = time.monotonic() + _PATIENCE
    while not connections:  # a page that does not wait yet would miss the change
        if time.monotonic() > end:
            raise MachineError(f"{served.name}'s page does not wait for changes.")
        page.wait_for_timeout(_PAUSE * 100)
    connections.clear()
    page.wait_for_timeout(_PAUSE * 1000)
    with page.expect_console_message(lambda message: name in message.text, timeout=_PATIENCE * 1000):
        begin = time.monotonic()
        served.rename(name)
    return time.monotonic() - begin


@contextmanager
def _pollcast(original: Original) -> Iterator[_Serving]:
    pollcast, folder = Pollcast(), _given(Pollcast(), original)
    argv = (*command("preview"), f"--config={folder / 'pollcast.toml'}", f"--content={folder / 'content'}", "--port=0")
    with _running(argv) as said:
        _until(lambda: any(_BUILT.search(line) for line in said), said)
        found = re.search(r"http://[\d.:]+", said[0])
        yield _Serving(
            name=pollcast.name,
            address=f"{found[0] if found else ''}/{_first_page(original)}",
            rename=lambda name: pollcast.rename_first(folder, original, name),
            said=said,
        )


@contextmanager
def _hugo(original: Original) -> Iterator[_Serving]:
    hugo, folder = Hugo(), _given(Hugo(), original)
    address = f"http://{LOOPBACK}:{(port := free_port())}/{_first_page(original)}"
    with _running(hugo.serve(folder, port)) as said:
        _until(lambda: _answers(address), said)
        yield _Serving(
            name=hugo.name,
            address=address,
            rename=lambda name: hugo.rename_first(folder, original, name),
            said=said,
        )


def _given(contestant: Contestant, original: Original) -> Path:
    folder = original.folder / contestant.name
    folder.mkdir()
    contestant.give(folder, original)
    return folder


def _first_page(original: Original) -> str:
    return next(original.pages()).path.removesuffix("index.html")


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=_PATIENCE):  # noqa: S310 - our own address on loopback
            return True
    except OSError:
        return False


@contextmanager
def _running(argv: Sequence[str]) -> Iterator[list[str]]:
    """Run a server until the context ends; give the lines that it has said."""
    said: list[str] = []
    with (
        tempfile.TemporaryDirectory(prefix="pollcast-bench-") as folder,
        subprocess.Popen(argv, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process,
    ):
        reading = threading.Thread(target=lambda: said.extend(process.stdout or ()))
        reading.start()
        try:
            yield said
        finally:
            process.terminate()
            process.wait(_PATIENCE)
            reading.join()


def _until(true: Callable[[], bool], said: Sequence[str]) -> None:
    end = time.monotonic() + _PATIENCE
    while not true():
        if time.monotonic() > end:
            raise MachineError(f"The server does not start: {''.join(said)[-2000:]}")
        time.sleep(0.05)


def reload_table(results: Sequence[Reloads]) -> Table:
    """Return one row a server and size."""
    table = Table(title="From saving a file to the page that shows it, in Chromium", title_justify="left")
    table.add_column("")
    for heading in ("stations", "changes", "median ms", "p95 ms", "of it building ms"):
        table.add_column(heading, justify="right")
    for result in results:
        built = "" if result.built is None else f"{result.built * 1000:.0f}"
        figures = (f"{result.median * 1000:.0f}", f"{result.p95 * 1000:.0f}", built)
        table.add_row(result.server, f"{result.stations:,}", str(len(result.seconds)), *figures)
    return table
