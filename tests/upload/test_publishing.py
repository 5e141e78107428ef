"""A rendition is kept publishing whatever fails, and ends when it is told to, at whatever moment that is."""

from __future__ import annotations

import asyncio
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from election.cameras import Source
from tests.upload.failing_pipeline import SOON_SECONDS, WINDING_DOWN_SECONDS, FailingPipeline
from tests.upload.packaging import PATIENCE_SECONDS, run, source
from tests.upload.test_read_back import node_of
from upload import publishing
from upload.health import RenditionHealth
from upload.journal import Journal
from upload.pipeline import Pipeline
from upload.publishing import keep_publishing
from upload.spool import Spool
from upload.store import open_store


async def _covered(_source: Source) -> str:
    return ""


def test_a_cancel_while_a_failed_pipeline_winds_down_ends_the_publishing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publishing, "Pipeline", FailingPipeline)
    begun: list[Pipeline] = []

    async def work(journal: Journal, spool: Spool) -> None:
        node = replace(node_of(journal, open_store("memory://", {})), spool=spool)
        task = asyncio.create_task(
            keep_publishing(
                source("rtsp://127.0.0.1:9/none"),
                node,
                RenditionHealth(),
                cover=_covered,
                on_begin=begun.append,
                on_listed=lambda: None,
            )
        )
        await asyncio.sleep(WINDING_DOWN_SECONDS / 3)
        assert len(begun) == 1
        task.cancel()
        await asyncio.wait({task}, timeout=SOON_SECONDS)
        assert task.cancelled()
        assert len(begun) == 1

    with closing(Journal(tmp_path / "journal.sqlite")) as journal, closing(Spool(tmp_path / "spool")) as spool:
        run(work(journal, spool), seconds=PATIENCE_SECONDS)
