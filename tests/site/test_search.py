"""Finding in a real browser: the combobox by keyboard alone, facets, nothing found, the map of regions."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from election.ids import StationId
from election.states import StationState
from tests.site.viewer_server import STATION, ViewerServer

pytestmark = pytest.mark.browser


def box_of(page: Page) -> Locator:
    return page.get_by_role("combobox", name="Find a polling station")


def hits(page: Page) -> Locator:
    return page.locator(".search__results [role=gridcell]")


def expect_active(page: Page, hit: Locator) -> None:
    """The keyboard is still in the box, and what it says to be active is this hit and no other."""
    expect(hit).to_have_attribute("aria-selected", "true")
    expect(page.locator(".search__results [aria-selected]")).to_have_count(1)
    expect(box_of(page)).to_be_focused()
    assert box_of(page).get_attribute("aria-activedescendant") == hit.get_attribute("id")


def test_the_results_are_walked_through_and_opened_by_keyboard_alone(page: Page, viewer: ViewerServer) -> None:
    page.goto(f"{viewer.origin}/en/")
    box = box_of(page)
    expect(box).to_have_attribute("aria-expanded", "false")
    box.focus()
    page.keyboard.type("station 12")
    expect(hits(page)).to_have_count(2)
    expect(box).to_have_attribute("aria-expanded", "true")
    expect(page.get_by_role("grid", name="Search results")).to_be_visible()
    for key, index in {"ArrowDown": 0, "End": 1, "Home": 0}.items():
        page.keyboard.press(key)
        expect_active(page, hits(page).nth(index))
    page.keyboard.press("ArrowUp")
    expect(page.locator(".search__results [aria-selected]")).to_have_count(0)
    assert box.get_attribute("aria-activedescendant") is None
    page.keyboard.press("ArrowUp")
    expect_active(page, hits(page).nth(1))
    page.keyboard.press("Escape")
    expect(page.get_by_role("grid")).to_have_count(0)
    expect(box).to_have_attribute("aria-expanded", "false")
    expect(box).to_have_value("station 12")
    page.keyboard.press("ArrowDown")
    expect_active(page, hits(page).nth(0))
    page.keyboard.press("ArrowDown")
    expect(hits(page).nth(1)).to_contain_text("Live")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{viewer.origin}/en/station/{STATION}/")


def test_escape_twice_empties_the_box(page: Page, viewer: ViewerServer) -> None:
    page.goto(f"{viewer.origin}/en/?q=34")
    expect(hits(page).first).to_be_visible()
    box_of(page).press("Escape")
    box_of(page).press("Escape")
    expect(box_of(page)).to_have_value("")
    expect(page).to_have_url(f"{viewer.origin}/en/")


def test_a_result_is_a_real_link_that_tab_reaches_and_arrows_leave(page: Page, viewer: ViewerServer) -> None:
    page.goto(f"{viewer.origin}/en/?q=station 12")
    expect(hits(page)).to_have_count(2)
    link = page.get_by_role("link", name="Polling station 12, constituency 33")
    assert link.get_attribute("href") == "/en/station/033-012/"
    link.focus()
    page.keyboard.press("ArrowDown")
    expect_active(page, hits(page).nth(1))


def test_what_is_found_is_counted_aloud_and_more_is_shown_on_demand(page: Page, viewer: ViewerServer) -> None:
    page.goto(f"{viewer.origin}/en/?q=baki")
    expect(page.get_by_role("status").filter(has_text="Found: 49")).to_be_visible()
    before = hits(page).count()
    page.get_by_role("button", name="Show more").click()
    expect(hits(page)).to_have_count(49)
    expect(hits(page).nth(before).get_by_role("link")).to_be_focused()


@pytest.mark.parametrize(
    ("query", "url"),
    [("nesimi", "/en/constituency/034/"), ("sahil", "/en/region/sahil/"), ("baki", "/en/region/baki/")],
)
def test_regions_and_constituencies_come_before_their_stations(
    page: Page, viewer: ViewerServer, query: str, url: str
) -> None:
    page.goto(f"{viewer.origin}/en/")
    box_of(page).fill(query)
    expect(page.locator(".search__group").first).to_have_text("Regions and constituencies")
    assert hits(page).first.get_by_role("link").get_attribute("href") == url


def test_facets_narrow_what_is_found_and_can_be_taken_back(page: Page, viewer: ViewerServer) -> None:
    viewer.states = {
        StationId("033-002"): StationState.LIVE,
        STATION: StationState.LIVE,
        StationId("034-013"): StationState.OFFLINE,
    }
    page.goto(f"{viewer.origin}/en/")
    expect(page.locator(".coverage").first).to_contain_text("2 of 48")
    expect(page.locator(".search__facets")).to_be_hidden()
    box_of(page).fill("seher mektebi")
    summary, live = page.locator(".search__summary"), page.get_by_role("button", name="Live now")
    region = page.get_by_role("combobox", name="Region")
    expect(summary).to_have_text("Found: 12")
    assert region.locator("option").all_text_contents() == ["All regions (12)", "Bakı (6)", "Nümunə: Sahil (6)"]
    region.select_option(label="Bakı (6)")
    expect(summary).to_have_text("Found: 6")
    live.click()
    expect(live).to_have_attribute("aria-pressed", "true")
    expect(summary).to_have_text("Found: 1")
    expect(hits(page)).to_have_count(1)
    expect(hits(page)).to_contain_text("constituency 34")
    box_of(page).fill("edebiyyat")
    expect(summary).to_have_text("Nothing found for “edebiyyat” with this choice.")
    live.click()
    region.select_option(index=0)
    box_of(page).fill("seher mektebi")
    expect(summary).to_have_text("Found: 12")


def test_nothing_found_repeats_the_query_as_text_and_says_what_can_be_written(page: Page, viewer: ViewerServer) -> None:
    page.goto(f"{viewer.origin}/en/")
    box_of(page).fill("<b>zzz</b>")
    expect(page.locator(".search__summary")).to_have_text("Nothing found for “<b>zzz</b>”.")
    expect(page.locator(".search__help")).to_contain_text("station 12 of constituency 34")
    page.get_by_role("link", name="Choose from the list of regions").click()
    expect(page.get_by_role("heading", name="Regions")).to_be_in_viewport()


def test_on_a_phone_enter_puts_the_keyboard_away(browser: Browser, viewer: ViewerServer) -> None:
    context = browser.new_context(has_touch=True, is_mobile=True, viewport={"width": 390, "height": 700})
    page = context.new_page()
    page.goto(f"{viewer.origin}/en/")
    box_of(page).fill("34/12")
    expect(hits(page)).to_have_count(1)
    box_of(page).press("Enter")
    expect(box_of(page)).not_to_be_focused()
    expect(hits(page)).to_have_count(1)
    context.close()


def test_a_region_on_the_map_is_a_link_for_the_mouse_and_no_second_stop_for_the_keyboard(
    page: Page, viewer: ViewerServer
) -> None:
    page.goto(f"{viewer.origin}/en/")
    region = page.locator(".map__region")
    expect(region.locator("title")).to_have_text("Bakı: 2 constituencies, 48 polling stations")
    expect(page.get_by_role("link", name="Bakı")).to_have_count(1)
    reached = set()
    for _stop in range(14):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.getAttribute('class')"))
    assert "map__region" not in reached
    assert "list__link" in reached
    region.click()
    expect(page).to_have_url(f"{viewer.origin}/en/region/baki/")


def test_without_scripts_the_map_leads_to_a_region_too(browser: Browser, viewer: ViewerServer) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{viewer.origin}/en/")
    page.locator(".map__region path").click()
    expect(page).to_have_url(f"{viewer.origin}/en/region/baki/")
    context.close()
