"""Logs of the packager: one line an event, for people on a terminal, JSON elsewhere; secrets masked by their values."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, MutableMapping
from typing import Any

import structlog

from election.secret import Secret


def configure(*, json: bool, secrets: Iterable[Secret]) -> None:
    """Send structlog's events to standard error; no value of `secrets` ever passes, in any field."""
    hidden = tuple(set(secrets))

    def mask(_logger: object, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        return {name: masked(value) for name, value in event.items()}

    def masked(value: object) -> object:
        if value is None or isinstance(value, bool | int | float):
            return value
        if isinstance(value, Mapping):
            return {str(name): masked(item) for name, item in value.items()}
        if isinstance(value, list | tuple):
            return [masked(item) for item in value]
        text = str(value)
        for secret in hidden:
            text = secret.masked_in(text)
        return text

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
