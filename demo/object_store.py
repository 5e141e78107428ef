"""An S3 server on this machine: SeaweedFS in one process, everything on loopback, with credentials of its own."""

from __future__ import annotations

import contextlib
import os
import secrets
import socket
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from demo import readiness
from election.errors import MachineError
from election.secret import Secret
from machine import binaries, ports, process

REGION = "us-east-1"
ATTEMPTS = 3
_START_SECONDS = 60.0
_GRPC_OFFSET = 10_000
"""SeaweedFS's parts look for each other's second port this far above the first."""
_PARTS = ("master", "volume", "filer", "admin")


class _EndedAtOnce(MachineError):
    """The server ended before it answered."""


@dataclass(frozen=True, kw_only=True)
class ObjectServer:
    """A running object store; `stop` ends it and leaves only its folder."""

    port: int
    access_key_id: str
    secret_access_key: Secret
    child: process.Child
    _sockets: tuple[Path, ...]

    @property
    def endpoint(self) -> str:
        """Its address, `http://127.0.0.1:port`."""
        return f"http://{ports.LOOPBACK}:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """The variables from which Pollcast takes its credentials."""
        return {
            "AWS_ACCESS_KEY_ID": self.access_key_id,
            "AWS_SECRET_ACCESS_KEY": self.secret_access_key.reveal(),
        }

    def url(self, bucket: str) -> str:
        """Return `store.url` for a bucket on this server."""
        return f"s3://{bucket}?endpoint={self.endpoint}&region={REGION}"

    async def stop(self) -> None:
        """End the server and remove the sockets it leaves in the system's temporary folder."""
        await self.child.stop()
        for path in self._sockets:
            path.unlink(missing_ok=True)


async def start_object_store(
    folder: Path, *, port: int | None = None, on_line: Callable[[str], None] | None = None
) -> ObjectServer:
    """Start SeaweedFS with its data below `folder` and generated credentials; return it when it answers.

    Buckets are not created by a first put: provision them. Raises `MachineError` when it does not come up. A server
    that ends at once may have lost a port to another program meanwhile, and is started again with others.
    """
    for _ in range(ATTEMPTS - 1):
        with contextlib.suppress(_EndedAtOnce):
            return await _started(folder, port, on_line)
    return await _started(folder, port, on_line)


async def _started(folder: Path, port: int | None, on_line: Callable[[str], None] | None) -> ObjectServer:
    folder.mkdir(parents=True, exist_ok=True)
    chosen = _free_ports()
    s3_port = chosen["s3"] if port is None else port
    ports.require_free(s3_port, option="--store-port")
    access_key_id, secret = f"pollcast{secrets.token_hex(6)}", Secret(secrets.token_urlsafe(30))
    argv = [
        str(binaries.weed()),
        f"-logdir={folder}",
        "mini",
        f"-dir={folder}",
        f"-ip={ports.LOOPBACK}",
        f"-ip.bind={ports.LOOPBACK}",
        "-admin.ui=false",
        "-webdav=false",
        "-master.telemetry=false",
        f"-filer.localSocket={folder / 'filer.sock'}",
        f"-s3.localSocket={folder / 's3.sock'}",
        "-s3.autoCreateBucket=false",
        "-s3.port.iceberg=0",
        "-s3.port.lance=0",
        f"-s3.port={s3_port}",
        f"-s3.port.grpc={chosen['s3.grpc']}",
    ]
    for part in _PARTS:
        argv += [f"-{part}.port={chosen[part]}", f"-{part}.port.grpc={chosen[part] + _GRPC_OFFSET}"]
    environment = {
        **os.environ,
        "AWS_ACCESS_KEY_ID": access_key_id,
        "AWS_SECRET_ACCESS_KEY": secret.reveal(),
    }
    child = await process.start(argv, name="The object store", environment=environment, folder=folder, on_line=on_line)
    second_ports = {part: chosen[part] + _GRPC_OFFSET for part in _PARTS} | {"s3": chosen["s3.grpc"]}
    server = ObjectServer(
        port=s3_port,
        access_key_id=access_key_id,
        secret_access_key=secret,
        child=child,
        _sockets=tuple(
            Path(f"/tmp/seaweedfs-{part}-grpc-{number}.sock")  # noqa: S108 - where SeaweedFS puts them
            for part, number in second_ports.items()
        ),
    )
    try:
        await readiness.until_it_answers(child, s3_port, "/healthz", seconds=_START_SECONDS, option="--store-port")
    except BaseException as error:
        has_ended = child.returncode is not None
        await server.stop()
        if isinstance(error, MachineError) and has_ended:
            raise _EndedAtOnce(error.message, hint=error.hint) from None
        raise
    return server


def _free_ports() -> dict[str, int]:
    """Return a free port for each part; those of `_PARTS` have a free one `_GRPC_OFFSET` above."""
    chosen: dict[str, int] = {}
    with ExitStack() as held:

        def hold(port: int) -> int:
            probe = held.enter_context(socket.socket())
            probe.bind((ports.LOOPBACK, port))
            taken: int = probe.getsockname()[1]
            return taken

        chosen["s3"], chosen["s3.grpc"] = hold(0), hold(0)
        while missing := [part for part in _PARTS if part not in chosen]:
            port = 20_000 + secrets.randbelow(12_000)
            try:
                hold(port)
                hold(port + _GRPC_OFFSET)
            except OSError:
                continue
            chosen[missing[0]] = port
    return chosen
