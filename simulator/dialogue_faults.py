"""Faults that show in what a camera answers.

Those who watch when one begins are hung up on, as by a restart, unless it says otherwise.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from simulator.authentication import Access, Scheme
from simulator.conduct import Conduct, Endless, NoAnswer, Reply
from simulator.rtsp_message import Request, Response, Status

ANNOUNCED_BYTES = 2_000_000_000
"""Of an endless description, unless told otherwise: a number every client can hold, and more than any should take."""
_DESCRIPTION_WITHOUT_END = b"a=x-endless:0123456789abcdef0123456789abcdef0123456789abcdef\r\n" * 256


class Refuse(Conduct):
    """Every request is answered 503, as by a camera that has no session left."""

    hangs_up = True

    def answer(self, request: Request, usual: Response) -> Reply:
        """Refuse."""
        return Response(status=Status.SERVICE_UNAVAILABLE, cseq=request.cseq)


class WrongPassword(Conduct):
    """No password is the right one any more, as after somebody changed it."""

    hangs_up = True

    def answer(self, request: Request, usual: Response) -> Reply:
        """Ask again, in the way the client answered the last time."""
        if request.method == "OPTIONS" or usual.status is Status.UNAUTHORIZED:
            return usual
        basic = (request.header("Authorization") or "").lower().startswith("basic ")
        challenge = Access(scheme=Scheme.BASIC if basic else Scheme.DIGEST).challenge(secrets.token_hex(16))
        return Response(status=Status.UNAUTHORIZED, cseq=request.cseq, headers=(("WWW-Authenticate", challenge),))


@dataclass(frozen=True)
class Redirect(Conduct):
    """Whoever wants the stream is sent to another address (RFC 2326 11.2, 302)."""

    location: str

    hangs_up = True

    def answer(self, request: Request, usual: Response) -> Reply:
        """Point elsewhere."""
        return _elsewhere(request, usual, self.location)


class SelfRedirect(Conduct):
    """Whoever wants the stream is sent to the very address that was asked for."""

    hangs_up = True

    def answer(self, request: Request, usual: Response) -> Reply:
        """Point here."""
        return _elsewhere(request, usual, request.uri)


class EndlessSdp(Conduct):
    """The description has no end: lines come for as long as anyone reads."""

    hangs_up = True

    def __init__(self, *, announced: int | None = ANNOUNCED_BYTES) -> None:
        """`announced` is the Content-Length; with None there is no such header."""
        self._announced = announced

    def answer(self, request: Request, usual: Response) -> Reply:
        """Begin the description."""
        if request.method != "DESCRIBE" or usual.status is not Status.OK:
            return usual
        kind = ("Content-Type", "application/sdp")
        size = () if self._announced is None else (("Content-Length", str(self._announced)),)
        head = Response(status=Status.OK, cseq=request.cseq, headers=(*_headers_but_type(usual), kind, *size))
        return Endless(response=head, start=usual.body, more=_DESCRIPTION_WITHOUT_END)


class HalfOpen(Conduct):
    """The connection is there, and nobody at its other end: no answer, no media, no end.

    Those who watch keep their connections. Cameras share a port, so every connection is accepted.
    """

    hears = False

    def answer(self, request: Request, usual: Response) -> Reply:
        """Say nothing."""
        return NoAnswer()

    def media(self, data: bytes) -> bytes:
        """Send nothing."""
        return b""


def _elsewhere(request: Request, usual: Response, location: str) -> Response:
    if request.method == "OPTIONS" or usual.status is Status.UNAUTHORIZED:
        return usual
    return Response(status=Status.MOVED_TEMPORARILY, cseq=request.cseq, headers=(("Location", location),))


def _headers_but_type(response: Response) -> tuple[tuple[str, str], ...]:
    return tuple(header for header in response.headers if header[0] != "Content-Type")
