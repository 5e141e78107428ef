"""Whoever watches leaves no trace: no cookie, no database, nothing kept but choices, no request to anybody else."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.site.recorded_day import BEGIN, DATE, RecordedDay
from tests.site.sample_pages import ROOT
from tests.site.test_look_back import go, until_shown
from tests.site.viewer_server import STATION, ViewerServer

pytestmark = pytest.mark.browser
KEPT = """async () => ({
  cookie: document.cookie,
  session: Object.keys(sessionStorage),
  local: Object.keys(localStorage),
  databases: indexedDB.databases ? (await indexedDB.databases()).map((each) => each.name) : [],
  caches: await caches.keys(),
})"""


def names_of_choices() -> set[str]:
    """Return the keys that `choices.js` names."""
    text = (ROOT / "site" / "js" / "choices.js").read_text()
    prefix = re.search(r'PREFIX = "(.+?)"', text)
    names = re.search(r"NAMES = Object.freeze\(\[(.+?)\]\)", text)
    assert prefix is not None
    assert names is not None
    return {prefix[1] + name for name in re.findall(r'"(\w+)"', names[1])}


def test_whoever_watches_chooses_and_looks_back_leaves_nothing_but_the_choices(
    page: Page, viewer: ViewerServer
) -> None:
    viewer.day = RecordedDay(clips=viewer.stream.clips)
    asked: list[str] = []
    page.context.on("request", lambda request: asked.append(request.url))
    page.on("websocket", lambda socket: asked.append(socket.url))
    page.goto(f"{viewer.origin}/en/")
    page.get_by_label("Find a polling station").fill("34/12")
    expect(page.get_by_text("Polling station 12, constituency 34").first).to_be_visible()
    page.goto(f"{viewer.origin}/en/station/{STATION}/")
    page.get_by_role("button", name="Watch live").click()
    expect(page.locator(".player__message")).to_have_text("Live video is playing.")
    page.get_by_role("combobox", name="Quality").select_option("high")
    page.locator(".day > .day__summary").click()
    go(page, "08:57")
    until_shown(page, BEGIN + timedelta(minutes=1))
    page.get_by_role("button", name="Copy link to this moment").click()
    page.get_by_role("button", name="Skim the day in pictures").click()
    expect(page.locator(".day__message")).to_have_text("The recording ends here.")
    for mode in ("low", "stills"):
        page.get_by_role("combobox", name="Data use").select_option(mode)
    go(page, "08:58")
    expect(page.locator(".day__picture")).to_have_attribute("src", f"/live/{STATION}/{DATE}/0858.jpg")
    page.goto(f"{viewer.origin}/en/wall/?s={STATION}")
    expect(page.locator(".wall__tile")).to_have_count(1)
    kept = page.evaluate(KEPT)
    assert set(kept.pop("local")) <= names_of_choices()
    assert kept == {"cookie": "", "session": [], "databases": [], "caches": []}
    assert page.context.cookies() == []
    assert len(asked) > 20
    origin = urlsplit(viewer.origin).netloc
    assert {url for url in asked if urlsplit(url.removeprefix("blob:")).netloc != origin} == set()
