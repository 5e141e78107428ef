"""A small HTTP server for the browser of whoever runs it: on loopback, and it only answers.

It answers to this machine's own names alone: another site whose name was made to mean 127.0.0.1 reads nothing.
"""

from __future__ import annotations

import http.server
import socketserver
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urlsplit

from machine.ports import LOOPBACK

_NAMES = frozenset({LOOPBACK, "localhost"})
_ALWAYS = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a browser is sent."""

    body: bytes
    content_type: str = "text/plain; charset=utf-8"
    status: HTTPStatus = HTTPStatus.OK
    is_kept: bool = False
    """Whether its address stands for these bytes for ever."""


class _Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True

    def __init__(self, port: int, answer: Callable[[str], Answer], headers: Mapping[str, str]) -> None:
        self.answer = answer
        self.headers = headers
        super().__init__((LOOPBACK, port), _Handler)

    def handle_error(self, request: object, client_address: object) -> None:
        """A browser that closes a connection is no fault."""


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    """Else a short body waits 40 ms for the browser's kernel to acknowledge the head before it."""
    server: _Server

    def do_GET(self) -> None:
        """Send what there is for this address."""
        if _host_of(self.headers.get("Host", "")) in _NAMES:
            answer = self.server.answer(self.path)
        else:
            answer = Answer(
                status=HTTPStatus.MISDIRECTED_REQUEST, body=b"Ask for http://127.0.0.1 or http://localhost.\n"
            )
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(answer.body)))
        for name, value in self.server.headers.items():
            self.send_header(name, value)
        self.send_header("Cache-Control", "max-age=31536000, immutable" if answer.is_kept else "no-store")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)

    do_HEAD = do_GET

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the parent's name
        """Requests are not worth a line each."""


def _host_of(written: str) -> str:
    """Return the name or address in a `Host` field, without the port, which a forwarded connection may change."""
    try:
        return urlsplit(f"//{written}").hostname or ""
    except ValueError:
        return ""


@contextmanager
def serving(answer: Callable[[str], Answer], port: int, headers: Mapping[str, str]) -> Iterator[str]:
    """Serve on `port` of the loopback (0 takes a free one) until the context ends; give the address.

    `answer` is given what was asked for, path and query as they came, in a thread for each request. The `headers` are
    those of every answer, besides its own.
    """
    with _Server(port, answer, {**headers, **_ALWAYS}) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True)
        thread.start()
        try:
            yield f"http://{LOOPBACK}:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()
