"""A wall of nine live tiles for half an hour: its memory stays flat, and every tile keeps playing."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests import browser
from tests.site import wall_memory
from tests.site.live_stream import LiveStream, make_clips
from tests.site.sample_pages import write_site
from tests.site.viewer_server import running_viewer_server

MOST_GROWTH = 0.1
"""Of the median of a third of the time over that of the third before."""
EVERY_SECONDS = 30


def wall(minutes: float, tell: Callable[[str], None]) -> str | None:
    """Watch the wall; return what is wrong, None if nothing is."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        site = write_site(Path(folder) / "site")
        with running_viewer_server(site, LiveStream(make_clips(Path(folder)))) as viewer:
            wall_memory.nine_live(viewer)
            chromium = playwright.chromium.launch(**browser.launch_options())
            page = chromium.new_context(viewport={"width": 1280, "height": 1600}).new_page()
            page.goto(f"{viewer.origin}/en/wall/?n=9&s={','.join(wall_memory.NINE)}")
            scales = wall_memory.Scales(page, chromium)
            looks = wall_memory.watch(scales, page, minutes=minutes, every=EVERY_SECONDS, tell=tell)
            chromium.close()
    for name in ("renderer", "heap", "nodes"):
        grown = wall_memory.growth([float(getattr(look, name)) for look in looks])
        tell(f"wall: {name} of the last third {100 * grown:+.1f} % over the one before")
        if grown > MOST_GROWTH:
            return f"wall: {name} grows by {100 * grown:.0f} %"
    still = [look for look in looks if look.moving < len(wall_memory.NINE)]
    if len(still) > len(looks) / 20 or looks[-1].moving < len(wall_memory.NINE):
        return f"wall: in {len(still)} of {len(looks)} looks some tile stood still"
    return None
