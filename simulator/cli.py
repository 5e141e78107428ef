"""The command `camera`: options to descriptions, and a server until it is stopped."""

from __future__ import annotations

import asyncio
import json
import os
import re
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from election.errors import UsageError
from election.ids import Rendition
from election.secret import Secret
from machine.lifetime import run_until_stopped
from machine.ports import LOOPBACK
from simulator import clip_store, faults
from simulator.authentication import Access, Scheme
from simulator.description import MAIN, SUB, CameraDescription, StreamFormat
from simulator.rooms import ROOMS
from simulator.server import CameraServer, serving
from simulator.sound import SoundCodec

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}", re.ASCII)
_SIZES = re.compile(r"(\d{2,4})x(\d{2,4})/(\d{2,4})x(\d{2,4})", re.ASCII)
_RTSP_ADDRESS = re.compile(r"rtsp://[^\s/]+(/\S*)?", re.ASCII)
_NO_CLOCK = "none"
_FAULT_LIST = ", ".join(f"{name} ({fault.summary})" for name, fault in faults.known_faults().items())


def camera(
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="RTSP port; 0 takes a free one.")] = 8554,
    host: Annotated[str, typer.Option("--host", help="Address to listen on.")] = LOOPBACK,
    count: Annotated[int, typer.Option("--count", min=1, max=10_000, help="How many, named cam-001 and so on.")] = 6,
    names: Annotated[str, typer.Option("--names", help="Their names instead, separated by commas.")] = "",
    user: Annotated[str, typer.Option("--user", help="User name the cameras ask for.")] = "",
    password_env: Annotated[
        str, typer.Option("--password-env", help="Environment variable that holds the password.")
    ] = "",
    auth: Annotated[
        Scheme | None, typer.Option("--auth", help="How they ask for it; digest if there is a user.")
    ] = None,
    clock: Annotated[
        str,
        typer.Option("--clock", help="Cameras that show the time of day, separated by commas, or none; [the first]."),
    ] = "",
    bitrate_main: Annotated[int, typer.Option("--bitrate-main", help="kbit/s of the main streams.")] = MAIN.kbit,
    bitrate_sub: Annotated[int, typer.Option("--bitrate-sub", help="kbit/s of the sub streams.")] = SUB.kbit,
    size: Annotated[
        str, typer.Option("--size", help="Picture sizes of main and sub streams.")
    ] = f"{MAIN.width}x{MAIN.height}/{SUB.width}x{SUB.height}",
    fps: Annotated[int, typer.Option("--fps", help="Pictures a second.")] = MAIN.fps,
    gop: Annotated[float, typer.Option("--gop", help="Seconds between key pictures.")] = MAIN.gop_seconds,
    audio: Annotated[
        SoundCodec | None, typer.Option("--audio", help="How their sound is coded, a tone; without it they have none.")
    ] = None,
    cache: Annotated[
        Path | None, typer.Option("--cache", help="Folder that keeps encoded clips; [~/.cache/pollcast].")
    ] = None,
    fault: Annotated[
        list[str] | None,
        typer.Option(
            "--fault",
            metavar="NAME=FAULT[@SECONDS][+SECONDS]",
            help="A camera's fault, from the start or after @SECONDS, for ever or for +SECONDS; may be repeated. "
            + f"Faults: {_FAULT_LIST}.",
        ),
    ] = None,
    redirect_to: Annotated[
        str, typer.Option("--redirect-to", help="Where the fault redirect sends clients; an rtsp:// address.")
    ] = faults.NOWHERE,
    json_output: Annotated[bool, typer.Option("--json", help="Print the cameras' addresses as JSON.")] = False,
) -> None:
    """Run simulated RTSP cameras, each with a stream at /NAME/main and one at /NAME/sub, until stopped."""
    main_size, sub_size = _sizes(size)
    try:
        main = _form(main_size, fps=fps, kbit=bitrate_main, gop_seconds=gop)
        sub = _form(sub_size, fps=fps, kbit=bitrate_sub, gop_seconds=gop)
    except ValueError as error:
        raise UsageError(f"The cameras cannot send {error}.") from None
    cameras = describe(_names(names) or [f"cam-{number:03d}" for number in range(1, count + 1)], main=main, sub=sub)
    cameras = tuple(replace(camera, audio=audio) for camera in _with_clocks(cameras, clock))
    access = _access(auth, user, password_env)
    plans = [faults.parse_plan(text, cameras={camera.name for camera in cameras}) for text in fault or ()]
    if not _RTSP_ADDRESS.fullmatch(redirect_to):
        raise UsageError(f"--redirect-to: write rtsp://host:port/path, not {redirect_to}.")
    folder = cache or clip_store.default_folder()

    async def have_faults(server: CameraServer) -> None:
        await faults.carry_out(plans, server, redirect_to=redirect_to, tell=lambda line: typer.echo(line, err=True))

    run_until_stopped(
        _run(cameras, folder, host=host, port=port, access=access, json_output=json_output, then=have_faults)
    )


def describe(
    names: Sequence[str], *, main: StreamFormat = MAIN, sub: StreamFormat = SUB
) -> tuple[CameraDescription, ...]:
    """Return cameras of these names in different rooms; where rooms repeat, at different moments."""
    return tuple(
        CameraDescription(name=name, room=index % len(ROOMS), phase=index // len(ROOMS) % 4 * 3, main=main, sub=sub)
        for index, name in enumerate(names)
    )


async def _run(
    cameras: Sequence[CameraDescription],
    folder: Path,
    *,
    host: str,
    port: int,
    access: Access,
    json_output: bool,
    then: Callable[[CameraServer], Awaitable[None]],
) -> None:
    async with AsyncExitStack() as stack:
        console = Console(stderr=True)
        with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
            task = bar.add_task("Drawing the cameras' pictures, this once", total=None, visible=False)

            def progress(done: int, total: int) -> None:
                bar.update(task, completed=done, total=total, visible=True)

            server = await stack.enter_async_context(
                serving(cameras, cache=folder, host=host, port=port, access=access, progress=progress)
            )
        typer.echo(_json(server, cameras) if json_output else f"rtsp: {server.address}")
        await then(server)
        await asyncio.Event().wait()


def _json(server: CameraServer, cameras: Sequence[CameraDescription]) -> str:
    rows = [
        {"name": camera.name, "clock": camera.clock}
        | {rendition.value: server.url(camera.name, rendition) for rendition in Rendition}
        for camera in cameras
    ]
    return json.dumps({"rtsp": server.address, "cameras": rows})


def _names(text: str) -> list[str]:
    names = [name.strip() for name in text.split(",") if name.strip()]
    for name in names:
        if not _NAME.fullmatch(name):
            raise UsageError(f"--names: {name!r} is no name; use letters, digits, hyphen, dot and underscore.")
        if names.count(name) > 1:
            raise UsageError(f"--names: {name} stands twice.")
    return names


def _with_clocks(cameras: Sequence[CameraDescription], text: str) -> tuple[CameraDescription, ...]:
    wanted = set(_names(text)) if text else {cameras[0].name}
    if wanted == {_NO_CLOCK}:
        wanted = set()
    if unknown := wanted - {camera.name for camera in cameras}:
        raise UsageError(f"--clock: there is no camera {', '.join(sorted(unknown))}.")
    return tuple(replace(camera, clock=camera.name in wanted) for camera in cameras)


def _sizes(text: str) -> tuple[tuple[int, int], tuple[int, int]]:
    match = _SIZES.fullmatch(text)
    if match is None:
        raise UsageError(f"--size: write it as 1280x720/640x360, not {text}.")
    width, height, sub_width, sub_height = (int(number) for number in match.groups())
    return (width, height), (sub_width, sub_height)


def _form(size: tuple[int, int], *, fps: int, kbit: int, gop_seconds: float) -> StreamFormat:
    return StreamFormat(width=size[0], height=size[1], fps=fps, kbit=kbit, gop_seconds=gop_seconds)


def _access(scheme: Scheme | None, user: str, password_env: str) -> Access:
    scheme = scheme or (Scheme.DIGEST if user else Scheme.NONE)
    if scheme is Scheme.NONE:
        if user or password_env:
            raise UsageError("--auth none asks for no password; leave out --user and --password-env.")
        return Access()
    if not user or not password_env:
        raise UsageError(f"--auth {scheme} needs --user and --password-env.")
    if password_env not in os.environ:
        raise UsageError(f"--password-env: the environment variable {password_env} is not set.")
    return Access(scheme=scheme, user=user, password=Secret(os.environ[password_env]))
