"""Whether a camera that was away can be reached again, found out while one waits: long waits end early then.

A look is one TCP connection that is closed at once. Whether the camera then answers is for the next recording to see.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
from urllib.parse import urlsplit

LOOK_SECONDS = 4.0
"""So often one looks."""
CONNECT_SECONDS = 2.0
_PORTS = {"rtsp": 554, "rtsps": 322, "rtmp": 1935, "http": 80, "https": 443}


async def wait_for_camera(url: str, seconds: float) -> bool:
    """Wait `seconds`, or until somebody listens at a camera's address; return whether that was so.

    Kinds that are not reached by TCP are waited for all the time.
    """
    clock = asyncio.get_running_loop().time
    end = clock() + seconds
    address = urlsplit(url)
    port = address.port or _PORTS.get(address.scheme)
    while (left := end - clock()) > 0:
        pause = LOOK_SECONDS * (0.8 + 0.4 * random.random())  # noqa: S311 - spreads the looks, keeps no secret
        await asyncio.sleep(min(left, pause))
        if end - clock() > 0 and port is not None and address.hostname and await _listens(address.hostname, port):
            return True
    return False


async def _listens(host: str, port: int) -> bool:
    writer: asyncio.StreamWriter | None = None
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            _, writer = await asyncio.open_connection(host, port)
    except (OSError, TimeoutError):
        return False
    finally:
        if writer is not None:
            writer.close()
    with contextlib.suppress(OSError, TimeoutError):
        async with asyncio.timeout(CONNECT_SECONDS):
            await writer.wait_closed()
    return True
