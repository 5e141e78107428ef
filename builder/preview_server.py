"""Shows the newest build in a browser, on loopback, and tells open pages to reload. No building here.

Pages are served under the policy of the edge, with one script added. A browser keeps what lies in the folder of assets,
which is named by its content, so that a page that reloads fetches little else than itself. Below `/preview/` are that
script and `version?seen=…`, which answers once the newest build is another one than the page has seen. Live video and
states are not there, which every page bears.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from markupsafe import escape

from builder import loopback_server
from builder.fault_texts import FaultTexts
from builder.loopback_server import Answer
from election.places import LANGUAGES
from election.wording import say

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self' blob:; "
    "connect-src 'self'; worker-src 'self'; manifest-src 'self'; font-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
"""The same as at the edge."""
PATIENCE = 20.0
"""Seconds after which a page that waits for another version is told that there is none."""

_SCRIPT = Path(__file__).with_name("preview_reload.js")
_IMMUTABLE = re.compile(r"/assets/[0-9a-f]{8}/|/images/[a-z0-9_-]+-[0-9a-f]{8}\.[a-z]+$")
_PATH = re.compile(r"(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*/?", re.ASCII)
_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
}


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
            return Answer(body=body, content_type=kind, is_kept=_IMMUTABLE.match(path) is not None)
        language = path.split("/")[1] if path.split("/")[1] in LANGUAGES else LANGUAGES[0]
        missing = _read(site, f"/{language}/404.html") if site and is_page else None
        return (
            _page(HTTPStatus.NOT_FOUND, missing, version) if missing else Answer(body=b"", status=HTTPStatus.NOT_FOUND)
        )

    def _change(self, site: Path | None, faults: str) -> None:
        with self._changed:
            self._site, self._faults = site, faults
            self._count += 1
            self._changed.notify_all()


def _page(status: HTTPStatus, body: bytes, version: str) -> Answer:
    script = f'<script src="/preview/reload.js" data-version="{escape(version)}" defer></script>\n</head>'
    return Answer(status=status, body=body.replace(b"</head>", script.encode(), 1), content_type=_TYPES[".html"])


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


@contextmanager
def serving(showing: Showing, port: int) -> Iterator[str]:
    """Serve on `port` of the loopback (0 takes a free one) until the context ends; give the address."""

    def answer(target: str) -> Answer:
        url = urlsplit(target)
        path = unquote(url.path)
        if path == "/preview/version":
            seen = parse_qs(url.query).get("seen", [""])[0]
            return Answer(body=showing.wait_for_other(seen, PATIENCE).encode())
        if path == "/preview/reload.js":
            return Answer(body=_SCRIPT.read_bytes(), content_type=_TYPES[".js"])
        return showing.answer(path)

    with loopback_server.serving(answer, port, {"Content-Security-Policy": POLICY}) as address:
        try:
            yield address
        finally:
            showing.close()
