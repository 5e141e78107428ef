"""A recording of any length at a steady bit rate, served with the site's pages as an edge would, and as one plain file.

One minute of pictures is encoded and repeated; each minute stands in the playlists as a recording of its own.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from election.ids import Rendition
from election.playlist import MediaPlaylist, Segment, format_media
from election.timeline import HourPlaylist, RenditionDay, Timeline
from machine import binaries, process
from tests.site import page_server
from tests.site.recorded_day import DATE, STATION, TIME_ZONE

SEGMENT_SECONDS = 4
_RUN_SECONDS = 60
_FPS = 5
_ENCODING_SECONDS = 120.0
BEGIN = datetime(DATE.year, DATE.month, DATE.day, 5, tzinfo=UTC)
"""09:00 in Baku."""
PLAIN = "/plain.mp4"
"""All segments, one after the other, as one download."""


@dataclass(frozen=True, kw_only=True)
class RecordedHour:
    """What the station has recorded: `segments` of one minute, repeated for `minutes`, at most 60."""

    init: bytes
    segments: tuple[bytes, ...]
    minutes: int

    @property
    def size(self) -> int:
        """Bytes of all segments."""
        return self.minutes * sum(map(len, self.segments))

    def read(self, path: str) -> bytes | None:
        """Return the object at `path`, None if there is none."""
        live = f"/live/{STATION}/"
        if path == f"{live}{DATE}/timeline.json":
            return self._timeline().format()
        if path == f"{live}main/{DATE}/09.m3u8":
            return self._playlist().encode()
        if path == f"{live}main/init.mp4":
            return self.init
        name = path.removeprefix(f"{live}main/{DATE}/").removesuffix(".m4s")
        return self.segments[int(name) % len(self.segments)] if name.isdigit() else None

    def _timeline(self) -> Timeline:
        hour = HourPlaylist(hour=9, playlist=f"main/{DATE}/09.m3u8", closed=True)
        end = BEGIN + timedelta(minutes=self.minutes)
        return Timeline(
            station=STATION,
            date=DATE,
            time_zone=TIME_ZONE,
            written=end,
            closed=True,
            closed_at=end,
            renditions={Rendition.MAIN: RenditionDay(hours=[hour], day=None, gaps=[])},
            stills=[],
        )

    def _playlist(self) -> str:
        length = timedelta(seconds=SEGMENT_SECONDS)
        segments = tuple(
            Segment(
                uri=f"{index}.m4s",
                duration=length,
                map_uri="../init.mp4",
                program_date_time=BEGIN + index * length,
                discontinuity=index > 0 and index % len(self.segments) == 0,
            )
            for index in range(self.minutes * len(self.segments))
        )
        return format_media(
            MediaPlaylist(
                target_duration=SEGMENT_SECONDS + 2,
                media_sequence=0,
                discontinuity_sequence=0,
                segments=segments,
                ended=True,
            )
        )


async def record(folder: Path, *, kbit: int, minutes: int) -> RecordedHour:
    """Encode a minute at exactly this bit rate into `folder`. Raises `PollcastError`."""
    rate = f"{kbit}k"
    argv = [
        *(str(binaries.ffmpeg()), "-v", "error", "-nostdin"),
        *("-f", "lavfi", "-i", f"testsrc2=size=320x180:rate={_FPS}", "-t", str(_RUN_SECONDS)),
        *("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"),
        *("-b:v", rate, "-minrate", rate, "-maxrate", rate, "-bufsize", rate, "-x264-params", "nal-hrd=cbr"),
        *("-g", str(_FPS * SEGMENT_SECONDS), "-sc_threshold", "0"),
        *("-f", "hls", "-hls_time", str(SEGMENT_SECONDS), "-hls_segment_type", "fmp4", "-hls_list_size", "0"),
        *("-hls_fmp4_init_filename", "init.mp4", "-hls_segment_filename", str(folder / "%03d.m4s")),
        str(folder / "list.m3u8"),
    ]
    await process.run(argv, name="ffmpeg", timeout=_ENCODING_SECONDS)
    segments = tuple(file.read_bytes() for file in sorted(folder.glob("*.m4s")))
    return RecordedHour(init=(folder / "init.mp4").read_bytes(), segments=segments, minutes=minutes)


@contextlib.contextmanager
def serving(site: Path, hour: RecordedHour) -> Iterator[str]:
    """Serve both on a free port of the loopback, under the site's security policy; give the address."""

    def read(path: str) -> Sequence[bytes] | None:
        if path == PLAIN:
            return hour.segments * hour.minutes
        body = hour.read(path)
        body = page_server.page_at(site, path) if body is None else body
        return None if body is None else (body,)

    with page_server.serving(read) as origin:
        yield origin
