"""Masks for tests, and whether pictures show nothing of what they cover: decoded, and looked at pixel by pixel."""

from __future__ import annotations

import io
from pathlib import Path

import av
import cv2
import numpy as np

from election.playlist import Segment
from election.privacy_mask import PrivacyMask, read_mask
from upload.store import ObjectStore

MARGIN = 16
"""Pixels inside a shape's edge that an encoder may blur: one macroblock."""
BLACK = 24
"""The brightest that an encoder makes of black (16)."""
RECTANGLE = (0.1, 0.2, 0.6, 0.9)
POLYGON = ((0.7, 0.1), (0.98, 0.1), (0.98, 0.95))
TEXT = (
    "[[rectangle]]\nx = 0.1\ny = 0.2\nwidth = 0.5\nheight = 0.7\n"
    "[[polygon]]\npoints = [[0.7, 0.1], [0.98, 0.1], [0.98, 0.95]]\n"
)
WIDER = TEXT.replace("x = 0.1\n", "x = 0.0\n").replace("width = 0.5", "width = 0.6")
"""The same, and what lies to its left."""
WIDER_RECTANGLE = (0.0, 0.2, 0.6, 0.9)


def mask(folder: Path, text: str = TEXT) -> PrivacyMask:
    """Return the mask that a file with `text` says."""
    file = folder / "mask.toml"
    file.write_text(text, encoding="utf-8")
    return read_mask(file)


def require_covered(body: bytes, *, rectangle: tuple[float, float, float, float] = RECTANGLE) -> int:
    """Decode every picture; fail where one shows something inside the shapes, or nothing outside. Return how many."""
    count = 0
    with av.open(io.BytesIO(body), "r") as container:
        for frame in container.decode(video=0):
            picture = frame.to_ndarray(format="yuv420p")[: frame.height]
            inside = _inside(frame.width, frame.height, rectangle)
            assert inside.sum() > 500, "nothing left to look at"
            assert picture[inside].max() <= BLACK, f"picture {count} shows what is masked"
            around = ~_inside(frame.width, frame.height, rectangle, margin=-4)
            assert np.median(picture[around]) > 2 * BLACK, f"picture {count} shows nothing"
            count += 1
    return count


def shows(body: bytes, rectangle: tuple[float, float, float, float]) -> bool:
    """Return whether any picture shows something inside a rectangle."""
    with av.open(io.BytesIO(body), "r") as container:
        for frame in container.decode(video=0):
            picture = frame.to_ndarray(format="yuv420p")[: frame.height]
            left, top, right, bottom = _pixels(frame.width, frame.height, rectangle)
            if np.median(picture[top:bottom, left:right]) > 2 * BLACK:
                return True
    return False


async def published(store: ObjectStore, folder: str, segment: Segment) -> bytes:
    """Return a listed segment behind its initialisation segment."""
    return await store.get(folder + segment.map_uri) + await store.get(folder + segment.uri)


def _pixels(width: int, height: int, rectangle: tuple[float, float, float, float]) -> tuple[int, int, int, int]:
    left, top, right, bottom = rectangle
    return round(left * width), round(top * height), round(right * width), round(bottom * height)


def _inside(
    width: int, height: int, rectangle: tuple[float, float, float, float], *, margin: int = MARGIN
) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """Return which pixels lie inside the shapes by at least `margin`; beyond them by as much where it is negative."""
    canvas = np.zeros((height, width), np.uint8)
    left, top, right, bottom = _pixels(width, height, rectangle)
    canvas[top:bottom, left:right] = 1
    corners = np.array([[round(x * width), round(y * height)] for x, y in POLYGON], np.int32)
    cv2.fillPoly(canvas, [corners], 1)
    kernel = np.ones((2 * abs(margin) + 1,) * 2, np.uint8)
    changed = cv2.erode(canvas, kernel, borderValue=1) if margin > 0 else cv2.dilate(canvas, kernel)
    return changed.astype(bool)
