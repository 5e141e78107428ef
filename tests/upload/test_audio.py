"""Sound from simulated cameras into what viewers get: off unless enabled, and no trouble of it ever costs pictures."""

from __future__ import annotations

import io
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import av
import numpy as np
import pytest

from election import keys
from election.ids import StationId
from election.playlist import parse_master
from machine import ports
from simulator.conduct import Honest
from simulator.description import CameraDescription
from simulator.server import CameraServer, serving
from simulator.sound import TONE_HZ, SoundCodec
from simulator.stream_faults import Mute
from tests.faults.test_sources import first_segments, listening, running, sending
from tests.upload import masked
from tests.upload.packaging import (
    FIRST,
    LARGE,
    MAIN,
    SECOND,
    SMALL,
    THIRD,
    VIDEO,
    Audience,
    Running,
    discontinuities,
    packaging,
    run,
    source,
    sources_of,
)
from tests.upload.side_by_side import side_by_side
from tests.upload.test_ffmpeg_recorder import recording
from upload.hearing import Hearing
from upload.store import ObjectMissing, ObjectStore

pytestmark = [pytest.mark.server, pytest.mark.usefixtures("quick_attempts")]
WITH_SOUND = VIDEO.model_copy(update={"audio": True})
CODECS = {FIRST: SoundCodec.AAC, SECOND: SoundCodec.PCMU, THIRD: SoundCodec.G726}


def microphones(clips: Path) -> AbstractAsyncContextManager[CameraServer]:
    described = [
        CameraDescription(name=station, main=LARGE, sub=SMALL, audio=codec) for station, codec in CODECS.items()
    ]
    return serving(described, cache=clips, clip_seconds=2.0)


async def sounds(store: ObjectStore, audience: Audience, station: StationId) -> list[int | None]:
    """Return of each segment how many samples of sound it has, None for no sound track; check that it is the tone."""
    folder = keys.live(station, MAIN).removesuffix("live.m3u8")
    found: list[int | None] = []
    for segment in audience.segments(station, MAIN):
        if segment.gap:
            continue
        body = await masked.published(store, folder, segment)
        with av.open(io.BytesIO(body), "r") as container:
            assert sum(1 for _ in container.decode(video=0)) > 0
        with av.open(io.BytesIO(body), "r") as container:
            if not container.streams.audio:
                found.append(None)
                continue
            rate = container.streams.audio[0].codec_context.sample_rate
            frames = [frame.to_ndarray()[0] for frame in container.decode(audio=0)]
        samples = np.concatenate(frames) if frames else np.zeros(0)
        if samples.size > rate // 2:
            spectrum = np.abs(np.fft.rfft(samples * np.hanning(samples.size)))
            assert abs(spectrum.argmax() * rate / samples.size - TONE_HZ) < 15
            assert np.abs(samples).max() > 0.1
        found.append(samples.size)
    return found


async def codecs(store: ObjectStore, station: StationId) -> set[str]:
    try:
        variants = parse_master((await store.get(keys.master(station))).decode()).variants
    except ObjectMissing:
        return set()
    return {variant.codecs.partition(",")[2] for variant in variants}


def listed(audience: Audience, station: StationId, count: int) -> Callable[[], Awaitable[bool]]:
    async def enough() -> bool:
        return await audience.count(station, MAIN) >= count

    return enough


async def until_codecs(packager: Running, store: ObjectStore, station: StationId, wanted: set[str]) -> None:
    async def right() -> bool:
        return await codecs(store, station) == wanted

    await packager.until(right)


@side_by_side
def test_aac_g711_and_g726_are_published_as_aac_beside_the_pictures(
    clips: Path, fast: Path, store: ObjectStore
) -> None:
    async def work() -> None:
        audience = Audience(store)
        async with microphones(clips) as server:
            sources = [each for station in CODECS for each in sources_of(server, station, station)]
            covered = [
                each.model_copy(update={"mask": masked.mask(fast)}) if each.station == SECOND else each
                for each in sources
            ]
            async with packaging(covered, store, fast / "spool", video=WITH_SOUND) as packager:
                for station in CODECS:
                    await packager.until(listed(audience, station, 3))
                    await until_codecs(packager, store, station, {"mp4a.40.2"})
        for station in CODECS:
            found = await sounds(store, audience, station)
            # On a machine that stands still a recording may have begun without sound, once.
            silent = found.index(next(filter(None, found)))
            assert all(found[silent:]), (station, found)
            assert found[:silent] == [None] * silent
            assert discontinuities(audience.segments(station)) == bool(silent)
        for segment in audience.segments(SECOND):
            folder = keys.live(SECOND, MAIN).removesuffix("live.m3u8")
            masked.require_covered(await masked.published(store, folder, segment))

    run(work())


@side_by_side
def test_sound_is_off_unless_the_election_enables_it(clips: Path, fast: Path, store: ObjectStore) -> None:
    async def work() -> None:
        audience = Audience(store)
        async with microphones(clips) as server:
            sources = [each for station in CODECS for each in sources_of(server, station, station)]
            async with packaging(sources, store, fast / "spool") as packager:
                for station in CODECS:
                    await packager.until(listed(audience, station, 2))
                    await until_codecs(packager, store, station, {""})
        for station in CODECS:
            assert set(await sounds(store, audience, station)) == {None}

    run(work())


@side_by_side
def test_announced_sound_that_never_comes_costs_no_pictures_and_is_taken_up_when_it_comes_late(
    clips: Path, fast: Path, store: ObjectStore
) -> None:
    async def work() -> None:
        audience = Audience(store)
        async with microphones(clips) as server:
            for station in CODECS:
                server.behave(station, Mute())
            sources = [each for station in CODECS for each in sources_of(server, station, station)[:1]]
            async with packaging(sources, store, fast / "spool", video=WITH_SOUND) as packager:
                for station in CODECS:
                    await packager.until(listed(audience, station, 2))
                    await until_codecs(packager, store, station, {""})
                    assert set(await sounds(store, audience, station)) == {None}
                    assert packager.health(station).restarts == 0
                server.behave(SECOND, Honest())
                server.behave(FIRST, Honest())
                for station in (FIRST, SECOND):
                    await until_codecs(packager, store, station, {"mp4a.40.2"})
                    await packager.until(listed(audience, station, await audience.count(station) + 2))
        for station in (FIRST, SECOND):
            found = await sounds(store, audience, station)
            first = next(index for index, count in enumerate(found) if count is not None)
            assert found[:first] == [None] * first
            assert all(found[first:])
            assert discontinuities(audience.segments(station)) == 1
        assert set(await sounds(store, audience, THIRD)) == {None}

    run(work())


@side_by_side
def test_pictures_go_on_when_the_sound_stops_and_soon_without_a_sound_track(
    clips: Path, fast: Path, store: ObjectStore
) -> None:
    async def work() -> None:
        audience = Audience(store)
        async with microphones(clips) as server:
            sources = [each for station in CODECS for each in sources_of(server, station, station)[:1]]
            async with packaging(sources, store, fast / "spool", video=WITH_SOUND) as packager:
                before = {}
                for station in CODECS:
                    await until_codecs(packager, store, station, {"mp4a.40.2"})
                    await packager.until(listed(audience, station, await audience.count(station) + 1))
                    before[station] = await audience.count(station)
                    server.behave(station, Mute())
                for station in CODECS:
                    await packager.until(listed(audience, station, before[station] + 3))
                for station in CODECS:
                    await until_codecs(packager, store, station, {""})
                    await packager.until(listed(audience, station, await audience.count(station) + 2))
                    assert packager.health(station).restarts == 0
        for station in CODECS:
            found = await sounds(store, audience, station)
            assert any(found)
            assert found[-1] is None
            silent = [count for count in found if count is not None and count < 4000]
            assert len(silent) >= 3, "nothing was published while the sound was waited for"

    run(work())


@side_by_side
def test_sound_of_other_sources_is_recorded_and_its_absence_costs_nothing(fast: Path) -> None:
    async def work() -> None:
        for name, sound in (
            ("with", ("-f", "lavfi", "-i", f"sine=frequency={TONE_HZ}", "-c:a", "mp2")),
            ("without", ()),
        ):
            url = f"http://127.0.0.1:{ports.free_port()}/a.ts"
            argv = sending("-f", "mpegts", "-listen", "1", url)
            at = argv.index("-c:v")
            async with running([*argv[:at], *sound, *argv[at:]]):
                await listening(int(url.split(":")[2].split("/")[0]))
                async with recording(fast / name, source(url), hearing=Hearing(enabled=True, relayed=False)) as made:
                    init, segments = await first_segments(made)
            assert init.track.sound == ("mp4a.40.2" if sound else "")
            with av.open(io.BytesIO(init.body + segments[0].body + segments[1].body), "r") as container:
                assert sum(frame.samples for frame in container.decode(audio=0)) > 16_000 if sound else True

    run(work())
