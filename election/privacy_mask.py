"""A privacy mask: what of a camera's picture nobody may see, and the file that says so.

Places are fractions of the picture, so one mask fits a camera's main and sub stream alike. A polygon is taken as the
boxes that cover it: nothing of it is left out, and up to a strip's height beyond a slanted edge is covered too.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from election import toml_file
from election.wording import say

STRIPS = 90
"""A polygon is covered by boxes that are at most one part in so many of the picture high."""
PARTS = 100_000
"""Boxes begin and end at whole parts of so many, rounded outward."""
MOST_BOXES = 500
"""More would not fit into a program's arguments."""
Fraction = Annotated[float, Field(ge=0, le=1)]
Point = tuple[float, float]


@dataclass(frozen=True, kw_only=True, order=True)
class Box:
    """A rectangle of the picture, its edges in parts of `PARTS` of the picture's height and width."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True, kw_only=True)
class PrivacyMask:
    """What is covered in every picture before anything leaves the machine."""

    boxes: tuple[Box, ...]


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class RectangleTable(_Table):
    """`[[rectangle]]`: its upper left corner and its size."""

    x: Fraction
    y: Fraction
    width: Annotated[float, Field(gt=0, le=1)]
    height: Annotated[float, Field(gt=0, le=1)]

    @model_validator(mode="after")
    def _lies_in_the_picture(self) -> Self:
        if self.x + self.width > 1 + 1e-9 or self.y + self.height > 1 + 1e-9:
            raise ValueError(say("reaches beyond the picture; x + width and y + height are at most 1"))
        return self


class PolygonTable(_Table):
    """`[[polygon]]`: its corners in order, three or more."""

    points: Annotated[list[list[Fraction]], Field(min_length=3, max_length=100)]

    @field_validator("points")
    @classmethod
    def _is_a_polygon(cls, points: list[list[float]]) -> list[list[float]]:
        if any(len(point) != 2 for point in points):
            raise ValueError(say("write each point as [x, y]"))
        corners = [(x, y) for x, y in points]
        if abs(_area(corners)) < 1e-9:
            raise ValueError(say("has no area; write corners that do not lie on one line"))
        if _crosses_itself(corners):
            raise ValueError(say("crosses itself; write its corners in order, or write two polygons"))
        return points


class MaskFile(_Table):
    """The whole of a mask file."""

    rectangle: list[RectangleTable] = []
    polygon: list[PolygonTable] = []

    @model_validator(mode="after")
    def _covers_something(self) -> Self:
        if not self.rectangle and not self.polygon:
            raise ValueError(say("covers nothing; write a [[rectangle]] or a [[polygon]]"))
        if len(self.mask.boxes) > MOST_BOXES:
            raise ValueError(
                say("is too fine: it takes more than {most} boxes; use fewer or larger shapes", most=MOST_BOXES)
            )
        return self

    @property
    def mask(self) -> PrivacyMask:
        """What the file covers."""
        boxes = [
            _box(each.x, each.y, min(1.0, each.x + each.width), min(1.0, each.y + each.height))
            for each in self.rectangle
        ]
        for polygon in self.polygon:
            boxes += _covering([(x, y) for x, y in polygon.points])
        return PrivacyMask(boxes=tuple(sorted(set(boxes))))


def read_mask(path: Path) -> PrivacyMask:
    """Read a mask file; raise `InputError` naming file, line and field of each fault."""
    return toml_file.read(path, MaskFile).mask


def _box(left: float, top: float, right: float, bottom: float) -> Box:
    # Sums of decimal fractions miss whole parts by a trifle.
    left, top, right, bottom = (round(edge * PARTS, 4) for edge in (left, top, right, bottom))
    return Box(left=math.floor(left), top=math.floor(top), right=math.ceil(right), bottom=math.ceil(bottom))


def _covering(corners: Sequence[Point]) -> list[Box]:
    """Return boxes that cover a polygon: its slices between the heights of its corners and of the strips.

    In each slice lie whole trapezoids, one between every two edges; a box covers one from its leftmost point to its
    rightmost.
    """
    edges = [(min(a, b, key=_y), max(a, b, key=_y)) for a, b in _edges(corners) if a[1] != b[1]]
    low, high = min(map(_y, corners)), max(map(_y, corners))
    strips = (number / STRIPS for number in range(STRIPS + 1))
    heights = sorted({*map(_y, corners), *(height for height in strips if low < height < high)})
    boxes: list[Box] = []
    for top, bottom in itertools.pairwise(heights):
        crossing = sorted(
            ((_x_at(edge, (top + bottom) / 2), edge) for edge in edges if edge[0][1] <= top and edge[1][1] >= bottom),
            key=lambda item: item[0],
        )
        for (_, one), (_, other) in zip(crossing[::2], crossing[1::2], strict=True):
            reached = [_x_at(edge, height) for edge in (one, other) for height in (top, bottom)]
            boxes.append(_box(min(reached), top, max(reached), bottom))
    return boxes


def _edges(corners: Sequence[Point]) -> list[tuple[Point, Point]]:
    return list(zip(corners, [*corners[1:], corners[0]], strict=True))


def _y(point: Point) -> float:
    return point[1]


def _x_at(edge: tuple[Point, Point], height: float) -> float:
    (x, y), (other_x, other_y) = edge
    return x + (other_x - x) * (height - y) / (other_y - y)


def _area(corners: Sequence[Point]) -> float:
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in _edges(corners)) / 2


def _crosses_itself(corners: Sequence[Point]) -> bool:
    """Return whether two edges that are no neighbours meet (also where one merely touches the other)."""
    edges = _edges(corners)
    return any(
        _meet(one, other)
        for (first, one), (second, other) in itertools.combinations(enumerate(edges), 2)
        if second - first not in {1, len(edges) - 1}
    )


def _meet(one: tuple[Point, Point], other: tuple[Point, Point]) -> bool:
    (a, b), (c, d) = one, other
    sides = _side(a, b, c), _side(a, b, d), _side(c, d, a), _side(c, d, b)
    if sides[0] != sides[1] and sides[2] != sides[3]:
        return True
    return any(
        side == 0 and _between(point, line)
        for side, point, line in zip(sides, (c, d, a, b), (one, one, other, other), strict=True)
    )


def _side(a: Point, b: Point, point: Point) -> int:
    turn = (b[0] - a[0]) * (point[1] - a[1]) - (b[1] - a[1]) * (point[0] - a[0])
    return (turn > 0) - (turn < 0)


def _between(point: Point, line: tuple[Point, Point]) -> bool:
    (x, y), (a, b) = point, line
    return min(a[0], b[0]) <= x <= max(a[0], b[0]) and min(a[1], b[1]) <= y <= max(a[1], b[1])
