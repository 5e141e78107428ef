"""What becomes of a station whose camera ends, is switched off, refuses or misbehaves; others do not notice."""

from __future__ import annotations

import asyncio
import functools
import itertools
import os
import re
import signal
from pathlib import Path

import pytest

from election.configuration import VideoTable
from election.secret import Secret
from machine import ports
from simulator.authentication import Access, Scheme
from simulator.conduct import Honest
from simulator.description import StreamFormat
from tests.upload.packaging import (
    FIRST,
    MAIN,
    SECOND,
    SUB,
    Audience,
    cameras,
    discontinuities,
    packaging,
    run,
    source,
    sources_of,
)
from tests.upload.side_by_side import side_by_side
from upload import backoff, pipeline
from upload.recorder import StopReason
from upload.store import ObjectStore

pytestmark = [pytest.mark.server, pytest.mark.usefixtures("quick_attempts")]


@side_by_side
def test_a_camera_that_was_switched_off_comes_back_after_a_discontinuity_and_others_go_on(
    clips: Path, fast: Path, store: ObjectStore
) -> None:
    async def work() -> None:
        audience = Audience(store)
        async with cameras(clips, "cam-001", "cam-002") as server:
            sources = (*sources_of(server, "cam-001"), *sources_of(server, "cam-002", SECOND))
            async with packaging(sources, store, fast / "spool") as running:
                for place in ((FIRST, MAIN), (FIRST, SUB), (SECOND, MAIN)):
                    await running.until(functools.partial(_has, audience, 3, *place))
                server.switch_off("cam-001")
                await running.until(lambda: running.health().recorder == StopReason.ENDED)
                assert running.health().detail == "The camera closed the connection."
                await running.until(lambda: running.health().restarts >= 2)  # hung up on at every attempt
                before = await audience.count()
                others = await audience.count(SECOND, MAIN)
                server.switch_on("cam-001")
                await running.until(lambda: _has(audience, before + 2))
                await running.until(lambda: running.health().recorder == "recording")
                assert running.health().detail == ""
                await running.until(functools.partial(_has, audience, others + 1, SECOND, MAIN))
        for rendition in (MAIN, SUB):
            assert discontinuities(audience.segments(FIRST, rendition)) >= (rendition is MAIN)
            assert discontinuities(audience.segments(SECOND, rendition)) == 0
        listed = audience.segments()
        gaps = [segment for segment in listed if segment.gap]
        assert sum(segment.duration.total_seconds() for segment in gaps) > 1.5, "the outage does not show"
        assert not listed[-1].gap
        holes = [
            after.program_date_time - each.program_date_time - each.duration
            for each, after in itertools.pairwise(listed)
        ]
        assert max(holes).total_seconds() <= 0.6, "a time is neither shown nor told as a gap"

    run(work())


async def _lists(audience: Audience, count: int) -> bool:
    await audience.look()
    return len(audience.numbers()) >= count


async def _has(audience: Audience, count: int, *place: object) -> bool:
    return await audience.count(*place) >= count  # type: ignore[arg-type] # station and rendition


@side_by_side
def test_what_a_camera_sent_before_it_was_switched_off_is_published_to_the_last_picture(
    clips: Path, fast: Path, store: ObjectStore
) -> None:
    async def work() -> None:
        audience = Audience(store)
        async with (
            cameras(clips) as server,
            packaging(sources_of(server, "cam-001")[:1], store, fast / "spool") as running,
        ):
            await running.until(lambda: _has(audience, 2))
            server.switch_off("cam-001")
            await running.until(lambda: running.health().restarts)
            number = running.health().next_number
            await running.until(lambda: _lists(audience, number))
        pictures = [segment for segment in audience.segments() if not segment.gap]
        assert pictures[-1].duration.total_seconds() < 1.05

    run(work())


@side_by_side
def test_cameras_that_want_a_password_are_published(clips: Path, fast: Path, store: ObjectStore) -> None:
    password = "s3:cr@t"
    digest, basic = (
        Access(scheme=scheme, user="observer", password=Secret(password)) for scheme in (Scheme.DIGEST, Scheme.BASIC)
    )

    async def work() -> None:
        audience = Audience(store)
        async with cameras(clips, access=digest) as first, cameras(clips, access=basic) as second:
            sources = (
                *sources_of(first, "cam-001", user="observer", password=password),
                *sources_of(second, "cam-001", SECOND, user="observer", password=password),
            )
            async with packaging(sources, store, fast / "spool") as running:
                for place in itertools.product((FIRST, SECOND), (MAIN, SUB)):
                    await running.until(functools.partial(_has, audience, 2, *place))

    run(work())


@pytest.mark.parametrize("scheme", [Scheme.DIGEST, Scheme.BASIC])
def test_a_wrong_password_is_told_plainly_and_without_the_password(
    clips: Path, fast: Path, store: ObjectStore, scheme: Scheme
) -> None:
    async def work() -> None:
        async with cameras(clips, access=Access(scheme=scheme, user="observer", password=Secret("right"))) as server:
            sources = (
                source(server.url("cam-001", MAIN), user="observer", password="wr0ng"),
                source(server.url("cam-001", SUB), rendition=SUB),
            )
            async with packaging(sources, store, fast / "spool") as running:
                await running.until(lambda: running.health().recorder == StopReason.UNAUTHORIZED)
                assert running.health().detail == "The camera says user or password is wrong (401)."
                await running.until(lambda: running.health(FIRST, SUB).recorder == StopReason.UNAUTHORIZED)
                assert "needed, and none is configured" in running.health(FIRST, SUB).detail

    run(work())


@side_by_side
def test_an_unknown_stream_and_an_address_where_nobody_listens_are_told_plainly(
    clips: Path, fast: Path, store: ObjectStore
) -> None:
    async def work() -> None:
        async with cameras(clips) as server:
            sources = (
                source(f"{server.address}cam-999/main"),
                source(f"rtsp://127.0.0.1:{ports.free_port()}/main", rendition=SUB),
            )
            async with packaging(sources, store, fast / "spool") as running:
                await running.until(lambda: running.health().recorder == StopReason.NOT_FOUND)
                assert running.health().detail == "The camera knows no such stream (404)."
                await running.until(lambda: running.health(FIRST, SUB).recorder == StopReason.REFUSED)
                assert running.health(FIRST, SUB).detail.startswith("The camera's address refused: ")

    run(work())


@side_by_side
def test_a_camera_with_rarer_key_frames_gets_a_longer_target_duration_for_both_its_streams(
    clips: Path, fast: Path, store: ObjectStore
) -> None:
    rare = StreamFormat(width=320, height=180, fps=25, kbit=150, gop_seconds=3.0)

    async def work() -> None:
        audience = Audience(store, target_duration=4)
        async with cameras(clips, main=rare) as server:
            for _ in range(2):  # and the next start keeps to it
                async with packaging(sources_of(server, "cam-001"), store, fast / "spool") as running:
                    before = await audience.count(), await audience.count(FIRST, SUB)
                    await running.until(lambda before=before: _has(audience, before[0] + 2))  # type: ignore[misc]
                    await running.until(lambda before=before: _has(audience, before[1] + 2, FIRST, SUB))  # type: ignore[misc]
                    assert running.health().demand == ""
                    assert running.health().restarts == 0

    run(work())


@side_by_side
def test_a_camera_whose_key_frames_come_just_at_the_segment_length_is_cut_there_from_the_first_on(
    clips: Path, fast: Path, store: ObjectStore
) -> None:
    just = StreamFormat(width=320, height=180, fps=25, kbit=150, gop_seconds=2.0)
    video = VideoTable(segment_seconds=2, target_duration_seconds=2, window_seconds=30)

    async def work() -> None:
        audience = Audience(store)
        async with (
            cameras(clips, main=just) as server,
            packaging(sources_of(server, "cam-001")[:1], store, fast / "spool", video=video) as running,
        ):
            await running.until(lambda: _has(audience, 3))
            assert running.health().restarts == 0

    run(work())


@side_by_side
def test_ffmpeg_that_dies_is_not_blamed_on_the_camera(clips: Path, fast: Path, store: ObjectStore) -> None:
    async def work() -> None:
        audience = Audience(store)
        async with (
            cameras(clips) as server,
            packaging(sources_of(server, "cam-001")[:1], store, fast / "spool") as running,
        ):
            await running.until(lambda: _has(audience, 2))
            pid = running.health().ffmpeg_pid
            assert pid is not None
            os.kill(pid, signal.SIGKILL)
            await running.until(lambda: running.health().recorder == StopReason.FAILED)
            assert running.health().detail.startswith("ffmpeg ended: ")
            before = await audience.count()
            await running.until(lambda: _has(audience, before + 2))
            await running.until(lambda: running.health().ffmpeg_pid not in (None, pid))
        assert discontinuities(audience.segments()) == 1

    run(work())


def test_a_stream_that_falls_silent_is_given_up_and_tried_again(
    clips: Path, fast: Path, store: ObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Silent(Honest):
        def media(self, data: bytes) -> bytes:
            return b""

    monkeypatch.setattr(pipeline, "LEAST_STALL_SECONDS", 2.0)
    monkeypatch.setattr(pipeline, "STALL_TARGETS", 1)

    async def work() -> None:
        audience = Audience(store)
        async with (
            cameras(clips) as server,
            packaging(sources_of(server, "cam-001")[:1], store, fast / "spool") as running,
        ):
            await running.until(lambda: _has(audience, 2))
            server.behave("cam-001", Silent())
            await running.until(lambda: re.fullmatch(r"No complete segment came in \d+ s\.", running.health().detail))
            assert running.health().recorder == StopReason.STALLED
            before = await audience.count()
            server.behave("cam-001", Honest())
            await running.until(lambda: _has(audience, before + 2))
        assert discontinuities(audience.segments()) >= 1

    run(work())


def test_attempts_at_a_dead_camera_grow_rarer(fast: Path, store: ObjectStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backoff, "STEPS", (0.01, 0.02, 60.0))

    async def work() -> None:
        sources = [source(f"rtsp://127.0.0.1:{ports.free_port()}/main")]
        async with packaging(sources, store, fast / "spool") as running:
            await running.until(lambda: running.health().restarts == 3)
            await asyncio.sleep(1)
            assert running.health().restarts == 3
            assert list((fast / "spool/media" / FIRST / "main").iterdir()) == []

    run(work())
