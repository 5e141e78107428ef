"""What a voter does between entering and leaving, as a function of time. Pure.

Everything repeats after `PERIOD` seconds, and every voter is out of sight when it does, so that a clip of that length
has no seam.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

from simulator.people import Pose

PERIOD = 20.0
"""Seconds from one entrance of a voter to its next."""


@dataclass(frozen=True, kw_only=True)
class Stop:
    """A place a voter passes or stays at."""

    x: float
    z: float
    arrive: float
    leave: float
    facing: float | None = None
    """While staying; None keeps the direction of walking."""
    reach: bool = False
    """Whether a hand is stretched out while staying."""
    paper_after: bool = False
    """Whether a ballot paper is carried from here on."""


@dataclass(frozen=True, kw_only=True)
class Places:
    """Where a voter goes in a room, as (x, z)."""

    entrance: tuple[float, float]
    queue: tuple[float, float]
    desk: tuple[float, float]
    desk_facing: float
    booth: tuple[float, float]
    """Before its curtain; inside is 0.85 m further along z."""
    box: tuple[float, float]
    box_facing: float
    exit: tuple[float, float]


def itinerary(places: Places) -> tuple[Stop, ...]:
    """Return a voter's stops."""
    booth_x, booth_z = places.booth
    return (
        Stop(x=places.entrance[0], z=places.entrance[1], arrive=0.0, leave=0.0),
        Stop(x=places.queue[0], z=places.queue[1], arrive=2.5, leave=3.3),
        Stop(
            x=places.desk[0],
            z=places.desk[1],
            arrive=4.6,
            leave=7.2,
            facing=places.desk_facing,
            reach=True,
            paper_after=True,
        ),
        Stop(x=booth_x, z=booth_z, arrive=10.0, leave=10.1, facing=0.0, paper_after=True),
        Stop(x=booth_x, z=booth_z + 0.85, arrive=10.8, leave=13.2, facing=0.0, paper_after=True),
        Stop(x=booth_x, z=booth_z, arrive=13.9, leave=14.0, paper_after=True),
        Stop(x=places.box[0], z=places.box[1], arrive=15.6, leave=16.9, facing=places.box_facing, reach=True),
        Stop(x=places.exit[0], z=places.exit[1], arrive=PERIOD, leave=PERIOD),
    )


def in_booth(time: float) -> float:
    """Return how far the curtain of a voter's booth is drawn aside, 0 to 1."""
    return max(_bump(time % PERIOD, 10.45, 0.75), _bump(time % PERIOD, 13.55, 0.75))


def pose_at(stops: Sequence[Stop], time: float) -> Pose | None:
    """Return a voter's pose at a time of its journey, None while it is out of the room."""
    if not 0 <= time < PERIOD:
        return None
    x, z, walked = _place(stops, time)
    last = max(index for index, stop in enumerate(stops) if stop.arrive <= time)
    stop = stops[last]
    staying = stop.arrive <= time < stop.leave
    reach = _bump(time, (stop.arrive + stop.leave) / 2, (stop.leave - stop.arrive) / 2) if staying and stop.reach else 0
    dropped = stop.reach and not stop.paper_after and staying and time > (stop.arrive + stop.leave) / 2
    carries = stop.paper_after and not (staying and stop.reach and time < (stop.arrive + stop.leave) / 2)
    carries = carries or (stop.reach and not stop.paper_after and staying and not dropped)
    return Pose(
        x=x,
        z=z,
        facing=_facing(stops, time),
        walked=walked,
        pace=_pace(stops, time),
        reach=max(reach, 0.35 if carries else 0.0),
        paper=carries,
        nod=0.05 * reach,
    )


def _place(stops: Sequence[Stop], time: float) -> tuple[float, float, float]:
    """Return x, z and the metres walked until `time`."""
    walked = 0.0
    time = min(max(time, 0.0), PERIOD)
    for here, there in itertools.pairwise(stops):
        length = math.hypot(there.x - here.x, there.z - here.z)
        if time <= there.arrive:
            share = _eased((time - here.leave) / max(there.arrive - here.leave, 1e-6))
            return (here.x + (there.x - here.x) * share, here.z + (there.z - here.z) * share, walked + length * share)
        walked += length
    return (stops[-1].x, stops[-1].z, walked)


def _facing(stops: Sequence[Stop], time: float) -> float:
    """Return the direction, turned smoothly: the mean of the directions a third of a second around."""
    x = z = 0.0
    for offset in (-0.36, -0.24, -0.12, 0.0, 0.12, 0.24, 0.36):
        direction = _sharp_facing(stops, time + offset)
        x, z = x + math.sin(direction), z + math.cos(direction)
    return math.atan2(x, z)


def _sharp_facing(stops: Sequence[Stop], time: float) -> float:
    for stop in stops:
        if stop.arrive <= time < stop.leave and stop.facing is not None:
            return stop.facing
    for here, there in itertools.pairwise(stops):
        if time < there.arrive or there is stops[-1]:
            return math.atan2(there.x - here.x, there.z - here.z)
    return 0.0


def _pace(stops: Sequence[Stop], time: float) -> float:
    before, after = _place(stops, time - 0.05), _place(stops, time + 0.05)
    return min(1.0, (after[2] - before[2]) / 0.1 / 0.9)


def _eased(share: float) -> float:
    """Start and stop walking gently, at an even pace in between."""
    share = min(max(share, 0.0), 1.0)
    return share + 0.6 * (share * share * (3 - 2 * share) - share)


def _bump(time: float, middle: float, half_width: float) -> float:
    """Rise from 0 to 1 at the middle and fall again."""
    distance = abs(time - middle) / max(half_width, 1e-6)
    return 0.0 if distance >= 1 else math.cos(distance * math.pi / 2) ** 0.5
