"""The polling stations that are drawn: a table of rooms and the light in them. Draws nothing.

Every room is eight metres wide and deep. The camera hangs near z = 0 and looks to the booths at the far wall. The
registration desk is at the left, the ballot box in the middle; a mirrored room has them the other way round.
"""

from __future__ import annotations

from dataclasses import dataclass

from simulator.drawing import Colour, Point, View, lit, mixed

EDITION = 1
"""Raised whenever a room looks different from before."""
WIDTH = 8.0
DEPTH = 8.2
HEIGHT = 3.1
BOOTH_FRONT = 7.0
BOOTH_WIDTH = 1.1
BOOTH_HEIGHT = 2.0


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


def light_at(room: Room, x: float, z: float, y: float = 0.8) -> float:
    """Return the light at a place, about 1 in the middle of the room."""
    lamps = 0.0
    for lamp_x in (2.2, 5.8):
        for lamp_z in (2.2, 6.0):
            lamps += 1.9 / (2.2 + (x - lamp_x) ** 2 + (z - lamp_z) ** 2 + 0.5 * (HEIGHT - y) ** 2)
    window = room.daylight * max(0.0, 1 - x / 6.0) * 0.28
    return 0.68 + 0.26 * lamps + window


def tinted(room: Room, colour: Colour, light: float) -> Colour:
    """Return a colour under the room's light."""
    warm = mixed(colour, (colour[0], colour[1] * 0.9, colour[2] * 0.68), room.warm)
    return lit(warm, light)
