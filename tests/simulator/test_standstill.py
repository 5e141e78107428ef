"""A machine that stands still for a while: a camera's stream goes on without a hole, as a real camera's would."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from simulator import feed
from tests.simulator.client import connected
from tests.simulator.small_cameras import SUB, is_unbroken, run, small_cameras

pytestmark = pytest.mark.server


@pytest.mark.parametrize(("patience", "unbroken"), [(feed.TOO_LATE_SECONDS, True), (2.0, False)])
def test_after_a_short_standstill_everything_is_sent_and_after_a_long_one_what_is_new(
    clips: Path, monkeypatch: pytest.MonkeyPatch, patience: float, unbroken: bool
) -> None:
    monkeypatch.setattr(feed, "TOO_LATE_SECONDS", patience)

    async def work() -> None:
        async with small_cameras(clips, "cam") as server, connected(server.url("cam", SUB)) as client:
            await client.play()
            await client.receive(5)
            time.sleep(3)  # neither the camera nor anybody else runs meanwhile
            await client.receive(60)
            assert is_unbroken(client.packets) is unbroken

    run(work())
