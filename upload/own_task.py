"""Work in a task of its own, so that a cancel always comes through to whoever keeps it going.

A task group whose tasks fail ignores a cancel that comes while it waits for the last of them, and tells of the failure
instead. Who begins anew after a failure would never learn then that he was told to end.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

Result = TypeVar("Result")


async def in_own_task(work: Coroutine[Any, Any, Result]) -> Result:
    """Await `work`; where this is cancelled, end by that once the work has ended, whatever it has ended with."""
    task = asyncio.create_task(work)
    cancel: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.wait({task})
        except asyncio.CancelledError as error:
            cancel = error
            task.cancel()
    if cancel is None:
        return task.result()
    if not task.cancelled():
        task.exception()  # told to nobody: it was to end
    raise cancel
