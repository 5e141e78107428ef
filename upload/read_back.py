"""What a rendition's archive was before: hour playlists read back into a journal that has lost it, newest first.

After a wiped disk, or where another packager has published meanwhile, the journal knows the live playlist's few minutes
and no more. Publishing goes on with that at once; beside it the hours that the timelines name are read back, so that
the running hour, the day's playlist and the reasons of gaps are whole again.
"""

from __future__ import annotations

import asyncio
import functools
import re
from collections.abc import Awaitable, Callable, Iterable
from datetime import date, datetime, timedelta
from typing import TypeVar

import structlog

from election import keys
from election.errors import RemoteError
from election.hours import Hour, hour_of
from election.ids import Rendition, StationId
from election.playlist import PlaylistError, parse_media
from election.timeline import RenditionDay, Timeline, parse_timeline
from upload.hour_book import HourBook
from upload.node import Node
from upload.publication import Entry
from upload.reconciliation import entries_of
from upload.store import ObjectMissing

Result = TypeVar("Result")
_VERSION = re.compile(r"/\d\d-(\d+)\.m3u8$")
ASK_AGAIN_SECONDS = 5.0
_log = structlog.get_logger()


async def read_back(
    station: StationId,
    renditions: Iterable[Rendition],
    node: Node,
    *,
    now: datetime,
    hours: Callable[[Rendition], HourBook | None],
) -> None:
    """Read back today and yesterday of some renditions, however often it takes.

    `hours` gives a rendition's hour book at any moment, None before there is one.
    """
    today = hour_of(now, node.zone).day
    wanted = sorted(renditions)
    for day in (today, today - timedelta(days=1)) if wanted else ():
        timeline = await _patiently(functools.partial(_timeline, station, day, node), node)
        for rendition in wanted:
            told = None if timeline is None else timeline.renditions.get(rendition)
            if told is None:
                continue
            node.journal.explain(station, rendition, told.gaps)
            _know_closed(station, rendition, day, told, node, hours(rendition))
            for hour in sorted(told.hours, key=lambda each: each.hour, reverse=True):
                key = f"live/{station}/{hour.playlist}"
                entries = await _patiently(functools.partial(_hour, key, node), node)
                added = node.journal.fill(station, rendition, entries)
                if (book := hours(rendition)) is not None:
                    book.fill(added)
            node.journal.explain(station, rendition, told.gaps)
            _log.info("archive read back", station=station, rendition=str(rendition), day=str(day))


def _know_closed(
    station: StationId, rendition: Rendition, day: date, told: RenditionDay, node: Node, book: HourBook | None
) -> None:
    """Note which versions of which hours are closed, so that none of them is ever written again."""
    known = node.journal.closed_hours(station, rendition)
    for each in told.hours:
        hour = Hour(day=day, hour=each.hour)
        found = _VERSION.search(each.playlist)
        version = int(found[1]) if found else 1
        closed = version if each.closed else version - 1
        if closed > known.get(hour, 0):
            node.journal.close_hour(station, rendition, hour, closed)
            if book is not None:
                book.know_closed(hour, closed)


async def _timeline(station: StationId, day: date, node: Node) -> Timeline | None:
    try:
        return parse_timeline(await node.store.get(keys.timeline(station, day)))
    except (ObjectMissing, ValueError):
        return None


async def _hour(key: str, node: Node) -> list[Entry]:
    try:
        playlist = parse_media((await node.store.get(key)).decode(errors="replace"))
        return entries_of(playlist, key[: key.rindex("/") + 1])
    except (ObjectMissing, PlaylistError) as error:
        _log.warning("published hour cannot be read back", key=key, error=str(error))
        return []


async def _patiently(attempt: Callable[[], Awaitable[Result]], node: Node) -> Result:
    """Try until the store has answered, beside other work and never instead of it."""
    while True:
        try:
            async with node.backfilling:
                return await attempt()
        except RemoteError as error:
            _log.warning("archive not read back", error=str(error))
        await asyncio.sleep(ASK_AGAIN_SECONDS)
