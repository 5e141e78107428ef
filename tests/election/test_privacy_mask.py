"""Mask files: what is right is read and covered to the last point, every fault is named with its place."""

from __future__ import annotations

import math
import random
from pathlib import Path

import pytest

from election.errors import InputError
from election.privacy_mask import MOST_BOXES, PARTS, STRIPS, Box, PrivacyMask, read_mask

RECTANGLE = "[[rectangle]]\nx = 0.1\ny = 0.2\nwidth = 0.3\nheight = 0.4\n"
TRIANGLE = "[[polygon]]\npoints = [[0.5, 0.1], [0.9, 0.8], [0.1, 0.8]]\n"


def read(folder: Path, text: str) -> PrivacyMask:
    file = folder / "mask.toml"
    file.write_text(text, encoding="utf-8")
    return read_mask(file)


def covers(mask: PrivacyMask, x: float, y: float) -> bool:
    return any(box.left <= x * PARTS <= box.right and box.top <= y * PARTS <= box.bottom for box in mask.boxes)


def test_a_rectangle_is_one_box_and_equal_files_are_equal_masks(tmp_path: Path) -> None:
    mask = read(tmp_path, RECTANGLE)
    assert mask == PrivacyMask(boxes=(Box(left=10_000, top=20_000, right=40_000, bottom=60_000),))
    assert read(tmp_path, "# moved by nothing\n" + RECTANGLE) == mask
    assert read(tmp_path, RECTANGLE.replace("0.4", "0.41")) != mask
    whole = read(tmp_path, "[[rectangle]]\nx = 0\ny = 0\nwidth = 1\nheight = 1\n")
    assert whole.boxes == (Box(left=0, top=0, right=PARTS, bottom=PARTS),)


def test_edges_between_two_parts_are_rounded_outward(tmp_path: Path) -> None:
    mask = read(tmp_path, "[[rectangle]]\nx = 0.123456\ny = 0.123456\nwidth = 0.1\nheight = 0.1\n")
    assert mask.boxes == (Box(left=12_345, top=12_345, right=22_346, bottom=22_346),)


@pytest.mark.parametrize(
    "corners",
    [
        [(0.5, 0.1), (0.9, 0.8), (0.1, 0.8)],
        [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)],
        # A letter U, whose middle stays visible, and a comb whose teeth end between two strips.
        [(0.1, 0.1), (0.3, 0.1), (0.3, 0.7), (0.6, 0.7), (0.6, 0.1), (0.8, 0.1), (0.8, 0.9), (0.1, 0.9)],
        [(0.1, 0.9), (0.2, 0.105), (0.3, 0.61), (0.4, 0.103), (0.5, 0.607), (0.6, 0.111), (0.9, 0.9)],
        # Thinner than a strip, and thinner than a pixel.
        [(0.1, 0.501), (0.9, 0.502), (0.9, 0.505), (0.1, 0.503)],
        [(0.5, 0.1), (0.50001, 0.1), (0.6, 0.9)],
    ],
    ids=["triangle", "picture", "u", "comb", "flat", "needle"],
)
def test_a_polygon_is_covered_to_its_last_point_and_little_beside_it(
    tmp_path: Path, corners: list[tuple[float, float]]
) -> None:
    mask = read(tmp_path, f"[[polygon]]\npoints = {[list(corner) for corner in corners]}\n")
    numbers = random.Random(5)
    seen = {True: 0, False: 0}
    for _ in range(4000):
        x, y = numbers.random(), numbers.random()
        inside = _is_inside(corners, x, y)
        seen[inside] += 1
        if inside:
            assert covers(mask, x, y), (x, y)
        elif _distance(corners, x, y) > 1.5 / STRIPS:
            assert not covers(mask, x, y), (x, y)
    for a, b in zip(corners, [*corners[1:], corners[0]], strict=True):
        for part in range(1, 50):
            x, y = (one + (other - one) * part / 50 for one, other in zip(a, b, strict=True))
            assert covers(mask, round(x, 9), round(y, 9)), (x, y)
    assert len(mask.boxes) <= MOST_BOXES


def _is_inside(corners: list[tuple[float, float]], x: float, y: float) -> bool:
    inside = False
    for (x1, y1), (x2, y2) in zip(corners, [*corners[1:], corners[0]], strict=True):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            inside = not inside
    return inside


def _distance(corners: list[tuple[float, float]], x: float, y: float) -> float:
    """Return how far a point is from the polygon's nearest edge."""
    found = math.inf
    for (x1, y1), (x2, y2) in zip(corners, [*corners[1:], corners[0]], strict=True):
        length = (x2 - x1) ** 2 + (y2 - y1) ** 2
        part = max(0.0, min(1.0, ((x - x1) * (x2 - x1) + (y - y1) * (y2 - y1)) / length))
        found = min(found, math.hypot(x1 + part * (x2 - x1) - x, y1 + part * (y2 - y1) - y))
    return found


WRONG: list[tuple[str, str]] = [
    ("", "covers nothing; write a [[rectangle]] or a [[polygon]]."),
    ("rectangle = []\n", "covers nothing"),
    (RECTANGLE + "colour = 1\n", ":6: rectangle[1].colour: is not a known key"),
    (RECTANGLE + "[circle]\nx = 1\n", ":6: circle: is not a known key"),
    (RECTANGLE.replace("x = 0.1\n", ""), ":1: rectangle[1].x: is missing"),
    (RECTANGLE.replace("0.1", "-0.1"), ":2: rectangle[1].x: is at least 0"),
    (RECTANGLE.replace("0.1", '"0.1"'), ":2: rectangle[1].x: is a number"),
    (RECTANGLE.replace("0.1", "nan"), ":2: rectangle[1].x: is "),
    (RECTANGLE.replace("0.1", "128"), ":2: rectangle[1].x: is at most 1"),
    (RECTANGLE.replace("0.3", "0.0"), ":4: rectangle[1].width: is more than 0"),
    (RECTANGLE + RECTANGLE.replace("0.4", "0.81"), ":6: rectangle[2]: reaches beyond the picture"),
    (RECTANGLE.replace("0.1", "0.71"), ":1: rectangle[1]: reaches beyond the picture"),
    (TRIANGLE.replace("[0.5, 0.1], ", ""), ":2: polygon[1].points: has 2 entries; 3 or more are needed"),
    (TRIANGLE.replace("[0.5, 0.1]", "[0.5, 1.1]"), ":2: polygon[1].points[1][2]: is at most 1"),
    (TRIANGLE.replace("[0.5, 0.1]", "[0.5]"), ":2: polygon[1].points: write each point as [x, y]"),
    (TRIANGLE.replace("[0.5, 0.1]", "[0.5, 0.8]"), ":2: polygon[1].points: has no area"),
    (
        "[[polygon]]\npoints = [[0, 0], [1, 1], [1, 0], [0, 0.5]]\n",
        ":2: polygon[1].points: crosses itself",
    ),
    ("".join(TRIANGLE.replace("0.9", f"0.9{number}") for number in range(9)), "is too fine"),
    ("[[rectangle]\n", "is not valid TOML"),
]


@pytest.mark.parametrize(("text", "fault"), WRONG)
def test_each_fault_of_a_mask_is_named_with_line_and_field(tmp_path: Path, text: str, fault: str) -> None:
    with pytest.raises(InputError) as caught:
        read(tmp_path, text)
    told = str(caught.value).removeprefix(str(tmp_path / "mask.toml"))
    if "TOML" in fault:
        assert fault in told
    else:
        assert told.lstrip(": ").startswith(fault.lstrip(": ")), told
