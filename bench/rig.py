"""What the benchmarks measure, started and ended: cameras, an object store, the packager, bare ffmpegs.

Every part is a process of its own. The spool and the bare ffmpegs' files lie in memory, so that no disk is measured;
the store keeps its objects in the system's temporary folder.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import random
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from demo.object_store import ObjectServer, start_object_store
from election.errors import MachineError
from election.ids import Rendition, StationId, parse_station_id
from machine import binaries, process
from upload import provision
from upload.administration import Bucket
from upload.store_url import S3Address, parse_store_url

BUCKET = "pollcast-bench"
ELECTION = """[election]
date = 2030-01-01
sample = true
[election.name]
az = "Ölçmə"
en = "Benchmark"
ru = "Измерение"
"""
"""The tables of `pollcast.toml` that say which election it is."""
MEMORY = Path("/dev/shm")  # noqa: S108 - not a predictable name: mkdtemp makes one below it
"""Where files lie in memory, if the system has such a place."""
_READY_SECONDS = 120.0
_LOOK_SECONDS = 0.1
_START_SECONDS = 0.2

Stream = tuple[StationId, Rendition]
Sources = Mapping[Stream, str]
"""Camera addresses by stream."""


@dataclass(frozen=True, kw_only=True)
class Load:
    """What the cameras send and how it is cut."""

    renditions: int = 20
    """Two to a station, so an even number."""
    kbit: int = 2000
    """Of every stream, kbit/s."""
    size: str = "1280x720/640x360"
    """Of the main and the sub stream."""
    fps: int = 15
    gop_seconds: float = 2.0
    segment_seconds: int = 4

    def __post_init__(self) -> None:
        """Refuse what the rig cannot do."""
        if self.renditions < 2 or self.renditions % 2:
            raise ValueError(f"{self.renditions} renditions; write an even number, a station has two")

    @property
    def stations(self) -> tuple[StationId, ...]:
        """The stations' ids."""
        return tuple(
            parse_station_id(f"{1 + index // 50:03d}-{1 + index % 50:03d}") for index in range(self.renditions // 2)
        )


@contextlib.contextmanager
def folder_in_memory() -> Iterator[Path]:
    """Give a folder, in memory where the system has such a place, and remove it."""
    with _folder(MEMORY if os.access(MEMORY, os.W_OK) else None) as folder:
        yield folder


@contextlib.asynccontextmanager
async def running_cameras(load: Load, *, cache: Path | None) -> AsyncIterator[Sources]:
    """Give simulated cameras, their clips in `cache` or where they usually are."""
    said: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    def heard(line: str) -> None:
        if line.startswith("{") and not said.done():
            said.set_result(line)

    argv = [
        *command("camera"),
        "--json",
        "--port=0",
        "--clock=none",
        f"--names={','.join(load.stations)}",
        f"--bitrate-main={load.kbit}",
        f"--bitrate-sub={load.kbit}",
        f"--size={load.size}",
        f"--fps={load.fps}",
        f"--gop={load.gop_seconds}",
        *([] if cache is None else [f"--cache={cache}"]),
    ]
    async with _child(argv, name="The cameras", on_line=heard) as child:
        await _until(said.done, child, otherwise="The cameras are not ready")
        yield {
            (parse_station_id(camera["name"]), rendition): camera[rendition]
            for camera in json.loads(said.result())["cameras"]
            for rendition in Rendition
        }


@contextlib.asynccontextmanager
async def running_store() -> AsyncIterator[ObjectServer]:
    """Give a SeaweedFS with an empty bucket `BUCKET`."""
    with _folder(None) as folder:
        store = await start_object_store(folder)
        try:
            address = parse_store_url(store.url(BUCKET))
            if not isinstance(address, S3Address):
                raise TypeError("the benchmark's store is an S3 store")
            with Bucket(address, store.environment) as bucket:
                await asyncio.to_thread(lambda: provision.apply(provision.changes_for(bucket), bucket))
            yield store
        finally:
            await store.stop()


@contextlib.asynccontextmanager
async def running_bare_ffmpegs(sources: Sources, folder: Path, load: Load) -> AsyncIterator[list[int]]:
    """Give one `ffmpeg -c copy` a stream, cutting into `folder`, each past its first segments; their process ids."""
    async with contextlib.AsyncExitStack() as stack:
        children = []
        for (station, rendition), url in sources.items():
            own = folder / station / rendition
            own.mkdir(parents=True)
            argv = bare_command_line(url, own, segment_seconds=load.segment_seconds)
            children.append(await stack.enter_async_context(_child(argv, name=f"ffmpeg {station}/{rendition}")))
            # A camera counts its key pictures from its first viewer on; real ones do not all send theirs at one moment.
            await asyncio.sleep(_START_SECONDS * random.random())

        def all_cut() -> bool:
            return all((folder / station / rendition / "00000001.m4s").exists() for station, rendition in sources)

        await _until(all_cut, *children, otherwise="Not every ffmpeg has cut its first segments")
        yield [child.pid for child in children]


@contextlib.asynccontextmanager
async def running_packager(
    sources: Sources, folder: Path, store: ObjectServer, load: Load, *, ready_seconds: float = _READY_SECONDS
) -> AsyncIterator[int]:
    """Give `pollcast package` with its spool at `folder / "spool"`, every stream past its first segments; its pid."""
    configuration, cameras = folder / "pollcast.toml", folder / "cameras.toml"
    configuration.write_text(_configuration(store.url(BUCKET), load), encoding="utf-8")
    cameras.write_text(_cameras(sources), encoding="utf-8")
    argv = [
        *command("package"),
        "--rehearsal",
        f"--config={configuration}",
        f"--cameras={cameras}",
        f"--spool={folder / 'spool'}",
        "--name=bench",
    ]
    async with _child(argv, name="The packager", environment=os.environ | store.environment) as child:

        def all_listed() -> bool:
            return _all_listed(folder / "spool" / "status.json", len(sources))

        missing = "The packager has not listed every stream"
        await _until(all_listed, child, otherwise=missing, seconds=ready_seconds)
        yield child.pid


def command(verb: str) -> list[str]:
    """Return the beginning of the arguments of one of Pollcast's commands."""
    return [sys.executable, "-m", "pollcast", verb]


def bare_command_line(url: str, folder: Path, *, segment_seconds: int) -> list[str]:
    """Return the arguments of the ffmpeg everything is compared with: a copy into local HLS, old segments deleted."""
    return [
        str(binaries.ffmpeg()),
        *("-nostdin", "-hide_banner", "-nostats", "-loglevel", "warning"),
        *("-rtsp_transport", "tcp", "-i", url),
        *("-c", "copy", "-f", "hls", "-hls_time", str(segment_seconds), "-hls_flags", "delete_segments"),
        *("-hls_segment_type", "fmp4", "-hls_segment_filename", str(folder / "%08d.m4s"), str(folder / "index.m3u8")),
    ]


def _all_listed(report: Path, renditions: int) -> bool:
    """Say whether the packager reports each stream as recording, with more than its first segment listed."""
    try:
        stations = json.loads(report.read_text(encoding="utf-8"))["stations"]
    except FileNotFoundError:
        return False
    rows = [row for station in stations.values() for row in station["renditions"].values()]
    return len(rows) == renditions and all(
        row["recorder"] == "recording" and row["next_number"] > 1 and row["newest_end"] for row in rows
    )


def _configuration(store_url: str, load: Load) -> str:
    return f"""{ELECTION}[store]
url = "{store_url}"
[video]
segment_seconds = {load.segment_seconds}
target_duration_seconds = {load.segment_seconds + 2}
"""


def _cameras(sources: Sources) -> str:
    stations = dict.fromkeys(station for station, _ in sources)
    return "\n".join(
        "\n".join(
            (
                "[[camera]]",
                f'station = "{station}"',
                *(
                    f'{rendition} = "{sources[station, rendition]}"'
                    for rendition in Rendition
                    if (station, rendition) in sources
                ),
                "",
            )
        )
        for station in stations
    )


@contextlib.contextmanager
def _folder(parent: Path | None) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="pollcast-bench-", dir=parent))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.asynccontextmanager
async def _child(
    argv: list[str],
    *,
    name: str,
    environment: Mapping[str, str] | None = None,
    on_line: Callable[[str], None] | None = None,
) -> AsyncIterator[process.Child]:
    child = await process.start(argv, name=name, environment=environment, on_line=on_line)
    try:
        yield child
    finally:
        await child.stop()


async def _until(
    ready: Callable[[], bool], *children: process.Child, otherwise: str, seconds: float = _READY_SECONDS
) -> None:
    """Return once `ready()`; raise `MachineError` with a child's last words when one ends or it takes too long."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + seconds
    while not ready():
        ended = [child for child in children if child.returncode is not None]
        if ended or loop.time() > deadline:
            raise MachineError(f"{otherwise}. {' '.join((ended or list(children))[0].tail[-3:])}")
        await asyncio.sleep(_LOOK_SECONDS)
