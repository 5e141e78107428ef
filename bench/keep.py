"""What keeping a recording costs a browser, beside the plain download of the same bytes: time, memory.

A real Chromium opens the station's page and keeps the recording, once into a file that is written while it comes, once
put together in memory. The dialog that asks for a file is replaced by one of the browser's own files on the same disk.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import psutil
from playwright.async_api import BrowserContext, Page, async_playwright
from rich.table import Table

from bench.processes import proportional_bytes
from bench.progress import Steps
from bench.recorded_hour import BEGIN, PLAIN, RecordedHour, record, serving
from election.errors import MachineError
from tests import browser
from tests.site import kept_files
from tests.site.recorded_day import STATION
from tests.site.sample_pages import write_site

MINUTES = 60
KBIT = 2000
ROUNDS = 3
_LOOK_SECONDS = 0.2
_LONGEST_MILLISECONDS = 600_000
_WHOLE = 0.99
"""Of the segments' bytes are in a film at least."""


class Way(StrEnum):
    """How the bytes come onto the disk."""

    PLAIN = "plain download"
    DISK = "kept, written while it comes"
    MEMORY = "kept, put together in memory"


@dataclass(frozen=True, kw_only=True)
class Take:
    """One download."""

    seconds: float
    renderer_before: int
    """Memory of the page's processes when the button was pressed, bytes (PSS)."""
    renderer: int
    """The most they had until it was done."""
    all: int
    """The most that all of the browser's processes had together."""


@dataclass(frozen=True, kw_only=True)
class KeepResult:
    """What was found."""

    size: int
    """Bytes of the recording's segments."""
    minutes: int
    takes: Mapping[Way, Sequence[Take]]

    def seconds(self, way: Way) -> float:
        """How long it typically took."""
        return statistics.median(take.seconds for take in self.takes[way])

    def ratio(self, way: Way) -> float:
        """How long it took beside the plain download."""
        return self.seconds(way) / self.seconds(Way.PLAIN)


async def measure_keeping(
    *, steps: Steps, minutes: int = MINUTES, kbit: int = KBIT, rounds: int = ROUNDS
) -> KeepResult:
    """Keep a recording of so many minutes, at most 60, `rounds` times each way. Raises `PollcastError`."""
    takes: dict[Way, list[Take]] = {way: [] for way in Way}
    with tempfile.TemporaryDirectory(prefix="pollcast-bench-") as name:
        folder = Path(name)
        steps.say("recording")
        (folder / "video").mkdir()
        hour = await record(folder / "video", kbit=kbit, minutes=minutes)
        site = await asyncio.to_thread(write_site, folder / "site")
        with serving(site, hour) as address:
            for _round in range(rounds):
                for way in Way:
                    steps.say(way)
                    takes[way].append(await _take(way, address, hour))
                    steps.advance()
    return KeepResult(size=hour.size, minutes=minutes, takes=takes)


async def _take(way: Way, address: str, hour: RecordedHour) -> Take:
    with tempfile.TemporaryDirectory(prefix="pollcast-bench-", ignore_cleanup_errors=True) as profile:
        async with async_playwright() as playwright:
            # A profile of its own: what a private window keeps would lie in memory.
            context = await playwright.chromium.launch_persistent_context(
                profile, service_workers="block", **browser.launch_options()
            )
            try:
                context.set_default_timeout(_LONGEST_MILLISECONDS)
                return await _timed(way, context, address, hour)
            finally:
                await context.close()


async def _timed(way: Way, context: BrowserContext, address: str, hour: RecordedHour) -> Take:
    page = await context.new_page()
    await context.add_init_script(kept_files.NO_DIALOG if way is Way.MEMORY else kept_files.ALWAYS_CHOSEN)
    await page.goto(f"{address}/en/station/{STATION}/")
    if way is not Way.PLAIN:
        await _announced(page, hour)
    async with _weighing() as weights:
        begin = time.monotonic()
        if way is Way.DISK:
            await page.locator(".keep__start").click()
            await page.get_by_text("Done. The browser has saved the file.").wait_for()
        else:
            async with page.expect_download() as waiting:
                if way is Way.MEMORY:
                    await page.locator(".keep__start").click()
                else:
                    await page.evaluate(_FOLLOW, PLAIN)
            await (await waiting.value).path()
        seconds = time.monotonic() - begin
    # A film leaves out what names and indexes each segment.
    if way is Way.DISK and sum((await page.evaluate(kept_files.SIZES)).values()) < _WHOLE * hour.size:
        raise MachineError("The file that was kept is too short.", hint="Run the benchmark again.")
    return Take(
        seconds=seconds,
        renderer_before=weights[0][0],
        renderer=max(renderer for renderer, _all in weights),
        all=max(everything for _renderer, everything in weights),
    )


_FOLLOW = """(url) => {
  const anchor = Object.assign(document.createElement("a"), { href: url, download: "plain.mp4" });
  anchor.click();
}"""


async def _announced(page: Page, hour: RecordedHour) -> None:
    """Ask for the whole recording and wait until it is offered."""
    await page.locator(".day > .day__summary").click()
    await page.get_by_text("Download a part of the recording").click()
    end = f"{9 + hour.minutes // 60:02d}:{hour.minutes % 60:02d}:00"
    await page.locator(".keep__from").fill(f"{BEGIN.hour + 4:02d}:00:00")
    await page.locator(".keep__to").fill(end)
    await page.locator(".keep__quality").select_option("main")
    await page.get_by_role("button", name="Show the size").click()
    await page.locator(".keep__start").wait_for()


@contextlib.asynccontextmanager
async def _weighing() -> AsyncIterator[list[tuple[int, int]]]:
    """Weigh the browser's processes until the context ends: (renderers, all), in bytes; at least once."""
    weights = [await asyncio.to_thread(_weigh)]

    async def again() -> None:
        while True:
            await asyncio.sleep(_LOOK_SECONDS)
            weights.append(await asyncio.to_thread(_weigh))

    task = asyncio.create_task(again())
    try:
        yield weights
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


def _weigh() -> tuple[int, int]:
    renderers = everything = 0
    for child in psutil.Process(os.getpid()).children(recursive=True):
        # A process may end while it is looked at.
        with contextlib.suppress(psutil.Error, MachineError):
            if "chrom" in child.name():
                size = proportional_bytes(child.pid)
                everything += size
                renderers += size if "--type=renderer" in child.cmdline() else 0
    return renderers, everything


def keep_table(result: KeepResult) -> Table:
    """Return one row a way."""
    megabytes = result.size / 1e6
    table = Table(
        title=f"Keeping {result.minutes} min of {megabytes:.0f} MB in Chromium",
        title_justify="left",
        caption="Memory: PSS, MB. Page: its renderers, when the button is pressed and at most; browser: all processes.",
        caption_justify="left",
    )
    for heading in ("way", "seconds", "MB/s", "of plain", "page before", "page peak", "browser peak"):
        table.add_column(heading, justify="left" if heading == "way" else "right")
    for way, takes in result.takes.items():
        table.add_row(
            way,
            f"{result.seconds(way):.1f}",
            f"{megabytes / result.seconds(way):.0f}",
            f"{result.ratio(way):.2f}",
            f"{max(take.renderer_before for take in takes) / 1e6:.0f}",
            f"{max(take.renderer for take in takes) / 1e6:.0f}",
            f"{max(take.all for take in takes) / 1e6:.0f}",
        )
    return table
