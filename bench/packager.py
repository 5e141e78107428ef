"""What the packager costs beside a bare `ffmpeg -c copy`, and how soon its segments are listed.

Both pull the same simulated cameras and cut the same segments: the bare ffmpegs into local HLS in memory, the packager
into a SeaweedFS on this machine. They run one after the other, the bare ones before and after the packager, and are
measured once all have cut and listed their first segments, so that no start is counted. CPU is that of the processes
themselves; of the packager it is its own process and its ffmpegs. The cameras' is left out, the store's is shown apart.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

from rich.table import Table

from bench.delay import Delays, measure_delays
from bench.processes import children_of, proportional_bytes, read_cpu
from bench.progress import Steps
from bench.rig import (
    BUCKET,
    Load,
    Sources,
    folder_in_memory,
    running_bare_ffmpegs,
    running_cameras,
    running_packager,
    running_store,
)
from demo.object_store import ObjectServer
from election.errors import MachineError
from upload.store import open_store

SETTLE_SECONDS = 5.0
"""Between the first segments and measuring. The live playlist fills for ten minutes, and costs more as it does."""


@dataclass(frozen=True, kw_only=True)
class Cost:
    """What a group of processes costs together."""

    cpu: float
    """Share of one processor, 1.0 is one core busy all the time."""
    memory: int
    """Proportional bytes."""

    def __add__(self, other: Cost) -> Cost:
        return Cost(cpu=self.cpu + other.cpu, memory=self.memory + other.memory)


@dataclass(frozen=True, kw_only=True)
class PackagerResult:
    """What one run found."""

    load: Load
    bare: tuple[Cost, ...]
    """All bare ffmpegs, before the packager's turn and after it."""
    packager: Cost
    """The packager's own process."""
    recorders: Cost
    """Its ffmpegs."""
    store: Cost
    delays: Delays

    @property
    def bare_cpu(self) -> float:
        """CPU of all bare ffmpegs, the mean of both turns."""
        return sum(cost.cpu for cost in self.bare) / len(self.bare)

    @property
    def ratio(self) -> float:
        """CPU of the packager and its ffmpegs over that of the bare ffmpegs."""
        return (self.packager + self.recorders).cpu / self.bare_cpu


async def measure_packager(
    load: Load,
    *,
    seconds: float,
    steps: Steps,
    cache: Path | None = None,
    settle_seconds: float = SETTLE_SECONDS,
    once: bool = False,
) -> PackagerResult:
    """Run the whole comparison; each of its four measurements lasts `seconds`. Raises `PollcastError`.

    `cache` keeps the cameras' clips; `once` leaves out the second turn of the bare ffmpegs.
    """
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(folder_in_memory())
        steps.say("starting cameras and object store")
        sources = await stack.enter_async_context(running_cameras(load, cache=cache))
        store = await stack.enter_async_context(running_store())

        async def bare(turn: int) -> Cost:
            steps.say(f"bare ffmpegs, turn {turn}, starting")
            async with running_bare_ffmpegs(sources, folder / f"bare-{turn}", load) as pids:
                await steps.wait(settle_seconds)
                steps.say(f"bare ffmpegs, turn {turn}")
                return together(await measured(pids, seconds, steps))

        before = await bare(1)
        packager, recorders, stored, delays = await _packager(
            sources, folder, store, load, seconds=seconds, settle_seconds=settle_seconds, steps=steps
        )
        bares = (before,) if once else (before, await bare(2))
    return PackagerResult(load=load, bare=bares, packager=packager, recorders=recorders, store=stored, delays=delays)


def waited_seconds(seconds: float, settle_seconds: float) -> float:
    """Return how long `measure_packager` waits in all, besides starting things."""
    return 4 * seconds + 3 * settle_seconds


async def _packager(
    sources: Sources,
    folder: Path,
    store: ObjectServer,
    load: Load,
    *,
    seconds: float,
    settle_seconds: float,
    steps: Steps,
) -> tuple[Cost, Cost, Cost, Delays]:
    steps.say("packager, starting")
    async with running_packager(sources, folder, store, load) as pid:
        await steps.wait(settle_seconds)
        steps.say("packager, its cost")
        ffmpegs = children_of(pid)
        if len(ffmpegs) != len(sources):
            raise MachineError(f"The packager has {len(ffmpegs)} child processes for {len(sources)} renditions.")
        costs = await measured([pid, *ffmpegs, store.child.pid], seconds, steps)
        if children_of(pid) != ffmpegs:
            raise MachineError("A recording was restarted while it was measured.", hint="Run the benchmark again.")
        steps.say("packager, its delay")
        reader = open_store(store.url(BUCKET), os.environ | store.environment)
        delays = await measure_delays(folder / "spool", reader, seconds=seconds, steps=steps)
    return costs[pid], together({ffmpeg: costs[ffmpeg] for ffmpeg in ffmpegs}), costs[store.child.pid], delays


async def measured(pids: Sequence[int], seconds: float, steps: Steps) -> dict[int, Cost]:
    """Return what each process costs in the coming `seconds`."""
    begin = read_cpu(pids)
    await steps.wait(seconds)
    shares = read_cpu(pids).share_since(begin)
    return {pid: Cost(cpu=shares[pid], memory=proportional_bytes(pid)) for pid in pids}


def together(costs: Mapping[int, Cost]) -> Cost:
    """Return the sum."""
    return sum(costs.values(), Cost(cpu=0.0, memory=0))


def cost_table(result: PackagerResult) -> Table:
    """Return what each part costs a rendition, and how that compares."""
    load = result.load
    table = Table(
        title=f"{load.renditions} renditions of {load.kbit} kbit/s, {load.segment_seconds} s segments, to SeaweedFS",
        title_justify="left",
        caption="CPU: % of one core. Memory: PSS, shared pages in proportion. x bare: of the mean of its turns.",
        caption_justify="left",
    )
    table.add_column("what")
    for heading in ("CPU % a rendition", "x bare", "MB a rendition", "in all"):
        table.add_column(heading, justify="right")
    everything = result.packager + result.recorders
    for name, cost, compared in (
        *((f"bare ffmpeg -c copy, turn {turn}", cost, True) for turn, cost in enumerate(result.bare, start=1)),
        ("pollcast package, everything", everything, True),
        ("    its ffmpegs", result.recorders, True),
        ("    the packager itself", result.packager, True),
        ("beside it, the object store", result.store, False),
    ):
        table.add_row(
            name,
            f"{100 * cost.cpu / load.renditions:.3f}",
            f"{cost.cpu / result.bare_cpu:.2f}" if compared else "",
            f"{cost.memory / 1e6 / load.renditions:.1f}",
            f"{cost.memory / 1e6:.0f}",
        )
    return table


def delay_table(result: PackagerResult) -> Table:
    """Return how soon segments were listed."""
    delays = result.delays
    table = Table(title="Segment closed -> playlist that names it is readable, ms", title_justify="left", min_width=70)
    for heading in ("segments", "p50", "p90", "p99", "longest", "not listed"):
        table.add_column(heading, justify="right")
    percentiles = [f"{delays.percentile(percent):.0f}" for percent in (50, 90, 99, 100)]
    table.add_row(str(len(delays.milliseconds)), *percentiles, str(delays.missed))
    return table
