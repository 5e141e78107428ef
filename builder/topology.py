"""TopoJSON read: shapes bounded by shared lines, drawn in whole units, and the outline of several together. Pure.

Neighbours share a line. So the outline of several shapes is every line that bounds exactly one of them, and what is
simplified line by line stays without gaps.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Point = tuple[int, int]
"""To the right and downwards, in units of the drawing."""
Line = tuple[Point, ...]
"""A ring is a line whose last point is its first."""


@dataclass(frozen=True, kw_only=True)
class Shape:
    """One shape."""

    code: str
    name: str
    lines: tuple[int, ...]
    """The numbers of the lines around it; `~n` is line n walked backwards."""


@dataclass(frozen=True, kw_only=True)
class Topology:
    """Lines, and the shapes they bound."""

    width: int
    height: int
    """Of the smallest frame around everything; its upper left corner is (0, 0)."""
    lines: tuple[Line, ...]
    shapes: tuple[Shape, ...]

    def outline(self, shapes: Iterable[Shape]) -> list[Line]:
        """Return the rings around all of `shapes` together, those of holes among them."""
        walked = [number for shape in shapes for number in shape.lines]
        times = Counter(max(number, ~number) for number in walked)
        begins: dict[Point, list[Line]] = defaultdict(list)
        for number in walked:
            line = self.lines[number] if number >= 0 else self.lines[~number][::-1]
            if times[max(number, ~number)] == 1:
                begins[line[0]].append(line)
        rings = []
        for first, lines in begins.items():
            while lines:
                ring = list(lines.pop())
                while ring[-1] != first:
                    ring += begins[ring[-1]].pop()[1:]
                rings.append(tuple(ring))
        # What is smaller than a unit has become a point or a line.
        return [ring for ring in rings if len(ring) > 3]


def read(data: Mapping[str, Any], *, width: int, tolerance: float) -> Topology:
    """Return the only object of a TopoJSON file, drawn `width` units wide with north above.

    A point is left out where that moves the line by an area of less than `tolerance` square units. Degrees of longitude
    are shortened as they are at the middle of the drawing.
    """
    (x_scale, y_scale), (_left, bottom) = data["transform"]["scale"], data["transform"]["translate"]
    found = [tuple(_positions(line)) for line in data["arcs"]]
    xs, ys = zip(*(point for line in found for point in line), strict=True)
    left, right, low, high = min(xs), max(xs), min(ys), max(ys)
    x_unit = width / (right - left)
    middle = bottom + y_scale * (low + high) / 2
    y_unit = x_unit / x_scale * y_scale / math.cos(math.radians(middle))
    return Topology(
        width=width,
        height=round((high - low) * y_unit),
        lines=tuple(
            _simplified([(round((x - left) * x_unit), round((high - y) * y_unit)) for x, y in line], tolerance)
            for line in found
        ),
        shapes=tuple(
            Shape(code=shape["id"], name=shape["properties"]["name"], lines=tuple(_numbers(shape["arcs"])))
            for shape in _shapes(data)
        ),
    )


def names(data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the code and the name of each shape of such a file."""
    for shape in _shapes(data):
        yield shape["id"], shape["properties"]["name"]


def _shapes(data: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    (geometries,) = data["objects"].values()
    found: Sequence[Mapping[str, Any]] = geometries["geometries"]
    return found


def _positions(steps: Sequence[Sequence[int]]) -> Iterator[Point]:
    """Yield the points of a line that is written as steps from each to the next."""
    x = y = 0
    for right, up in steps:
        x, y = x + right, y + up
        yield x, y


def _numbers(arcs: Iterable[Any]) -> Iterator[int]:
    """Yield the lines of a polygon (lists of lines) or of several (lists of those)."""
    for part in arcs:
        if isinstance(part, int):
            yield part
        else:
            yield from _numbers(part)


def _simplified(points: Sequence[Point], tolerance: float) -> Line:
    """Return the line without the points that matter least, by Visvalingam's measure: the area each makes."""
    kept = [point for index, point in enumerate(points) if index == 0 or point != points[index - 1]]
    # Of a ring four points are left at least, of a line its ends.
    least = 4 if points[0] == points[-1] else 2
    while len(kept) > least:
        area, index = min((_area(*kept[index - 1 : index + 2]), index) for index in range(1, len(kept) - 1))
        if area >= tolerance:
            break
        del kept[index]
    return tuple(kept)


def _area(before: Point, point: Point, after: Point) -> float:
    (ax, ay), (bx, by), (cx, cy) = before, point, after
    return abs((bx - ax) * (cy - ay) - (cx - ax) * (by - ay)) / 2
