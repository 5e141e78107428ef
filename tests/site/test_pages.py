"""Every kind of page in a real browser: accessible, within the policy, usable without scripts and on narrow phones."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, expect

from election.ids import StationId
from election.places import LANGUAGES
from election.states import StationState
from tests.site.sample_pages import OPENS, PAGES, ROOT
from tests.site.viewer_server import STATION, ViewerServer

pytestmark = pytest.mark.browser
AXE = (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text()
AXE_RUN = """axe.run({
  runOnly: { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] },
  rules: { "target-size": { enabled: true } },
}).then((result) => result.violations.map((v) => [v.id, v.help, v.nodes.map((n) => n.html)]))"""
NewContext = Callable[..., BrowserContext]


def violations(page: Page) -> Any:
    page.evaluate(AXE)
    return page.evaluate(AXE_RUN)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("width", "zoom"), [(320, 1), (640, 2)])
def test_no_page_has_an_accessibility_fault_or_is_wider_than_the_screen(
    new_context: NewContext, viewer: ViewerServer, scheme: str, width: int, zoom: int
) -> None:
    """A narrow phone; and a window of 1280 pixels magnified to 200 %, which leaves 640 of them."""
    size = {"width": width, "height": 640}
    page = new_context(viewport=size, device_scale_factor=zoom, color_scheme=scheme).new_page()
    complaints: list[str] = []

    def complain(message: ConsoleMessage) -> None:
        # Nothing was recorded here, which the page of a past election finds out by asking.
        if message.type == "error" and f"/live/{STATION}/2" not in message.location["url"]:
            complaints.append(message.text)

    page.on("console", complain)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    for path in ["/", *(f"/{language}/{path}" for language in LANGUAGES for path in PAGES.values())]:
        page.goto(viewer.origin + path)
        assert violations(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path
    assert complaints == []


def test_search_results_and_a_playing_video_have_no_accessibility_fault(page: Page, viewer: ViewerServer) -> None:
    page.goto(f"{viewer.origin}/en/?q=12")
    expect(page.locator(".search__summary")).to_have_text("Found: 4")
    assert violations(page) == []
    page.goto(f"{viewer.origin}/en/station/{STATION}/")
    page.get_by_role("button", name="Watch live").click()
    expect(page.get_by_text("Live video is playing.")).to_be_visible()
    assert violations(page) == []


def test_a_station_is_found_by_number_address_and_name_without_diacritics(page: Page, viewer: ViewerServer) -> None:
    page.goto(f"{viewer.origin}/en/")
    assert not [path for path in viewer.requests if path.endswith("search.json")]
    box = page.get_by_role("combobox", name="Find a polling station")
    box.focus()
    for query in ("34/12", "station 12 of constituency 34", "sixeli qurbanov 24 34", "seher mektebi 34 № 12"):
        box.fill(query)
        expect(page.get_by_role("link", name="Polling station 12, constituency 34")).to_be_visible()
    assert viewer.requests.count("/en/search.json") == 1
    expect(page.locator(f"[data-state-of='{STATION}']")).to_have_text("Live")
    box.press("Enter")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{viewer.origin}/en/station/{STATION}/")
    page.go_back()
    expect(page.get_by_role("link", name="Polling station 12, constituency 34")).to_be_visible()


def test_rows_that_do_not_arrive_are_asked_for_again_on_the_next_letter(page: Page, viewer: ViewerServer) -> None:
    file = viewer.site / "en" / "search.json"
    kept = file.read_bytes()
    file.unlink()
    try:
        page.goto(f"{viewer.origin}/en/")
        page.get_by_role("combobox", name="Find a polling station").fill("34/1")
        expect(page.locator(".search__summary")).to_contain_text("could not be loaded")
    finally:
        file.write_bytes(kept)
    page.get_by_role("combobox", name="Find a polling station").fill("34/12")
    expect(page.locator(".search__summary")).to_have_text("Found: 1")


def test_a_list_shows_each_stations_state_from_one_request_and_doubts_an_old_status(
    page: Page, viewer: ViewerServer
) -> None:
    page.goto(f"{viewer.origin}/en/constituency/034/")
    places = page.locator("[data-state-of]")
    expect(places).to_have_count(24)
    expect(page.locator(f"[data-state-of='{STATION}']")).to_have_text("Live")
    expect(places.first).to_have_text("State unknown")
    # One request for all of them; the next one follows in ten seconds, give or take one.
    asked = viewer.requests.count("/status/public.json")
    assert 1 <= asked <= 1 + page.evaluate("performance.now()") / 9000
    viewer.status_age = 3600
    page.reload()
    expect(page.locator(f"[data-state-of='{STATION}']")).to_have_text("State unknown")


@pytest.mark.parametrize("state", StationState)
def test_every_state_has_words_and_an_icon(page: Page, viewer: ViewerServer, state: StationState) -> None:
    viewer.states = {STATION: state}
    page.goto(f"{viewer.origin}/en/station/{STATION}/")
    badge = page.locator(f".station__state .state--{state}")
    expect(badge).to_have_text(re.compile(r"\w+"))
    expect(badge.locator("svg")).to_be_visible()


def test_one_broken_component_does_not_stop_the_others(page: Page, viewer: ViewerServer) -> None:
    page.route("**/js/player/player.js", lambda route: route.fulfill(body="throw 1;", content_type="text/javascript"))
    page.goto(f"{viewer.origin}/en/station/{STATION}/")
    expect(page.locator(".station__state [data-state-of]")).to_have_text("Live")
    expect(page.locator(".player").get_by_role("button")).to_have_count(0)


def test_without_scripts_lists_lead_to_every_station_and_no_dead_control_is_shown(
    new_context: NewContext, viewer: ViewerServer
) -> None:
    page = new_context(java_script_enabled=False).new_page()
    page.goto(f"{viewer.origin}/en/")
    expect(page.get_by_role("combobox", name="Find a polling station")).to_have_count(0)
    expect(page.locator("noscript .notice")).to_be_visible()
    page.get_by_role("link", name="Bakı").click()
    page.get_by_role("link", name="Constituency 34").click()
    page.get_by_role("link", name="Polling station 12, constituency 34").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Polling station 12, constituency 34")
    expect(page.get_by_role("button")).to_have_count(0)
    video = page.locator("noscript video")
    expect(video).to_be_visible()
    assert video.get_attribute("poster") == f"/live/{STATION}/still.jpg"
    assert video.locator("source").get_attribute("src") == f"/live/{STATION}/master.m3u8"
    for path in ("/en/", "/en/region/baki/", "/en/constituency/034/"):
        page.goto(viewer.origin + path)
        for place in page.locator(".coverage, .list__state").all():
            expect(place).to_have_text("")


def test_the_first_tab_stop_skips_to_the_content(page: Page, viewer: ViewerServer) -> None:
    page.goto(f"{viewer.origin}/en/")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_the_stills_are_renewed_only_until_the_viewer_pauses_them(page: Page, viewer: ViewerServer) -> None:
    page.clock.install()
    page.goto(f"{viewer.origin}/en/station/{STATION}/")
    expect(page.locator(".player__clock")).to_contain_text("Picture taken at")
    stills = f"/live/{STATION}/still.jpg"
    while viewer.requests.count(stills) < 2:
        page.clock.run_for(40_000)
        page.wait_for_timeout(500)
    page.get_by_role("button", name="Pause the pictures").click()
    renewed = 0
    while renewed < viewer.requests.count(stills):  # what was on its way comes
        renewed = viewer.requests.count(stills)
        page.wait_for_timeout(1000)
    page.clock.run_for(120_000)
    page.wait_for_timeout(500)
    assert viewer.requests.count(stills) == renewed


def answer_without_a_date(page: Page, viewer: ViewerServer) -> None:
    """Let the page go by the clock that the test has set, not by the server's."""
    page.route("**/status/public.json", lambda route: route.fulfill(body=viewer.read("/status/public.json") or b""))


def test_figures_of_live_stations_stand_beside_the_nation_each_region_and_each_constituency(
    page: Page, viewer: ViewerServer
) -> None:
    live = [StationId(f"034-{number:03d}") for number in range(1, 13)]
    viewer.states = {**dict.fromkeys(live, StationState.LIVE), StationId("033-001"): StationState.OFFLINE}
    for path, figures in {
        "": ["Live now: 12 of 48", "Live now: 12 of 48"],
        PAGES["region"]: ["Live now: 12 of 24", "Live now: 12 of 24"],
        PAGES["constituency"]: ["Live now: 12 of 24"],
    }.items():
        page.goto(f"{viewer.origin}/en/{path}")
        expect(page.locator(".coverage")).to_have_text(figures)
    viewer.status_age = 3600
    page.reload()
    expect(page.get_by_text("the states of the stations are not known")).to_be_visible()
    expect(page.locator(".coverage")).to_have_text("")


@pytest.mark.parametrize(("path", "place"), [("", ".coverage"), (PAGES["station"], ".countdown")])
def test_before_the_opening_the_time_is_counted_down_until_a_station_is_past_it(
    page: Page, viewer: ViewerServer, path: str, place: str
) -> None:
    opens = datetime.datetime.fromisoformat(OPENS)
    viewer.states = {STATION: StationState.SCHEDULED}
    answer_without_a_date(page, viewer)
    page.clock.install(time=opens - datetime.timedelta(hours=26, minutes=3))
    page.goto(f"{viewer.origin}/en/{path}")
    counted = page.locator(place).first
    expect(counted).to_have_text("Pictures begin in 1 d 2 h.")
    page.clock.pause_at(opens - datetime.timedelta(seconds=59.5))
    expect(counted).to_have_text("Pictures begin in 60 s.")
    page.clock.run_for(10_000)
    expect(counted).to_have_text("Pictures begin in 50 s.")
    page.clock.run_for(51_000)
    expect(counted).not_to_contain_text("Pictures begin")


def test_a_station_that_is_live_before_the_opening_counts_nothing_down(page: Page, viewer: ViewerServer) -> None:
    page.clock.install(time=datetime.datetime.fromisoformat(OPENS) - datetime.timedelta(hours=2))
    answer_without_a_date(page, viewer)
    page.goto(f"{viewer.origin}/en/{PAGES['station']}")
    expect(page.locator(".station__state")).to_contain_text("Live")
    expect(page.locator(".countdown")).to_be_hidden()
