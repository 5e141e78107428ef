"""Cameras that answer wrongly, say goodbye or send damage, all at one packager: each is told why, and comes back.

Every camera has one fault for a while. Other faults are tried in `test_camera_faults.py`.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from election.ids import StationId, station_id
from simulator.conduct import Honest
from simulator.faults import known_faults
from simulator.server import CameraServer
from tests.servers import fast_folder
from tests.upload.packaging import LONGEST_TEST_SECONDS, MAIN, Audience, Running, cameras, packaging, run, source
from upload.recorder import StopReason
from upload.store import open_store

pytestmark = pytest.mark.server


@dataclass(frozen=True, kw_only=True)
class Told:
    """What operators are told while the fault lasts."""

    reason: StopReason
    detail: str


CASES = {
    "bye": Told(reason=StopReason.STALLED, detail="No complete segment came"),
    "refuse": Told(reason=StopReason.FAILED, detail="5XX"),
    "wrong-password": Told(reason=StopReason.UNAUTHORIZED, detail="password"),
    "redirect": Told(reason=StopReason.REDIRECTED, detail="another address"),
    "self-redirect": Told(reason=StopReason.REDIRECTED, detail="another address"),
    "endless-sdp": Told(reason=StopReason.FAILED, detail="does not speak RTSP"),
    "gop-10": Told(reason=StopReason.UNSUPPORTED, detail="set its key frame interval"),
}
STATIONS = {name: station_id(34, number) for number, name in enumerate([*CASES, "corrupt"], start=1)}


async def shown(running: Running, audience: Audience, station: StationId, more: int) -> None:
    """Wait for so many more segments with pictures."""
    wanted = await audience.count(station) + more

    async def enough() -> bool:
        return await audience.count(station) >= wanted

    await running.until(enough)


async def told_and_back(running: Running, server: CameraServer, audience: Audience, name: str) -> None:
    station, wanted = STATIONS[name], CASES[name]
    await shown(running, audience, station, 2)
    server.behave(name, known_faults()[name].conduct())

    def told() -> bool:
        health = running.health(station)
        return health.recorder == wanted.reason and wanted.detail in health.detail

    await running.until(told)
    node = running.packager.node
    assert node is not None
    await running.until(lambda: wanted.reason in {str(gap.reason) for gap in node.journal.gaps(station, MAIN)})
    server.behave(name, Honest())
    await shown(running, audience, station, 2)
    await running.until(lambda: running.health(station).recorder == "recording")
    segments = audience.segments(station)
    assert any(segment.discontinuity for segment in segments)
    for each, after in itertools.pairwise(segments):
        hole = after.program_date_time - each.program_date_time - each.duration
        assert timedelta(milliseconds=-1) <= hole <= timedelta(seconds=0.6), "a time is neither shown nor told as a gap"


async def passed_on(running: Running, server: CameraServer, audience: Audience) -> None:
    """Damaged pictures are published as they came. Where their description is damaged, it seems to be another one."""
    station = STATIONS["corrupt"]
    await shown(running, audience, station, 2)
    server.behave("corrupt", known_faults()["corrupt"].conduct())
    await shown(running, audience, station, 4)
    server.behave("corrupt", Honest())
    await shown(running, audience, station, 2)
    node = running.packager.node
    assert node is not None
    reasons = {str(gap.reason) for gap in node.journal.gaps(station, MAIN)}
    # Where a key frame is damaged the segment may be longer than the target duration; where ffmpeg takes one damaged
    # picture for several of one time, the clock seems to have gone back.
    assert reasons <= {StopReason.CHANGED, StopReason.STALLED, StopReason.UNSUPPORTED, StopReason.JUMPED}


@pytest.fixture(scope="module")
def outcome(request: pytest.FixtureRequest, clips: Path, quick_attempts: None) -> Iterator[Callable[[str], None]]:
    """Begin all cases at once; return how one ended."""
    results: dict[str, Future[None]] = {name: Future() for name in STATIONS}

    async def one(name: str, running: Running, server: CameraServer, audience: Audience) -> None:
        try:
            if name == "corrupt":
                await passed_on(running, server, audience)
            else:
                await told_and_back(running, server, audience, name)
        except Exception as error:
            results[name].set_exception(error)
        else:
            results[name].set_result(None)

    async def work() -> None:
        with fast_folder() as folder:
            store = open_store(f"file://{folder}/store", {})
            audience = Audience(store)
            async with cameras(clips, *STATIONS) as server:
                sources = [source(server.url(name, MAIN), station=station) for name, station in STATIONS.items()]
                async with packaging(sources, store, folder / "spool") as running, asyncio.TaskGroup() as group:
                    for name in STATIONS:
                        group.create_task(one(name, running, server, audience))

    with ThreadPoolExecutor(1) as thread:
        ended = thread.submit(run, work())

        def of(name: str) -> None:
            results[name].result(timeout=LONGEST_TEST_SECONDS)

        yield of
        ended.result()


@pytest.mark.parametrize("name", CASES)
def test_a_camera_that_answers_wrongly_is_told_by_its_reason_and_comes_back(
    outcome: Callable[[str], None], name: str
) -> None:
    outcome(name)


def test_damaged_pictures_are_published_and_stop_nothing_for_good(outcome: Callable[[str], None]) -> None:
    outcome("corrupt")
