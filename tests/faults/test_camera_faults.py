"""Cameras that go on sending, but something else: another picture size, another clock, next to nothing.

Each is watched through the whole packager. What was published is decoded, and held against what was listed.
"""

from __future__ import annotations

import asyncio
import functools
import io
import itertools
import os
import signal
import time
from datetime import timedelta
from pathlib import Path

import av
import pytest

from election import keys
from election.configuration import VideoTable
from simulator import stream_faults
from simulator.conduct import Honest
from simulator.description import StreamFormat
from simulator.faults import known_faults
from tests.upload.packaging import (
    FIRST,
    MAIN,
    SUB,
    Audience,
    Running,
    cameras,
    discontinuities,
    packaging,
    run,
    sources_of,
)
from tests.upload.side_by_side import side_by_side
from upload import backoff
from upload.ffmpeg_recorder import LONGEST_KEY_WAIT_SECONDS
from upload.fmp4 import read_init
from upload.media_clock import SEVERAL
from upload.recorder import StopReason
from upload.store import ObjectStore

pytestmark = [pytest.mark.server, pytest.mark.usefixtures("quick_attempts")]
FRAME = timedelta(seconds=1 / 25)
FOLDER = keys.live(FIRST, MAIN).removesuffix("live.m3u8")


async def _has(audience: Audience, count: int) -> bool:
    return await audience.count() >= count


async def _pictures(audience: Audience, store: ObjectStore) -> list[tuple[tuple[int, int], set[tuple[int, int]], int]]:
    """Decode everything that was listed: what each init segment says, the sizes of its pictures, their number."""
    found = []
    for segment in audience.segments():
        if segment.gap:
            continue
        init = await store.get(FOLDER + segment.map_uri)
        body = await store.get(FOLDER + segment.uri)
        with av.open(io.BytesIO(init + body), "r") as container:
            sizes = [(frame.width, frame.height) for frame in container.decode(video=0)]
        track = read_init(init)
        found.append(((track.width, track.height), set(sizes), len(sizes)))
    return found


async def _require_true_times(audience: Audience, store: ObjectStore) -> None:
    """EXTINF is the time that the pictures take, and wall-clock times rise with it.

    Fewer pictures than are needed to believe a jump may have come after it, and count for nothing.
    """
    segments = [segment for segment in audience.segments() if not segment.gap]
    for segment, (_, _, frames) in zip(segments, await _pictures(audience, store), strict=True):
        assert abs(segment.duration - frames * FRAME) <= (SEVERAL - 1) * FRAME * 1.01
    for earlier, later in itertools.pairwise(audience.segments()):
        end = earlier.program_date_time + earlier.duration
        assert later.program_date_time >= end - FRAME
        if not later.discontinuity:
            assert later.program_date_time - end < timedelta(seconds=1)


def _has_jumped(running: Running, restarts: int) -> bool:
    return running.health().restarts >= restarts and running.health().recorder == StopReason.JUMPED


@side_by_side
def test_a_picture_size_that_changes_begins_a_new_recording_and_is_described_by_its_own_init_segment(
    clips: Path, fast: Path, store: ObjectStore
) -> None:
    async def work() -> None:
        audience = Audience(store)
        async with (
            cameras(clips) as server,
            packaging(sources_of(server, "cam-001")[:1], store, fast / "spool") as running,
        ):
            await running.until(functools.partial(_has, audience, 2))
            server.behave("cam-001", known_faults()["sps-change"].conduct())
            await running.until(lambda: running.health().recorder == StopReason.CHANGED)
            assert running.health().detail.startswith("The picture's size or coding is no longer 320x180, avc1.")
            await running.until(functools.partial(_has, audience, await audience.count() + 2))
            server.behave("cam-001", Honest())
            await running.until(lambda: running.health().restarts >= 2)
            await running.until(functools.partial(_has, audience, await audience.count() + 2))
        pictures = await _pictures(audience, store)
        assert all(sizes == {described} for described, sizes, _ in pictures)
        seen = [described for described, _ in itertools.groupby(pictures, key=lambda each: each[0])]
        assert seen == [(320, 180), (160, 90), (320, 180)] or seen == [(320, 180), (640, 360), (320, 180)]
        assert discontinuities(audience.segments()) >= 2
        for earlier, later in itertools.pairwise(audience.segments()):
            assert earlier.map_uri == later.map_uri or later.discontinuity or later.gap
        await _require_true_times(audience, store)

    run(work())


@side_by_side
def test_a_picture_size_that_changes_all_the_time_is_tried_ever_more_rarely_and_recovers(
    clips: Path, fast: Path, store: ObjectStore
) -> None:
    async def work() -> None:
        audience = Audience(store)
        video = VideoTable(segment_seconds=2, target_duration_seconds=4, window_seconds=30)
        audience.target_duration = 4
        async with (
            cameras(clips) as server,
            packaging(sources_of(server, "cam-001")[:1], store, fast / "spool", video=video) as running,
        ):
            await running.until(functools.partial(_has, audience, 1))
            before, began = running.health().restarts, time.monotonic()
            server.behave("cam-001", known_faults()["sps-flapping"].conduct())
            await running.until(lambda: running.health().recorder == StopReason.CHANGED)
            await asyncio.sleep(8)
            # Between two restarts there is at least the shortest pause of their kind.
            restarts = running.health().restarts - before
            pauses = itertools.chain(backoff.STEPS, itertools.repeat(backoff.STEPS[-1]))
            assert sum(0.8 * pause for pause in itertools.islice(pauses, restarts - 1)) < time.monotonic() - began
            server.behave("cam-001", Honest())
            await running.until(functools.partial(_has, audience, await audience.count() + 2))
        assert all(sizes == {described} for described, sizes, _ in await _pictures(audience, store))
        await _require_true_times(audience, store)

    run(work())


def _clock_jumps(clips: Path, fast: Path, store: ObjectStore, fault: str) -> None:
    async def work() -> None:
        audience = Audience(store)
        async with (
            cameras(clips) as server,
            packaging(sources_of(server, "cam-001")[:1], store, fast / "spool") as running,
        ):
            await running.until(functools.partial(_has, audience, 2))
            for conduct in (known_faults()[fault].conduct(), Honest()):
                restarts = running.health().restarts + 1
                server.behave("cam-001", conduct)
                await running.until(functools.partial(_has_jumped, running, restarts))
                assert running.health().detail.startswith("The camera's timestamps jumped ")
                assert "key frame" not in running.health().detail
                await running.until(functools.partial(_has, audience, await audience.count() + 2))
            assert running.health().restarts <= 4
        assert discontinuities(audience.segments()) >= 2
        await _require_true_times(audience, store)

    run(work())


@side_by_side
def test_timestamps_that_begin_again_at_zero_are_noticed(clips: Path, fast: Path, store: ObjectStore) -> None:
    _clock_jumps(clips, fast, store, "timestamps-zero")


@side_by_side
def test_timestamps_that_jump_ahead_are_noticed(clips: Path, fast: Path, store: ObjectStore) -> None:
    _clock_jumps(clips, fast, store, "timestamps-forward")


@side_by_side
def test_timestamps_that_jump_back_are_noticed(clips: Path, fast: Path, store: ObjectStore) -> None:
    _clock_jumps(clips, fast, store, "timestamps-back")


@side_by_side
def test_timestamps_that_wrap_are_no_jump(clips: Path, fast: Path, store: ObjectStore) -> None:
    async def work() -> None:
        audience = Audience(store)
        async with cameras(clips) as server:
            server.behave("cam-001", known_faults()["timestamps-wrap"].conduct())
            async with packaging(sources_of(server, "cam-001")[:1], store, fast / "spool") as running:
                await running.until(functools.partial(_has, audience, 8))  # four seconds before, four after
                assert running.health().restarts == 0
        assert discontinuities(audience.segments()) == 0
        await _require_true_times(audience, store)

    run(work())


@side_by_side
def test_ffmpeg_that_was_stopped_by_a_signal_is_killed_and_the_recording_begins_anew(
    clips: Path, fast: Path, store: ObjectStore
) -> None:
    async def work() -> None:
        audience = Audience(store)
        async with (
            cameras(clips) as server,
            packaging(sources_of(server, "cam-001")[:1], store, fast / "spool") as running,
        ):
            await running.until(functools.partial(_has, audience, 2))
            pid = running.health().ffmpeg_pid
            assert pid is not None
            os.kill(pid, signal.SIGSTOP)
            await running.until(lambda: running.health().recorder == StopReason.STALLED)
            await running.until(functools.partial(_has, audience, await audience.count() + 2))
            assert running.health().ffmpeg_pid != pid
            assert not Path(f"/proc/{pid}").exists()

    run(work())


def _falls_silent(clips: Path, fast: Path, store: ObjectStore, fault: str, reasons: set[StopReason]) -> None:
    async def work() -> None:
        audience = Audience(store)
        async with (
            cameras(clips) as server,
            packaging(sources_of(server, "cam-001")[:1], store, fast / "spool") as running,
        ):
            await running.until(functools.partial(_has, audience, 2))
            server.behave("cam-001", known_faults()[fault].conduct())
            began = asyncio.get_running_loop().time()
            await running.until(lambda: running.health().recorder in reasons)
            assert asyncio.get_running_loop().time() - began < LONGEST_KEY_WAIT_SECONDS - 30
            server.behave("cam-001", Honest())
            await running.until(functools.partial(_has, audience, await audience.count() + 2))
        await _require_true_times(audience, store)

    run(work())


@side_by_side
def test_a_camera_that_sends_next_to_nothing_is_given_up(clips: Path, fast: Path, store: ObjectStore) -> None:
    _falls_silent(clips, fast, store, "trickle", {StopReason.STALLED})


@side_by_side
def test_a_camera_that_stops_sending_is_given_up(clips: Path, fast: Path, store: ObjectStore) -> None:
    _falls_silent(clips, fast, store, "stop-sending", {StopReason.STALLED})


@side_by_side
def test_a_camera_that_answers_nothing_any_more_is_given_up(clips: Path, fast: Path, store: ObjectStore) -> None:
    _falls_silent(clips, fast, store, "half-open", {StopReason.STALLED, StopReason.ENDED, StopReason.FAILED})


@side_by_side
def test_key_frames_six_seconds_apart_fit_the_usual_target_duration(
    clips: Path, fast: Path, store: ObjectStore
) -> None:
    rare = StreamFormat(width=160, height=90, fps=25, kbit=60, gop_seconds=6.0)
    video = VideoTable(segment_seconds=4, target_duration_seconds=6, window_seconds=30)

    async def work() -> None:
        audience = Audience(store, target_duration=6)
        async with (
            cameras(clips, main=rare) as server,
            packaging(sources_of(server, "cam-001")[:1], store, fast / "spool", video=video) as running,
        ):
            await running.until(functools.partial(_has, audience, 3))
            assert running.health().restarts == 0
        assert {round(segment.duration.total_seconds(), 1) for segment in audience.segments()[1:]} == {6.0}

    run(work())


@side_by_side
def test_key_frames_thirteen_seconds_apart_are_recorded_and_the_camera_is_told_about(
    clips: Path, fast: Path, store: ObjectStore
) -> None:
    async def work() -> None:
        audience = Audience(store, target_duration=16)
        async with cameras(clips) as server:
            server.behave("cam-001", stream_faults.LongGop(13))
            async with packaging(sources_of(server, "cam-001"), store, fast / "spool") as running:
                await running.until(functools.partial(_has, audience, 1))
                await running.until(lambda: running.health().recorder == "recording")
                assert running.health().demand.startswith("The camera sends a key frame only every 13 s")
                await running.until(functools.partial(audience.look, FIRST, SUB))
        assert round(audience.segments()[0].duration.total_seconds()) == 13

    run(work())
