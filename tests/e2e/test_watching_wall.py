"""A person puts stations on the wall: they play at once, show one moment together, and fail alone. The real system."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from urllib.parse import urljoin, urlsplit

import pytest
from playwright.sync_api import BrowserContext, Error, Locator, Page, expect

from election import keys
from election.ids import Rendition, StationId
from election.playlist import parse_media
from election.timeline import Timeline
from machine import ports
from tests.e2e.published import Published
from tests.e2e.screen import Seen, require_that_it_is_said, standing
from tests.e2e.test_watching import cameras_file, station_words
from tests.e2e.test_watching_back import BAKU, hour_playlists, timeline
from tests.fetching import fetch
from tests.running_demo import RunningDemo

pytestmark = [pytest.mark.server, pytest.mark.browser]
LIVE = 4
"""So many play at once on a desktop."""
LONG = 120
"""Seconds that anything may take on a machine that stands still now and then."""
TRIED_AGAIN = 3 * LONG
"""Seconds until a tile plays that asks again after a minute at most, and may do so just as the machine stands still."""
CLOCKS = 2
"""So many of the demo's cameras show the time of day in their pictures."""
BEFORE, AFTER = timedelta(seconds=2), timedelta(seconds=3)
"""So long before and after the moment looked back at those were recorded."""
CACHED = timedelta(seconds=20)
"""So much older than the timeline the edge's copy of an hour may be."""
MOVING = "[...document.querySelectorAll('.wall__tile video')].filter((video) => video.currentTime > 0.5).length"

TILES = """[...document.querySelectorAll(".wall__tile")].map((tile) => {
  const { currentTime, readyState, paused } = tile.querySelector("video");
  return [tile.className, tile.innerText, tile.querySelector("time").dateTime, currentTime, readyState, paused];
})"""


@pytest.fixture
def page(new_context: Callable[..., BrowserContext]) -> Page:
    """A page of a desktop, so high that all tiles are seen."""
    return new_context(viewport={"width": 1280, "height": 2400}).new_page()


def open_wall(page: Page, demo: RunningDemo, published: Published) -> None:
    """Open the wall of all stations by its address and wait until the first ones play."""
    page.goto(f"{demo.edge}/en/wall/?s={','.join(published.stations)}")
    until(page, f"{MOVING} === {LIVE}")


def until(page: Page, condition: str) -> None:
    """Wait for a condition of the tiles; if it does not come, tell what they show."""
    end = time.monotonic() + TRIED_AGAIN
    while not page.evaluate(condition):
        assert time.monotonic() < end, f"{condition}: {page.evaluate(TILES)}"
        page.wait_for_timeout(100)


def tile_of(page: Page, station: StationId) -> Locator:
    """Return the tile of a station."""
    return page.locator(".wall__tile").filter(has=page.get_by_role("link", name=station_words(station), exact=True))


def moment_recorded(demo: RunningDemo, stations: Sequence[StationId]) -> datetime:
    """Return the newest moment around which all of these were recorded, once there is one."""
    end = time.monotonic() + LONG
    while True:
        found = [timeline(demo, station) for station in stations]
        days = [day for day in found if day is not None and recorded(day)]
        moment = newest_moment(days, [first_picture(demo, day) for day in days]) if len(days) == len(stations) else None
        if moment is not None:
            return moment.astimezone(BAKU).replace(microsecond=0)
        assert time.monotonic() < end, "there is no moment at which all were recorded"
        time.sleep(1)


def recorded(day: Timeline) -> bool:
    return Rendition.SUB in day.renditions and len(day.renditions[Rendition.SUB].hours) > 0


def newest_moment(days: Sequence[Timeline], begun: Sequence[datetime]) -> datetime | None:
    """Return the newest moment far from every gap, from the beginning and from what is not written yet."""
    gaps = [gap for day in days for gap in day.renditions[Rendition.SUB].gaps]
    moment = min(day.written for day in days) - CACHED
    while moment - BEFORE > max(begun):
        if not any(gap.start < moment + AFTER and gap.end > moment - BEFORE for gap in gaps):
            return moment
        moment -= timedelta(seconds=1)
    return None


def first_picture(demo: RunningDemo, day: Timeline) -> datetime:
    """Return when the first picture of the day's last hour was taken."""
    playlist = day.renditions[Rendition.SUB].hours[-1].playlist
    answer = fetch(demo.edge, urljoin(f"/{keys.master(day.station)}", playlist))
    return next(segment.program_date_time for segment in parse_media(answer.text).segments if not segment.gap)


def test_stations_of_a_list_play_at_once_and_go_to_one_moment_together(
    page: Page, demo: RunningDemo, published: Published
) -> None:
    for station in published.stations:
        page.goto(f"{demo.edge}/en/constituency/{station[:3]}/")
        page.get_by_role("button", name=f"Wall: {station_words(station)}").click()
    page.get_by_role("link", name=f"Open the wall, stations: {len(published.stations)}").click()
    expect(page.locator(".wall__tile")).to_have_count(len(published.stations))
    until(page, f"{MOVING} === {LIVE}")
    with_clock = published.stations[:CLOCKS]
    # On a machine that stands still now and then there may be no moment at which all four were recorded.
    moment = moment_recorded(demo, with_clock)
    # Stopped before: whatever the machine does meanwhile, the pictures stay until they are read.
    page.get_by_role("button", name="Pause all").click()
    page.locator(".wall__summary").click()
    page.get_by_label("Date", exact=True).fill(f"{moment:%Y-%m-%d}")
    page.get_by_label("Time", exact=True).fill(f"{moment:%H:%M:%S}")
    page.get_by_role("button", name="Show this moment").click()
    expect(page.locator(".wall__clock")).to_contain_text(f"Recording of {moment:%H:%M:%S}")
    end = time.monotonic() + LONG
    while None in (seen := [shown_at(tile_of(page, station), moment) for station in with_clock]):
        assert time.monotonic() < end, f"{seen}: {page.evaluate(TILES)}"
        page.wait_for_timeout(200)
    for station, picture in zip(with_clock, seen, strict=True):
        assert picture is not None
        assert picture.taken is not None
        require_that_it_is_said(picture, picture.taken, demo.edge, *hour_playlists(demo, station, moment))


def shown_at(tile: Locator, moment: datetime) -> Seen | None:
    """Return the picture of a tile once its burnt-in time can be read; None while the page says another moment."""
    said = tile.locator(".wall__time").get_attribute("datetime")
    if not said or abs(datetime.fromisoformat(said) - moment) > timedelta(seconds=1):
        return None
    try:
        seen = Seen(luma=standing(tile.locator("video")), said=datetime.fromisoformat(said))
    except Error:
        return None  # its player was given up, and the next one is on its way
    return None if seen.taken is None else seen


def test_who_is_off_screen_has_no_player(page: Page, demo: RunningDemo, published: Published) -> None:
    open_wall(page, demo, published)
    first = "document.querySelector('.wall__tile video')"
    page.set_viewport_size({"width": 390, "height": 500})
    page.evaluate("window.scrollTo(0, document.querySelector('.wall__tiles').getBoundingClientRect().bottom)")
    until(page, f"{first}.readyState === 0")
    until(page, f"{MOVING} > 0")
    page.evaluate("window.scrollTo(0, 0)")
    until(page, f"{first}.currentTime > 0.5")


@contextmanager
def camera_gone(demo: RunningDemo, station: StationId) -> Iterator[None]:
    """Let nobody answer where the station's camera was, for the time of the block."""
    file = cameras_file(demo)
    usual = file.read_text()
    address = next(line for line in usual.splitlines() if line.startswith("main = ") and str(station) in line)
    port, gone = urlsplit(address.split('"')[1]).port, ports.free_port()
    lines = [line.replace(f":{port}/", f":{gone}/") if str(station) in line else line for line in usual.splitlines()]
    file.write_text("\n".join(lines) + "\n")
    try:
        yield
    finally:
        file.write_text(usual)


def test_a_camera_that_dies_is_told_of_in_its_tile_and_the_others_play_on(
    page: Page, demo: RunningDemo, published: Published
) -> None:
    open_wall(page, demo, published)
    dying, *others = published.stations[:LIVE]
    tile = tile_of(page, dying)
    with camera_gone(demo, dying):
        words = tile.locator(".wall__words")
        told = re.compile("Waiting for the next picture|No video at the moment")
        expect(words).to_have_text(told, timeout=LONG * 1000)
        for other in others:
            video = tile_of(page, other).locator("video")
            before = video.evaluate("video => video.currentTime")
            end = time.monotonic() + LONG
            while video.evaluate("video => video.currentTime") <= before + 1:
                assert time.monotonic() < end, f"{other} stands still too"
                page.wait_for_timeout(200)
    expect(words).to_have_text("", timeout=TRIED_AGAIN * 1000)
