"""What stands in a room and may hide a person: desk, ballot box, curtains, chairs. No people, no time."""

from __future__ import annotations

from simulator.drawing import Canvas, Colour, Point, lit, mixed
from simulator.rooms import BOOTH_FRONT, BOOTH_HEIGHT, BOOTH_WIDTH, Room, light_at, tinted


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
    left, right = middle - BOOTH_WIDTH / 2 + 0.03, middle + BOOTH_WIDTH / 2 - 0.03
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
    for x in (middle - BOOTH_WIDTH / 2, middle + BOOTH_WIDTH / 2):
        canvas.line((x, 0.0, BOOTH_FRONT), (x, BOOTH_HEIGHT, BOOTH_FRONT), frame, 0.045)
    ends = middle - BOOTH_WIDTH / 2, middle + BOOTH_WIDTH / 2
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
