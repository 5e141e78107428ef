"""A wall of nine live tiles for half an hour: its memory stays flat, and every tile keeps playing."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.site.live_stream import LiveStream, make_clips
from tests.site.sample_pages import write_site
from tests.site.viewer_server import running_viewer_server
from tests.soak.bare_browser import bare_browser
from tests.soak.wall_memory import NINE, Footprint, Growth, Scales, growth, nine_live, watch

MOST_RISE = {
    "whole": 4.0,
    "renderer": 3.0,
    "helpers": 2.0,
    "heap": 0.3,
    "nodes": 30.0,
    "listeners": 30.0,
    "buffered": 20.0,
}
"""From the second third of the time to the last: MB; nodes and listeners by number, what is buffered in seconds."""
EVERY_SECONDS = 20
START_SECONDS = 60
"""Until all players run."""
PICTURE = "160x90"


def wall(minutes: float, picture: str, tell: Callable[[str], None]) -> str | None:
    """Watch the wall with pictures of this size; return what is wrong, None if nothing is."""
    with tempfile.TemporaryDirectory() as folder:
        site = write_site(Path(folder) / "site")
        with running_viewer_server(site, LiveStream(make_clips(Path(folder), sizes=(picture, PICTURE)))) as viewer:
            nine_live(viewer)
            address = f"{viewer.origin}/en/wall/?n=9&s={','.join(NINE)}"
            with bare_browser(Path(folder), address, width=1280, height=1600) as browser:
                scales = Scales(browser)
                time.sleep(START_SECONDS)
                looks = watch(scales, minutes=minutes, every=EVERY_SECONDS, tell=tell)
    for figure in MOST_RISE:
        tell(f"wall: {figure}: {growth(looks, figure)}")
    return fault(looks) or standstill(looks)


def growing(looks: Sequence[Footprint]) -> dict[str, Growth]:
    """Return which figures of a page that looked so grew by more than they may."""
    held = {figure: growth(looks, figure) for figure in MOST_RISE}
    return {figure: found for figure, found in held.items() if found.rise > MOST_RISE[figure]}


def fault(looks: Sequence[Footprint]) -> str | None:
    """Return what grows, None if nothing does."""
    grown = [f"{figure} grows, {held}" for figure, held in growing(looks).items()]
    return "; ".join(grown) or None


def standstill(looks: Sequence[Footprint]) -> str | None:
    """Return which tiles did not play, None if all did, but for a look in twenty."""
    still = [look for look in looks if look.moving < len(NINE)]
    if len(still) > len(looks) / 20 or looks[-1].moving < len(NINE):
        return f"in {len(still)} of {len(looks)} looks some tile stood still"
    return None
