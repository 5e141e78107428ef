"""How bytes leave on one connection: at once, or at a pace."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

_STEP_SECONDS = 0.1


class Outlet:
    """Sends in order; `pace` is asked for bytes per second each time, None for at once."""

    def __init__(self, transport: asyncio.Transport, pace: Callable[[], float | None]) -> None:
        self._transport = transport
        self._pace = pace
        self._waiting = bytearray()
        self._timer: asyncio.TimerHandle | None = None
        self._credit = 0.0

    @property
    def waiting(self) -> int:
        """How many bytes are held back."""
        return len(self._waiting)

    def send(self, data: bytes) -> None:
        """Send `data` behind everything that was sent before."""
        if self._waiting or self._pace() is not None:
            self._waiting += data
            if self._timer is None:
                self._step()
            return
        self._transport.write(data)

    def close(self) -> None:
        """Forget what is held back."""
        self._waiting.clear()
        if self._timer is not None:
            self._timer.cancel()

    def _step(self) -> None:
        """Send what may be sent in a moment's time, and look again a moment later, until there was nothing to send."""
        self._timer = None
        if self._transport.is_closing() or not self._waiting:
            return
        pace = self._pace()
        count = len(self._waiting)
        if pace is not None:
            self._credit = self._credit % 1 + pace * _STEP_SECONDS
            count = int(self._credit)
        self._transport.write(bytes(self._waiting[:count]))
        del self._waiting[:count]
        self._timer = asyncio.get_running_loop().call_later(_STEP_SECONDS, self._step)
