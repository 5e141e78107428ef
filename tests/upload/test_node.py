"""What pipelines share: turns at connecting to cameras."""

from __future__ import annotations

import asyncio
from typing import Any, cast

import pytest

from tests.upload.packaging import PATIENCE_SECONDS, VIDEO, run, until
from upload import node
from upload.node import Node


def shared() -> Node:
    unused = cast("Any", None)
    return Node(
        journal=unused,
        spool=unused,
        store=unused,
        relay=unused,
        watcher=unused,
        video=VIDEO,
        zone=unused,
        holder=unused,
        target=unused,
    )


def test_only_so_many_connect_at_once_and_each_end_lets_another_begin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(node, "CONNECT_SLOT_SECONDS", 3600.0)

    async def work() -> None:
        parts = shared()
        slots = [await parts.connect_slot() for _ in range(node.CONNECTS_AT_ONCE)]
        waiting = asyncio.create_task(parts.connect_slot())
        await asyncio.sleep(0)
        assert not waiting.done()
        for _ in range(3):  # told again with each segment, it counts once
            parts.free_slot(slots[0])
        async with asyncio.timeout(PATIENCE_SECONDS):
            slots[0] = await waiting
        assert parts.connecting.locked()
        for slot in slots:
            parts.free_slot(slot)
        assert parts.connecting._value == node.CONNECTS_AT_ONCE

    run(work())


def test_dead_cameras_hold_up_no_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(node, "CONNECT_SLOT_SECONDS", 0.05)

    async def work() -> None:
        parts = shared()
        slots = [await parts.connect_slot() for _ in range(3 * node.CONNECTS_AT_ONCE)]
        await until(lambda: parts.connecting._value == node.CONNECTS_AT_ONCE)
        for slot in slots:
            parts.free_slot(slot)
        assert parts.connecting._value == node.CONNECTS_AT_ONCE

    run(work())
