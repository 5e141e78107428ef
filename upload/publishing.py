"""One rendition kept publishing: its pipeline, and a new one after an error nobody expected."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable

import structlog

from election.cameras import Source
from election.schedule import Phase
from election.timeline import GapReason
from upload.backoff import Backoff
from upload.health import RenditionHealth
from upload.node import Node
from upload.own_task import in_own_task
from upload.pipeline import Pipeline
from upload.recorder import StopReason

_log = structlog.get_logger()


async def keep_publishing(
    source: Source,
    node: Node,
    health: RenditionHealth,
    *,
    cover: Callable[[Source], Awaitable[str]],
    on_begin: Callable[[Pipeline], None],
    on_listed: Callable[[], None],
) -> None:
    """Publish until cancelled; `on_begin` is given each pipeline, `on_listed` is called after each playlist write.

    `cover` is awaited before the first; it returns why the rendition cannot be published, '' where it can.

    Before the opening there is no pipeline, nor for a station that was closed when everything of it is in the store.
    """
    backoff = Backoff()
    log = _log.bind(station=source.station, rendition=str(source.rendition))
    if reason := await cover(source):
        health.recorder, health.detail = StopReason.FAILED, reason
        node.target.needs(source.rendition, 0.0)
        return
    interrupted_by = GapReason.PACKAGER_STOPPED
    while True:
        began = time.monotonic()
        try:
            after = await _until_due(source, node, health)
            began = time.monotonic()
            pipeline = Pipeline(source, node, health, on_listed=on_listed, after=after, interrupted_by=interrupted_by)
            on_begin(pipeline)
            await in_own_task(pipeline.run())
        except Exception as error:
            interrupted_by = GapReason.DISK_FULL if node.spool.is_full() else GapReason.FAILED
            backoff = backoff.after_failure(lasted=time.monotonic() - began)
            health.recorder, health.ffmpeg_pid = StopReason.FAILED, None
            health.restarts += 1
            node.target.needs(source.rendition, 0.0)
            health.detail = f"Publishing failed: {_told(error, source)}"
            log.exception("publishing failed")
        await asyncio.sleep(backoff.delay(random.random()))  # noqa: S311 - spreads attempts, keeps no secret


async def _until_due(source: Source, node: Node, health: RenditionHealth) -> Phase | None:
    """Return once there is something to do; the phase until then, None where that is at once."""
    before = None
    async for standing in node.standings.changes(source.station):
        is_done = standing.phase is Phase.CLOSED and node.journal.ended(source.station) is not None
        if standing.phase is not Phase.SCHEDULED and not is_done:
            if health.recorder in set(Phase):
                health.recorder, health.detail = "starting", ""
            return before
        before = standing.phase
        health.recorder, health.detail = standing.phase, node.standings.sentence(source.station)
    raise RuntimeError("a station's changes have no end")


def _told(error: BaseException, source: Source) -> str:
    """Return the first single error of a group for operators, without the camera's password."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    text = str(error) or type(error).__name__
    return (text if source.password is None else source.password.masked_in(text))[:200]
