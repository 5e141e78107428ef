"""The running system watched by the browser's own player of HLS, as on telephones without Media Source Extensions."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.published import Published
from tests.e2e.test_watching import FRAMES, OUTAGE, POSITION, standing_still, wait_until
from tests.running_demo import RunningDemo
from tests.site.test_native import LIVE, PLAYS, WITHOUT_MEDIA_SOURCES

pytestmark = [pytest.mark.server, pytest.mark.browser]


def test_it_plays_and_gets_over_an_outage_of_the_store(page: Page, demo: RunningDemo, published: Published) -> None:
    if not page.evaluate(PLAYS):
        pytest.skip("this browser plays no HLS by itself: the test needs Chromium 142 or newer")
    station = published.stations[1]
    page.add_init_script(WITHOUT_MEDIA_SOURCES)
    page.goto(f"{demo.edge}/en/station/{station}/")
    page.get_by_role("button", name="Watch live").click()
    wait_until(page, f"{POSITION} > 1 && {FRAMES} > 0")
    page.evaluate("window.sameDocument = true")
    message = page.locator(".player__message")
    expect(message).to_have_text(LIVE)
    store = next(child for child in demo.processes() if "weed" in child.name())
    with published.at_rest():
        with standing_still(store):
            expect(message).to_contain_text("It is tried again by itself.", timeout=OUTAGE)
            expect(page.locator(".player__still")).to_be_visible()
        expect(message).to_have_text(LIVE, timeout=OUTAGE)
        position = page.evaluate(POSITION)
        wait_until(page, f"{POSITION} > {position} + 1")
    assert page.evaluate("window.sameDocument === true")
