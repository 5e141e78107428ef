"""Whatever happens on the way to a moment of the recording, that moment is shown: none before it, none after it."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.site.live_stream import Clips
from tests.site.recorded_day import BEGIN, DATE, END, RecordedDay
from tests.site.test_look_back import go, open_day, until_shown
from tests.site.test_native import until
from tests.site.test_player import PATIENCE, open_station, play
from tests.site.viewer_server import STATION, ViewerServer

pytestmark = pytest.mark.browser
SEEN = """document.addEventListener("DOMContentLoaded", () => {
  window.seen = [];
  const time = document.querySelector(".player__time");
  new MutationObserver(() => window.seen.push(time.dateTime)).observe(time, { attributes: true });
});"""
"""Keeps the times of all pictures that are shown."""
ENDLESS_PAUSES = """const later = window.setTimeout;
window.setTimeout = (run, wait, ...rest) => (wait > 3000 && wait < 7000 ? 0 : later(run, wait, ...rest));"""
"""Lets the pause after a first failed attempt never end by itself."""
REFUSING = """window.refusals = 8;
const append = SourceBuffer.prototype.appendBuffer;
SourceBuffer.prototype.appendBuffer = function (data) {
  if (window.refusals > 0) {
    window.refusals -= 1;
    throw new DOMException("as where the decoder has failed", "InvalidStateError");
  }
  return append.call(this, data);
};"""
"""Lets the first attempts to decode fail."""


@pytest.fixture
def page(page: Page) -> Page:
    page.add_init_script(SEEN)
    return page


@pytest.fixture(autouse=True)
def day(viewer: ViewerServer, clips: Clips) -> None:
    viewer.day = RecordedDay(clips=clips)


def held(viewer: ViewerServer, ending: str) -> threading.Event:
    """Let requests with this ending wait for their answers until the event is set."""
    gate = threading.Event()
    viewer.hangs = lambda _method, path: path.endswith(ending) and not gate.wait(PATIENCE)
    return gate


def asked(page: Page, viewer: ViewerServer, part: str) -> None:
    """Wait until something with this part in its path is asked for."""
    until(lambda: any(part in path for path in viewer.requests), page)


def require_only_from(page: Page, moment: datetime) -> None:
    """No picture of the recorded day was shown that was taken before `moment`."""
    seen = [datetime.fromisoformat(each) for each in page.evaluate("window.seen")]
    recorded = [each for each in seen if BEGIN - timedelta(minutes=1) < each < END]
    assert recorded
    assert min(recorded) >= moment - timedelta(milliseconds=100)


def test_a_moment_is_kept_through_what_the_browser_takes_amiss(page: Page, viewer: ViewerServer) -> None:
    page.add_init_script(REFUSING)
    open_day(page, viewer, f"?d={DATE}&t=08:58")
    until_shown(page, BEGIN + timedelta(minutes=2))
    require_only_from(page, BEGIN + timedelta(minutes=2))
    assert page.evaluate("window.refusals") == 0


def test_a_moment_is_kept_by_who_pauses_before_it_is_there(page: Page, viewer: ViewerServer) -> None:
    gate = held(viewer, ".m4s")
    open_day(page, viewer, f"?d={DATE}&t=08:58")
    asked(page, viewer, ".m4s")
    page.get_by_role("button", name="Pause the video").click()
    gate.set()
    page.get_by_role("button", name="Continue the video").click()
    until_shown(page, BEGIN + timedelta(minutes=2))
    require_only_from(page, BEGIN + timedelta(minutes=2))


def test_a_moment_is_kept_by_who_chooses_another_quality_before_it_is_there(page: Page, viewer: ViewerServer) -> None:
    open_day(page, viewer)
    page.get_by_role("button", name="Watch live").click()
    quality = page.get_by_role("combobox", name="Quality")
    quality.select_option("low")
    gate = held(viewer, ".m4s")
    viewer.requests.clear()
    go(page, "08:58")
    asked(page, viewer, "/sub/0/30.m4s")
    quality.select_option("high")
    gate.set()
    until_shown(page, BEGIN + timedelta(minutes=2))
    require_only_from(page, BEGIN + timedelta(minutes=2))
    assert f"/live/{STATION}/main/{DATE}/08.m3u8" in viewer.requests


@pytest.mark.parametrize("without", ["", "delete window.MediaSource; delete window.ManagedMediaSource;"])
def test_of_two_moments_the_later_wish_is_shown(page: Page, viewer: ViewerServer, without: str) -> None:
    page.add_init_script(without)
    gate = held(viewer, ".m4s")
    open_day(page, viewer, f"?d={DATE}&t=08:57")
    asked(page, viewer, ".m4s")
    go(page, "08:59")
    go(page, "08:58")
    gate.set()
    until_shown(page, BEGIN + timedelta(minutes=2))
    require_only_from(page, BEGIN + timedelta(minutes=2))


def test_another_moment_is_shown_at_once_while_an_attempt_is_waited_for(page: Page, viewer: ViewerServer) -> None:
    page.add_init_script(ENDLESS_PAUSES)
    open_day(page, viewer, f"?d={DATE}&t=08:58")
    until_shown(page, BEGIN + timedelta(minutes=2))
    page.route("**/sub/1/*.m4s", lambda route: route.fulfill(status=410))
    go(page, "09:03")
    message = page.locator(".player__message")
    expect(message).to_contain_text("It is tried again by itself.")
    go(page, "08:59")
    expect(message).to_have_text("The recording is playing.")
    until_shown(page, BEGIN + timedelta(minutes=3))


def test_who_pauses_before_the_live_picture_is_there_has_it_asked_for_again_at_once(
    page: Page, viewer: ViewerServer
) -> None:
    page.add_init_script(ENDLESS_PAUSES)
    gate = held(viewer, "master.m3u8")
    open_station(page, viewer)
    play(page)
    asked(page, viewer, "master.m3u8")
    page.get_by_role("button", name="Pause the video").click()
    viewer.requests.clear()
    gate.set()
    page.get_by_role("button", name="Continue the video").click()
    asked(page, viewer, "/live.m3u8")
    assert f"/live/{STATION}/master.m3u8" in viewer.requests
