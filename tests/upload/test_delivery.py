"""One rendition's way into the store: what an earlier packager left is taken up without naming what is not there."""

from __future__ import annotations

import asyncio
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from election import keys
from election.playlist import parse_media
from election.timeline import GapReason
from tests.upload.packaging import FIRST, MAIN, PATIENCE_SECONDS, run, source
from tests.upload.test_read_back import node_of
from tests.upload.unreliable_store import UnreliableStore
from upload.delivery import Delivery
from upload.health import RenditionHealth
from upload.journal import Journal
from upload.measured import Measured
from upload.node import Node
from upload.publication import Entry
from upload.sequence import now
from upload.spool import Spool
from upload.store import open_store

FOUR = timedelta(seconds=4)
FOLDER = f"live/{FIRST}/{MAIN}/"
RUN = f"{FIRST}/{MAIN}/00000000001000/"


def entry(number: int, init: str) -> Entry:
    at = now() - timedelta(minutes=1) + number * FOUR
    return Entry(
        number=number,
        key=f"{FOLDER}{at.date()}/{number:08d}-1-0badcafe.m4s",
        init_key=f"{FOLDER}init-{init}.mp4",
        duration=FOUR,
        program_date_time=at,
        discontinuity=False,
        discontinuities=0,
    )


def recorded(node: Node, number: int, init: str) -> Entry:
    """Journal a segment that lies in the spool."""
    each, path = entry(number, init), f"{RUN}{number:05d}.m4s"
    node.spool.path(path).parent.mkdir(parents=True, exist_ok=True)
    node.spool.path(path).write_bytes(b"segment")
    node.journal.record(FIRST, MAIN, each, path=path, init_body=init.encode())
    return each


async def delivered(node: Node) -> None:
    """Begin as after a restart, and go on until everything is listed."""
    camera = source("rtsp://127.0.0.1:9/none")
    delivery = Delivery(camera, node, RenditionHealth(), Measured(), on_listed=lambda: None)
    delivery.resume()
    running = asyncio.create_task(delivery.run())
    await asyncio.wait({running, asyncio.create_task(delivery.drained())}, return_when=asyncio.FIRST_COMPLETED)
    running.cancel()
    await asyncio.wait({running})
    assert running.cancelled()


def test_what_was_thrown_away_behind_a_waiting_segment_is_listed_with_its_initialisation_segment(
    tmp_path: Path,
) -> None:
    async def work(journal: Journal, spool: Spool) -> None:
        store = UnreliableStore(open_store("memory://", {}))
        node = replace(node_of(journal, store), spool=spool)
        node.admitted.set()
        recorded(node, 0, "0badcafe")
        recorded(node, 1, "deadbeef")
        # The first was just being sent when the spool was full.
        node.journal.lose(FIRST, MAIN, 1, GapReason.SPOOL_FULL)
        await delivered(node)
        playlist = parse_media((await store.get(keys.live(FIRST, MAIN))).decode())
        assert [(each.map_uri, each.gap) for each in playlist.segments] == [
            ("init-0badcafe.mp4", False),
            ("init-deadbeef.mp4", True),
        ]
        assert store.broken_rules == []

    with closing(Journal(tmp_path / "journal.sqlite")) as journal, closing(Spool(tmp_path / "spool")) as spool:
        run(work(journal, spool), seconds=PATIENCE_SECONDS)
