"""A person looks back: a link opens its moment, and playback crosses what was not recorded. The real system."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from election import keys
from election.ids import Rendition, StationId
from election.timeline import Gap, Timeline, parse_timeline
from tests.e2e.published import Published
from tests.e2e.screen import look_at_the_clock, recorded, require_that_it_is_said, until
from tests.e2e.test_watching import wait_until
from tests.fetching import fetch
from tests.running_demo import RunningDemo

pytestmark = [pytest.mark.server, pytest.mark.browser]
BAKU = ZoneInfo("Asia/Baku")
BEFORE = timedelta(seconds=6)
"""So long before a gap the link leads."""


def timeline(demo: RunningDemo, station: StationId) -> Timeline | None:
    answer = fetch(demo.edge, f"/{keys.timeline(station, datetime.now(BAKU).date())}")
    return parse_timeline(answer.text.encode()) if answer.status == 200 else None


def gap_without_a_packager(demo: RunningDemo, station: StationId, *, behind: timedelta) -> Gap:
    """Return the last such gap with so much recorded behind it; make one where there is none."""
    if not any(gap.reason == "packager_stopped" for gap in _gaps(timeline(demo, station))):
        demo.packager().kill()
    found: list[Gap] = []

    def told() -> bool:
        known = timeline(demo, station)
        whole = [gap for gap in _gaps(known) if gap.reason == "packager_stopped"]
        found[:] = [gap for gap in whole if known is not None and known.written > gap.end + behind]
        return found != []

    until(told, lambda: f"no gap is told of: {timeline(demo, station)}", seconds=240)
    return found[-1]


RECORDING = "The recording is playing."
SHOWN = f"""window.shown = [];
document.addEventListener("DOMContentLoaded", () => {{
  const time = document.querySelector(".player__time");
  new MutationObserver(() => {{
    if (document.querySelector(".player__message").textContent === "{RECORDING}")
      window.shown.push([time.dateTime, performance.now() / 1000]);
  }}).observe(time, {{ attributes: true, attributeFilter: ["datetime"] }});
}});"""
"""Notes the time of every picture of the recording, and how many seconds after the page was asked for it was shown."""


def test_a_link_opens_its_moment_and_playback_crosses_the_time_without_a_packager(
    page: Page, demo: RunningDemo, published: Published
) -> None:
    station = published.stations[0]
    gap = gap_without_a_packager(demo, station, behind=timedelta(seconds=10))
    wanted = (gap.start - BEFORE).astimezone(BAKU)
    page.add_init_script(SHOWN)
    page.goto(f"{demo.edge}/en/station/{station}/?d={wanted:%Y-%m-%d}&t={wanted:%H:%M:%S}")
    require_that_its_time_is_said(page, demo, station)
    wait_until(page, f"window.shown.some(([time]) => Date.parse(time) >= {1000 * gap.end.timestamp()})")
    seen = [(datetime.fromisoformat(time), passed) for time, passed in page.evaluate("window.shown")]
    first, passed = seen[0]
    # Where that moment is missing, too, the next picture is shown; where the page stood still, the video did not.
    listed = [each for playlist in hour_playlists(demo, station, wanted) for each in recorded(demo.edge, playlist)]
    there = next(each.program_date_time for each in listed if each.program_date_time + each.duration > wanted)
    assert -timedelta(seconds=3) < first - max(wanted, there) < timedelta(seconds=3 + passed)
    within = [each for each, _ in seen if gap.start + timedelta(seconds=1) < each < gap.end - timedelta(seconds=1)]
    assert within == [], f"{gap} shows pictures"
    require_that_its_time_is_said(page, demo, station)
    page.get_by_text("Times without pictures").click()
    start = gap.start.astimezone(BAKU)
    expect(page.locator(".day__missing .day__gaps")).to_contain_text(f"{start:%H:%M:%S}–")
    expect(page.locator(".day__missing .day__gaps")).to_contain_text("the recording program did not run")
    page.locator(".day__live").click()
    expect(page.get_by_text("Live video is playing.")).to_be_visible()


def require_that_its_time_is_said(page: Page, demo: RunningDemo, station: StationId) -> None:
    seen, taken = look_at_the_clock(page, RECORDING)
    assert seen.said is not None
    require_that_it_is_said(seen, taken, demo.edge, *hour_playlists(demo, station, seen.said))


def hour_playlists(demo: RunningDemo, station: StationId, *moments: datetime) -> list[str]:
    """Return the addresses of the playlists of the hours in which the moments lie."""
    known = timeline(demo, station)
    assert known is not None
    hours = {moment.astimezone(BAKU).hour for moment in moments}
    return [f"/live/{station}/{each.playlist}" for each in known.renditions[Rendition.SUB].hours if each.hour in hours]


def _gaps(day: Timeline | None) -> list[Gap]:
    return list(day.renditions[Rendition.SUB].gaps) if day and Rendition.SUB in day.renditions else []
