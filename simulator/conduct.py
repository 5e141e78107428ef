"""How a camera behaves, and what a conduct may change. The faults are other conducts, in modules of their own.

A conduct sees each answer before it leaves and all media before it is sent, per camera, and may be changed while the
camera runs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from simulator.description import StreamFormat
from simulator.rtsp_message import Request, Response
from simulator.timeline import Timeline


@dataclass(frozen=True, kw_only=True)
class Endless:
    """An answer whose body does not end."""

    response: Response
    """The head; it announces the body itself."""
    start: bytes
    """How the body begins."""
    more: bytes
    """Sent again and again behind that."""


@dataclass(frozen=True, kw_only=True)
class NoAnswer:
    """Nothing is said, and the connection stays open."""


Reply = Response | Endless | NoAnswer | None
"""What a request is answered with; None hangs up without a word."""

Filter = Callable[[bytes], bytes]
"""From one picture's framed packets, or a report, to what is sent instead; nothing if empty."""


@dataclass(frozen=True, kw_only=True)
class Wire:
    """What a conduct must know of a viewer's connection to send packets of its own."""

    ssrc: int
    rtp_channel: int
    rtcp_channel: int


def _no_other_forms(usual: StreamFormat) -> tuple[StreamFormat, ...]:
    return ()


def _usual_timeline(usual: Timeline, number: int) -> Timeline:
    return usual


@dataclass(frozen=True, kw_only=True)
class StreamChange:
    """What is different in a stream itself, the same for everyone who watches it."""

    forms: Callable[[StreamFormat], tuple[StreamFormat, ...]] = _no_other_forms
    """From the usual form to those in which pictures are encoded instead, in turn, from key picture to key picture."""
    retimed: Callable[[Timeline, int], Timeline] = _usual_timeline
    """From the usual timeline and the number of the next picture to the timeline that is sent. Asked when the conduct
    begins, and whenever somebody enters a stream that nobody watched."""


class Conduct:
    """A camera's manners: as they should be, unless overridden. Called on every request and picture.

    No method waits or raises.
    """

    hangs_up: ClassVar[bool] = False
    """Whether those who are connected when it begins are hung up on."""
    hears: ClassVar[bool] = True
    """Whether the camera notices that a client fell silent, and ends its session."""
    mutes: ClassVar[bool] = False
    """Whether nothing is sent of the sound, though it is announced."""
    bytes_per_second: float | None = None
    """How fast bytes leave; None for as fast as the client takes them."""
    stream: StreamChange | None = None
    """What is different in the streams themselves."""

    def answer(self, request: Request, usual: Response) -> Reply:
        """Return what to answer instead of `usual`."""
        return usual

    def media(self, data: bytes) -> bytes:
        """Return what to send instead of `data`, one picture's framed packets or a report; nothing if empty."""
        return data

    def towards(self, wire: Wire) -> Filter:
        """Return what becomes of the media of one viewer, from now on."""
        return self.media


class Honest(Conduct):
    """A camera as it should be."""


class Off(Conduct):
    """A camera without power: whoever asks for it is hung up on."""

    hangs_up = True

    def answer(self, request: Request, usual: Response) -> Reply:
        """Hang up."""
        return None

    def media(self, data: bytes) -> bytes:
        """Send nothing."""
        return b""
