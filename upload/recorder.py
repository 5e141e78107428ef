"""The recorder interface: where segments come from. Nothing behind it is known to the rest of the packager.

A recorder opens one source once. It yields an `InitSegment` before the first `RecordedSegment` and again whenever
coding parameters change, then segments in order, and ends by returning; afterwards `stopped` says why. It never tries
again by itself: back-off is the packager's.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from upload.fmp4 import VideoTrack


class StopReason(StrEnum):
    """Why a recorder ended."""

    REFUSED = "refused"
    """Nobody listens at the camera's address."""
    UNAUTHORIZED = "unauthorized"
    """User or password is wrong."""
    NOT_FOUND = "not_found"
    """The camera knows no such stream."""
    REDIRECTED = "redirected"
    """The camera points to another address; that is not followed."""
    ENDED = "ended"
    """The camera ended the stream."""
    STALLED = "stalled"
    """No complete segment came in time."""
    CHANGED = "changed"
    """The picture's size or another coding parameter changed; the next recording begins with the new ones."""
    JUMPED = "jumped"
    """The camera's timestamps jumped; the next recording begins with the new ones."""
    UNSUPPORTED = "unsupported"
    """The stream cannot be published, such as a codec we do not know."""
    FAILED = "failed"
    """The recorder itself failed."""


@dataclass(frozen=True, kw_only=True)
class Stopped:
    """The end of a recording."""

    reason: StopReason
    detail: str
    """One sentence for operators, without secrets."""
    at_once: bool = False
    """Whether nothing is wrong, and the next recording may begin without waiting."""


@dataclass(frozen=True, kw_only=True)
class StreamFacts:
    """What a stream was found to be, from its newest segments."""

    codecs: str
    """RFC 6381."""
    width: int
    """Pixels."""
    height: int
    frame_rate: float
    """Frames a second."""
    gop_seconds: float
    """The longest time between two key frames so far: no segment can be shorter."""


@dataclass(frozen=True, kw_only=True)
class InitSegment:
    """An initialisation segment; applies to all that follow."""

    body: bytes
    track: VideoTrack


@dataclass(frozen=True, kw_only=True)
class RecordedSegment:
    """A complete media segment that lies in the spool."""

    path: Path
    body: bytes
    start: timedelta
    """On the stream's own clock, which begins anew with each recording."""
    duration: timedelta
    frames: int
    arrived: datetime
    """Aware wall-clock time at which the segment was complete."""


class Recorder(Protocol):
    """One attempt at one source."""

    @property
    def stopped(self) -> Stopped:
        """Why the recording ended; only after `record` has returned."""
        ...

    @property
    def facts(self) -> StreamFacts | None:
        """What the stream is, known with its first segment: recording is the probe, no second connection is made."""
        ...

    def record(self) -> AsyncGenerator[InitSegment | RecordedSegment, None]:
        """Yield what is recorded until the source ends, fails or stalls."""
        ...
