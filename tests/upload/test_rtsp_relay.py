"""The relay towards cameras: what recorders and cameras get to see of each other.

The cameras here are a few lines that answer as they are told, because real ones do not misbehave on demand.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import re
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from election.cameras import Source
from tests.upload.packaging import PATIENCE_SECONDS, run, source, until
from upload import rtsp_relay
from upload.recorder import StopReason
from upload.rtsp_relay import Passage, Relay

Answer = Callable[[str, int], bytes]
"""A request's text and its CSeq to the bytes of the answer; empty bytes hang up."""


class FakeCamera:
    """A camera that answers as it is told and remembers what it was asked."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self.port = 0
        self.requests: list[str] = []
        self.connections = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while request := await reader.readuntil(b"\r\n\r\n"):
                text = request.decode()
                self.requests.append(text)
                found = re.search(r"CSeq: (\d+)", text)
                assert found
                answer = self._answer(text, int(found[1]))
                if not answer:
                    return
                writer.write(answer)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    def source(self, path: str = "/main", *, user: str | None = None, password: str | None = None) -> Source:
        return source(f"rtsp://127.0.0.1:{self.port}{path}", user=user, password=password)


@asynccontextmanager
async def camera(answer: Answer) -> AsyncIterator[FakeCamera]:
    fake = FakeCamera(answer)
    server = await asyncio.start_server(fake.serve, "127.0.0.1", 0)
    fake.port = server.sockets[0].getsockname()[1]
    async with server:
        yield fake


@asynccontextmanager
async def relay() -> AsyncIterator[Relay]:
    running = Relay()
    await running.start()
    try:
        yield running
    finally:
        await running.close()


def ok(cseq: int, *headers: str, body: bytes = b"") -> bytes:
    lines = ["RTSP/1.0 200 OK", f"CSeq: {cseq}", *headers]
    if body:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode("utf-8", "surrogateescape") + body


async def ask(passage: Passage, *requests: str, waits: bool = False) -> bytes:
    """Send requests as a recorder does, and return each one's answer, or nothing where the relay hangs up.

    One that `waits` stays until the relay hangs up.
    """
    port = int(passage.url.split("/")[2].split(":")[1])
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    received = b""
    try:
        for number, request in enumerate(requests, start=11):
            answer = b""
            async with asyncio.timeout(PATIENCE_SECONDS):
                with contextlib.suppress(ConnectionError):
                    writer.write(f"{request} RTSP/1.0\r\nCSeq: {number}\r\nUser-Agent: recorder\r\n\r\n".encode())
                    while (waits or not _is_whole(answer)) and (data := await reader.read(65536)):
                        answer += data
            received += answer
        return received
    finally:
        writer.close()


def _is_whole(answer: bytes) -> bool:
    head, end, body = answer.partition(b"\r\n\r\n")
    length = re.search(rb"Content-Length: (\d+)", head)
    return bool(end) and len(body) >= (int(length[1]) if length else 0)


def test_a_recorder_is_led_to_the_camera_and_sees_no_address_but_the_relays() -> None:
    sdp = b"v=0\r\na=control:rtsp://10.9.8.7:554/main/\r\nm=video 0 RTP/AVP 96\r\na=control:RTSP://10.9.8.7/main/track1\r\n"

    async def work() -> None:
        answer: Answer = lambda text, cseq: ok(  # noqa: E731 - an answer is one expression
            cseq, "Content-Base: rtsp://10.9.8.7:554/main/", "X: rtsp://kept.example/", body=sdp
        )
        async with camera(answer) as fake, relay() as running:
            passage = running.enter(fake.source("/main?channel=1&password=h1dden"))
            assert "h1dden" not in passage.url
            got = (await ask(passage, f"DESCRIBE {passage.url}")).decode()
            ours = passage.url.removesuffix("/camera")
            assert f"Content-Base: {ours}/at/main/\r\n" in got
            assert f"a=control:{ours}/at/main/track1\r\n" in got
            assert "10.9.8.7" not in got
            assert "CSeq: 11\r\n" in got
            body = got.split("\r\n\r\n", 1)[1]
            assert f"Content-Length: {len(body)}\r\n" in got
            assert fake.requests[0].startswith(
                f"DESCRIBE rtsp://127.0.0.1:{fake.port}/main?channel=1&password=h1dden RTSP/1.0\r\n"
            )
            # What the camera named is asked of the camera, what is relative goes below its address.
            await ask(passage, f"SETUP {ours}/at/main/track1", f"SETUP {passage.url}/trackID=1", "OPTIONS *")
            assert [request.split(" RTSP")[0] for request in fake.requests[1:]] == [
                f"SETUP rtsp://127.0.0.1:{fake.port}/main/track1",
                f"SETUP rtsp://127.0.0.1:{fake.port}/main?channel=1&password=h1dden/trackID=1",
                "OPTIONS *",
            ]

    run(work())


@pytest.mark.parametrize("status", ["301 Moved Permanently", "302 Found", "305 Use Proxy"])
def test_a_camera_that_points_elsewhere_is_not_followed(status: str) -> None:
    async def work() -> None:
        async with camera(lambda text, cseq: ok(cseq)) as other:

            def elsewhere(text: str, cseq: int) -> bytes:
                return (
                    f"RTSP/1.0 {status}\r\nCSeq: {cseq}\r\nLocation: rtsp://127.0.0.1:{other.port}/x\r\n\r\n".encode()
                )

            async with camera(elsewhere) as fake, relay() as running:
                passage = running.enter(fake.source())
                assert await ask(passage, f"DESCRIBE {passage.url}") == b""
                assert passage.failure is not None
                assert passage.failure.reason is StopReason.REDIRECTED
                assert passage.failure.detail.endswith("; not followed.")
                assert other.connections == 0

    run(work())


def test_credentials_are_added_on_the_way_and_taken_from_no_recorder() -> None:
    def guarded(text: str, cseq: int) -> bytes:
        if "Authorization: Basic b2JzZXJ2ZXI6czNjcmV0" in text:
            return ok(cseq)
        return f'RTSP/1.0 401 Unauthorized\r\nCSeq: {cseq}\r\nWWW-Authenticate: Basic realm="x"\r\n\r\n'.encode()

    async def work() -> None:
        async with camera(guarded) as fake, relay() as running:
            passage = running.enter(fake.source(user="observer", password="s3cret"))
            got = await ask(passage, f"OPTIONS {passage.url}", f"DESCRIBE {passage.url}")
            assert got.count(b"200 OK") == 2
            assert b"401" not in got
            assert b"Authorization" not in got
            assert len(fake.requests) == 3
            wrong = running.enter(fake.source(user="observer", password="wr0ng"))
            assert await ask(wrong, f"DESCRIBE {wrong.url}") == b""
            assert wrong.failure is not None
            assert wrong.failure.reason is StopReason.UNAUTHORIZED
            assert "wr0ng" not in wrong.failure.detail
            assert "wr0ng" not in repr(wrong.source)

    run(work())


@pytest.mark.parametrize(
    ("answer", "detail"),
    [
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "does not speak RTSP: a message that is not RTSP/1.0"),
        (b"RTSP/1.0 200 OK\r\n\r\n", "does not speak RTSP: a message without CSeq"),
        (b"RTSP/1.0 abc\r\nCSeq: 1\r\n\r\n", "does not speak RTSP: a response without a status code"),
        (b"x" * 20_000, "does not speak RTSP: the headers of a message do not end"),
        (
            b"RTSP/1.0 200 OK\r\nCSeq: 1\r\nContent-Length: 999999\r\n\r\n",
            "does not speak RTSP: a body of 999999 bytes",
        ),
        (b"", "The camera closed the connection."),
    ],
)
def test_a_camera_that_talks_nonsense_is_left_with_a_reason(answer: bytes, detail: str) -> None:
    async def work() -> None:
        async with camera(lambda text, cseq: answer) as fake, relay() as running:
            passage = running.enter(fake.source())
            await ask(passage, f"DESCRIBE {passage.url}")
            assert passage.failure is not None
            assert detail in passage.failure.detail

    run(work())


def test_a_header_in_an_unknown_encoding_is_passed_on_as_it_came() -> None:
    async def work() -> None:
        base = b"rtsp://10.0.0.1/\xff\xfe/".decode("utf-8", "surrogateescape")
        async with camera(lambda text, cseq: ok(cseq, f"Content-Base: {base}")) as fake, relay() as running:
            passage = running.enter(fake.source())
            got = await ask(passage, f"DESCRIBE {passage.url}")
            assert b"/at/\xff\xfe/" in got

    run(work())


@pytest.mark.parametrize("request_line", ["DESCRIBE", "", "DESCRIBE a b c"])
def test_a_recorder_that_talks_nonsense_is_dropped_and_others_go_on(request_line: str) -> None:
    async def work() -> None:
        async with camera(lambda text, cseq: ok(cseq)) as fake, relay() as running:
            passage = running.enter(fake.source())
            assert await ask(passage, request_line) == b""
            assert b"200 OK" in await ask(passage, f"OPTIONS {passage.url}")

    run(work())


def test_a_token_that_was_never_given_or_has_been_taken_back_leads_nowhere() -> None:
    async def work() -> None:
        async with camera(lambda text, cseq: ok(cseq)) as fake, relay() as running:
            passage = running.enter(fake.source())
            assert await ask(passage, f"OPTIONS {passage.url.replace(passage.token, 'guess')}") == b""
            running.leave(passage)
            assert await ask(passage, f"OPTIONS {passage.url}") == b""
            assert fake.connections == 0

    run(work())


def test_leaving_a_passage_ends_its_connections_on_both_sides() -> None:
    async def work() -> None:
        async with camera(lambda text, cseq: ok(cseq)) as fake, relay() as running:
            passage = running.enter(fake.source())
            asking = asyncio.create_task(ask(passage, f"OPTIONS {passage.url}", waits=True))
            await until(lambda: fake.requests)
            running.leave(passage)
            await asking
            await until(lambda: not passage.sessions)
            assert passage.failure is None

    run(work())


def test_somebody_who_connects_and_says_nothing_does_not_hold_up_the_end() -> None:
    async def work() -> None:
        running = Relay()
        await running.start()
        port = int(running.enter(source("rtsp://127.0.0.1/")).url.split("/")[2].split(":")[1])
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.sleep(0.05)
        async with asyncio.timeout(PATIENCE_SECONDS):
            await running.close()
            with contextlib.suppress(ConnectionError):
                assert await reader.read() == b""
        writer.close()

    run(work())


def test_a_camera_that_never_answers_the_call_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rtsp_relay, "CONNECT_SECONDS", 0.1)

    async def never(*_arguments: object, **_options: object) -> None:
        await asyncio.sleep(60)

    async def work() -> None:
        async with relay() as running:
            passage = running.enter(source("rtsp://camera.example/main"))
            with socket.create_connection(("127.0.0.1", int(passage.url.split("/")[2].split(":")[1]))) as recorder:
                monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", never)
                recorder.sendall(f"OPTIONS {passage.url} RTSP/1.0\r\nCSeq: 1\r\n\r\n".encode())
                failure = await until(lambda: passage.failure)
            assert failure.reason is StopReason.REFUSED
            assert failure.detail == "The camera's address did not answer."

    run(work())


def frame(channel: int, body: bytes) -> bytes:
    return b"$" + bytes([channel]) + len(body).to_bytes(2, "big") + body


PIECES = st.lists(
    st.one_of(
        st.tuples(st.just("media"), st.binary(max_size=300)),
        st.tuples(st.just("request"), st.just(b"")),
    ),
    max_size=12,
)


@settings(max_examples=60, deadline=None)
@given(pieces=PIECES, cuts=st.lists(st.integers(0, 4000), max_size=30))
def test_media_goes_through_untouched_however_it_is_cut_and_a_cameras_own_requests_are_taken_out(
    pieces: list[tuple[str, bytes]], cuts: list[int]
) -> None:
    media = [frame(0, body) for kind, body in pieces if kind == "media"]
    own = b"OPTIONS rtsp://camera/ RTSP/1.0\r\nCSeq: 7\r\nContent-Length: 3\r\n\r\n$$$"
    stream = b"".join(frame(0, body) if kind == "media" else own for kind, body in pieces)
    edges = sorted({0, len(stream), *(min(cut, len(stream)) for cut in cuts)})

    class Sink:
        def __init__(self) -> None:
            self.received = b""
            self.transport = self

        def write(self, data: bytes) -> None:
            self.received += data

    async def work() -> bytes:
        sink = Sink()
        passage = Passage(source=source("rtsp://camera/main"), url="rtsp://127.0.0.1:1/token/camera", token="token")
        side = rtsp_relay._CameraSide(sink, passage)  # type: ignore[arg-type] # only its transport is used
        for begin, end in itertools.pairwise(edges):
            side.data_received(stream[begin:end])
        return sink.received

    assert asyncio.run(work()) == b"".join(media)
