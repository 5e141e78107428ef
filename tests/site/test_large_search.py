"""Finding in a large election, in a real browser: what is fetched for a query, and what is said meanwhile."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from builder import search_files
from election.ids import LAST_CONSTITUENCY, StationId
from election.states import StationState
from tests.site.large_election import RARE, STATIONS, with_large_search
from tests.site.live_stream import Clips, LiveStream
from tests.site.test_offline import CONTROLLED, KEPT
from tests.site.test_player import wait_until
from tests.site.viewer_server import ViewerServer, running_viewer_server

pytestmark = pytest.mark.browser
AT_ONCE = 6
FIRST = 20
PARTS = f"**/{search_files.FOLDER}*.json"


@pytest.fixture(scope="module")
def large_site(site: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return with_large_search(site, tmp_path_factory.mktemp("large") / "site")


@pytest.fixture
def large(large_site: Path, clips: Clips) -> Iterator[ViewerServer]:
    with running_viewer_server(large_site, LiveStream(clips)) as server:
        yield server


def box_of(page: Page) -> Locator:
    return page.get_by_role("combobox", name="Find a polling station")


def summary(page: Page) -> Locator:
    return page.locator(".search__summary")


def hits(page: Page) -> Locator:
    return page.locator(".search__results [role=gridcell]")


def fetched(viewer: ViewerServer) -> list[int]:
    """Return the constituencies whose files were asked for so far, in that order."""
    found = [re.fullmatch(rf"/{search_files.FOLDER}(\d{{3}})-[0-9a-f]{{8}}\.json", path) for path in viewer.requests]
    return [int(each[1]) for each in found if each]


def test_the_number_of_a_station_fetches_its_constituency_alone(page: Page, large: ViewerServer) -> None:
    page.goto(f"{large.origin}/en/")
    box_of(page).fill("34/12")
    expect(summary(page)).to_have_text("Found: 1")
    assert hits(page).get_by_role("link").get_attribute("href") == "/en/station/034-012/"
    expect(hits(page)).to_contain_text("Çinar küçəsi 12")
    assert fetched(large) == [34]


def test_a_word_fetches_the_constituencies_that_may_hold_it_and_a_second_one_leaves_fewer(
    page: Page, large: ViewerServer
) -> None:
    page.goto(f"{large.origin}/ru/?q=zogal")
    expect(summary(page)).to_have_text("Найдено: 2")
    assert sorted(fetched(large)) == list(RARE)
    page.goto(f"{large.origin}/en/?q=zogal musiqi")
    expect(summary(page)).to_have_text("Nothing found for “zogal musiqi”.")
    page.goto(f"{large.origin}/en/?q=cinar musiqi")
    expect(summary(page)).to_have_text("Found: 1")
    assert sorted(fetched(large)) == [*RARE, LAST_CONSTITUENCY]


def test_a_word_that_is_everywhere_is_searched_for_only_as_far_as_results_are_shown(
    page: Page, large: ViewerServer
) -> None:
    page.goto(f"{large.origin}/en/?q=cinar")
    paused = "Found so far: {}, in {} of 125 constituencies. “Show more” searches on."
    expect(summary(page)).to_have_text(paused.format(AT_ONCE * STATIONS, AT_ONCE))
    expect(hits(page)).to_have_count(FIRST)
    assert sorted(fetched(large)) == list(range(1, AT_ONCE + 1))
    more = page.get_by_role("button", name="Show more")
    for _press in range(10):
        more.click()
    shown = FIRST + 10 * 50
    expect(hits(page)).to_have_count(shown)
    expect(hits(page).nth(shown - 50).get_by_role("link")).to_be_focused()
    read = AT_ONCE * -(-shown // (AT_ONCE * STATIONS))
    expect(summary(page)).to_have_text(paused.format(read * STATIONS - (read >= RARE[0]), read))
    assert sorted(fetched(large)) == list(range(1, read + 1))


def test_a_bare_number_shows_its_constituency_and_some_stations_of_that_number(page: Page, large: ViewerServer) -> None:
    page.goto(f"{large.origin}/en/?q=34")
    expect(summary(page)).to_contain_text("Found so far")
    expect(page.locator(".search__group")).to_have_text(["Constituency 34", "Stations with number 34"])
    expect(summary(page)).to_contain_text("“Show more” searches on.")
    assert sorted(fetched(large)) == [*range(1, AT_ONCE), 34]


def test_a_region_or_what_is_live_narrows_what_is_fetched(page: Page, large: ViewerServer) -> None:
    large.states = {StationId("077-005"): StationState.LIVE, StationId("078-005"): StationState.OFFLINE}
    page.goto(f"{large.origin}/en/?q=cinar")
    expect(summary(page)).to_contain_text("“Show more” searches on.")
    region, live = page.get_by_role("combobox", name="Region"), page.locator(".search__live")
    assert region.locator("option").all_text_contents() == ["All regions", "Bakı", "Sahil"]
    region.select_option(label="Sahil")
    expect(summary(page)).to_have_text(f"Found: {STATIONS}")
    assert fetched(large)[AT_ONCE:] == [LAST_CONSTITUENCY]
    region.select_option(index=0)
    # A live one is not among those read: the button is offered only where some are.
    box_of(page).fill("77/5")
    expect(hits(page).first).to_contain_text("Live")
    box_of(page).fill("cinar")
    expect(live).to_have_text("Live now")
    live.click()
    expect(summary(page)).to_have_text("Found: 1")
    assert sorted(fetched(large)[AT_ONCE + 1 :]) == [77]


def test_a_misspelt_word_is_looked_for_where_words_begin_like_it(page: Page, large: ViewerServer) -> None:
    page.goto(f"{large.origin}/en/?q=zagol")
    expect(summary(page)).to_have_text("Nothing found for “zagol”.")
    page.goto(f"{large.origin}/en/?q=zogla kucesi")
    expect(summary(page)).to_have_text("Nothing matches “zogla kucesi” exactly. Similar: 2")
    assert sorted(set(fetched(large))) == list(RARE)


def test_a_few_files_are_fetched_at_a_time_and_who_types_on_is_not_kept_waiting(
    page: Page, large: ViewerServer
) -> None:
    held: list[Route] = []
    holding = True
    page.route(PARTS, lambda route: held.append(route) if holding else route.continue_())
    page.goto(f"{large.origin}/en/?q=musiqi")
    wait_for(page, lambda: len(held) == 1)
    assert f"/{LAST_CONSTITUENCY}-" in held[0].request.url
    going_on = "Found so far: 0. The search goes on, constituencies done: 0 of {}…"
    expect(summary(page)).to_have_text(going_on.format(1))
    box_of(page).fill("cinar")
    expect(summary(page)).to_have_text(going_on.format(LAST_CONSTITUENCY))
    wait_for(page, lambda: len(held) == AT_ONCE)
    page.wait_for_timeout(1000)
    assert len(held) == AT_ONCE
    box_of(page).fill("cinar 8")
    holding = False
    for route in held:
        route.continue_()
    expect(summary(page)).to_contain_text("“Show more” searches on.")
    expect(hits(page)).to_have_count(FIRST)
    # What was fetched for the word before answers this one: nothing is fetched twice.
    assert len(fetched(large)) == len(set(fetched(large))) <= 2 * AT_ONCE


def test_what_cannot_be_fetched_is_said_and_tried_again(page: Page, large: ViewerServer) -> None:
    page.route(PARTS, lambda route: route.abort())
    page.goto(f"{large.origin}/en/?q=zogal")
    expect(summary(page)).to_have_text(
        "Found so far: 0. Constituencies that could not be loaded: 2. They will be tried again when you go on typing."
    )
    page.unroute(PARTS)
    box_of(page).fill("zogal k")
    expect(summary(page)).to_have_text("Found: 2")


def test_the_keyboard_stays_at_its_result_while_more_come(page: Page, large: ViewerServer) -> None:
    held: list[Route] = []
    page.goto(f"{large.origin}/en/?q=34/12")
    expect(summary(page)).to_have_text("Found: 1")
    page.route(PARTS, lambda route: held.append(route))
    box_of(page).fill("mekteb 12")
    expect(hits(page)).to_have_count(1)
    box_of(page).press("ArrowDown")
    expect(hits(page)).to_have_attribute("aria-selected", "true")
    wait_for(page, lambda: len(held) == AT_ONCE)
    for route in held[:]:
        route.continue_()
    wait_for(page, lambda: len(held) > AT_ONCE)
    expect(hits(page)).to_have_count(AT_ONCE + 1)
    selected = page.locator(".search__results [aria-selected=true]")
    expect(selected).to_have_count(1)
    assert selected.get_by_role("link").get_attribute("href") == "/en/station/034-012/"
    expect(box_of(page)).to_be_focused()
    page.unroute_all(behavior="ignoreErrors")


def test_the_wall_finds_stations_of_a_large_election(page: Page, large: ViewerServer) -> None:
    page.goto(f"{large.origin}/en/wall/")
    box = page.get_by_label("Add a station")
    box.fill("zogal")
    box.press("Enter")
    expect(page.get_by_role("button", name=re.compile("Zoğal"))).to_have_count(2)
    assert sorted(fetched(large)) == list(RARE)


@pytest.mark.browser_context_args(service_workers="allow")
def test_without_a_connection_the_constituencies_searched_before_are_found_and_the_others_named_as_missing(
    page: Page, large: ViewerServer
) -> None:
    page.goto(f"{large.origin}/en/")
    wait_until(page, CONTROLLED)
    box_of(page).fill("34/12")
    expect(summary(page)).to_have_text("Found: 1")
    name = next(path for path in large.requests if path.startswith(f"/{search_files.FOLDER}034-"))
    wait_until(page, f"{KEPT}.then((kept) => kept.includes('{name}') && kept.includes('/en/'))")
    page.context.set_offline(True)
    page.goto(f"{large.origin}/en/?q=34/13")
    expect(page.get_by_role("link", name="Polling station 13, constituency 34")).to_be_visible()
    box_of(page).fill("zogal")
    expect(summary(page)).to_contain_text("Constituencies that could not be loaded: 2.")
    page.context.set_offline(False)


@pytest.mark.browser_context_args(service_workers="allow")
def test_what_a_later_build_no_longer_names_is_not_kept(page: Page, large: ViewerServer) -> None:
    page.goto(f"{large.origin}/en/")
    wait_until(page, CONTROLLED)
    box_of(page).fill("34/12")
    expect(summary(page)).to_have_text("Found: 1")
    old = next(path for path in large.requests if path.startswith(f"/{search_files.FOLDER}034-"))
    wait_until(page, f"{KEPT}.then((kept) => kept.includes('{old}'))")
    first = large.site / "en" / "search.json"
    before = first.read_text()
    new = f"/{search_files.FOLDER}034-00000000.json"
    (large.site / new.lstrip("/")).write_bytes((large.site / old.lstrip("/")).read_bytes())
    try:
        first.write_text(before.replace(old[-13:-5], "00000000"))
        page.goto(f"{large.origin}/en/?q=34/12")
        expect(summary(page)).to_have_text("Found: 1")
        wait_until(page, f"{KEPT}.then((kept) => kept.includes('{new}') && !kept.includes('{old}'))")
    finally:
        first.write_text(before)


def wait_for(page: Page, condition: object) -> None:
    """Wait until the condition holds; a machine stands still now and then."""
    assert callable(condition)
    end = time.monotonic() + 120
    while not condition():
        assert time.monotonic() < end
        page.wait_for_timeout(50)
