"""Shows the newest build in a browser, on loopback, and tells open pages to reload. No building here.

Pages are served under the policy of the edge, with one script added. A browser keeps what lies in the folder of assets,
which is named by its content, so that a page that reloads fetches little else than itself. Below `/preview/` are that
script and `version?seen=…`, which answers once the newest build is another one than the page has seen. Live video and
states are not there, which every page bears.
"""

from __future__ import annotations

import http.server
import re
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from http import HTTPStatus
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from markupsafe import escape

from builder.fault_texts import FaultTexts
from election.places import LANGUAGES
from election.wording import say
from machine.ports import LOOPBACK

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self' blob:; "
    "connect-src 'self'; worker-src 'self'; manifest-src 'self'; font-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
"""The same as at the edge."""
PATIENCE = 20.0
"""Seconds after which a page that waits for another version is told that there is none."""

_SCRIPT = Path(__file__).with_name("preview_reload.js")
_IMMUTABLE = re.compile(r"/assets/[0-9a-f]{8}/|/images/[a-z0-9-]+-[0-9a-f]{8}\.[a-z]+$")
_PATH = re.compile(r"(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*/?", re.ASCII)
_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
}


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a browser is sent."""

    status: HTTPStatus
    body: bytes
    content_type: str
    is_kept: bool = False
    """Whether its address stands for these bytes for ever."""


class Showing:
    """What is shown at the moment: a build, or why there is none. Safe to use from several threads."""

    def __init__(self, run: str, texts: FaultTexts) -> None:
        self._texts = texts
        self._run = run
        """A name that no other run of the preview has."""
        self._changed = threading.Condition()
        self._count = 0
        self._site: Path | None = None
        self._faults = ""
        self._closed = False

    @property
    def version(self) -> str:
        """Another text for every build."""
        with self._changed:
            return f"{self._run}-{self._count}"

    def show(self, site: Path) -> None:
        """Show the site in this folder from now on."""
        self._change(site, "")

    def show_faults(self, faults: str) -> None:
        """Show these faults, one a line, instead of every page."""
        self._change(self._site, faults)

    def close(self) -> None:
        """Let nobody wait any longer."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def wait_for_other(self, seen: str, patience: float) -> str:
        """Return the version once it is not `seen`, or as it is after `patience` seconds."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self.version != seen, patience)
        return self.version

    def answer(self, path: str) -> Answer:
        """Return what is at `path`."""
        with self._changed:
            site, faults, version = self._site, self._faults, self.version
        is_page = path.endswith(("/", ".html"))
        if is_page and (faults or site is None):
            return _page(HTTPStatus.INTERNAL_SERVER_ERROR, _faults_page(faults, self._texts), version)
        body = _read(site, path) if site else None
        if body is None and site != self._site:  # it was taken away while being read
            return self.answer(path)
        if body is not None:
            kind = _TYPES.get(Path(path).suffix, "application/octet-stream")
            if is_page:
                return _page(HTTPStatus.OK, body, version)
            return replace(_answer(HTTPStatus.OK, body, kind), is_kept=_IMMUTABLE.match(path) is not None)
        language = path.split("/")[1] if path.split("/")[1] in LANGUAGES else LANGUAGES[0]
        missing = _read(site, f"/{language}/404.html") if site and is_page else None
        return _page(HTTPStatus.NOT_FOUND, missing, version) if missing else _answer(HTTPStatus.NOT_FOUND, b"", "")

    def _change(self, site: Path | None, faults: str) -> None:
        with self._changed:
            self._site, self._faults = site, faults
            self._count += 1
            self._changed.notify_all()


def _answer(status: HTTPStatus, body: bytes, content_type: str) -> Answer:
    return Answer(status=status, body=body, content_type=content_type or "text/plain; charset=utf-8")


def _page(status: HTTPStatus, body: bytes, version: str) -> Answer:
    script = f'<script src="/preview/reload.js" data-version="{escape(version)}" defer></script>\n</head>'
    return _answer(status, body.replace(b"</head>", script.encode(), 1), _TYPES[".html"])


def _faults_page(faults: str, texts: FaultTexts) -> bytes:
    title = texts.text(say("The site cannot be built"))
    note = texts.text(say("This page reloads itself once the faults are corrected."))
    items = "".join(f"<li><code>{escape(line)}</code></li>\n" for line in faults.splitlines())
    return (
        f'<!DOCTYPE html>\n<html lang="{texts.language}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{title}</title>\n</head>\n<body>\n<h1>{title}</h1>\n"
        f"<ol>\n{items}</ol>\n<p>{note}</p>\n</body>\n</html>\n"
    ).encode()


def _read(site: Path, path: str) -> bytes | None:
    if not _PATH.fullmatch(path):
        return None
    file = site / (f"{path}index.html" if path.endswith("/") else path).lstrip("/")
    try:
        return file.read_bytes()
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
        return None


class _Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True

    def __init__(self, port: int, showing: Showing) -> None:
        self.showing = showing
        super().__init__((LOOPBACK, port), _Handler)

    def handle_error(self, request: object, client_address: object) -> None:
        """A browser that closes a connection is no fault."""


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    """Else a short body waits 40 ms for the browser's kernel to acknowledge the head before it."""
    server: _Server

    def do_GET(self) -> None:
        """Answer with a page, a file, the script or the version."""
        url = urlsplit(self.path)
        path = unquote(url.path)
        if path == "/preview/version":
            seen = parse_qs(url.query).get("seen", [""])[0]
            self._send(_answer(HTTPStatus.OK, self.server.showing.wait_for_other(seen, PATIENCE).encode(), ""))
        elif path == "/preview/reload.js":
            self._send(_answer(HTTPStatus.OK, _SCRIPT.read_bytes(), _TYPES[".js"]))
        else:
            self._send(self.server.showing.answer(path))

    do_HEAD = do_GET

    def _send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(answer.body)))
        self.send_header("Content-Security-Policy", POLICY)
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Referrer-Policy", "no-referrer")
        self.send_header("Cache-Control", "max-age=31536000, immutable" if answer.is_kept else "no-store")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the parent's name
        """Requests are not worth a line each."""


@contextmanager
def serving(showing: Showing, port: int) -> Iterator[str]:
    """Serve on `port` of the loopback (0 takes a free one) until the context ends; give the address."""
    with _Server(port, showing) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True)
        thread.start()
        try:
            yield f"http://{LOOPBACK}:{server.server_address[1]}"
        finally:
            showing.close()
            server.shutdown()
            thread.join()
