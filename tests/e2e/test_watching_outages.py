"""The object store or the edge stands still while a page plays: it says so, keeps the last still, and plays on."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.published import Published
from tests.e2e.screen import PATIENCE
from tests.e2e.test_watching import FRAMES, POSITION, standing_still, wait_until
from tests.running_demo import RunningDemo

pytestmark = [pytest.mark.server, pytest.mark.browser]
SLOW = 1000 * PATIENCE
"""Milliseconds after which what has not happened never will."""


@pytest.mark.parametrize("program", ["weed", "caddy"], ids=["store", "edge"])
def test_while_a_part_of_the_system_is_away_the_page_says_so_and_then_plays_on_without_a_reload(
    page: Page, demo: RunningDemo, published: Published, program: str
) -> None:
    began = datetime.now(UTC)
    page.goto(f"{demo.edge}/en/station/{published.stations[1]}/")
    page.get_by_role("button", name="Watch live").click()
    wait_until(page, f"{POSITION} > 1 && {FRAMES} > 0")
    page.evaluate("window.sameDocument = true")
    message, still = page.locator(".player__message"), page.locator(".player__still")
    away = next(child for child in demo.processes() if program in child.name())
    with published.at_rest():
        with standing_still(away):
            expect(message).to_contain_text("Last picture:", timeout=SLOW)
            told = str(message.text_content())
            assert "The video does not come through at the moment. It is tried again by itself." in told
            assert began - timedelta(minutes=2) < last_picture(told) <= datetime.now(UTC)
            expect(page.locator(".player__video")).to_have_class(re.compile("player__video--unseen"))
            expect(still).to_be_visible()
            assert still.evaluate("image => image.naturalWidth") >= 320
        expect(message).to_have_text("Live video is playing.", timeout=SLOW)
        position = page.evaluate(POSITION)
        wait_until(page, f"{POSITION} > {position} + 1")
    assert page.evaluate("window.sameDocument === true")


def last_picture(told: str) -> datetime:
    """Read the time that the page says of its last picture, `Last picture: 14:05:10 UTC+4.`, as one of the last day."""
    found = re.search(r"Last picture: (\d\d):(\d\d):(\d\d) UTC\+4", told)
    assert found is not None, told
    of_the_day = timedelta(hours=int(found[1]) - 4, minutes=int(found[2]), seconds=int(found[3]))
    now = datetime.fromtimestamp(time.time(), UTC)
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return max(
        midnight + of_the_day + timedelta(days=days)
        for days in (-1, 0, 1)
        if midnight + of_the_day + timedelta(days=days) <= now
    )
