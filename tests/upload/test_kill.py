"""The packager killed at any moment, or standing still for a while: nothing that was listed changes or goes back."""

from __future__ import annotations

import asyncio
import functools
import itertools
import json
import os
import random
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from election.ids import Rendition, StationId
from machine import process
from tests.machine.test_process import until_gone
from tests.upload.packaging import FIRST, MAIN, SUB, Audience, cameras, discontinuities, run, until
from tests.upload.side_by_side import side_by_side
from upload.store import ObjectStore

pytestmark = pytest.mark.server
PROJECT = Path(__file__).parents[2]
KILLS = 3


def written_inputs(folder: Path, url: str, cameras_toml: str, *, video: str = "") -> None:
    """Write `pollcast.toml` for quick segments, and `cameras.toml`."""
    (folder / "pollcast.toml").write_text(
        '[election]\nname = { az = "Seçki", en = "Election", ru = "Выборы" }\ndate = 2026-11-24\n'
        f'[store]\nurl = "{url}"\n'
        "[video]\nsegment_seconds = 1\ntarget_duration_seconds = 2\nwindow_seconds = 30\n" + video,
        encoding="utf-8",
    )
    (folder / "cameras.toml").write_text(cameras_toml, encoding="utf-8")


async def started(
    folder: Path,
    *,
    environment: Mapping[str, str] | None = None,
    on_line: Callable[[str], None] | None = None,
    arguments: Sequence[str] = (),
    name: str = "node-1",
    rehearsal: bool = True,
    inside: Sequence[str] = (),
    program: str = "tests.upload.program",
) -> process.Child:
    """Start the packager as a program of its own, in `folder`; in a rehearsal the clock is no matter.

    `inside` is a command that it is handed to.
    """
    options = ["--name", name, *(["--rehearsal"] if rehearsal else []), *arguments]
    argv = [*inside, sys.executable, "-m", program, "package", *options]
    known = {"PYTHONPATH": str(PROJECT), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"} | dict(environment or {})
    return await process.start(argv, name="packager", folder=folder, environment=known, on_line=on_line)


def children_of(pid: int) -> list[int]:
    """Return the ids of a process's children."""
    found: list[int] = []
    for thread in Path(f"/proc/{pid}/task").glob("*/children"):
        found += [int(text) for text in thread.read_text(encoding="utf-8").split()]
    return found


def pictures(audience: Audience, rendition: Rendition) -> int:
    """Return how many segments with pictures have ever been listed."""
    return sum(not segment.gap for segment in audience.segments(FIRST, rendition))


def camera_toml(station: StationId, main: str, sub: str) -> str:
    return f'[[camera]]\nstation = "{station}"\nmain = "{main}"\nsub = "{sub}"\n'


@side_by_side
def test_a_packager_killed_at_any_moment_goes_on_where_it_stopped(clips: Path, fast: Path, store: ObjectStore) -> None:
    random_ = random.Random(20261124)

    async def work() -> None:
        audience = Audience(store)
        async with cameras(clips) as server:
            toml = camera_toml(FIRST, server.url("cam-001", MAIN), server.url("cam-001", SUB))
            written_inputs(fast, f"file://{fast}/store", toml)
            looking = asyncio.create_task(audience.keep_looking((FIRST, MAIN), (FIRST, SUB), pause=0.01))

            def known() -> dict[Rendition, int]:
                return {rendition: pictures(audience, rendition) for rendition in (MAIN, SUB)}

            def more_than(before: dict[Rendition, int], wanted: int) -> bool:
                return all(pictures(audience, each) >= count + wanted for each, count in before.items())

            try:
                for _ in range(KILLS):
                    child = await started(fast)
                    await until(functools.partial(more_than, known(), 2), alive=looking)
                    await asyncio.sleep(random_.uniform(0, 1.2))
                    recorders = children_of(child.pid)
                    assert recorders
                    child.kill()
                    await child.wait()
                    for recorder in recorders:
                        await until_gone(recorder)
                child = await started(fast)
                await until(functools.partial(more_than, known(), 3), alive=looking)
                assert await child.stop(grace=60) == 0
            finally:
                looking.cancel()
        for rendition in (MAIN, SUB):
            numbers = audience.numbers(FIRST, rendition)
            assert numbers == list(range(len(numbers)))
            segments = audience.segments(FIRST, rendition)
            # One where each new recording begins, and one more where a finished segment was found in the spool.
            assert KILLS <= discontinuities(segments) <= 3 * KILLS
            generations = [int(segment.uri.split("-")[3]) for segment in segments]
            assert generations == sorted(generations)
            assert max(generations) == KILLS + 1
        assert audience.playlists_seen > 20

    run(work())


@side_by_side
def test_a_restarted_packager_lists_new_segments_soon_and_leaves_no_old_recording_behind(
    clips: Path, fast: Path, store: ObjectStore
) -> None:
    async def work() -> None:
        audience = Audience(store)
        async with cameras(clips) as server:
            toml = camera_toml(FIRST, server.url("cam-001", MAIN), server.url("cam-001", SUB))
            written_inputs(fast, f"file://{fast}/store", toml)
            child = await started(fast)
            await until(lambda: _has(audience, 3))
            child.kill()
            await child.wait()
            left = set((fast / "spool/media").glob("*/*/*"))
            assert left
            before = await audience.count()
            child = await started(fast)
            await until(lambda: _has(audience, before + 2), seconds=45)  # it need not wait for its own lease to run out
            await until(lambda: not left & set((fast / "spool/media").glob("*/*/*")))
            await until(lambda: _reported_generation(fast / "spool/status.json") == 2)
            assert await child.stop(grace=60) == 0

    run(work())


def _reported_generation(file: Path) -> int:
    return int(json.loads(file.read_text(encoding="utf-8"))["stations"][FIRST]["generation"])


async def _has(audience: Audience, count: int) -> bool:
    return await audience.count() >= count


@side_by_side
def test_the_recorders_end_with_a_packager_that_is_asked_to_stop(clips: Path, fast: Path, store: ObjectStore) -> None:
    async def work() -> None:
        async with cameras(clips) as server:
            toml = camera_toml(FIRST, server.url("cam-001", MAIN), server.url("cam-001", SUB))
            written_inputs(fast, f"file://{fast}/store", toml)
            child = await started(fast)
            await until(lambda: _has(Audience(store), 1))
            recorders = await until(lambda: len(found := children_of(child.pid)) == 2 and found)
            assert await child.stop(grace=60) == 0
            for recorder in recorders:
                await until_gone(recorder)
            assert not any("Traceback" in line for line in child.tail), child.tail

    run(work())


@side_by_side
def test_a_packager_that_stood_still_tells_no_gap_and_shows_every_picture_at_its_time(
    clips: Path, fast: Path, store: ObjectStore
) -> None:
    async def work() -> None:
        audience = Audience(store)
        async with cameras(clips) as server:
            toml = camera_toml(FIRST, server.url("cam-001", MAIN), server.url("cam-001", SUB))
            written_inputs(fast, f"file://{fast}/store", toml)
            child = await started(fast)
            await until(lambda: _has(audience, 3))
            pids = [child.pid, *children_of(child.pid)]
            for pid in pids:
                os.kill(pid, signal.SIGSTOP)
            await asyncio.sleep(5)
            for pid in reversed(pids):
                os.kill(pid, signal.SIGCONT)
            before = await audience.count()
            await until(lambda: _has(audience, before + 8))
            assert await child.stop(grace=60) == 0
        segments = audience.segments()
        assert not any(segment.gap or segment.discontinuity for segment in segments)
        for one, other in itertools.pairwise(segments):
            assert abs(other.program_date_time - one.program_date_time - one.duration) < timedelta(milliseconds=1)

    run(work())
