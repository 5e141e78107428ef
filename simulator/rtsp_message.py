"""RTSP requests read and responses written, as bytes (RFC 2326). Pure; knows nothing of cameras or sessions."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import IntEnum
from urllib.parse import unquote

MAX_HEAD = 8 * 1024
"""Bytes of a request's first line and headers; more is malformed."""
MAX_BODY = 16 * 1024
"""Bytes of a request's body; more is malformed."""

_DOLLAR = 0x24
_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+", re.ASCII)
_NUMBER = re.compile(r"\d{1,9}", re.ASCII)
_ADDRESS = re.compile(r"rtsp[su]?://[^/?#\s]+(?P<path>/[^?#]*)?(?:\?[^#]*)?", re.ASCII | re.IGNORECASE)


class Status(IntEnum):
    """The status codes a camera answers (RFC 2326 11.3)."""

    OK = 200
    MOVED_TEMPORARILY = 302
    BAD_REQUEST = 400
    UNAUTHORIZED = 401
    NOT_FOUND = 404
    METHOD_NOT_ALLOWED = 405
    PARAMETER_NOT_UNDERSTOOD = 451
    SESSION_NOT_FOUND = 454
    METHOD_NOT_VALID_IN_THIS_STATE = 455
    AGGREGATE_OPERATION_NOT_ALLOWED = 459
    UNSUPPORTED_TRANSPORT = 461
    NOT_IMPLEMENTED = 501
    SERVICE_UNAVAILABLE = 503
    RTSP_VERSION_NOT_SUPPORTED = 505
    OPTION_NOT_SUPPORTED = 551

    @property
    def phrase(self) -> str:
        """The words after the number."""
        return "OK" if self is Status.OK else self.name.replace("_", " ").capitalize().replace("Rtsp", "RTSP")


class MalformedRequest(ValueError):
    """Bytes that are not an RTSP request, or more of them than is sane. The connection cannot go on."""


@dataclass(frozen=True, kw_only=True)
class Request:
    """What a client asks."""

    method: str
    uri: str
    version: str
    """Such as `RTSP/1.0`."""
    cseq: int
    headers: tuple[tuple[str, str], ...] = ()
    """Names as they came, in order."""
    body: bytes = b""

    def header(self, name: str) -> str | None:
        """Return the first header of that name, in any case."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)

    @property
    def path(self) -> str:
        """The path of the request's address, decoded and without a slash at its end; `*` for the server as a whole."""
        return path_of(self.uri)


@dataclass(frozen=True, kw_only=True)
class Interleaved:
    """A packet between the requests, such as a receiver report (RFC 2326 10.12)."""

    channel: int
    payload: bytes


@dataclass(frozen=True, kw_only=True)
class Response:
    """What the camera answers."""

    status: Status
    cseq: int | None
    """None only where the request had none that could be read."""
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""

    def adding(self, name: str, value: str) -> Response:
        """Return the response with one more header."""
        return replace(self, headers=(*self.headers, (name, value)))

    def format(self) -> bytes:
        """Return the response's bytes."""
        lines = [f"RTSP/1.0 {int(self.status)} {self.status.phrase}"]
        if self.cseq is not None:
            lines.append(f"CSeq: {self.cseq}")
        lines += [f"{name}: {value}" for name, value in self.headers]
        if self.body:
            lines.append(f"Content-Length: {len(self.body)}")
        return "\r\n".join([*lines, "", ""]).encode() + self.body


def path_of(uri: str) -> str:
    """Return the decoded path of an address without a slash at its end, `*` for `*`, '' if it is no address."""
    if uri == "*":
        return uri
    match = _ADDRESS.fullmatch(uri)
    return "" if match is None else unquote(match["path"] or "").rstrip("/") or "/"


def take(buffer: bytearray) -> Request | Interleaved | None:
    """Remove one whole request or interleaved packet from the front of `buffer`; None if more bytes are needed.

    Raises `MalformedRequest`; the buffer is of no further use then.
    """
    while buffer[:2] == b"\r\n":  # empty lines between requests are to be ignored (RFC 2616 4.1)
        del buffer[:2]
    if not buffer:
        return None
    if buffer[0] == _DOLLAR:
        return _take_interleaved(buffer)
    return _take_request(buffer)


def _take_interleaved(buffer: bytearray) -> Interleaved | None:
    if len(buffer) < 4:
        return None
    end = 4 + int.from_bytes(buffer[2:4], "big")
    if len(buffer) < end:
        return None
    packet = Interleaved(channel=buffer[1], payload=bytes(buffer[4:end]))
    del buffer[:end]
    return packet


def _take_request(buffer: bytearray) -> Request | None:
    end = buffer.find(b"\r\n\r\n", 0, MAX_HEAD)
    if end < 0:
        if len(buffer) >= MAX_HEAD:
            raise MalformedRequest("the headers do not end")
        return None
    try:
        first_line, *lines = buffer[:end].decode("utf-8").split("\r\n")
    except UnicodeDecodeError:
        raise MalformedRequest("the headers are not text") from None
    request = _parse_head(first_line, lines)
    length = request.header("Content-Length") or "0"
    if not _NUMBER.fullmatch(length) or int(length) > MAX_BODY:
        raise MalformedRequest(f"a body of {length[:20]} bytes")
    total = end + 4 + int(length)
    if len(buffer) < total:
        return None
    body = bytes(buffer[end + 4 : total])
    del buffer[:total]
    return replace(request, body=body)


def _parse_head(first_line: str, lines: list[str]) -> Request:
    words = first_line.split(" ")
    if len(words) != 3 or not _TOKEN.fullmatch(words[0]) or not words[2].startswith("RTSP/"):
        raise MalformedRequest("the first line is not METHOD ADDRESS RTSP/1.0")
    method, uri, version = words
    if not path_of(uri):
        raise MalformedRequest("the address is not rtsp://host/path")
    headers = []
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon or not _TOKEN.fullmatch(name.strip()):
            raise MalformedRequest("a header is not NAME: VALUE")
        headers.append((name.strip(), value.strip()))
    request = Request(method=method, uri=uri, version=version, cseq=0, headers=tuple(headers))
    cseq = request.header("CSeq") or ""
    if not _NUMBER.fullmatch(cseq):
        raise MalformedRequest("there is no CSeq")
    return replace(request, cseq=int(cseq))
