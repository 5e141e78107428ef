"""Serves the editor's interface on loopback: one page, its configuration, Sveltia CMS from `node_modules`. Only reads.

What an editor writes never passes here: the browser itself asks for the Git folder and writes the files. So this server
needs no password, and can harm nothing. It is an origin of its own, away from the site's, and no file of it is ever
part of what `pollcast build` makes.
"""

from __future__ import annotations

import http.server
import json
import re
import socketserver
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlsplit

import yaml
from markupsafe import escape

from builder.editor_config import Node
from election.errors import MachineError
from machine.ports import LOOPBACK

MODULES = Path(__file__).resolve().parents[1] / "node_modules"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' blob: data:; "
    "media-src blob:; connect-src 'self' blob: data:; font-src 'self' data:; worker-src 'self' blob:; "
    "frame-src blob:; manifest-src blob:; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)
"""Scripts come from here alone, and nothing is asked of any other machine; styles the interface makes itself."""

_LIBRARY = "@sveltia/cms/dist/sveltia-cms.js"
_OWN_FILES = "@sveltia/cms"
_OWN_ELSEWHERE = b"https://unpkg.com/@sveltia/cms"
_ICONS = "@fontsource-variable/material-symbols-outlined/files/material-symbols-outlined-latin-wght-normal.woff2"
_ICONS_ELSEWHERE = re.compile(rb"https://cdn\.jsdelivr\.net/fontsource/fonts/material-symbols-outlined[^)]*")


def files(config: Node, language: str, modules: Path = MODULES) -> Mapping[str, tuple[str, bytes]]:
    """Return everything that is served, by path: content type and body.

    Raises `MachineError` where the interface is not installed.
    """
    page = (
        f'<!DOCTYPE html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width">\n<meta name="robots" content="noindex">\n'
        f"<title>{escape(config['app_title'])}</title>\n"
        '<link rel="cms-config-url" type="text/yaml" href="/config.yml">\n'
        '<script src="/sveltia-cms.js" defer></script>\n</head>\n<body></body>\n</html>\n'
    )
    # The interface would fetch its icons, which are letters of a font, and its words from another machine; and it asks
    # again and again for words that it does not get.
    script, icons = _ICONS_ELSEWHERE.subn(b"/icons.woff2", _read(modules / _LIBRARY))
    if not icons or _OWN_ELSEWHERE not in script:
        raise MachineError(
            f"{_LIBRARY} asks for its files in another way.", hint="Install the locked version: make setup"
        )
    return {
        "/": ("text/html; charset=utf-8", page.encode()),
        "/config.yml": (
            "text/yaml; charset=utf-8",
            yaml.safe_dump(config, allow_unicode=True, sort_keys=False).encode(),
        ),
        "/sveltia-cms.js": ("text/javascript; charset=utf-8", script.replace(_OWN_ELSEWHERE, b"/cms")),
        "/icons.woff2": ("font/woff2", _read(modules / _ICONS)),
        **_own_files(modules / _OWN_FILES),
    }


def _own_files(folder: Path) -> dict[str, tuple[str, bytes]]:
    """Return what the interface asks for once it runs: its version, and its words in the browser's language."""
    described = _read(folder / "package.json")
    version = json.loads(described)["version"]
    locales = {path.name: path for path in (folder / "locales").glob("*.json")}
    return {
        "/cms/package.json": ("application/json", described),
        **{f"/cms@{version}/locales/{name}": ("application/json", _read(path)) for name, path in locales.items()},
    }


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        raise MachineError(f"The editor's interface is missing: {path}.", hint="Run: make setup") from None


class _Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True

    def __init__(self, port: int, served: Mapping[str, tuple[str, bytes]]) -> None:
        self.served = served
        super().__init__((LOOPBACK, port), _Handler)

    def handle_error(self, request: object, client_address: object) -> None:
        """A browser that closes a connection is no fault."""


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        """Answer with one of the few files."""
        found = self.server.served.get(urlsplit(self.path).path)
        content_type, body = found or ("text/plain; charset=utf-8", b"")
        self.send_response(HTTPStatus.OK if found else HTTPStatus.NOT_FOUND)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", POLICY)
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Referrer-Policy", "no-referrer")
        self.send_header("Cross-Origin-Opener-Policy", "same-origin")
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_HEAD = do_GET

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the parent's name
        """Requests are not worth a line each."""


@contextmanager
def serving(served: Mapping[str, tuple[str, bytes]], port: int) -> Iterator[str]:
    """Serve on `port` of the loopback (0 takes a free one) until the context ends; give the address."""
    with _Server(port, served) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True)
        thread.start()
        try:
            yield f"http://{LOOPBACK}:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()
