"""What a wall of nine tiles costs its browser: memory by process, the heap of the scripts, players that play."""

from __future__ import annotations

import itertools
import json
import re
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from election.ids import StationId
from election.states import StationState
from tests.site.live_stream import LiveStream
from tests.site.viewer_server import ViewerServer
from tests.soak.bare_browser import BareBrowser

NINE = [f"034-{number:03d}" for number in range(1, 10)]
MEGABYTE = 1 << 20
POSITIONS = (
    "JSON.stringify([...document.querySelectorAll('.wall__tile video')]"
    ".map((video) => (video.currentSrc !== '' && video.readyState > 0 ? video.currentTime : null)))"
)


@dataclass(frozen=True, kw_only=True)
class Footprint:
    """One look at the page; memory in MB."""

    seconds: float
    """Since the first look."""
    renderer: float
    """Of the page's process, what is its own alone: pages shared with other processes do not count."""
    helpers: float
    """The same of the processes for graphics, network and sound."""
    whole: float
    """All of the browser's processes together, what they share counted once, without the files of the program."""
    heap: float
    """What the scripts hold after a garbage collection."""
    nodes: int
    """Elements and texts of the document and those kept alive by scripts."""
    players: int
    """Video elements that have a source."""
    moving: int
    """Of those the ones whose position moved since the look before."""


def nine_live(viewer: ViewerServer) -> None:
    """Let nine stations be live, their segments not cut at the same moments."""
    viewer.others = {station: LiveStream(viewer.stream.clips) for station in NINE}
    for number, stream in enumerate(viewer.others.values()):
        stream.started -= number * 0.4
    viewer.states = {StationId(station): StationState.LIVE for station in NINE}


class Scales:
    """Weighs one page again and again."""

    def __init__(self, browser: BareBrowser) -> None:
        self._browser = browser
        self._browser.ask("Performance.enable", of_page=True)
        self._began = time.monotonic()
        self._positions: list[float | None] = []

    def weigh(self) -> Footprint:
        """Return what the page costs now."""
        self._browser.collect_garbage()
        told = self._browser.ask("Performance.getMetrics", of_page=True)["metrics"]
        metrics = {item["name"]: item["value"] for item in told}
        own = {"renderer": 0.0, "browser": 0.0, "helper": 0.0}
        whole = 0.0
        for process in self._browser.ask("SystemInfo.getProcessInfo")["processInfo"]:
            size = _memory(process["id"])
            kind = process["type"] if process["type"] in own else "helper"
            own[kind] += size["Private_Clean"] + size["Private_Dirty"]
            whole += size["Pss_Anon"] + size["Pss_Shmem"]
        positions = json.loads(self._browser.evaluate(POSITIONS))
        before = self._positions or [None] * len(positions)
        moving = sum(now is not None and now != then for now, then in zip(positions, before, strict=True))
        self._positions = positions
        return Footprint(
            seconds=time.monotonic() - self._began,
            renderer=own["renderer"],
            helpers=own["helper"],
            whole=whole,
            heap=metrics["JSHeapUsedSize"] / MEGABYTE,
            nodes=int(metrics["Nodes"]),
            players=sum(position is not None for position in positions),
            moving=moving,
        )


def _memory(process: int) -> dict[str, float]:
    """Return the sums over a process's mappings by their names in proc(5), in MB."""
    text = Path(f"/proc/{process}/smaps_rollup").read_text()
    return {name: int(kilobytes) / 1024 for name, kilobytes in re.findall(r"^(\w+): +(\d+) kB", text, re.MULTILINE)}


def watch(scales: Scales, *, minutes: float, every: float, tell: Callable[[str], None]) -> list[Footprint]:
    """Weigh the page for so long; return every look after the first minute, when all players run."""
    looks: list[Footprint] = []
    time.sleep(60)
    end = time.monotonic() + 60 * minutes
    while time.monotonic() < end:
        look = scales.weigh()
        looks.append(look)
        tell(
            f"wall {look.seconds / 60:4.1f} min: whole {look.whole:.0f} MB, renderer {look.renderer:.0f} MB, "
            f"helpers {look.helpers:.0f} MB, heap {look.heap:.1f} MB, {look.nodes} nodes, "
            f"{look.players} players, {look.moving} moving"
        )
        time.sleep(every)
    return looks


def slope(points: Sequence[tuple[float, float]]) -> float:
    """Return the rise in a unit of time: the median over all pairs, which a few odd looks do not move."""
    pairs = itertools.combinations(points, 2)
    return statistics.median((later - sooner) / (end - begin) for (begin, sooner), (end, later) in pairs)
