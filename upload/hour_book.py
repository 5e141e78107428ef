"""Which hour playlists a rendition has, and what each says: a pure state machine, settled segments in, commands out.

An hour holds the segments that begin in it, by the election's clock. While it runs its playlist is an EVENT that only
grows: a segment is named once it and all before it are settled, that is in the store or known to be missing, and named
by a live playlist in the store: who takes over counts on from that, and would give its number to another. Once the
hour is over, or the station is closed, it is closed with EXT-X-ENDLIST. What is still on its way by then, after some
patience, is listed as a gap; when all of it has come after all, or the station goes on, the hour is written once more
under a new name, for a closed playlist never changes.
"""

from __future__ import annotations

import bisect
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from election.hours import Hour, hour_of
from upload.picture_time import PictureTime
from upload.publication import Entry

WRITE_EVERY = timedelta(seconds=30)
"""How often the playlist of a running hour is written."""
CLOSE_AFTER = timedelta(seconds=30)
"""How long after its end an hour is closed, so that its last segment has come."""
PATIENCE = timedelta(minutes=2)
"""How long after its end an hour is closed all the same, when something of it is still on its way."""
EVERYTHING = 1 << 62
"""A number beyond all that are ever given."""


@dataclass(frozen=True, kw_only=True)
class WriteHour:
    """Command: write this hour's playlist; answer with `HourBook.written`."""

    hour: Hour
    version: int
    """1, and one more for each time that something came after the hour was closed."""
    entries: tuple[Entry, ...]
    """In order; gaps are marked."""
    closed: bool


Recall = Callable[[Hour], Iterable[tuple[Entry, bool]]]


@dataclass
class _Page:
    """One hour in memory, until it is closed and complete."""

    version: int
    entries: list[Entry] = field(default_factory=list)
    named: int = 0
    """How many of them the newest playlist names."""
    closed: bool = False
    missing: set[int] = field(default_factory=set)
    """Numbers listed as gaps only because they are still on their way."""
    closing: bool = False
    """Whether a closed playlist of this version may be in the store although nobody was told so."""

    def fill(self, entry: Entry) -> None:
        """Add an entry of before, or put it in the place of what stands there."""
        self.change()
        place = bisect.bisect_left(self.entries, entry.number, key=lambda each: each.number)
        if place < len(self.entries) and self.entries[place].number == entry.number:
            self.missing.discard(entry.number)
            self.entries[place] = entry
        else:
            self.entries.insert(place, entry)
            self.named = min(self.named, place)

    def put(self, entry: Entry, *, on_its_way: bool = False) -> None:
        """Add an entry, or say anew what has become of one that is there.

        An hour that was closed and is gone on with, as when its station is reopened, runs under the next version.
        """
        self.missing.discard(entry.number)
        if on_its_way:
            self.missing.add(entry.number)
        shown = replace(entry, gap=True) if on_its_way else entry
        if self.entries and entry.number <= self.entries[-1].number:
            self.entries = [shown if each.number == entry.number else each for each in self.entries]
            return
        if self.closed:
            self.closed, self.named = False, 0
        self.change()
        self.entries.append(shown)

    def change(self) -> None:
        """What it says changes: a closed playlist of this version that may be in the store stays as it is."""
        if self.closing:
            self.version, self.closing, self.named = self.version + 1, False, 0


class HourBook:
    """The hour playlists of one rendition. Tell it what arrives and settles; ask it now and then what is due."""

    def __init__(
        self, zone: ZoneInfo, *, closed: Mapping[Hour, int] | None = None, recall: Recall = lambda hour: ()
    ) -> None:
        """`closed` holds the hours that were closed by an earlier packager, with their newest versions.

        `recall` gives all that is known of a closed hour, in order, each with whether it is settled: closed hours are
        not kept in memory.
        """
        self._zone = zone
        self._recall = recall
        self._closed = dict(closed or {})
        self._pages: dict[Hour, _Page] = {}
        self._waiting: deque[Entry] = deque()
        self._settled: dict[int, bool] = {}
        """Settled numbers not yet on a page; whether they are lost."""
        self._live_to = EVERYTHING
        """The last number that a live playlist in the store names, where that is followed."""
        self._is_held = False
        """Whether it is not known yet what the live playlist names."""
        self._written_at: datetime | None = None
        self.time = PictureTime()
        """How far the rendition has come."""

    @property
    def closed(self) -> Mapping[Hour, int]:
        """The newest version of each closed hour."""
        return self._closed

    @property
    def running(self) -> Mapping[Hour, int]:
        """The hours whose playlist is in the store and still grows, with its version."""
        return {hour: page.version for hour, page in sorted(self._pages.items()) if page.named and not page.closed}

    def arrived(self, entry: Entry, steady: float | None = None) -> None:
        """A segment has its number; it is on its way, or is a gap. Numbers arrive in order.

        `steady` is the time by a clock that nobody sets, where it came just now.
        """
        if steady is not None:
            self.time.reached(entry.end, steady)
        self._waiting.append(entry)
        self._advance()

    def reopen(self, hour: Hour) -> None:
        """Take up a closed hour again of which something is still on its way, at the start."""
        self._page(hour)

    def know_closed(self, hour: Hour, version: int) -> None:
        """An earlier packager has closed an hour, with this version, which this book did not know."""
        if self._closed.get(hour, 0) >= version:
            return
        self._closed[hour] = version
        page = self._pages.get(hour)
        if page is not None:
            page.version = max(page.version, version + 1)
            if hour < max(self._pages):  # it is over, and what was published of it is whole
                del self._pages[hour]

    def fill(self, entries: Iterable[Entry]) -> None:
        """Take in what was published of a running hour before this book began, or has come of it since; all settled."""
        for entry in entries:
            page = self._pages.get(self._hour_of(entry))
            if page is not None and not page.closed:
                page.fill(entry)

    def follow(self, number: int) -> None:
        """From now on a page takes an entry only once a live playlist that names it is in the store.

        The next one names all up to `number`, -1 where there is none yet. What is known of before must have arrived:
        it stands on its page already, and nothing is due until that playlist is in the store.
        """
        self._live_to, self._is_held = number, number >= 0

    def listed(self, number: int) -> None:
        """A live playlist is in the store whose last entry has this number."""
        self._live_to, self._is_held = max(self._live_to, number), False
        self._advance()

    def settled(self, number: int, *, lost: bool = False) -> None:
        """A segment is in the store, or is known to be lost."""
        for page in self._pages.values():
            if number in page.missing:
                page.missing.discard(number)
                page.change()
                if not lost:
                    page.entries = [
                        replace(each, gap=False) if each.number == number else each for each in page.entries
                    ]
                break
        if self._waiting and number >= self._waiting[0].number:
            self._settled[number] = lost
            self._advance()

    def due(self, now: datetime, steady: float | None = None, *, closing: bool = False) -> list[WriteHour]:
        """Return what must be written now, oldest first: hours that are over, late ones, and the running one.

        With `steady` the time counts that the pictures have reached, so that setting the machine's clock closes none.
        `closing` takes every hour for over; nothing may be on its way then.
        """
        if steady is not None:
            now = self.time.now(now, steady)
        if self._is_held:
            return []
        # What no live playlist names after all that time is named here all the same: no hour stays open for ever.
        while self._waiting and now - (hour := self._hour_of(self._waiting[0])).end(self._zone) >= PATIENCE:
            self._list_what_is_on_its_way(hour)
        commands: list[WriteHour] = []
        is_time = self._written_at is None or abs(now - self._written_at) >= WRITE_EVERY
        for hour, page in sorted(self._pages.items()):
            on_its_way = bool(self._waiting) and self._hour_of(self._waiting[0]) <= hour
            if page.closed:
                if not page.missing and not on_its_way:
                    commands.append(self._command(hour, page))
            elif (closing or now - hour.end(self._zone) >= CLOSE_AFTER) and not on_its_way:
                page.closing = True
                commands.append(replace(self._command(hour, page), closed=True))
            elif (is_time or (page.named == 0 and page.version > 1)) and len(page.entries) > page.named:
                commands.append(self._command(hour, page))
        if commands:
            self._written_at = now
        return commands

    def written(self, command: WriteHour) -> None:
        """A playlist that was due is in the store. One that could not be written is simply due again."""
        page = self._pages.get(command.hour)
        if command.closed:
            self._closed[command.hour] = max(command.version, self._closed.get(command.hour, 0))
        if page is None or page.version != command.version:
            return  # something came meanwhile, and the hour runs on
        page.named = len(command.entries)
        if not command.closed:
            return
        page.closing, page.closed, page.version = False, True, command.version + 1
        # What came late while it was written asks for one more version.
        if not page.missing and tuple(page.entries) == command.entries:
            del self._pages[command.hour]

    def found_closed(self, command: WriteHour) -> WriteHour | None:
        """A playlist of this version is in the store that is closed and says something else; return what to write now.

        It was put by an earlier packager that was killed before it knew. None where the hour has changed meanwhile, and
        is due by itself.
        """
        page = self._pages.get(command.hour)
        if page is None or page.version != command.version:
            return None
        page.version, page.named = command.version + 1, 0
        return replace(command, version=page.version)

    def _hour_of(self, entry: Entry) -> Hour:
        return hour_of(entry.program_date_time, self._zone)

    def _command(self, hour: Hour, page: _Page) -> WriteHour:
        return WriteHour(hour=hour, version=page.version, entries=tuple(page.entries), closed=page.closed)

    def _advance(self) -> None:
        """Put onto their pages what is settled and named live, as far as nothing before it is missing."""
        while self._waiting and self._waiting[0].number <= self._live_to:
            if not self._waiting[0].gap and self._waiting[0].number not in self._settled:
                break
            self._turn(self._waiting.popleft())

    def _turn(self, entry: Entry) -> None:
        lost = self._settled.pop(entry.number, False)
        self._page(self._hour_of(entry), entry.number).put(replace(entry, gap=True) if lost else entry)

    def _list_what_is_on_its_way(self, hour: Hour) -> None:
        """List the waiting segments of an hour, those that are not settled as gaps for now."""
        page = self._page(hour, self._waiting[0].number)
        while self._waiting and self._hour_of(self._waiting[0]) <= hour:
            entry = self._waiting.popleft()
            if not entry.gap and entry.number not in self._settled:
                page.put(entry, on_its_way=True)
            else:
                self._turn(entry)
        self._advance()

    def _page(self, hour: Hour, number: int | None = None) -> _Page:
        """Return an hour's page; that of a closed hour is recalled, but for what begins with segment `number`."""
        if hour not in self._pages:
            page = self._pages[hour] = _Page(version=self._closed.get(hour, 0) + 1)
            for entry, settled in self._recall(hour) if hour in self._closed else ():
                if number is None or entry.number < number:
                    page.put(entry, on_its_way=not settled)
            page.closed = hour in self._closed
        return self._pages[hour]
