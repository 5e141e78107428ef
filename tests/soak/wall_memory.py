"""What a wall of nine tiles costs its browser: memory by process, the heap of the scripts, players that play."""

from __future__ import annotations

import json
import re
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from election.ids import StationId
from election.states import StationState
from tests.site.live_stream import SEGMENT_SECONDS, LiveStream
from tests.site.viewer_server import ViewerServer
from tests.soak.bare_browser import BareBrowser

NINE = [f"034-{number:03d}" for number in range(1, 10)]
MEGABYTE = 1 << 20
WINDOW = 150
"""Segments of the live playlist: ten minutes, as the packager has it, so that they are full from the first look on."""
WELL_FED = 0.85
"""Of the video that the players usually hold."""
PLAYERS = """JSON.stringify([...document.querySelectorAll('video')].map((video) => {
  const { buffered } = video;
  let seconds = 0;
  for (let part = 0; part < buffered.length; part += 1) seconds += buffered.end(part) - buffered.start(part);
  return [video.currentSrc !== '' && video.readyState > 0 ? video.currentTime : null, seconds];
}))"""
"""For each video its position, null without one, and the seconds it holds."""


@dataclass(frozen=True, kw_only=True)
class Footprint:
    """One look at the page; memory in MB."""

    seconds: float
    """Since the first look."""
    renderer: float
    """Of the page's process and two small ones of the browser's own pages, what is theirs alone, not shared."""
    helpers: float
    """The same of the processes for graphics, network and sound."""
    whole: float
    """All of the browser's processes together, what they share counted once, without the files of the program."""
    heap: float
    """What the page's scripts hold after a garbage collection."""
    nodes: int
    """Elements and texts of the document and those kept alive by scripts."""
    listeners: int
    """Of events, of whatever the page or its scripts keep."""
    buffered: float
    """Seconds of video that all players together hold."""
    players: int
    """Video elements that have a source."""
    moving: int
    """Of those the ones whose position moved since the look before."""


def nine_live(viewer: ViewerServer) -> None:
    """Let nine stations be live, their segments not cut at the same moments."""
    viewer.others = {station: LiveStream(viewer.stream.clips, window=WINDOW) for station in NINE}
    for number, stream in enumerate(viewer.others.values()):
        stream.started -= WINDOW * SEGMENT_SECONDS + number * 0.4
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
        players = json.loads(self._browser.evaluate(PLAYERS))
        positions = [position for position, _seconds in players]
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
            listeners=int(metrics["JSEventListeners"]),
            buffered=sum(seconds for _position, seconds in players),
            players=sum(position is not None for position in positions),
            moving=moving,
        )


def _memory(process: int) -> dict[str, float]:
    """Return the sums over a process's mappings by their names in proc(5), in MB."""
    text = Path(f"/proc/{process}/smaps_rollup").read_text()
    return {name: int(kilobytes) / 1024 for name, kilobytes in re.findall(r"^(\w+): +(\d+) kB", text, re.MULTILINE)}


def watch(scales: Scales, *, minutes: float, every: float, tell: Callable[[str], None]) -> list[Footprint]:
    """Weigh the page for so long, again `every` so many seconds; return every look."""
    looks: list[Footprint] = []
    end = time.monotonic() + 60 * minutes
    while time.monotonic() < end:
        look = scales.weigh()
        looks.append(look)
        tell(
            f"wall {look.seconds / 60:4.1f} min: whole {look.whole:.1f} MB, renderer {look.renderer:.1f} MB, "
            f"helpers {look.helpers:.1f} MB, heap {look.heap:.2f} MB, {look.nodes} nodes, {look.listeners} listeners, "
            f"{look.players} players, {look.moving} moving, {look.buffered:.0f} s of video"
        )
        time.sleep(every)
    return looks


@dataclass(frozen=True, kw_only=True)
class Growth:
    """What was held at least in the second third of the time, and in the last: what is not given back."""

    early: float
    late: float

    @property
    def rise(self) -> float:
        """By how much it grew; what goes up and comes down again is none."""
        return self.late - self.early

    def __str__(self) -> str:
        return f"at least {self.early:.2f} in the second third of the time, {self.late:.2f} in the last"


def growth(looks: Sequence[Footprint], figure: str) -> Growth:
    """Return how a figure of the footprint grew; the first third of the looks is for warming up.

    The least of many looks is what is really held: memory is given back in bursts, minutes apart, so that a line
    through all looks would rise or fall with the moment at which one stops looking.
    """
    third = len(looks) // 3
    early, late = (
        min(float(getattr(look, figure)) for look in well_fed(part))
        for part in (looks[third : 2 * third], looks[2 * third :])
    )
    return Growth(early=early, late=late)


def well_fed(looks: Sequence[Footprint]) -> list[Footprint]:
    """Return the looks at which the players held about as much video as usual.

    On a machine that is too busy they starve now and then: the page holds less for the time, but has not given it up.
    """
    usual = statistics.median(look.buffered for look in looks)
    return [look for look in looks if look.buffered >= WELL_FED * usual]
