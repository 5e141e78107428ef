"""Starts every part in order, shows how they are, and ends them all, whatever happens.

Each part is entered into one exit stack as soon as it runs, so an error, the end of the time or Ctrl-C at any moment
stops what has been started, last first. Should the demo itself be killed, the kernel kills its children.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.live import Live

from builder.build import build_site
from builder.sample import write_content, write_past_election
from demo import keeper, table, workplace
from demo.edge import start_edge
from demo.object_store import ObjectServer, start_object_store
from election.configuration import read_configuration
from election.ids import StationId
from election.secret import Secret
from election.states import StationState
from machine import binaries, ports, process
from simulator import clip_store
from simulator.authentication import Access, Scheme
from simulator.cli import describe
from simulator.server import serving
from upload import provision
from upload.administration import Bucket
from upload.deploy import deploy
from upload.store import open_address
from upload.store_url import S3Address, parse_store_url

BUCKET = "pollcast-demo"
REFRESH_SECONDS = 1.0


@dataclass(frozen=True, kw_only=True)
class Options:
    """What the user asked for."""

    stations: int
    clocks: int
    """So many cameras, the first ones, show the time of day; such a picture is drawn as it is sent."""
    seconds: float | None
    """How long to run once the edge is up; None until stopped."""
    port: int
    time_zone: str
    """By whose clock the election's day and its hours go, such as `Asia/Baku`."""
    keep: Path | None


class Demonstration:
    """One run of the demo."""

    def __init__(self, options: Options, *, out: Console, notes: Console) -> None:
        """`out` gets the edge's address and the table, `notes` what is being done."""
        self._options = options
        self._out = out
        self._notes = notes
        self._restarts = 0

    async def run(self) -> None:
        """Run until cancelled or the time is over. Raises `PollcastError`; everything is stopped before."""
        # What cannot work is told before anything is started.
        ports.require_free(self._options.port, option="--port")
        workplace.require_time_zone(self._options.time_zone)
        for program in (binaries.weed, binaries.caddy, binaries.ffmpeg):
            program()
        async with contextlib.AsyncExitStack() as stack:
            folder = stack.enter_context(workplace.workplace(self._options.keep))
            await self._run_in(folder, stack)

    async def _run_in(self, folder: Path, stack: contextlib.AsyncExitStack) -> None:
        options = self._options
        edge = f"http://{ports.LOOPBACK}:{options.port}"
        with self._doing("Starting the object store"):
            store = await start_object_store(folder / "store", on_line=_log_to(folder / "log" / "store.log", stack))
            stack.push_async_callback(store.stop)
        configuration = workplace.write_configuration(
            folder,
            day=datetime.now(ZoneInfo(options.time_zone)).date(),
            time_zone=options.time_zone,
            edge=edge,
            store_url=store.url(BUCKET),
        )
        with self._doing("Building the site and putting it into the bucket"):
            shutil.rmtree(folder / "content", ignore_errors=True)
            stations = write_content(folder / "content", options.stations)
            write_past_election(folder / "content")
            await self._publish(folder, configuration, store)
        password = Secret(secrets.token_urlsafe(12))
        cameras_file = await self._start_cameras(folder, stations, password, stack)
        packager_log = _log_to(folder / "log" / "packager.log", stack)
        packaging = asyncio.create_task(
            keeper.keep_running(
                lambda: _start_packager(folder, configuration, cameras_file, store, password, packager_log),
                on_restart=self._restarted,
            )
        )
        stack.push_async_callback(_cancelled, packaging)
        with self._doing("Starting the edge"):
            caddy = await start_edge(
                folder / "edge",
                port=options.port,
                store=store.endpoint,
                bucket=BUCKET,
                on_line=_log_to(folder / "log" / "edge.log", stack),
            )
            stack.push_async_callback(caddy.stop)
        self._out.print(f"edge: {edge}/", highlight=False, soft_wrap=True)
        await self._watch(folder, stations, f"{edge}/", packaging, (store.child, caddy))

    async def _publish(self, folder: Path, configuration: Path, store: ObjectServer) -> None:
        address = parse_store_url(store.url(BUCKET))
        if not isinstance(address, S3Address):
            raise TypeError("the demo's store is an S3 store")
        with Bucket(address, store.environment) as bucket:
            await asyncio.to_thread(lambda: provision.apply(provision.changes_for(bucket), bucket))
        facts = read_configuration(configuration)
        await asyncio.to_thread(build_site, facts, folder / "content", folder / "dist")
        await deploy(folder / "dist", open_address(address, store.environment), may_shrink=True)

    async def _start_cameras(
        self, folder: Path, stations: list[StationId], password: Secret, stack: contextlib.AsyncExitStack
    ) -> Path:
        cameras = [
            # Some show the time of day in their pictures, so that the delay can be seen.
            replace(camera, clock=index < self._options.clocks)
            for index, camera in enumerate(describe(stations))
        ]
        if not self._notes.is_terminal:
            self._notes.print("Starting the cameras …", highlight=False)
        with self._notes.status("Starting the cameras …") as status:
            server = await stack.enter_async_context(
                serving(
                    cameras,
                    cache=clip_store.default_folder(),
                    access=Access(scheme=Scheme.DIGEST, user=workplace.CAMERA_USER, password=password),
                    progress=lambda done, total: status.update(
                        f"Drawing the cameras' pictures, this once: {100 * done // max(1, total)} %"
                    ),
                )
            )
        return workplace.write_cameras(folder, stations, server)

    async def _watch(
        self,
        folder: Path,
        stations: list[StationId],
        edge: str,
        packaging: asyncio.Task[None],
        children: tuple[process.Child, ...],
    ) -> None:
        """Show the table until the time is over; raise when a part ends that nobody starts again."""
        report = folder / "spool" / "status.json"

        async def show() -> None:
            states: dict[StationId, StationState] = {}
            with Live(console=self._out, auto_refresh=False, transient=False) as live:
                while True:
                    workplace.require_room(folder, workplace.RUNNING_BYTES)
                    lines = table.read_lines(report, stations, now=datetime.now(UTC))
                    if self._out.is_terminal:
                        live.update(table.table_of(lines, edge=edge, restarts=self._restarts), refresh=True)
                    else:
                        self._tell_changes(lines, states)
                    await asyncio.sleep(REFRESH_SECONDS)

        try:
            async with asyncio.timeout(self._options.seconds), asyncio.TaskGroup() as group:
                group.create_task(show())
                group.create_task(_joined(packaging))
                for child in children:
                    group.create_task(keeper.until_it_ends(child))
        except TimeoutError:
            return

    def _tell_changes(self, lines: list[table.StationLine], states: dict[StationId, StationState]) -> None:
        """Where nobody sees a table being redrawn, say once what has changed."""
        for line in lines:
            if states.get(line.station) is not line.state:
                states[line.station] = line.state
                delay = "" if line.delay is None else f", {line.kilobits} kbit/s, {line.delay:.1f} s behind"
                self._out.print(f"{line.station}: {line.state}{delay}", highlight=False, soft_wrap=True)

    def _restarted(self, code: int) -> None:
        self._restarts += 1
        self._notes.print(f"The packager ended with code {code} and is started again.", highlight=False)

    @contextlib.contextmanager
    def _doing(self, what: str) -> Iterator[None]:
        if not self._notes.is_terminal:
            self._notes.print(f"{what} …", highlight=False)
        with self._notes.status(f"{what} …"):
            yield


async def _start_packager(
    folder: Path,
    configuration: Path,
    cameras_file: Path,
    store: ObjectServer,
    password: Secret,
    on_line: Callable[[str], None],
) -> process.Child:
    argv = [sys.executable, "-m", "pollcast", "package", "--rehearsal", "--config", str(configuration)]
    argv += ["--cameras", str(cameras_file), "--spool", str(folder / "spool"), "--name", "demo", "--json"]
    environment = {
        **os.environ,
        **store.environment,
        workplace.CAMERA_PASSWORD_VARIABLE: password.reveal(),
    }
    return await process.start(argv, name="The packager", environment=environment, folder=folder, on_line=on_line)


def _log_to(file: Path, stack: contextlib.ExitStack | contextlib.AsyncExitStack) -> Callable[[str], None]:
    """Return what writes a part's lines into `file`; it is closed with the stack."""
    file.parent.mkdir(parents=True, exist_ok=True)
    stream = stack.enter_context(file.open("a", encoding="utf-8", buffering=1))

    def write(line: str) -> None:
        # A part must not stop because its log cannot be written; that the disk is full is told elsewhere.
        with contextlib.suppress(OSError):
            stream.write(f"{line}\n")

    return write


async def _joined(task: asyncio.Task[None]) -> None:
    await task


async def _cancelled(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
