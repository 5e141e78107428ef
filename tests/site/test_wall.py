"""The wall in a real browser: several stations at once, in an order and at a moment that the address carries."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from election.ids import StationId
from election.places import LANGUAGES
from election.states import StationState
from tests.site.live_stream import LiveStream
from tests.site.recorded_day import DATE, RecordedDay
from tests.site.test_pages import violations
from tests.site.test_player import wait_until
from tests.site.viewer_server import STATION, ViewerServer

pytestmark = pytest.mark.browser
NewContext = Callable[..., BrowserContext]
SIX = [f"034-{number:03d}" for number in range(12, 18)]
MOVING = "[...document.querySelectorAll('.wall__tile video')].filter((video) => video.currentTime > 0.5).length"
LOADED = "[...document.querySelectorAll('.wall__tile video')].filter((video) => video.currentSrc !== '').length"


@pytest.fixture(autouse=True)
def stations(viewer: ViewerServer) -> None:
    """Six stations are live; the first has a recorded day too."""
    viewer.day = RecordedDay(clips=viewer.stream.clips)
    viewer.others = {station: LiveStream(viewer.stream.clips) for station in SIX[1:]}
    viewer.states = {StationId(station): StationState.LIVE for station in SIX}


def open_wall(page: Page, viewer: ViewerServer, query: str, language: str = "en") -> None:
    page.goto(f"{viewer.origin}/{language}/wall/{query}")
    expect(page.locator(".wall__tile").first).to_be_visible()


def order(page: Page) -> list[str]:
    """Return the stations in the address; asked in the page, for what the browser tells of itself comes later."""
    return re.findall(r"\d{3}-\d{3}", str(page.evaluate("location.search")).partition("?s=")[2].partition("&")[0])


def test_four_play_at_once_on_a_desktop_and_two_on_a_phone_and_the_others_show_stills(
    new_context: NewContext, viewer: ViewerServer
) -> None:
    for width, live in ((1280, 4), (390, 2)):
        page = new_context(viewport={"width": width, "height": 3000}).new_page()
        open_wall(page, viewer, f"?s={','.join(SIX)}")
        wait_until(page, f"{MOVING} === {live}")
        page.wait_for_timeout(1000)
        assert page.evaluate(LOADED) <= live
        expect(page.locator(".wall__still:visible")).to_have_count(6 - live)
        page.close()


def test_players_off_screen_are_ended_and_begin_again_when_they_are_seen(
    new_context: NewContext, viewer: ViewerServer
) -> None:
    page = new_context(viewport={"width": 390, "height": 500}).new_page()
    open_wall(page, viewer, f"?s={','.join(SIX)}")
    wait_until(page, f"{MOVING} >= 1")
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    first = "document.querySelector('.wall__tile video').readyState"
    wait_until(page, f"{first} === 0")
    page.evaluate("window.scrollTo(0, 0)")
    wait_until(page, f"{first} > 0")


def test_what_cannot_be_shown_is_told_and_left_out(page: Page, viewer: ViewerServer) -> None:
    open_wall(page, viewer, f"?s={SIX[0]},999-001,foo,{SIX[1]},{SIX[0]}")
    expect(page.locator(".wall__notes")).to_contain_text("foo")
    expect(page.locator(".wall__tile")).to_have_count(2)
    expect(page.locator(".wall__notes")).to_contain_text("Polling station 1, constituency 999")
    assert order(page) == SIX[:2]


def test_stations_are_added_moved_and_removed_by_keyboard_and_the_address_follows(
    page: Page, viewer: ViewerServer
) -> None:
    open_wall(page, viewer, f"?s={SIX[0]},{SIX[1]}")
    page.get_by_role("searchbox", name="Add a station").fill("34/14")
    page.keyboard.press("Enter")
    expect(page.locator(".wall__tile")).to_have_count(3)
    assert order(page) == SIX[:3]
    button = page.get_by_role("button", name="Move forward: Polling station 14, constituency 34")
    button.focus()
    page.keyboard.press("Enter")
    assert order(page) == [SIX[0], SIX[2], SIX[1]]
    page.get_by_role("button", name="Remove from wall: Polling station 12, constituency 34").press("Enter")
    expect(page.locator(".wall__tile")).to_have_count(2)
    assert order(page) == [SIX[2], SIX[1]]
    # Whoever is given the address sees the same; whoever comes back without one is offered it.
    address = str(page.evaluate("location.href"))
    page.goto(f"{viewer.origin}/en/wall/")
    expect(page.locator(".wall__again")).to_be_visible()
    expect(page.get_by_label("Live videos at once")).to_be_hidden()
    page.locator(".wall__again").click()
    expect(page).to_have_url(address)


def test_a_tile_is_dragged_to_another_place(page: Page, viewer: ViewerServer) -> None:
    open_wall(page, viewer, f"?s={SIX[0]},{SIX[1]}")
    # Once both play, nothing moves on the page any more.
    wait_until(page, f"{MOVING} === 2")
    page.locator(".wall__handle").first.hover()
    page.mouse.down()
    target = page.locator(".wall__tile").nth(1)
    target.hover(position={"x": 30, "y": 30})
    target.hover(position={"x": 40, "y": 40})
    page.mouse.up()
    wait_until(page, f"location.search.startsWith('?s={SIX[1]},{SIX[0]}')")


def test_one_station_that_is_not_there_does_not_stop_the_others(page: Page, viewer: ViewerServer) -> None:
    viewer.others[SIX[1]].missing = True
    open_wall(page, viewer, f"?s={SIX[1]},{SIX[0]},{SIX[2]}")
    wait_until(page, f"{MOVING} === 2")


def test_all_look_back_at_one_moment_and_who_has_no_picture_says_so(page: Page, viewer: ViewerServer) -> None:
    open_wall(page, viewer, f"?s={STATION},{SIX[1]}&d={DATE}&t=08:58:20")
    wait_until(page, f"{MOVING} === 1")
    expect(page.locator(".wall__tile").nth(1)).to_contain_text("There is no recording of this time.")
    shown = "document.querySelector('.wall__tile .wall__time').textContent.slice(0, 8)"
    clock = "document.querySelector('.wall__clock').textContent"
    # What the station is now says nothing of then.
    expect(page.locator(".wall__state").first).to_be_hidden()
    wait_until(page, f"{shown} > '08:58:20' && {clock}.includes({shown})")
    page.get_by_label("Time", exact=True).fill("09:01")
    page.get_by_role("button", name="Show this moment").click()
    expect(page.locator(".wall__tile").first.locator(".wall__words")).not_to_be_empty()
    page.get_by_role("button", name="Live", exact=True).click()
    expect(page.locator(".wall__state").first).to_be_visible()
    wait_until(page, f"{MOVING} === 2")


def test_one_station_without_a_recording_does_not_stop_the_others(page: Page, viewer: ViewerServer) -> None:
    open_wall(page, viewer, f"?s={SIX[1]},{STATION}&d={DATE}&t=08:57:20")
    wait_until(page, f"{MOVING} === 1", seconds=60)


def test_a_day_that_is_not_there_is_told_of_and_asked_for_ever_more_rarely(page: Page, viewer: ViewerServer) -> None:
    page.clock.install()
    open_wall(page, viewer, f"?s={SIX[1]}&d={DATE}&t=08:58:20&n=0")
    expect(page.locator(".wall__words")).to_have_text("There is no recording of this time.")
    asked = f"/live/{SIX[1]}/{DATE}/timeline.json"
    for _ in range(60):
        page.clock.run_for(5000)
        page.wait_for_timeout(30)
    # In these five minutes after 5, 10, 20 and 40 s, then every minute, and no more.
    assert 4 <= viewer.requests.count(asked) <= 12


def test_a_still_of_the_recording_bears_its_own_time(page: Page, viewer: ViewerServer) -> None:
    open_wall(page, viewer, f"?s={STATION}&d={DATE}&t=09:02:30&n=0")
    expect(page.locator(".wall__still")).to_be_visible()
    expect(page.locator(".wall__time")).to_have_text(re.compile("^09:0[23]:00"))


def test_with_pictures_only_nothing_plays(page: Page, viewer: ViewerServer) -> None:
    page.goto(f"{viewer.origin}/en/wall/")
    page.evaluate("localStorage.setItem('pollcast.saver', 'stills')")
    open_wall(page, viewer, f"?s={SIX[0]},{SIX[1]}")
    expect(page.locator(".wall__still:visible")).to_have_count(2)
    page.wait_for_timeout(2500)
    assert page.evaluate(LOADED) == 0


def test_a_station_of_a_list_is_put_on_the_wall(page: Page, viewer: ViewerServer) -> None:
    page.goto(f"{viewer.origin}/en/constituency/034/")
    page.get_by_role("button", name="Wall: Polling station 12, constituency 34").click()
    page.get_by_role("button", name="Wall: Polling station 13, constituency 34").click()
    page.get_by_role("link", name="Open the wall, stations: 2").click()
    expect(page.locator(".wall__tile")).to_have_count(2)
    assert order(page) == SIX[:2]


def test_a_station_that_was_searched_is_put_on_the_wall(page: Page, viewer: ViewerServer) -> None:
    page.goto(f"{viewer.origin}/en/")
    field = page.locator(".search__input")
    for number in (12, 13):
        field.fill(f"34/{number}")
        page.get_by_role("button", name=f"Wall: Polling station {number}, constituency 34").first.click()
    page.get_by_role("link", name="Open the wall, stations: 2").click()
    expect(page.locator(".wall__tile")).to_have_count(2)
    assert order(page) == SIX[:2]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_filled_wall_has_no_accessibility_fault_and_fits_a_narrow_phone(
    new_context: NewContext, viewer: ViewerServer, language: str
) -> None:
    page = new_context(viewport={"width": 320, "height": 640}, color_scheme="dark").new_page()
    open_wall(page, viewer, f"?s={','.join(SIX[:3])}", language)
    wait_until(page, f"{MOVING} >= 1")
    page.locator(".wall__summary").click()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
