"""How a camera behaves. The honest one does nothing of its own; every fault a camera can have is another conduct here.

A conduct sees each answer before it leaves and all media before it is sent, per camera, and may be changed while the
camera runs.
"""

from __future__ import annotations

from typing import Protocol

from simulator.rtsp_message import Request, Response


class Conduct(Protocol):
    """A camera's manners. Called on every request and picture: neither waits nor raises."""

    def answer(self, request: Request, usual: Response) -> Response | None:
        """Return what to answer instead of `usual`; None hangs up without a word."""

    def media(self, data: bytes) -> bytes:
        """Return what to send instead of `data`, one picture's framed packets or a report; nothing if empty."""


class Honest:
    """A camera as it should be."""

    def answer(self, request: Request, usual: Response) -> Response | None:
        """Answer as usual."""
        return usual

    def media(self, data: bytes) -> bytes:
        """Send everything."""
        return data


class Off:
    """A camera without power: whoever asks for it is hung up on."""

    def answer(self, request: Request, usual: Response) -> Response | None:
        """Hang up."""
        return None

    def media(self, data: bytes) -> bytes:
        """Send nothing."""
        return b""
