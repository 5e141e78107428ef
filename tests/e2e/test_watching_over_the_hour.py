"""A person looks back across a full hour that the packager has really recorded across, on a page open all the while.

The election's time zone is one in which the hour turns soon after the start; every clock is right.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import av
import pytest
from playwright.sync_api import Page, expect

from election import keys
from election.ids import Rendition, StationId
from election.playlist import MediaPlaylist, PlaylistType, parse_media
from election.timeline import HourPlaylist, parse_timeline
from tests.e2e.odd_zone import OddZone, with_noon_at
from tests.e2e.screen import LATEST, SAME, Seen, look_at_the_clock, pictures, recorded, require_that_it_is_said, until
from tests.e2e.test_watching import OUTAGE, wait_until
from tests.e2e.test_watching_back import RECORDING
from tests.e2e.test_watching_clip import read, recordings
from tests.fetching import fetch
from tests.running_demo import RunningDemo, running_demo
from tests.site import kept_files

# One hour is waited for, not one in each worker.
pytestmark = [pytest.mark.server, pytest.mark.browser, pytest.mark.xdist_group("over the hour")]
LEADS = [timedelta(seconds=seconds) for seconds in (75, 150, 300)]
"""So long before the full hour the system is started; again with more time where it came up too late."""
BEFORE = timedelta(seconds=20)
"""So much is recorded before the full hour at least."""
AROUND = timedelta(seconds=8)
"""So much before and after the full hour is looked at: of what there is, where a camera or the machine stood still."""
LIVE = "Live video is playing."
STANDSTILL = 10.0
"""So many seconds from one picture to the next, beside those in which the page itself stood still, are a stall."""


@dataclass(frozen=True, kw_only=True)
class Turning:
    """A running demo with one station, whose pictures show the time of day."""

    demo: RunningDemo
    station: StationId
    zone: OddZone

    def hours(self) -> dict[int, HourPlaylist]:
        """Return what the timeline tells of the small rendition's hours."""
        answer = fetch(self.demo.edge, f"/{keys.timeline(self.station, self.zone.noon.date())}")
        if answer.status != 200:
            return {}
        return {each.hour: each for each in parse_timeline(answer.text.encode()).renditions[Rendition.SUB].hours}

    def address(self, hour: int) -> str:
        """Return the path of an hour's playlist."""
        return f"/live/{self.station}/{self.hours()[hour].playlist}"

    def playlist(self, hour: int) -> MediaPlaylist:
        """Return an hour's playlist as it is now."""
        return parse_media(fetch(self.demo.edge, self.address(hour)).text)

    def around(self) -> tuple[datetime, datetime]:
        """Return the end of the last picture of the first hour, and the beginning of the next one's first picture."""
        before, behind = (recorded(self.demo.edge, self.address(hour)) for hour in (11, 12))
        return before[-1].program_date_time + before[-1].duration, behind[0].program_date_time

    def until_it_is_past(self) -> None:
        """Wait until the first hour is closed and enough of the second one is there to look at."""

        def past() -> bool:
            hours = self.hours()
            if 12 not in hours or not hours[11].closed:
                return False
            there = recorded(self.demo.edge, self.address(12))
            return there != [] and there[-1].program_date_time > there[0].program_date_time + 2 * AROUND

        until(past, lambda: f"not past {self.zone.noon}: {self.hours()}", seconds=240)

    def told(self, moment: datetime) -> str:
        """Return the time of day as people read it."""
        return f"{moment.astimezone(self.zone.clock):%H:%M:%S}"


@contextmanager
def recording_before_noon(folder: Path, cache: Path) -> Iterator[Turning]:
    """Give a demo that was live before noon by its own clock."""
    for lead in LEADS:
        zone = with_noon_at(datetime.now(UTC) + lead)
        options = ("--stations", "1", "--clocks", "1", "--time-zone", zone.name)
        with running_demo(*options, cache=cache, environment=zone.environment(folder)) as demo:
            (station,) = demo.wait_until_live(1)
            if datetime.now(UTC) < zone.noon - BEFORE:
                yield Turning(demo=demo, station=station, zone=zone)
                return
    raise AssertionError(f"the demo is not live {LEADS[-1]} after its start")


@pytest.fixture(scope="session")  # a module's would end, for tests with a browser and those without are not neighbours
def turning(camera_cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Turning]:
    with recording_before_noon(tmp_path_factory.mktemp("zones"), camera_cache) as started:
        yield started


NOTES = """window.shown = [];
window.spoken = [];
window.stood = 0;
let last = performance.now();
setInterval(() => {
  const now = performance.now();
  window.stood += Math.max(0, now - last - 200) / 1000;
  last = now;
}, 100);
document.addEventListener("DOMContentLoaded", () => {
  const time = document.querySelector(".player__time");
  const slider = document.querySelector(".day__slider");
  const said = () => document.querySelector(".player__message").textContent;
  const note = () => window.shown.push([said(), time.dateTime, performance.now() / 1000, window.stood]);
  const speak = () => window.spoken.push([said(), time.dateTime, slider.getAttribute("aria-valuetext")]);
  new MutationObserver(note).observe(time, { attributes: true, attributeFilter: ["datetime"] });
  new MutationObserver(speak).observe(slider, { attributes: true, attributeFilter: ["aria-valuetext"] });
});"""
"""Notes each picture's time, with what the page says, when it was shown and for how long the page stood still until
then (s); and what the seek bar speaks."""


def show(page: Page, turning: Turning, moment: datetime) -> None:
    page.get_by_label("Time, for example 14:05").fill(turning.told(moment))
    page.get_by_role("button", name="Show this moment").click()


def look_before(page: Page, turning: Turning) -> tuple[Seen, float]:
    """Go back to before the full hour; return a picture of then. A machine that stands still may miss it."""
    missed = []
    for _ in range(5):
        show(page, turning, turning.around()[0] - 2 * AROUND)
        seen, taken = look_at_the_clock(page, RECORDING)
        if seen.said is not None and seen.said < turning.zone.noon:
            return seen, taken
        missed.append(seen.said)
    raise AssertionError(f"no picture of before {turning.zone.noon} is seen but of {missed}")


def test_a_page_left_open_over_the_full_hour_looks_back_and_plays_across_it(page: Page, turning: Turning) -> None:
    noon = turning.zone.noon
    page.add_init_script(NOTES)
    page.goto(f"{turning.demo.edge}/en/station/{turning.station}/")
    page.get_by_role("button", name="Watch live").click()
    wait_until(page, f"window.shown.some(([said]) => said === '{LIVE}')")
    page.evaluate("window.sameDocument = true")
    first = page.evaluate(f"window.shown.find(([said]) => said === '{LIVE}')[1]")
    assert datetime.fromisoformat(first) < noon, "the page was opened too late"
    # The live picture goes on over the full hour.
    wait_until(page, f"Date.parse(window.shown[window.shown.length - 1][1]) > {1000 * noon.timestamp()}", seconds=300)
    expect(page.locator(".player__message")).to_have_text(LIVE, timeout=OUTAGE)
    turning.until_it_is_past()
    page.locator(".day > .day__summary").click()
    seen, taken = look_before(page, turning)
    require_that_it_is_said(seen, taken, turning.demo.edge, turning.address(11))
    page.evaluate("window.shown = []; window.spoken = [];")
    begin, end = turning.around()[0] - AROUND, turning.around()[1] + AROUND
    show(page, turning, begin)
    wanted = 1000 * end.timestamp()
    wait_until(page, f"window.shown.some(([said, time]) => said === '{RECORDING}' && Date.parse(time) > {wanted})")
    notes = page.evaluate("window.shown")
    require_that_it_played_on(notes, turning, begin)
    seen, taken = look_at_the_clock(page, RECORDING)
    assert seen.said is not None
    assert seen.said > noon
    require_that_it_is_said(seen, taken, turning.demo.edge, turning.address(12))
    require_that_it_was_spoken(page, turning, begin)
    assert page.evaluate("window.sameDocument === true")
    page.locator(".day__live").click()
    expect(page.locator(".player__message")).to_have_text(LIVE, timeout=OUTAGE)


def require_that_it_played_on(notes: list[tuple[str, str, float, float]], turning: Turning, begin: datetime) -> None:
    """Every second from `begin` on that was recorded was on screen, and playback never stalled."""
    noon = turning.zone.noon
    played = [(datetime.fromisoformat(time), passed, stood) for said, time, passed, stood in notes if said == RECORDING]
    across = [each for each in played if each[0] >= begin - timedelta(seconds=1)]
    assert across[0][0] < noon < across[-1][0], across
    segments = [*turning.playlist(11).segments, *turning.playlist(12).segments]
    for (before, at, stood_before), (after, now, stood) in itertools.pairwise(across):
        # A camera or a machine that stood still left a hole, which is jumped over.
        holes = [each.duration for each in segments if each.gap and before < each.program_date_time < after]
        step = (after - before - sum(holes, timedelta())).total_seconds()
        passed, still = now - at, stood - stood_before
        # Where the page stood still, the video did not.
        assert -0.1 < step < 1.5 + passed, f"{before} is followed by {after} after {passed:.1f} s, {holes}"
        assert passed - still - step < STANDSTILL, f"after {before} it stalled for {passed:.1f} s, {still:.1f} of all"


def require_that_it_was_spoken(page: Page, turning: Turning, begin: datetime) -> None:
    """The seek bar spoke the time of each picture, by the election's clock, on both sides of the full hour."""
    told = [
        (datetime.fromisoformat(time), words)
        for said, time, words in page.evaluate("window.spoken")
        if said == RECORDING
    ]
    # After the jump it follows the picture.
    spoken = [(moment, words) for moment, words in told if moment >= begin]
    for moment, words in spoken:
        assert words.split(".")[0] == turning.told(moment), (moment, words)
    assert {words[:2] for _, words in spoken} == {"11", "12"}


def test_the_hour_that_is_over_is_closed_and_the_next_one_grows(turning: Turning) -> None:
    turning.until_it_is_past()
    hours = turning.hours()
    assert {hour: each.closed for hour, each in hours.items()} == {11: True, 12: False}
    over, running = turning.playlist(11), turning.playlist(12)
    assert over.ended
    assert not running.ended
    assert running.playlist_type is PlaylistType.EVENT
    # Each segment stands in the hour in which it begins, and the two hours follow each other without a hole.
    noon = turning.zone.noon
    assert all(segment.program_date_time < noon for segment in over.segments)
    assert all(segment.program_date_time >= noon for segment in running.segments)
    for before, after in itertools.pairwise([*over.segments, *running.segments]):
        hole = after.program_date_time - before.program_date_time - before.duration
        assert abs(hole) < timedelta(seconds=0.1) or after.discontinuity, (before, after)
    count = len(running.segments)
    until(lambda: len(turning.playlist(12).segments) > count, lambda: "the running hour does not grow")


def test_a_clip_across_the_full_hour_holds_every_picture_at_its_time(
    page: Page, turning: Turning, tmp_path: Path
) -> None:
    turning.until_it_is_past()
    noon = turning.zone.noon
    # To the second, as they are written into the form.
    begin, end = (each.replace(microsecond=0) for each in turning.around())
    begin, end = begin - AROUND, end + AROUND
    kept_files.offer_no_files(page)
    page.goto(f"{turning.demo.edge}/en/station/{turning.station}/")
    page.locator(".day > .day__summary").click()
    page.get_by_text("Download a part of the recording").click()
    for label, moment in (("From", begin), ("To", end)):
        page.get_by_label(label, exact=True).fill(turning.told(moment))
    page.get_by_role("button", name="Show the size").click()
    expect(page.locator(".keep__message")).to_contain_text("MB")
    file = tmp_path / "clip.mp4"
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download", exact=True).click()
    waiting.value.save_as(file)
    times, late = read(file)
    with av.open(str(file)) as container:
        first = datetime.fromisoformat(container.metadata["date"]).timestamp()
    moments = [first + float(time) for time in times]
    assert times == sorted(times)
    assert moments[0] < noon.timestamp() < moments[-1]
    # All that the two hours' playlists name of the time is there, at the times they say.
    listed = [
        moment
        for hour in (11, 12)
        for segment in recorded(turning.demo.edge, turning.address(hour))
        if begin < segment.program_date_time + segment.duration and segment.program_date_time < end
        for moment, _ in pictures(turning.demo.edge, turning.address(hour), segment)
    ]
    assert moments == [pytest.approx(moment, abs=0.1) for moment in listed]
    assert len([each for each in late if each is not None]) > len(times) / 2
    for told in recordings(times, late):
        assert max(told) - min(told) < SAME, told
        assert -SAME < min(told) < LATEST, told
