"""`python -m tests.soak`: the long forms of what `tests/faults` tries briefly, and what was found, a line each.

It ends with code 1 if a rule was broken.
"""

from __future__ import annotations

import asyncio
import random
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import pytest
import structlog
import typer
from rich.console import Console

from election import keys
from election.configuration import VideoTable
from election.playlist import parse_media
from simulator.faults import known_faults
from tests.faults import crowd, fast_time, fuzzing, kills
from tests.faults.outage import weather
from tests.servers import fast_folder, running_seaweedfs
from tests.soak.wall import PICTURE, wall
from tests.upload.conftest import quicken
from tests.upload.packaging import FIRST, MAIN, cameras, packaging, sources_of
from tests.upload.test_store import new_bucket
from upload.store import open_store

PROJECT = Path(__file__).parents[2]
CROWD_SECONDS = 60.0
AWAY_SECONDS = 20.0
A_SEGMENT_MAY_LEAVE = 150
SHOWN_EVERY = 20


class Broken(AssertionError):
    """A rule was broken; the message says which and where."""


class Part(StrEnum):
    """What can be tried."""

    FUZZ = "fuzz"
    KILLS = "kills"
    CROWD = "crowd"
    OUTAGE = "outage"
    RARE = "rare"
    DAY = "day"
    WALL = "wall"


Tell = Callable[[str], None]


def fuzz(runs: int, seed: int, tell: Tell) -> None:
    """Feed every reader with anything."""
    for target in fuzzing.TARGETS:
        each = runs // len(fuzzing.TARGETS) // fuzzing.DEAR.get(target, 1)
        folder = Path(tempfile.mkdtemp(prefix=f"pollcast-{target}-"))
        argv = [sys.executable, "-m", "tests.faults.fuzzer", target, str(folder)]
        argv += [f"-runs={each}", "-timeout=10", "-rss_limit_mb=1024", f"-seed={seed}"]
        began = time.monotonic()
        ended = subprocess.run(argv, cwd=PROJECT, capture_output=True, text=True, check=False)
        if ended.returncode != 0 or f"Done {each} runs" not in ended.stderr:
            raise Broken(f"fuzz {target}: {ended.stderr[-2000:]}\nWhat did it lies in {folder}.")
        tell(f"fuzz {target}: {each} runs in {time.monotonic() - began:.0f} s, nothing found")


def kill(count: int, seed: int, tell: Tell) -> None:
    """Kill packager and ffmpeg again and again."""
    began = time.monotonic()

    def done(number: int) -> None:
        if number % SHOWN_EVERY == 0:
            tell(f"kills: {number} of {count} after {time.monotonic() - began:.0f} s")

    with running_seaweedfs() as server, fast_folder() as folder:
        bucket = new_bucket(server)
        clips = folder / "clips"
        clips.mkdir()
        found = asyncio.run(
            kills.survive(
                count,
                clips=clips,
                folder=folder,
                url=server.url(bucket),
                environment=server.environment,
                store=open_store(server.url(bucket), server.environment),
                chance=random.Random(seed),
                tell=done,
            )
        )
    killed = ", ".join(f"{victim} {number}" for victim, number in sorted(found.kills.items()))
    tell(
        f"kills: {killed} in {time.monotonic() - began:.0f} s; {found.segments} segments and {found.gaps} gaps listed, "
        f"{found.discontinuities} discontinuities, {found.playlists_seen} playlists compared: no change, all is there"
    )


def gather(cameras: int, tell: Tell) -> None:
    """Let many cameras come back at once."""
    with fast_folder() as folder:
        clips = folder / "clips"
        clips.mkdir()
        found = asyncio.run(
            crowd.come_back(
                cameras,
                clips=clips,
                folder=folder,
                away_seconds=AWAY_SECONDS,
                video=VideoTable(),
                form=crowd.TINY,
                tell=lambda text: tell(f"crowd: {text}"),
            )
        )
    tell(
        f"crowd: the first of {found.cameras} cameras is back after {found.first_seconds:.1f} s, the last after "
        f"{found.all_seconds:.1f} s, at most {found.most_connecting} were connecting at one moment"
    )
    if found.all_seconds > CROWD_SECONDS:
        raise Broken(f"crowd: it took longer than {CROWD_SECONDS:.0f} s")


def outage(minutes: float, tell: Tell) -> None:
    """Let the store be away for long."""
    with fast_folder() as folder, pytest.MonkeyPatch.context() as patch:
        quicken(patch)
        clips = folder / "clips"
        clips.mkdir()
        store = open_store(f"file://{folder}/store", {})
        found = asyncio.run(weather(minutes * 60, clips=clips, folder=folder, store=store))
    tell(
        f"outage: {minutes:g} min without a store, {found.missed} segments missed; live again after "
        f"{found.live_seconds:.1f} s, the hours whole after {found.whole_seconds:.1f} s"
    )


def rare(tell: Tell) -> None:
    """Record a camera that sends a key frame every 60 s."""

    async def work(folder: Path) -> int:
        store = open_store(f"file://{folder}/store", {})
        async with cameras(folder) as server:
            server.behave("cam-001", known_faults()["gop-60"].conduct())
            async with packaging(sources_of(server, "cam-001")[:1], store, folder / "spool") as running:
                await running.until(lambda: running.health().newest_end, seconds=240)
                if not running.health().demand.startswith("The camera sends a key frame only every 60 s"):
                    raise Broken(f"rare: operators are told {running.health().demand!r}")
                found = parse_media((await store.get(keys.live(FIRST, MAIN))).decode())
                if round(found.segments[0].duration.total_seconds()) != 60:
                    raise Broken(f"rare: a segment of {found.segments[0].duration.total_seconds()} s is listed")
                return found.target_duration

    with fast_folder() as folder:
        target = asyncio.run(work(folder))
    tell(f"rare: a key frame every 60 s is recorded, with a target duration of {target} s, and told")


def day(hours: int, tell: Tell) -> None:
    """Publish a day in fast time."""
    began = time.monotonic()
    with fast_folder() as folder:
        readings = asyncio.run(fast_time.live_through(hours, folder))
    first, last = readings[0], readings[-1]
    left = (last.python_bytes - first.python_bytes) / (last.segments - first.segments)
    tell(
        f"day: {last.segments} segments in {time.monotonic() - began:.0f} s; after an hour and in the end Python holds "
        f"{first.python_bytes / 1e6:.2f} and {last.python_bytes / 1e6:.2f} MB, the process "
        f"{first.resident_bytes / 1e6:.0f} and {last.resident_bytes / 1e6:.0f} MB, "
        f"and {first.descriptors} and {last.descriptors} descriptors"
    )
    if left > A_SEGMENT_MAY_LEAVE or last.descriptors > first.descriptors + 3:
        raise Broken("day: memory or descriptors grow")


def soak(
    which: Annotated[list[Part] | None, typer.Argument(help="What to try; [all].")] = None,
    runs: Annotated[int, typer.Option("--runs", min=10, help="Fuzzing runs, over all readers.")] = 1_000_000,
    count: Annotated[int, typer.Option("--kills", min=1)] = 200,
    cameras: Annotated[int, typer.Option("--cameras", min=1, max=1000)] = 200,
    minutes: Annotated[float, typer.Option("--minutes", min=0.2, max=600, help="Without a store.")] = 10,
    hours: Annotated[int, typer.Option("--hours", min=2, max=24, help="Of the day in fast time.")] = 24,
    wall_minutes: Annotated[float, typer.Option(help="For how long a wall of nine tiles is watched.")] = 30,
    wall_picture: Annotated[str, typer.Option(help="The size of its pictures.")] = PICTURE,
    seed: Annotated[int, typer.Option("--seed", help="Of everything that is left to chance; 0: by the clock.")] = 0,
) -> None:
    """Try for long what the tests try briefly."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    out = Console(highlight=False)
    seed = seed or time.time_ns() % 1_000_000_000
    out.print(f"seed {seed}")

    def tell(text: str) -> None:
        out.print(text, soft_wrap=True)

    for part in which or list(Part):
        match part:
            case Part.FUZZ:
                fuzz(runs, seed, tell)
            case Part.KILLS:
                kill(count, seed, tell)
            case Part.CROWD:
                gather(cameras, tell)
            case Part.OUTAGE:
                outage(minutes, tell)
            case Part.RARE:
                rare(tell)
            case Part.DAY:
                day(hours, tell)
            case Part.WALL:
                if wrong := wall(wall_minutes, wall_picture, tell):
                    raise Broken(f"wall: {wrong}")


if __name__ == "__main__":
    try:
        typer.run(soak)
    except AssertionError as failure:
        typer.echo(str(failure) or traceback.format_exc(), err=True)
        sys.exit(1)
