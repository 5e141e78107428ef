"""Keeps a part of the demo running, as a service manager does in an election: what dies is started again."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

from demo.readiness import last_words
from election.errors import MachineError
from machine import process

RESTART_SECONDS = 1.0
EARLY_SECONDS = 10.0
"""A part that ends sooner than this after its start did not come up."""
EARLY_ENDS = 3
"""So many in a row mean that it never will."""


async def keep_running(start: Callable[[], Awaitable[process.Child]], *, on_restart: Callable[[int], None]) -> None:
    """Start a part and start it again whenever it ends; `on_restart` is told its exit code. Ends only by cancellation.

    Raises `MachineError` with the part's last words when it ends three times in a row soon after its start. An exit
    code of 2 means that what it was given is wrong: then it is not started again.
    """
    early = 0
    while True:
        began = time.monotonic()
        child = await start()
        try:
            code = await child.wait()
        except BaseException:
            await child.stop()
            raise
        early = early + 1 if time.monotonic() - began < EARLY_SECONDS else 0
        if early >= EARLY_ENDS or code == 2:
            raise MachineError(f"{child.name} ended with code {code} and does not come up. {last_words(child)}".strip())
        on_restart(code)
        await asyncio.sleep(RESTART_SECONDS)


async def until_it_ends(child: process.Child) -> None:
    """Return never; raise `MachineError` when a part ends that is not started again."""
    code = await child.wait()
    raise MachineError(f"{child.name} ended by itself with code {code}. {last_words(child)}".strip())
