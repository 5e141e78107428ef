"""What a wall of nine tiles costs its page: memory of the renderer, the heap of the scripts, players and frames."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import psutil
from playwright.sync_api import Browser, CDPSession, Page

from election.ids import StationId
from election.states import StationState
from tests.site.live_stream import LiveStream
from tests.site.viewer_server import ViewerServer

NINE = [f"034-{number:03d}" for number in range(1, 10)]
MEGABYTE = 1 << 20


@dataclass(frozen=True, kw_only=True)
class Footprint:
    """One look at the page."""

    seconds: float
    """Since the first look."""
    renderer: float
    """Memory of the renderer's processes, MB resident."""
    heap: float
    """What the scripts hold after a garbage collection, MB."""
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

    def __init__(self, page: Page, browser: Browser) -> None:
        self._page = page
        self._browser: CDPSession = browser.new_browser_cdp_session()
        self._session = page.context.new_cdp_session(page)
        self._session.send("Performance.enable")
        self._began = time.monotonic()
        self._positions: dict[str, float] = {}

    def weigh(self) -> Footprint:
        """Return what the page costs now."""
        self._session.send("HeapProfiler.collectGarbage")
        metrics = {item["name"]: item["value"] for item in self._session.send("Performance.getMetrics")["metrics"]}
        processes = self._browser.send("SystemInfo.getProcessInfo")["processInfo"]
        resident = [psutil.Process(item["id"]).memory_info().rss for item in processes if item["type"] == "renderer"]
        positions = self._page.evaluate(
            "Object.fromEntries([...document.querySelectorAll('.wall__tile')]"
            ".map((tile) => [tile, tile.querySelector('video')])"
            ".filter(([tile, video]) => video.currentSrc !== '' && video.readyState > 0)"
            ".map(([tile, video]) => [tile.querySelector('.wall__label').textContent, video.currentTime]))"
        )
        moving = sum(position != self._positions.get(name) for name, position in positions.items())
        self._positions = positions
        return Footprint(
            seconds=time.monotonic() - self._began,
            renderer=sum(resident) / MEGABYTE,
            heap=metrics["JSHeapUsedSize"] / MEGABYTE,
            nodes=int(metrics["Nodes"]),
            players=len(positions),
            moving=moving,
        )


def watch(scales: Scales, page: Page, *, minutes: float, every: float, tell: Callable[[str], None]) -> list[Footprint]:
    """Weigh the page for so long; return every look after the first minute, when all players run."""
    looks: list[Footprint] = []
    end = time.monotonic() + 60 * minutes
    page.wait_for_timeout(60_000)
    while time.monotonic() < end:
        look = scales.weigh()
        looks.append(look)
        tell(
            f"wall {look.seconds / 60:4.1f} min: renderer {look.renderer:.0f} MB, heap {look.heap:.1f} MB, "
            f"{look.nodes} nodes, {look.players} players, {look.moving} moving"
        )
        page.wait_for_timeout(every * 1000)
    return looks


def growth(values: Sequence[float]) -> float:
    """Return by how much the last third lies above the second third, as a share; the first third is warming up."""
    third = len(values) // 3
    middle, last = statistics.median(values[third : 2 * third]), statistics.median(values[2 * third :])
    return last / middle - 1
