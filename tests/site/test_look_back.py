"""The time line of a station's day in a real browser: every moment is found, every gap is explained."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from builder import translations
from builder.labels import Labels
from election.places import LANGUAGES
from election.states import StationState
from election.timeline import Gap, GapReason, Restart
from tests.site.live_stream import Clips
from tests.site.recorded_day import BEGIN, BORDER, DATE, END, GAP, RecordedDay
from tests.site.test_pages import violations
from tests.site.test_player import OUTAGE, PATIENCE, wait_until
from tests.site.viewer_server import STATION, ViewerServer

pytestmark = pytest.mark.browser
NewContext = Callable[..., BrowserContext]
SUMMARY = "Look back at any minute of the day"


@pytest.fixture(autouse=True)
def day(viewer: ViewerServer, clips: Clips) -> None:
    viewer.day = RecordedDay(clips=clips)


def open_day(page: Page, viewer: ViewerServer, query: str = "", language: str = "en") -> None:
    page.goto(f"{viewer.origin}/{language}/station/{STATION}/{query}")
    if "t=" not in query:
        page.locator(".day > .day__summary").click()
    expect(page.locator(".day__body")).to_be_visible(timeout=60000)


def shown(page: Page) -> datetime | None:
    """Return when the picture on screen was taken, None while there is none of a video."""
    told = page.evaluate(
        "document.querySelector('.player__message').textContent === 'The recording is playing.'"
        " ? document.querySelector('.player__time').dateTime : ''"
    )
    return datetime.fromisoformat(told) if told else None


def until_shown(page: Page, after: datetime, *, within: float = 15) -> None:
    """Wait until a picture is on screen that was taken at `after` or at most `within` seconds later.

    Later by as much as was waited for, too: where a machine stands still the video may go on.
    """
    began = time.monotonic()
    while (waited := time.monotonic() - began) < PATIENCE:
        moment = shown(page)
        passed = time.monotonic() - began
        if moment is not None and timedelta(0) <= moment - after <= timedelta(seconds=within + passed):
            return
        page.wait_for_timeout(100)
    raise AssertionError(
        f"{after} is not on screen after {waited:.0f} s but {shown(page)}: "
        f"{page.locator('.day__message').text_content()}"
    )


def go(page: Page, time: str) -> None:
    page.get_by_label("Time, for example 14:05").fill(time)
    page.get_by_role("button", name="Show this moment").click()


def test_a_link_opens_its_moment_and_playback_crosses_the_hour_and_the_gap(page: Page, viewer: ViewerServer) -> None:
    open_day(page, viewer, f"?d={DATE}&t=08:58:20")
    until_shown(page, BEGIN + timedelta(minutes=2, seconds=20))
    expect(page.locator(".player__volume")).to_be_hidden()
    # The hour's playlist ends; the next one is gone on with.
    go(page, "08:59:54")
    until_shown(page, BORDER)
    # What was not recorded is jumped over.
    go(page, "09:00:36")
    until_shown(page, GAP.end)
    # A moment without a picture is explained, and the next picture shown.
    go(page, "09:01:00")
    expect(page.locator(".day__message")).to_have_text(
        "No picture at this moment: the camera could not be reached. Playback goes on at 09:02:00."
    )
    until_shown(page, GAP.end)
    # And back again, within the same playlist and into the one before.
    go(page, "09:00:10")
    until_shown(page, BORDER + timedelta(seconds=10))
    go(page, "08:56:30")
    until_shown(page, BEGIN + timedelta(seconds=30))
    assert viewer.requests.count(f"/live/{STATION}/sub/{DATE}/08.m3u8") >= 1


SPEECH = """for (const [list, part] of [["said", "message"], ["captions", "caption"]]) {
  const element = document.querySelector(`.day__${part}`);
  window[list] = [];
  new MutationObserver(() => window[list].push(element.textContent)).observe(element, { childList: true });
}
window.spoken = [];
const thumb = document.querySelector(".day__slider");
const speak = () => window.spoken.push(thumb.getAttribute("aria-valuetext"));
new MutationObserver(speak).observe(thumb, { attributes: true });"""
"""Keeps from now on what the polite live region says, what stands below the stills, and what the slider speaks."""


def test_a_gap_that_playback_crosses_is_told_of_once_in_words(page: Page, viewer: ViewerServer) -> None:
    open_day(page, viewer, f"?d={DATE}&t=09:00:34")
    page.evaluate(SPEECH)
    words = (
        "There are no pictures from 09:00:40 to 09:02:00: the camera could not be reached. "
        "Playback has gone on at 09:02:00."
    )
    message = page.locator(".day__message")
    expect(message).to_have_attribute("role", "status")
    expect(message).to_have_text(words)
    until_shown(page, GAP.end + timedelta(seconds=2))
    assert page.evaluate("window.said").count(words) == 1
    # Whoever jumps over it has not crossed it.
    go(page, "09:00:10")
    until_shown(page, BORDER + timedelta(seconds=10))
    go(page, "09:02:30")
    until_shown(page, GAP.end + timedelta(seconds=30))
    expect(message).to_have_text("")


def test_a_gap_over_the_full_hour_is_crossed_by_playback_and_by_a_link_into_it(
    page: Page, viewer: ViewerServer, clips: Clips
) -> None:
    gap = Gap(start=BORDER - timedelta(seconds=40), end=BORDER + timedelta(seconds=40), reason=GapReason.REFUSED)
    viewer.day = RecordedDay(clips=clips, gap=gap)
    open_day(page, viewer, f"?d={DATE}&t=08:59:40")
    until_shown(page, gap.end)
    go(page, "08:59:14")
    until_shown(page, gap.start - timedelta(seconds=6))
    until_shown(page, gap.end)


def test_of_a_gap_that_still_runs_nobody_is_told_when_it_ends(page: Page, viewer: ViewerServer, clips: Clips) -> None:
    gap = Gap(start=GAP.start, end=END, reason=GapReason.REFUSED)
    viewer.day = RecordedDay(clips=clips, gap=gap, closed_at=None)
    viewer.stream.missing = True
    viewer.states = {STATION: StationState.OFFLINE}
    open_day(page, viewer, f"?d={DATE}&t=09:01")
    words = (
        "No picture at this moment: the camera could not be reached. "
        "When pictures come again is not known yet; the live picture then follows by itself."
    )
    message = page.locator(".day__message")
    expect(message).to_have_text(words)
    expect(page.locator(".player__message")).to_contain_text("It is tried again by itself.", timeout=OUTAGE)
    expect(message).to_have_text(words)
    viewer.stream.missing = False
    viewer.states = {STATION: StationState.LIVE}
    expect(page.locator(".player__message")).to_have_text("Live video is playing.", timeout=OUTAGE)
    expect(message).to_have_text("")
    # Who finds it over by then is told when it ended.
    viewer.day = RecordedDay(clips=clips, closed_at=None)
    go(page, "09:01")
    until_shown(page, GAP.end)
    expect(message).to_have_text(
        "No picture at this moment: the camera could not be reached. Playback goes on at 09:02:00."
    )


def test_a_gap_after_which_nothing_was_recorded_is_told_of_as_the_end(
    page: Page, viewer: ViewerServer, clips: Clips
) -> None:
    viewer.day = RecordedDay(clips=clips, gap=Gap(start=GAP.start, end=END, reason=GapReason.REFUSED))
    open_day(page, viewer)
    page.evaluate(SPEECH)
    go(page, "09:01")
    expect(page.locator(".day__message")).to_have_text("The recording ends here.")
    assert page.evaluate("window.said")[-2] == (
        "There are no pictures from 09:00:40 to 09:04:00: the camera could not be reached."
    )


def test_a_closed_day_is_played_from_its_one_playlist_to_its_end(
    page: Page, viewer: ViewerServer, clips: Clips
) -> None:
    viewer.day = RecordedDay(clips=clips, whole=True)
    open_day(page, viewer, f"?d={DATE}&t=08:59:56")
    until_shown(page, BORDER)
    assert not [path for path in viewer.requests if path.endswith("08.m3u8")]
    go(page, "09:03:55")
    expect(page.locator(".day__message")).to_have_text("The recording ends here.")


def test_gaps_are_listed_with_their_times_and_reasons_and_the_line_shows_them(page: Page, viewer: ViewerServer) -> None:
    open_day(page, viewer)
    expect(page.locator(".day__mark--gap")).to_have_count(1)
    page.get_by_text("Times without pictures: 1").click()
    expect(page.locator(".day__missing .day__gaps li")).to_have_text(
        "09:00:40–09:02:00 (80 s): the camera could not be reached"
    )
    # A press on the line plays from there.
    page.locator(".day__line").click(position={"x": 2, "y": 10})
    until_shown(page, BEGIN)
    page.locator(".day__line").hover(position={"x": 40, "y": 10})
    expect(page.locator(".day__picture")).to_be_visible()


def test_keys_move_through_the_day_and_the_slider_speaks_the_time(page: Page, viewer: ViewerServer) -> None:
    open_day(page, viewer, f"?d={DATE}&t=08:57")
    until_shown(page, BEGIN + timedelta(minutes=1))
    slider = page.get_by_role("slider", name="Time of day")
    page.evaluate(SPEECH)
    slider.focus()
    slider.press("End")
    slider.press("Home")
    assert {"09:04:00", "08:56:00"} <= set(page.evaluate("window.spoken"))
    go(page, "08:58")
    until_shown(page, BEGIN + timedelta(minutes=2))
    slider.focus()
    slider.press("PageUp")
    slider.press("ArrowRight")
    until_shown(page, BEGIN + timedelta(minutes=3, seconds=10))
    page.get_by_role("button", name="−1 min").click()
    until_shown(page, BEGIN + timedelta(minutes=2, seconds=10))
    slider.focus()
    slider.press("Home")
    for _ in range(5):
        slider.press("PageUp")
    spoken = page.evaluate("window.spoken")
    assert [words for words in spoken if re.fullmatch("09:0[01]:.*No picture: the camera could not be reached", words)]
    assert page.evaluate("document.activeElement.className") == "day__slider"


def test_a_time_that_was_written_stays_until_it_is_gone_to_though_the_video_goes_on(
    page: Page, viewer: ViewerServer
) -> None:
    open_day(page, viewer, f"?d={DATE}&t=08:57")
    until_shown(page, BEGIN + timedelta(minutes=1))
    page.evaluate(SPEECH)
    page.get_by_label("Time, for example 14:05").fill("09:03:30")
    page.keyboard.press("Tab")
    page.evaluate("window.spoken = []")
    wait_until(page, "window.spoken.length > 1")
    page.get_by_role("button", name="Show this moment").click()
    until_shown(page, BEGIN + timedelta(minutes=7, seconds=30))


def test_the_slider_stays_where_it_was_put_while_the_picture_is_on_its_way(page: Page, viewer: ViewerServer) -> None:
    open_day(page, viewer, f"?d={DATE}&t=08:57")
    until_shown(page, BEGIN + timedelta(minutes=1))
    page.route("**/sub/1/*.m4s", lambda route: None)
    slider = page.get_by_role("slider", name="Time of day")
    go(page, "09:03")
    page.evaluate(SPEECH)
    page.wait_for_timeout(2500)
    assert set(page.evaluate("window.spoken")) <= {"09:03:00"}
    expect(slider).to_have_attribute("aria-valuetext", "09:03:00")


def test_a_link_to_a_day_without_a_recording_says_so_and_plays_no_other(page: Page, viewer: ViewerServer) -> None:
    open_day(page, viewer, "?d=2026-01-31&t=08:58")
    expect(page.locator(".day__message")).to_have_text("There is no recording of 31 January 2026.")
    expect(page.locator("video")).to_be_hidden()
    go(page, "08:58")
    until_shown(page, BEGIN + timedelta(minutes=2))


def test_what_is_no_time_of_the_day_is_answered_in_words(page: Page, viewer: ViewerServer) -> None:
    open_day(page, viewer)
    go(page, "noon")
    expect(page.locator(".day__message")).to_have_text("Write the time as 14:05 or 14:05:30.")
    go(page, "14:05")
    expect(page.locator(".day__message")).to_have_text("There are recordings from 08:56:00 to 09:04:00.")


def test_the_day_runs_by_in_its_stills_past_a_gap_in_words_and_can_be_stopped(page: Page, viewer: ViewerServer) -> None:
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url) if request.method == "GET" else None)
    open_day(page, viewer)
    # What it costs is said before it begins.
    expect(page.locator(".day__skim-cost")).to_have_text("All 7 pictures of the day: about 1 MB.")
    page.get_by_role("slider", name="Time of day").press("Home")
    page.evaluate(SPEECH)
    page.get_by_role("button", name="Skim the day in pictures").click()
    words = "There are no pictures from 09:00:40 to 09:02:00: the camera could not be reached."
    expect(page.locator(".day__message")).to_have_text("The recording ends here.")
    captions = page.evaluate("window.captions")
    assert captions.count(words) == page.evaluate("window.said").count(words) == 1
    assert captions[captions.index(words) - 1 :: 2] == ["09:00:00", "09:02:00"]
    stills = {path[-8:-4] for path in fetched if path.endswith(".jpg") and str(DATE) in path}
    assert stills == {"0856", "0857", "0858", "0859", "0900", "0902", "0903"}
    page.get_by_label("Pictures a second").select_option("0")
    page.get_by_role("slider", name="Time of day").press("Home")
    page.get_by_role("button", name="Skim the day in pictures").click()
    page.get_by_role("button", name="Pause", exact=True).click()
    before = page.locator(".day__picture").get_attribute("src")
    page.wait_for_timeout(2500)
    assert page.locator(".day__picture").get_attribute("src") == before


def test_with_pictures_only_looking_back_shows_the_still_of_the_minute_and_says_so(
    page: Page, viewer: ViewerServer
) -> None:
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))
    page.add_init_script("localStorage.setItem('pollcast.saver', 'stills')")
    open_day(page, viewer, f"?d={DATE}&t=08:57:20")
    message, picture = page.locator(".day__message"), page.locator(".day__picture")
    words = "You have chosen pictures only: this is the picture of {}, in place of the video."
    expect(message).to_have_text(words.format("08:57"))
    expect(picture).to_have_attribute("src", f"/live/{STATION}/{DATE}/0857.jpg")
    expect(page.locator(".day__caption")).to_have_text("08:57:20")
    page.get_by_role("button", name="+1 min").click()
    expect(message).to_have_text(words.format("08:58"))
    expect(page.get_by_role("button", name="+1 min")).to_be_focused()
    go(page, "09:01")
    expect(message).to_have_text("There are no pictures from 09:00:40 to 09:02:00: the camera could not be reached.")
    expect(picture).to_have_class(re.compile("day__picture--none"))
    page.locator(".day__live").click()
    expect(page.locator("video")).to_be_hidden()
    assert not [url for url in fetched if url.endswith((".m3u8", ".m4s", ".mp4"))]
    # Whoever chooses so while the recording plays sees the still of the same minute.
    page.get_by_role("combobox", name="Data use").select_option("video")
    go(page, "08:58:10")
    until_shown(page, BEGIN + timedelta(minutes=2, seconds=10))
    page.get_by_role("combobox", name="Data use").select_option("stills")
    expect(message).to_have_text(words.format("08:58"))
    expect(page.locator("video")).to_be_hidden()
    page.get_by_role("combobox", name="Data use").select_option("video")
    expect(message).to_have_text("")


def test_after_the_close_the_page_is_the_archive_and_goes_live_on_request(page: Page, viewer: ViewerServer) -> None:
    viewer.states = {STATION: StationState.CLOSED}
    page.goto(f"{viewer.origin}/en/station/{STATION}/")
    expect(page.locator(".day__body")).to_be_visible(timeout=60000)
    go(page, "08:57")
    until_shown(page, BEGIN + timedelta(minutes=1))
    page.locator(".day__live").click()
    expect(page.locator(".player__message")).to_have_text("Live video is playing.")


def test_a_day_without_any_picture_is_drawn_with_its_gap_and_says_what_happened(
    page: Page, viewer: ViewerServer, clips: Clips
) -> None:
    gap = Gap(start=BEGIN, end=BEGIN + timedelta(hours=11), reason=GapReason.UNAUTHORIZED)
    viewer.day = RecordedDay(clips=clips, gap=gap, empty=True)
    open_day(page, viewer, f"?d={DATE}&t=14:05")
    words = "No picture of this day has been recorded: the camera did not accept the password."
    expect(page.locator(".day__message")).to_have_text(words)
    expect(page.locator(".day__mark--gap")).to_have_count(1)
    expect(page.get_by_text("08:56:00–19:56:00 (11 h): the camera did not accept the password")).to_be_visible()
    go(page, "noon")
    expect(page.locator(".day__message")).to_have_text("Write the time as 14:05 or 14:05:30.")
    go(page, "09:00")
    expect(page.locator(".day__message")).to_have_text(words)
    expect(page.locator("video")).to_be_hidden()
    assert not [path for path in viewer.requests if path.endswith(".m3u8")]


def test_restarts_of_the_recording_are_marked_and_listed_with_their_reasons(
    page: Page, viewer: ViewerServer, clips: Clips
) -> None:
    restart = Restart(time=BEGIN + timedelta(minutes=2), reason=GapReason.JUMPED)
    viewer.day = RecordedDay(clips=clips, restarts=[restart])
    open_day(page, viewer)
    expect(page.locator(".day__mark--restart")).to_have_count(1)
    page.get_by_text("Times the recording began anew: 1").click()
    expect(page.locator(".day__restarts li")).to_have_text("08:58:00: the camera’s clock jumped")
    line = page.locator(".day__line")
    line.hover(position={"x": line.evaluate("element => element.clientWidth") / 4, "y": 10})
    expect(page.locator(".day__caption")).to_have_text("08:58:00. The recording began anew: the camera’s clock jumped")


def other_day(page: Page, clips: Clips) -> date:
    """Let the day before be there too; return its date."""
    before = DATE - timedelta(days=1)
    body = RecordedDay(clips=clips).timeline(before).format()
    page.route(f"**/{before}/timeline.json", lambda route: route.fulfill(body=body, content_type="application/json"))
    return before


@pytest.mark.parametrize("language", LANGUAGES)
def test_days_are_named_in_the_language_of_the_page(
    page: Page, viewer: ViewerServer, clips: Clips, language: str
) -> None:
    before = other_day(page, clips)
    open_day(page, viewer, f"?d={before}", language)
    options = page.locator(".day__days option")
    expect(options).to_have_count(2)
    labels = Labels(language, translations.load(language))
    expect(options).to_have_text([labels.date(before), labels.date(DATE)])
    assert [option.get_attribute("value") for option in options.all()] == [str(before), str(DATE)]


def test_a_station_that_is_shown_past_midnight_gets_its_next_day_on_the_open_page(
    page: Page, viewer: ViewerServer, clips: Clips
) -> None:
    midnight = datetime(DATE.year, DATE.month, DATE.day, 20, tzinfo=UTC)
    viewer.day = RecordedDay(clips=clips, closed_at=midnight)
    page.clock.install()
    open_day(page, viewer)
    day = page.get_by_label("Day", exact=True)
    expect(day).to_be_hidden()
    after = DATE + timedelta(days=1)
    body = RecordedDay(clips=clips).timeline(after).format()
    page.route(f"**/{after}/timeline.json", lambda route: route.fulfill(body=body, content_type="application/json"))
    for _ in range(3):
        page.clock.run_for(40_000)
        page.wait_for_timeout(300)
    expect(day.locator("option")).to_have_count(2)
    expect(day).to_have_value(str(DATE))


def test_playback_goes_on_in_the_next_day_where_the_station_was_shown_past_midnight(
    page: Page, viewer: ViewerServer, clips: Clips
) -> None:
    before = DATE - timedelta(days=1)
    midnight = datetime(DATE.year, DATE.month, DATE.day, 20, tzinfo=UTC)
    # Its own playlists have nothing after this moment.
    body = RecordedDay(clips=clips, closed_at=midnight).timeline(before).format()
    page.route(f"**/{before}/timeline.json", lambda route: route.fulfill(body=body, content_type="application/json"))
    open_day(page, viewer, f"?d={before}&t=23:00")
    until_shown(page, BEGIN)
    expect(page.get_by_label("Day", exact=True)).to_have_value(str(DATE))


def test_a_day_that_does_not_come_is_told_of_and_the_one_before_stays(
    page: Page, viewer: ViewerServer, clips: Clips
) -> None:
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    before = other_day(page, clips)
    open_day(page, viewer, f"?d={before}")
    page.route(f"**/{DATE}/timeline.json", lambda route: route.abort(), times=1)
    day = page.get_by_label("Day", exact=True)
    day.select_option(str(DATE))
    expect(page.locator(".day__message")).to_have_text(
        "This day could not be fetched. Check your connection and choose it again."
    )
    expect(day).to_have_value(str(before))
    day.select_option(str(DATE))
    until_shown(page, BEGIN)
    expect(page.locator(".day__message")).to_have_text("")
    assert complaints == []


def test_the_live_picture_does_not_move_the_thumb_of_another_day(
    page: Page, viewer: ViewerServer, clips: Clips
) -> None:
    before = other_day(page, clips)
    open_day(page, viewer, f"?d={before}")
    page.get_by_role("button", name="Watch live").click()
    expect(page.locator(".player__message")).to_have_text("Live video is playing.")
    page.wait_for_timeout(3000)
    expect(page.get_by_label("Time, for example 14:05")).to_have_value("09:04:00")
    assert page.locator(".day__address").input_value().endswith(f"?d={before}&t=09:04:00")


def test_the_chosen_quality_holds_for_the_recording_too(page: Page, viewer: ViewerServer) -> None:
    open_day(page, viewer)
    page.get_by_role("button", name="Watch live").click()
    page.get_by_role("combobox", name="Quality").select_option("high")
    go(page, "08:58")
    until_shown(page, BEGIN + timedelta(minutes=2))
    assert f"/live/{STATION}/main/{DATE}/08.m3u8" in viewer.requests
    assert f"/live/{STATION}/sub/{DATE}/08.m3u8" not in viewer.requests
    page.get_by_role("combobox", name="Quality").select_option("low")
    end = time.monotonic() + 60
    while f"/live/{STATION}/sub/{DATE}/08.m3u8" not in viewer.requests:
        assert time.monotonic() < end
        page.wait_for_timeout(200)
    until_shown(page, BEGIN + timedelta(minutes=2), within=90)


def test_watch_live_keeps_its_promise_after_a_recording_was_stopped(page: Page, viewer: ViewerServer) -> None:
    open_day(page, viewer, f"?d={DATE}&t=08:58")
    until_shown(page, BEGIN + timedelta(minutes=2))
    page.get_by_role("button", name="Stop the video").click()
    page.get_by_role("button", name="Watch live").click()
    expect(page.locator(".player__message")).to_have_text("Live video is playing.")


@pytest.mark.parametrize("what", ["**/day/look_back.js", "**/timeline.json"])
def test_what_does_not_come_through_at_first_is_fetched_again(page: Page, viewer: ViewerServer, what: str) -> None:
    page.route(what, lambda route: route.abort(), times=1)
    page.goto(f"{viewer.origin}/en/station/{STATION}/")
    page.locator(".day > .day__summary").click()
    expect(page.locator(".day__body")).to_be_visible(timeout=60000)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_opened_line_has_no_accessibility_fault_and_fits_a_narrow_phone(
    new_context: NewContext, viewer: ViewerServer, language: str
) -> None:
    page = new_context(viewport={"width": 320, "height": 640}, color_scheme="dark").new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    open_day(page, viewer, language=language)
    page.locator(".day__missing > .day__summary").click()
    page.locator(".day__line").hover(position={"x": 100, "y": 10})
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert complaints == []


def test_a_station_of_a_past_election_shows_its_recording_and_asks_for_nothing_live(
    page: Page, viewer: ViewerServer
) -> None:
    page.goto(f"{viewer.origin}/en/archive/2020/station/{STATION}/")
    expect(page.locator(".station__state")).to_contain_text("Recorded")
    # It opens by itself, as there is nothing else to see.
    expect(page.locator(".day__body")).to_be_visible(timeout=60000)
    expect(page.locator(".player__play")).to_be_hidden()
    expect(page.locator(".player__refresh")).to_be_hidden()
    expect(page.get_by_role("button", name="Go live")).to_have_count(0)
    expect(page.get_by_role("button", name="Watch the recording")).to_be_visible()
    go(page, "08:58:20")
    until_shown(page, BEGIN + timedelta(minutes=2, seconds=20))
    asked = [path.partition("?")[0] for path in viewer.requests]
    assert "/status/public.json" not in asked
    assert not [path for path in asked if path.endswith(("master.m3u8", "live.m3u8"))]
