"""A part of the day is downloaded in a real browser: what it will be is said first, and the file holds just that."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import pytest
from playwright.sync_api import Page, expect

from tests.site import clip_clock, kept_files
from tests.site.live_stream import Clips, make_clips
from tests.site.recorded_day import DATE, RecordedDay
from tests.site.test_look_back import open_day
from tests.site.test_pages import violations
from tests.site.viewer_server import STATION, ViewerServer

pytestmark = pytest.mark.browser
RATE = 5
"""Pictures a second."""
NO_LIMITS = """const set = window.setTimeout;
window.setTimeout = (run, after, ...given) => set(run, after >= 20000 ? 2 ** 31 - 1 : after, ...given);"""
"""What would be waited for half a minute is waited for without end."""
LIMIT = 31_000
"""Milliseconds after which no answer is waited for any more, and then some."""
SLOW = 11_000
"""The same, until the page says that answers come slowly."""
AHEAD = 4
"""Segments that are on their way while one is written."""
WAIT = 60_000
"""Milliseconds that a slow machine may take."""


@pytest.fixture(autouse=True)
def day(viewer: ViewerServer, clips: Clips) -> None:
    viewer.day = RecordedDay(clips=clips)


def choose(page: Page, viewer: ViewerServer, start: str, end: str) -> None:
    open_day(page, viewer)
    page.get_by_text("Download a part of the recording").click()
    page.get_by_label("From").fill(start)
    page.get_by_label("To", exact=True).fill(end)
    page.get_by_role("button", name="Show the size").click()


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A file that was downloaded."""

    name: str
    times: list[Fraction]
    """Of its pictures, in seconds."""
    said: dict[str, str]
    """What it says of itself."""
    begins: list[str]
    """When its pieces began, in UTC."""


def kept(name: str, file: Path) -> Kept:
    begins = [f"{moment:%H:%M:%S}" for _position, moment in clip_clock.chapters(file)]
    # Position in the film and time of day are one clock, in front of gaps and behind.
    told = clip_clock.fragment_times(file)
    assert [(each.moment - told[0].moment).total_seconds() for each in told] == pytest.approx(
        [float(each.position) for each in told], abs=0.002
    )
    with av.open(str(file)) as container:
        stream = container.streams.video[0]
        assert stream.time_base is not None
        times = [frame.pts * stream.time_base for frame in container.decode(stream) if frame.pts is not None]
        return Kept(name=name, times=times, said=dict(container.metadata), begins=begins)


def downloaded(page: Page, folder: Path, button: str = "Download") -> Kept:
    """Press the button and wait for the browser's download."""
    with page.expect_download() as waiting:
        page.get_by_role("button", name=button, exact=True).click()
    waiting.value.save_as(folder / "clip.mp4")
    return kept(waiting.value.suggested_filename, folder / "clip.mp4")


def written(page: Page, folder: Path) -> Kept:
    """Press the button and wait for the file that was written meanwhile."""
    page.get_by_role("button", name="Download", exact=True).click()
    expect(page.locator(".keep__message")).to_contain_text("Done", timeout=WAIT)
    (name,) = kept_files.sizes(page)
    (folder / "clip.mp4").write_bytes(kept_files.body(page, name))
    return kept(name, folder / "clip.mp4")


@pytest.mark.parametrize("onto_disk", [False, True], ids=["in memory", "onto disk"])
def test_a_clip_over_the_hour_and_a_gap_is_announced_and_is_what_was_announced(
    page: Page, viewer: ViewerServer, tmp_path: Path, onto_disk: bool
) -> None:
    (kept_files.choose_every_file if onto_disk else kept_files.offer_no_files)(page)
    choose(page, viewer, "08:59:50", "09:02:10")
    expect(page.locator(".keep__message")).to_contain_text("08:59:48–09:02:12, ")
    assert "about" not in str(page.locator(".keep__message").text_content())
    gap = "09:00:40–09:02:00 (80 s): the camera could not be reached"
    expect(page.locator(".keep__missing li")).to_have_text([gap])
    assert violations(page) == []
    file = (written if onto_disk else downloaded)(page, tmp_path)
    expect(page.locator(".keep__message")).to_have_text("Done. The browser has saved the file.")
    assert file.name == f"{STATION}_{DATE}_08-59-48_09-02-12.mp4"
    before = [Fraction(n, RATE) for n in range(52 * RATE)]
    behind = [132 + Fraction(n, RATE) for n in range(12 * RATE)]
    assert [float(time) for time in file.times] == pytest.approx([float(time) for time in before + behind], abs=0.003)
    assert file.said["date"] == f"{DATE}T04:59:48.000Z"
    assert file.begins == ["04:59:48", "05:02:00"]
    assert gap in file.said["comment"]
    assert f"/station/{STATION}/" in file.said["comment"]


@pytest.mark.parametrize("onto_disk", [False, True], ids=["in memory", "onto disk"])
def test_a_piece_that_does_not_come_is_named_on_the_page_and_in_the_file_and_the_rest_is_saved(
    page: Page, viewer: ViewerServer, tmp_path: Path, onto_disk: bool
) -> None:
    (kept_files.choose_every_file if onto_disk else kept_files.offer_no_files)(page)
    choose(page, viewer, "08:57:00", "08:57:12")
    expect(page.locator(".keep__start")).to_be_visible()
    page.route("**/sub/0/16.m4s", lambda route: route.abort())
    file = (written if onto_disk else downloaded)(page, tmp_path)
    expect(page.locator(".keep__message")).to_have_text("Done, but not whole: see below what is missing.")
    lost = "08:57:04–08:57:08 could not be fetched and is missing in the file."
    expect(page.locator(".keep__missing li")).to_have_text([lost])
    assert lost in file.said["comment"]
    assert [float(time) for time in file.times if 4 <= time < 8] == []
    assert file.begins == ["04:57:00", "04:57:08"]
    assert len(file.times) == 8 * RATE


def test_the_whole_day_is_reckoned_and_can_be_cancelled_which_leaves_no_file(page: Page, viewer: ViewerServer) -> None:
    page.add_init_script(NO_LIMITS)
    kept_files.choose_every_file(page)
    choose(page, viewer, "08:57:00", "08:58:00")
    page.get_by_role("button", name="The whole day").click()
    expect(page.locator(".keep__message")).to_contain_text("08:56:00–09:04:00, about ")
    page.route("**/sub/0/5.m4s", lambda route: None)
    page.get_by_role("button", name="Download", exact=True).click()
    expect(page.locator(".keep__so-far")).to_contain_text("5 of 100 pieces", timeout=WAIT)
    # What comes goes into another file until it is whole.
    assert kept_files.sizes(page)[f"{STATION}_{DATE}_08-56-00_09-04-00.mp4"] == 0
    # The keyboard's place went from the button that is gone to the one that came.
    expect(page.get_by_role("button", name="Cancel")).to_be_focused()
    page.get_by_role("button", name="Cancel").click()
    # At once, though the segment that hangs would be waited for, half a minute by the real clock.
    expect(page.locator(".keep__message")).to_have_text("Cancelled. Nothing was saved.", timeout=WAIT)
    assert kept_files.sizes(page) == {}
    expect(page.get_by_role("button", name="Download", exact=True)).to_be_focused()


def test_no_more_is_fetched_than_a_slow_disk_takes(page: Page, viewer: ViewerServer) -> None:
    kept_files.hold_every_write(page)
    choose(page, viewer, "08:56:00", "09:04:00")
    expect(page.locator(".keep__start")).to_be_visible(timeout=WAIT)
    fetched: set[str] = set()

    def noted(method: str, path: str) -> bool:
        if method == "GET" and path.endswith(".m4s"):
            fetched.add(path)
        return False

    viewer.hangs = noted
    page.get_by_role("button", name="Download", exact=True).click()
    wait_for(page, lambda: bool(page.evaluate(kept_files.HELD)))
    # What goes on in spite of it has two seconds to show itself.
    page.wait_for_timeout(2000)
    done = int(str(page.locator(".keep__so-far").text_content()).split(" of ")[0])
    assert done < 60
    assert len(fetched) <= done + 1 + AHEAD
    page.evaluate(kept_files.RELEASE)
    expect(page.locator(".keep__message")).to_contain_text("Done", timeout=WAIT)
    assert len(fetched) == 100


def test_a_viewer_who_chooses_no_file_finds_all_as_it_was(page: Page, viewer: ViewerServer) -> None:
    kept_files.answer_with(page, "AbortError")
    choose(page, viewer, "08:57:00", "08:57:12")
    page.get_by_role("button", name="Download", exact=True).click()
    expect(page.get_by_role("button", name="Download", exact=True)).to_be_enabled()
    expect(page.locator(".keep__message")).to_contain_text("08:57:00–08:57:12, ")


def test_where_the_browser_refuses_to_write_a_file_it_is_put_together_in_memory(
    page: Page, viewer: ViewerServer, tmp_path: Path
) -> None:
    kept_files.answer_with(page, "NotAllowedError")
    choose(page, viewer, "08:57:00", "08:57:12")
    assert len(downloaded(page, tmp_path).times) == 12 * RATE


def test_a_full_disk_is_told_and_leaves_no_file(page: Page, viewer: ViewerServer) -> None:
    kept_files.choose_every_file(page)
    choose(page, viewer, "08:57:00", "08:59:00")
    expect(page.locator(".keep__start")).to_be_visible()
    session = page.context.new_cdp_session(page)
    session.send("Storage.overrideQuotaForOrigin", {"origin": viewer.origin, "quotaSize": 10_000})
    page.get_by_role("button", name="Download", exact=True).click()
    expect(page.locator(".keep__message")).to_contain_text("The file could not be written", timeout=WAIT)
    assert kept_files.sizes(page) == {}


def test_what_is_too_much_for_memory_is_refused_with_the_length_that_is_not(page: Page, viewer: ViewerServer) -> None:
    kept_files.offer_no_files(page)
    large = {"content-length": "50000000", "content-type": "video/iso.segment"}
    page.route("**/*.m4s", lambda route: route.fulfill(headers=large))
    choose(page, viewer, "08:56:00", "08:59:00")
    message = page.locator(".keep__message")
    expect(message).to_contain_text("08:56:00–08:59:00, 2250 MB.")
    expect(message).to_contain_text("at most 500 MB. Choose pieces of at most 60 s")
    expect(page.locator(".keep__start")).to_be_hidden()


def test_a_camera_that_changed_its_picture_gives_several_files_which_are_told_beforehand(
    page: Page, viewer: ViewerServer, tmp_path: Path
) -> None:
    clips = make_clips(tmp_path, sizes=("160x90", "320x180"))
    viewer.stream.clips = clips
    viewer.day = RecordedDay(clips=clips)
    kept_files.offer_no_files(page)
    choose(page, viewer, "08:59:50", "09:02:10")
    expect(page.locator(".keep__message")).to_contain_text("so there will be 2 files")
    expect(page.locator(".keep__files li")).to_contain_text(["08:59:48–09:00:00, ", "09:00:00–09:02:12, "])
    gap = "09:00:40–09:02:00 (80 s): the camera could not be reached"
    expect(page.locator(".keep__missing li")).to_have_text([gap])
    first = downloaded(page, tmp_path, "Download file 1 of 2")
    expect(page.locator(".keep__message")).to_have_text("Done. The browser has saved the file. File 2 of 2 is next.")
    second = downloaded(page, tmp_path, "Download file 2 of 2")
    assert (first.name, second.name) == (
        f"{STATION}_{DATE}_08-59-48_09-00-00.mp4",
        f"{STATION}_{DATE}_09-00-00_09-02-12.mp4",
    )
    assert (len(first.times), len(second.times)) == (12 * RATE, 52 * RATE)
    assert gap in second.said["comment"]
    assert gap not in first.said["comment"]


def test_a_gap_at_the_beginning_of_what_was_asked_for_is_named(page: Page, viewer: ViewerServer) -> None:
    choose(page, viewer, "09:01:00", "09:02:10")
    expect(page.locator(".keep__message")).to_contain_text("09:02:00–09:02:12, ")
    expect(page.locator(".keep__missing li")).to_have_text(
        ["09:01:00–09:02:00 (60 s): the camera could not be reached"]
    )


def test_a_size_that_is_not_told_makes_the_sum_an_estimate(page: Page, viewer: ViewerServer) -> None:
    page.route("**/sub/0/16.m4s", lambda route: route.fulfill(status=403))
    choose(page, viewer, "08:57:00", "08:57:12")
    expect(page.locator(".keep__message")).to_contain_text("about ")


@dataclass(kw_only=True)
class Silence:
    """A part of the store that answers nothing."""

    method: str = ""
    """Empty for all."""
    end: str
    """Of the path."""
    asked: int = 0

    def __call__(self, method: str, path: str) -> bool:
        hangs = method.startswith(self.method) and path.endswith(self.end)
        self.asked += hangs
        return hangs


def wait_out(page: Page, sentence: str) -> None:
    """Let the page's clock run ahead until it says this."""
    message = page.locator(".keep__message")
    end = time.monotonic() + WAIT / 1000
    while sentence not in str(message.text_content()) and time.monotonic() < end:
        page.clock.fast_forward(LIMIT)
        page.wait_for_timeout(500)
    expect(message).to_contain_text(sentence)


def silent_store(page: Page, viewer: ViewerServer, silence: Silence) -> None:
    """Ask for a clip of three segments, of which the store answers nothing in silence."""
    viewer.hangs = silence
    page.clock.install()
    choose(page, viewer, "08:57:00", "08:57:12")
    wait_for(page, lambda: silence.asked > 0)
    expect(page.locator(".keep__message")).to_have_text("Looking for what there is…")


def wait_for(page: Page, true: Callable[[], bool]) -> None:
    end = time.monotonic() + WAIT / 1000
    while not true():
        assert time.monotonic() < end
        page.wait_for_timeout(100)


def test_where_heads_are_not_answered_the_size_comes_from_the_pieces_themselves(
    page: Page, viewer: ViewerServer, clips: Clips
) -> None:
    silence = Silence(method="HEAD", end=".m4s")
    silent_store(page, viewer, silence)
    wait_for(page, lambda: silence.asked == 3)
    page.clock.fast_forward(SLOW)
    expect(page.locator(".keep__message")).to_have_text("The answers come slowly. Still looking…")
    page.clock.fast_forward(LIMIT - SLOW)
    size = sum((clips.folder / f"0/{index}.m4s").stat().st_size for index in (15, 16, 17))
    expect(page.locator(".keep__message")).to_contain_text(f"08:57:00–08:57:12, {size / 1e6:.1f} MB.", timeout=WAIT)
    expect(page.get_by_role("button", name="Download", exact=True)).to_be_visible()


def test_a_size_that_never_comes_is_reckoned_from_the_others(page: Page, viewer: ViewerServer) -> None:
    silence = Silence(end="/sub/0/16.m4s")
    silent_store(page, viewer, silence)
    wait_for(page, lambda: {"/15.m4s", "/17.m4s"} <= {path[-7:] for path in viewer.requests})
    wait_out(page, "08:57:00–08:57:12, about ")
    assert silence.asked > 1
    expect(page.get_by_role("button", name="Download", exact=True)).to_be_visible()


@pytest.mark.parametrize("end", [".m3u8", "init.mp4", ".m4s"])
def test_a_store_that_answers_nothing_ends_the_search_in_words_and_the_next_one_finds_all(
    page: Page, viewer: ViewerServer, end: str
) -> None:
    silent_store(page, viewer, Silence(end=end))
    wait_out(page, "This did not work. Check your connection and try again.")
    expect(page.get_by_role("button", name="Download", exact=True)).to_be_hidden()
    viewer.hangs = Silence(end="nothing")
    page.get_by_role("button", name="Show the size").click()
    expect(page.locator(".keep__message")).to_contain_text("08:57:00–08:57:12, ", timeout=WAIT)
    expect(page.get_by_role("button", name="Download", exact=True)).to_be_visible()


def test_what_cannot_be_a_clip_is_answered_in_words(page: Page, viewer: ViewerServer) -> None:
    choose(page, viewer, "09:00", "08:59")
    expect(page.locator(".keep__message")).to_have_text("The end must come after the beginning.")
    choose(page, viewer, "soon", "08:59")
    expect(page.locator(".keep__message")).to_have_text("Write the time as 14:05 or 14:05:30.")
    choose(page, viewer, "09:01", "09:01:30")
    expect(page.locator(".keep__message")).to_have_text("There are no pictures of this time.")
