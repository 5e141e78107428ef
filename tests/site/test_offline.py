"""The service worker in a real browser: the shell and the search without a connection, never video, and its end."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import Page, expect

from builder import offline
from tests.site.sample_pages import FOLDER
from tests.site.test_player import wait_until
from tests.site.viewer_server import STATION, ViewerServer

pytestmark = [pytest.mark.browser, pytest.mark.browser_context_args(service_workers="allow")]
CONTROLLED = "navigator.serviceWorker.controller !== null"
KEPT = """(async () => {
  const paths = [];
  for (const name of await caches.keys())
    for (const request of await (await caches.open(name)).keys()) paths.push(new URL(request.url).pathname);
  return paths;
})()"""
LISTENER = b"""
const asked = [];
self.addEventListener("fetch", (event) => asked.push(new URL(event.request.url).pathname));
"""


def visit_and_search(page: Page, viewer: ViewerServer) -> None:
    page.goto(f"{viewer.origin}/en/")
    wait_until(page, CONTROLLED)
    page.get_by_role("combobox", name="Find a polling station").fill("34/12")
    expect(page.locator(".search__summary")).to_have_text("Found: 1")
    wait_until(page, f"{KEPT}.then((kept) => kept.includes('/en/search.json') && kept.includes('/en/'))")


def test_without_a_connection_the_home_page_and_the_search_work_and_other_pages_say_why_not(
    page: Page, viewer: ViewerServer
) -> None:
    visit_and_search(page, viewer)
    page.goto(f"{viewer.origin}/en/station/{STATION}/")
    page.get_by_role("button", name="Watch live").click()
    expect(page.get_by_text("Live video is playing.")).to_be_visible()
    expect(page.locator(".station__state [data-state-of]")).to_have_text("Live")
    kept = page.evaluate(KEPT)
    assert {"/az/offline.html", "/en/offline.html", "/ru/offline.html", FOLDER.addresses.stylesheet} <= set(kept)
    assert [path for path in kept if path.startswith(("/live", "/status", "/en/station")) or "vendor" in path] == []
    page.context.set_offline(True)
    page.goto(f"{viewer.origin}/en/?q=34/12")
    expect(page.get_by_role("link", name="Polling station 12, constituency 34")).to_be_visible()
    page.goto(f"{viewer.origin}/ru/station/{STATION}/")
    expect(page.get_by_text("видео на вашем устройстве никогда не сохраняется")).to_be_visible()
    page.context.set_offline(False)
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_contain_text("12")


def test_with_a_connection_nobody_sees_an_old_page(page: Page, viewer: ViewerServer) -> None:
    visit_and_search(page, viewer)
    file = viewer.site / "en" / "index.html"
    before = file.read_text()
    try:
        file.write_text(before.replace("</h1>", " renewed</h1>"))
        page.goto(f"{viewer.origin}/en/")
        expect(page.get_by_role("heading", level=1)).to_contain_text("renewed")
    finally:
        file.write_text(before)


def test_a_new_version_takes_the_place_of_the_old_and_the_last_one_removes_everything(
    page: Page, viewer: ViewerServer
) -> None:
    visit_and_search(page, viewer)
    (before,) = page.evaluate("caches.keys()")
    file = viewer.site / offline.PATH
    kept = file.read_bytes()
    try:
        file.write_bytes(kept.replace(b'VERSION = "', b'VERSION = "f'))
        page.reload()
        wait_until(page, f"caches.keys().then((names) => names.length === 1 && names[0] !== '{before}')")
        assert {"/en/", "/en/search.json"} <= set(page.evaluate(KEPT))
        file.write_bytes(offline.worker(FOLDER.files, offline=False))
        page.goto(f"{viewer.origin}/en/news/")  # a page without scripts: the browser itself looks for a new worker
        gone = "navigator.serviceWorker.getRegistrations().then((found) => found.length === 0)"
        wait_until(page, gone)
        wait_until(page, "caches.keys().then((names) => names.length === 0)")
    finally:
        file.write_bytes(kept)


def test_a_viewer_who_saves_data_gets_no_copies(page: Page, viewer: ViewerServer) -> None:
    page.add_init_script("Object.defineProperty(navigator, 'connection', { value: { saveData: true } });")
    page.goto(f"{viewer.origin}/en/")
    end = time.monotonic() + 120
    while not any(path.endswith("/js/offline.js") for path in viewer.requests):
        assert time.monotonic() < end
        page.wait_for_timeout(50)
    page.wait_for_timeout(500)
    assert f"/{offline.PATH}" not in viewer.requests


def test_video_and_states_go_past_the_worker(page: Page, viewer: ViewerServer) -> None:
    file = viewer.site / offline.PATH
    kept = file.read_bytes()
    try:
        file.write_bytes(kept + LISTENER)
        visit_and_search(page, viewer)
        page.goto(f"{viewer.origin}/en/station/{STATION}/")
        page.get_by_role("button", name="Watch live").click()
        expect(page.get_by_text("Live video is playing.")).to_be_visible()
        (worker,) = page.context.service_workers
        asked = worker.evaluate("asked")
    finally:
        file.write_bytes(kept)
    # The player's library is fetched a moment before the video.
    assert [path for path in asked if path.endswith("/hls.light.min.mjs")] != []
    fetched = [path for path in viewer.requests if path.startswith(("/live/", "/status/"))]
    assert {path.rpartition(".")[2] for path in fetched} == {"m4s", "mp4", "m3u8", "jpg", "json"}
    assert [path for path in asked if path in fetched] == []
