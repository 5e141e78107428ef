"""Real servers for the tests: started on free ports, in folders of their own, ended with what started them."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import tempfile
import threading
from collections.abc import Coroutine, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from demo import object_store
from demo.readiness import until_it_answers
from election.secret import Secret
from machine import binaries, ports, process

Result = TypeVar("Result")
RCLONE_ACCESS_KEY = "rclonekey"
RCLONE_SECRET_KEY = "rclonesecret"


class Background:
    """An event loop in a thread of its own, so that servers outlive the test that needed them first."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="servers", daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, Result]) -> Result:
        """Run `work` on the background loop and return its result."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    def close(self) -> None:
        """End the loop; stop the servers first."""
        self.run(self._loop.shutdown_default_executor())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


@contextlib.contextmanager
def background() -> Iterator[Background]:
    """Give a background loop and close it."""
    loop = Background()
    try:
        yield loop
    finally:
        loop.close()


@contextlib.contextmanager
def fast_folder() -> Iterator[Path]:
    """Give a folder, in memory where the system has such a place, and remove it."""
    memory = Path("/dev/shm")
    folder = Path(tempfile.mkdtemp(prefix="pollcast-", dir=memory if os.access(memory, os.W_OK) else None))
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


@dataclass(frozen=True, kw_only=True)
class S3Server:
    """A running S3 server and how to reach it."""

    endpoint: str
    access_key_id: str
    secret_access_key: Secret

    @property
    def environment(self) -> dict[str, str]:
        """The variables from which Pollcast takes its credentials."""
        return {
            "AWS_ACCESS_KEY_ID": self.access_key_id,
            "AWS_SECRET_ACCESS_KEY": self.secret_access_key.reveal(),
        }

    def url(self, bucket: str) -> str:
        """Return `store.url` for a bucket on this server."""
        return f"s3://{bucket}?endpoint={self.endpoint}&region=us-east-1"


@contextlib.contextmanager
def running_seaweedfs() -> Iterator[S3Server]:
    """Give a SeaweedFS without buckets."""
    with background() as loop, fast_folder() as folder:
        server = loop.run(object_store.start_object_store(folder))
        try:
            yield S3Server(
                endpoint=server.endpoint,
                access_key_id=server.access_key_id,
                secret_access_key=server.secret_access_key,
            )
        finally:
            loop.run(server.stop())


@contextlib.contextmanager
def running_rclone() -> Iterator[S3Server]:
    """Give `rclone serve s3` over a folder: a second, independent S3 server. Its buckets are folders."""
    with background() as loop, fast_folder() as folder:
        port = ports.free_port()
        child = loop.run(_start_rclone(folder, port))
        try:
            yield S3Server(
                endpoint=f"http://{ports.LOOPBACK}:{port}",
                access_key_id=RCLONE_ACCESS_KEY,
                secret_access_key=Secret(RCLONE_SECRET_KEY),
            )
        finally:
            loop.run(child.stop())


async def _start_rclone(folder: Path, port: int) -> process.Child:
    data = folder / "data"
    data.mkdir()
    argv = [
        str(binaries.rclone()),
        "serve",
        "s3",
        str(data),
        f"--addr={ports.LOOPBACK}:{port}",
        f"--auth-key={RCLONE_ACCESS_KEY},{RCLONE_SECRET_KEY}",
        f"--config={folder / 'rclone.conf'}",
        f"--cache-dir={folder / 'cache'}",
    ]
    child = await process.start(argv, name="rclone")
    await until_it_answers(child, port, "/", seconds=30)
    return child
