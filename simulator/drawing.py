"""A pinhole camera and the few shapes everything is drawn with. Knows metres and colours, not what it draws.

World coordinates are metres: x to the right, y up, z away from the camera's wall. Colours are red, green, blue. Points
are plain tuples: a shape has too few of them for arrays to pay.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

Pixels: TypeAlias = npt.NDArray[np.uint8]
Point: TypeAlias = tuple[float, float, float]
"""In the room."""
Spot: TypeAlias = tuple[float, float, float]
"""In the picture: x and y in pixels, and the distance along the view in metres."""
Colour: TypeAlias = tuple[float, float, float]

_SHIFT = 4
_ONE = 1 << _SHIFT
_NEAR = 0.35
"""Metres; what is nearer is left out, which keeps coordinates within what OpenCV can take."""


@dataclass(frozen=True, kw_only=True)
class View:
    """Where a camera hangs and how it looks at the room."""

    place: Point
    yaw: float
    """Degrees to the right of the z axis."""
    pitch: float
    """Degrees below the horizon."""
    focal: float
    """Focal length in widths of the picture: 0.8 sees 64 degrees."""
    width: int
    height: int

    @cached_property
    def _turns(self) -> tuple[float, float, float, float]:
        yaw, pitch = math.radians(self.yaw), math.radians(self.pitch)
        return (math.cos(yaw), math.sin(yaw), math.cos(pitch), math.sin(pitch))

    def project(self, point: Point) -> Spot:
        """Return where a point is seen; a distance below 0 is behind the camera."""
        cos_yaw, sin_yaw, cos_pitch, sin_pitch = self._turns
        place = self.place
        x, y, z = point[0] - place[0], point[1] - place[1], point[2] - place[2]
        ahead = sin_yaw * x + cos_yaw * z
        depth = cos_pitch * ahead - sin_pitch * y
        scale = self.focal * self.width / (depth if depth > _NEAR else _NEAR)
        across, up = cos_yaw * x - sin_yaw * z, cos_pitch * y + sin_pitch * ahead
        return (self.width / 2 + across * scale, self.height / 2 - up * scale, depth)

    def visible(self, points: Iterable[Point]) -> list[Spot] | None:
        """Return where points are seen, None if one of them is behind the camera."""
        spots = [self.project(point) for point in points]
        return None if any(depth <= _NEAR for _, _, depth in spots) else spots

    def pixels_per_metre(self, depth: float) -> float:
        """Return the size of a metre at a distance."""
        return self.focal * self.width / max(depth, _NEAR)


class Canvas:
    """A picture being drawn, and the view it is drawn through. What is partly behind the camera is left out."""

    def __init__(self, view: View, pixels: Pixels) -> None:
        self.view = view
        self.pixels = pixels
        """Height x width x 3."""

    def polygon(self, corners: Iterable[Point], colour: Colour) -> None:
        """Fill the convex hull of points in the room."""
        spots = self.view.visible(corners)
        if spots is not None:
            hull = cv2.convexHull(_fixed(spots))
            cv2.fillConvexPoly(self.pixels, hull, colour, cv2.LINE_AA, _SHIFT)

    def line(self, start: Point, end: Point, colour: Colour, metres: float) -> None:
        """Draw a rounded bar between two points in the room, `metres` thick."""
        spots = self.view.visible((start, end))
        if spots is not None:
            (x0, y0, near), (x1, y1, far) = spots
            thickness = round(metres * self.view.pixels_per_metre((near + far) / 2)) or 1
            first, last = (_one(x0), _one(y0)), (_one(x1), _one(y1))
            cv2.line(self.pixels, first, last, colour, thickness, cv2.LINE_AA, _SHIFT)

    def ball(self, centre: Point, radius: tuple[float, float], colour: Colour) -> None:
        """Draw an upright ellipse around a point, its radii (across, up) in metres."""
        x, y, depth = self.view.project(centre)
        if depth > _NEAR:
            size = self.view.pixels_per_metre(depth)
            axes = (_one(radius[0] * size), _one(radius[1] * size))
            cv2.ellipse(self.pixels, (_one(x), _one(y)), axes, 0, 0, 360, colour, cv2.FILLED, cv2.LINE_AA, _SHIFT)

    def glass(self, corners: Iterable[Point], colour: Colour, strength: float) -> None:
        """Lay a translucent polygon over the picture; `strength` 1 hides what is behind it."""
        spots = self.view.visible(corners)
        if spots is None:
            return
        x0 = max(0, math.floor(min(spot[0] for spot in spots)))
        y0 = max(0, math.floor(min(spot[1] for spot in spots)))
        x1 = min(self.view.width, math.ceil(max(spot[0] for spot in spots)) + 1)
        y1 = min(self.view.height, math.ceil(max(spot[1] for spot in spots)) + 1)
        if x0 >= x1 or y0 >= y1:
            return
        part = self.pixels[y0:y1, x0:x1]
        laid = part.copy()
        hull = cv2.convexHull(_fixed([(x - x0, y - y0, depth) for x, y, depth in spots]))
        cv2.fillConvexPoly(laid, hull, colour, cv2.LINE_AA, _SHIFT)
        cv2.addWeighted(laid, strength, part, 1 - strength, 0, part)

    def shade(self, corners: Iterable[Point], strength: float) -> None:
        """Darken a polygon by `strength`, 0 to 1."""
        self.glass(corners, (0, 0, 0), strength)


def mixed(colour: Colour, other: Colour, share: float) -> Colour:
    """Return `colour` with `share` of `other` in it."""
    rest = 1 - share
    return (
        colour[0] * rest + other[0] * share,
        colour[1] * rest + other[1] * share,
        colour[2] * rest + other[2] * share,
    )


def lit(colour: Colour, light: float) -> Colour:
    """Return a colour under more or less light; 1 leaves it as it is."""
    return (min(255.0, colour[0] * light), min(255.0, colour[1] * light), min(255.0, colour[2] * light))


def _one(coordinate: float) -> int:
    """Return a picture coordinate as OpenCV's fixed-point number."""
    return int(coordinate * _ONE)


def _fixed(spots: Sequence[Spot]) -> npt.NDArray[np.int32]:
    return np.array([(int(x * _ONE), int(y * _ONE)) for x, y, _ in spots], dtype=np.int32)
