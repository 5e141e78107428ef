"""How long a program runs: until its work is done or it is asked to stop."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Coroutine
from typing import Any

from election.errors import PollcastError


def run_until_stopped(work: Coroutine[Any, Any, None]) -> None:
    """Run `work` in an event loop; Ctrl-C and SIGTERM cancel it, and its own cleaning up is waited for.

    A second Ctrl-C is not needed and changes nothing. A group of errors is raised as the first of ours in it.
    """
    try:
        asyncio.run(_with_signals(work))
    except* PollcastError as group:
        raise _first(group) from None


async def _with_signals(work: Coroutine[Any, Any, None]) -> None:
    task = asyncio.ensure_future(work)
    loop = asyncio.get_running_loop()
    stopping = False

    def stop() -> None:
        nonlocal stopping
        if not stopping:
            stopping = True
            task.cancel()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, stop)
    try:
        await task
    except asyncio.CancelledError:
        if not stopping:
            raise


def _first(group: BaseExceptionGroup[PollcastError]) -> PollcastError:
    error: BaseException = group
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    if not isinstance(error, PollcastError):
        raise TypeError("a group of Pollcast's errors held another one") from error
    return error
