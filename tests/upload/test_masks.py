"""Cameras with a privacy mask: of what it covers nothing leaves the machine, whatever happens."""

from __future__ import annotations

import contextlib
import functools
import json
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from election import keys
from election.ids import Rendition
from election.playlist import Segment
from machine import ports
from simulator.conduct import Conduct
from simulator.stream_faults import SpsChange, TimestampsShifted
from tests.faults.test_sources import H265, first_segments, listening, running, sending
from tests.machine.test_process import until_gone
from tests.upload import masked
from tests.upload.packaging import (
    FIRST,
    MAIN,
    SUB,
    Audience,
    cameras,
    packaging,
    run,
    source,
    sources_of,
    until,
)
from tests.upload.recordings import left_over_run
from tests.upload.side_by_side import side_by_side
from tests.upload.test_ffmpeg_recorder import recording
from tests.upload.test_kill import camera_toml, children_of, started, written_inputs
from tests.upload.test_packager import body_of
from tests.upload.test_recovery import nobody
from tests.upload.unreliable_store import Fault, UnreliableStore
from upload.cli import check_cameras
from upload.masked_runs import NOTE_NAME, note_mask
from upload.recorder import InitSegment, StopReason
from upload.store import ObjectStore

pytestmark = [pytest.mark.server, pytest.mark.usefixtures("quick_attempts")]


async def has(audience: Audience, count: int, rendition: Rendition = MAIN) -> bool:
    return await audience.count(FIRST, rendition) >= count


async def bodies(store: ObjectStore, segments: Sequence[Segment], rendition: Rendition) -> list[bytes]:
    folder = keys.live(FIRST, rendition).removesuffix("live.m3u8")
    return [await masked.published(store, folder, segment) for segment in segments if not segment.gap]


@side_by_side
def test_what_a_mask_covers_is_in_no_picture_that_was_uploaded_and_a_changed_mask_is_followed(
    clips: Path, fast: Path, store: ObjectStore
) -> None:
    file = fast / "masks/034-012.toml"
    file.parent.mkdir()
    file.write_text(masked.TEXT, encoding="utf-8")

    async def work() -> None:
        audience = Audience(store)
        async with cameras(clips) as server:
            toml = camera_toml(FIRST, server.url("cam-001", MAIN), server.url("cam-001", SUB))
            written_inputs(fast, f"file://{fast}/store", toml + 'mask = "masks/034-012.toml"\n')
            child = await started(fast)
            await until(lambda: has(audience, 3))
            await until(lambda: has(audience, 3, SUB))
            still = await until(lambda: body_of(store, keys.still(FIRST)))
            first_still = _written(fast, keys.still(FIRST))
            assert masked.require_covered(still) == 1
            for rendition, size in ((MAIN, 320), (SUB, 160)):
                before = await bodies(store, audience.segments(FIRST, rendition), rendition)
                assert all(masked.require_covered(body) in {25, 26} for body in before)
                # The picture is left as it is elsewhere: to the left of the first mask one sees the room.
                assert size == 160 or masked.shows(before[0], (0.0, 0.2, 0.08, 0.9))
                init = audience.segments(FIRST, rendition)[0]
                assert init.duration.total_seconds() == pytest.approx(1, abs=0.1)

            # A wider mask: what is recorded from then on shows nothing of the additional part either.
            recorders = children_of(child.pid)
            file.write_text(masked.WIDER, encoding="utf-8")
            for recorder in recorders:
                await until_gone(recorder)
            for rendition in (MAIN, SUB):
                count = await audience.count(FIRST, rendition)
                await until(functools.partial(has, audience, count + 3, rendition))
                late = audience.segments(FIRST, rendition)[-2:]
                for body in await bodies(store, late, rendition):
                    masked.require_covered(body, rectangle=masked.WIDER_RECTANGLE)

            # So does the still, though it is not yet half a minute old, or was not on a machine that is quick enough.
            is_quick = time.time() - first_still < 25
            await until(lambda: _still_is_wider(store))
            assert _written(fast, keys.still(FIRST)) - first_still < 29 or not is_quick

            # Without its mask file the masked recording goes on, and the operator is told.
            recorders = children_of(child.pid)
            file.unlink()
            (fault,) = await until(lambda: _refused(fast))
            assert (fault["line"], fault["field"]) == (5, "camera[1].mask")
            assert "Without it the camera does not start" in fault["message"]
            count = await audience.count()
            await until(lambda: has(audience, count + 2))
            await until(lambda: children_of(child.pid) == recorders)
            assert await child.stop(grace=60) == 0
        await audience.look()
        await audience.look(FIRST, SUB)
        for rendition in (MAIN, SUB):
            for body in await bodies(store, audience.segments(FIRST, rendition), rendition):
                masked.require_covered(body)

    run(work())


def _written(folder: Path, key: str) -> float:
    """Return the UNIX time at which an object was put into the folder that is the store."""
    return (folder / "store" / key).stat().st_mtime


async def _still_is_wider(store: ObjectStore) -> bool:
    with contextlib.suppress(AssertionError):
        return masked.require_covered(await body_of(store, keys.still(FIRST)), rectangle=masked.WIDER_RECTANGLE) == 1
    return False


def _refused(folder: Path) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads((folder / "spool/status.json").read_text(encoding="utf-8"))["refused"]
    return found


@side_by_side
def test_without_its_mask_file_a_camera_is_neither_right_nor_started(fast: Path) -> None:
    async def work() -> None:
        written_inputs(fast, f"file://{fast}/store", camera_toml(FIRST, nobody(), nobody()) + 'mask = "mask.toml"\n')
        for text in (None, "[[rectangle]]\nx = 2.0\ny = 0.0\nwidth = 0.1\nheight = 0.1\n"):
            if text is not None:
                (fast / "mask.toml").write_text(text, encoding="utf-8")
            assert len(check_cameras(fast / "cameras.toml")) == 1
            child = await started(fast)
            assert await child.wait() == 2
            assert not (fast / "spool").exists()
            assert not list((fast / "store").rglob("*"))
            said = " ".join(child.tail)
            assert (
                "cameras.toml:5: camera[1].mask: the mask mask.toml" in said if text is None else "mask.toml:2" in said
            )

    run(work())


@side_by_side
def test_pictures_that_were_recorded_without_the_mask_are_never_published_once_there_is_one(
    clips: Path, fast: Path, store: ObjectStore
) -> None:
    unreliable = UnreliableStore(store)

    async def work() -> None:
        audience = Audience(unreliable)
        async with cameras(clips) as server:
            (plain,) = sources_of(server, "cam-001")[:1]
            async with packaging([plain], unreliable, fast / "spool") as running_:
                await running_.until(lambda: has(audience, 1))
                unreliable.fault = lambda key: Fault.FAILED if key.endswith(".m4s") else Fault.NONE
                number = running_.health().next_number
                await running_.until(lambda: running_.health().next_number >= number + 3)
            waiting = sorted((fast / "spool/media").glob("*/*/*/*.m4s"))
            assert len(waiting) >= 3
            unreliable.fault = lambda key: Fault.NONE
            covered = plain.model_copy(update={"mask": masked.mask(fast)})
            async with packaging([covered], unreliable, fast / "spool") as running_:
                await running_.until(lambda: has(audience, number + 2))
                assert not any(file.exists() for file in waiting)
        segments = audience.segments()
        first_masked = max(index for index, segment in enumerate(segments) if segment.gap) + 1
        lost = [segment for segment in segments if segment.gap and not segment.uri.endswith("-gap.m4s")]
        assert len(lost) >= 3
        for body in await bodies(store, segments[first_masked:], MAIN):
            masked.require_covered(body)
        assert audience.numbers() == list(range(len(segments)))
        assert unreliable.broken_rules == []

    run(work())


def test_left_over_recordings_are_taken_up_only_under_the_mask_they_were_made_with(
    fast: Path, store: ObjectStore
) -> None:
    mask = masked.mask(fast)
    address = source(nobody()).model_copy(update={"mask": mask})
    for name, note, published in (("plain", "", 0), ("torn", "drawbox=x=", 0), ("other", "wider", 0), ("same", "", 3)):
        spool = fast / name
        left = left_over_run(spool / "media", FIRST, MAIN, seconds=3)
        if name == "same":
            note_mask(left, mask)
        elif name == "other":
            note_mask(left, masked.mask(fast, masked.WIDER))
        elif note:
            (left.folder / NOTE_NAME).write_text(note, encoding="ascii")

        async def work(spool: Path = spool, published: int = published) -> None:
            audience = Audience(store)
            async with packaging([address], store, spool) as running_:
                await running_.until(lambda: running_.health().restarts)
                if published:
                    await running_.until(lambda: has(audience, published))
                await running_.until(lambda: not list((spool / "media").glob("*/*/*/*.m4s")))
            assert await audience.count() == published

        run(work())


async def _recorded(clips: Path, spool: Path, conduct: Conduct) -> tuple[StopReason, list[bytes]]:
    """Record a masked camera that begins to behave otherwise; return how it ended, and the pictures."""
    covered = masked.mask(spool.parent)
    async with cameras(clips) as server:
        address = source(server.url("cam-001", MAIN)).model_copy(update={"mask": covered})
        async with recording(spool, address, stall_seconds=15) as made:
            async for item in made.recorder.record():
                if isinstance(item, InitSegment):
                    made.inits.append(item)
                    continue
                made.segments.append(item)
                if len(made.segments) == 2:
                    server.behave("cam-001", conduct)
        return made.recorder.stopped.reason, [made.inits[0].body + segment.body for segment in made.segments]


@side_by_side
def test_a_masked_recording_ends_when_the_pictures_size_changes_and_none_is_scaled(clips: Path, fast: Path) -> None:
    reason, found = run(_recorded(clips, fast / "spool", SpsChange()))
    assert reason is StopReason.CHANGED
    assert len(found) >= 2
    assert all(masked.require_covered(body) for body in found)


@side_by_side
def test_a_masked_recording_ends_when_the_cameras_clock_jumps(clips: Path, fast: Path) -> None:
    for name, hours in (("forward", 10), ("back", -10)):
        (fast / name).mkdir()
        reason, found = run(_recorded(clips, fast / name / "spool", TimestampsShifted(hours * 3600)))
        assert reason is StopReason.JUMPED, name
        assert all(masked.require_covered(body) for body in found)


@side_by_side
def test_masked_h265_is_published_as_h264(fast: Path) -> None:
    async def work() -> None:
        url = f"http://127.0.0.1:{ports.free_port()}/a.ts"
        address = source(url).model_copy(update={"mask": masked.mask(fast)})
        async with running(sending("-f", "mpegts", "-listen", "1", url, codec=H265)):
            await listening(int(url.split(":")[2].split("/")[0]))
            async with recording(fast / "spool", address) as made:
                init, segments = await first_segments(made)
        assert init.track.codecs.startswith("avc1.64")
        assert {segment.frames for segment in segments} == {10}
        for segment in segments:
            assert masked.require_covered(init.body + segment.body) == 10

    run(work())
