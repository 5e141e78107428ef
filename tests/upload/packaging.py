"""A packager under test: small cameras, quick segments, an audience that checks every playlist it ever sees."""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import pytest

from election import keys
from election.cameras import Source
from election.configuration import Configuration, ElectionTable, Names, StoreTable, VideoTable
from election.ids import Rendition, StationId, station_id
from election.playlist import MediaPlaylist, Segment, parse_media, rounded_seconds
from election.secret import Secret
from simulator.authentication import Access
from simulator.description import CameraDescription, StreamFormat
from simulator.server import CameraServer, serving
from upload.fmp4 import read_init, read_segment
from upload.health import RenditionHealth
from upload.packager import Packager
from upload.standings import Standings
from upload.store import ObjectMissing, ObjectStore

MAIN, SUB = Rendition.MAIN, Rendition.SUB
LARGE = StreamFormat(width=320, height=180, fps=25, kbit=150, gop_seconds=1.0)
SMALL = StreamFormat(width=160, height=90, fps=25, kbit=40, gop_seconds=1.0)
VIDEO = VideoTable(segment_seconds=1, target_duration_seconds=2, window_seconds=30)
FIRST, SECOND, THIRD = (station_id(34, number) for number in (12, 13, 14))
Result = TypeVar("Result")


PATIENCE_SECONDS = 120.0
"""So long a test waits for what comes in a moment: a machine may stand still meanwhile, or run at a quarter's speed."""
LONGEST_TEST_SECONDS = 600.0


def run(work: Coroutine[Any, Any, Result], *, seconds: float = LONGEST_TEST_SECONDS) -> Result:
    """Run `work`, which never takes anywhere near `seconds`."""

    async def bounded() -> Result:
        async with asyncio.timeout(seconds):
            return await work

    return asyncio.run(bounded())


def cameras(
    clips: Path, *names: str, access: Access | None = None, main: StreamFormat = LARGE
) -> AbstractAsyncContextManager[CameraServer]:
    """Serve small cameras."""
    described = [CameraDescription(name=name, main=main, sub=SMALL) for name in names or ("cam-001",)]
    return serving(described, cache=clips, clip_seconds=2.0, access=access or Access())


def source(
    url: str,
    *,
    station: StationId = FIRST,
    rendition: Rendition = MAIN,
    user: str | None = None,
    password: str | None = None,
) -> Source:
    """Return one stream of `cameras.toml`."""
    secret = None if password is None else Secret(password)
    return Source(station=station, rendition=rendition, url=url, user=user, password=secret)


def sources_of(server: CameraServer, name: str, station: StationId = FIRST, **credentials: str) -> tuple[Source, ...]:
    """Return both streams of a simulated camera."""
    return tuple(
        source(server.url(name, rendition), station=station, rendition=rendition, **credentials)
        for rendition in (MAIN, SUB)
    )


def configuration(video: VideoTable = VIDEO) -> Configuration:
    """Return public facts with quick segments."""
    names = Names(az="Seçki", en="Election", ru="Выборы")
    return Configuration(
        election=ElectionTable(name=names, date=datetime.date(2026, 11, 24)),
        store=StoreTable(url="memory://"),
        video=video,
    )


@dataclass
class Running:
    """A packager that runs in this process."""

    packager: Packager
    task: asyncio.Task[None]

    async def until(self, condition: Callable[[], Any | Awaitable[Any]], *, seconds: float = PATIENCE_SECONDS) -> Any:
        """Wait until `condition` gives something, and return it; a packager that ends meanwhile is an error."""
        return await until(condition, seconds=seconds, alive=self.task)

    def health(self, station: StationId = FIRST, rendition: Rendition = MAIN) -> RenditionHealth:
        """Return what is known of a rendition; nothing before the packager has begun."""
        for each in self.packager.stations:
            if each.id == station:
                return each.health[str(rendition)]
        return RenditionHealth()

    async def stop(self) -> None:
        """End it as SIGTERM does; an error it ended with was raised by `until`."""
        self.task.cancel()
        await asyncio.wait([self.task])
        if not self.task.cancelled():
            self.task.exception()


@asynccontextmanager
async def packaging(
    sources: Sequence[Source],
    store: ObjectStore,
    spool: Path,
    *,
    video: VideoTable = VIDEO,
    name: str = "node-1",
    standings: Standings | None = None,
) -> AsyncIterator[Running]:
    """Run a packager until the block ends; without `standings` it is a rehearsal without orders."""
    packager = Packager(configuration(video), sources, store=store, spool=spool, name=name, standings=standings)
    running = Running(packager, asyncio.create_task(packager.run()))
    try:
        yield running
    finally:
        await running.stop()


async def until(
    condition: Callable[[], Any | Awaitable[Any]],
    *,
    seconds: float = PATIENCE_SECONDS,
    alive: asyncio.Task[None] | None = None,
    pause: float = 0.05,
) -> Any:
    """Wait until `condition` gives something true, and return it."""
    async with asyncio.timeout(seconds):
        while True:
            if alive is not None and alive.done():
                alive.result()
                raise AssertionError("the packager ended")
            found = condition()
            if isinstance(found, Awaitable):
                found = await found
            if found:
                return found
            await asyncio.sleep(pause)


@dataclass
class Audience:
    """Viewers of a store: every playlist ever read is held against the rules of publishing.

    Whatever a playlist names is there when the playlist is read (1); what was listed once never changes and numbers
    never go back (2); the target duration is the same for ever and for everybody (6); EXTINF is the media's duration.
    """

    store: ObjectStore
    target_duration: int = VIDEO.target_duration_seconds
    listed: dict[tuple[StationId, Rendition, int], Segment] = field(default_factory=dict)
    newest: dict[tuple[StationId, Rendition], MediaPlaylist] = field(default_factory=dict)
    playlists_seen: int = 0
    may_end: bool = False
    """Whether a station may be closed: its playlists may end."""
    _present: set[str] = field(default_factory=set)
    _inits: dict[str, bytes] = field(default_factory=dict)

    async def look(self, station: StationId = FIRST, rendition: Rendition = MAIN) -> MediaPlaylist | None:
        """Read a live playlist and check it; None if there is none yet."""
        try:
            text = (await self.store.get(keys.live(station, rendition))).decode()
        except ObjectMissing:
            assert (station, rendition) not in self.newest, "a playlist that was there is gone"
            return None
        playlist = parse_media(text)
        self.playlists_seen += 1
        assert playlist.target_duration == self.target_duration
        assert self.may_end or not playlist.ended
        for number, segment in enumerate(playlist.segments, start=playlist.media_sequence):
            assert rounded_seconds(segment.duration) <= playlist.target_duration
            known = self.listed.setdefault((station, rendition, number), segment)
            assert known == segment, "a listed segment changed"
            await self._require(keys.live(station, rendition).removesuffix("live.m3u8"), segment)
        self._compare(self.newest.get((station, rendition)), playlist)
        self.newest[station, rendition] = playlist
        return playlist

    async def count(self, station: StationId = FIRST, rendition: Rendition = MAIN) -> int:
        """Look, and return how many segments with pictures have been listed so far."""
        await self.look(station, rendition)
        return sum(key[:2] == (station, rendition) and not each.gap for key, each in self.listed.items())

    async def keep_looking(self, *places: tuple[StationId, Rendition], pause: float = 0.1) -> None:
        """Look again and again, until cancelled."""
        while True:
            for place in places:
                await self.look(*place)
            await asyncio.sleep(pause)

    def numbers(self, station: StationId = FIRST, rendition: Rendition = MAIN) -> list[int]:
        """Return every number ever listed."""
        return sorted(number for *place, number in self.listed if place == [station, rendition])

    def segments(self, station: StationId = FIRST, rendition: Rendition = MAIN) -> list[Segment]:
        """Return every segment ever listed, in order."""
        return [self.listed[station, rendition, number] for number in self.numbers(station, rendition)]

    async def _require(self, folder: str, segment: Segment) -> None:
        if folder + segment.map_uri not in self._inits:
            self._inits[folder + segment.map_uri] = await self.store.get(folder + segment.map_uri)
        if segment.gap or folder + segment.uri in self._present:
            return
        times = read_segment(
            await self.store.get(folder + segment.uri), read_init(self._inits[folder + segment.map_uri])
        )
        assert times.starts_with_key_frame
        assert times.duration.total_seconds() == pytest.approx(segment.duration.total_seconds(), abs=1e-5)
        self._present.add(folder + segment.uri)

    def _compare(self, before: MediaPlaylist | None, playlist: MediaPlaylist) -> None:
        times = [segment.program_date_time for segment in playlist.segments]
        assert times == sorted(times)
        if before is None:
            return
        assert playlist.media_sequence >= before.media_sequence, "the sequence went back"
        ends = [each.media_sequence + len(each.segments) for each in (before, playlist)]
        assert ends[1] >= ends[0], "the newest was dropped"
        removed = before.segments[: playlist.media_sequence - before.media_sequence]
        grown = playlist.discontinuity_sequence - before.discontinuity_sequence
        if playlist.media_sequence - before.media_sequence <= len(before.segments):
            assert grown == sum(segment.discontinuity for segment in removed)


def recorded_until(audience: Audience, spool: Path) -> datetime.datetime:
    """Return when at the latest what a stopped packager has recorded ends, by the pictures' times.

    They are ahead of the clock where the machine stood still during the first segment of a recording. What lies in the
    spool is listed by the next packager.
    """
    newest = audience.segments()[-1]
    left = len(list((spool / "media").glob("*/*/*/*.m4s")))
    end = newest.program_date_time + newest.duration + left * datetime.timedelta(seconds=VIDEO.segment_seconds)
    return max(end, datetime.datetime.now(datetime.UTC))


def discontinuities(segments: Sequence[Segment]) -> int:
    """Return how many of the segments begin a new timeline."""
    return sum(segment.discontinuity for segment in segments)
