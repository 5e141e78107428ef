"""The whole path: simulated cameras, the packager as a program of its own, a real S3 server, and what viewers get."""

from __future__ import annotations

import asyncio
import io
import json
import re
import sys
from pathlib import Path

import av
import pytest

from election import keys
from election.playlist import Variant, parse_master
from election.secret import Secret
from election.states import StationState
from election.status import parse_public_status
from machine import process
from simulator.authentication import Access, Scheme
from tests.servers import S3Server
from tests.upload.packaging import (
    FIRST,
    LARGE,
    MAIN,
    PATIENCE_SECONDS,
    SECOND,
    SMALL,
    SUB,
    Audience,
    cameras,
    discontinuities,
    run,
    until,
)
from tests.upload.side_by_side import side_by_side
from tests.upload.test_kill import PROJECT, camera_toml, children_of, started, written_inputs
from tests.upload.test_store import new_bucket
from upload.store import ObjectMissing, ObjectStore, open_store

pytestmark = pytest.mark.server
PASSWORD = "s3cret/with:signs@and ü"


async def _has(audience: Audience, count: int, *place: object) -> bool:
    return await audience.count(*place) >= count  # type: ignore[arg-type] # station and rendition


async def body_of(store: ObjectStore, key: str) -> bytes:
    try:
        return await store.get(key)
    except ObjectMissing:
        return b""


async def command(folder: Path, *arguments: str) -> tuple[int, list[str]]:
    """Run one of the packager's commands to its end."""
    environment = {"PYTHONPATH": str(PROJECT), "PATH": "/usr/bin:/bin", "COLUMNS": "200", "LANG": "C.UTF-8"}
    argv = [sys.executable, "-m", "tests.upload.program", *arguments]
    child = await process.start(argv, name="command", folder=folder, environment=environment)
    async with asyncio.timeout(PATIENCE_SECONDS):
        return await child.wait(), child.tail


def test_from_two_guarded_cameras_to_what_viewers_get(clips: Path, fast: Path, seaweedfs: S3Server) -> None:
    bucket = new_bucket(seaweedfs)
    store = open_store(seaweedfs.url(bucket), seaweedfs.environment, timeout=60)
    access = Access(scheme=Scheme.DIGEST, user="observer", password=Secret(PASSWORD))

    async def work() -> None:
        audience = Audience(store)
        async with cameras(clips, "cam-001", "cam-002", access=access) as server:
            guarded = 'user = "observer"\npassword = { env = "CAMERA_PASSWORD" }\n'
            toml = "".join(
                camera_toml(station, server.url(name, MAIN), server.url(name, SUB)) + guarded
                for station, name in ((FIRST, "cam-001"), (SECOND, "cam-002"))
            )
            written_inputs(fast, seaweedfs.url(bucket), toml)
            heard: list[str] = []
            environment = seaweedfs.environment | {"CAMERA_PASSWORD": PASSWORD}
            child = await started(fast, environment=environment, on_line=heard.append)
            looking = asyncio.create_task(
                audience.keep_looking(*((station, r) for station in (FIRST, SECOND) for r in (MAIN, SUB)))
            )
            try:
                await until(
                    lambda: all(len(audience.numbers(s, r)) >= 4 for s in (FIRST, SECOND) for r in (MAIN, SUB)),
                    alive=looking,
                )
                await the_multivariant_playlist_says_what_was_measured(store, audience)
                await the_still_can_be_decoded(store)
                await the_public_status_says_live(store)
                await no_password_is_to_be_seen(child.pid)
                await the_report_can_be_read(fast, store)
            finally:
                looking.cancel()
                assert await child.stop(grace=60) == 0
            assert not any(PASSWORD in line or "s3cret" in line for line in heard)
            assert heard
        for station in (FIRST, SECOND):
            for rendition in (MAIN, SUB):
                numbers = audience.numbers(station, rendition)
                assert numbers == list(range(len(numbers)))
                assert discontinuities(audience.segments(station, rendition)) == 0

    run(work())


async def the_multivariant_playlist_says_what_was_measured(store: ObjectStore, audience: Audience) -> None:
    async def both() -> tuple[Variant, ...] | None:
        body = await body_of(store, keys.master(FIRST))
        variants = parse_master(body.decode()).variants if body else ()
        return variants if len(variants) == 2 else None

    sub, main = await until(both)
    assert (sub.uri, main.uri) == ("sub/live.m3u8", "main/live.m3u8")
    assert (sub.width, sub.height) == (SMALL.width, SMALL.height)
    assert (main.width, main.height) == (LARGE.width, LARGE.height)
    for variant, form, rendition in ((sub, SMALL, SUB), (main, LARGE, MAIN)):
        assert re.fullmatch(r"avc1\.[0-9a-f]{6}", variant.codecs)
        assert variant.frame_rate == pytest.approx(form.fps, abs=2)
        rates = []
        folder = keys.live(FIRST, rendition).removesuffix("live.m3u8")
        for segment in audience.segments(FIRST, rendition):
            if segment.gap:
                continue
            rates.append(len(await store.get(folder + segment.uri)) * 8 / segment.duration.total_seconds())
        assert variant.average_bandwidth <= variant.bandwidth
        assert min(rates) <= variant.average_bandwidth <= max(rates) + 1
        assert min(rates) * 1.1 <= variant.bandwidth <= max(rates) * 1.1 + 1
        init = await store.get(folder + audience.segments(FIRST, rendition)[0].map_uri)
        media = await store.get(folder + audience.segments(FIRST, rendition)[0].uri)
        with av.open(io.BytesIO(init + media), mode="r") as container:
            frames = list(container.decode(video=0))
            assert {(frame.width, frame.height) for frame in frames} == {(variant.width, variant.height)}
            assert frames[0].key_frame


async def the_still_can_be_decoded(store: ObjectStore) -> None:
    picture = await until(lambda: body_of(store, keys.still(FIRST)))
    assert picture[:2] == b"\xff\xd8"
    with av.open(io.BytesIO(picture), mode="r", format="mjpeg") as container:
        (frame,) = container.decode(video=0)
        assert (frame.width, frame.height) in {(SMALL.width, SMALL.height), (LARGE.width, LARGE.height)}
        assert frame.to_ndarray(format="gray").std() > 5, "a picture of nothing"


async def the_public_status_says_live(store: ObjectStore) -> None:
    live = {FIRST: StationState.LIVE, SECOND: StationState.LIVE}

    async def says_live() -> bool:
        return parse_public_status(await store.get(keys.PUBLIC_STATUS)).states == live

    await until(says_live)


async def no_password_is_to_be_seen(pid: int) -> None:
    recorders = await until(lambda: len(found := children_of(pid)) == 4 and found)
    for process_id in (pid, *recorders):
        arguments = Path(f"/proc/{process_id}/cmdline").read_bytes()
        assert b"s3cret" not in arguments
        assert b"observer" not in arguments
    for process_id in recorders:
        environment = Path(f"/proc/{process_id}/environ").read_bytes()
        assert b"s3cret" not in environment
        assert b"AWS_" not in environment


async def the_report_can_be_read(folder: Path, store: ObjectStore) -> None:
    def is_recording() -> bool:
        report = json.loads((folder / "spool/status.json").read_text(encoding="utf-8"))
        return bool(report["stations"][FIRST]["renditions"]["main"]["recorder"] == "recording")

    async def says_so() -> bool:
        code, said = await command(folder, "status")
        assert code == 0
        assert said[0].startswith("node-1: reported ")
        return sum(FIRST in line and "live" in line and "recording" in line for line in said) == 2

    await until(is_recording)
    assert json.loads(await store.get(keys.node_status("node-1")))["node"] == "node-1"
    await until(says_so)
    code, said = await command(folder, "status", "--json")
    assert code == 0
    assert json.loads("".join(said))["stations"].keys() == {FIRST, SECOND}
    assert "s3cret" not in "".join(said)


@side_by_side
def test_a_password_in_a_cameras_path_stands_in_no_arguments_either(
    clips: Path, fast: Path, store: ObjectStore
) -> None:
    # Some cameras want user and password in the path. The simulated one is named like that here.
    name = "user.admin_password.h1dden"

    async def work() -> None:
        audience = Audience(store)
        async with cameras(clips, name) as server:
            written_inputs(
                fast, f"file://{fast}/store", camera_toml(FIRST, server.url(name, MAIN), server.url(name, SUB))
            )
            heard: list[str] = []
            child = await started(fast, on_line=heard.append)
            await until(lambda: _has(audience, 1))
            for recorder in children_of(child.pid):
                assert b"h1dden" not in Path(f"/proc/{recorder}/cmdline").read_bytes()
            server.switch_off(name)
            await until(lambda: any("recording ended" in line for line in heard))
            assert await child.stop(grace=60) == 0
            assert "h1dden" not in "".join(heard)
            assert "h1dden" not in (fast / "spool/status.json").read_text(encoding="utf-8")

    run(work())


@side_by_side
def test_a_second_packager_on_one_spool_is_refused_and_disturbs_nothing(
    clips: Path, fast: Path, store: ObjectStore
) -> None:
    async def work() -> None:
        audience = Audience(store)
        async with cameras(clips) as server:
            toml = camera_toml(FIRST, server.url("cam-001", MAIN), server.url("cam-001", SUB))
            written_inputs(fast, f"file://{fast}/store", toml)
            child = await started(fast)
            await until(lambda: _has(audience, 1))
            second = await started(fast)
            assert await second.wait() == 1
            assert second.tail == [
                "Another packager uses the spool spool. Stop it, or name another folder with --spool."
            ]
            before = await audience.count()
            await until(lambda: _has(audience, before + 1))
            assert child.returncode is None
            assert await child.stop(grace=60) == 0

    run(work())
