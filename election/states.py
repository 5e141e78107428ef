"""The states of a station: one vocabulary in JSON, page text, colours and icons."""

from __future__ import annotations

from enum import StrEnum


class StationState(StrEnum):
    """What a viewer is told about a station."""

    SCHEDULED = "scheduled"
    LIVE = "live"
    DELAYED = "delayed"
    OFFLINE = "offline"
    MAINTENANCE = "maintenance"
    PAUSED = "paused"
    CLOSED = "closed"
    ARCHIVED = "archived"
    UNKNOWN = "unknown"

    @property
    def letter(self) -> str:
        """The one character that stands for this state in `status/public.json`."""
        return _LETTERS[self]


_LETTERS = {
    StationState.SCHEDULED: "s",
    StationState.LIVE: "l",
    StationState.DELAYED: "d",
    StationState.OFFLINE: "o",
    StationState.MAINTENANCE: "m",
    StationState.PAUSED: "p",
    StationState.CLOSED: "c",
    StationState.ARCHIVED: "a",
    StationState.UNKNOWN: "-",
}

BY_LETTER = {letter: state for state, letter in _LETTERS.items()}
"""The states by their letter."""
