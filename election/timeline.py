"""`live/<id>/<date>/timeline.json`: what exists of a station's day, and what is missing and why. Pure.

::

    {
      "version": 1,
      "station": "034-012",
      "date": "2026-11-29",
      "time_zone": "Asia/Baku",
      "written": "2026-11-29T05:30:00.000Z",
      "closed": true,
      "closed_at": "2026-11-29T20:10:00.000Z",
      "renditions": {
        "main": {
          "hours": [{"hour": 8, "playlist": "main/2026-11-29/08.m3u8", "closed": true}],
          "day": "main/2026-11-29/day.m3u8",
          "gaps": [{"start": "…Z", "end": "…Z", "reason": "refused"}],
          "restarts": [{"time": "…Z", "reason": "ended"}]
        }
      },
      "stills": [["07:31", "09:12"], ["09:15", "10:02"]]
    }

Addresses are relative to `live/<id>/`; times are UTC but for those of the stills, which are minutes of the day by the
election's clock, from the first to the last of an unbroken row. `day` is there once the day is over or the station is
closed, and so is `closed_at`: nothing of the day comes after it. A gap says why nothing can be seen: see `GapReason`;
the first one may begin with the opening, before the first picture.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

from election.ids import Rendition, StationId

VERSION = 1


class GapReason(StrEnum):
    """Why there is no picture."""

    REFUSED = "refused"
    """Nobody listened at the camera's address."""
    UNAUTHORIZED = "unauthorized"
    """The camera did not accept our user or password."""
    NOT_FOUND = "not_found"
    """The camera knew no such stream."""
    REDIRECTED = "redirected"
    """The camera pointed to another address."""
    ENDED = "ended"
    """The camera ended the stream."""
    STALLED = "stalled"
    """The camera was connected and sent nothing that could be used."""
    CHANGED = "changed"
    """The camera changed its picture, and was recorded anew."""
    JUMPED = "jumped"
    """The camera's clock jumped, and it was recorded anew."""
    UNSUPPORTED = "unsupported"
    """The camera sent what cannot be published."""
    FAILED = "failed"
    """Our recorder failed."""
    PACKAGER_STOPPED = "packager_stopped"
    """Our packager did not run."""
    STARTING = "starting"
    """The first picture had not come yet."""
    PAUSED = "paused"
    """It was ordered that nothing be shown for a while."""
    CLOSED = "closed"
    """The station was closed, and was opened again later."""
    STORE_UNREACHABLE = "store_unreachable"
    """It was recorded and is still to be uploaded: our object store could not be reached."""
    SPOOL_FULL = "spool_full"
    """It was recorded and thrown away: our object store could not be reached for so long that our disk was full."""
    DISK_FULL = "disk_full"
    """Our disk was full, and nothing could be recorded."""
    LOST = "lost"
    """It was recorded and vanished from our disk."""
    UNKNOWN = "unknown"
    """Our record of why was lost."""


@dataclass(frozen=True, kw_only=True)
class Gap:
    """A time without pictures."""

    start: datetime
    end: datetime
    reason: GapReason


@dataclass(frozen=True, kw_only=True)
class Restart:
    """A recording that began anew, without a gap worth the name or after one."""

    time: datetime
    reason: GapReason
    """Why the one before had ended."""


@dataclass(frozen=True, kw_only=True)
class HourPlaylist:
    """One hour of one rendition."""

    hour: int
    playlist: str
    """Address relative to `live/<id>/`."""
    closed: bool


@dataclass(frozen=True, kw_only=True)
class RenditionDay:
    """What exists of one rendition's day."""

    hours: Sequence[HourPlaylist] = ()
    day: str | None = None
    gaps: Sequence[Gap] = ()
    restarts: Sequence[Restart] = ()


@dataclass(frozen=True, kw_only=True)
class Timeline:
    """What exists of a station's day."""

    station: StationId
    date: date
    time_zone: str
    written: datetime
    closed: bool
    renditions: Mapping[Rendition, RenditionDay]
    closed_at: datetime | None = None
    """When the day or the station ended, None where it is not closed."""
    stills: Sequence[int] = ()
    """Minutes since midnight by the election's clock, ascending."""

    def format(self) -> bytes:
        """Return the JSON body, UTF-8."""
        body = {
            "version": VERSION,
            "station": self.station,
            "date": self.date.isoformat(),
            "time_zone": self.time_zone,
            "written": _moment(self.written),
            "closed": self.closed,
            **({} if self.closed_at is None else {"closed_at": _moment(self.closed_at)}),
            "renditions": {str(rendition): _day(day) for rendition, day in sorted(self.renditions.items())},
            "stills": [[_minute(first), _minute(last)] for first, last in rows_of(self.stills)],
        }
        return json.dumps(body, separators=(",", ":")).encode()


def parse_timeline(body: bytes) -> Timeline:
    """Read what `Timeline.format` wrote; raise `ValueError` on anything else."""
    try:
        data = json.loads(body)
        if data["version"] != VERSION:
            raise ValueError("this is not a timeline of version 1")
        return Timeline(
            station=StationId(data["station"]),
            date=date.fromisoformat(data["date"]),
            time_zone=data["time_zone"],
            written=datetime.fromisoformat(data["written"]),
            closed=data["closed"],
            closed_at=datetime.fromisoformat(data["closed_at"]) if "closed_at" in data else None,
            renditions={Rendition(name): _parse_day(day) for name, day in data["renditions"].items()},
            stills=[m for first, last in data["stills"] for m in range(_parse_minute(first), _parse_minute(last) + 1)],
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"this is not a timeline: {error!r}") from None


def _parse_day(day: Mapping[str, Any]) -> RenditionDay:
    def moment(text: str) -> datetime:
        return datetime.fromisoformat(text)

    return RenditionDay(
        hours=[HourPlaylist(hour=h["hour"], playlist=h["playlist"], closed=h["closed"]) for h in day["hours"]],
        day=day.get("day"),
        gaps=[Gap(start=moment(g["start"]), end=moment(g["end"]), reason=GapReason(g["reason"])) for g in day["gaps"]],
        restarts=[Restart(time=moment(r["time"]), reason=GapReason(r["reason"])) for r in day["restarts"]],
    )


def _parse_minute(text: str) -> int:
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)


def rows_of(minutes: Sequence[int]) -> list[tuple[int, int]]:
    """Return the unbroken rows of ascending numbers, as first and last of each."""
    rows: list[tuple[int, int]] = []
    for minute in minutes:
        if rows and minute == rows[-1][1] + 1:
            rows[-1] = (rows[-1][0], minute)
        else:
            rows.append((minute, minute))
    return rows


def _day(day: RenditionDay) -> dict[str, object]:
    return {
        "hours": [{"hour": hour.hour, "playlist": hour.playlist, "closed": hour.closed} for hour in day.hours],
        **({} if day.day is None else {"day": day.day}),
        "gaps": [{"start": _moment(gap.start), "end": _moment(gap.end), "reason": gap.reason} for gap in day.gaps],
        "restarts": [{"time": _moment(item.time), "reason": item.reason} for item in day.restarts],
    }


def _moment(time: datetime) -> str:
    return time.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _minute(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"
