"""How a store fails: each answer of a server becomes the right error after exactly one attempt.

The server here is a few lines that answer as they are told, because real servers do not fail on demand.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from election.errors import MachineError, RemoteError, RemoteRefused
from election.keys import MEDIA_SEGMENT
from tests.servers import S3Server
from tests.upload.test_store import new_bucket
from upload.store import ObjectExists, ObjectStore, open_store

ENVIRONMENT = {"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "s3cr3t-value"}
Behaviour = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class Server:
    """A server that does as it is told with every connection, and counts them."""

    def __init__(self, behaviour: Behaviour) -> None:
        self._behaviour = behaviour
        self.connections = 0
        self.port = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            await self._behaviour(reader, writer)
        finally:
            writer.close()

    def store(self, *, timeout: float = 60) -> ObjectStore:
        return open_store(f"s3://bucket?endpoint=http://127.0.0.1:{self.port}", ENVIRONMENT, timeout=timeout)


@asynccontextmanager
async def serving(behaviour: Behaviour) -> AsyncIterator[Server]:
    server = Server(behaviour)
    listener = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    server.port = listener.sockets[0].getsockname()[1]
    async with listener:
        yield server


def answering(status: int, code: str = "", headers: str = "") -> Behaviour:
    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        body = f"<Error><Code>{code}</Code><Message>x</Message></Error>" if code else "x"
        head = f"HTTP/1.1 {status} Word\r\nContent-Length: {len(body)}\r\nConnection: close\r\n{headers}\r\n"
        writer.write(head.encode() + body.encode())
        await writer.drain()

    return behave


async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")


async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read()


async def promise_more_than_comes(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b'HTTP/1.1 200 OK\r\nETag: "x"\r\nLast-Modified: Tue, 24 Nov 2026 08:00:00 GMT\r\n')
    writer.write(b"Content-Length: 100\r\n\r\nhalf")
    await writer.drain()


def failure_of_put(behaviour: Behaviour, *, timeout: float = 60, only_if_absent: bool = False) -> RemoteError:
    async def work() -> RemoteError:
        async with serving(behaviour) as server:
            with pytest.raises(RemoteError) as caught:
                await server.store(timeout=timeout).put("a/b", b"x", MEDIA_SEGMENT, only_if_absent=only_if_absent)
            assert server.connections == 1
            return caught.value

    return asyncio.run(work())


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (500, "InternalError"),
        (502, ""),
        (503, "SlowDown"),
        (503, "ServiceUnavailable"),
        (504, ""),
        (408, ""),
        (429, ""),
        (400, "RequestTimeout"),
        (409, "OperationAborted"),
    ],
)
def test_what_may_pass_is_worth_another_try(status: int, code: str) -> None:
    error = failure_of_put(answering(status, code))
    assert error.retryable
    assert (error.operation, error.subject) == ("put", "a/b")
    assert str(error) == f"Put a/b in bucket bucket failed: {code or f'HTTP {status}'}."


@pytest.mark.parametrize(
    ("status", "code", "hint"),
    [
        (403, "InvalidAccessKeyId", "Correct AWS_ACCESS_KEY_ID."),
        (403, "SignatureDoesNotMatch", "Correct AWS_SECRET_ACCESS_KEY."),
        (403, "AccessDenied", "Give these credentials the right to do this in the bucket."),
        (403, "RequestTimeTooSkewed", "Set this machine's clock."),
        (404, "NoSuchBucket", "Create it with pollcast provision, or correct store.url."),
        (400, "InvalidBucketName", "Correct the bucket's name in store.url."),
        (401, "", ""),
        (400, "", ""),
        (411, "MissingContentLength", ""),
    ],
)
def test_what_will_not_pass_is_refused_with_a_hint(status: int, code: str, hint: str) -> None:
    error = failure_of_put(answering(status, code))
    assert isinstance(error, RemoteRefused)
    assert not error.retryable
    assert error.hint == hint
    assert (code or "Put a/b") in str(error)


def test_a_bucket_of_another_region_is_refused_with_a_hint() -> None:
    error = failure_of_put(answering(301, "PermanentRedirect"))
    assert isinstance(error, RemoteRefused)
    assert error.hint == "Correct the region in store.url."


def test_two_writers_at_the_same_moment_are_worth_another_try_and_not_a_lost_race() -> None:
    error = failure_of_put(answering(409, "ConditionalRequestConflict"), only_if_absent=True)
    assert error.retryable
    lost = failure_of_put(answering(412, "PreconditionFailed"), only_if_absent=True)
    assert isinstance(lost, ObjectExists)


def test_a_connection_cut_before_the_answer_is_worth_another_try() -> None:
    error = failure_of_put(hang_up)
    assert error.retryable
    assert "the server did not answer" in str(error)


def test_a_server_that_says_nothing_is_given_up_after_the_time_out() -> None:
    error = failure_of_put(say_nothing, timeout=0.3)
    assert error.retryable


def test_nobody_listening_is_worth_another_try() -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        store = open_store(f"s3://bucket?endpoint=http://127.0.0.1:{held.getsockname()[1]}", ENVIRONMENT)
        with pytest.raises(RemoteError) as caught:
            asyncio.run(store.put("a", b"x", MEDIA_SEGMENT))
    assert caught.value.retryable


def test_half_an_answer_is_no_object() -> None:
    async def work() -> None:
        async with serving(promise_more_than_comes) as server:
            with pytest.raises(RemoteError) as caught:
                await server.store().get("a")
            assert caught.value.retryable

    asyncio.run(work())


@pytest.mark.parametrize("status", [500, 503, 403])
def test_list_get_and_delete_also_make_one_attempt(status: int) -> None:
    calls: tuple[Callable[[ObjectStore], Awaitable[object]], ...] = (
        lambda store: store.get("a"),
        lambda store: store.list("a/"),
        lambda store: store.delete(["a", "b"]),
    )

    async def work() -> None:
        for call in calls:
            async with serving(answering(status)) as server:
                with pytest.raises(RemoteError) as caught:
                    await call(server.store())
                assert server.connections == 1
                assert caught.value.retryable == (status >= 500)

    asyncio.run(work())


def test_no_error_tells_the_secret() -> None:
    for behaviour in (answering(403, "SignatureDoesNotMatch"), answering(500), hang_up):
        error = failure_of_put(behaviour)
        assert "s3cr3t" not in str(error)
        assert "s3cr3t" not in str(error.__cause__)


def test_a_folder_that_cannot_be_made_is_the_machines_fault(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    with pytest.raises(MachineError, match="cannot be used as a store"):
        open_store(f"file://{tmp_path}/file/store", {})


@pytest.mark.server
def test_a_put_whose_answer_is_lost_may_have_happened_and_reading_tells(seaweedfs: S3Server) -> None:
    bucket = new_bucket(seaweedfs)
    host, port = seaweedfs.endpoint.removeprefix("http://").split(":")

    async def pass_on_and_hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Give the whole request to the real server, wait for its answer and keep it to ourselves."""
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
        body = await reader.readexactly(int(length.split(b":")[1]))
        up_reader, up_writer = await asyncio.open_connection(host, int(port))
        up_writer.write(head + body)
        assert (await up_reader.readline()).split()[1] == b"200"
        up_writer.close()

    async def work() -> bytes:
        direct = open_store(seaweedfs.url(bucket), seaweedfs.environment)
        async with serving(pass_on_and_hang_up) as server:
            losing = open_store(
                f"s3://{bucket}?endpoint=http://127.0.0.1:{server.port}&region=us-east-1", seaweedfs.environment
            )
            with pytest.raises(RemoteError) as caught:
                await losing.put("lease", b"mine", MEDIA_SEGMENT, only_if_absent=True)
            assert caught.value.retryable
            with pytest.raises(ObjectExists):
                await direct.put("lease", b"mine", MEDIA_SEGMENT, only_if_absent=True)
        return await direct.get("lease")

    assert asyncio.run(work()) == b"mine"
