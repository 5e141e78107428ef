"""When to ask a store again that has failed: after a growing while, or soon after it has answered anybody."""

from __future__ import annotations

import asyncio
import contextlib
import random

LONGEST_SECONDS = 30.0
SOON_SECONDS = 1.0
"""At the earliest so long after a failure, so that one who is refused for good does not ask with each success."""


class Recovery:
    """Shared by all who put into one store."""

    def __init__(self) -> None:
        self._answered = asyncio.Event()

    def succeeded(self) -> None:
        """The store has answered: those who wait need not wait any longer."""
        self._answered.set()
        self._answered = asyncio.Event()

    async def wait(self, failures: int) -> None:
        """Wait before attempt `failures + 1`."""
        answered = self._answered
        delay = retry_delay(failures)
        soon = min(delay, SOON_SECONDS)
        await asyncio.sleep(soon)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(delay - soon):
                await answered.wait()


def retry_delay(failures: int) -> float:
    """Return the seconds before attempt `failures + 1`: doubling from half a second to 30 s, ±50 %."""
    delay = min(LONGEST_SECONDS, 0.5 * 2.0 ** min(failures - 1, 6))
    return delay * (0.5 + random.random())  # noqa: S311 - spreads retries
