"""Sources other than plain RTSP, from real servers into segments: RTSP over TLS, MPEG-TS and HLS by HTTP, SRT, RTMP."""

from __future__ import annotations

import asyncio
import contextlib
import io
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import av
import pytest

from election.cameras import Source
from machine import binaries, ports, process
from simulator.stream_faults import LongGop
from tests.upload.packaging import MAIN, cameras, run, source, until
from tests.upload.side_by_side import side_by_side
from tests.upload.test_ffmpeg_recorder import Recording, recording
from upload.recorder import InitSegment, RecordedSegment, StopReason

pytestmark = [pytest.mark.server, pytest.mark.usefixtures("quick_attempts")]
H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-tune", "zerolatency")
H265 = ("-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=none:repeat-headers=1:bframes=0")


def sending(*output: str, codec: tuple[str, ...] = H264, seconds: int = 600, paced: bool = True) -> list[str]:
    """Return the arguments of an ffmpeg that sends a test picture with a key frame each second."""
    return [
        *(str(binaries.ffmpeg()), "-nostdin", "-v", "error", *(("-re",) if paced else ()), "-f", "lavfi"),
        *("-i", f"testsrc2=size=160x90:rate=10:duration={seconds}", *codec, "-g", "10", "-keyint_min", "10"),
        *("-sc_threshold", "0", "-pix_fmt", "yuv420p", *output),
    ]


@asynccontextmanager
async def running(argv: list[str]) -> AsyncIterator[process.Child]:
    child = await process.start(argv, name="source")
    try:
        yield child
    finally:
        await child.stop(grace=0.5)


async def first_segments(made: Recording, count: int = 3) -> tuple[InitSegment, list[RecordedSegment]]:
    """Record until there are `count` segments."""
    stream = made.recorder.record()
    try:
        async for item in stream:
            if isinstance(item, InitSegment):
                made.inits.append(item)
            else:
                made.segments.append(item)
            if len(made.segments) == count:
                return made.inits[0], made.segments
    finally:
        await stream.aclose()
    raise AssertionError(made.recorder.stopped)


def require_pictures(init: InitSegment, segments: list[RecordedSegment], size: tuple[int, int] = (160, 90)) -> None:
    """Decode what was recorded."""
    body = init.body + b"".join(segment.body for segment in segments)
    with av.open(io.BytesIO(body), "r") as container:
        sizes = [(frame.width, frame.height) for frame in container.decode(video=0)]
    assert len(sizes) == sum(segment.frames for segment in segments)
    assert set(sizes) == {size}


async def listening(port: int) -> None:
    """Wait until something listens on a TCP port, without connecting to it."""
    wanted = f":{port:04X} 00000000:0000 0A"
    await until(lambda: wanted in Path("/proc/net/tcp").read_text(encoding="ascii"))


async def bound(port: int) -> None:
    """Wait until somebody has a UDP port."""
    await until(lambda: f":{port:04X} 00000000:0000" in Path("/proc/net/udp").read_text(encoding="ascii"))


@side_by_side
def test_mpeg_ts_over_http_is_recorded(fast: Path) -> None:
    async def work() -> None:
        url = f"http://127.0.0.1:{ports.free_port()}/a.ts"
        async with running(sending("-f", "mpegts", "-listen", "1", url)):
            await listening(int(url.split(":")[2].split("/")[0]))
            async with recording(fast / "spool", source(url)) as made:
                require_pictures(*await first_segments(made))

    run(work())


@side_by_side
def test_h265_is_recorded_as_hvc1_and_its_facts_are_known_without_a_second_connection(fast: Path) -> None:
    async def work() -> None:
        url = f"http://127.0.0.1:{ports.free_port()}/a.ts"
        async with running(sending("-f", "mpegts", "-listen", "1", url, codec=H265)):
            await listening(int(url.split(":")[2].split("/")[0]))
            async with recording(fast / "spool", source(url)) as made:
                init, segments = await first_segments(made)
                assert init.track.codecs.startswith("hvc1.1.6.L")
                assert b"hvc1" in init.body
                assert b"hev1" not in init.body
                require_pictures(init, segments)
                facts = made.recorder.facts
                assert facts is not None
                assert (facts.codecs, facts.width, facts.height) == (init.track.codecs, 160, 90)
                assert (facts.frame_rate, facts.gop_seconds) == (10.0, 1.0)

    run(work())


@asynccontextmanager
async def http_server(folder: Path, *, redirect: str = "") -> AsyncIterator[int]:
    """Serve a folder, or send everybody elsewhere."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            request = (await reader.readuntil(b"\r\n\r\n")).decode()
            file = folder / request.split(" ")[1].strip("/")
            if redirect:
                writer.write(f"HTTP/1.1 302 Found\r\nLocation: {redirect}\r\nContent-Length: 0\r\n\r\n".encode())
            elif file.is_file():
                body = file.read_bytes()
                writer.write(f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode())
                writer.write(body)
            else:
                writer.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


@side_by_side
def test_hls_is_recorded(fast: Path) -> None:
    async def work() -> None:
        folder = fast / "hls"
        folder.mkdir()
        argv = sending("-f", "hls", "-hls_time", "1", "-hls_list_size", "6", str(folder / "live.m3u8"))
        async with running(argv), http_server(folder) as port:
            await until((folder / "live.m3u8").exists)
            async with recording(fast / "spool", source(f"http://127.0.0.1:{port}/live.m3u8")) as made:
                require_pictures(*await first_segments(made))

    run(work())


@side_by_side
def test_an_hls_playlist_that_names_a_file_of_this_machine_is_not_followed(fast: Path) -> None:
    async def work() -> None:
        folder = fast / "hls"
        folder.mkdir()
        private = folder / "private.ts"
        async with running(sending("-f", "mpegts", str(private), seconds=3, paced=False)) as child:
            await child.wait()
        (folder / "live.m3u8").write_text(
            f"#EXTM3U\n#EXT-X-TARGETDURATION:3\n#EXTINF:3,\nfile://{private}\n#EXT-X-ENDLIST\n", encoding="ascii"
        )
        async with (
            http_server(folder) as port,
            recording(fast / "spool", source(f"http://127.0.0.1:{port}/live.m3u8")) as made,
        ):
            await made.go_on()
            assert made.segments == []

    run(work())


@side_by_side
def test_a_redirect_by_http_is_not_followed_and_a_stream_that_is_not_there_is_told(fast: Path) -> None:
    async def work() -> None:
        folder = fast / "there"
        folder.mkdir()
        async with running(sending("-f", "mpegts", str(folder / "a.ts"), seconds=3, paced=False)) as child:
            await child.wait()
        async with http_server(folder) as port, http_server(fast, redirect=f"http://127.0.0.1:{port}/a.ts") as first:
            async with recording(fast / "one", source(f"http://127.0.0.1:{first}/a.ts")) as made:
                await made.go_on()
                assert made.segments == []
            async with recording(fast / "two", source(f"http://127.0.0.1:{port}/none.ts")) as made:
                assert (await made.go_on()).reason is StopReason.NOT_FOUND
            async with recording(fast / "three", source(f"http://127.0.0.1:{port}/a.ts")) as made:
                assert (await made.go_on()).reason is StopReason.ENDED
                assert sum(segment.frames for segment in made.segments) == 30
            nobody = f"http://127.0.0.1:{ports.free_port()}/a.ts"
            async with recording(fast / "four", source(nobody)) as made:
                assert (await made.go_on()).reason is StopReason.REFUSED

    run(work())


@side_by_side
def test_a_file_is_recorded_to_its_end(fast: Path) -> None:
    async def work() -> None:
        file = fast / "backfill.ts"
        async with running(sending("-f", "mpegts", str(file), seconds=4, paced=False)) as child:
            await child.wait()
        async with recording(fast / "spool", source(f"file://{file}")) as made:
            assert (await made.go_on()).reason is StopReason.ENDED
            require_pictures(made.inits[0], made.segments)
            assert len(made.segments) == 4

    run(work())


@side_by_side
def test_srt_is_recorded_by_calling_and_by_being_called(fast: Path) -> None:
    async def work() -> None:
        called = ports.free_port()
        async with running(sending("-f", "mpegts", f"srt://127.0.0.1:{called}?mode=listener")):
            await bound(called)
            async with recording(fast / "one", source(f"srt://127.0.0.1:{called}?mode=caller")) as made:
                require_pictures(*await first_segments(made))
        calling = ports.free_port()
        async with recording(fast / "two", source(f"srt://127.0.0.1:{calling}?mode=listener")) as made:
            waiting = asyncio.create_task(first_segments(made))
            await bound(calling)
            async with running(sending("-f", "mpegts", f"srt://127.0.0.1:{calling}?mode=caller")):
                require_pictures(*await waiting)

    run(work())


@side_by_side
def test_rtmp_is_recorded(fast: Path) -> None:
    async def work() -> None:
        port = ports.free_port()
        url = f"rtmp://127.0.0.1:{port}/live/a"
        async with running(sending("-f", "flv", "-listen", "1", url)):
            await listening(port)
            async with recording(fast / "spool", source(url)) as made:
                require_pictures(*await first_segments(made))

    run(work())


async def certificate(folder: Path, name: str) -> tuple[Path, Path]:
    """Make a certificate that signed itself; return it and its key."""
    made, key = folder / f"{name}.pem", folder / f"{name}.key"
    argv = [
        *("/usr/bin/openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={name}"),
        *("-keyout", str(key), "-out", str(made)),
    ]
    await process.run(argv, name="openssl")
    return made, key


@asynccontextmanager
async def behind_tls(port: int, made: Path, key: Path) -> AsyncIterator[int]:
    """Put TLS in front of a port."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(made, key)

    async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, ssl.SSLError):
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()
        writer.close()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        camera_reader, camera_writer = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.gather(pump(reader, camera_writer), pump(camera_reader, writer))

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    async with server:
        yield server.sockets[0].getsockname()[1]


@side_by_side
def test_rtsp_over_tls_is_recorded_and_the_certificate_checked_where_an_authority_is_named(
    clips: Path, fast: Path
) -> None:
    async def work() -> None:
        made_by_camera, key = await certificate(fast, "camera")
        made_by_other, _ = await certificate(fast, "other")
        async with cameras(clips) as server, behind_tls(server.port, made_by_camera, key) as port:
            plain = source(
                server.url("cam-001", MAIN).replace(f"rtsp://127.0.0.1:{server.port}", f"rtsps://127.0.0.1:{port}")
            )

            def trusting(ca: Path | None) -> Source:
                return plain.model_copy(update={"ca": ca})

            for name, ca in (("any", None), ("own", made_by_camera)):
                async with recording(fast / name, trusting(ca)) as made:
                    require_pictures(*await first_segments(made, 2), (320, 180))
            async with recording(fast / "wrong", trusting(made_by_other)) as made:
                stopped = await made.go_on()
                assert stopped.reason is StopReason.UNAUTHORIZED
                assert stopped.detail.startswith("The camera's certificate is not signed by whom ca names: ")
                assert made.segments == []

    run(work())


@side_by_side
def test_a_camera_that_sends_pictures_and_rare_key_frames_is_waited_for_and_its_facts_are_told(
    clips: Path, fast: Path
) -> None:
    async def work() -> None:
        async with cameras(clips) as server:
            server.behave("cam-001", LongGop(5))
            address = source(server.url("cam-001", MAIN))
            # Bytes come, so its key frames are waited for, twice as long and longer than a silent camera would be.
            async with recording(fast / "spool", address, stall_seconds=4.5) as made:
                _, segments = await first_segments(made, 2)
                assert round(segments[1].duration.total_seconds(), 2) == 5
                facts = made.recorder.facts
                assert facts is not None
                assert (facts.frame_rate, facts.gop_seconds) == (25.0, 5.0)

    run(work())


@side_by_side
def test_pictures_without_any_key_frame_are_told_as_such_in_the_end(clips: Path, fast: Path) -> None:
    async def work() -> None:
        async with cameras(clips) as server, recording(fast / "spool", source(server.url("cam-001", MAIN))) as made:
            stream = made.recorder.record()
            await anext(stream)
            server.behave("cam-001", LongGop(60))
            async for _ in stream:
                pass
            stopped = made.recorder.stopped
            assert stopped.reason is StopReason.STALLED
            assert "though the camera sends: it sends no key frame" in stopped.detail

    run(work())
