"""The journal: what was recorded and what was acknowledged, in SQLite, before anything else happens to a segment.

Write-ahead logging without a disk flush a commit: killing the packager at any moment loses nothing. A power cut may
lose the last commits; the published playlists, read again at the start, then have the last word (`adopt`).

Longer than other modules: one connection and one schema serve it all, and no other module holds SQL.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from enum import Enum, auto
from pathlib import Path
from typing import Any

from election.errors import MachineError
from election.hours import Hour
from election.ids import Rendition, StationId
from election.timeline import Gap, GapReason, Restart
from upload.publication import Entry
from upload.sequence import Position
from upload.spool_budget import Unsent

_SCHEMA = """
CREATE TABLE IF NOT EXISTS fact (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS station (
    station TEXT PRIMARY KEY,
    generation INTEGER NOT NULL, -- of the newest lease held
    target INTEGER -- target duration, seconds; NULL before it is fixed
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS init (key TEXT PRIMARY KEY, body BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS segment (
    station TEXT NOT NULL,
    rendition TEXT NOT NULL,
    number INTEGER NOT NULL,
    key TEXT NOT NULL,
    init_key TEXT NOT NULL,
    duration_us INTEGER NOT NULL,
    time_us INTEGER NOT NULL,
    discontinuity INTEGER NOT NULL,
    discontinuities INTEGER NOT NULL,
    gap INTEGER NOT NULL,
    size INTEGER NOT NULL,
    path TEXT UNIQUE, -- in the spool, relative; NULL for what was taken over from the store
    acknowledged INTEGER NOT NULL, -- whether the store has it, so that the spool file may go
    reason TEXT, -- of a gap and of a discontinuity: a GapReason
    passed_over INTEGER NOT NULL DEFAULT 0, -- whether the live playlist lists it as a gap although it may still come
    PRIMARY KEY (station, rendition, number)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS hour (
    station TEXT NOT NULL,
    rendition TEXT NOT NULL,
    day TEXT NOT NULL,
    hour INTEGER NOT NULL,
    version INTEGER NOT NULL, -- of the closed playlist that is in the store
    last INTEGER, -- number of the last segment it names
    PRIMARY KEY (station, rendition, day, hour)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS still (
    station TEXT NOT NULL, day TEXT NOT NULL, minute INTEGER NOT NULL, PRIMARY KEY (station, day, minute)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS wait (
    station TEXT NOT NULL,
    rendition TEXT NOT NULL,
    time_us INTEGER NOT NULL, -- from then on, while no picture comes
    reason TEXT NOT NULL, -- a GapReason
    seen_us INTEGER NOT NULL, -- when the packager last knew it
    PRIMARY KEY (station, rendition, time_us)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS ended (
    station TEXT PRIMARY KEY, time_us INTEGER NOT NULL -- all that belongs to the closing is in the store
) WITHOUT ROWID;
"""
_INDICES = """
DROP INDEX IF EXISTS waiting;
CREATE INDEX IF NOT EXISTS gap ON segment (station, rendition, number, time_us) WHERE gap=1;
CREATE INDEX IF NOT EXISTS restart ON segment (station, rendition, number, time_us) WHERE discontinuity=1;
CREATE INDEX IF NOT EXISTS oldest ON segment (rendition, time_us) WHERE acknowledged=0;
CREATE INDEX IF NOT EXISTS unsent ON segment (station, rendition, number, passed_over) WHERE acknowledged=0;
"""
_COLUMNS = "number, key, init_key, duration_us, time_us, discontinuity, discontinuities, gap, size"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, kw_only=True)
class Spooled:
    """A journalled segment that the store has not acknowledged."""

    entry: Entry
    path: str
    """Relative to the spool's folder."""


@dataclass(frozen=True, kw_only=True)
class Wait:
    """A time before the first picture."""

    since: datetime
    reason: GapReason
    """Why nothing could be seen."""
    seen: datetime
    """When that was last known to be so."""


class Known(Enum):
    """What the journal knows of a file in the spool."""

    NOT = auto()
    WAITING = auto()
    ACKNOWLEDGED = auto()


class Journal:
    """One packager's journal. Not safe for several processes: the spool's lock sees to that."""

    def __init__(self, file: Path) -> None:
        try:
            self._database = sqlite3.connect(file, isolation_level=None)
            self._database.execute("PRAGMA journal_mode=WAL")
            self._database.execute("PRAGMA synchronous=NORMAL")
            self._database.executescript(_SCHEMA)
            self._migrate()
            self._database.executescript(_INDICES)
            self._count_unsent()
        except sqlite3.Error as error:
            raise MachineError(f"The journal {file} cannot be opened: {error}.") from error

    def _migrate(self) -> None:
        """Bring a journal of an earlier version up to date."""
        columns = {row[1] for row in self._database.execute("PRAGMA table_info(segment)")}
        if "reason" not in columns:
            self._database.execute("ALTER TABLE segment ADD COLUMN reason TEXT")
        if "passed_over" not in columns:
            self._database.execute("ALTER TABLE segment ADD COLUMN passed_over INTEGER NOT NULL DEFAULT 0")
        columns = {row[1] for row in self._database.execute("PRAGMA table_info(hour)")}
        if "last" not in columns:
            self._database.execute("ALTER TABLE hour ADD COLUMN last INTEGER")

    def close(self) -> None:
        """Close the database."""
        self._database.close()

    def fact(self, name: str, otherwise: str = "") -> str:
        """Return what was kept under a name; where there is nothing, keep `otherwise` and return it."""
        try:
            if otherwise:
                self._database.execute("INSERT OR IGNORE INTO fact VALUES (?, ?)", (name, otherwise))
        except sqlite3.Error as error:
            raise MachineError(f"The journal takes nothing: {error}.", hint="Make room on its disk.") from error
        row = self._database.execute("SELECT value FROM fact WHERE name=?", (name,)).fetchone()
        return "" if row is None else str(row[0])

    def generation(self, station: StationId) -> int:
        """Return the generation of the newest lease held for a station, 0 before the first."""
        row = self._database.execute("SELECT generation FROM station WHERE station=?", (station,)).fetchone()
        return 0 if row is None else int(row[0])

    def begin_generation(self, station: StationId, generation: int) -> None:
        """Keep the generation of a lease that is held now."""
        self._database.execute(
            "INSERT INTO station VALUES (?, ?, NULL)"
            " ON CONFLICT (station) DO UPDATE SET generation=excluded.generation",
            (station, generation),
        )

    def target(self, station: StationId) -> int | None:
        """Return the station's target duration, seconds; None before it is fixed."""
        row = self._database.execute("SELECT target FROM station WHERE station=?", (station,)).fetchone()
        return None if row is None or row[0] is None else int(row[0])

    def keep_target(self, station: StationId, seconds: int) -> None:
        """Keep a station's target duration."""
        self._database.execute(
            "INSERT INTO station VALUES (?, 0, ?) ON CONFLICT (station) DO UPDATE SET target=excluded.target",
            (station, seconds),
        )

    def position(self, station: StationId, rendition: Rendition) -> Position:
        """Return the place of the next segment, on a new timeline."""
        row = self._database.execute(
            f"SELECT {_COLUMNS} FROM segment WHERE station=? AND rendition=? ORDER BY number DESC LIMIT 1",  # noqa: S608 - a constant
            (station, rendition),
        ).fetchone()
        if row is None:
            return Position()
        last = _entry(row)
        return Position(next_number=last.number + 1, discontinuities=last.discontinuities, last_end=last.end)

    def record(
        self,
        station: StationId,
        rendition: Rendition,
        entry: Entry,
        *,
        path: str,
        init_body: bytes,
        reason: GapReason | None = None,
    ) -> None:
        """Write down a segment that lies at `path` in the spool, with the initialisation segment it needs.

        `reason` says of a segment after a discontinuity why the recording before it ended.
        """
        with self._transaction():
            self._database.execute("INSERT OR IGNORE INTO init VALUES (?, ?)", (entry.init_key, init_body))
            self._insert(station, rendition, entry, path, reason)
        self._unsent_bytes += entry.size

    def knows(self, path: str) -> Known:
        """Return what is known of the spool file `path`."""
        row = self._database.execute("SELECT acknowledged FROM segment WHERE path=?", (path,)).fetchone()
        return Known.NOT if row is None else Known.ACKNOWLEDGED if row[0] else Known.WAITING

    def acknowledge(self, station: StationId, rendition: Rendition, number: int) -> None:
        """The store has the segment: its spool file is no longer needed."""
        row = self._database.execute(
            "UPDATE segment SET acknowledged=1 WHERE station=? AND rendition=? AND number=? AND acknowledged=0"
            " RETURNING size",
            (station, rendition, number),
        ).fetchone()
        self._unsent_bytes -= row[0] if row else 0

    def lose(self, station: StationId, rendition: Rendition, number: int, reason: GapReason) -> None:
        """The segment will never be in the store: it is listed as a gap."""
        row = self._database.execute(
            "UPDATE segment SET acknowledged=1, gap=1, reason=? WHERE station=? AND rendition=? AND number=?"
            " AND acknowledged=0 RETURNING size",
            (reason, station, rendition, number),
        ).fetchone()
        self._unsent_bytes -= row[0] if row else 0

    def pass_over(self, station: StationId, rendition: Rendition, numbers: Sequence[int]) -> None:
        """The live playlist lists these as gaps; they are uploaded later all the same."""
        with self._transaction():
            self._database.executemany(
                "UPDATE segment SET passed_over=1 WHERE station=? AND rendition=? AND number=?",
                [(station, rendition, number) for number in numbers],
            )

    @property
    def unsent_bytes(self) -> int:
        """The size of all segments that the store does not have, bytes; counted along, for there may be millions."""
        return self._unsent_bytes

    def drop(self, station: StationId, rendition: Rendition, numbers: Iterable[int], reason: GapReason) -> list[str]:
        """Lose unsent segments of which nobody has the care now; return their paths in the spool."""
        paths: list[str] = []
        for number in numbers:
            row = self._database.execute(
                "SELECT path FROM segment WHERE station=? AND rendition=? AND number=? AND acknowledged=0",
                (station, rendition, number),
            ).fetchone()
            if row is not None:
                self.lose(station, rendition, number, reason)
                paths.append(row[0])
        return paths

    def unsent(self, rendition: Rendition) -> Iterator[Unsent]:
        """Yield all segments of one rendition, of all stations, that the store does not have, the oldest first."""
        rows = self._database.execute(
            "SELECT station, number, size FROM segment WHERE acknowledged=0 AND rendition=? ORDER BY time_us",
            (rendition,),
        )
        for station, number, size in rows:
            yield Unsent(station=StationId(station), rendition=rendition, number=number, size=size)

    def _count_unsent(self) -> None:
        row = self._database.execute("SELECT TOTAL(size) FROM segment WHERE acknowledged=0").fetchone()
        self._unsent_bytes = int(row[0])

    def late(self, station: StationId, rendition: Rendition) -> list[Spooled]:
        """Return what was passed over and is still to be uploaded, in order."""
        rows = self._database.execute(
            f"SELECT {_COLUMNS}, path FROM segment"  # noqa: S608 - a constant
            " WHERE station=? AND rendition=? AND acknowledged=0 AND passed_over=1 ORDER BY number",
            (station, rendition),
        )
        return [Spooled(entry=_entry(columns), path=path) for *columns, path in rows]

    def gaps(self, station: StationId, rendition: Rendition, *, since: datetime = _EPOCH) -> list[Gap]:
        """Return the gaps that begin at `since` or later, in order; neighbours of one reason are one gap.

        What still waits for its upload because the store could not be reached is a gap for as long.
        """
        rows = self._database.execute(
            "SELECT number, time_us, duration_us, reason FROM segment"
            " WHERE station=:station AND rendition=:rendition AND gap=1 AND time_us>=:since"
            " UNION ALL SELECT number, time_us, duration_us, :unreachable FROM segment WHERE station=:station"
            " AND rendition=:rendition AND acknowledged=0 AND passed_over=1 AND gap=0 AND time_us>=:since"
            " ORDER BY number",
            {
                "station": station,
                "rendition": rendition,
                "since": _microseconds(since),
                "unreachable": GapReason.STORE_UNREACHABLE,
            },
        )
        gaps: list[Gap] = []
        for _, time_us, duration_us, reason in rows:
            start = _EPOCH + time_us * _MICROSECOND
            gap = Gap(
                start=start, end=start + duration_us * _MICROSECOND, reason=GapReason(reason or GapReason.UNKNOWN)
            )
            if gaps and gaps[-1].reason is gap.reason and gap.start - gaps[-1].end < _MICROSECOND * 1000:
                gap = Gap(start=gaps.pop().start, end=gap.end, reason=gap.reason)
            gaps.append(gap)
        return gaps

    def restarts(self, station: StationId, rendition: Rendition, *, since: datetime) -> list[Restart]:
        """Return the recordings that began anew at `since` or later, in order."""
        rows = self._database.execute(
            "SELECT time_us, reason FROM segment"
            " WHERE station=? AND rendition=? AND discontinuity=1 AND gap=0 AND time_us>=? ORDER BY number",
            (station, rendition, _microseconds(since)),
        )
        return [
            Restart(time=_EPOCH + time_us * _MICROSECOND, reason=GapReason(reason or GapReason.UNKNOWN))
            for time_us, reason in rows
        ]

    def entries(
        self, station: StationId, rendition: Rendition, *, since: datetime, until: datetime | None = None
    ) -> Iterator[tuple[Entry, bool]]:
        """Yield what begins between two moments, in order, each with whether the store has it or never will."""
        end = (1 << 62) if until is None else _microseconds(until)
        rows = self._database.execute(
            f"SELECT {_COLUMNS}, acknowledged FROM segment"  # noqa: S608 - a constant
            " WHERE station=? AND rendition=? AND time_us>=? AND time_us<? ORDER BY number",
            (station, rendition, _microseconds(since), end),
        )
        for *columns, acknowledged in rows:
            yield _entry(columns), bool(acknowledged)

    def close_hour(
        self, station: StationId, rendition: Rendition, hour: Hour, version: int, *, last: int | None = None
    ) -> None:
        """The hour's closed playlist of this version is in the store; `last` is the last number it names."""
        self._database.execute(
            "INSERT INTO hour (station, rendition, day, hour, version, last) VALUES (?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (station, rendition, day, hour) DO UPDATE SET version=excluded.version, last=excluded.last"
            " WHERE excluded.version >= version",
            (station, rendition, hour.day.isoformat(), hour.hour, version, last),
        )

    def last_in_hour(self, station: StationId, rendition: Rendition, hour: Hour) -> int | None:
        """Return the last number that the hour's newest closed playlist names, None where that is not known."""
        row = self._database.execute(
            "SELECT last FROM hour WHERE station=? AND rendition=? AND day=? AND hour=?",
            (station, rendition, hour.day.isoformat(), hour.hour),
        ).fetchone()
        return None if row is None else row[0]

    def closed_hours(self, station: StationId, rendition: Rendition) -> dict[Hour, int]:
        """Return the newest version of each closed hour."""
        rows = self._database.execute(
            "SELECT day, hour, version FROM hour WHERE station=? AND rendition=?", (station, rendition)
        )
        return {Hour(day=date.fromisoformat(day), hour=hour): version for day, hour, version in rows}

    def wait(self, station: StationId, rendition: Rendition, since: datetime, reason: GapReason) -> None:
        """From `since` on no picture comes, for this reason; what was known of that time is replaced."""
        place, since_us = (station, rendition), _microseconds(since)
        with self._transaction():
            self._database.execute(
                "DELETE FROM wait WHERE station=? AND rendition=? AND time_us>=?", (*place, since_us)
            )
            self._database.execute("INSERT INTO wait VALUES (?, ?, ?, ?, ?)", (*place, since_us, reason, since_us))

    def still_waits(self, station: StationId, rendition: Rendition, at: datetime) -> None:
        """What was said last is so until `at`, at the least."""
        self._database.execute(
            "UPDATE wait SET seen_us=? WHERE station=? AND rendition=? AND time_us="
            "(SELECT MAX(time_us) FROM wait WHERE station=? AND rendition=?)",
            (_microseconds(at), station, rendition, station, rendition),
        )

    def forget_waits(self, station: StationId, rendition: Rendition) -> None:
        """Forget since when no picture came, for that was another day."""
        self._database.execute("DELETE FROM wait WHERE station=? AND rendition=?", (station, rendition))

    def waits(self, station: StationId, rendition: Rendition) -> list[Wait]:
        """Return since when no picture came and why, in order; each lasts until the next, or the first picture."""
        rows = self._database.execute(
            "SELECT time_us, reason, seen_us FROM wait WHERE station=? AND rendition=? ORDER BY time_us",
            (station, rendition),
        )
        return [
            Wait(since=_EPOCH + since * _MICROSECOND, reason=GapReason(reason), seen=_EPOCH + seen * _MICROSECOND)
            for since, reason, seen in rows
        ]

    def first(self, station: StationId, rendition: Rendition, *, since: datetime) -> datetime | None:
        """Return when the first segment at `since` or later begins, None where there is none."""
        row = self._database.execute(
            "SELECT time_us FROM segment WHERE station=? AND rendition=? AND time_us>=? ORDER BY number LIMIT 1",
            (station, rendition, _microseconds(since)),
        ).fetchone()
        return None if row is None else _EPOCH + row[0] * _MICROSECOND

    def end(self, station: StationId, at: datetime) -> None:
        """All that belongs to the closing of the station at this moment is in the store."""
        self._database.execute("INSERT OR REPLACE INTO ended VALUES (?, ?)", (station, _microseconds(at)))

    def reopen(self, station: StationId) -> None:
        """The station goes on: it is not ended any more."""
        self._database.execute("DELETE FROM ended WHERE station=?", (station,))

    def ended(self, station: StationId) -> datetime | None:
        """Return when the station was closed, once all that belongs to it is in the store."""
        row = self._database.execute("SELECT time_us FROM ended WHERE station=?", (station,)).fetchone()
        return None if row is None else _EPOCH + row[0] * _MICROSECOND

    def keep_still(self, station: StationId, day: date, minute: int) -> None:
        """The still of this minute of the day is in the store."""
        self._database.execute("INSERT OR IGNORE INTO still VALUES (?, ?, ?)", (station, day.isoformat(), minute))

    def stills(self, station: StationId, day: date) -> list[int]:
        """Return the minutes of the day whose stills are in the store, ascending."""
        rows = self._database.execute(
            "SELECT minute FROM still WHERE station=? AND day=? ORDER BY minute", (station, day.isoformat())
        )
        return [minute for (minute,) in rows]

    def record_gap(self, station: StationId, rendition: Rendition, entry: Entry, reason: GapReason) -> None:
        """Write down a time without pictures."""
        with self._transaction():
            self._insert(station, rendition, entry, None, reason)

    def has_init(self, key: str) -> bool:
        """Return whether the bytes of an initialisation segment are here."""
        return self._database.execute("SELECT 1 FROM init WHERE key=?", (key,)).fetchone() is not None

    def init_body(self, key: str) -> bytes:
        """Return the bytes of a journalled initialisation segment."""
        body: bytes = self._database.execute("SELECT body FROM init WHERE key=?", (key,)).fetchone()[0]
        return body

    def listed(self, station: StationId, rendition: Rendition, *, window: timedelta) -> list[Entry]:
        """Return what the live playlist may name, the last `window` of it.

        That is what is acknowledged or passed over, the latter as gaps, with nothing else before it.
        """
        first_waiting = self._database.execute(
            "SELECT MIN(number) FROM segment WHERE station=? AND rendition=? AND acknowledged=0 AND passed_over=0",
            (station, rendition),
        ).fetchone()[0]
        rows = self._database.execute(
            f"SELECT {_COLUMNS}, passed_over FROM segment"  # noqa: S608 - a constant
            " WHERE station=? AND rendition=? AND number<? ORDER BY number DESC",
            (station, rendition, first_waiting if first_waiting is not None else 1 << 62),
        )
        entries: list[Entry] = []
        length = timedelta()
        for *columns, passed_over in rows:
            entry = _entry(columns)
            if passed_over:
                entry = replace(entry, gap=True)
            if length >= window or (entries and entry.number != entries[-1].number - 1):
                break
            entries.append(entry)
            length += entry.duration
        return entries[::-1]

    def waiting(self, station: StationId, rendition: Rendition) -> list[Spooled | Entry]:
        """Return all that the live playlist does not name yet, in order: `Entry` where the store has it already."""
        rows = self._database.execute(
            f"SELECT {_COLUMNS}, acknowledged, path FROM segment WHERE station=? AND rendition=? AND number>="  # noqa: S608 - a constant
            "(SELECT MIN(number) FROM segment WHERE station=? AND rendition=? AND acknowledged=0 AND passed_over=0)"
            " ORDER BY number",
            (station, rendition, station, rendition),
        )
        return [
            _entry(columns) if acknowledged else Spooled(entry=_entry(columns), path=path)
            for *columns, acknowledged, path in rows
        ]

    def agrees(self, station: StationId, rendition: Rendition, entries: Sequence[Entry]) -> bool:
        """Return whether all that the published playlist names is known here under the same keys."""
        if not entries:
            return True
        rows = self._database.execute(
            "SELECT number, key FROM segment WHERE station=? AND rendition=? AND number>=?",
            (station, rendition, entries[0].number),
        )
        known = dict(rows.fetchall())
        return all(known.get(entry.number) == entry.key for entry in entries)

    def adopt(self, station: StationId, rendition: Rendition, entries: Sequence[Entry]) -> None:
        """Take over what the published playlist names, oldest first, and this journal does not know.

        Where both know a number by different keys, another packager has published since: what is published stands, and
        what of ours was not yet listed has lost its place.
        """
        if not entries:
            return
        published = {entry.number: entry.key for entry in entries}
        first = entries[0].number
        with self._transaction():
            rows = self._database.execute(
                "SELECT number, key FROM segment WHERE station=? AND rendition=?"
                " AND (number>=? OR (acknowledged=0 AND passed_over=0))",
                (station, rendition, first),
            )
            overtaken = [number for number, key in rows if number < first or published.get(number, key) != key]
            if overtaken:
                self._database.execute(
                    "DELETE FROM segment WHERE station=? AND rendition=? AND number>=?",
                    (station, rendition, min(overtaken)),
                )
            unsent = dict(
                self._database.execute(
                    "SELECT number, acknowledged=0 FROM segment WHERE station=? AND rendition=? AND number>=?",
                    (station, rendition, first),
                ).fetchall()
            )
            for entry in entries:
                if entry.number not in unsent:
                    self._insert(station, rendition, entry, None)
                elif unsent[entry.number]:  # what a power cut has made forget
                    column = "passed_over" if entry.gap else "acknowledged"
                    self._database.execute(
                        f"UPDATE segment SET {column}=1 WHERE station=? AND rendition=? AND number=?",  # noqa: S608 - ours
                        (station, rendition, entry.number),
                    )
        self._count_unsent()

    def fill(self, station: StationId, rendition: Rendition, entries: Sequence[Entry]) -> list[Entry]:
        """Take over what an hour playlist names and this journal does not know; return it, in order.

        What the live playlist lists as a gap and the hour has after all is taken over too.
        """
        taken: list[Entry] = []
        with self._transaction():
            for entry in entries:
                row = self._database.execute(
                    "SELECT key, gap FROM segment WHERE station=? AND rendition=? AND number=?",
                    (station, rendition, entry.number),
                ).fetchone()
                if row is None:
                    self._insert(station, rendition, entry, None)
                elif row[1] and row[0] == entry.key and not entry.gap:
                    self._database.execute(
                        "UPDATE segment SET gap=0, passed_over=1 WHERE station=? AND rendition=? AND number=?",
                        (station, rendition, entry.number),
                    )
                else:
                    continue
                taken.append(entry)
        return taken

    def explain(self, station: StationId, rendition: Rendition, gaps: Iterable[Gap]) -> None:
        """Note the reasons of gaps that were taken over without one."""
        with self._transaction():
            self._database.executemany(
                "UPDATE segment SET reason=? WHERE station=? AND rendition=? AND gap=1 AND reason IS NULL"
                " AND time_us>=? AND time_us<?",
                [
                    (gap.reason, station, rendition, _microseconds(gap.start) - 1000, _microseconds(gap.end))
                    for gap in gaps
                ],
            )

    def forget(self, *, before: datetime) -> None:
        """Delete what began before `before` and is acknowledged, and initialisation segments nobody names any more.

        The newest segment of each rendition stays, however old: the next one's number follows from it. Raises
        `MachineError` where the disk does not let it.
        """
        try:
            for rendition in Rendition:
                row = self._database.execute(
                    "SELECT MIN(time_us) FROM segment WHERE acknowledged=0 AND rendition=?", (rendition,)
                ).fetchone()
                if row[0] is not None:  # its hour is written once more when it has come
                    before = min(before, _EPOCH + row[0] * _MICROSECOND - timedelta(hours=1))
            with self._transaction():
                self._database.execute(
                    "DELETE FROM segment WHERE acknowledged=1 AND time_us<? AND number<"
                    "(SELECT MAX(number) FROM segment AS other"
                    " WHERE other.station=segment.station AND other.rendition=segment.rendition)",
                    (_microseconds(before),),
                )
                self._database.execute("DELETE FROM init WHERE key NOT IN (SELECT init_key FROM segment)")
                self._database.execute("DELETE FROM wait WHERE seen_us<?", (_microseconds(before),))
        except sqlite3.Error as error:
            raise MachineError(f"The journal cannot be shortened: {error}.") from error

    def _insert(
        self,
        station: StationId,
        rendition: Rendition,
        entry: Entry,
        path: str | None,
        reason: GapReason | None = None,
    ) -> None:
        self._database.execute(
            "INSERT INTO segment VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)",
            (
                station,
                rendition,
                entry.number,
                entry.key,
                entry.init_key,
                entry.duration // _MICROSECOND,
                _microseconds(entry.program_date_time),
                entry.discontinuity,
                entry.discontinuities,
                entry.gap,
                entry.size,
                path,
                path is None,
                reason,
            ),
        )

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._database.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._database.execute("COMMIT")
        except BaseException:
            if self._database.in_transaction:  # a full disk may have ended it already
                self._database.execute("ROLLBACK")
            raise


def _microseconds(time: datetime) -> int:
    return (time - _EPOCH) // _MICROSECOND


def _entry(row: Any) -> Entry:
    """Return the entry of a row of `_COLUMNS`; sqlite3 types rows as Any."""
    number, key, init_key, duration, time, discontinuity, discontinuities, gap, size = row
    return Entry(
        number=number,
        key=key,
        init_key=init_key,
        duration=duration * _MICROSECOND,
        program_date_time=_EPOCH + time * _MICROSECOND,
        discontinuity=bool(discontinuity),
        discontinuities=discontinuities,
        gap=bool(gap),
        size=size,
    )
