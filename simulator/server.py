"""Simulated cameras behind one RTSP port: starts, stops and restarts them. Other programs use this as a library.

::

    async with serving([CameraDescription(name="cam-001")], cache=folder) as cameras:
        cameras.url("cam-001", Rendition.SUB)
        cameras.switch_off("cam-001")
        cameras.switch_on("cam-001")
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path

from election.errors import MachineError, UsageError
from election.ids import Rendition
from machine.ports import LOOPBACK
from simulator import clip_store
from simulator.authentication import Access
from simulator.camera import Camera, CameraStream, Feeds
from simulator.clip import ClipPackets
from simulator.clip_store import ClipKey, Progress
from simulator.clock import ClockPictures, LiveScene
from simulator.conduct import Conduct, Honest, Off
from simulator.connection import Connection
from simulator.description import CameraDescription
from simulator.feed import ClipPictures, Pictures
from simulator.rooms import ROOMS

_OPEN = Access()


class CameraServer:
    """Running cameras. Made by `serving`."""

    def __init__(self, streams: dict[str, CameraStream], access: Access, host: str) -> None:
        self.host = host
        self.port = 0
        self._streams = streams
        self._cameras = {stream.camera.description.name: stream.camera for stream in streams.values()}
        self._access = access
        self._connections: set[Connection] = set()

    @property
    def names(self) -> Sequence[str]:
        """The cameras' names, in the order they were given."""
        return tuple(self._cameras)

    @property
    def address(self) -> str:
        """The address of the server itself."""
        return f"rtsp://{self.host}:{self.port}/"

    def url(self, name: str, rendition: Rendition) -> str:
        """Return a stream's address, without user and password."""
        if name not in self._cameras:
            raise KeyError(name)
        return f"{self.address}{name}/{rendition}"

    @property
    def connected(self) -> int:
        """How many clients are connected, whatever they have asked for."""
        return len(self._connections)

    def viewers(self, name: str) -> int:
        """Return how many clients are being sent a camera's streams."""
        return sum(connection.playing for connection in self._connections_of(name))

    def behave(self, name: str, conduct: Conduct) -> None:
        """Let a camera behave in another way from now on; `Honest()` ends every fault."""
        camera = self._cameras[name]
        if conduct.hangs_up:
            for connection in self._connections_of(name):
                connection.hang_up()
        camera.conduct = conduct
        watching = [connection for connection in self._connections_of(name) if connection.playing]
        for rendition in Rendition:
            stream = self._streams[f"/{name}/{rendition}"]
            stream.change(conduct.stream, [connection for connection in watching if connection.stream is stream])

    def conduct(self, name: str) -> Conduct:
        """Return how a camera behaves at present."""
        return self._cameras[name].conduct

    def switch_off(self, name: str) -> None:
        """Take a camera's power: its connections end at once and new ones get no answer. No harm if it is off."""
        self.behave(name, Off())

    def switch_on(self, name: str) -> None:
        """Give a camera its power again: it starts as after a restart, with new sequence numbers and timestamps."""
        if isinstance(self._cameras[name].conduct, Off):
            self._cameras[name].starts += 1
        self.behave(name, Honest())

    def connection(self) -> Connection:
        """Return the server's end of a new connection."""
        connection = Connection(access=self._access, streams=self._streams.get, on_end=self._connections.discard)
        self._connections.add(connection)
        return connection

    def hang_up(self) -> None:
        """End every connection."""
        for connection in tuple(self._connections):
            connection.hang_up()

    def _connections_of(self, name: str) -> list[Connection]:
        camera = self._cameras[name]
        return [
            connection
            for connection in self._connections
            if isinstance(connection.stream, CameraStream) and connection.stream.camera is camera
        ]


@asynccontextmanager
async def serving(
    cameras: Iterable[CameraDescription],
    *,
    cache: Path,
    host: str = LOOPBACK,
    port: int = 0,
    access: Access = _OPEN,
    clip_seconds: float = clip_store.DEFAULT_SECONDS,
    progress: Progress | None = None,
) -> AsyncIterator[CameraServer]:
    """Serve the cameras until the block ends; port 0 takes a free one.

    Clips are looked for in `cache` and, where missing, encoded first; `progress` hears how far that is. Raises
    `MachineError` if the port is taken or the cache cannot be written.
    """
    described = tuple(cameras)
    if len({camera.name for camera in described}) != len(described):
        raise UsageError("Two cameras have the same name; give each its own.")
    worker = ThreadPoolExecutor(max_workers=2, thread_name_prefix="clock")
    feeds = Feeds(worker)
    try:
        streams = await _streams(described, cache, clip_seconds, progress, feeds)
        server = CameraServer(streams, access, host)
        try:
            listener = await asyncio.get_running_loop().create_server(server.connection, host, port, backlog=1024)
        except OSError as error:
            raise MachineError(
                f"Port {port} on {host} cannot be listened on: {error.strerror}.", hint="Choose another with --port."
            ) from None
        server.port = listener.sockets[0].getsockname()[1]
        async with listener:
            try:
                yield server
            finally:
                listener.close()
                server.hang_up()
    finally:
        await feeds.close()
        worker.shutdown()


async def _streams(
    cameras: Sequence[CameraDescription],
    cache: Path,
    seconds: float,
    progress: Progress | None,
    feeds: Feeds,
) -> dict[str, CameraStream]:
    """Return every stream by its path; cameras of one room, format and phase share their pictures."""

    def key_of(camera: CameraDescription, rendition: Rendition) -> ClipKey:
        return ClipKey(room=camera.room % len(ROOMS), form=camera.format_of(rendition), seconds=seconds)

    keys = {key_of(camera, rendition) for camera in cameras if not camera.clock for rendition in Rendition}
    try:
        clips = await clip_store.load(keys, cache, progress)
    except OSError as error:
        raise MachineError(
            f"Clips cannot be kept in {cache}: {error.strerror}.", hint="Name another folder with --cache."
        ) from None
    packets = {key: ClipPackets(clip, ssrc=secrets.randbits(32)) for key, clip in clips.items()}
    shared: dict[tuple[ClipKey, int], Pictures] = {}
    streams = {}
    for camera in cameras:
        running = Camera(camera)
        scene = LiveScene(camera.room, camera.main.width, camera.main.height) if camera.clock else None
        for rendition in Rendition:
            form = camera.format_of(rendition)
            if scene is not None:
                pictures: Pictures = ClockPictures(scene, form, ssrc=secrets.randbits(32), worker=feeds.worker)
            else:
                key = key_of(camera, rendition)
                ahead = camera.phase * form.gop_pictures % key.pictures
                pictures = shared.setdefault((key, ahead), ClipPictures(packets[key], ahead=ahead))
            streams[f"/{camera.name}/{rendition}"] = CameraStream(running, rendition, pictures, feeds)
    return streams
