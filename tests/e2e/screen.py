"""What is on a page's screen and what was recorded there, each read at one moment, however slow the machine is."""

from __future__ import annotations

import base64
import io
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urljoin

import av
import numpy as np
import pytest
from playwright.sync_api import Locator, Page

from election.playlist import Segment, parse_media
from simulator import clock_strip
from tests.fetching import fetch

PATIENCE = 120.0
"""Seconds after which what has not happened never will."""
SAME = 1.0
"""Seconds by which the time of a picture may differ from another statement of it."""
LATEST = 60.0
"""Seconds by which a recording's times may lie behind: no machine of ours stands still for longer."""
GRAB = """const grab = (video) => {
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d");
  [canvas.width, canvas.height] = [video.videoWidth, video.videoHeight];
  context.drawImage(video, 0, 0);
  return () => {
    const pixels = context.getImageData(0, 0, canvas.width, canvas.height).data;
    let luma = "";
    for (let i = 0; i < pixels.length; i += 4) luma += String.fromCharCode(pixels[i + 1]);
    return [canvas.width, canvas.height, btoa(luma)];
  };
};"""
LOOK = """([words, patience]) => new Promise((resolve) => {
  GRAB
  const video = document.querySelector("video");
  const done = (seen) => {
    window.clearTimeout(limit);
    video.removeEventListener("timeupdate", look);
    resolve(seen);
  };
  const limit = window.setTimeout(() => done(null), patience);
  // After the page's own listener: what it says is of this very picture, unless the machine stood still in between.
  const look = () => {
    if (video.readyState < 2 || video.seeking) return;
    if (words && document.querySelector(".player__message").textContent !== words) return;
    const begun = performance.now();
    const said = document.querySelector(".player__time").dateTime;
    const read = grab(video);
    if (performance.now() - begun > 500) return;
    done(read().concat(said));
  };
  video.addEventListener("timeupdate", look);
})""".replace("GRAB", GRAB)


@dataclass(frozen=True, kw_only=True)
class Seen:
    """A moving picture and what the page says of it."""

    luma: Any
    """Brightness, height x width of whatever stream is playing."""
    said: datetime | None
    """The time that the page says it was taken."""

    @property
    def taken(self) -> float | None:
        """The time that is burnt into it, in seconds since 1970; None if it cannot be read."""
        found = clock_strip.read(self.luma)
        return None if found is None else found / 1000


def look(page: Page, words: str = "") -> Seen:
    """Return the next picture of the video, once the page says `words` of it."""
    seen = page.evaluate(LOOK, [words, 1000 * PATIENCE])
    assert seen is not None, f"no picture moves: {page.locator('.player__message').text_content()}"
    *grabbed, said = seen
    return Seen(luma=_brightness(*grabbed), said=datetime.fromisoformat(said) if said else None)


def standing(video: Locator) -> Any:
    """Return the brightness of the picture of a video that stands still."""
    return _brightness(*video.evaluate(f"(video) => {{ {GRAB} return grab(video)(); }}"))


def _brightness(width: int, height: int, luma: str) -> Any:
    return np.frombuffer(base64.b64decode(luma), dtype=np.uint8).reshape(height, width)


def look_at_the_clock(page: Page, words: str = "") -> tuple[Seen, float]:
    """Return the next such picture whose burnt-in time can be read, and that time: a few are blurred too much."""
    for _ in range(20):
        seen = look(page, words)
        if (taken := seen.taken) is not None:
            return seen, taken
    raise AssertionError("no time can be read from twenty pictures")


def until(condition: Callable[[], bool], told: Callable[[], object] = str, *, seconds: float = PATIENCE) -> None:
    """Wait until the condition holds, not on a page but outside of it."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, told()
        time.sleep(0.5)


def recorded(edge: str, playlist: str) -> list[Segment]:
    """Return the segments with pictures of a playlist, their addresses made whole."""
    listed = parse_media(fetch(edge, playlist).text).segments
    return [segment for segment in listed if not segment.gap]


def pictures(edge: str, playlist: str, segment: Segment) -> Iterator[tuple[float, Any]]:
    """Give each picture of a segment: seconds since 1970 by the playlist, and its brightness."""
    body = b"".join(fetch(edge, urljoin(playlist, str(name))).body for name in (segment.map_uri, segment.uri))
    with av.open(io.BytesIO(body), mode="r") as container:
        first: float | None = None
        for frame in container.decode(video=0):
            assert frame.time is not None
            first = frame.time if first is None else first
            yield segment.program_date_time.timestamp() + frame.time - first, frame.to_ndarray(format="gray")


def lateness(edge: str, playlist: str, moment: datetime) -> float | None:
    """Return by how many seconds the playlist's time lies behind the time burnt into the picture of that moment.

    A recording's times are counted from when its first segment arrived: late, where the machine stood still then. None
    where it began only after the moment: then the picture is not from there.
    """
    holding = [each for each in recorded(edge, playlist) if each.program_date_time <= moment]
    if not holding:
        return None
    for time_told, luma in pictures(edge, playlist, holding[-1]):
        taken = clock_strip.read(luma)
        if taken is not None:
            return time_told - taken / 1000
    raise AssertionError(f"no time can be read in {holding[-1]}")


def require_that_it_is_said(seen: Seen, taken: float, edge: str, *playlists: str) -> None:
    """What the page says is the time of the picture on screen, by one of the playlists that it may come from."""
    assert seen.said is not None
    found = [lateness(edge, playlist, seen.said) for playlist in playlists]
    late = [each for each in found if each is not None]
    assert all(-SAME < each < LATEST for each in late), late
    assert seen.said.timestamp() - taken in [pytest.approx(each, abs=SAME) for each in late]
