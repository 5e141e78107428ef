"""What keeping recordings of several lengths costs a browser, beside the plain download of the same bytes.

A real Chromium opens the station's page and keeps the recording, once into a file that is written while it comes, once
put together in memory. The dialog that asks for a file is replaced by one of the browser's own files on the same disk.
"""

from __future__ import annotations

import asyncio
import statistics
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from rich.table import Table

from bench.keeping_browser import Take, Way, take
from bench.progress import Steps
from bench.recorded_hour import record, serving
from tests.site.sample_pages import write_site

MINUTES = (5, 20, 60)
KBIT = 2000
ROUNDS = 3


@dataclass(frozen=True, kw_only=True)
class KeepResult:
    """What was found of one length."""

    size: int
    """Bytes of the recording's segments."""
    minutes: int
    takes: Mapping[Way, Sequence[Take]]
    """Empty for a way that the page refuses for this size."""

    def seconds(self, way: Way) -> float:
        """How long it typically took."""
        return statistics.median(each.seconds for each in self.takes[way])

    def ratio(self, way: Way) -> float:
        """How long it took beside the plain download."""
        return self.seconds(way) / self.seconds(Way.PLAIN)


def takes_of(minutes: Sequence[int], rounds: int = ROUNDS) -> int:
    """Return how many downloads measuring takes."""
    return len(minutes) * rounds * len(Way)


async def measure_keeping(
    minutes: Sequence[int], *, steps: Steps, kbit: int = KBIT, rounds: int = ROUNDS
) -> list[KeepResult]:
    """Keep recordings of so many minutes, at most 60, `rounds` times each way. Raises `PollcastError`."""
    results = []
    with tempfile.TemporaryDirectory(prefix="pollcast-bench-") as name:
        folder = Path(name)
        steps.say("recording")
        (folder / "video").mkdir()
        recording = await record(folder / "video", kbit=kbit, minutes=1)
        site = await asyncio.to_thread(write_site, folder / "site")
        for length in minutes:
            hour = replace(recording, minutes=length)
            takes: dict[Way, list[Take]] = {way: [] for way in Way}
            with serving(site, hour) as address:
                for _round in range(rounds):
                    for way in Way:
                        steps.say(f"{length} min, {way}")
                        taken = await asyncio.to_thread(take, way, address, hour)
                        takes[way] += [] if taken is None else [taken]
                        steps.advance()
            results.append(KeepResult(size=hour.size, minutes=length, takes=takes))
    return results


def keep_table(results: Sequence[KeepResult]) -> Table:
    """Return one row a length and way."""
    table = Table(
        title="Keeping a recording in Chromium",
        title_justify="left",
        caption="Memory: PSS, MB. Page: its renderers, when the button is pressed and at most; browser: all processes.",
        caption_justify="left",
    )
    for heading in ("minutes", "MB", "way", "seconds", "MB/s", "of plain", "page before", "page peak", "browser peak"):
        table.add_column(heading, justify="left" if heading == "way" else "right")
    for result in results:
        megabytes = result.size / 1e6
        for way, takes in result.takes.items():
            row = [f"{result.minutes}", f"{megabytes:.0f}", way]
            if takes:
                row += [
                    f"{result.seconds(way):.1f}",
                    f"{megabytes / result.seconds(way):.0f}",
                    f"{result.ratio(way):.2f}",
                    f"{max(each.page_before for each in takes) / 1e6:.0f}",
                    f"{max(each.page for each in takes) / 1e6:.0f}",
                    f"{max(each.all for each in takes) / 1e6:.0f}",
                ]
            else:
                row += ["refused"]
            table.add_row(*row)
        table.add_section()
    return table
