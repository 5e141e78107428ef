"""TCP ports on loopback."""

from __future__ import annotations

import socket

from election.errors import MachineError
from election.wording import say

LOOPBACK = "127.0.0.1"


def free_port() -> int:
    """Return a port on loopback that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port


def require_free(port: int, *, option: str) -> None:
    """Raise `MachineError` if `port` is taken; `option` is the command-line option that chooses another one."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            raise MachineError(
                say("Port {port} on {host} is taken by another program.", port=port, host=LOOPBACK),
                hint=say("Choose another with {option}.", option=option),
            ) from None
