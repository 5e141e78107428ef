"""A polling station at a moment: the room, the people in it, the label, and the camera's noise."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt

from simulator import furniture, interior, journey, people, rooms
from simulator.drawing import Canvas, Pixels
from simulator.people import LOOKS, Look, Pose
from simulator.rooms import ROOMS, Room

PERIOD = journey.PERIOD
"""Seconds after which a scene repeats itself."""
_VOTERS = 4
_NOISE_PICTURES = 5
_NOISE = 2.0
"""Standard deviation of the noise, of 255 levels of brightness."""


@dataclass(frozen=True, kw_only=True)
class _Item:
    """Something drawn anew in every picture, the farthest first."""

    away: float
    draw: Callable[[], None]


@dataclass(frozen=True, kw_only=True)
class _Voter:
    stops: tuple[journey.Stop, ...]
    look: Look
    booth: float
    offset: float


class Scene:
    """One room as its camera sees it, at one size of picture."""

    def __init__(self, room: int, width: int, height: int) -> None:
        self._room = ROOMS[room % len(ROOMS)]
        self._view = rooms.view_of(self._room, width, height)
        self._empty = interior.empty_room(self._room, self._view)
        canvas = Canvas(self._view, self._empty)
        for place in ((7.45, 3.6), (7.45, 4.5)):
            furniture.draw_chair(canvas, self._room, *place)
        self._canvas, self._mirrored = np.empty_like(self._empty), np.empty_like(self._empty)
        self._voters = tuple(_voter(self._room, room, index) for index in range(_VOTERS))
        self._looks = LOOKS[room % len(LOOKS) :] + LOOKS[: room % len(LOOKS)]
        self._label = _label(f"SIMULATED CAMERA  {self._room.name}", height)

    def draw(self, time: float) -> Pixels:
        """Return the picture at a time of the scene, in seconds: height x width x 3, red first.

        It is overwritten by the next.
        """
        canvas = Canvas(self._view, self._canvas)
        np.copyto(canvas.pixels, self._empty)
        for item in sorted(self._items(canvas, time % PERIOD), key=lambda item: -item.away):
            item.draw()
        if self._room.mirrored:
            cv2.flip(self._canvas, 1, self._mirrored)
        shown = self._mirrored if self._room.mirrored else self._canvas
        _print(shown, self._label)
        return shown

    def _items(self, canvas: Canvas, time: float) -> list[_Item]:
        room = self._room
        items = [
            _Item(away=self._away(1.4, 4.6), draw=lambda: furniture.draw_desk(canvas, room)),
            _Item(away=self._away(*room.box), draw=lambda: furniture.draw_box(canvas, room)),
        ]
        drawn = dict.fromkeys(room.booths, 0.0)
        for voter in self._voters:
            own = (time + voter.offset) % PERIOD
            drawn[voter.booth] = max(drawn[voter.booth], journey.in_booth(own))
            pose = journey.pose_at(voter.stops, own)
            if pose is not None:
                items.append(self._person(canvas, pose, voter.look))
        for middle, aside in drawn.items():
            items.append(
                _Item(
                    away=self._away(middle, rooms.BOOTH_FRONT + 0.3),
                    draw=functools.partial(furniture.draw_curtain, canvas, room, middle, aside),
                )
            )
        items += [self._person(canvas, pose, look) for pose, look in self._observers(time)]
        for pose, look in self._officials(time):
            item = self._person(canvas, pose, look)
            items.append(replace(item, away=max(item.away, items[0].away + 0.01 * item.away)))  # behind the desk
        return items

    def _officials(self, time: float) -> list[tuple[Pose, Look]]:
        """Who sits behind the desk."""
        turn = 2 * math.pi / PERIOD
        sitting = []
        for index, z in enumerate((3.9, 4.7, 5.5)):
            busy = 0.5 + 0.5 * math.sin(turn * (5 + 2 * index) * time + index)
            pose = Pose(
                x=0.62,
                z=z,
                facing=math.pi / 2 + 0.15 * math.sin(turn * 3 * time + 2 * index),
                seated=True,
                reach=busy,
                nod=0.03 + 0.05 * (0.5 + 0.5 * math.sin(turn * 4 * time + 3 * index)),
            )  # fmt: skip - pairs that belong together
            sitting.append((pose, self._looks[-1 - index]))
        return sitting

    def _observers(self, time: float) -> list[tuple[Pose, Look]]:
        """Who sits at the right wall."""
        turn = 2 * math.pi / PERIOD
        sitting = []
        for index, z in enumerate((3.6, 4.5)):
            facing = -math.pi / 2 + 0.3 * math.sin(turn * (2 + index) * time + index)
            sitting.append((Pose(x=7.4, z=z, facing=facing, seated=True, nod=0.02), self._looks[4 + index]))
        return sitting

    def _person(self, canvas: Canvas, pose: Pose, look: Look) -> _Item:
        light = 0.92 * rooms.light_at(self._room, pose.x, pose.z)
        return _Item(away=self._away(pose.x, pose.z), draw=lambda: people.draw(canvas, pose, look, light))

    def _away(self, x: float, z: float) -> float:
        return math.hypot(x - self._view.place[0], z - self._view.place[2])


class Sensor:
    """Turns drawn pictures into what an encoder takes, with the noise of a real camera's sensor."""

    def __init__(self, width: int, height: int) -> None:
        self._size = (width, height)
        random = np.random.default_rng(width * height)
        noise = random.normal(0.0, _NOISE, (_NOISE_PICTURES, height + 32, width + 32))
        self._noise: npt.NDArray[np.int8] = np.round(noise).astype(np.int8)
        self._small = np.empty((height, width, 3), dtype=np.uint8)
        self._planes = np.empty((height * 3 // 2, width), dtype=np.uint8)
        self._random = random.integers(0, 32, (4096, 2)).tolist()

    def develop(self, picture: Pixels, number: int) -> Pixels:
        """Return a picture as I420 in this sensor's size; `number` chooses the noise. The next overwrites it."""
        width, height = self._size
        if picture.shape[:2] != (height, width):
            cv2.resize(picture, self._size, self._small, interpolation=cv2.INTER_AREA)
            picture = self._small
        planes = self._planes
        cv2.cvtColor(picture, cv2.COLOR_RGB2YUV_I420, planes)
        x, y = self._random[number % len(self._random)]
        noise = self._noise[number % _NOISE_PICTURES, y : y + height, x : x + width]
        luma = planes[:height]
        cv2.add(luma, noise, luma, dtype=cv2.CV_8U)
        return planes


def _voter(room: Room, room_number: int, index: int) -> _Voter:
    booth = room.booths[(index * 2 + room_number) % len(room.booths)]
    places = journey.Places(
        entrance=(1.6, -0.4),
        queue=(2.7, 2.9),
        desk=(2.25, 4.4),
        desk_facing=-math.pi / 2,
        booth=(booth, 6.4),
        box=(room.box[0] + 0.62, room.box[1] + 0.1),
        box_facing=-math.pi / 2,
        exit=(7.4, -0.6),
    )
    look = LOOKS[(index + room_number * 3) % len(LOOKS)]
    offset = index * PERIOD / _VOTERS + room_number * 1.7
    return _Voter(stops=journey.itinerary(places), look=look, booth=booth, offset=offset)


def _label(text: str, height: int) -> Pixels:
    scale, thick = height / 900, max(1, round(height / 500))
    (width, up), down = cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, scale, thick)
    margin = max(4, height // 72)
    strip = np.full((up + down + margin, width + 2 * margin, 3), 24, dtype=np.uint8)
    at = (margin, up + margin // 2)
    cv2.putText(strip, text, at, cv2.FONT_HERSHEY_SIMPLEX, scale, (236, 236, 230), thick, cv2.LINE_AA)
    return strip


def _print(pixels: Pixels, label: Pixels) -> None:
    height, width = min(label.shape[0], pixels.shape[0]), min(label.shape[1], pixels.shape[1])
    margin = max(4, pixels.shape[0] // 60)
    part = pixels[margin : margin + height, margin : margin + width]
    part[:] = label[: part.shape[0], : part.shape[1]]
