"""The edge on this machine: Caddy with the project's own configuration, in front of the object store."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from demo import readiness
from machine import binaries, ports, process

CONFIGURATION = Path(__file__).parent.parent / "deploy" / "caddy" / "Caddyfile"
_START_SECONDS = 30.0


async def start_edge(
    folder: Path, *, port: int, store: str, bucket: str, on_line: Callable[[str], None] | None = None
) -> process.Child:
    """Start Caddy on loopback's `port` and return it when it answers; end it with `stop`.

    `store` is `host:port` of the S3 server or its address, `bucket` what it shows. Whatever Caddy keeps lies below
    `folder`. Raises `MachineError` when the port is taken or Caddy does not come up.
    """
    ports.require_free(port, option="--port")
    folder.mkdir(parents=True, exist_ok=True)
    environment = {
        **os.environ,
        "HOME": str(folder),
        "XDG_DATA_HOME": str(folder / "data"),
        "XDG_CONFIG_HOME": str(folder / "config"),
        "POLLCAST_SITE_ADDRESS": f"http://{ports.LOOPBACK}:{port}",
        "POLLCAST_BIND": ports.LOOPBACK,
        "POLLCAST_STORE": store.removeprefix("http://"),
        "POLLCAST_BUCKET": bucket,
    }
    argv = [str(binaries.caddy()), "run", "--config", str(CONFIGURATION), "--adapter", "caddyfile"]
    child = await process.start(argv, name="The edge", environment=environment, folder=folder, on_line=on_line)
    # /status/ is answered by the edge itself, so the store need not be there yet.
    await readiness.until_it_answers(child, port, "/status/", seconds=_START_SECONDS, option="--port")
    return child
