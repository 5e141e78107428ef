"""A camera that was away for long is met again soon after somebody listens at its address."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from machine import ports
from tests.upload.packaging import MAIN, PATIENCE_SECONDS, Audience, cameras, packaging, run, source
from upload import backoff, reachability
from upload.reachability import wait_for_camera
from upload.store import ObjectStore


def test_one_waits_no_longer_than_until_somebody_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reachability, "LOOK_SECONDS", 0.1)
    monkeypatch.setattr(reachability, "CONNECT_SECONDS", 60.0)
    port = ports.free_port()

    async def work() -> None:
        connections = 0

        async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            nonlocal connections
            connections += 1
            assert await reader.read() == b""
            writer.close()

        waiting = asyncio.create_task(wait_for_camera(f"rtsp://127.0.0.1:{port}/main", 600))
        await asyncio.sleep(0.5)
        assert not waiting.done()
        async with await asyncio.start_server(listen, "127.0.0.1", port):
            async with asyncio.timeout(PATIENCE_SECONDS):
                assert await waiting
        assert connections == 1

    run(work())


@pytest.mark.parametrize("url", ["rtsp://127.0.0.1:{}/main", "srt://127.0.0.1:{}"])
def test_nobody_there_is_waited_for_as_long_as_was_said(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reachability, "LOOK_SECONDS", 0.05)
    began = time.monotonic()
    assert run(wait_for_camera(url.format(ports.free_port()), 0.4)) is False
    assert time.monotonic() - began >= 0.4


@pytest.mark.server
def test_a_camera_that_comes_back_after_long_is_listed_soon(
    clips: Path, fast: Path, store: ObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backoff, "STEPS", (600.0,))
    port = ports.free_port()

    async def work() -> None:
        audience = Audience(store)
        async with cameras(clips) as server:
            camera = urlsplit(server.url("cam-001", MAIN))

            async def forward(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
                to_reader, to_writer = await asyncio.open_connection(camera.hostname, camera.port)
                await asyncio.gather(copy(reader, to_writer), copy(to_reader, writer))

            away = [source(f"rtsp://127.0.0.1:{port}{camera.path}")]
            async with packaging(away, store, fast / "spool") as running:
                await running.until(lambda: running.health().recorder == "refused")
                await asyncio.sleep(1)
                async with await asyncio.start_server(forward, "127.0.0.1", port):
                    await running.until(lambda: audience.look())

    async def copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()
        except OSError:
            pass
        finally:
            writer.close()

    run(work())
