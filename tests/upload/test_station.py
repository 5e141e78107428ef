"""A station ends, and changes, at once when it is told to, also while something of it has just failed."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from election.cameras import Source
from tests.upload import masked
from tests.upload.failing_pipeline import SOON_SECONDS, WINDING_DOWN_SECONDS, FailingPipeline, wind_down
from tests.upload.packaging import FIRST, PATIENCE_SECONDS, run, source
from tests.upload.test_read_back import node_of
from upload import publishing, station
from upload.journal import Journal
from upload.lease import Holder, Superseded
from upload.node import Node
from upload.spool import Spool
from upload.station import Station
from upload.store import open_store


class Held:
    """A tenure that is never lost."""

    waits_for = trouble = ""
    stands_by = False

    def __init__(self, _station: object, _sources: object, node: Node, _lease: object) -> None:
        self.damaged: dict[str, str] = {}
        self.incomplete: set[str] = set()
        self.more_to_read = asyncio.Event()
        self._node = node

    async def begin(self) -> Node:
        return self._node

    async def keep(self) -> None:
        await asyncio.Event().wait()

    async def cover(self, _source: Source) -> str:
        return ""

    async def end(self) -> None:
        pass


class Lost(Held):
    """A tenure that another packager takes at once."""

    async def keep(self) -> None:
        raise Superseded("taken", operation="put", subject="lease")


@pytest.fixture
def node(tmp_path: Path) -> Iterator[Node]:
    """A node without cameras."""
    with closing(Journal(tmp_path / "journal.sqlite")) as journal, closing(Spool(tmp_path / "spool")) as spool:
        yield replace(
            node_of(journal, open_store("memory://", {})), spool=spool, holder=Holder(spool="one", node="node-1")
        )


def test_a_cancel_while_a_superseded_station_winds_down_ends_it(node: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    async def publishing_for_a_while(*_arguments: Any, **_named: Any) -> None:
        await wind_down()

    monkeypatch.setattr(station, "Tenure", Lost)
    monkeypatch.setattr(station, "keep_publishing", publishing_for_a_while)

    async def work() -> None:
        running = asyncio.create_task(Station(FIRST, [source("rtsp://127.0.0.1:9/none")], node).run())
        await asyncio.sleep(WINDING_DOWN_SECONDS / 3)
        running.cancel()
        await asyncio.wait({running}, timeout=SOON_SECONDS)
        assert running.cancelled()

    run(work(), seconds=PATIENCE_SECONDS)


def test_a_mask_that_comes_while_a_failed_pipeline_winds_down_ends_what_was_without_it(
    node: Node, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bare = source("rtsp://127.0.0.1:9/none")
    covered = bare.model_copy(update={"mask": masked.mask(tmp_path)})
    begun: list[Source] = []

    class Noted(FailingPipeline):
        def __init__(self, source: Source, *arguments: Any, **named: Any) -> None:
            super().__init__(source, *arguments, **named)
            begun.append(source)

    monkeypatch.setattr(station, "Tenure", Held)
    monkeypatch.setattr(publishing, "Pipeline", Noted)

    async def work() -> None:
        changed = Station(FIRST, [bare], node)
        running = asyncio.create_task(changed.run())
        await asyncio.sleep(WINDING_DOWN_SECONDS / 3)
        assert begun == [bare]
        async with asyncio.timeout(SOON_SECONDS):
            await changed.change([covered], seconds=SOON_SECONDS)
        async with asyncio.timeout(SOON_SECONDS):
            while len(begun) < 2:
                await asyncio.sleep(0.01)
        assert bare not in begun[1:]
        running.cancel()
        await asyncio.wait({running}, timeout=SOON_SECONDS)
        assert running.cancelled()

    run(work(), seconds=PATIENCE_SECONDS)
