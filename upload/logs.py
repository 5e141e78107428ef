"""Logs of the packager: one line an event, for people on a terminal, JSON elsewhere; secrets masked by their values.

The same warning or error of the same station and rendition is told a few times a minute; then one line says how many
were left out. When it goes well again one `recovered` line says how long the trouble lasted.
"""

from __future__ import annotations

import asyncio
import functools
import sys
import time
from collections.abc import Callable, Iterable, Mapping, MutableMapping
from typing import Any

import structlog

from election.secret import Secret
from upload.log_limit import LogLimit, Subject

ENDS = {
    "recording": frozenset({"recording ended", "publishing failed", "watcher missed segments"}),
    "store recovered": frozenset({"store refuses"}),
    "status written": frozenset({"status not written"}),
    "cameras changed": frozenset({"cameras refused"}),
}
"""By the event that says all is well, the troubles it ends at the same place."""
LOOK_SECONDS = 5.0
_log = structlog.get_logger()
_LIMITED = {"warning", "error", "critical"}


class Hidden:
    """The secrets that are masked; more may be added while the logs are written."""

    def __init__(self, secrets: Iterable[Secret] = ()) -> None:
        self._secrets: tuple[Secret, ...] = ()
        self.add(secrets)

    def add(self, secrets: Iterable[Secret]) -> None:
        """Mask these from now on as well, the longest first: another may be a part of it."""
        every = {*self._secrets, *secrets}
        self._secrets = tuple(sorted(every, key=lambda secret: (-len(secret.reveal()), secret.reveal())))
        self._masked = functools.lru_cache(maxsize=2048)(self._mask)

    def masked(self, value: object) -> object:
        """Return `value` as text, lists and mappings, masked however deep."""
        if value is None or isinstance(value, bool | int | float):
            return value
        if isinstance(value, Mapping):
            return {str(self.masked(str(name))): self.masked(item) for name, item in value.items()}
        if isinstance(value, list | tuple):
            return [self.masked(item) for item in value]
        return self._masked(str(value))

    def text(self, text: str) -> str:
        """Return `text`, masked."""
        return self._masked(text)

    def _mask(self, text: str) -> str:
        for secret in self._secrets:
            text = secret.masked_in(text)
        return text


class Limiter:
    """Drops what is told too often, as a processor of structlog; add it before anything costly."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._limit = LogLimit()
        self._clock = clock

    def __call__(self, _logger: object, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        """Pass an event on, or drop it; one that ends troubles is told as `recovered`."""
        what, now = str(event.get("event", "")), self._clock()
        place = str(event.get("station", "")), str(event.get("rendition", ""))
        if event.get("level") in _LIMITED:
            if not self._limit.met(Subject(what, *place), now):
                raise structlog.DropEvent
        elif (ends := ENDS.get(what)) and (ended := self._limit.recovered(ends, *place, now)):
            event["event"], event["now"] = "recovered", what
            event["after"] = [trouble.event for trouble in ended]
            event["lasted_seconds"] = round(max(trouble.seconds for trouble in ended), 1)
            event["times"] = sum(trouble.times for trouble in ended)
        elif event.get("level") == "debug":
            raise structlog.DropEvent  # such an event is only there to end troubles
        return event

    def tell_left_out(self) -> None:
        """Write a line for each subject of which events were left out in a minute that is over."""
        for subject, count in self._limit.due(self._clock()):
            place = {"station": subject.station, "rendition": subject.rendition}
            _log.info("left out", of=subject.event, times=count, **{name: each for name, each in place.items() if each})

    async def keep_telling(self) -> None:
        """Tell what was left out, until cancelled."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            self.tell_left_out()


def configure(*, json: bool, hidden: Hidden, limiter: Limiter | None = None) -> None:
    """Send structlog's events to standard error; no value of `hidden` ever passes, in any field.

    `limiter` drops what is told too often.
    """

    def mask(_logger: object, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        return {name: hidden.masked(value) for name, value in event.items()}

    renderer = (
        structlog.processors.JSONRenderer()
        if json
        else structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    )
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            *([] if limiter is None else [limiter]),
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            mask,
            renderer,
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
