"""The polling stations that are drawn: a table of rooms, and what stands in one. No people, no time.

Every room is eight metres wide and deep. The camera hangs near z = 0 and looks to the booths at the far wall. The
registration desk is at the left, the ballot box in the middle; a mirrored room has them the other way round.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from simulator.drawing import Canvas, Colour, Pixels, Point, View, lit, mixed

EDITION = 1
"""Raised whenever a room looks different from before."""
WIDTH = 8.0
DEPTH = 8.2
HEIGHT = 3.1
BOOTH_FRONT = 7.0
_BOOTH_WIDTH = 1.1
_BOOTH_HEIGHT = 2.0
_PATCH = 0.2


@dataclass(frozen=True, kw_only=True)
class Room:
    """What tells one room from another."""

    name: str
    place: Point
    yaw: float
    pitch: float
    focal: float
    wall: Colour
    dado: Colour
    """The lower part of the walls, as schools paint it."""
    floor: Colour
    floor_lines: str
    """`tiles` or `boards`."""
    cloth: Colour
    curtain: Colour
    booths: tuple[float, ...]
    """Middle of each booth along the far wall."""
    box: tuple[float, float] = (4.3, 4.3)
    daylight: float = 0.5
    """How bright the windows are, 0 for none."""
    warm: float = 0.0
    """0 neutral to 1 the light of old bulbs."""
    mirrored: bool = False


ROOMS = (
    Room(
        name="ROOM 1",
        place=(4.6, 2.85, -0.7),
        yaw=-4,
        pitch=19,
        focal=0.74,
        wall=(214, 212, 196),
        dado=(146, 170, 150),
        floor=(164, 132, 96),
        floor_lines="boards",
        cloth=(122, 34, 44),
        curtain=(44, 78, 124),
        booths=(4.2, 5.4, 6.6),
    ),
    Room(
        name="ROOM 2",
        place=(0.7, 2.9, -0.3),
        yaw=26,
        pitch=19,
        focal=0.72,
        wall=(206, 214, 220),
        dado=(126, 150, 176),
        floor=(150, 152, 148),
        floor_lines="tiles",
        cloth=(34, 92, 72),
        curtain=(150, 40, 48),
        booths=(3.9, 5.2, 6.5),
        daylight=0.8,
        mirrored=True,
    ),
    Room(
        name="ROOM 3",
        place=(6.9, 2.95, -0.5),
        yaw=-25,
        pitch=20,
        focal=0.74,
        wall=(226, 214, 186),
        dado=(196, 172, 130),
        floor=(134, 104, 78),
        floor_lines="boards",
        cloth=(54, 66, 110),
        curtain=(96, 104, 58),
        booths=(3.4, 4.7, 6.0),
        daylight=0.3,
        warm=0.5,
    ),
    Room(
        name="ROOM 4",
        place=(4.1, 2.95, -1.3),
        yaw=2,
        pitch=17,
        focal=0.82,
        wall=(222, 222, 222),
        dado=(222, 222, 222),
        floor=(120, 136, 140),
        floor_lines="tiles",
        cloth=(210, 210, 204),
        curtain=(62, 62, 72),
        booths=(4.6, 6.0),
        box=(4.6, 4.0),
        daylight=0.9,
        mirrored=True,
    ),
    Room(
        name="ROOM 5",
        place=(5.9, 2.8, -0.9),
        yaw=-14,
        pitch=18,
        focal=0.74,
        wall=(200, 214, 196),
        dado=(92, 122, 104),
        floor=(172, 160, 140),
        floor_lines="tiles",
        cloth=(40, 60, 120),
        curtain=(178, 132, 46),
        booths=(3.6, 4.8, 6.0, 7.2),
        daylight=0.2,
        warm=0.7,
    ),
    Room(
        name="ROOM 6",
        place=(3.3, 2.95, -1.0),
        yaw=9,
        pitch=18,
        focal=0.74,
        wall=(232, 220, 206),
        dado=(176, 120, 100),
        floor=(112, 84, 62),
        floor_lines="boards",
        cloth=(228, 222, 206),
        curtain=(104, 50, 92),
        booths=(4.0, 5.4, 6.8),
        box=(4.5, 4.5),
        daylight=0.6,
        warm=0.25,
        mirrored=True,
    ),
)  # fmt: skip - a table


def view_of(room: Room, width: int, height: int) -> View:
    """Return how the room's camera sees it; mirroring is done with the finished picture."""
    return View(place=room.place, yaw=room.yaw, pitch=room.pitch, focal=room.focal, width=width, height=height)


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


def light_at(room: Room, x: float, z: float, y: float = 0.8) -> float:
    """Return the light at a place, about 1 in the middle of the room."""
    lamps = 0.0
    for lamp_x in (2.2, 5.8):
        for lamp_z in (2.2, 6.0):
            lamps += 1.9 / (2.2 + (x - lamp_x) ** 2 + (z - lamp_z) ** 2 + 0.5 * (HEIGHT - y) ** 2)
    window = room.daylight * max(0.0, 1 - x / 6.0) * 0.28
    return 0.60 + 0.26 * lamps + window


def tinted(room: Room, colour: Colour, light: float) -> Colour:
    """Return a colour under the room's light."""
    warm = mixed(colour, (colour[0], colour[1] * 0.9, colour[2] * 0.68), room.warm)
    return lit(warm, light)


def draw_desk(canvas: Canvas, room: Room) -> None:
    """Draw the registration desk: a long table with a cloth, papers and a lamp-less computer."""
    block(canvas, room, (1.0, 0.0, 3.3), (1.75, 0.76, 6.2), room.cloth)
    for z in (3.7, 4.5, 5.3, 5.9):
        sheet(canvas, room, 1.45, 0.765, z, 0.15, 0.2)
        sheet(canvas, room, 1.2, 0.77, z + 0.28, 0.12, 0.16)
    block(canvas, room, (1.12, 0.765, 4.02), (1.40, 0.80, 4.42), (52, 54, 58))
    block(canvas, room, (1.36, 0.80, 4.02), (1.39, 1.02, 4.42), (40, 42, 46))


def draw_box(canvas: Canvas, room: Room) -> None:
    """Draw the ballot box: transparent, on a stand, papers in it."""
    x, z = room.box
    block(canvas, room, (x - 0.30, 0.0, z - 0.30), (x + 0.30, 0.42, z + 0.30), mixed(room.cloth, (90, 90, 90), 0.4))
    left, right, front, back, low, high = x - 0.26, x + 0.26, z - 0.26, z + 0.26, 0.42, 1.0
    light = light_at(room, x, z)
    paper = tinted(room, (236, 234, 226), light)
    for index in range(16):
        along, across = ((index * 37) % 16) / 16 - 0.5, ((index * 23) % 16) / 16 - 0.5
        up = low + 0.02 + 0.012 * index
        px, pz = x + 0.36 * along, z + 0.36 * across
        tilt = 0.05 * (((index * 7) % 5) - 2) / 2
        canvas.polygon(
            [
                (px - 0.09, up, pz - 0.06),
                (px + 0.09, up + tilt, pz - 0.06),
                (px + 0.09, up + tilt, pz + 0.06),
                (px - 0.09, up, pz + 0.06),
            ],
            lit(paper, 0.84 + 0.05 * ((index * 11) % 4)),
        )
    glass = tinted(room, (206, 222, 226), light)
    canvas.glass([(left, low, front), (right, low, front), (right, high, front), (left, high, front)], glass, 0.22)
    canvas.glass([(left, high, front), (right, high, front), (right, high, back), (left, high, back)], glass, 0.42)
    rim = lit(glass, 1.08)
    corners = [(left, front), (right, front), (right, back), (left, back)]
    for (x0, z0), (x1, z1) in zip(corners, [*corners[1:], corners[0]], strict=True):
        canvas.line((x0, high, z0), (x1, high, z1), rim, 0.022)
        canvas.line((x0, low, z0), (x0, high, z0), rim, 0.014)
    canvas.line((x - 0.11, high + 0.005, z), (x + 0.11, high + 0.005, z), (40, 44, 46), 0.03)


def draw_curtain(canvas: Canvas, room: Room, middle: float, drawn: float) -> None:
    """Draw a booth's curtain and frame; `drawn` is how far it is drawn aside, 0 to 1."""
    left, right = middle - _BOOTH_WIDTH / 2 + 0.03, middle + _BOOTH_WIDTH / 2 - 0.03
    right = left + (right - left) * (1 - 0.72 * drawn)
    light = light_at(room, middle, BOOTH_FRONT)
    pleats = 9
    for index in range(pleats):
        x0 = left + (right - left) * index / pleats
        x1 = left + (right - left) * (index + 1) / pleats
        colour = tinted(room, room.curtain, light * (0.80, 1.02, 1.14)[index % 3])
        hem = 0.02 * (index % 2)
        canvas.polygon(
            [(x0, 0.42 + hem, BOOTH_FRONT), (x1, 0.42, BOOTH_FRONT), (x1, 1.9, BOOTH_FRONT), (x0, 1.9, BOOTH_FRONT)],
            colour,
        )
    frame = tinted(room, (198, 198, 192), light)
    for x in (middle - _BOOTH_WIDTH / 2, middle + _BOOTH_WIDTH / 2):
        canvas.line((x, 0.0, BOOTH_FRONT), (x, _BOOTH_HEIGHT, BOOTH_FRONT), frame, 0.045)
    ends = middle - _BOOTH_WIDTH / 2, middle + _BOOTH_WIDTH / 2
    canvas.line((ends[0], 1.93, BOOTH_FRONT), (ends[1], 1.93, BOOTH_FRONT), frame, 0.05)


def draw_chair(canvas: Canvas, room: Room, x: float, z: float) -> None:
    """Draw a chair that looks to the left."""
    colour = tinted(room, (70, 60, 54), light_at(room, x, z))
    for dx in (-0.2, 0.2):
        for dz in (-0.2, 0.2):
            canvas.line((x + dx, 0, z + dz), (x + dx, 0.45, z + dz), lit(colour, 0.7), 0.035)
    for dz in (-0.2, 0.2):
        canvas.line((x + 0.22, 0.45, z + dz), (x + 0.25, 0.95, z + dz), lit(colour, 0.8), 0.035)
    canvas.polygon([(x + 0.23, up, z + dz) for up in (0.62, 0.95) for dz in (-0.21, 0.21)], colour)
    canvas.polygon([(x + dx, 0.46, z + dz) for dx in (-0.22, 0.22) for dz in (-0.22, 0.22)], lit(colour, 1.2))


def block(canvas: Canvas, room: Room, low: Point, high: Point, colour: Colour) -> None:
    """Draw a box with edges along the axes, each visible side in its own light."""
    (x0, y0, z0), (x1, y1, z1) = low, high
    light = light_at(room, (x0 + x1) / 2, (z0 + z1) / 2, y1)
    eye_x, _, eye_z = canvas.view.place
    if eye_x > x1:
        canvas.polygon([(x1, y, z) for y in (y0, y1) for z in (z0, z1)], tinted(room, colour, light * 0.80))
    if eye_x < x0:
        canvas.polygon([(x0, y, z) for y in (y0, y1) for z in (z0, z1)], tinted(room, colour, light * 0.90))
    if eye_z < z0:
        canvas.polygon([(x, y, z0) for x in (x0, x1) for y in (y0, y1)], tinted(room, colour, light * 0.68))
    canvas.polygon([(x, y1, z) for x in (x0, x1) for z in (z0, z1)], tinted(room, colour, light * 1.08))


def sheet(canvas: Canvas, room: Room, x: float, y: float, z: float, across: float, along: float) -> None:
    """Lay a sheet of paper flat."""
    paper = tinted(room, (238, 237, 230), light_at(room, x, z))
    canvas.polygon([(x + dx, y, z + dz) for dx in (-across, across) for dz in (-along / 2, along / 2)], paper)


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
    left, right = middle - _BOOTH_WIDTH / 2, middle + _BOOTH_WIDTH / 2
    back = DEPTH - 0.05
    light = light_at(room, middle, 7.5)
    panel = (206, 204, 196)
    shadow = canvas.view.project(
        [
            (left - 0.1, 0, BOOTH_FRONT - 0.15),
            (right + 0.1, 0, BOOTH_FRONT - 0.15),
            (right + 0.1, 0, back),
            (left - 0.1, 0, back),
        ]
    )  # fmt: skip - a rectangle
    canvas.shade(shadow[:, :2], 0.35)
    inner = [(x, y, back) for x in (left, right) for y in (0.25, _BOOTH_HEIGHT)]
    canvas.polygon(inner, tinted(room, panel, light * 0.6))
    for x in sorted((left, right), key=lambda side: -abs(side - canvas.view.place[0])):
        outside = (x == left) == (canvas.view.place[0] < x)
        side = [(x, y, z) for y in (0.25, _BOOTH_HEIGHT) for z in (BOOTH_FRONT, back)]
        canvas.polygon(side, tinted(room, panel, light * (0.82 if outside else 0.68)))
    canvas.polygon(
        [(x, 1.0, z) for x in (left, right) for z in (back - 0.35, back)], tinted(room, (150, 126, 96), light)
    )
