"""The browser as a player of HLS, as on telephones without Media Source Extensions; Chromium can be one, too."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from election.states import StationState
from tests.site.live_stream import Clips
from tests.site.recorded_day import BEGIN, BORDER, DATE, GAP, RecordedDay
from tests.site.test_look_back import go, until_shown
from tests.site.test_player import OUTAGE, PATIENCE, open_station, play, wait_until, wait_until_it_moves
from tests.site.viewer_server import STATION, ViewerServer

pytestmark = pytest.mark.browser
WITHOUT_MEDIA_SOURCES = "delete window.MediaSource; delete window.ManagedMediaSource;"
PLAYS = "document.createElement('video').canPlayType('application/vnd.apple.mpegurl') !== ''"
LIVE = "Live video is playing."


@pytest.fixture
def native(page: Page) -> Page:
    """A page in a browser that has no media sources and plays HLS by itself."""
    if not page.evaluate(PLAYS):
        pytest.skip("this browser plays no HLS by itself: the tests need Chromium 142 or newer")
    page.add_init_script(WITHOUT_MEDIA_SOURCES)
    return page


def playlists(viewer: ViewerServer) -> set[str]:
    """Return which renditions' live playlists were asked for."""
    return {name for name in ("main", "sub") if f"/live/{STATION}/{name}/live.m3u8" in viewer.requests}


def until(condition: Callable[[], bool], page: Page) -> None:
    """Wait until what the page causes outside of it holds."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end
        page.wait_for_timeout(200)


def test_a_station_plays_without_the_player_library_and_says_so(native: Page, viewer: ViewerServer) -> None:
    complaints: list[str] = []
    native.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    native.on("pageerror", lambda error: complaints.append(str(error)))
    open_station(native, viewer)
    play(native)
    wait_until_it_moves(native)
    expect(native.locator(".player__message")).to_have_text(LIVE)
    expect(native.get_by_role("group", name="Video controls")).to_be_visible()
    assert not [path for path in viewer.requests if "vendor" in path]
    assert complaints == []
    # Stopped, nothing is asked for any more, and it begins again.
    native.get_by_role("button", name="Stop the video").click()
    expect(native.locator("video")).to_be_hidden()
    play(native)
    wait_until_it_moves(native)


def test_the_quality_is_chosen_as_with_the_library(native: Page, viewer: ViewerServer) -> None:
    open_station(native, viewer)
    play(native)
    wait_until_it_moves(native)
    quality = native.get_by_role("combobox", name="Quality")
    expect(quality.locator("option")).to_have_text(["Automatic", "Low: 45 MB an hour", "High: 180 MB an hour"])
    for choice, rendition in (("high", "main"), ("low", "sub")):
        viewer.requests.clear()
        quality.select_option(choice)
        wait_until(native, f"document.querySelector('video').src.endsWith('/{rendition}/live.m3u8')")
        wait_until_it_moves(native)
        assert playlists(viewer) == {rendition}


def test_the_data_saver_plays_the_small_video_only(native: Page, viewer: ViewerServer) -> None:
    native.add_init_script("Object.defineProperty(navigator, 'connection', {value: {saveData: true}})")
    open_station(native, viewer)
    play(native)
    wait_until_it_moves(native)
    expect(native.locator(".player__cost")).to_contain_text("Video: about 45 MB an hour.")
    assert playlists(viewer) == {"sub"}


def test_an_outage_is_told_of_and_the_video_goes_on_by_itself(native: Page, viewer: ViewerServer) -> None:
    open_station(native, viewer)
    play(native)
    wait_until_it_moves(native)
    viewer.stream.missing = True
    viewer.states = {STATION: StationState.OFFLINE}
    message = native.locator(".player__message")
    expect(message).to_contain_text("It is tried again by itself.", timeout=OUTAGE)
    expect(message).to_contain_text("State of the station: No connection.", timeout=OUTAGE)
    expect(native.locator(".player__still")).to_be_visible()
    viewer.stream.missing = False
    viewer.states = {STATION: StationState.LIVE}
    expect(message).to_have_text(LIVE, timeout=OUTAGE)
    wait_until_it_moves(native)


def test_after_a_restart_of_the_packager_the_page_plays_on(native: Page, viewer: ViewerServer) -> None:
    open_station(native, viewer)
    play(native)
    wait_until_it_moves(native)
    viewer.stream.break_off()
    native.wait_for_timeout(6000)
    viewer.stream.go_on()
    until(lambda: any("/1/0.m4s" in path for path in viewer.requests), native)
    expect(native.locator(".player__message")).to_have_text(LIVE, timeout=OUTAGE)
    wait_until_it_moves(native)


def test_a_station_that_closes_ends_in_words(native: Page, viewer: ViewerServer) -> None:
    open_station(native, viewer)
    play(native)
    wait_until_it_moves(native)
    viewer.stream.closed = True
    viewer.states = {STATION: StationState.CLOSED}
    expect(native.locator(".player__message")).to_contain_text("The broadcast has ended.", timeout=OUTAGE)
    expect(native.locator("video")).to_be_hidden()


def test_a_link_opens_its_moment_and_playback_crosses_the_hour_and_the_gap(
    native: Page, viewer: ViewerServer, clips: Clips
) -> None:
    viewer.day = RecordedDay(clips=clips)
    native.goto(f"{viewer.origin}/en/station/{STATION}/?d={DATE}&t=08:59:54")
    until_shown(native, BORDER - timedelta(seconds=6))
    until_shown(native, BORDER)
    go(native, "09:00:36")
    until_shown(native, GAP.end)
    go(native, "08:56:30")
    until_shown(native, BEGIN + timedelta(seconds=30))
    native.locator(".day__live").click()
    expect(native.locator(".player__message")).to_have_text(LIVE, timeout=OUTAGE)
    wait_until_it_moves(native)
    assert not [path for path in viewer.requests if "vendor" in path]


def test_an_hour_in_which_it_cannot_look_back_is_not_shown_under_a_wrong_time(
    native: Page, viewer: ViewerServer, clips: Clips
) -> None:
    # Chromium takes a playlist without an end for live, and cannot seek in it.
    viewer.day = RecordedDay(clips=clips, running=True, closed_at=None)
    native.goto(f"{viewer.origin}/en/station/{STATION}/?d={DATE}&t=08:58")
    expect(native.locator(".player__message")).to_contain_text("This browser cannot show the video.")
    expect(native.locator("video")).to_be_hidden()
    expect(native.locator(".day__picture")).to_have_attribute("src", f"/live/{STATION}/{DATE}/0858.jpg")
    # An hour that is over is shown.
    viewer.day = RecordedDay(clips=clips, closed_at=None)
    go(native, "08:58")
    until_shown(native, BEGIN + timedelta(minutes=2))


def test_a_format_that_it_does_not_know_is_told_of(native: Page, viewer: ViewerServer) -> None:
    viewer.stream.main_codecs = viewer.stream.sub_codecs = "dvh1.00.00"
    open_station(native, viewer)
    play(native)
    expect(native.locator(".player__message")).to_contain_text("does not know the format of this station's video")
    expect(native.locator(".player__still")).to_be_visible()
