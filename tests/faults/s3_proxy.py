"""A proxy before a real S3 server: passes every request on as it came, and spoils those it is told to.

::

    with s3_proxy(seaweedfs) as proxy:
        store = open_store(proxy.url(bucket), proxy.environment)
        proxy.fault(Fault.SLOW_DOWN, method="PUT", key="live/*", times=3)
        ...
        proxy.clear()
        with proxy.down():
            ...
        assert [request.status for request in proxy.requests] == [503, 503, 503, 200]

Head and body go on byte for byte, so a signature stays right: it covers the Host header, which names the proxy, and
the server judges by the header it gets. Each request has a connection of its own to the server.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum
from fnmatch import fnmatchcase
from urllib.parse import unquote, urlsplit

from tests.faults.http_message import Answer, read_answer, read_body, read_head, refusal
from tests.servers import Background, S3Server, background

HOST = "127.0.0.1"
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class Fault(Enum):
    """What becomes of a request instead of what should."""

    INTERNAL_ERROR = (500, "InternalError")
    SLOW_DOWN = (503, "SlowDown")
    ACCESS_DENIED = (403, "AccessDenied")
    NO_SUCH_BUCKET = (404, "NoSuchBucket")
    REQUEST_TIMEOUT = (408, "RequestTimeout")
    LATENCY = "latency"
    """It reaches the server later, or when it is released, whatever the client does meanwhile, and is answered."""
    STALL = "stall"
    """It is read, never answered and never passed on; the connection stays open until the client ends it."""
    RESET = "reset"
    """The connection is reset (TCP RST) as soon as the head is read, so within the body; nothing is passed on."""
    TRUNCATED = "truncated"
    """It is answered as usual, but the connection ends after half of the body that was announced."""
    ACCEPTED_BUT_ERROR = "accepted but error"
    """The server does as it was asked, and the client is told 500."""
    DROPPED = "dropped"
    """The client is told 200, and nothing is passed on."""


@dataclass(kw_only=True)
class Seen:
    """A request that came, noted when it was answered, or will not be."""

    time: float
    """Unix time of its arrival."""
    method: str
    key: str
    """Without the bucket; '' for a request about the bucket, such as a list or a delete of many."""
    fault: Fault | None
    status: int | None = None
    """What the client was told, None for nothing."""
    received: int = 0
    """Bytes of its body."""
    sent: int = 0
    """Bytes of the answer's body, as they are on the wire."""


@dataclass(kw_only=True)
class Rule:
    """Which requests are spoilt, and how."""

    fault: Fault
    method: str
    key: str
    left: int | None
    seconds: float

    def covers(self, method: str, key: str) -> bool:
        """Say whether a request is meant."""
        return self.left != 0 and fnmatchcase(method, self.method) and fnmatchcase(key, self.key)


class S3Proxy:
    """A running proxy. Made by `s3_proxy`; its methods may be called from any thread but the proxy's own."""

    def __init__(self, server: S3Server, loop: Background) -> None:
        self._server = server
        self._loop = loop
        self._rules: list[Rule] = []
        self._lock = threading.Lock()
        self._seen: list[Seen] = []
        self._connections: dict[asyncio.Task[None], asyncio.StreamWriter] = {}
        self._listener: asyncio.Server | None = None
        self._released = asyncio.Event()
        self._late = 0
        self._place = socket.socket()
        self._place.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._place.bind((HOST, 0))
        self.port: int = self._place.getsockname()[1]

    @property
    def server(self) -> S3Server:
        """The S3 server as it is reached through the proxy."""
        return replace(self._server, endpoint=f"http://{HOST}:{self.port}")

    @property
    def environment(self) -> dict[str, str]:
        """The variables from which Pollcast takes its credentials."""
        return self._server.environment

    @property
    def requests(self) -> tuple[Seen, ...]:
        """Every request that was answered, or will not be, in that order."""
        with self._lock:
            return tuple(self._seen)

    def url(self, bucket: str) -> str:
        """Return `store.url` for a bucket, through the proxy."""
        return self.server.url(bucket)

    def fault(
        self, fault: Fault, *, method: str = "*", key: str = "*", times: int | None = None, seconds: float = 0.0
    ) -> None:
        """Spoil the next `times` requests, or all until `clear`, that match; `*` stands for anything, `/` included.

        It is done after `seconds`. Of several rules that match, the one given first counts until it is used up.
        """
        with self._lock:
            self._rules.append(Rule(fault=fault, method=method, key=key, left=times, seconds=seconds))

    def clear(self) -> None:
        """Spoil nothing any more; what is stalled stays so."""
        with self._lock:
            self._rules.clear()

    def release(self) -> None:
        """Let what is late go on at once."""
        self._loop.run(self._release())

    async def _release(self) -> None:
        self._released.set()
        self._released = asyncio.Event()

    @property
    def late(self) -> int:
        """How many requests are held up at present."""
        return self._late

    @contextlib.contextmanager
    def down(self) -> Iterator[None]:
        """End every connection and refuse new ones, until the block ends."""
        self.go_down()
        try:
            yield
        finally:
            self.come_up()

    def go_down(self) -> None:
        """End every connection and refuse new ones."""
        self._loop.run(self._close())
        # Bound and not listening, the port refuses, and nobody else can have it.
        self._place = socket.socket()
        self._place.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._place.bind((HOST, self.port))

    def come_up(self) -> None:
        """Listen, on the port of before."""
        self._loop.run(self._listen())

    def close(self) -> None:
        """End."""
        self._loop.run(self._close())
        self._place.close()

    async def _listen(self) -> None:
        self._listener = await asyncio.start_server(self._serve, sock=self._place)

    async def _close(self) -> None:
        if self._listener is not None:
            self._listener.close()
            await self._listener.wait_closed()
            self._listener = None
        tasks = tuple(self._connections)
        for task, writer in tuple(self._connections.items()):
            writer.transport.abort()
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections[task] = writer
        try:
            while await self._one(reader, writer):
                pass
        except (OSError, EOFError, asyncio.CancelledError):
            pass  # the client has gone, or the proxy ends
        finally:
            del self._connections[task]
            writer.transport.abort() if task.cancelling() else writer.close()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Deal with one request; return whether another may follow on the connection."""
        head = await read_head(reader)
        method, target = head.first_line.split(" ")[:2]
        key = unquote(urlsplit(target).path).lstrip("/").partition("/")[2]
        rule = self._rule(method, key)
        seen = Seen(time=time.time(), method=method, key=key, fault=None if rule is None else rule.fault)
        try:
            if rule is not None and rule.fault is Fault.RESET:
                await asyncio.sleep(rule.seconds)
                writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
                writer.transport.abort()
                return False
            body = await read_body(reader, writer, head)
            seen.received = len(body)
            if rule is not None:
                await self._held_up(rule.seconds)
            answer = None
            if seen.fault is not Fault.STALL:
                answer = await self._answer(seen.fault, method, target, head.raw + body)
                seen.status, seen.sent = answer.status, len(answer.body)
        finally:
            with self._lock:
                self._seen.append(seen)
        if answer is None:
            await reader.read()
            return False
        writer.write(answer.head + answer.body)
        await writer.drain()
        return answer.goes_on and head.header("connection").lower() != "close"

    async def _held_up(self, seconds: float) -> None:
        self._late += 1
        try:
            async with asyncio.timeout(seconds):
                await self._released.wait()
        except TimeoutError:
            pass
        finally:
            self._late -= 1

    def _rule(self, method: str, key: str) -> Rule | None:
        """Return the rule a request falls under, now used once more."""
        with self._lock:
            rule = next((rule for rule in self._rules if rule.covers(method, key)), None)
            if rule is not None and rule.left is not None:
                rule.left -= 1
            return rule

    async def _answer(self, fault: Fault | None, method: str, target: str, request: bytes) -> Answer:
        if fault is Fault.DROPPED:
            return Answer.of(200, b"", ("ETag", '"00000000000000000000000000000000"'))
        if fault is not None and isinstance(fault.value, tuple):
            return refusal(*fault.value, method=method, resource=target)
        host, port = self._server.endpoint.removeprefix("http://").split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        try:
            writer.write(request)
            answer = await read_answer(reader, method)
        finally:
            writer.close()
        if fault is Fault.ACCEPTED_BUT_ERROR:
            return refusal(500, "InternalError", method=method, resource=target)
        if fault is Fault.TRUNCATED:
            return replace(answer, body=answer.body[: len(answer.body) // 2], goes_on=False)
        return answer


@contextlib.contextmanager
def s3_proxy(server: S3Server) -> Iterator[S3Proxy]:
    """Run a proxy before `server` until the block ends."""
    with background() as loop:
        proxy = S3Proxy(server, loop)
        proxy.come_up()
        try:
            yield proxy
        finally:
            proxy.close()
