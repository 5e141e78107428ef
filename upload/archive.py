"""A station's archive: hour playlists as time passes, the day's playlist when it is over, and the timeline over them.

It follows the journal and hurries nobody: what cannot be written is due again at the next tick. A crash at any point
leaves older playlists, all of them true; the next start finds in the journal what is still to be written. Each names
only what is there: hours before the timeline that names them.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Protocol
from zoneinfo import ZoneInfo

import structlog

from election import keys
from election.errors import RemoteError
from election.hours import Hour, hour_of
from election.ids import Rendition, StationId
from election.playlist import MediaPlaylist, PlaylistError, PlaylistType, format_media, parse_media
from election.timeline import Gap, HourPlaylist, RenditionDay, Timeline, parse_timeline
from upload.first_picture import gaps_of, within
from upload.hour_book import CLOSE_AFTER, WRITE_EVERY, HourBook, WriteHour
from upload.journal import Journal
from upload.publication import playlist_of
from upload.sequence import now
from upload.store import ObjectMissing, ObjectStore
from upload.target import TargetDuration

TICK_SECONDS = 5.0
DAY_IS_WRITTEN_FOR = timedelta(hours=2)
"""How long after its end a day's playlist is renewed when something comes late: the journal still has all of it."""
_log = structlog.get_logger()


class Archived(Protocol):
    """One rendition, as its archive sees it."""

    @property
    def hours(self) -> HourBook:
        """What its hour playlists name."""
        ...


@dataclass(frozen=True, kw_only=True)
class _Found:
    """A playlist as it stood in the store when this archive first looked."""

    first: int
    """The first number it names."""
    closed: bytes | None
    """A digest of the whole of it where it has ended, None where it still grows."""


class Archive:
    """One station's archive."""

    def __init__(
        self,
        station: StationId,
        renditions: Mapping[Rendition, Archived],
        *,
        journal: Journal,
        store: ObjectStore,
        zone: ZoneInfo,
        target: TargetDuration,
    ) -> None:
        """`renditions` are the station's at any moment: one that failed may be replaced in it."""
        self._station = station
        self._renditions = renditions
        self._journal = journal
        self._store = store
        self._zone = zone
        self._target = target
        self._days: dict[tuple[Rendition, date], dict[Hour, int]] = {}
        """The versions of the hours that each written day's playlist has."""
        self._timelines: dict[date, Timeline] = {}
        self._told_at: datetime | None = None
        self._looked_at: dict[str, _Found | None] = {}
        """Playlists that were looked for in the store, before anything was put there; None where none was."""
        self._earlier: dict[date, Timeline | None] = {}
        """What the store told of a day when it was first looked at."""
        self._first_pictures: dict[tuple[Rendition, datetime], datetime] = {}
        """The first picture after each wait for one."""
        self._closed_at: datetime | None = None
        """When the station was closed, None while it is not."""
        self._writing = asyncio.Lock()
        self._untold: set[date] = set()
        """Days of which something was written that the timeline does not tell yet."""
        self._log = _log.bind(station=station)

    async def run(self) -> None:
        """Write what is due, until cancelled."""
        await asyncio.sleep(TICK_SECONDS * random.random())  # noqa: S311 - spreads the stations, keeps no secret
        while True:
            try:
                await self.write(now(), time.monotonic())
            except RemoteError as error:
                self._log.warning("archive not written", error=str(error))
            await asyncio.sleep(TICK_SECONDS)

    async def write(self, at: datetime, steady: float | None = None) -> None:
        """Write everything that is due at a moment; `steady` is the same moment by a clock that nobody sets."""
        async with self._writing:
            await self._write_due(at, steady)

    async def close(self, at: datetime, *, closed_at: datetime) -> None:
        """Write everything, for the station was closed: nothing is on its way. May be called again after a failure."""
        async with self._writing:
            self._closed_at = closed_at
            today = hour_of(at, self._zone).day
            # The day on which the last pictures were, and the one on which it was closed.
            self._untold |= {today, hour_of(closed_at, self._zone).day}
            await self._write_due(at, None)

    def reopen(self) -> None:
        """The station goes on."""
        self._closed_at, self._told_at = None, None
        self._untold |= {day for _, day in self._days}

    async def _write_due(self, at: datetime, steady: float | None) -> None:
        if not self._renditions:
            return
        today = hour_of(at, self._zone).day
        for rendition, archived in self._renditions.items():
            for command in archived.hours.due(at, steady, closing=self._closed_at is not None):
                await self._write_hour(rendition, archived, command)
                self._untold.add(command.hour.day)
            for day in (today - timedelta(days=1), today):
                if await self._write_day(rendition, archived, day, at):
                    self._untold.add(day)
        if self._closed_at is None and (self._told_at is None or abs(at - self._told_at) >= WRITE_EVERY):
            self._told_at = at
            self._untold.add(today)
        for day in sorted(self._untold):
            await self._write_timeline(day, at)
            self._untold.discard(day)

    async def _write_hour(self, rendition: Rendition, archived: Archived, command: WriteHour) -> None:
        hour = command.hour
        key = keys.hour(self._station, rendition, hour.day, hour.name, command.version)
        playlist = playlist_of(
            command.entries,
            folder=_folder(key),
            target_duration=self._target.seconds,
            playlist_type=PlaylistType.EVENT,
            ended=command.closed,
        )
        kind = keys.CLOSED_HOUR if command.closed else keys.RUNNING_HOUR
        body = format_media(playlist).encode()
        if not await self._is_known_better(key, playlist):
            found = await self._found(key)
            if found is not None and found.closed not in (None, sha256(body).digest()):
                # A kill between a closed playlist's put and the journal: it is kept for a day by caches and browsers.
                if (again := archived.hours.found_closed(command)) is not None:
                    await self._write_hour(rendition, archived, again)
                return
            await self._store.put(key, body, kind)
        if command.closed:
            last = command.entries[-1].number
            self._journal.close_hour(self._station, rendition, hour, command.version, last=last)
        archived.hours.written(command)

    async def _is_known_better(self, key: str, playlist: MediaPlaylist) -> bool:
        """Return whether the store's playlist of an hour begins before what we know: after a lost spool it stays."""
        found = await self._found(key)
        return found is not None and found.first < playlist.media_sequence

    async def _found(self, key: str) -> _Found | None:
        """Return what the store had of a playlist when this archive first looked."""
        if key not in self._looked_at:
            try:
                body = await self._store.get(key)
                there = parse_media(body.decode(errors="replace"))
                closed = sha256(body).digest() if there.ended else None
                self._looked_at[key] = _Found(first=there.media_sequence, closed=closed)
            except ObjectMissing:
                self._looked_at[key] = None
            except PlaylistError as error:
                self._log.error("published hour is damaged and written anew", key=key, error=str(error))
                self._looked_at[key] = None
        return self._looked_at[key]

    async def _told_earlier(self, day: date) -> Timeline | None:
        """Return the day's timeline as it stood in the store when this archive first looked."""
        if day not in self._earlier:
            try:
                self._earlier[day] = parse_timeline(await self._store.get(keys.timeline(self._station, day)))
            except ObjectMissing:
                self._earlier[day] = None
            except ValueError as error:
                self._log.error("published timeline is damaged and written anew", error=str(error))
                self._earlier[day] = None
        return self._earlier[day]

    async def _write_day(self, rendition: Rendition, archived: Archived, day: date, at: datetime) -> bool:
        """Write the playlist of a day that is over, and again when something came late; return whether it was.

        When the station is closed, the day is over with it.
        """
        end = Hour(day=day, hour=23).end(self._zone)
        is_over = self._closed_at is not None or at - end >= CLOSE_AFTER
        if not is_over or at - end > DAY_IS_WRITTEN_FOR:
            return False
        closed = {hour: version for hour, version in archived.hours.closed.items() if hour.day == day}
        still_open = any(hour.day == day for hour in archived.hours.running)
        if still_open or not closed or self._days.get((rendition, day)) == closed:
            return False
        began = Hour(day=day, hour=0).end(self._zone) - timedelta(hours=1)
        known = self._journal.entries(self._station, rendition, since=began, until=end)
        entries = [entry if is_there else replace(entry, gap=True) for entry, is_there in known]
        if not entries:
            return False
        key = keys.day(self._station, rendition, day)
        playlist = playlist_of(
            entries,
            folder=_folder(key),
            target_duration=self._target.seconds,
            playlist_type=PlaylistType.VOD,
            ended=True,
        )
        if not await self._is_known_better(key, playlist):
            # Before its end the day may still go on, if the station is opened again.
            kind = keys.CLOSED_HOUR if at >= end else keys.RUNNING_HOUR
            await self._store.put(key, format_media(playlist).encode(), kind)
        self._days[rendition, day] = closed
        return True

    async def _write_timeline(self, day: date, at: datetime) -> None:
        """Write a day's timeline if it says something new."""
        journal, zone = self._journal, self._zone
        began = Hour(day=day, hour=0).end(zone) - timedelta(hours=1)
        ended = Hour(day=day, hour=23).end(zone)
        earlier = await self._told_earlier(day)
        is_whole = at >= ended or self._closed_at is not None
        renditions: dict[Rendition, RenditionDay] = {
            rendition: self._with_what_was_told(
                rendition,
                began,
                earlier,
                RenditionDay(
                    hours=self._hours(rendition, archived, day),
                    day=_address(keys.day(self._station, rendition, day))
                    if is_whole and (rendition, day) in self._days
                    else None,
                    gaps=[
                        *within(self._before_the_first_picture(rendition, at), began, ended),
                        *(gap for gap in journal.gaps(self._station, rendition, since=began) if gap.start < ended),
                    ],
                    restarts=[r for r in journal.restarts(self._station, rendition, since=began) if r.time < ended],
                ),
                is_whole=is_whole,
            )
            for rendition, archived in self._renditions.items()
        }
        known = self._timelines.get(day)
        # What is no longer published keeps what was told of it.
        for told in (known, earlier):
            renditions = {**(told.renditions if told is not None else {}), **renditions}
        if not any(part.hours or part.gaps for part in renditions.values()):
            return
        all_closed = all(all(hour.closed for hour in part.hours) for part in renditions.values())
        closed_at = ended if self._closed_at is None else min(ended, self._closed_at)
        is_closed = at >= closed_at and all_closed
        timeline = Timeline(
            station=self._station,
            date=day,
            time_zone=str(zone),
            written=at.astimezone(UTC) if known is None else known.written,
            closed=is_closed,
            closed_at=closed_at.astimezone(UTC) if is_closed else None,
            renditions=renditions,
            stills=sorted({*journal.stills(self._station, day), *(earlier.stills if earlier else ())}),
        )
        if timeline == known:
            return
        timeline = replace(timeline, written=at.astimezone(UTC))
        await self._store.put(keys.timeline(self._station, day), timeline.format(), keys.TIMELINE)
        self._timelines[day] = timeline

    def _before_the_first_picture(self, rendition: Rendition, at: datetime) -> list[Gap]:
        waits = []
        for wait in self._journal.waits(self._station, rendition):
            place = (rendition, wait.since)
            if place not in self._first_pictures:
                first = self._journal.first(self._station, rendition, since=wait.since)
                if first is not None:
                    self._first_pictures[place] = first
            waits.append((wait, self._first_pictures.get(place)))
        return gaps_of(waits, until=at if self._closed_at is None else min(at, self._closed_at))

    def _with_what_was_told(
        self, rendition: Rendition, began: datetime, earlier: Timeline | None, ours: RenditionDay, *, is_whole: bool
    ) -> RenditionDay:
        """Return our part of a timeline with what the store told of the time before our journal begins.

        A day that is not whole, or not any more, has no playlist as such.
        """
        told = earlier.renditions.get(rendition) if earlier is not None else None
        if told is None:
            return ours
        first = self._journal.first(self._station, rendition, since=began)
        known = {hour.hour for hour in ours.hours}
        ours_begin = min([*([] if first is None else [first]), *(gap.start for gap in ours.gaps)], default=None)
        return RenditionDay(
            hours=sorted([*ours.hours, *(h for h in told.hours if h.hour not in known)], key=lambda hour: hour.hour),
            day=ours.day or (told.day if is_whole else None),
            gaps=[*(gap for gap in told.gaps if ours_begin is None or gap.end <= ours_begin), *ours.gaps],
            restarts=[*(r for r in told.restarts if first is None or r.time < first), *ours.restarts],
        )

    def _hours(self, rendition: Rendition, archived: Archived, day: date) -> list[HourPlaylist]:
        versions = {hour: (version, True) for hour, version in archived.hours.closed.items() if hour.day == day}
        versions |= {hour: (version, False) for hour, version in archived.hours.running.items() if hour.day == day}
        return [
            HourPlaylist(
                hour=hour.hour,
                playlist=_address(keys.hour(self._station, rendition, hour.day, hour.name, version)),
                closed=closed,
            )
            for hour, (version, closed) in sorted(versions.items())
        ]


def _folder(key: str) -> str:
    return key[: key.rindex("/") + 1]


def _address(key: str) -> str:
    """Return a key as a timeline names it: relative to `live/<id>/`."""
    return key.split("/", 2)[2]
