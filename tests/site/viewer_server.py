"""A small server for browser tests: the site below `/`, one live station, the strict content security policy."""

from __future__ import annotations

import http.server
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from election.ids import StationId
from election.states import StationState
from election.status import PublicStatus
from tests.site.live_stream import LiveStream
from tests.site.recorded_day import RecordedDay

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self' blob:; "
    "connect-src 'self'; worker-src 'self'; manifest-src 'self'; font-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
STATION = StationId("034-012")
TYPES = {
    "html": "text/html; charset=utf-8",
    "css": "text/css",
    "js": "text/javascript",
    "mjs": "text/javascript",
    "json": "application/json",
    "svg": "image/svg+xml",
    "webmanifest": "application/manifest+json",
    "jpg": "image/jpeg",
    "m3u8": "application/vnd.apple.mpegurl",
    "m4s": "video/iso.segment",
    "mp4": "video/mp4",
}


@dataclass
class ViewerServer:
    """Where the site is, and what may be changed while it is looked at."""

    site: Path
    stream: LiveStream
    origin: str = ""
    states: dict[StationId, StationState] = field(default_factory=lambda: {STATION: StationState.LIVE})
    status_age: float = 0
    """How old the public status claims to be, in seconds."""
    day: RecordedDay | None = None
    """A day of the station that lies before the live stream."""
    others: dict[str, LiveStream] = field(default_factory=dict)
    """More stations, by their ids."""
    requests: list[str] = field(default_factory=list)
    """The paths asked for so far."""

    def read(self, path: str) -> bytes | None:
        """Return the body of `path`, or None if it is missing."""
        if path.startswith(f"/live/{STATION}/"):
            name = path.removeprefix(f"/live/{STATION}/")
            recorded = self.day.read(name) if self.day else None
            return self.stream.read(name) if recorded is None else recorded
        station, _, name = path.removeprefix("/live/").partition("/")
        if station in self.others:
            return self.others[station].read(name)
        if path == "/status/public.json":
            written = datetime.fromtimestamp(time.time() - self.status_age, UTC)
            return PublicStatus(written=written, states=self.states).format()
        file = self.site / path.lstrip("/")
        file = file / "index.html" if path.endswith("/") else file
        return file.read_bytes() if file.is_file() else None


@contextmanager
def running_viewer_server(site: Path, stream: LiveStream) -> Iterator[ViewerServer]:
    """Serve on a free port of the loopback until the context ends."""
    viewer = ViewerServer(site=site, stream=stream)

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_HEAD(self) -> None:
            self.do_GET()

        def do_GET(self) -> None:
            path = urlsplit(self.path).path
            viewer.requests.append(path)
            body = viewer.read(path)
            # A bucket that cannot be listed says 403 where an object is missing.
            self.send_response(200 if body is not None else 403)
            kind = "html" if path.endswith("/") else path.rpartition(".")[2]
            self.send_header("Content-Type", TYPES.get(kind, "text/plain"))
            self.send_header("Content-Security-Policy", POLICY)
            self.send_header("Cache-Control", "no-cache")
            self.send_header("Last-Modified", self.date_time_string())
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()
            try:
                self.wfile.write(body or b"" if self.command == "GET" else b"")
            except ConnectionError:
                self.close_connection = True

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the parent's name
            pass

    class Server(http.server.ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None:
            """A browser that closes a connection is no fault."""

    with Server(("127.0.0.1", 0), Handler) as server:
        viewer.origin = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield viewer
        finally:
            server.shutdown()
            thread.join()
