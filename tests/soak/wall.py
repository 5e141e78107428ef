"""A wall of nine live tiles for half an hour: its memory stays flat, and every tile keeps playing."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.site.live_stream import LiveStream, make_clips
from tests.site.sample_pages import write_site
from tests.site.viewer_server import running_viewer_server
from tests.soak.bare_browser import bare_browser
from tests.soak.wall_memory import NINE, Footprint, Scales, nine_live, slope, watch

MOST_RISE = {"whole": 2.0, "renderer": 2.0, "helpers": 0.5, "heap": 0.1, "nodes": 5.0}
"""In the second half of the time, a minute: MB, for nodes their number. The first half is for warming up.

The browser gives memory back every thirteen minutes or so, which alone makes a slope of up to 1.5 MB a minute.
"""
MOST_GROWTH = 0.1
"""Of the least that was held in the last third of the time over the third before: what is not given back."""
EVERY_SECONDS = 30


def wall(minutes: float, tell: Callable[[str], None]) -> str | None:
    """Watch the wall; return what is wrong, None if nothing is."""
    with tempfile.TemporaryDirectory() as folder:
        site = write_site(Path(folder) / "site")
        with running_viewer_server(site, LiveStream(make_clips(Path(folder)))) as viewer:
            nine_live(viewer)
            address = f"{viewer.origin}/en/wall/?n=9&s={','.join(NINE)}"
            with bare_browser(Path(folder), address, width=1280, height=1600) as browser:
                scales = Scales(browser)
                looks = watch(scales, minutes=minutes, every=EVERY_SECONDS, tell=tell)
    tell(
        "wall: in the second half, a minute: " + ", ".join(f"{name} {rise:+.2f}" for name, rise in risen(looks).items())
    )
    return fault(looks)


def risen(looks: Sequence[Footprint]) -> dict[str, float]:
    """Return by how much each figure rose a minute, in the second half of the looks."""
    second = looks[len(looks) // 2 :]
    return {name: slope([(look.seconds / 60, float(getattr(look, name))) for look in second]) for name in MOST_RISE}


def fault(looks: Sequence[Footprint]) -> str | None:
    """Return what is wrong with a wall that looked so, None if nothing is."""
    for name, rise in risen(looks).items():
        if rise > MOST_RISE[name]:
            return f"wall: {name} rises by {rise:.2f} a minute, more than {MOST_RISE[name]}"
    for name in ("whole", "renderer"):
        third = len(looks) // 3
        held = [float(getattr(look, name)) for look in looks]
        growth = min(held[2 * third :]) / min(held[third : 2 * third]) - 1
        if growth > MOST_GROWTH:
            return f"wall: {name} holds {100 * growth:.0f} % more in the last third of the time than in the one before"
    still = [look for look in looks if look.moving < len(NINE)]
    if len(still) > len(looks) / 20 or looks[-1].moving < len(NINE):
        return f"wall: in {len(still)} of {len(looks)} looks some tile stood still"
    return None
