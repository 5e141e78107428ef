"""A person keeps a clip of the running system: its times are those of the pictures, and the gap is where it was."""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from playwright.sync_api import Page, expect

from election.ids import Rendition
from simulator import clock_strip
from tests.e2e.published import Published
from tests.e2e.test_watching_back import BAKU, timeline
from tests.running_demo import RunningDemo

pytestmark = [pytest.mark.server, pytest.mark.browser]
AROUND = timedelta(seconds=8)
"""So much before and after a gap is in the clip."""
LATE = 3.0
"""Seconds from what a camera shows to when it arrived."""


def test_a_clip_across_a_gap_bears_the_burnt_in_times(
    page: Page, demo: RunningDemo, published: Published, tmp_path: Path
) -> None:
    station = published.stations[0]
    known = timeline(demo, station)
    assert known is not None
    gap = [each for each in known.renditions[Rendition.SUB].gaps if each.reason == "packager_stopped"][-1]
    page.goto(f"{demo.edge}/en/station/{station}/")
    page.locator(".day > .day__summary").click()
    page.get_by_text("Download a part of the recording").click()
    for label, moment in (("From", gap.start - AROUND), ("To", gap.end + AROUND)):
        page.get_by_label(label, exact=True).fill(f"{moment.astimezone(BAKU):%H:%M:%S}")
    page.get_by_role("button", name="Show the size").click()
    expect(page.locator(".keep__missing")).to_contain_text("the recording program did not run")
    file = tmp_path / "clip.mp4"
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download", exact=True).click()
    waiting.value.save_as(file)
    read, times = 0, []
    with av.open(str(file)) as container:
        begin = datetime.fromisoformat(container.metadata["date"])
        stream = container.streams.video[0]
        assert stream.time_base is not None
        for frame in container.decode(stream):
            assert frame.pts is not None
            times.append(frame.pts * stream.time_base)
            taken = clock_strip.read(frame.to_ndarray(format="gray").astype(np.uint8))
            if taken is not None:
                read += 1
                assert abs(taken / 1000 - begin.timestamp() - float(times[-1])) < LATE
    assert read > len(times) / 2
    assert times == sorted(times)
    steps = [after - before for before, after in itertools.pairwise(times)]
    length = (gap.end - gap.start).total_seconds()
    assert float(max(steps)) == pytest.approx(length, abs=1.5)
    assert sorted(steps)[-2] < Fraction(1, 2), "more is missing than the gap"
