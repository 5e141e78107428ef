"""`kill -9` at random moments of the packager, of its ffmpeg, and of both. Also run by `tests.soak`."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from election import keys
from election.ids import Rendition
from machine import process
from tests.upload.packaging import FIRST, MAIN, SUB, Audience, cameras, discontinuities, until
from tests.upload.test_kill import camera_toml, children_of, started, written_inputs
from upload.store import ObjectStore

QUICK = "tests.faults.quick_program"


class Victim(StrEnum):
    """Who is killed."""

    PACKAGER = "packager"
    FFMPEG = "ffmpeg"
    BOTH = "both"


@dataclass(frozen=True, kw_only=True)
class Survived:
    """What was published in spite of all."""

    kills: Mapping[Victim, int]
    playlists_seen: int
    """Each was held against all before it."""
    segments: int
    """Ever listed with pictures, of both renditions."""
    gaps: int
    discontinuities: int


async def survive(
    kills: int,
    *,
    clips: Path,
    folder: Path,
    url: str,
    environment: Mapping[str, str],
    store: ObjectStore,
    chance: random.Random,
    tell: Callable[[int], None] = lambda done: None,
) -> Survived:
    """Publish one camera while it is killed so often, and hold everything that is ever listed against the rules."""
    audience, count = Audience(store), Counter[Victim]()
    async with cameras(clips) as server:
        written_inputs(folder, url, camera_toml(FIRST, server.url("cam-001", MAIN), server.url("cam-001", SUB)))
        looking = asyncio.create_task(audience.keep_looking((FIRST, MAIN), (FIRST, SUB), pause=0.02))

        def more_than(before: int, wanted: int) -> bool:
            return len(audience.listed) >= before + wanted

        child = await started(folder, environment=environment, program=QUICK)
        try:
            for number in range(kills):
                if chance.random() < 0.6:  # otherwise it may not even have begun again
                    before = len(audience.listed)
                    await until(lambda: more_than(before, 4), alive=looking)  # noqa: B023 - awaited here
                await asyncio.sleep(chance.uniform(0, 1.5))
                victim = chance.choice(list(Victim))
                child = await _killed(child, victim, folder, environment, chance)
                count[victim] += 1
                tell(number + 1)
            before = len(audience.listed)
            await until(lambda: more_than(before, 8), alive=looking)
            assert await child.stop(grace=60) == 0
            for rendition in (MAIN, SUB):
                await audience.look(FIRST, rendition)
        finally:
            looking.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await looking
            if child.returncode is None:
                await child.stop(grace=5)
    segments = [segment for rendition in (MAIN, SUB) for segment in audience.segments(FIRST, rendition)]
    await _require_everything(audience, store)
    return Survived(
        kills=dict(count),
        playlists_seen=audience.playlists_seen,
        segments=sum(not segment.gap for segment in segments),
        gaps=sum(segment.gap for segment in segments),
        discontinuities=discontinuities(segments),
    )


async def _killed(
    child: process.Child, victim: Victim, folder: Path, environment: Mapping[str, str], chance: random.Random
) -> process.Child:
    """Kill somebody; return the packager that runs then."""
    if victim is not Victim.PACKAGER:
        recorders = children_of(child.pid)
        if victim is Victim.FFMPEG:  # one draw, however many there are: the same seed always names the same victims
            chosen = int(chance.random() * len(recorders))
            recorders = recorders[chosen : chosen + 1]
        for recorder in recorders:
            with contextlib.suppress(ProcessLookupError):
                os.kill(recorder, signal.SIGKILL)
    if victim is Victim.FFMPEG:
        return child
    child.kill()
    await child.wait()
    return await started(folder, environment=environment, program=QUICK)


async def _require_everything(audience: Audience, store: ObjectStore) -> None:
    """Every number was listed once, every address that was ever listed is there."""
    for rendition in (MAIN, SUB):
        numbers = audience.numbers(FIRST, rendition)
        assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
        there = await _names(store, rendition)
        listed = {segment.uri.rpartition("/")[2] for segment in audience.segments(FIRST, rendition) if not segment.gap}
        assert listed <= there, "an address that was listed is gone"


async def _names(store: ObjectStore, rendition: Rendition) -> set[str]:
    folder = keys.live(FIRST, rendition).removesuffix("live.m3u8")
    return {key.rpartition("/")[2] for key in await store.list(folder)}
