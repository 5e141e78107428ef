"""Logs of the packager: one line an event, for people on a terminal, JSON elsewhere; secrets masked by their values."""

from __future__ import annotations

import functools
import sys
from collections.abc import Iterable, Mapping, MutableMapping
from typing import Any

import structlog

from election.secret import Secret


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

    def _mask(self, text: str) -> str:
        for secret in self._secrets:
            text = secret.masked_in(text)
        return text


def configure(*, json: bool, hidden: Hidden) -> None:
    """Send structlog's events to standard error; no value of `hidden` ever passes, in any field."""

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
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            mask,
            renderer,
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
