"""By keyboard alone a station is found, watched, looked back on and put on a wall; the focus is always seen."""

from __future__ import annotations

import re
import time
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from election.ids import StationId
from election.states import StationState
from tests.site.live_stream import CODECS, LiveStream, make_clips
from tests.site.recorded_day import BEGIN, RecordedDay
from tests.site.test_look_back import SPEECH, until_shown
from tests.site.test_player import wait_until
from tests.site.viewer_server import STATION, running_viewer_server

pytestmark = pytest.mark.browser
FOCUS = """() => {
  const element = document.activeElement;
  if (element === null || element === document.body) return ["nothing", false];
  const label = element.labels && element.labels.length > 0 ? element.labels[0].textContent : element.textContent;
  const outline = (style) => style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  const box = element.getBoundingClientRect();
  const seen = element.matches(":focus-visible") && box.width > 0 && box.height > 0
    && (outline(getComputedStyle(element)) || outline(getComputedStyle(element, "::after")));
  return [(element.getAttribute("aria-label") || label).replace(/\\s+/g, " ").trim(), seen];
}"""
"""The name of what has the focus, and whether that can be seen."""
OTHER = "034-013"
MOST_STOPS = 80


def focused(page: Page) -> str:
    """Return the name of what has the focus, which must be seen."""
    name, seen = page.evaluate(FOCUS)
    assert seen, f"the focus is not seen, it is on {name}"
    return str(name)


def stays_on(page: Page, name: str) -> None:
    """Wait until what has the focus is called so: a button that was pressed may be renamed a moment later."""
    end = time.monotonic() + 60
    while not focused(page).startswith(name):
        assert time.monotonic() < end, f"the focus is on {focused(page)}, not on {name}"
        page.wait_for_timeout(50)


def tab_to(page: Page, name: str, *, key: str = "Tab") -> None:
    """Press Tab until what begins with `name` has the focus; it may be on its way to the page."""
    expect(page.get_by_text(name).or_(page.get_by_label(name)).locator("visible=true").first).to_be_visible()
    passed = []
    for _ in range(MOST_STOPS):
        page.keyboard.press(key)
        passed.append(focused(page))
        if passed[-1].startswith(name):
            return
    raise AssertionError(f"{name} is not reached: {passed}")


def test_by_keyboard_alone_a_station_is_found_watched_looked_back_on_and_put_on_a_wall(
    page: Page, site: Path, tmp_path: Path
) -> None:
    stream = LiveStream(
        make_clips(tmp_path, sound=True), main_codecs=f"{CODECS},mp4a.40.2", sub_codecs=f"{CODECS},mp4a.40.2"
    )
    with running_viewer_server(site, stream) as viewer:
        viewer.day = RecordedDay(clips=stream.clips)
        viewer.others = {OTHER: LiveStream(stream.clips)}
        viewer.states = {STATION: StationState.LIVE, StationId(OTHER): StationState.LIVE}
        page.goto(f"{viewer.origin}/en/")
        find(page)
        expect(page).to_have_url(f"{viewer.origin}/en/station/{STATION}/")
        watch(page)
        look_back(page)
        make_wall(page)


def find(page: Page) -> None:
    tab_to(page, "Find a polling station")
    page.keyboard.type("034-012")
    expect(page.get_by_text("Polling station 12, constituency 34").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    focused(page)
    page.keyboard.press("Enter")
    page.wait_for_url("**/station/**")


def watch(page: Page) -> None:
    video = "document.querySelector('video')"
    tab_to(page, "Watch live")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Live video is playing.")).to_be_visible()
    stays_on(page, "Stop the video")
    tab_to(page, "Turn on the sound", key="Shift+Tab")
    page.keyboard.press("Space")
    assert not page.evaluate(f"{video}.muted")
    stays_on(page, "Turn off the sound")
    tab_to(page, "Volume")
    page.keyboard.press("ArrowLeft")
    assert page.evaluate(f"{video}.volume") < 1
    tab_to(page, "Full screen")
    page.keyboard.press("Enter")
    wait_until(page, "document.fullscreenElement !== null", seconds=60)
    stays_on(page, "Leave full screen")
    page.keyboard.press("Enter")
    wait_until(page, "document.fullscreenElement === null", seconds=60)
    expect(page.get_by_role("combobox", name="Quality")).to_be_visible()
    tab_to(page, "Quality")
    page.keyboard.press("ArrowDown")
    wait_until(page, "localStorage.getItem('pollcast.quality') === 'low'", seconds=60)
    tab_to(page, "Pause the video", key="Shift+Tab")
    page.keyboard.press("Space")
    expect(page.get_by_text("The video is paused.")).to_be_visible()
    stays_on(page, "Continue the video")


def look_back(page: Page) -> None:
    tab_to(page, "Look back at any minute of the day")
    page.keyboard.press("Enter")
    expect(page.locator(".day__body")).to_be_visible()
    tab_to(page, "Time of day")
    page.evaluate(SPEECH)
    for key in ("Home", "PageUp", "ArrowRight"):
        page.keyboard.press(key)
    spoken = page.evaluate("window.spoken")
    assert "08:56:00" in spoken
    assert [words for words in spoken if words.startswith("08:57:")]
    until_shown(page, BEGIN + timedelta(seconds=70))
    stays_on(page, "Time of day")
    for step in ("−1 min", "−10 s", "+10 s", "+1 min"):
        tab_to(page, step)
        page.keyboard.press("Enter")
        stays_on(page, step)
    tab_to(page, "Time, for example 14:05")
    page.keyboard.press("Control+a")
    page.keyboard.type("08:58:40")
    page.keyboard.press("Enter")
    until_shown(page, BEGIN + timedelta(minutes=2, seconds=40))
    stays_on(page, "Time, for example 14:05")
    tab_to(page, "Skim the day in pictures")
    page.keyboard.press("Enter")
    focused(page)
    expect(page.locator(".day__message")).to_have_text("The recording ends here.")
    tab_to(page, "Times without pictures: 1")
    page.keyboard.press("Enter")
    expect(page.get_by_text("09:00:40–09:02:00 (80 s): the camera could not be reached")).to_be_visible()
    tab_to(page, "Go live", key="Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Live video is playing.")).to_be_visible()
    stays_on(page, "Go live")


def make_wall(page: Page) -> None:
    # The link of the page's head, not the button that puts this station on the wall.
    while page.evaluate("document.activeElement.className") != "header__link":
        tab_to(page, "Wall", key="Shift+Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/wall/**")
    tab_to(page, "Add a station")
    for number, count in (("34/12", 1), ("34/13", 2)):
        page.keyboard.press("Control+a")
        page.keyboard.type(number)
        page.keyboard.press("Enter")
        expect(page.locator(".wall__tile")).to_have_count(count)
        if focused(page) != "Add a station":
            tab_to(page, "Add a station")
    tab_to(page, "Move back: Polling station 12", key="Shift+Tab")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"s={OTHER}(,|%2C){STATION}"))
    stays_on(page, "Move back: Polling station 12")
