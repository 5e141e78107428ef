"""A person opens the page, finds a station and watches it: the real system in a real browser."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import cv2
import numpy as np
import psutil
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from election import keys
from election.ids import Rendition
from machine import ports
from tests.e2e.published import Published
from tests.e2e.screen import PATIENCE, look, look_at_the_clock, require_that_it_is_said, until
from tests.running_demo import RunningDemo

pytestmark = [pytest.mark.server, pytest.mark.browser, pytest.mark.xdist_group("demo")]
POSITION = "document.querySelector('video').currentTime"
FRAMES = "document.querySelector('video').getVideoPlaybackQuality().totalVideoFrames"
OUTAGE = 1000 * PATIENCE
"""So long (ms) an outage and its end may take to be seen on a page: its pauses between attempts grow to a minute."""


def wait_until(page: Page, condition: str, *, seconds: float = PATIENCE) -> None:
    end = time.monotonic() + seconds
    while not page.evaluate(condition):
        assert time.monotonic() < end, f"not within {seconds} s: {condition}"
        page.wait_for_timeout(50)


def picture(page: Page) -> Any:
    """Return the brightness of the next frame on screen, height x width of whatever stream is playing."""
    return look(page).luma


def difference(one: Any, other: Any) -> float:
    """Return how much two frames differ on average, of 255 levels, compared at the size of the smaller stream."""
    small = [cv2.resize(frame, (640, 360), interpolation=cv2.INTER_AREA).astype(int) for frame in (one, other)]
    return float(np.abs(small[0] - small[1]).mean())


def find_and_play(page: Page, demo: RunningDemo, query: str, link: str) -> None:
    page.goto(f"{demo.edge}/en/")
    page.get_by_role("combobox", name="Find a polling station").fill(query)
    page.get_by_role("link", name=link).first.click()
    page.get_by_role("button", name="Watch live").click()


def station_words(station: str) -> str:
    constituency, number = (int(part) for part in station.split("-"))
    return f"Polling station {number}, constituency {constituency}"


def test_a_station_is_searched_on_the_home_page_and_its_picture_moves(
    page: Page, demo: RunningDemo, published: Published
) -> None:
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    station = published.stations[1]
    constituency, number = (int(part) for part in station.split("-"))
    find_and_play(page, demo, f"{constituency}/{number}", station_words(station))
    wait_until(page, f"{POSITION} > 0 && {FRAMES} > 0")
    position, frames, first = page.evaluate(POSITION), page.evaluate(FRAMES), picture(page)
    assert first.std() > 10, "the picture is empty"
    wait_until(page, f"{POSITION} > {position} + 1 && {FRAMES} > {frames} + 15")
    until(lambda: difference(picture(page), first) > 0.5, lambda: "the picture stands still")
    expect(page.get_by_text("Live video is playing.")).to_be_visible()
    expect(page.locator(".station__state [data-state-of]")).to_have_text("Live")
    assert complaints == []


def test_the_time_burnt_into_the_picture_tells_how_far_it_lies_behind(
    page: Page, demo: RunningDemo, published: Published
) -> None:
    page.goto(f"{demo.edge}/en/station/{published.stations[0]}/")
    page.get_by_role("button", name="Watch live").click()
    began = time.time()
    seen, taken = look_at_the_clock(page, "Live video is playing.")
    # Not older than the player's own limit, and the picture's way to the page; the wait for it is not counted.
    assert began - 90 < taken < time.time()
    # What the page says is the same moment, to the second.
    station = published.stations[0]
    require_that_it_is_said(seen, taken, demo.edge, *(f"/{keys.live(station, rendition)}" for rendition in Rendition))


def test_without_scripts_lists_lead_to_the_still_and_the_playlist(
    new_context: Callable[..., BrowserContext], demo: RunningDemo, published: Published
) -> None:
    station = published.stations[2]
    page = new_context(java_script_enabled=False).new_page()
    page.goto(f"{demo.edge}/en/")
    found = None
    for region in [link.get_attribute("href") for link in page.locator("a[href*='/region/']").all()]:
        page.goto(f"{demo.edge}{region}")
        wanted = page.locator(f"a[href='/en/constituency/{station[:3]}/']")
        if wanted.count():
            found = wanted.first
            break
    assert found is not None
    found.click()
    page.get_by_role("link", name=station_words(station)).click()
    video = page.locator("noscript video")
    expect(video).to_be_visible()
    # One picture, not two: the plain video shows the still itself.
    expect(page.locator(".player__still")).to_be_hidden()
    still = page.request.get(f"{demo.edge}{video.get_attribute('poster')}")
    picture = cv2.imdecode(np.frombuffer(still.body(), dtype=np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    assert picture.shape[1] >= 320
    playlist = page.get_by_role("link", name="live video (HLS)").get_attribute("href")
    answer = page.request.get(f"{demo.edge}{playlist}")
    assert answer.status == 200
    assert answer.text().startswith("#EXTM3U")
    expect(page.get_by_role("button")).to_have_count(0)


@pytest.mark.parametrize(("language", "words"), [("az", "Canlı"), ("en", "Live"), ("ru", "В эфире")])
def test_the_state_is_told_in_the_language_of_the_page(
    page: Page, demo: RunningDemo, published: Published, language: str, words: str
) -> None:
    page.goto(f"{demo.edge}/{language}/station/{published.stations[3]}/")
    expect(page.locator(".station__state [data-state-of]")).to_have_text(words)


def test_when_the_packager_is_killed_the_page_plays_on_without_a_reload(
    page: Page, demo: RunningDemo, published: Published
) -> None:
    station = published.stations[4]
    page.goto(f"{demo.edge}/en/station/{station}/")
    page.get_by_role("button", name="Watch live").click()
    wait_until(page, f"{POSITION} > 1")
    page.evaluate("window.sameDocument = true")
    before = published.generation(station)
    killed = demo.packager()
    killed.kill()
    killed.wait(PATIENCE)
    assert demo.packager().pid != killed.pid
    until(lambda: published.generation(station) > before, lambda: "only the killed packager's pictures are published")
    fresh = published.newest(station).program_date_time
    # The buffer plays on for a while; what counts is that the page gets past the gap by itself.
    told = "Date.parse(document.querySelector('.player__time').dateTime)"
    playing = "document.querySelector('.player__message').textContent === 'Live video is playing.'"
    wait_until(page, f"{playing} && {told} > {1000 * fresh.timestamp()}")
    wait_until(page, f"{POSITION} > {page.evaluate(POSITION)} + 1")
    assert page.evaluate("window.sameDocument === true")


@contextmanager
def standing_still(process: psutil.Process) -> Iterator[None]:
    """Stop a process for the time of the block, as a machine that hangs: its connections stay open."""
    process.suspend()
    try:
        yield
    finally:
        process.resume()


def order(demo: RunningDemo, *words: str) -> None:
    """Give an operator's order to the demo's packager."""
    argv = [sys.executable, "-m", "pollcast", "order", *words, "--cameras", str(cameras_file(demo))]
    subprocess.run(argv, check=True, capture_output=True, timeout=PATIENCE)


def cameras_file(demo: RunningDemo) -> Path:
    """Return the demo's `cameras.toml`."""
    argv = demo.packager().cmdline()
    return Path(argv[argv.index("--cameras") + 1])


def test_a_camera_that_dies_and_one_that_is_closed_are_told_of_and_both_come_back_on_the_open_page(
    context: BrowserContext, demo: RunningDemo, published: Published
) -> None:
    dying, closing = published.stations[3], published.stations[2]
    pages = {}
    for station in (dying, closing):
        pages[station] = context.new_page()
        pages[station].goto(f"{demo.edge}/en/station/{station}/")
        pages[station].get_by_role("button", name="Watch live").click()
        wait_until(pages[station], f"{POSITION} > 1")
        pages[station].evaluate("window.sameDocument = true")
    file = cameras_file(demo)
    usual = file.read_text()
    # Nobody answers at this port any more.
    address = next(line for line in usual.splitlines() if line.startswith("main = ") and str(dying) in line)
    port = urlsplit(address.split('"')[1]).port
    gone = ports.free_port()
    lines = [line.replace(f":{port}/", f":{gone}/") if str(dying) in line else line for line in usual.splitlines()]
    file.write_text("\n".join(lines) + "\n")
    try:
        order(demo, "close", str(closing), "--reason", "Sample.")
        ended = pages[closing].locator(".player__message")
        expect(ended).to_contain_text("The broadcast has ended.", timeout=OUTAGE)
        expect(ended).to_contain_text("Last picture:")
        expect(pages[closing].locator(".station__state [data-state-of]")).to_have_text(
            "Broadcast ended", timeout=OUTAGE
        )
        expect(pages[dying].locator(".player__message")).to_contain_text("Last picture:", timeout=OUTAGE)
        expect(pages[dying].locator(".player__still")).to_be_visible()
    finally:
        file.write_text(usual)
        order(demo, "reopen", str(closing))
    for page in pages.values():
        expect(page.get_by_text("Live video is playing.")).to_be_visible(timeout=OUTAGE)
        assert page.evaluate("window.sameDocument === true")


def test_a_playlist_that_grows_stale_ends_with_the_video_going_on(
    page: Page, demo: RunningDemo, published: Published
) -> None:
    page.goto(f"{demo.edge}/en/station/{published.stations[1]}/")
    page.get_by_role("button", name="Watch live").click()
    wait_until(page, f"{POSITION} > 1")
    page.evaluate("window.sameDocument = true")
    message = page.locator(".player__message")
    # Every answer is a good one, and says nothing new.
    with standing_still(demo.packager()):
        expect(message).not_to_have_text("Live video is playing.", timeout=OUTAGE)
    expect(message).to_have_text("Live video is playing.", timeout=OUTAGE)
    wait_until(page, f"{POSITION} > 1")
    assert page.evaluate("window.sameDocument === true")
