"""One rendition's way into the store: its segments, then the live playlist that names them.

Segments go in order while the store keeps up. After an outage the newest goes first: what was missed is passed over in
the live playlist and follows at low priority, into the hour playlists. Nothing here decides what is named: that is the
publication's, and the hour book's. What the store refuses is tried again for ever, a segment as it is, a playlist in
its newest form.
"""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict, deque
from collections.abc import Callable, Container, Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import structlog

from election import keys
from election.cameras import Source
from election.errors import RemoteError
from election.hours import Hour, hour_of
from election.playlist import format_media
from election.timeline import GapReason
from upload.health import RenditionHealth
from upload.hour_book import HourBook
from upload.journal import Spooled
from upload.measured import Measured
from upload.node import Node
from upload.publication import Entry, Publication, WritePlaylist
from upload.sequence import LONGEST_HOLE, now
from upload.spool import Run, forget_run

LIVE_FIRST_TARGETS = 5
"""Target durations that the oldest waiting segment may lie behind the newest before it is passed over."""
_log = structlog.get_logger()


class Delivery:
    """The store's side of one rendition."""

    def __init__(
        self,
        source: Source,
        node: Node,
        health: RenditionHealth,
        measured: Measured,
        *,
        on_listed: Callable[[], None],
    ) -> None:
        """`health` is kept up to date from `measured`; `on_listed` is called after each playlist write."""
        self.newest: tuple[bytes, bytes] | None = None
        """The bytes of the newest uploaded media segment, after those of its initialisation segment."""
        self.is_published = False
        """Whether the live playlist is in the store."""
        self.recording_into: Path | None = None
        """The folder that a recorder writes into at present: it stays although it may be empty."""
        self.hours = _hours_so_far(source, node)
        window = timedelta(seconds=node.video.window_seconds)
        self._source = source
        self._node = node
        self._health = health
        self._measured = measured
        self._on_listed = on_listed
        self._publication = Publication(
            folder=keys.live(source.station, source.rendition).removesuffix("live.m3u8"),
            target_duration=node.target.seconds,
            window=window,
            listed=_of_this_day(node.journal.listed(source.station, source.rendition, window=window)),
        )
        listed = self._publication.listed
        self.init_key = listed[-1].init_key if listed else None
        """The initialisation segment of the newest segment, None before the first."""
        self.hours.follow(listed[-1].number if listed else -1)
        self._queue: deque[Spooled] = deque()
        """What the live playlist waits for, in order."""
        self._late: deque[Spooled] = deque(node.journal.late(source.station, source.rendition))
        """What was passed over, in order."""
        self._body: tuple[int, bytes] = (-1, b"")
        self._queued = asyncio.Event()
        self._late_queued = asyncio.Event()
        self._to_write: asyncio.Queue[WritePlaylist] = asyncio.Queue()
        self._inits_in_store: set[str] = set()
        self._inits_named = {entry.init_key for entry in self._publication.listed if entry.gap}
        """Initialisation segments that gaps name whose own segments may never be sent, also before a restart."""
        self._under_way: set[int] = set()
        """Numbers that are just being sent."""
        self._putting_init: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._completed_at: dict[int, float] = {}
        self._log = _log.bind(station=source.station, rendition=str(source.rendition))

    async def run(self) -> None:
        """Upload and list until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._write_playlists())
            group.create_task(self._upload())
            group.create_task(self._backfill())

    def resume(self, *, ended: bool = False) -> None:
        """Take up what an earlier packager had not delivered; `ended` says that nothing comes after that."""
        left = self._node.journal.waiting(self._source.station, self._source.rendition)
        # An end may have been listed already, and is not taken back.
        self._command(self._publication.end() if ended and not left else self._publication.resume())
        for item in left:
            entry = item.entry if isinstance(item, Spooled) else item
            self._command(self._publication.arrived(entry))
            self.init_key = entry.init_key
            if isinstance(item, Spooled):
                self._queue.append(item)
            else:
                if entry.gap:
                    self._inits_named.add(entry.init_key)
                self._command(self._publication.uploaded(entry.number))
        if self._queue:
            self._queued.set()
        if self._late:
            self._late_queued.set()

    def fix_target_duration(self) -> None:
        """Take over the station's target duration, which is fixed now, before the first segment."""
        self._publication.fix_target_duration(self._node.target.seconds)

    def deliver(self, entry: Entry, path: str, body: bytes, *, completed: float) -> None:
        """Deliver a journalled segment that lies at `path` in the spool since `completed` (a UNIX time)."""
        self.init_key = entry.init_key
        if not self._queue:
            self._body = (entry.number, body)  # it goes at once, and need not be read again
        self._completed_at[entry.number] = completed
        self._command(self._publication.arrived(entry))
        self.hours.arrived(entry, time.monotonic())
        self._queue.append(Spooled(entry=entry, path=path))
        self._queued.set()
        self._note_waiting()

    def tell_gap(self, entry: Entry) -> None:
        """List a journalled time without pictures."""
        self._command(self._publication.arrived(entry))
        self.hours.arrived(entry, time.monotonic())

    def end(self) -> None:
        """List the end of the stream: nothing comes any more, and all is listed."""
        self._command(self._publication.end())

    def reopen(self) -> None:
        """Take back the end of the stream, where it was listed."""
        self._command(self._publication.reopen())

    async def drained(self) -> None:
        """Return when all that was to be delivered is in the store and listed."""
        while self._publication.waiting or self._late:
            await asyncio.sleep(0.05)
        await self._to_write.join()

    async def _upload(self) -> None:
        """Upload what the live playlist waits for, in order."""
        while True:
            await self._queued.wait()
            while self._queue:
                self._pass_over_what_is_old()
                await self._upload_one(self._queue[0], self._node.uploading)
                self._queue.popleft()
                self._note_waiting()
            self._queued.clear()

    async def _backfill(self) -> None:
        """Upload what was passed over, oldest first, beside what is live."""
        while True:
            await self._late_queued.wait()
            while self._late:
                await self._upload_one(self._late[0], self._node.backfilling)
                self._late.popleft()
                self._note_waiting()
            self._late_queued.clear()

    def _pass_over_what_is_old(self) -> None:
        """Where the oldest waiting segment lies far behind, let the live playlist go on with the newest."""
        patience = timedelta(seconds=LIVE_FIRST_TARGETS * self._node.target.seconds)
        if self._queue[-1].entry.end - self._queue[0].entry.end <= patience:
            return
        newest = self._queue.pop()
        old = list(self._queue)
        numbers = [item.entry.number for item in old]
        # A crash before this line leaves them waiting as before, after it as late: both are taken up again.
        self._node.journal.pass_over(self._source.station, self._source.rendition, numbers)
        self._queue = deque([newest])
        self._late.extend(old)
        self._late_queued.set()
        self._list_as_gaps(old)
        self._log.warning("live goes on, what was missed follows", segments=len(old))

    def drop(self, numbers: Container[int]) -> int:
        """Throw away unsent segments because the spool is full; return how many. What is just being sent stays."""
        source = self._source
        dropped = [
            item
            for item in (*self._queue, *self._late)
            if item.entry.number in numbers and item.entry.number not in self._under_way
        ]
        gone = {item.entry.number for item in dropped}
        for item in dropped:
            # The file first: it makes the room that the journal may need. A crash in between is told as lost.
            self._node.spool.path(item.path).unlink(missing_ok=True)
            self._node.journal.lose(source.station, source.rendition, item.entry.number, GapReason.SPOOL_FULL)
        self._queue = deque(item for item in self._queue if item.entry.number not in gone)
        self._late = deque(item for item in self._late if item.entry.number not in gone)
        self._list_as_gaps(dropped)
        for number in gone:
            self.hours.settled(number, lost=True)
        self._note_waiting()
        return len(dropped)

    def _list_as_gaps(self, items: Sequence[Spooled]) -> None:
        self._inits_named |= {item.entry.init_key for item in items}
        self._command(self._publication.passed_over({item.entry.number for item in items}))

    async def _put_init(self, key: str) -> bytes:
        """See to it that an initialisation segment is in the store, and return it."""
        body = self._node.journal.init_body(key)
        async with self._putting_init[key]:
            if key not in self._inits_in_store:
                await self._put(key, body, keys.INIT_SEGMENT, self._node.uploading)
                self._inits_in_store.add(key)
        return body

    async def _upload_one(self, spooled: Spooled, slots: asyncio.Semaphore) -> None:
        """Upload a segment, its initialisation segment before it; one that vanished is lost."""
        self._under_way.add(spooled.entry.number)
        try:
            await self._deliver_one(spooled, slots)
        finally:
            self._under_way.discard(spooled.entry.number)

    async def _deliver_one(self, spooled: Spooled, slots: asyncio.Semaphore) -> None:
        source, journal = self._source, self._node.journal
        entry, path = spooled.entry, self._node.spool.path(spooled.path)
        init = await self._put_init(entry.init_key)
        try:
            body = self._body[1] if self._body[0] == entry.number else path.read_bytes()
        except OSError as error:
            self._log.error("segment vanished from the spool", segment=spooled.path, error=error.strerror)
            journal.lose(source.station, source.rendition, entry.number, GapReason.LOST)
            self._list_as_gaps([spooled])
            self.hours.settled(entry.number, lost=True)
            return
        await self._put(entry.key, body, keys.MEDIA_SEGMENT, slots)
        journal.acknowledge(source.station, source.rendition, entry.number)
        if self._body[0] == entry.number:
            self._body = (-1, b"")
        path.unlink(missing_ok=True)
        self._tidy(path)
        if slots is self._node.uploading:
            self.newest = (init, body)
        self._command(self._publication.uploaded(entry.number))
        self.hours.settled(entry.number)

    def _note_waiting(self) -> None:
        self._health.waiting = self._publication.waiting + len(self._late)

    def _tidy(self, path: Path) -> None:
        """Remove the folder of an ended recording with its last segment."""
        run = Run(station=self._source.station, rendition=self._source.rendition, folder=path.parent)
        if path.parent != self.recording_into and not run.segments():
            forget_run(run)

    def _command(self, command: WritePlaylist | None) -> None:
        if command is not None:
            self._to_write.put_nowait(command)

    async def _write_playlists(self) -> None:
        """Carry out playlist writes; the publication sees to it that one is under way at a time, the newest."""
        key = keys.live(self._source.station, self._source.rendition)
        failures = 0
        while True:
            command = await self._to_write.get()
            kind = keys.live_playlist_kind(self._node.target.seconds)
            for init_key in self._inits_named - self._inits_in_store:
                if self._node.journal.has_init(init_key):  # else it was taken over with what is published
                    await self._put_init(init_key)
            try:
                await self._node.store.put(key, format_media(command.playlist).encode(), kind)
            except RemoteError as error:
                failures = self._failed(error, failures)
                await self._node.recovery.wait(failures)
                self._command(self._publication.write_failed())
                self._to_write.task_done()
                continue
            failures = 0
            self._recovered()
            self.is_published = True
            self._note_listed(command.newest)
            # A crash before this line leaves the hours behind the live playlist, never ahead of it.
            self.hours.listed(command.playlist.media_sequence + len(command.playlist.segments) - 1)
            self._command(self._publication.written())
            self._to_write.task_done()
            self._on_listed()

    def _note_listed(self, newest: Entry | None) -> None:
        health = self._health
        if newest is None:
            return
        completed = self._completed_at.get(newest.number)
        if completed is not None:
            health.listed_milliseconds = (now().timestamp() - completed) * 1000
            self._node.listing_delays.append(health.listed_milliseconds)
        for number in [number for number in self._completed_at if number <= newest.number]:
            del self._completed_at[number]
        health.newest_end = newest.end
        health.bits_per_second, health.frame_rate = self._measured.bits_per_second, self._measured.frame_rate
        self._note_waiting()

    async def _put(self, key: str, body: bytes, kind: keys.ObjectKind, slots: asyncio.Semaphore) -> None:
        """Put one object, however often it takes."""
        failures = 0
        while True:
            try:
                await self._node.admitted.wait()
                async with slots:
                    await self._node.store.put(key, body, kind)
            except RemoteError as error:
                failures = self._failed(error, failures)
                await self._node.recovery.wait(failures)
                continue
            self._recovered()
            return

    def _failed(self, error: RemoteError, failures: int) -> int:
        if not self._health.store:
            self._log.warning("store refuses", error=str(error), permanent=not error.retryable)
        self._health.store = str(error)
        return failures + 1

    def _recovered(self) -> None:
        self._node.recovery.succeeded()
        if self._health.store:
            self._log.info("store recovered")
            self._health.store = ""


def _of_this_day(listed: list[Entry]) -> list[Entry]:
    """Return what a live playlist begins with: nothing of what ended a day ago."""
    return listed if listed and now() - listed[-1].end < LONGEST_HOLE else []


def _hours_so_far(source: Source, node: Node) -> HourBook:
    """Return the rendition's hours as an earlier packager left them."""
    journal, place = node.journal, (source.station, source.rendition)
    closed = journal.closed_hours(*place)
    since = max((hour.end(node.zone) for hour in closed), default=now() - LONGEST_HOLE)
    late = {hour_of(item.entry.program_date_time, node.zone) for item in journal.late(*place)}

    def recall(hour: Hour) -> Iterator[tuple[Entry, bool]]:
        end = hour.end(node.zone)
        return journal.entries(*place, since=end - timedelta(hours=1), until=end)

    hours = HourBook(node.zone, closed=closed, recall=recall)
    for hour in sorted(late & closed.keys()):
        hours.reopen(hour)
    newest = max(closed, default=None)
    named = None if newest is None or newest in late else journal.last_in_hour(*place, newest)
    if newest is not None and named is not None:
        # What came after the hour had been closed with its station.
        following = [(entry, settled) for entry, settled in recall(newest) if entry.number > named]
    else:
        following = []
    for entry, settled in (*following, *journal.entries(*place, since=since)):
        hours.arrived(entry)
        if settled and not entry.gap:
            hours.settled(entry.number)
    return hours
