"""The player in a real browser: it plays, it says what is going on, and it never gives up."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from election.places import LANGUAGES
from election.states import StationState
from tests.site.live_stream import CODECS, LiveStream, make_clips
from tests.site.test_pages import violations
from tests.site.viewer_server import STATION, ViewerServer, running_viewer_server

pytestmark = pytest.mark.browser
POSITION = "document.querySelector('video').currentTime"
PATIENCE = 120.0
"""Seconds after which what has not happened never will."""
OUTAGE = 1000 * PATIENCE
FRAMES = "document.querySelector('video').getVideoPlaybackQuality().totalVideoFrames"


def open_station(page: Page, viewer: ViewerServer) -> None:
    page.goto(f"{viewer.origin}/en/station/{STATION}/")


def play(page: Page) -> None:
    page.get_by_role("button", name="Watch live").click()


def wait_until(page: Page, condition: str, *, seconds: float = PATIENCE) -> None:
    """Wait until the JavaScript `condition` holds; the policy forbids what Playwright's own waiting needs."""
    end = time.monotonic() + seconds
    while not page.evaluate(condition):
        assert time.monotonic() < end, f"not within {seconds} s: {condition}"
        page.wait_for_timeout(100)


def wait_until_it_moves(page: Page, *, seconds: float = PATIENCE) -> None:
    start = page.evaluate(POSITION)
    wait_until(page, f"{POSITION} > {start} + 0.5", seconds=seconds)


def require_silence(page: Page, viewer: ViewerServer, *endings: str, seconds: float) -> None:
    """Nothing with such an ending is asked for during so many seconds, once what was on its way has come."""
    for _ in range(6):
        viewer.requests.clear()
        page.wait_for_timeout(seconds * 1000)
        asked = [path for path in viewer.requests if path.endswith(endings)]
        if not asked:
            return
    raise AssertionError(f"it is still asked for: {asked}")


def test_a_station_plays_after_the_click_and_goes_on(page: Page, viewer: ViewerServer) -> None:
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    open_station(page, viewer)
    expect(page.locator("video")).to_be_hidden()
    play(page)
    wait_until(page, f"{FRAMES} > 0 && {POSITION} > 0")
    before = page.evaluate(FRAMES)
    wait_until_it_moves(page)
    wait_until(page, f"{FRAMES} > {before}")
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
    wait_until_it_moves(page)
    viewer.stream.break_off()
    page.wait_for_timeout(6000)
    viewer.stream.go_on()
    # The second run is another picture: it is on screen once the player is past the first run's end.
    second_run = "performance.getEntriesByType('resource').some((entry) => /.1.\\d+.m4s$/.test(entry.name))"
    wait_until(page, second_run)
    wait_until_it_moves(page)
    expect(page.get_by_text("Live video is playing.")).to_be_visible()


def test_a_station_that_is_not_there_yet_is_tried_again_until_it_is(page: Page, viewer: ViewerServer) -> None:
    viewer.stream.missing = True
    viewer.states = {STATION: StationState.SCHEDULED}
    open_station(page, viewer)
    expect(page.get_by_text("No picture yet")).to_be_visible()
    play(page)
    message = page.locator(".player__message")
    expect(message).to_contain_text("The video begins by itself as soon as the station is live.")
    expect(message).to_contain_text("State of the station: Not started yet.")
    # What the status says is not there is hardly asked for.
    require_silence(page, viewer, ".m3u8", seconds=8)
    viewer.stream.missing = False
    viewer.states = {STATION: StationState.LIVE}
    wait_until(page, f"{POSITION} > 0.5")
    expect(message).to_have_text("Live video is playing.")


def test_a_long_outage_shows_the_still_and_the_time_of_the_last_picture(page: Page, viewer: ViewerServer) -> None:
    open_station(page, viewer)
    play(page)
    wait_until_it_moves(page)
    viewer.stream.missing = True
    viewer.states = {STATION: StationState.OFFLINE}
    message = page.locator(".player__message")
    expect(message).to_contain_text("Last picture:", timeout=OUTAGE)
    expect(message).to_contain_text("State of the station: No connection.")
    viewer.stream.missing = False
    viewer.states = {STATION: StationState.LIVE}
    # The state's return to live ends the pause between two attempts.
    expect(message).to_have_text("Live video is playing.")


def test_stopping_brings_the_still_back_and_ends_the_traffic(page: Page, viewer: ViewerServer) -> None:
    open_station(page, viewer)
    play(page)
    wait_until_it_moves(page)
    page.get_by_role("button", name="Stop the video").click()
    expect(page.locator("video")).to_be_hidden()
    expect(page.get_by_role("button", name="Watch live")).to_be_focused()
    require_silence(page, viewer, ".m3u8", ".m4s", seconds=5)


def test_without_scripts_there_are_the_still_and_a_link_to_the_playlist(
    browser: object, viewer: ViewerServer, new_context: object
) -> None:
    context = new_context(java_script_enabled=False)  # type: ignore[operator] # a factory of pytest-playwright
    page = context.new_page()
    open_station(page, viewer)
    assert page.get_by_role("link", name="live video (HLS)").get_attribute("href") == f"/live/{STATION}/master.m3u8"
    expect(page.locator("noscript video")).to_be_visible()
    assert page.locator("noscript video").get_attribute("poster") == f"/live/{STATION}/still.jpg"
    expect(page.get_by_role("button")).to_have_count(0)


def test_a_browser_that_can_play_nothing_says_so_and_keeps_the_still(page: Page, viewer: ViewerServer) -> None:
    page.add_init_script(
        "delete window.MediaSource; delete window.ManagedMediaSource;HTMLMediaElement.prototype.canPlayType = () => '';"
    )
    open_station(page, viewer)
    play(page)
    expect(page.get_by_text("This browser cannot show the video.")).to_be_visible()
    expect(page.locator(".player__still")).to_be_visible()
    expect(page.locator("video")).to_be_hidden()


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def test_the_video_is_paused_and_continued_by_its_own_buttons_and_by_the_keyboard(
    page: Page, viewer: ViewerServer
) -> None:
    open_station(page, viewer)
    play(page)
    wait_until_it_moves(page)
    expect(page.get_by_role("group", name="Video controls")).to_be_visible()
    assert not page.evaluate("document.querySelector('video').controls")
    page.get_by_role("button", name="Pause the video").focus()
    page.keyboard.press("Space")
    expect(page.locator(".player__message")).to_contain_text("The video is paused.")
    assert page.evaluate("document.querySelector('video').paused")
    expect(page.get_by_role("button", name="Continue the video")).to_be_focused()
    page.keyboard.press("k")
    wait_until_it_moves(page)
    page.keyboard.press("f")
    wait_until(page, "document.fullscreenElement === document.querySelector('.player')")
    press(page, "Leave full screen")
    wait_until(page, "document.fullscreenElement === null")
    # Outside the player the letters do nothing.
    page.locator("h1").click()
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("k")
    expect(page.get_by_role("button", name="Pause the video")).to_be_visible()


def test_a_camera_without_sound_gets_no_buttons_for_it(page: Page, viewer: ViewerServer) -> None:
    open_station(page, viewer)
    play(page)
    wait_until_it_moves(page)
    expect(page.get_by_role("button", name="Turn on the sound")).to_have_count(0)
    expect(page.get_by_role("slider", name="Volume")).to_have_count(0)


def test_a_camera_with_sound_begins_muted_and_is_heard_at_the_chosen_volume(
    page: Page, site: Path, tmp_path: Path
) -> None:
    stream = LiveStream(
        make_clips(tmp_path, sound=True), main_codecs=f"{CODECS},mp4a.40.2", sub_codecs=f"{CODECS},mp4a.40.2"
    )
    with running_viewer_server(site, stream) as viewer:
        open_station(page, viewer)
        play(page)
        wait_until_it_moves(page)
        video = "document.querySelector('video')"
        assert page.evaluate(f"{video}.muted")
        for width in (320, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            assert violations(page) == []
            assert page.evaluate("document.documentElement.scrollWidth") <= width
        press(page, "Turn on the sound")
        assert not page.evaluate(f"{video}.muted")
        wait_until(page, f"{video}.webkitAudioDecodedByteCount > 0")
        page.get_by_role("slider", name="Volume").fill("40")
        assert page.evaluate(f"{video}.volume") == pytest.approx(0.4)
        wait_until_it_moves(page)
        press(page, "Turn off the sound")
        assert page.evaluate(f"{video}.muted")
        assert page.evaluate("localStorage.getItem('pollcast.volume')") == "40"


def test_where_the_browser_cannot_show_the_large_video_the_small_one_plays(page: Page, viewer: ViewerServer) -> None:
    viewer.stream.main_codecs = "hvc1.1.6.L93.B0"
    open_station(page, viewer)
    can = page.evaluate("MediaSource.isTypeSupported('video/mp4; codecs=hvc1.1.6.L93.B0')")
    play(page)
    wait_until_it_moves(page)
    expect(page.get_by_text("Live video is playing.")).to_be_visible()
    expect(page.get_by_role("combobox", name="Quality")).to_have_count(1 if can else 0)
    assert f"/live/{STATION}/sub/live.m3u8" in viewer.requests
    assert can or f"/live/{STATION}/main/live.m3u8" not in viewer.requests


def test_the_quality_is_chosen_by_its_cost_and_the_choice_is_kept(page: Page, viewer: ViewerServer) -> None:
    open_station(page, viewer)
    play(page)
    wait_until_it_moves(page)
    quality = page.get_by_role("combobox", name="Quality")
    expect(quality.locator("option")).to_have_text(["Automatic", "Low: 45 MB an hour", "High: 180 MB an hour"])
    quality.select_option("high")
    wait_until(page, "performance.getEntriesByType('resource').some((e) => /main.0.\\d+.m4s/.test(e.name))")
    page.reload()
    play(page)
    expect(page.get_by_role("combobox", name="Quality")).to_have_value("high")


@pytest.mark.parametrize("language", LANGUAGES)
def test_on_a_narrow_screen_the_choice_of_quality_is_read_to_its_end(
    page: Page, viewer: ViewerServer, language: str
) -> None:
    page.set_viewport_size({"width": 320, "height": 800})
    page.goto(f"{viewer.origin}/{language}/station/{STATION}/")
    page.locator(".player__play").click()
    quality = page.locator(".player__quality select")
    expect(quality).to_be_visible()
    expect(quality).to_have_value("auto")
    # The longest there is: a picture of many bits.
    needed, given = quality.evaluate("""(select) => {
      select.value = "high";
      const chosen = select.selectedOptions[0];
      chosen.textContent = chosen.textContent.replace("180", "1800");
      const free = select.cloneNode(true);
      free.style.cssText = "position: absolute; width: max-content; max-width: none";
      select.parentNode.appendChild(free);
      const widths = [free.offsetWidth, select.offsetWidth];
      free.remove();
      return widths;
    }""")
    assert needed <= given
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_the_data_saver_plays_the_small_video_only_and_says_what_it_costs(page: Page, viewer: ViewerServer) -> None:
    page.add_init_script("Object.defineProperty(navigator, 'connection', {value: {saveData: true}})")
    open_station(page, viewer)
    expect(page.get_by_role("combobox", name="Data use")).to_have_value("low")
    cost = page.locator(".player__cost")
    expect(cost).to_have_text("Pictures: about 1 MB an hour. What the video costs stands here once it plays.")
    play(page)
    expect(cost).to_contain_text("Video: about 45 MB an hour.")
    expect(page.get_by_role("combobox", name="Quality")).to_be_disabled()
    wait_until_it_moves(page)
    assert not [path for path in viewer.requests if "/main/" in path]


def test_with_pictures_only_there_is_no_video_anywhere_and_the_choice_is_kept(page: Page, viewer: ViewerServer) -> None:
    open_station(page, viewer)
    play(page)
    wait_until_it_moves(page)
    page.get_by_role("combobox", name="Data use").select_option("stills")
    expect(page.locator("video")).to_be_hidden()
    expect(page.locator(".player__still")).to_be_visible()
    page.reload()
    expect(page.get_by_role("combobox", name="Data use")).to_have_value("stills")
    expect(page.locator(".player__cost")).to_have_text("Pictures: about 1 MB an hour.")
    expect(page.get_by_role("button", name="Watch live")).to_have_count(0)


def test_a_station_that_closes_ends_in_words_and_plays_again_when_it_is_opened(
    page: Page, viewer: ViewerServer
) -> None:
    open_station(page, viewer)
    page.evaluate("document.addEventListener('player:over', () => { window.over = true; })")
    play(page)
    wait_until_it_moves(page)
    viewer.stream.closed = True
    viewer.states = {STATION: StationState.CLOSED}
    message = page.locator(".player__message")
    expect(message).to_contain_text("The broadcast has ended.", timeout=OUTAGE)
    expect(message).to_contain_text("Last picture:")
    expect(page.locator("video")).to_be_hidden()
    assert page.evaluate("window.over")
    require_silence(page, viewer, ".m3u8", seconds=7)
    viewer.stream.closed = False
    viewer.states = {STATION: StationState.LIVE}
    wait_until(page, "!document.querySelector('video').hidden")
    wait_until_it_moves(page)


def test_a_station_closed_before_anybody_plays_says_so_at_once(page: Page, viewer: ViewerServer) -> None:
    viewer.stream.closed = True
    viewer.states = {STATION: StationState.CLOSED}
    open_station(page, viewer)
    play(page)
    expect(page.locator(".player__message")).to_have_text("The broadcast has ended.")
    expect(page.get_by_role("group", name="Video controls")).to_have_count(0)


def test_the_browsers_own_controls_stay_where_ours_do_not_arrive(page: Page, viewer: ViewerServer) -> None:
    page.route("**/player/controls.js", lambda route: route.abort())
    open_station(page, viewer)
    play(page)
    wait_until_it_moves(page)
    assert page.evaluate("document.querySelector('video').controls")


def test_play_is_tried_again_where_the_player_itself_did_not_arrive(page: Page, viewer: ViewerServer) -> None:
    page.route("**/player/machine.js", lambda route: route.abort())
    open_station(page, viewer)
    play(page)
    expect(page.locator(".player__message")).to_contain_text("It is tried again by itself.")
    wait_until(page, f"{POSITION} > 0.5")
