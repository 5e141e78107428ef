"""A pinhole camera and the few shapes everything is drawn with. Knows metres and colours, not what it draws.

World coordinates are metres: x to the right, y up, z away from the camera's wall. Colours are red, green, blue.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

Pixels: TypeAlias = npt.NDArray[np.uint8]
Points: TypeAlias = npt.NDArray[np.float64]
Point: TypeAlias = tuple[float, float, float]
Colour: TypeAlias = tuple[float, float, float]

_SHIFT = 4
_NEAR = 0.2


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
    def _rotation(self) -> Points:
        yaw, pitch = np.radians(self.yaw), np.radians(self.pitch)
        turn = np.array([[np.cos(yaw), 0, -np.sin(yaw)], [0, 1, 0], [np.sin(yaw), 0, np.cos(yaw)]])
        tilt = np.array([[1, 0, 0], [0, np.cos(pitch), np.sin(pitch)], [0, -np.sin(pitch), np.cos(pitch)]])
        return np.asarray(tilt @ turn)

    def project(self, points: Sequence[Point] | Points) -> Points:
        """Return x and y in the picture and the distance along the view for each point, one row each."""
        seen = (np.asarray(points, dtype=float) - self.place) @ self._rotation.T
        depth = seen[:, 2]
        scale = self.focal * self.width / np.maximum(depth, _NEAR)
        return np.column_stack((self.width / 2 + seen[:, 0] * scale, self.height / 2 - seen[:, 1] * scale, depth))

    def pixels_per_metre(self, depth: float) -> float:
        """Return the size of a metre at a distance."""
        return self.focal * self.width / max(depth, _NEAR)


class Canvas:
    """A picture being drawn, and the view it is drawn through."""

    def __init__(self, view: View, pixels: Pixels) -> None:
        self.view = view
        self.pixels = pixels
        """Height x width x 3."""

    def polygon(self, corners: Sequence[Point] | Points, colour: Colour) -> None:
        """Fill a convex polygon in the room; left out if part of it is behind the camera."""
        projected = self.view.project(corners)
        if projected[:, 2].min() > _NEAR:
            self.flat_polygon(projected[:, :2], colour)

    def flat_polygon(self, corners: Points, colour: Colour) -> None:
        """Fill the convex hull of points in the picture."""
        hull = cv2.convexHull(_fixed(corners))
        cv2.fillConvexPoly(self.pixels, hull, colour, cv2.LINE_AA, _SHIFT)

    def line(self, start: Point, end: Point, colour: Colour, metres: float) -> None:
        """Draw a rounded bar between two points in the room, `metres` thick."""
        first, second = self.view.project((start, end))
        if min(first[2], second[2]) > _NEAR:
            thickness = max(1, round(metres * self.view.pixels_per_metre((first[2] + second[2]) / 2)))
            ends = _fixed(np.array((first[:2], second[:2])))
            cv2.line(self.pixels, ends[0].tolist(), ends[1].tolist(), colour, thickness, cv2.LINE_AA, _SHIFT)

    def ball(self, centre: Point, radius: tuple[float, float], colour: Colour) -> None:
        """Draw an upright ellipse around a point, its radii (across, up) in metres."""
        x, y, depth = self.view.project((centre,))[0]
        if depth > _NEAR:
            size = self.view.pixels_per_metre(depth)
            middle, axes = _fixed(np.array(((x, y), (radius[0] * size, radius[1] * size))))
            cv2.ellipse(self.pixels, middle.tolist(), axes.tolist(), 0, 0, 360, colour, cv2.FILLED, cv2.LINE_AA, _SHIFT)

    def shade(self, corners: Points, strength: float) -> None:
        """Darken a polygon in the picture by `strength`, 0 to 1, without touching the rest."""
        self._blend(corners, (0, 0, 0), strength)

    def glass(self, corners: Sequence[Point], colour: Colour, strength: float) -> None:
        """Lay a translucent polygon over the picture."""
        projected = self.view.project(corners)
        if projected[:, 2].min() > _NEAR:
            self._blend(projected[:, :2], colour, strength)

    def _blend(self, corners: Points, colour: Colour, strength: float) -> None:
        x0, y0 = np.maximum(np.floor(corners.min(axis=0)).astype(int), 0)
        x1, y1 = np.minimum(np.ceil(corners.max(axis=0)).astype(int) + 1, (self.view.width, self.view.height))
        if x0 >= x1 or y0 >= y1:
            return
        part = self.pixels[y0:y1, x0:x1]
        laid = part.copy()
        hull = cv2.convexHull(_fixed(corners - (x0, y0)))
        cv2.fillConvexPoly(laid, hull, colour, cv2.LINE_AA, _SHIFT)
        cv2.addWeighted(laid, strength, part, 1 - strength, 0, part)


def mixed(colour: Colour, other: Colour, share: float) -> Colour:
    """Return `colour` with `share` of `other` in it."""
    red, green, blue = (mine * (1 - share) + theirs * share for mine, theirs in zip(colour, other, strict=True))
    return (red, green, blue)


def lit(colour: Colour, light: float) -> Colour:
    """Return a colour under more or less light; 1 leaves it as it is."""
    red, green, blue = (min(255.0, part * light) for part in colour)
    return (red, green, blue)


def _fixed(points: Points) -> npt.NDArray[np.int32]:
    """Return picture coordinates as OpenCV's fixed-point numbers."""
    return np.asarray(np.round(np.clip(points, -8000, 8000) * (1 << _SHIFT)), dtype=np.int32)
