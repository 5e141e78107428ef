"""Which log events are told: of the same one only a few a minute, how many were left out, and when it is over. Pure.

An event is the same when its words, its station and its rendition are. Time is a parameter, seconds of a steady clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

WINDOW_SECONDS = 60.0
TOLD_A_WINDOW = 3
FORGET_WINDOWS = 60
"""After so many windows without a word a trouble is forgotten: the places of old ones take no memory."""


class Subject(NamedTuple):
    """What an event is about."""

    event: str
    station: str
    rendition: str


class Ended(NamedTuple):
    """A trouble that is over."""

    event: str
    seconds: float
    """From its first event to now."""
    times: int
    """How often it was met."""


@dataclass
class _Trouble:
    began: float
    window_began: float
    last: float
    told: int = 0
    left_out: int = 0
    times: int = 0


class LogLimit:
    """What was told of each subject."""

    def __init__(self, *, told: int = TOLD_A_WINDOW, window: float = WINDOW_SECONDS) -> None:
        """Let `told` events of a subject pass in each `window` of seconds."""
        self._told, self._window = told, window
        self._troubles: dict[Subject, _Trouble] = {}

    def met(self, subject: Subject, now: float) -> bool:
        """Take in an event; return whether it is told."""
        trouble = self._troubles.get(subject)
        if trouble is None:
            trouble = self._troubles[subject] = _Trouble(began=now, window_began=now, last=now)
        trouble.times += 1
        trouble.last = now
        if now - trouble.window_began >= self._window and not trouble.left_out:
            trouble.window_began, trouble.told = now, 0
        if trouble.told < self._told:
            trouble.told += 1
            return True
        trouble.left_out += 1
        return False

    def due(self, now: float) -> list[tuple[Subject, int]]:
        """Return of which subjects how many events were left out in a window that is over, and begin a new one."""
        found = []
        for subject, trouble in list(self._troubles.items()):
            if now - trouble.window_began < self._window:
                continue
            if trouble.left_out:
                found.append((subject, trouble.left_out))
                trouble.window_began, trouble.told, trouble.left_out = now, 0, 0
            elif now - trouble.last >= FORGET_WINDOWS * self._window:
                del self._troubles[subject]
        return found

    def recovered(self, events: frozenset[str], station: str, rendition: str, now: float) -> list[Ended]:
        """Forget the troubles named by `events` at a place, and return what is over."""
        found = []
        for event in sorted(events):
            trouble = self._troubles.pop(Subject(event, station, rendition), None)
            if trouble is not None:
                found.append(Ended(event, now - trouble.began, trouble.times))
        return found
