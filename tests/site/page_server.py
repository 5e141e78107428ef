"""A server of pages on the loopback: bodies by path, the strict content security policy, answers that never come."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self' blob:; "
    "connect-src 'self'; worker-src 'self'; manifest-src 'self'; font-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
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

Read = Callable[[str], Sequence[bytes] | None]
"""Gives the body at a path in parts, None if there is none."""
Hangs = Callable[[str, str], bool]
"""Whether a request, by its method and path, gets no answer at all."""


def page_at(site: Path, path: str) -> bytes | None:
    """Return the file of a site at `path`, a folder's index at its slash; None if there is none."""
    file = site / path.lstrip("/")
    file = file / "index.html" if path.endswith("/") else file
    return file.read_bytes() if file.is_file() else None


@contextmanager
def serving(read: Read, hangs: Hangs = lambda _method, _path: False) -> Iterator[str]:
    """Serve on a free port of the loopback until the context ends, which ends what hangs; give the origin."""
    over = threading.Event()

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # Else a body waits until the browser has acknowledged its headers.
        disable_nagle_algorithm = True

        def do_HEAD(self) -> None:
            self.do_GET()

        def do_GET(self) -> None:
            path = urlsplit(self.path).path
            if hangs(self.command, path):
                over.wait()
                self.close_connection = True
                return
            body = read(path)
            # A bucket that cannot be listed says 403 where an object is missing.
            self.send_response(200 if body is not None else 403)
            kind = "html" if path.endswith("/") else path.rpartition(".")[2]
            self.send_header("Content-Type", TYPES.get(kind, "text/plain"))
            self.send_header("Content-Security-Policy", POLICY)
            self.send_header("Cache-Control", "no-cache")
            self.send_header("Last-Modified", self.date_time_string())
            self.send_header("Content-Length", str(sum(map(len, body or ()))))
            try:
                self.end_headers()
                for part in body or () if self.command == "GET" else ():
                    self.wfile.write(part)
            except ConnectionError:
                self.close_connection = True

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the parent's name
            pass

    class Server(http.server.ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 128

        def handle_error(self, request: object, client_address: object) -> None:
            """A browser that closes a connection is no fault."""

    with Server(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            over.set()
            server.shutdown()
            thread.join()
