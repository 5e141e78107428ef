"""A recording of any length at a steady bit rate, served with the site's pages as an edge would, and as one plain file.

One minute of pictures is encoded and repeated; each minute stands in the playlists as a recording of its own.
"""

from __future__ import annotations

import contextlib
import http.server
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from election.ids import Rendition
from election.playlist import MediaPlaylist, Segment, format_media
from election.timeline import HourPlaylist, RenditionDay, Timeline
from machine import binaries, process
from tests.site.recorded_day import DATE, STATION, TIME_ZONE
from tests.site.viewer_server import POLICY, TYPES

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

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_HEAD(self) -> None:
            self.do_GET()

        def do_GET(self) -> None:
            path = urlsplit(self.path).path
            if path == PLAIN:
                self._answer(path, hour.size, (body for _ in range(hour.minutes) for body in hour.segments))
                return
            found = hour.read(path)
            file = site / path.lstrip("/") / ("index.html" if path.endswith("/") else "")
            if found is None and file.is_file():
                found = file.read_bytes()
            self._answer(path, None if found is None else len(found), iter(() if found is None else (found,)))

        def _answer(self, path: str, length: int | None, parts: Iterator[bytes]) -> None:
            self.send_response(403 if length is None else 200)
            kind = "html" if path.endswith("/") else path.rpartition(".")[2]
            self.send_header("Content-Type", TYPES.get(kind, "text/plain"))
            self.send_header("Content-Security-Policy", POLICY)
            self.send_header("Content-Length", str(length or 0))
            self.end_headers()
            try:
                for part in parts if self.command == "GET" else ():
                    self.wfile.write(part)
            except ConnectionError:
                self.close_connection = True

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the parent's name
            pass

    class Server(http.server.ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None:
            """A browser that closes a connection is no fault."""

    with Server(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()
