"""A closing is tried again after an error nobody expected, and ends when it is told to, at whatever moment that is."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import cast

from election.schedule import Command, Order
from tests.upload.failing_pipeline import SOON_SECONDS
from tests.upload.packaging import FIRST, PATIENCE_SECONDS, run
from upload.archive import Archive
from upload.closing import Closing
from upload.journal import Journal
from upload.sequence import now
from upload.standings import Standings


class FailingArchive:
    """An archive that cannot be closed; it is told of each attempt before that fails."""

    def __init__(self, on_close: Callable[[], object]) -> None:
        self._on_close = on_close

    async def close(self, at: datetime, *, closed_at: datetime) -> None:
        self._on_close()
        raise OSError("the disk is full")


def closing_of(journal: Journal, archive: FailingArchive) -> Closing:
    return Closing(
        FIRST,
        cast("Archive", archive),
        journal=journal,
        standings=Standings(orders={FIRST: (Order(command=Command.CLOSE, time=now()),)}),
        is_listed=lambda: True,
    )


def test_a_cancel_in_the_moment_in_which_a_closing_fails_ends_it(tmp_path: Path) -> None:
    async def work(journal: Journal) -> None:
        task = asyncio.create_task(closing_of(journal, FailingArchive(lambda: task.cancel())).run())
        await asyncio.wait({task}, timeout=SOON_SECONDS)
        assert task.cancelled()

    with closing(Journal(tmp_path / "journal.sqlite")) as journal:
        run(work(journal), seconds=PATIENCE_SECONDS)
