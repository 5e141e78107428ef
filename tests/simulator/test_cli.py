"""The command `camera` as a program: what it prints, how it ends, what it refuses."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import sys
from pathlib import Path

import pytest

from election.errors import MachineError, UsageError
from machine import process
from simulator import cli
from simulator.authentication import Scheme
from simulator.rooms import ROOMS
from tests.simulator.client import connected

PROGRAM = "import typer, simulator.cli; typer.run(simulator.cli.camera)"
SMALL = ("--size", "320x180/160x90", "--bitrate-main", "80", "--bitrate-sub", "30", "--fps", "5", "--port", "0")


async def started(*options: str, environment: dict[str, str] | None = None) -> tuple[process.Child, str]:
    """Start the command; return it and the first line it printed."""
    first: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    def heard(line: str) -> None:
        if not first.done() and line.strip():
            first.set_result(line)

    argv = [sys.executable, "-c", PROGRAM, *SMALL, *options]
    child = await process.start(argv, name="camera", environment=os.environ | (environment or {}), on_line=heard)
    try:
        async with asyncio.timeout(300):
            return child, await first
    except BaseException:
        await child.stop()
        raise


@pytest.mark.server
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_prints_its_address_when_it_is_ready_and_ends_cleanly(clips: Path, number: signal.Signals) -> None:
    async def work() -> None:
        child, line = await started("--names", "034-012,034-013", "--cache", str(clips))
        try:
            assert line.startswith("rtsp: rtsp://127.0.0.1:")
            address = line.removeprefix("rtsp: ")
            async with connected(f"{address}034-013/sub") as client:
                await client.play()
                await client.receive(3)
                os.kill(child.pid, number)
                assert await child.wait() == 0
                assert child.tail == [line]
        finally:
            await child.stop()

    asyncio.run(work())


@pytest.mark.server
def test_it_prints_the_cameras_addresses_for_programs_and_asks_for_a_password(clips: Path) -> None:
    async def work() -> None:
        child, line = await started(
            *("--names", "a,b", "--clock", "b", "--cache", str(clips), "--json"),
            *("--user", "observer", "--password-env", "CAMERA_PASSWORD"),
            environment={"CAMERA_PASSWORD": "s3cret"},
        )
        try:
            said = json.loads(line)
            assert [(camera["name"], camera["clock"]) for camera in said["cameras"]] == [("a", False), ("b", True)]
            assert said["cameras"][1]["sub"] == f"{said['rtsp']}b/sub"
            async with connected(said["cameras"][0]["main"]) as client:
                answer = await client.ask("DESCRIBE")
                assert answer.status == 401
                assert answer.headers["www-authenticate"].startswith('Digest realm="')
        finally:
            await child.stop()

    asyncio.run(work())


@pytest.mark.server
def test_faults_begin_as_they_were_ordered_and_are_said_beside_the_address(clips: Path) -> None:
    async def work() -> None:
        child, line = await started(
            "--names", "a,b", "--cache", str(clips), "--fault", "a=refuse", "--fault", "b=bye@60"
        )
        try:
            address = line.removeprefix("rtsp: ")
            async with connected(f"{address}a/sub") as refused, connected(f"{address}b/sub") as played:
                assert (await refused.ask("DESCRIBE")).status == 503
                await played.play()
                await played.receive(3)
            os.kill(child.pid, signal.SIGTERM)
            assert await child.wait() == 0
            assert sorted(child.tail) == ["a: refuse", line]
        finally:
            await child.stop()

    asyncio.run(work())


def test_cameras_look_into_different_rooms_and_then_at_different_moments() -> None:
    cameras = cli.describe([f"cam-{number}" for number in range(3 * len(ROOMS))])
    assert len({camera.room for camera in cameras[: len(ROOMS)]}) == len(ROOMS)
    assert len({(camera.room, camera.phase) for camera in cameras}) == len(cameras)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"names": "a,b/c"}, "--names: 'b/c' is no name"),
        ({"names": "a,b,a"}, "--names: a stands twice"),
        ({"names": "a,b", "clock": "c"}, "--clock: there is no camera c"),
        ({"size": "1280x720"}, "--size: write it as"),
        ({"size": "1280x720/641x360"}, "641x360; write even numbers"),
        ({"fps": 0}, "0 pictures a second"),
        ({"gop": 0.0}, "a key picture every 0 s"),
        ({"bitrate_sub": 1}, "1 kbit/s"),
        ({"auth": Scheme.BASIC}, "needs --user and --password-env"),
        ({"user": "observer"}, "--auth digest needs --user and --password-env"),
        ({"user": "observer", "password_env": "NOT_SET_ANYWHERE"}, "NOT_SET_ANYWHERE is not set"),
        ({"auth": Scheme.NONE, "user": "observer"}, "--auth none asks for no password"),
        ({"names": "a", "fault": ["a=nothing"]}, "--fault: there is no fault nothing; there are stop-sending, bye,"),
        ({"names": "a", "fault": ["a=bye", "b=bye"]}, "--fault: there is no camera b"),
        ({"redirect_to": "http://example.com/"}, "--redirect-to: write rtsp://host:port/path"),
    ],
)
def test_a_wrong_option_is_named_and_nothing_is_started(options: dict[str, object], message: str) -> None:
    with pytest.raises(UsageError) as caught:
        cli.camera(**options)  # type: ignore[arg-type]  # options of several types
    assert message in str(caught.value)


@pytest.mark.server
def test_a_taken_port_is_said_in_a_sentence(clips: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(MachineError, match=f"Port {port} on 127.0.0.1 cannot be listened on.*--port"):
            cli.camera(port=port, names="a", size="320x180/160x90", bitrate_main=80, bitrate_sub=30, fps=5, cache=clips)
