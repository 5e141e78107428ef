"""The map of regions: each region's outline as an SVG path, where its number stands, and the land around. Pure.

A region is drawn as its districts together; districts of no region are land and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from builder.districts import Districts
from builder.topology import Line, Point
from election.places import Region

_LINES_TRIED = 9


@dataclass(frozen=True, kw_only=True)
class Outline:
    """One region."""

    path: str
    """For the attribute `d`."""
    label: Point
    """A place well inside, for the middle of a short text."""


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """The whole map."""

    width: int
    height: int
    land: str
    """All districts together, as a path."""
    outlines: Mapping[str, Outline]
    """By the region's slug; a region without districts is missing."""


def draw(regions: Iterable[Region], districts: Districts) -> Drawing:
    """Return the map of `regions`."""
    drawing = districts.drawing
    outlines = {}
    for region in regions:
        if rings := drawing.outline(districts.shapes[name] for name in region.districts):
            outlines[region.slug] = Outline(path=_path(rings), label=_inside(rings))
    land = _path(drawing.outline(drawing.shapes))
    return Drawing(width=drawing.width, height=drawing.height, land=land, outlines=outlines)


def _path(rings: Sequence[Line]) -> str:
    """Return closed rings as a path of relative steps, the shortest way to write them."""
    parts = []
    x = y = 0
    for ring in rings:
        steps = []
        first = ring[0]
        # The last step home is what z draws.
        for right, down in ring[:-1]:
            steps.append(f"{right - x} {down - y}")
            x, y = right, down
        parts.append("m" + " ".join(steps).replace(" -", "-") + "z")
        x, y = first
    return "".join(parts)


def _inside(rings: Sequence[Line]) -> Point:
    """Return a point inside with much room to both sides, above and below; rings of holes count as outside."""
    ys = [y for ring in rings for _x, y in ring]
    top, height = min(ys), max(ys) - min(ys)
    best, most = rings[0][0], -1
    for tried in range(1, _LINES_TRIED + 1):
        y = top + height * tried // (_LINES_TRIED + 1)
        for left, right in _spans(rings, y):
            x = (left + right) // 2
            flipped = [tuple((down, across) for across, down in ring) for ring in rings]
            room = min(
                right - left, *(below - above for above, below in _spans(flipped, x) if above <= y <= below), height
            )
            if room > most:
                best, most = (x, y), room
    return best


def _spans(rings: Sequence[Line], y: int) -> list[tuple[int, int]]:
    """Return the stretches of the horizontal line just below `y` that lie inside, as left and right ends."""
    middle = y + 0.5
    crossings = sorted(
        round(ax + (middle - ay) * (bx - ax) / (by - ay))
        for ring in rings
        for (ax, ay), (bx, by) in pairwise(ring)
        if (ay < middle) != (by < middle)
    )
    return list(zip(crossings[::2], crossings[1::2], strict=True))
