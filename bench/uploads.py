"""What a PUT costs: the packager's store, fenced and counted, beside boto3, into a SeaweedFS on this machine.

Each row puts bodies as large as segments, so many at once, after as many that are not counted. CPU is that of this
process, all its threads. boto3 is spared what it can be spared: it neither signs nor sums up the bodies, as ours does
not on this way.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import time
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date

import boto3
from botocore.config import Config
from rich.table import Table

from bench.progress import Steps
from bench.rig import BUCKET, running_store
from demo.object_store import REGION, ObjectServer
from election import keys
from election.ids import Rendition, parse_station_id
from upload.counted_store import CountedStore
from upload.fenced_store import FencedStore
from upload.lease import Holder, Lease
from upload.store import ObjectStore, open_store

AT_ONCE = 64
BODY_BYTES = (1_000_000, 100_000)
ROW_BYTES = 300_000_000
"""So much each row puts."""
_STATION = parse_station_id("001-001")
_DAY = date(2030, 1, 1)

_Put = Callable[[str, bytes], Awaitable[object]]


@dataclass(frozen=True, kw_only=True)
class UploadResult:
    """One row."""

    name: str
    body_bytes: int
    puts: int
    wall_seconds: float
    cpu_seconds: float
    """Of this process."""

    @property
    def puts_a_second(self) -> float:
        """How many were answered a second."""
        return self.puts / self.wall_seconds

    @property
    def cpu_milliseconds(self) -> float:
        """CPU time a PUT."""
        return 1000 * self.cpu_seconds / self.puts


def rows_of(body_bytes: Sequence[int]) -> int:
    """Return how many rows `measure_uploads` measures."""
    return 2 * len(body_bytes)


async def measure_uploads(
    *, steps: Steps, body_bytes: Sequence[int] = BODY_BYTES, row_bytes: int = ROW_BYTES, at_once: int = AT_ONCE
) -> list[UploadResult]:
    """Put bodies of each size with each of the two; raises `PollcastError`."""
    steps.say("starting the object store")
    async with running_store() as server:
        store = await _as_the_packager_stacks_it(server)
        numbers = itertools.count()
        results: list[UploadResult] = []
        with ThreadPoolExecutor(at_once) as threads:
            boto = _with_boto3(server, threads, at_once)

            async def ours(key: str, body: bytes) -> None:
                await store.put(key, body, keys.MEDIA_SEGMENT)

            contenders: tuple[tuple[str, _Put], ...] = (("Pollcast's uploader", ours), ("boto3, threads", boto))
            for size in body_bytes:
                for name, put in contenders:
                    steps.say(f"{name}, {size / 1000:.0f} kB")
                    puts = max(at_once, row_bytes // size)
                    await _put_all(put, at_once, size, numbers, at_once)
                    cpu, began = time.process_time(), time.monotonic()
                    await _put_all(put, puts, size, numbers, at_once)
                    wall, cpu = time.monotonic() - began, time.process_time() - cpu
                    results.append(
                        UploadResult(name=name, body_bytes=size, puts=puts, wall_seconds=wall, cpu_seconds=cpu)
                    )
                    steps.advance()
    return results


async def _put_all(put: _Put, count: int, size: int, numbers: itertools.count[int], at_once: int) -> None:
    body = os.urandom(size)
    left = iter(range(count))

    async def work() -> None:
        for _ in left:
            await put(keys.segment(_STATION, Rendition.MAIN, _DAY, next(numbers), 1, "00000000"), body)

    async with asyncio.TaskGroup() as group:
        for _ in range(at_once):
            group.create_task(work())


async def _as_the_packager_stacks_it(server: ObjectServer) -> ObjectStore:
    counted = CountedStore(open_store(server.url(BUCKET), os.environ | server.environment))
    lease = Lease(counted, _STATION, Holder(spool="bench", node="bench"))
    await lease.take()
    fenced = FencedStore(counted, lease)
    fenced.admit()
    return fenced


def _with_boto3(server: ObjectServer, threads: ThreadPoolExecutor, at_once: int) -> _Put:
    client = boto3.client(
        "s3",
        endpoint_url=server.endpoint,
        region_name=REGION,
        aws_access_key_id=server.access_key_id,
        aws_secret_access_key=server.secret_access_key.reveal(),
        config=Config(
            max_pool_connections=at_once,
            proxies={},
            retries={"total_max_attempts": 1},
            request_checksum_calculation="when_required",
            s3={"addressing_style": "path", "payload_signing_enabled": False},
        ),
    )
    kind = keys.MEDIA_SEGMENT

    def put(key: str, body: bytes) -> None:
        client.put_object(
            Bucket=BUCKET, Key=key, Body=body, ContentType=kind.content_type, CacheControl=kind.cache_control
        )

    async def in_thread(key: str, body: bytes) -> None:
        await asyncio.get_running_loop().run_in_executor(threads, put, key, body)

    return in_thread


def upload_table(results: Sequence[UploadResult]) -> Table:
    """Return one row a size and contender; each is compared with the first of its size."""
    table = Table(
        title=f"PUTs into SeaweedFS on this machine, {AT_ONCE} at once",
        title_justify="left",
        caption="CPU: of the putting process, all threads. x: CPU beside the first of the same size.",
        caption_justify="left",
    )
    table.add_column("what")
    for heading in ("body kB", "PUTs", "PUTs/s", "MB/s", "CPU ms a PUT", "x"):
        table.add_column(heading, justify="right")
    for result in results:
        first = next(each for each in results if each.body_bytes == result.body_bytes)
        table.add_row(
            result.name,
            f"{result.body_bytes / 1000:.0f}",
            f"{result.puts:,}",
            f"{result.puts_a_second:,.0f}",
            f"{result.puts_a_second * result.body_bytes / 1e6:,.0f}",
            f"{result.cpu_milliseconds:.2f}",
            f"{result.cpu_milliseconds / first.cpu_milliseconds:.2f}",
        )
    return table
