"""A station's closing: its archive completed once all that was recorded is listed, and taken back when it is reopened.

A crash in between leaves the journal without the word that the station has ended; the next start closes it once more,
and what is in the store already stays as it is.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime

import structlog

from election.errors import RemoteError
from election.ids import StationId
from election.schedule import Phase, Standing
from upload.archive import Archive
from upload.journal import Journal
from upload.own_task import in_own_task
from upload.sequence import now
from upload.standings import Standings

PAUSE_SECONDS = 5.0
LOOK_SECONDS = 0.2
_log = structlog.get_logger()


class Closing:
    """Closes and reopens one station's archive."""

    def __init__(
        self,
        station: StationId,
        archive: Archive,
        *,
        journal: Journal,
        standings: Standings,
        is_listed: Callable[[], bool],
    ) -> None:
        """`is_listed` says whether all that was recorded is listed, in playlists that have ended."""
        self._station = station
        self._archive = archive
        self._journal = journal
        self._standings = standings
        self._is_listed = is_listed
        self._log = _log.bind(station=station)

    async def run(self) -> None:
        """Follow the station's standing until cancelled, also after an error nobody expected."""
        while True:
            try:
                await in_own_task(self._follow())
            except Exception:
                self._log.exception("closing failed")
            await asyncio.sleep(PAUSE_SECONDS)

    async def _follow(self) -> None:
        """Do what each standing asks for, from one to the next."""
        async with asyncio.TaskGroup() as group:
            closing: asyncio.Task[None] | None = None
            async for standing in self._standings.changes(self._station):
                if closing is not None:
                    closing.cancel()
                    await asyncio.wait([closing])
                closing = self._begin(standing, group)

    def _begin(self, standing: Standing, group: asyncio.TaskGroup) -> asyncio.Task[None] | None:
        """Begin what a standing asks of the archive."""
        if standing.phase is Phase.CLOSED:
            if self._journal.ended(self._station) is None:
                return group.create_task(self._close(standing.since or now()))
        elif standing.phase is not Phase.SCHEDULED:
            self._journal.reopen(self._station)
            self._archive.reopen()
        return None

    async def _close(self, closed_at: datetime) -> None:
        """Wait until all that was recorded is listed, then write what is said of a station that is over."""
        while not self._is_listed():
            await asyncio.sleep(LOOK_SECONDS)
        while True:
            try:
                await self._archive.close(now(), closed_at=closed_at)
            except RemoteError as error:
                self._log.warning("archive not closed", error=str(error))
                await asyncio.sleep(PAUSE_SECONDS)
                continue
            # A crash before this line closes once more at the next start; after it nothing is written any more.
            self._journal.end(self._station, closed_at)
            self._log.info("closed")
            return
