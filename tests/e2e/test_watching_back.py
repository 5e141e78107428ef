"""A person looks back: a link opens its moment, and playback crosses what was not recorded. The real system."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from election import keys
from election.ids import Rendition, StationId
from election.timeline import Gap, Timeline, parse_timeline
from simulator import clock_strip
from tests.e2e.published import Published
from tests.e2e.test_watching import picture
from tests.fetching import fetch
from tests.running_demo import RunningDemo

pytestmark = [pytest.mark.server, pytest.mark.browser]
BAKU = ZoneInfo("Asia/Baku")
BEFORE = timedelta(seconds=6)
"""So long before a gap the link leads."""


def timeline(demo: RunningDemo, station: StationId) -> Timeline | None:
    answer = fetch(demo.edge, f"/{keys.timeline(station, datetime.now(BAKU).date())}")
    return parse_timeline(answer.text.encode()) if answer.status == 200 else None


def shown(page: Page) -> datetime | None:
    told = page.evaluate(
        "document.querySelector('.player__message').textContent === 'The recording is playing.'"
        " ? document.querySelector('.player__time').dateTime : ''"
    )
    return datetime.fromisoformat(told) if told else None


def test_a_link_opens_its_moment_and_playback_crosses_the_time_without_a_packager(
    page: Page, demo: RunningDemo, published: Published
) -> None:
    station = published.stations[0]
    if not any(gap.reason == "packager_stopped" for gap in _gaps(timeline(demo, station))):
        demo.packager().kill()
    end = time.monotonic() + 90
    while True:
        known = timeline(demo, station)
        whole = [gap for gap in _gaps(known) if gap.reason == "packager_stopped"]
        if known is not None and whole and known.written > whole[-1].end + timedelta(seconds=10):
            break
        assert time.monotonic() < end, f"no gap is told of: {known}"
        time.sleep(1)
    gap = whole[-1]
    wanted = (gap.start - BEFORE).astimezone(BAKU)
    page.goto(f"{demo.edge}/en/station/{station}/?d={wanted:%Y-%m-%d}&t={wanted:%H:%M:%S}")
    seen: list[datetime] = []
    end = time.monotonic() + 40
    while not seen or seen[-1] < gap.end:
        moment = shown(page)
        if moment is not None:
            if not seen:
                _require_that_it_is_burnt_in(page, moment)
            seen.append(moment)
        assert time.monotonic() < end, (gap, seen[:1], seen[-1:], page.locator(".player__message").text_content())
        page.wait_for_timeout(200)
    assert abs(seen[0] - wanted) < timedelta(seconds=3)
    within = [moment for moment in seen if gap.start + timedelta(seconds=1) < moment < gap.end - timedelta(seconds=1)]
    assert within == [], f"{gap} shows pictures"
    page.wait_for_timeout(500)
    _require_that_it_is_burnt_in(page, shown(page))
    page.get_by_text("Times without pictures").click()
    start = gap.start.astimezone(BAKU)
    expect(page.locator(".day__missing .day__gaps")).to_contain_text(f"{start:%H:%M:%S}–")
    expect(page.locator(".day__missing .day__gaps")).to_contain_text("the recording program did not run")
    page.locator(".day__live").click()
    expect(page.get_by_text("Live video is playing.")).to_be_visible(timeout=10000)


def _gaps(day: Timeline | None) -> list[Gap]:
    return list(day.renditions[Rendition.SUB].gaps) if day and Rendition.SUB in day.renditions else []


def _require_that_it_is_burnt_in(page: Page, moment: datetime | None) -> None:
    """The picture on screen bears the time that the page says."""
    taken = clock_strip.read(picture(page))
    assert moment is not None
    assert taken is not None, "no time can be read from the picture"
    assert abs(taken / 1000 - moment.timestamp()) < 3
