"""H.265 in a browser that cannot decode it: it is said in words, and what can be shown is shown."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from election.timeline import Gap, GapReason
from tests.site.live_stream import H265, Clips, LiveStream, make_clips
from tests.site.recorded_day import BEGIN, BORDER, DATE, RecordedDay
from tests.site.test_look_back import go, until_shown
from tests.site.test_moments import SEEN, require_only_from
from tests.site.test_player import open_station, play, require_silence, wait_until_it_moves
from tests.site.viewer_server import STATION, ViewerServer, running_viewer_server

pytestmark = pytest.mark.browser
HVC1 = "hvc1.1.6.L30.90"
WITHOUT_H265 = """const known = MediaSource.isTypeSupported;
const add = MediaSource.prototype.addSourceBuffer;
const unknown = /hvc1|hev1/;
MediaSource.isTypeSupported = (type) => !unknown.test(type) && known.call(MediaSource, type);
MediaSource.prototype.addSourceBuffer = function (type) {
  if (unknown.test(type)) throw new DOMException("as where it is not known", "NotSupportedError");
  return add.call(this, type);
};"""
"""Makes any browser one that cannot decode it."""
WORDS = (
    "This browser does not know the format of this station's video (such as H.265). Another browser or device may "
    "show it. The still picture is renewed about every 30 seconds."
)


@pytest.fixture(scope="module")
def h265(tmp_path_factory: pytest.TempPathFactory) -> Clips:
    return make_clips(tmp_path_factory.mktemp("h265"), coding=H265)


@pytest.fixture
def page(page: Page) -> Page:
    page.add_init_script(WITHOUT_H265)
    return page


@pytest.fixture
def only_h265(site: Path, h265: Clips) -> Iterator[ViewerServer]:
    """A station of which both renditions are H.265."""
    with running_viewer_server(site, LiveStream(h265, main_codecs=HVC1, sub_codecs=HVC1)) as server:
        server.day = RecordedDay(clips=h265)
        yield server


@pytest.fixture
def mixed(site: Path, clips: Clips, h265: Clips) -> Iterator[ViewerServer]:
    """A station with H.265 as the large picture and H.264 as the small one."""
    with running_viewer_server(site, LiveStream(clips, main_clips=h265, main_codecs=HVC1)) as server:
        server.day = RecordedDay(clips=clips)
        yield server


def test_where_nothing_can_be_shown_it_is_said_and_the_still_is_kept(page: Page, only_h265: ViewerServer) -> None:
    open_station(page, only_h265)
    play(page)
    expect(page.locator(".player__message")).to_have_text(WORDS)
    expect(page.locator(".player__still")).to_be_visible()
    expect(page.locator("video")).to_be_hidden()
    expect(page.get_by_role("combobox", name="Quality")).to_have_count(0)
    expect(page.get_by_role("button", name="Stop the video")).to_have_count(0)
    expect(page.get_by_role("button", name="Watch live")).to_have_count(0)
    # Nothing of the video is asked for again, and the still is renewed.
    require_silence(page, only_h265, ".m3u8", ".m4s", seconds=7)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("az", "Bu brauzer məntəqənin video formatını (məsələn, H.265) tanımır."),
        ("ru", "Этот браузер не поддерживает формат видео с этого участка (например, H.265)."),
    ],
)
def test_it_is_said_in_the_language_of_the_page(page: Page, only_h265: ViewerServer, language: str, words: str) -> None:
    page.goto(f"{only_h265.origin}/{language}/station/{STATION}/")
    page.locator(".player__play").click()
    expect(page.locator(".player__message")).to_contain_text(words)


def test_a_recording_of_which_nothing_can_be_shown_says_so(page: Page, only_h265: ViewerServer) -> None:
    page.goto(f"{only_h265.origin}/en/station/{STATION}/?d={DATE}&t=08:58")
    expect(page.locator(".player__message")).to_have_text(WORDS)
    expect(page.locator("video")).to_be_hidden()
    require_silence(page, only_h265, ".m3u8", ".m4s", seconds=7)


def test_the_small_picture_plays_and_the_large_one_is_not_offered(page: Page, mixed: ViewerServer) -> None:
    # Chosen at another station, where it could be shown.
    page.add_init_script("localStorage.setItem('pollcast.quality', 'high')")
    open_station(page, mixed)
    play(page)
    wait_until_it_moves(page)
    expect(page.locator(".player__message")).to_have_text("Live video is playing.")
    expect(page.get_by_role("combobox", name="Quality")).to_have_count(0)
    assert f"/live/{STATION}/sub/live.m3u8" in mixed.requests
    assert not [path for path in mixed.requests if "/main/" in path]


def test_looking_back_in_the_large_picture_shows_the_small_one(page: Page, mixed: ViewerServer) -> None:
    page.add_init_script("localStorage.setItem('pollcast.quality', 'high')")
    page.add_init_script(SEEN)
    page.goto(f"{mixed.origin}/en/station/{STATION}/?d={DATE}&t=08:58")
    until_shown(page, BEGIN + timedelta(minutes=2))
    # Its times are its own, not shifted by those of the large one, whose encoder begins later.
    require_only_from(page, BEGIN + timedelta(minutes=2))
    assert [path for path in mixed.requests if f"/sub/{DATE}/" in path]
    # So it is in every hour after that, without another attempt at the large one.
    mixed.requests.clear()
    go(page, "09:00:10")
    until_shown(page, BORDER + timedelta(seconds=10))
    assert not [path for path in mixed.requests if "/main/" in path]


def test_in_an_hour_that_begins_with_a_gap_the_small_picture_is_of_the_moment_asked_for(
    page: Page, mixed: ViewerServer, clips: Clips
) -> None:
    gap = Gap(start=BORDER, end=BORDER + timedelta(minutes=1), reason=GapReason.REFUSED)
    mixed.day = RecordedDay(clips=clips, gap=gap)
    page.add_init_script("localStorage.setItem('pollcast.quality', 'high')")
    page.add_init_script(SEEN)
    page.goto(f"{mixed.origin}/en/station/{STATION}/?d={DATE}&t=09:03")
    until_shown(page, BORDER + timedelta(minutes=3))
    require_only_from(page, BORDER + timedelta(minutes=3))


def test_the_small_picture_is_of_the_moment_asked_for_though_it_does_not_come_at_first(
    page: Page, mixed: ViewerServer
) -> None:
    page.add_init_script("localStorage.setItem('pollcast.quality', 'high')")
    page.add_init_script(SEEN)
    # An answer after which hls.js asks no more; the player does.
    page.route("**/sub/0/*.m4s", lambda route: route.fulfill(status=410))
    page.goto(f"{mixed.origin}/en/station/{STATION}/?d={DATE}&t=08:58")
    expect(page.locator(".player__message")).to_contain_text("It is tried again by itself.")
    page.unroute("**/sub/0/*.m4s")
    until_shown(page, BEGIN + timedelta(minutes=2))
    require_only_from(page, BEGIN + timedelta(minutes=2))
