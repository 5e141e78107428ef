"""A pipeline one part of which fails at once, while the other takes a while to end, as ffmpeg does."""

from __future__ import annotations

import asyncio
from typing import Any

from election.cameras import Source
from upload.health import RenditionHealth

WINDING_DOWN_SECONDS = 0.3
SOON_SECONDS = 3.0
"""So long nobody needs who ends at once; one who goes on needs for ever."""


class FailingPipeline:
    """Stands in for a `Pipeline`."""

    def __init__(self, source: Source, node: Any, health: RenditionHealth, **_named: Any) -> None:
        self.source = source
        self.health = health

    async def run(self) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(self._fail())
            group.create_task(wind_down())

    async def _fail(self) -> None:
        raise OSError("the disk is full")


async def wind_down() -> None:
    """Run until cancelled, and for a while longer."""
    try:
        await asyncio.Event().wait()
    finally:
        await asyncio.sleep(WINDING_DOWN_SECONDS)
