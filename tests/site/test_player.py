"""The player in a real browser: it plays, it says what is going on, and it never gives up."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import Page, expect

from election.states import StationState
from tests.site.viewer_server import STATION, ViewerServer

pytestmark = pytest.mark.browser
POSITION = "document.querySelector('video').currentTime"
FRAMES = "document.querySelector('video').getVideoPlaybackQuality().totalVideoFrames"


def open_station(page: Page, viewer: ViewerServer) -> None:
    page.goto(f"{viewer.origin}/en/station/{STATION}/")


def play(page: Page) -> None:
    page.get_by_role("button", name="Watch live").click()


def wait_until(page: Page, condition: str, *, seconds: float) -> None:
    """Wait until the JavaScript `condition` holds; the policy forbids what Playwright's own waiting needs."""
    end = time.monotonic() + seconds
    while not page.evaluate(condition):
        assert time.monotonic() < end, f"not within {seconds} s: {condition}"
        page.wait_for_timeout(100)


def wait_until_it_moves(page: Page, *, seconds: float) -> None:
    start = page.evaluate(POSITION)
    wait_until(page, f"{POSITION} > {start} + 0.5", seconds=seconds)


def test_a_station_plays_within_five_seconds_of_the_click_and_goes_on(page: Page, viewer: ViewerServer) -> None:
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    open_station(page, viewer)
    expect(page.locator("video")).to_be_hidden()
    play(page)
    wait_until(page, f"{FRAMES} > 0 && {POSITION} > 0", seconds=5)
    before = page.evaluate(FRAMES)
    wait_until_it_moves(page, seconds=5)
    assert page.evaluate(FRAMES) > before
    expect(page.locator("video")).to_be_visible()
    expect(page.get_by_text("Live video is playing.")).to_be_visible()
    expect(page.locator(".player__clock")).to_contain_text("behind")
    assert page.evaluate("document.querySelector('video').muted")
    assert complaints == []


def test_the_player_library_is_not_fetched_before_somebody_plays(page: Page, viewer: ViewerServer) -> None:
    open_station(page, viewer)
    expect(page.locator(".player__clock")).to_contain_text("ago")
    assert not [path for path in viewer.requests if "vendor" in path or "engines" in path or path.endswith(".m3u8")]


def test_after_a_restart_of_the_packager_the_page_plays_on_without_a_reload(page: Page, viewer: ViewerServer) -> None:
    open_station(page, viewer)
    play(page)
    wait_until_it_moves(page, seconds=8)
    viewer.stream.break_off()
    page.wait_for_timeout(6000)
    viewer.stream.go_on()
    page.wait_for_timeout(9000)
    wait_until_it_moves(page, seconds=8)
    # The second run is another picture: it is on screen once the player is past the first run's end.
    second_run = "performance.getEntriesByType('resource').some((entry) => entry.name.includes('/1/1.m4s'))"
    wait_until(page, second_run, seconds=10)
    wait_until_it_moves(page, seconds=8)
    expect(page.get_by_text("Live video is playing.")).to_be_visible()


def test_a_station_that_is_not_there_yet_is_tried_again_until_it_is(page: Page, viewer: ViewerServer) -> None:
    viewer.stream.missing = True
    viewer.states = {STATION: StationState.SCHEDULED}
    open_station(page, viewer)
    expect(page.get_by_text("No picture yet")).to_be_visible()
    play(page)
    message = page.locator(".player__message")
    expect(message).to_contain_text("It is tried again by itself.", timeout=15000)
    expect(message).to_contain_text("State of the station: Not started yet.")
    viewer.stream.missing = False
    wait_until(page, f"{POSITION} > 0.5", seconds=25)
    expect(message).to_have_text("Live video is playing.")


def test_a_long_outage_shows_the_still_and_the_time_of_the_last_picture(page: Page, viewer: ViewerServer) -> None:
    open_station(page, viewer)
    play(page)
    wait_until_it_moves(page, seconds=8)
    viewer.stream.missing = True
    viewer.states = {STATION: StationState.OFFLINE}
    message = page.locator(".player__message")
    expect(message).to_contain_text("Last picture:", timeout=60000)
    expect(message).to_contain_text("State of the station: No connection.", timeout=15000)
    viewer.stream.missing = False
    viewer.states = {STATION: StationState.LIVE}
    # The state's return to live ends the pause between two attempts.
    expect(message).to_have_text("Live video is playing.", timeout=20000)


def test_stopping_brings_the_still_back_and_ends_the_traffic(page: Page, viewer: ViewerServer) -> None:
    open_station(page, viewer)
    play(page)
    wait_until_it_moves(page, seconds=8)
    page.get_by_role("button", name="Stop the video").click()
    expect(page.locator("video")).to_be_hidden()
    expect(page.get_by_role("button", name="Watch live")).to_be_focused()
    page.wait_for_timeout(500)
    viewer.requests.clear()
    page.wait_for_timeout(5000)
    assert not [path for path in viewer.requests if path.endswith((".m3u8", ".m4s"))]


def test_without_scripts_there_are_the_still_and_a_link_to_the_playlist(
    browser: object, viewer: ViewerServer, new_context: object
) -> None:
    context = new_context(java_script_enabled=False)  # type: ignore[operator] # a factory of pytest-playwright
    page = context.new_page()
    open_station(page, viewer)
    assert page.get_by_role("link", name="live video (HLS)").get_attribute("href") == f"/live/{STATION}/master.m3u8"
    expect(page.locator(".player__still")).to_be_visible()
    expect(page.get_by_role("button")).to_have_count(0)


def test_without_media_sources_the_browsers_own_player_is_used_or_the_page_says_that_it_cannot(
    page: Page, viewer: ViewerServer
) -> None:
    page.add_init_script("delete window.MediaSource; delete window.ManagedMediaSource;")
    open_station(page, viewer)
    play(page)
    if page.evaluate("document.querySelector('video').canPlayType('application/vnd.apple.mpegurl')"):
        wait_until_it_moves(page, seconds=8)
        expect(page.get_by_text("Live video is playing.")).to_be_visible()
    else:
        expect(page.get_by_text("This browser cannot show the video.")).to_be_visible()
    assert not [path for path in viewer.requests if "vendor" in path]


def test_a_browser_that_can_play_nothing_says_so_and_keeps_the_still(page: Page, viewer: ViewerServer) -> None:
    page.add_init_script(
        "delete window.MediaSource; delete window.ManagedMediaSource;HTMLMediaElement.prototype.canPlayType = () => '';"
    )
    open_station(page, viewer)
    play(page)
    expect(page.get_by_text("This browser cannot show the video.")).to_be_visible()
    expect(page.locator(".player__still")).to_be_visible()
    expect(page.locator("video")).to_be_hidden()
