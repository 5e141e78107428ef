"""A small RTSP client for the tests: it asks what it is told to ask and keeps every packet it is sent."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True, kw_only=True)
class Answer:
    status: int
    headers: dict[str, str]
    """Names in lower case."""
    body: bytes


@dataclass(frozen=True, kw_only=True)
class Packet:
    """An RTP packet."""

    sequence: int
    timestamp: int
    marker: bool
    ssrc: int
    payload: bytes

    @property
    def starts_key_picture(self) -> bool:
        return self.payload[0] & 0x1F == 7


class Client:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, url: str) -> None:
        self.url = url
        self.packets: list[Packet] = []
        self.reports: list[bytes] = []
        self.session = ""
        self._reader, self._writer = reader, writer
        self._cseq = 0

    async def ask(self, method: str, *headers: str, url: str | None = None) -> Answer:
        self._cseq += 1
        lines = [f"{method} {url or self.url} RTSP/1.0", f"CSeq: {self._cseq}", *headers]
        if self.session:
            lines.append(f"Session: {self.session}")
        await self.send("\r\n".join([*lines, "", ""]).encode())
        answer = await self.answer()
        assert answer.headers.get("cseq") == str(self._cseq)
        return answer

    async def send(self, data: bytes) -> None:
        self._writer.write(data)
        await self._writer.drain()

    async def answer(self) -> Answer:
        """Return the next answer; packets before it are kept."""
        while (first := await self._reader.readexactly(1)) == b"$":
            await self._packet()
        head = first + await self._reader.readuntil(b"\r\n\r\n")
        status, *lines = head.decode().split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines if line)}
        body = await self._reader.readexactly(int(headers.get("content-length", "0")))
        return Answer(status=int(status.split(" ")[1]), headers=headers, body=body)

    async def play(self) -> Answer:
        """Set up and play; return the answer to PLAY."""
        setup = await self.ask("SETUP", "Transport: RTP/AVP/TCP;unicast;interleaved=0-1", url=f"{self.url}/trackID=0")
        assert setup.status == 200
        self.session = setup.headers["session"].partition(";")[0]
        return await self.ask("PLAY")

    async def receive(self, count: int) -> list[Packet]:
        """Return `count` more packets."""
        wanted = len(self.packets) + count
        while len(self.packets) < wanted:
            assert await self._reader.readexactly(1) == b"$"
            await self._packet()
        return self.packets[-count:]

    async def listen(self, seconds: float) -> list[Packet]:
        """Return the packets that begin to come within so many seconds; reports are kept, too."""
        before = len(self.packets)
        end = asyncio.get_running_loop().time() + seconds
        while (left := end - asyncio.get_running_loop().time()) > 0:
            try:
                assert await asyncio.wait_for(self._reader.readexactly(1), left) == b"$"
            except TimeoutError:
                break
            await self._packet()
        return self.packets[before:]

    async def caught_up(self) -> None:
        """Read everything that was sent before now: it comes before the answer to what is asked now."""
        assert (await self.ask("GET_PARAMETER")).status == 200

    async def first_bytes(self, count: int) -> bytes:
        """Return at least so many bytes, as they come."""
        heard = bytearray()
        while len(heard) < count and (part := await self._reader.read(65536)):
            heard += part
        return bytes(heard)

    async def bytes_within(self, seconds: float) -> bytes:
        """Return everything that comes within so many seconds, as it comes."""
        heard = bytearray()
        end = asyncio.get_running_loop().time() + seconds
        while (left := end - asyncio.get_running_loop().time()) > 0:
            try:
                part = await asyncio.wait_for(self._reader.read(65536), left)
            except TimeoutError:
                break
            if not part:
                break
            heard += part
        return bytes(heard)

    async def until_hung_up(self) -> bytes:
        """Return what is still sent before the other side ends the connection."""
        try:
            return await self._reader.read(-1)
        except ConnectionResetError:
            return b""

    @property
    def name(self) -> object:
        """This end's address."""
        return self._writer.get_extra_info("sockname")

    def stop_reading(self) -> None:
        """Leave everything that is sent from now on in the system's buffers."""
        self._writer.transport.pause_reading()  # type: ignore[attr-defined]  # a stream's transport reads, too

    async def _packet(self) -> None:
        channel, length = struct.unpack(">BH", await self._reader.readexactly(3))
        data = await self._reader.readexactly(length)
        if channel == 1:
            self.reports.append(data)
            return
        first, second, sequence, timestamp, ssrc = struct.unpack_from(">BBHII", data)
        assert (first, second & 0x7F) == (0x80, 96)
        self.packets.append(
            Packet(sequence=sequence, timestamp=timestamp, marker=second > 127, ssrc=ssrc, payload=data[12:])
        )


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[Client]:
    parts = urlsplit(url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    try:
        yield Client(reader, writer, url)
    finally:
        writer.transport.abort()
