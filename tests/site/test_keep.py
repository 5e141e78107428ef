"""A part of the day is downloaded in a real browser: what it will be is said first, and the file holds just that."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import pytest
from playwright.sync_api import Page, expect

from tests.site.live_stream import Clips
from tests.site.recorded_day import DATE, RecordedDay
from tests.site.test_look_back import open_day
from tests.site.test_pages import violations
from tests.site.viewer_server import STATION, ViewerServer

pytestmark = pytest.mark.browser
RATE = 5
"""Pictures a second."""
NO_LIMITS = """const set = window.setTimeout;
window.setTimeout = (run, after, ...given) => set(run, after >= 20000 ? 2 ** 31 - 1 : after, ...given);"""
"""What would be waited for half a minute is waited for without end."""


@pytest.fixture(autouse=True)
def day(viewer: ViewerServer, clips: Clips) -> None:
    viewer.day = RecordedDay(clips=clips)


def choose(page: Page, viewer: ViewerServer, start: str, end: str) -> None:
    open_day(page, viewer)
    page.get_by_text("Download a part of the recording").click()
    page.get_by_label("From").fill(start)
    page.get_by_label("To", exact=True).fill(end)
    page.get_by_role("button", name="Show the size").click()


def saved(page: Page, folder: Path) -> tuple[str, list[Fraction], dict[str, str]]:
    """Press the button; return the file's name, the times of its pictures and what it says of itself."""
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download", exact=True).click()
    file = folder / "clip.mp4"
    waiting.value.save_as(file)
    with av.open(str(file)) as container:
        stream = container.streams.video[0]
        assert stream.time_base is not None
        times = [frame.pts * stream.time_base for frame in container.decode(stream) if frame.pts is not None]
        return waiting.value.suggested_filename, times, dict(container.metadata)


def test_a_clip_over_the_hour_and_a_gap_is_announced_and_is_what_was_announced(
    page: Page, viewer: ViewerServer, tmp_path: Path
) -> None:
    choose(page, viewer, "08:59:50", "09:02:10")
    expect(page.locator(".keep__message")).to_contain_text("08:59:48–09:02:12, ")
    assert "about" not in str(page.locator(".keep__message").text_content())
    gap = "09:00:40–09:02:00 (80 s): the camera could not be reached"
    expect(page.locator(".keep__missing li")).to_have_text([gap])
    assert violations(page) == []
    name, times, said = saved(page, tmp_path)
    expect(page.locator(".keep__message")).to_have_text("Done. The browser has saved the file.")
    assert name == f"{STATION}_{DATE}_08-59-48_09-02-12.mp4"
    before = [Fraction(n, RATE) for n in range(52 * RATE)]
    behind = [132 + Fraction(n, RATE) for n in range(12 * RATE)]
    assert [float(time) for time in times] == pytest.approx([float(time) for time in before + behind], abs=0.003)
    assert said["creation_time"].startswith(f"{DATE}T04:59:48")
    assert gap in said["comment"]
    assert f"/station/{STATION}/" in said["comment"]


def test_a_piece_that_does_not_come_is_named_and_the_rest_is_saved(
    page: Page, viewer: ViewerServer, tmp_path: Path
) -> None:
    choose(page, viewer, "08:57:00", "08:57:12")
    expect(page.locator(".keep__start")).to_be_visible()
    page.route("**/sub/0/16.m4s", lambda route: route.abort())
    _, times, _ = saved(page, tmp_path)
    expect(page.locator(".keep__message")).to_have_text("Done, but not whole: see below what is missing.")
    expect(page.locator(".keep__missing li")).to_have_text(
        ["08:57:04–08:57:08 could not be fetched and is missing in the file."]
    )
    assert [float(time) for time in times if 4 <= time < 8] == []
    assert len(times) == 8 * RATE


def test_the_whole_day_is_reckoned_and_can_be_cancelled(page: Page, viewer: ViewerServer) -> None:
    page.add_init_script(NO_LIMITS)
    choose(page, viewer, "08:57:00", "08:58:00")
    page.get_by_role("button", name="The whole day").click()
    expect(page.locator(".keep__message")).to_contain_text("08:56:00–09:04:00, about ")
    page.route("**/sub/0/5.m4s", lambda route: None)
    page.get_by_role("button", name="Download", exact=True).click()
    expect(page.locator(".keep__progress")).to_be_visible()
    page.get_by_role("button", name="Cancel").click()
    # At once, though the segment that hangs would be waited for, half a minute by the real clock.
    expect(page.locator(".keep__message")).to_have_text("Cancelled. Nothing was saved.")


def test_a_gap_at_the_beginning_of_what_was_asked_for_is_named(page: Page, viewer: ViewerServer) -> None:
    choose(page, viewer, "09:01:00", "09:02:10")
    expect(page.locator(".keep__message")).to_contain_text("09:02:00–09:02:12, ")
    expect(page.locator(".keep__missing li")).to_have_text(
        ["09:01:00–09:02:00 (60 s): the camera could not be reached"]
    )


def test_a_size_that_is_not_told_makes_the_sum_an_estimate(page: Page, viewer: ViewerServer) -> None:
    page.route("**/sub/0/16.m4s", lambda route: route.fulfill(status=403))
    choose(page, viewer, "08:57:00", "08:57:12")
    expect(page.locator(".keep__message")).to_contain_text("about ")


def test_what_cannot_be_a_clip_is_answered_in_words(page: Page, viewer: ViewerServer) -> None:
    choose(page, viewer, "09:00", "08:59")
    expect(page.locator(".keep__message")).to_have_text("The end must come after the beginning.")
    choose(page, viewer, "soon", "08:59")
    expect(page.locator(".keep__message")).to_have_text("Write the time as 14:05 or 14:05:30.")
    choose(page, viewer, "09:01", "09:01:30")
    expect(page.locator(".keep__message")).to_have_text("There are no pictures of this time.")
