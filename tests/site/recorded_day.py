"""A station's closed day for the browser: two hours with a gap, as the packager would have left them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from election import keys
from election.ids import Rendition, StationId
from election.playlist import MediaPlaylist, PlaylistType, Segment, format_media
from election.timeline import Gap, GapReason, HourPlaylist, RenditionDay, Restart, Timeline
from tests.site.live_stream import SEGMENT_SECONDS, Clips

STATION = StationId("034-012")
TIME_ZONE = "Asia/Baku"
DATE: date = (datetime.now(ZoneInfo(TIME_ZONE)) - timedelta(days=1)).date()
"""Yesterday: the day must be over."""
BEGIN = datetime(DATE.year, DATE.month, DATE.day, 4, 56, tzinfo=UTC)
"""08:56 in Baku: four minutes of the first run, up to the full hour, then the second run."""
BORDER = BEGIN + timedelta(minutes=4)
GAP = Gap(start=BORDER + timedelta(seconds=40), end=BORDER + timedelta(minutes=2), reason=GapReason.REFUSED)
END = BORDER + timedelta(minutes=4)
LENGTH = timedelta(seconds=SEGMENT_SECONDS)


@dataclass(frozen=True, kw_only=True)
class RecordedDay:
    """Everything below `live/<id>/` that concerns the day."""

    clips: Clips
    whole: bool = False
    """Whether there is a playlist of the whole day beside those of its hours."""
    gap: Gap = GAP
    restarts: Sequence[Restart] = ()
    running: bool = False
    """Whether its hours still grow."""
    closed_at: datetime | None = END
    """When nothing more came; None while the day goes on."""
    empty: bool = False
    """Whether no picture came at all: a gap, and no hours."""

    def read(self, name: str) -> bytes | None:
        """Return the object `name` below `live/<id>/`, or None if the day has none such."""
        if name == f"{DATE}/timeline.json":
            return self.timeline(DATE).format()
        if self.empty:
            return None
        if re.fullmatch(rf"{DATE}/\d{{4}}\.jpg", name):
            return self.clips.still
        match = re.fullmatch(rf"(?:main|sub)/{DATE}/(08|09|day)\.m3u8", name)
        if match:
            hours = {"08": [8], "09": [9], "day": [8, 9]}[match[1]]
            return self._playlist([segment for hour in hours for segment in _hour(hour, self.gap)])
        return None

    def timeline(self, date: date) -> Timeline:
        """Return the timeline, all of it moved to a date."""
        later = date - DATE
        gap = Gap(start=self.gap.start + later, end=self.gap.end + later, reason=self.gap.reason)
        days = {
            rendition: RenditionDay(
                hours=[
                    HourPlaylist(hour=hour, playlist=f"{rendition}/{DATE}/{hour:02d}.m3u8", closed=True)
                    for hour in (() if self.empty else (8, 9))
                ],
                day=keys.day(STATION, rendition, DATE).removeprefix(f"live/{STATION}/") if self.whole else None,
                gaps=[gap],
                restarts=self.restarts,
            )
            for rendition in Rendition
        }
        return Timeline(
            station=STATION,
            date=date,
            time_zone=TIME_ZONE,
            written=END + later,
            closed=self.closed_at is not None,
            closed_at=None if self.closed_at is None else self.closed_at + later,
            renditions=days,
            stills=[]
            if self.empty
            else [8 * 60 + 56, 8 * 60 + 57, 8 * 60 + 58, 8 * 60 + 59, 9 * 60, 9 * 60 + 2, 9 * 60 + 3],
        )

    def _playlist(self, segments: list[Segment]) -> bytes:
        playlist = MediaPlaylist(
            target_duration=6,
            media_sequence=0,
            discontinuity_sequence=0,
            segments=tuple(segments),
            playlist_type=PlaylistType.EVENT if self.running else None,
            ended=not self.running,
        )
        return format_media(playlist).encode()


def _hour(hour: int, absent: Gap) -> list[Segment]:
    run, begin = (0, BEGIN) if hour == 8 else (1, BORDER)
    segments = []
    for index in range(60):
        start = begin + index * LENGTH
        gap = absent.start <= start < absent.end
        segments.append(
            Segment(
                uri=f"../{run}/{index}.m4s",
                duration=LENGTH,
                map_uri=f"../{run}/init.mp4",
                program_date_time=start,
                discontinuity=start in (BORDER, absent.start, absent.end) and index > 0,
                gap=gap,
            )
        )
    return segments
