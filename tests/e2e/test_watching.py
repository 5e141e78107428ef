"""A person opens the page, finds a station and watches it: the real system in a real browser."""

from __future__ import annotations

import base64
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

from machine import ports
from simulator import clock_strip
from tests.e2e.published import Published
from tests.running_demo import RunningDemo

pytestmark = [pytest.mark.server, pytest.mark.browser, pytest.mark.xdist_group("demo")]
POSITION = "document.querySelector('video').currentTime"
FRAMES = "document.querySelector('video').getVideoPlaybackQuality().totalVideoFrames"
PICTURE = """() => {
  const video = document.querySelector("video");
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [video.videoWidth, video.videoHeight];
  const context = canvas.getContext("2d");
  context.drawImage(video, 0, 0);
  const pixels = context.getImageData(0, 0, canvas.width, canvas.height).data;
  let luma = "";
  for (let i = 0; i < pixels.length; i += 4) luma += String.fromCharCode(pixels[i + 1]);
  return [canvas.width, canvas.height, btoa(luma)];
}"""
PICTURE_SECONDS = 5
"""From the press on play to a moving picture, on loopback."""


def wait_until(page: Page, condition: str, *, seconds: float) -> None:
    end = time.monotonic() + seconds
    while not page.evaluate(condition):
        assert time.monotonic() < end, f"not within {seconds} s: {condition}"
        page.wait_for_timeout(50)


def picture(page: Page) -> Any:
    """Return the brightness of the frame on screen, height x width of whatever stream is playing."""
    width, height, luma = page.evaluate(PICTURE)
    return np.frombuffer(base64.b64decode(luma), dtype=np.uint8).reshape(height, width)


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


def test_a_station_is_searched_on_the_home_page_and_its_picture_moves_within_five_seconds(
    page: Page, demo: RunningDemo, published: Published
) -> None:
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    station = published.stations[1]
    constituency, number = (int(part) for part in station.split("-"))
    find_and_play(page, demo, f"{constituency}/{number}", station_words(station))
    wait_until(page, f"{POSITION} > 0 && {FRAMES} > 0", seconds=PICTURE_SECONDS)
    position, frames, first = page.evaluate(POSITION), page.evaluate(FRAMES), picture(page)
    page.wait_for_timeout(3000)
    assert page.evaluate(POSITION) > position + 1
    assert page.evaluate(FRAMES) > frames + 15
    assert difference(picture(page), first) > 0.5, "the picture stands still"
    assert first.std() > 10, "the picture is empty"
    expect(page.get_by_text("Live video is playing.")).to_be_visible()
    expect(page.locator(".station__state [data-state-of]")).to_have_text("Live")
    assert complaints == []


def test_the_time_burnt_into_the_picture_tells_how_far_it_lies_behind(
    page: Page, demo: RunningDemo, published: Published
) -> None:
    page.goto(f"{demo.edge}/en/station/{published.stations[0]}/")
    page.get_by_role("button", name="Watch live").click()
    wait_until(page, f"{POSITION} > 0 && {FRAMES} > 0", seconds=2 * PICTURE_SECONDS)
    page.wait_for_timeout(1000)
    taken, now = clock_strip.read(picture(page)), time.time()
    assert taken is not None, "no time can be read from the picture"
    assert 0 < now - taken / 1000 < 40
    # What the page says is the same moment, to the second.
    said = page.locator(".player__time").get_attribute("datetime")
    shown = page.evaluate(f"Date.parse('{said}') / 1000")
    assert abs(shown - taken / 1000) < 3


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
    still = page.locator(".player__still")
    expect(still).to_be_visible()
    assert still.evaluate("image => image.naturalWidth") >= 320
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


def test_when_the_packager_is_killed_the_page_plays_on_within_fifteen_seconds_without_a_reload(
    page: Page, demo: RunningDemo, published: Published
) -> None:
    station = published.stations[4]
    page.goto(f"{demo.edge}/en/station/{station}/")
    page.get_by_role("button", name="Watch live").click()
    wait_until(page, f"{POSITION} > 1", seconds=2 * PICTURE_SECONDS)
    page.evaluate("window.sameDocument = true")
    killed = demo.packager()
    killed.kill()
    killed.wait(10)
    # The buffer plays on for a while; what counts is that it never stands still for long, and gets past the gap.
    stood, last, moved = 0.0, page.evaluate(POSITION), time.monotonic()
    end = time.monotonic() + 40
    while time.monotonic() < end:
        page.wait_for_timeout(250)
        position = page.evaluate(POSITION)
        if position != last:
            last, moved = position, time.monotonic()
        stood = max(stood, time.monotonic() - moved)
    assert stood < 15, f"the picture stood still for {stood:.1f} s"
    expect(page.get_by_text("Live video is playing.")).to_be_visible()
    assert page.evaluate("window.sameDocument === true")
    assert demo.packager().pid != killed.pid
    assert published.generation(station) == 2, "what is published now is not the second packager's"


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
    subprocess.run(argv, check=True, capture_output=True, timeout=30)


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
        wait_until(pages[station], f"{POSITION} > 1", seconds=2 * PICTURE_SECONDS)
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
        expect(ended).to_contain_text("The broadcast has ended.", timeout=60000)
        expect(ended).to_contain_text("Last picture:")
        expect(pages[closing].locator(".station__state [data-state-of]")).to_have_text("Broadcast ended", timeout=30000)
        expect(pages[dying].locator(".player__message")).to_contain_text("Last picture:", timeout=60000)
        expect(pages[dying].locator(".player__still")).to_be_visible()
    finally:
        file.write_text(usual)
        order(demo, "reopen", str(closing))
    for page in pages.values():
        expect(page.get_by_text("Live video is playing.")).to_be_visible(timeout=60000)
        assert page.evaluate("window.sameDocument === true")


def test_an_edge_that_hangs_and_a_playlist_that_grows_stale_end_with_the_video_going_on(
    page: Page, demo: RunningDemo, published: Published
) -> None:
    page.goto(f"{demo.edge}/en/station/{published.stations[1]}/")
    page.get_by_role("button", name="Watch live").click()
    wait_until(page, f"{POSITION} > 1", seconds=2 * PICTURE_SECONDS)
    page.evaluate("window.sameDocument = true")
    message = page.locator(".player__message")
    edge = next(child for child in demo.processes() if "caddy" in child.name())
    published.paused.set()
    try:
        with standing_still(edge):
            expect(message).to_contain_text("The video goes on by itself.", timeout=60000)
        expect(message).to_have_text("Live video is playing.", timeout=60000)
    finally:
        published.paused.clear()
    # Every answer is a good one now, and says nothing new.
    with standing_still(demo.packager()):
        expect(message).not_to_have_text("Live video is playing.", timeout=60000)
    expect(message).to_have_text("Live video is playing.", timeout=60000)
    wait_until(page, f"{POSITION} > 1", seconds=PICTURE_SECONDS)
    assert page.evaluate("window.sameDocument === true")
