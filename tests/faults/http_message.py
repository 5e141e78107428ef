"""HTTP/1.1 messages read just far enough to pass them on byte for byte (RFC 9112 6.3)."""

from __future__ import annotations

import asyncio
import http
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Head:
    """First line and headers."""

    raw: bytes
    first_line: str
    headers: dict[str, str]
    """Names in lower case."""

    def header(self, name: str) -> str:
        """Return a header's value, '' if it is not there."""
        return self.headers.get(name, "")


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A whole answer, as bytes to send."""

    status: int
    head: bytes
    body: bytes
    """As it is on the wire: chunks stay chunks."""
    goes_on: bool
    """Whether the connection may be used again behind it."""

    @classmethod
    def of(cls, status: int, body: bytes, *headers: tuple[str, str], with_body: bool = True) -> Answer:
        """Return an answer of our own."""
        lines = [f"HTTP/1.1 {status} {http.HTTPStatus(status).phrase}", f"Content-Length: {len(body)}"]
        lines += [f"{name}: {value}" for name, value in headers]
        head = "\r\n".join([*lines, "", ""]).encode()
        return cls(status=status, head=head, body=body if with_body else b"", goes_on=True)


def refusal(status: int, code: str, *, method: str, resource: str) -> Answer:
    """Return an error as S3 words it."""
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<Error><Code>{code}</Code><Message>As told by a test.</Message>"
        f"<Resource>{resource.partition('?')[0]}</Resource><RequestId>0123456789ABCDEF</RequestId></Error>"
    )
    return Answer.of(status, body.encode(), ("Content-Type", "application/xml"), with_body=method != "HEAD")


async def read_head(reader: asyncio.StreamReader) -> Head:
    """Read a head; `EOFError` if the other side has gone."""
    raw = await reader.readuntil(b"\r\n\r\n")
    first_line, *lines = raw.decode("latin-1").rstrip("\r\n").split("\r\n")
    pairs = (line.partition(":") for line in lines)
    return Head(raw=raw, first_line=first_line, headers={name.lower(): value.strip() for name, _, value in pairs})


async def read_body(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, head: Head) -> bytes:
    """Read a request's body, which a careful client sends only when it is asked to go on."""
    if "100-continue" in head.header("expect").lower():
        writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
    if "chunked" in head.header("transfer-encoding").lower():
        return await _chunks(reader)
    return await reader.readexactly(int(head.header("content-length") or "0"))


async def read_answer(reader: asyncio.StreamReader, method: str) -> Answer:
    """Read the answer to a request, passing over what only says that it will come."""
    status = 100
    while status < 200:
        head = await read_head(reader)
        status = int(head.first_line.split(" ")[1])
    goes_on = head.header("connection").lower() != "close"
    if method == "HEAD" or status in {204, 304}:
        body = b""
    elif "chunked" in head.header("transfer-encoding").lower():
        body = await _chunks(reader)
    elif "content-length" in head.headers:
        body = await reader.readexactly(int(head.headers["content-length"]))
    else:
        body, goes_on = await reader.read(), False
    return Answer(status=status, head=head.raw, body=body, goes_on=goes_on)


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    """Read a chunked body as it is, to its last line."""
    body = bytearray()
    size = -1
    while size:
        line = await reader.readuntil(b"\r\n")
        size = int(line.partition(b";")[0], 16)
        body += line + (await reader.readexactly(size + 2) if size else b"")
    while line != b"\r\n":
        line = await reader.readuntil(b"\r\n")
        body += line
    return bytes(body)
