"""Each fault in what a camera answers, begun while a client watches, on the wire."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from election.errors import MachineError
from election.secret import Secret
from simulator.authentication import Access, Scheme
from simulator.conduct import Honest
from simulator.dialogue_faults import (
    ANNOUNCED_BYTES,
    EndlessSdp,
    HalfOpen,
    Redirect,
    Refuse,
    SelfRedirect,
    WrongPassword,
)
from simulator.server import CameraServer
from tests.simulator.client import connected
from tests.simulator.small_cameras import SUB, ffmpeg, is_unbroken, run, small_cameras

pytestmark = pytest.mark.server

DESCRIBE = "DESCRIBE {} RTSP/1.0\r\nCSeq: 1\r\n\r\n"
SETUP = "Transport: RTP/AVP/TCP;unicast;interleaved=0-1"


def test_who_refuses_ends_its_viewers_and_answers_503_to_everything_while_others_play_on(clips: Path) -> None:
    async def work() -> None:
        async with small_cameras(clips, "cam", "other") as server:
            async with connected(server.url("cam", SUB)) as client, connected(server.url("other", SUB)) as other:
                await client.play()
                await other.play()
                await client.receive(3)
                server.behave("cam", Refuse())
                await client.until_hung_up()
                assert is_unbroken(await other.receive(15))
            async with connected(server.url("cam", SUB)) as client:
                assert [(await client.ask(method)).status for method in ("OPTIONS", "DESCRIBE", "PLAY")] == [503] * 3
                setup = await client.ask("SETUP", SETUP, url=f"{client.url}/trackID=0")
                assert setup.status == 503
                server.behave("cam", Honest())
                await client.play()
                await client.receive(3)

    run(work())


@pytest.mark.parametrize("scheme", [Scheme.DIGEST, Scheme.BASIC])
def test_the_password_that_was_right_is_wrong_until_it_ends(clips: Path, scheme: Scheme) -> None:
    access = Access(scheme=scheme, user="observer", password=Secret("s3cret"))

    async def work() -> None:
        async with small_cameras(clips, access=access) as server:
            url = server.url("cam", SUB).replace("rtsp://", "rtsp://observer:s3cret@")
            server.behave("cam", WrongPassword())
            with pytest.raises(MachineError, match="401 Unauthorized"):
                await ffmpeg(url, "-t", "1")
            async with connected(server.url("cam", SUB)) as client:
                answers = [await client.ask("DESCRIBE"), await client.ask("DESCRIBE", "Authorization: Basic eDp5")]
                assert [answer.status for answer in answers] == [401, 401]
                assert answers[0].headers["www-authenticate"].lower().startswith(scheme)
            server.behave("cam", Honest())
            assert await ffmpeg(url, "-t", "1") == []

    run(work())


def test_an_open_camera_wants_a_password_and_its_viewers_are_ended(clips: Path) -> None:
    async def work() -> None:
        async with small_cameras(clips) as server, connected(server.url("cam", SUB)) as client:
            await client.play()
            await client.receive(3)
            server.behave("cam", WrongPassword())
            await client.until_hung_up()
            async with connected(server.url("cam", SUB)) as again:
                assert (await again.ask("OPTIONS")).status == 200
                answer = await again.ask("DESCRIBE")
                assert (answer.status, answer.headers["www-authenticate"][:7]) == (401, "Digest ")

    run(work())


def test_a_redirect_points_where_it_was_told_and_a_trusting_client_goes_there(clips: Path) -> None:
    connections = 0

    async def elsewhere(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        writer.close()

    async def work() -> None:
        listener = await asyncio.start_server(elsewhere, "127.0.0.1", 0)
        location = f"rtsp://127.0.0.1:{listener.sockets[0].getsockname()[1]}/other"
        async with listener, small_cameras(clips) as server:
            async with connected(server.url("cam", SUB)) as client:
                await client.play()
                server.behave("cam", Redirect(location))
                await client.until_hung_up()
            async with connected(server.url("cam", SUB)) as client:
                answer = await client.ask("DESCRIBE")
                assert (answer.status, answer.headers["location"]) == (302, location)
            assert connections == 0
            with pytest.raises(MachineError):
                await ffmpeg(server.url("cam", SUB), "-t", "1")
            assert connections > 0, "what was to be shown is that a client which follows is seen"

    run(work())


def test_a_self_redirect_points_to_the_very_address_that_was_asked_for(clips: Path) -> None:
    async def work() -> None:
        async with small_cameras(clips) as server:
            server.behave("cam", SelfRedirect())
            for _ in range(3):
                async with connected(server.url("cam", SUB)) as client:
                    assert (await client.ask("OPTIONS")).status == 200
                    answer = await client.ask("DESCRIBE")
                    assert (answer.status, answer.headers["location"]) == (302, client.url)

    run(work())


@pytest.mark.parametrize("announced", [ANNOUNCED_BYTES, None])
def test_a_description_without_end_comes_as_long_as_it_is_read_and_takes_no_memory_when_it_is_not(
    clips: Path, announced: int | None
) -> None:
    async def work() -> None:
        async with small_cameras(clips) as server, connected(server.url("cam", SUB)) as client:
            server.behave("cam", EndlessSdp(announced=announced))
            await client.send(DESCRIBE.format(client.url).encode())
            heard = await client.first_bytes(300_000)
            head, _, body = heard.partition(b"\r\n\r\n")
            assert b"Content-Type: application/sdp" in head
            assert (b"Content-Length: 2000000000" in head, b"Content-Length" in head) == (bool(announced),) * 2
            assert body.startswith(b"v=0\r\n")
            assert len(body) > 200_000
            (served,) = server._connections
            client.stop_reading()
            await asyncio.sleep(1)
            assert served._transport.get_write_buffer_size() < 200_000
            server.behave("cam", Honest())
            while server._connections:
                await asyncio.sleep(0.1)

    run(work())


def test_a_half_open_connection_is_accepted_says_nothing_and_does_not_end(
    clips: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def shorten_sessions(server: CameraServer, seconds: float) -> None:
        monkeypatch.setattr("simulator.dialogue.SESSION_SECONDS", seconds)
        for connection in server._connections:
            connection._watch_silence()

    async def work() -> None:
        async with small_cameras(clips, "cam", "other") as server:
            async with connected(server.url("cam", SUB)) as watching, connected(server.url("cam", SUB)) as new:
                await watching.play()
                await watching.receive(3)
                server.behave("cam", HalfOpen())
                await watching.listen(0.15)
                await watching.listen(0.15)
                await watching.send(f"GET_PARAMETER {watching.url} RTSP/1.0\r\nCSeq: 9\r\n\r\n".encode())
                await new.send(DESCRIBE.format(new.url).encode())
                while any(connection.stream is None for connection in server._connections):
                    await asyncio.sleep(0.01)
                shorten_sessions(server, 1.5)
                assert await watching.bytes_within(1.9) == b""
                assert await new.bytes_within(0.2) == b""
                assert len(server._connections) == 2, "longer than a session's time, and not hung up on"
                server.behave("cam", Honest())
                monkeypatch.setattr("simulator.dialogue.SESSION_SECONDS", 600)
                await watching.receive(3)
            async with connected(server.url("other", SUB)) as honest:
                await honest.ask("DESCRIBE")
                shorten_sessions(server, 1.5)
                await asyncio.wait_for(honest.until_hung_up(), 120)

    run(work())
