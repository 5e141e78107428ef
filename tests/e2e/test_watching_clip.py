"""A person keeps a clip of the running system: its times are those of the pictures, and the gap is where it was."""

from __future__ import annotations

from datetime import datetime, timedelta
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from playwright.sync_api import Page, expect

from simulator import clock_strip
from tests.e2e.published import Published
from tests.e2e.screen import LATEST, SAME, pictures, recorded
from tests.e2e.test_watching_back import BAKU, gap_without_a_packager, hour_playlists
from tests.running_demo import RunningDemo
from tests.site import clip_clock, kept_files

pytestmark = [pytest.mark.server, pytest.mark.browser]
AROUND = timedelta(seconds=8)
"""So much before and after a gap is in the clip."""
WHOLE = Fraction(1, 2)
"""Seconds from one picture to the next; longer where the camera itself stood still."""


def test_a_clip_across_a_gap_bears_the_burnt_in_times(
    page: Page, demo: RunningDemo, published: Published, tmp_path: Path
) -> None:
    station = published.stations[0]
    gap = gap_without_a_packager(demo, station, behind=timedelta(seconds=20))
    kept_files.offer_no_files(page)
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
    times, late = read(file)
    assert times == sorted(times)
    with av.open(str(file)) as container:
        begin = datetime.fromisoformat(container.metadata["date"]).timestamp()
    moments = [begin + float(time) for time in times]
    # No picture lies in the gap, and what follows begins where the gap ends.
    before = [each for each in moments if each < gap.end.timestamp() - 0.5]
    behind = moments[len(before)]
    assert before[-1] < gap.start.timestamp() + 0.5
    assert behind == pytest.approx(gap.end.timestamp(), abs=1.5)
    # All that was published of the time is there, and nothing else.
    held = [
        (segment.program_date_time, len(list(pictures(demo.edge, playlist, segment))))
        for playlist in hour_playlists(demo, station, gap.start - AROUND, gap.end + AROUND)
        for segment in recorded(demo.edge, playlist)
        if begin - 0.1 < segment.program_date_time.timestamp() < moments[-1]
    ]
    assert len(times) == sum(count for _moment, count in held)
    # Each piece of the file says the time that was published of it.
    assert [each.moment for each in clip_clock.fragment_times(file)] == [moment for moment, _count in held]
    chapters = [moment.timestamp() for _position, moment in clip_clock.chapters(file)]
    assert min(abs(moment - behind) for moment in chapters) < 0.002
    # A recording's times are counted from when its first segment arrived, late where the machine stood still; within
    # a recording all are equally late.
    assert len([each for each in late if each is not None]) > len(times) / 2
    for told in recordings(times, late):
        assert max(told) - min(told) < SAME, told
        assert -SAME < min(told) < LATEST, told


def read(file: Path) -> tuple[list[Fraction], list[float | None]]:
    """Return of each picture the time in the file and how late it is by what is burnt into it, None if unreadable."""
    times: list[Fraction] = []
    late: list[float | None] = []
    with av.open(str(file)) as container:
        begin = datetime.fromisoformat(container.metadata["date"])
        stream = container.streams.video[0]
        assert stream.time_base is not None
        for frame in container.decode(stream):
            assert frame.pts is not None
            times.append(frame.pts * stream.time_base)
            taken = clock_strip.read(frame.to_ndarray(format="gray").astype(np.uint8))
            late.append(None if taken is None else begin.timestamp() + float(times[-1]) - taken / 1000)
    return times, late


def recordings(times: list[Fraction], late: list[float | None]) -> list[list[float]]:
    """Return the readable ones of what has no break between them."""
    runs: list[list[float]] = [[]]
    for before, time, each in zip([times[0], *times], times, late, strict=False):
        if time - before > WHOLE:
            runs.append([])
        if each is not None:
            runs[-1].append(each)
    return [run for run in runs if run]
