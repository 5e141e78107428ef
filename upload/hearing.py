"""Whether and how a camera's sound is recorded: asked for, done without where none comes, taken up when it comes late.

Pure: what the relay heard and the time in, how to record out. A recording's file says at its beginning whether it holds
sound, and players wait for sound that is announced; so a recording in which that turns out otherwise is begun anew.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from enum import StrEnum

from upload.recorder import StopReason

WAIT_SECONDS = 2.5
"""So long a camera's sound may take after it was asked for: ffmpeg looks for it a little longer before it writes."""
GONE_SECONDS = 10.0
"""After so long without a packet the sound of a recording is over."""
PAUSE_SECONDS = 180.0
"""A recording that goes well is begun anew because of its sound only so long after the last time."""
RECENT_SECONDS = 1.5
"""What came within so long still comes."""
MOST_AT_ONCE = 2
"""So often in a row a recording is begun anew before its first segment; then it does without sound."""
_AS_IT_IS = {"MPEG4-GENERIC", "MP4A-LATM"}
"""Encodings (RFC 3640, RFC 6416) that are AAC."""
_WITHOUT_PICTURES = {StopReason.FAILED, StopReason.STALLED, StopReason.UNSUPPORTED}


class Sound(StrEnum):
    """What becomes of the sound in a recording."""

    NONE = "none"
    COPIED = "copied"
    """As the camera sends it: AAC."""
    ENCODED = "encoded"
    """Anything else, as AAC."""


@dataclass
class Heard:
    """What the relay heard of one connection's sound."""

    encoding: str | None = None
    """By its description (RFC 8866 6.6), in capitals; empty for a stream without sound, None before it is known."""
    playing_since: float | None = None
    """Monotonic time at which the camera agreed to send."""
    received: float = -math.inf
    """Monotonic time at which the camera last sent anything."""
    packets: int = 0
    last: float = -math.inf
    """Monotonic time of the newest packet."""

    def hear(self, now: float) -> None:
        """Take in that a packet came."""
        self.packets += 1
        self.last = now


@dataclass(kw_only=True)
class Hearing:
    """The decisions for one stream, over all its recordings."""

    enabled: bool
    """Whether the election publishes sound."""
    relayed: bool = True
    """Whether a relay hears the sound; elsewhere it is encoded, whatever it is."""
    sound: Sound = field(init=False)
    """How the present recording, or else the next, treats it."""
    _right: Sound = field(init=False)
    _changed: float = -math.inf
    _in_a_row: int = 0

    def __post_init__(self) -> None:
        """Ask for sound where it is wanted; of cameras AAC is expected until their description is known."""
        self._right = Sound.COPIED if self.relayed else Sound.ENCODED
        self.sound = self._right if self.enabled else Sound.NONE

    def differs(self, heard: Heard, *, now: float, begun: bool) -> str:
        """Return why the recording is to be begun anew with `sound`, in words, or nothing to let it go on.

        `begun` is whether it has given segments.
        """
        if not self.enabled or not self.relayed or not heard.encoding:
            return ""
        self._right = Sound.COPIED if heard.encoding in _AS_IT_IS else Sound.ENCODED
        if begun and now - self._changed < PAUSE_SECONDS:
            return ""
        if self.sound is Sound.NONE:
            # Before the first segment nothing is known of whether the pictures can be recorded.
            if begun and heard.packets and now - heard.last < RECENT_SECONDS:
                return self._anew(self._right, now, begun=begun, why="The camera's sound has begun.")
            return ""
        if self.sound is not self._right and not begun:
            return self._anew(self._right, now, begun=begun, why=f"The camera's sound is {heard.encoding}.")
        if now - heard.received > RECENT_SECONDS:
            return ""  # it sends no pictures either
        since = max(now if heard.playing_since is None else heard.playing_since, heard.last)
        if now - since > (GONE_SECONDS if heard.packets else WAIT_SECONDS):
            return self._anew(Sound.NONE, now, begun=begun, why="The camera announces sound and sends none.")
        return ""

    def ended(self, reason: StopReason, *, begun: bool, now: float) -> None:
        """Take in that a recording ended by itself: the next asks for sound, unless asking may have been the cause."""
        if not self.enabled:
            return
        asked = self.sound is not Sound.NONE
        self._in_a_row = 0
        if asked and not begun and reason in _WITHOUT_PICTURES:
            self.sound, self._changed = Sound.NONE, now
        else:
            self.sound = self._right

    def _anew(self, sound: Sound, now: float, *, begun: bool, why: str) -> str:
        self._in_a_row = 0 if begun else self._in_a_row + 1
        self.sound = sound if self._in_a_row <= MOST_AT_ONCE else Sound.NONE
        if begun:
            self._changed = now
        return why
