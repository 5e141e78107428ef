"""What holds for every kind of page: private, silent, steady, quick on a slow phone, still where motion is unwanted."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Error, Page, expect

from election.places import LANGUAGES
from tests.site.live_stream import Clips
from tests.site.recorded_day import RecordedDay
from tests.site.sample_pages import PAGES
from tests.site.test_pages import violations
from tests.site.test_player import wait_until
from tests.site.viewer_server import ViewerServer

pytestmark = pytest.mark.browser
NewContext = Callable[..., BrowserContext]

EVERY_PAGE = ["/", *(f"/{language}/{path}" for language in LANGUAGES for path in PAGES.values())]
POLICY_WATCH = """window.reports = [];
document.addEventListener("securitypolicyviolation", (event) => window.reports.push(event.violatedDirective));"""
STORED = """(async () => ({
  cookie: document.cookie,
  local: Object.keys(localStorage),
  session: Object.keys(sessionStorage),
  databases: (await indexedDB.databases()).length,
}))()"""
NAMES = "import(document.querySelector('script[type=module]').src.replace('main.js', 'choices.js'))"
PAINTS = """window.shift = 0; window.largest = 0;
new PerformanceObserver((list) => list.getEntries().forEach((entry) => {
  if (!entry.hadRecentInput) window.shift += entry.value;
})).observe({ type: "layout-shift", buffered: true });
new PerformanceObserver((list) => list.getEntries().forEach((entry) => { window.largest = entry.startTime; }))
  .observe({ type: "largest-contentful-paint", buffered: true });"""
MOVING = """[...document.querySelectorAll("*")].filter((element) => {
  const style = getComputedStyle(element);
  return style.animationName !== "none" || style.transitionDuration.split(", ").some((time) => parseFloat(time) > 0);
}).map((element) => element.outerHTML.slice(0, 80)).concat(document.getAnimations().map(String))"""


def settle(page: Page) -> None:
    """Wait until the page's scripts have shown the states, where it has any."""
    if page.locator("[data-component='states']").count():
        page.wait_for_timeout(300)


@pytest.mark.browser_context_args(service_workers="allow")
def test_every_page_is_silent_and_private(new_context: NewContext, viewer: ViewerServer, clips: Clips) -> None:
    viewer.day = RecordedDay(clips=clips)
    context = new_context()
    page = context.new_page()
    page.add_init_script(POLICY_WATCH)
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: said.append(str(error)))
    context.on("request", lambda request: asked.append(request.url))
    names: list[str] = []
    for path in EVERY_PAGE:
        page.goto(viewer.origin + path)
        settle(page)
        assert page.evaluate("window.reports") == [], path
        assert said == [], path
        stored: dict[str, Any] = page.evaluate(STORED)
        if not names and page.locator("script[type=module]").count():
            names = page.evaluate(f"{NAMES}.then(({{ PREFIX, NAMES }}) => NAMES.map((name) => PREFIX + name))")
        assert (stored["cookie"], stored["session"], stored["databases"]) == ("", [], 0), path
        assert set(stored["local"]) <= set(names), path
    assert names
    assert context.cookies() == []
    assert [url for url in asked if not url.startswith(f"{viewer.origin}/")] == []


def test_no_page_has_an_accessibility_fault_on_a_desk(new_context: NewContext, viewer: ViewerServer) -> None:
    page = new_context(viewport={"width": 1280, "height": 800}).new_page()
    for path in ["/", *(f"/ru/{path}" for path in PAGES.values())]:
        page.goto(viewer.origin + path)
        settle(page)
        assert violations(page) == [], path


def test_every_page_is_steady_and_soon_there_on_a_slow_phone(new_context: NewContext, viewer: ViewerServer) -> None:
    context = new_context(viewport={"width": 360, "height": 640})
    for kind, path in PAGES.items():
        seen: list[tuple[float, float]] = []
        # A machine that stands still or is slow while it looks says nothing of the page.
        while not seen or (min(largest for _, largest in seen) >= 2500 and len(seen) < 8):
            seen.append(paints(context, f"{viewer.origin}/az/{path}", kind))
        assert max(shift for shift, _ in seen) < 0.1, kind
        assert min(largest for _, largest in seen) < 2500, kind


def paints(context: BrowserContext, address: str, kind: str) -> tuple[float, float]:
    """Open a page as a slow phone; return by how much it shifted, and after how many ms its largest part was there.

    Infinity where it did not come at all: so the browser's slowed network does now and then while the machine is busy.
    """
    page = context.new_page()
    page.add_init_script(PAINTS)
    slow = context.new_cdp_session(page)
    slow.send("Network.enable")
    slow.send("Network.setCacheDisabled", {"cacheDisabled": True})
    network = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 90_000}
    slow.send("Network.emulateNetworkConditions", network)
    slow.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    try:
        page.goto(address)
    except Error:
        page.close()
        return 0.0, math.inf
    page.wait_for_timeout(500)
    if kind in {"home", "region", "constituency"}:
        expect(page.locator(".coverage").first).to_contain_text("İndi canlı yayımda")
    page.wait_for_timeout(300)
    wait_until(page, "window.largest > 0")
    shift, largest = page.evaluate("[window.shift, window.largest]")
    page.close()
    return float(shift), float(largest)


def test_nothing_moves_where_motion_is_unwanted(new_context: NewContext, viewer: ViewerServer) -> None:
    page = new_context(reduced_motion="reduce").new_page()
    for path in PAGES.values():
        page.goto(f"{viewer.origin}/en/{path}")
        settle(page)
        assert page.evaluate(MOVING) == [], path
