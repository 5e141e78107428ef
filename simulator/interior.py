"""The empty room, drawn once: floor, walls, windows, notices, the booths' insides. Nothing that may hide a person."""

from __future__ import annotations

import cv2
import numpy as np

from simulator.drawing import Canvas, Pixels, Point, View, mixed
from simulator.rooms import BOOTH_FRONT, BOOTH_HEIGHT, BOOTH_WIDTH, DEPTH, HEIGHT, WIDTH, Room, light_at, tinted

_PATCH = 0.2
"""Metres of wall that are lit evenly, before smoothing."""


def empty_room(room: Room, view: View) -> Pixels:
    """Return the room without what may stand before a person: floor, walls, windows, booths' insides."""
    large = View(
        place=view.place, yaw=view.yaw, pitch=view.pitch, focal=view.focal, width=view.width * 2, height=view.height * 2
    )
    canvas = Canvas(large, np.full((large.height, large.width, 3), room.wall, dtype=np.uint8))
    _surfaces(canvas, room)
    blur = max(3, large.width // 100) | 1
    canvas.pixels[:] = cv2.GaussianBlur(canvas.pixels, (blur, blur), 0)
    _edges(canvas, room)
    _floor_lines(canvas, room)
    _on_the_walls(canvas, room)
    for middle in room.booths:
        _booth_inside(canvas, room, middle)
    small = cv2.resize(canvas.pixels, (view.width, view.height), interpolation=cv2.INTER_AREA)
    return np.ascontiguousarray(small)


def _surfaces(canvas: Canvas, room: Room) -> None:
    """Floor, walls and ceiling in small patches, each in its own light."""
    steps = np.arange(0, 1.0001, _PATCH / 8)
    for u in steps[:-1]:
        for v in steps[:-1]:
            x, z, step = u * WIDTH, v * (DEPTH + 1.5) - 1.5, _PATCH
            far = z + step * (DEPTH + 1.5) / 8
            light = light_at(room, x, z, 0.0)
            quad: list[Point] = [(x, 0, z), (x + step, 0, z), (x + step, 0, far), (x, 0, far)]
            canvas.polygon(quad, tinted(room, room.floor, light * 0.96))
            quad = [(x, HEIGHT, z), (x + step, HEIGHT, z), (x + step, HEIGHT, far), (x, HEIGHT, far)]
            canvas.polygon(quad, tinted(room, (232, 232, 228), light * 0.93))
            if v * 8 < HEIGHT:
                y, top = v * 8, min(HEIGHT, v * 8 + step)
                side_light = light_at(room, x, DEPTH, y) * (0.86 + 0.04 * y)
                colour = room.dado if y < 1.2 else room.wall
                back: list[Point] = [(x, y, DEPTH), (x + step, y, DEPTH), (x + step, top, DEPTH), (x, top, DEPTH)]
                canvas.polygon(back, tinted(room, colour, side_light))
                z = u * (DEPTH + 1.5) - 1.5
                far = z + _PATCH * (DEPTH + 1.5) / 8
                for wall_x, dim in ((0.0, 0.80), (WIDTH, 0.92)):
                    light = light_at(room, wall_x, z, y) * (dim + 0.04 * y)
                    wall: list[Point] = [(wall_x, y, z), (wall_x, y, far), (wall_x, top, far), (wall_x, top, z)]
                    canvas.polygon(wall, tinted(room, colour, light))


def _edges(canvas: Canvas, room: Room) -> None:
    """Skirting boards, the line above the dado, corners."""
    skirting = tinted(room, mixed(room.dado, (60, 52, 46), 0.55), 0.8)
    line = tinted(room, mixed(room.dado, (250, 250, 245), 0.3), 0.85)
    for y, colour, thick in ((0.05, skirting, 0.1), (1.2, line, 0.03)):
        canvas.line((0, y, DEPTH), (WIDTH, y, DEPTH), colour, thick)
        for wall_x in (0.0, WIDTH):
            for z in np.arange(1.0, DEPTH, 0.6):
                canvas.line((wall_x, y, z), (wall_x, y, min(DEPTH, z + 0.6)), colour, thick)
    corner = tinted(room, room.wall, 0.66)
    for wall_x in (0.0, WIDTH):
        canvas.line((wall_x, 1.2, DEPTH), (wall_x, HEIGHT, DEPTH), corner, 0.012)
    canvas.line((0, HEIGHT, DEPTH), (WIDTH, HEIGHT, DEPTH), corner, 0.012)


def _floor_lines(canvas: Canvas, room: Room) -> None:
    seam = tinted(room, room.floor, 0.80)
    spacing = 0.6 if room.floor_lines == "tiles" else 0.28
    for x in np.arange(spacing / 2, WIDTH, spacing):
        for z in np.arange(-0.4, DEPTH, 0.86):
            canvas.line((x, 0.0, z), (x, 0.0, min(DEPTH, z + 0.86)), seam, 0.008)
    if room.floor_lines == "tiles":
        for z in np.arange(-0.3, DEPTH, spacing):
            canvas.line((0.0, 0.0, z), (WIDTH, 0.0, z), seam, 0.008)
        return
    for index, x in enumerate(np.arange(spacing / 2, WIDTH - spacing, spacing)):
        for z in np.arange(0.4 + (index * 0.83) % 2.1, DEPTH, 2.1):
            canvas.line((x, 0.0, z), (x + spacing, 0.0, z), seam, 0.008)


def _on_the_walls(canvas: Canvas, room: Room) -> None:
    """Windows at the left, notices and a clock at the far wall, a lamp on the ceiling."""
    if room.daylight:
        pane = mixed((150, 165, 180), (246, 250, 255), room.daylight)
        for z in (2.6, 4.4, 6.2):
            canvas.polygon([(0.01, y, z + dz) for y in (1.25, 2.65) for dz in (0.0, 1.3)], (240, 240, 236))
            for part in (0.06, 0.69):
                canvas.polygon([(0.02, y, z + part + dz) for y in (1.33, 2.57) for dz in (0.0, 0.55)], pane)
    for index, x in enumerate((0.7, 1.5, 2.3)):
        canvas.polygon(
            [(x + dx, y, DEPTH - 0.01) for dx in (-0.3, 0.3) for y in (1.4, 2.2)], tinted(room, (240, 240, 236), 0.96)
        )
        accent = tinted(room, (room.curtain, room.cloth, (80, 90, 110))[index], 0.95)
        canvas.polygon([(x + dx, y, DEPTH - 0.02) for dx in (-0.26, 0.26) for y in (2.05, 2.16)], accent)
        for row in range(7):
            end = 0.22 if row % 3 else 0.12
            y = 1.98 - row * 0.075
            canvas.line(
                (x - 0.24, y, DEPTH - 0.02), (x + end, y, DEPTH - 0.02), tinted(room, (128, 128, 128), 1), 0.018
            )
    canvas.ball((3.1, 2.5, DEPTH - 0.02), (0.19, 0.19), tinted(room, (70, 70, 72), 1))
    canvas.ball((3.1, 2.5, DEPTH - 0.03), (0.165, 0.165), (238, 238, 234))
    for lamp_x in (2.2, 5.8):
        canvas.polygon([(lamp_x + dx, HEIGHT - 0.02, z) for dx in (-0.18, 0.18) for z in (5.3, 6.7)], (255, 255, 250))


def _booth_inside(canvas: Canvas, room: Room, middle: float) -> None:
    """The booth's back and sides, a shelf, and its shadow on the floor."""
    left, right = middle - BOOTH_WIDTH / 2, middle + BOOTH_WIDTH / 2
    back = DEPTH - 0.05
    light = light_at(room, middle, 7.5)
    panel = (206, 204, 196)
    ground: list[Point] = [(x, 0, z) for x in (left - 0.1, right + 0.1) for z in (BOOTH_FRONT - 0.15, back)]
    canvas.shade(ground, 0.35)
    inner = [(x, y, back) for x in (left, right) for y in (0.25, BOOTH_HEIGHT)]
    canvas.polygon(inner, tinted(room, panel, light * 0.6))
    for x in sorted((left, right), key=lambda side: -abs(side - canvas.view.place[0])):
        outside = (x == left) == (canvas.view.place[0] < x)
        side = [(x, y, z) for y in (0.25, BOOTH_HEIGHT) for z in (BOOTH_FRONT, back)]
        canvas.polygon(side, tinted(room, panel, light * (0.82 if outside else 0.68)))
    canvas.polygon(
        [(x, 1.0, z) for x in (left, right) for z in (back - 0.35, back)], tinted(room, (150, 126, 96), light)
    )
