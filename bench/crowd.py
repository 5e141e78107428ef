"""Whether one machine carries many cameras of few bits, and what they cost it: states, CPU, memory, files, delays.

One stream a camera, each with its own recorder, all from simulated cameras in a process of their own into a SeaweedFS,
on this one machine. Cameras and store take CPU beside the packager; the cost of the packager and its recorders is that
of these processes themselves.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import psutil
from rich.table import Table

from bench.delay import Delays, measure_delays
from bench.packager import Cost, measured, together
from bench.processes import children_of
from bench.progress import Steps
from bench.rig import BUCKET, Load, folder_in_memory, running_cameras, running_packager, running_store
from election.errors import MachineError
from election.ids import Rendition
from election.states import StationState
from upload.store import open_store

CAMERAS = 200
_SETTLE_SECONDS = 10.0
_READY_SECONDS = 300.0


def crowd(cameras: int = CAMERAS) -> Load:
    """Return what so many small cameras send: a main stream each is packaged, its sub stream is not."""
    return Load(renditions=2 * cameras, kbit=30, size="160x90/160x90", fps=5, gop_seconds=1.0, segment_seconds=4)


@dataclass(frozen=True, kw_only=True)
class CrowdResult:
    """What one run found."""

    load: Load
    cameras: int
    states: Mapping[str, int]
    """Cameras by state, at the end."""
    packager: Cost
    """The packager's own process."""
    recorders: Cost
    """Its ffmpegs together."""
    files: int
    """Open descriptors of the packager."""
    processes: int
    """Its ffmpegs."""
    delays: Delays

    @property
    def live(self) -> int:
        """Cameras that were live at the end."""
        return self.states.get(StationState.LIVE, 0)


async def measure_crowd(
    load: Load,
    *,
    seconds: float,
    steps: Steps,
    cache: Path | None = None,
    settle_seconds: float = _SETTLE_SECONDS,
) -> CrowdResult:
    """Package the main stream of each camera and measure cost, then delays, `seconds` each. Raises `PollcastError`."""
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(folder_in_memory())
        steps.say("starting cameras and object store")
        streams = await stack.enter_async_context(running_cameras(load, cache=cache))
        sources = {stream: url for stream, url in streams.items() if stream[1] is Rendition.MAIN}
        store = await stack.enter_async_context(running_store())
        steps.say(f"packager of {len(sources)} cameras, starting")
        pid = await stack.enter_async_context(
            running_packager(sources, folder, store, load, ready_seconds=_READY_SECONDS)
        )
        await steps.wait(settle_seconds)
        steps.say("its cost")
        ffmpegs = children_of(pid)
        costs = await measured([pid, *ffmpegs], seconds, steps)
        files = psutil.Process(pid).num_fds()
        if children_of(pid) != ffmpegs:
            raise MachineError("A recording was restarted while it was measured.", hint="Run the benchmark again.")
        steps.say("its delays")
        reader = open_store(store.url(BUCKET), os.environ | store.environment)
        delays = await measure_delays(folder / "spool", reader, seconds=seconds, steps=steps)
        report = json.loads((folder / "spool" / "status.json").read_text(encoding="utf-8"))
    return CrowdResult(
        load=load,
        cameras=len(sources),
        states=Counter(station["state"] for station in report["stations"].values()),
        packager=costs[pid],
        recorders=together({ffmpeg: costs[ffmpeg] for ffmpeg in ffmpegs}),
        files=files,
        processes=len(ffmpegs),
        delays=delays,
    )


def waited_seconds(seconds: float) -> float:
    """Return how long `measure_crowd` waits in all, besides starting things."""
    return 2 * seconds + _SETTLE_SECONDS


def crowd_table(result: CrowdResult) -> Table:
    """Return one row a figure."""
    load, delays = result.load, result.delays
    sent = f"{load.size.split('/')[0]}, {load.fps}/s, {load.kbit} kbit/s"
    table = Table(
        title=f"{result.cameras} cameras of {sent}, on one machine",
        title_justify="left",
        caption="CPU: % of one core. Memory: PSS, shared pages in proportion.",
        caption_justify="left",
    )
    table.add_column("what")
    table.add_column("in all", justify="right")
    table.add_column("a camera", justify="right")
    states = ", ".join(f"{count} {state}" for state, count in sorted(result.states.items()))
    table.add_row("state at the end", states, "")
    for name, cost in (("packager", result.packager), (f"{result.processes} ffmpegs", result.recorders)):
        table.add_row(f"CPU of the {name}, %", f"{100 * cost.cpu:.1f}", f"{100 * cost.cpu / result.cameras:.3f}")
    for name, cost in (("packager", result.packager), (f"{result.processes} ffmpegs", result.recorders)):
        megabytes = cost.memory / 1e6
        table.add_row(f"memory of the {name}, MB", f"{megabytes:.0f}", f"{megabytes / result.cameras:.2f}")
    table.add_row("open files of the packager", str(result.files), f"{result.files / result.cameras:.1f}")
    for percent in (50, 99):
        name = f"segment closed -> listed, p{percent}, ms"
        table.add_row(name, f"{delays.percentile(percent):.0f}", "")
    table.add_row("segments measured / not listed", f"{len(delays.milliseconds)} / {delays.missed}", "")
    return table
