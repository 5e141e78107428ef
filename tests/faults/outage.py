"""The object store is away for a while: what is live again when, and what becomes of what was missed.

Also run by `tests.soak`.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from election import keys
from election.ids import Rendition
from election.playlist import Segment, parse_media
from election.timeline import GapReason, Timeline, parse_timeline
from tests.upload.packaging import FIRST, MAIN, SUB, Audience, cameras, packaging, sources_of
from tests.upload.unreliable_store import Fault, UnreliableStore
from upload.sequence import now
from upload.store import ObjectMissing, ObjectStore


@dataclass(frozen=True, kw_only=True)
class Weathered:
    """What was published after an outage."""

    missed: int
    """Segments of the main stream that were recorded meanwhile and are gaps of the live list."""
    live_seconds: float
    """From the store's answering again until the newest picture is listed."""
    whole_seconds: float
    """Until the hour playlists have everything."""


async def timelines(store: ObjectStore) -> list[Timeline]:
    """Return the station's timelines of today, and of the days that begin or end about now."""
    found = []
    for day in sorted({(now() + timedelta(hours=hours)).date() for hours in (-4, 0, 4)}):
        try:
            found.append(parse_timeline(await store.get(keys.timeline(FIRST, day))))
        except ObjectMissing:
            continue
    return found


async def archived(store: ObjectStore, rendition: Rendition = MAIN) -> dict[int, Segment]:
    """Return what the hour playlists that the timelines name say of each number, the newest version."""
    found: dict[int, Segment] = {}
    for timeline in await timelines(store):
        for hour in timeline.renditions[rendition].hours:
            playlist = parse_media((await store.get(f"live/{FIRST}/{hour.playlist}")).decode())
            found |= dict(enumerate(playlist.segments, start=playlist.media_sequence))
    return found


async def archived_whole(store: ObjectStore, newest: int, rendition: Rendition = MAIN) -> bool:
    """Return whether the hour playlists have every segment up to a number, none of them as missing."""
    found = await archived(store, rendition)
    there = [number for number, segment in found.items() if not segment.gap or segment.uri.endswith("gap.m4s")]
    return set(range(newest + 1)) <= set(there)


async def gap_reasons(store: ObjectStore) -> set[GapReason]:
    """Return every reason that the timelines tell of the main stream."""
    return {gap.reason for timeline in await timelines(store) for gap in timeline.renditions[MAIN].gaps}


async def listed(audience: Audience, number: int) -> bool:
    """Return whether a picture as new as this is listed."""
    await audience.look()
    return any(not each.gap and place[1] is MAIN and place[2] >= number for place, each in audience.listed.items())


async def weather(seconds: float, *, clips: Path, folder: Path, store: ObjectStore) -> Weathered:
    """Let the store be away for so long, and hold everything that is ever listed against the rules."""
    unreliable = UnreliableStore(store)
    audience = Audience(unreliable)
    async with (
        cameras(clips) as server,
        packaging(sources_of(server, "cam-001"), unreliable, folder / "spool") as running,
    ):
        await running.until(lambda: listed(audience, 2))
        await running.until(lambda: audience.look(FIRST, SUB))
        unreliable.fault = lambda key: Fault.FAILED
        ends = time.monotonic() + seconds
        await running.until(lambda: time.monotonic() > ends, seconds=seconds + 30)
        assert running.health().recorder == "recording"
        newest = running.health().next_number - 1
        unreliable.fault = lambda key: Fault.NONE
        began = time.monotonic()
        await running.until(lambda: listed(audience, newest), seconds=60)
        live = time.monotonic() - began
        missed = sum(segment.gap for segment in audience.segments())
        await running.until(lambda: archived_whole(store, newest), seconds=120)
        whole = time.monotonic() - began
        assert running.health().restarts == 0
        assert await gap_reasons(store) <= {GapReason.STORE_UNREACHABLE, GapReason.STARTING}
    assert unreliable.broken_rules == []
    return Weathered(missed=missed, live_seconds=live, whole_seconds=whole)
