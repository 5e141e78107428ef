"""Logs of the packager: one line an event, for people on a terminal, JSON elsewhere; secrets masked by their values."""

from __future__ import annotations

import sys
from collections.abc import Iterable, MutableMapping
from typing import Any

import structlog

from election.secret import Secret


def configure(*, json: bool, secrets: Iterable[Secret]) -> None:
    """Send structlog's events to standard error; no value of `secrets` ever passes, in any field."""
    hidden = tuple(set(secrets))

    def mask(_logger: object, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        for key, value in event.items():
            if isinstance(value, str):
                for secret in hidden:
                    value = secret.masked_in(value)
                event[key] = value
        return event

    renderer = structlog.processors.JSONRenderer() if json else structlog.dev.ConsoleRenderer(colors=False)
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
