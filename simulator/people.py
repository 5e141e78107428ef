"""Figures: how they stand, walk and sit. Drawn from a few joints; nobody in particular."""

from __future__ import annotations

import math
from dataclasses import dataclass

from simulator.drawing import Canvas, Colour, Point, lit, mixed

_STRIDE_METRES = 0.75
_PAPER: Colour = (244, 243, 238)
_SHOE: Colour = (48, 42, 40)
_RING = tuple((math.cos(step * math.pi / 8), math.sin(step * math.pi / 8)) for step in range(16))


@dataclass(frozen=True, kw_only=True)
class Look:
    """What tells one figure from another."""

    top: Colour
    legs: Colour
    skin: Colour
    hair: Colour
    height: float = 1.72
    skirt: bool = False
    scarf: bool = False


@dataclass(frozen=True, kw_only=True)
class Pose:
    """A figure at one moment."""

    x: float
    z: float
    facing: float
    """Direction in radians: 0 looks along z, a quarter turn along x."""
    walked: float = 0.0
    """Metres walked so far, for the legs."""
    pace: float = 0.0
    """0 standing to 1 walking."""
    reach: float = 0.0
    """0 arms down to 1 a hand stretched forward."""
    paper: bool = False
    seated: bool = False
    nod: float = 0.0
    """Metres the head leans forward."""


LOOKS = (
    Look(top=(64, 86, 122), legs=(46, 48, 58), skin=(214, 170, 140), hair=(44, 34, 30), height=1.78),
    Look(top=(150, 62, 66), legs=(60, 56, 66), skin=(224, 182, 152), hair=(70, 46, 34), height=1.64, skirt=True),
    Look(top=(96, 104, 88), legs=(74, 66, 56), skin=(204, 160, 130), hair=(120, 118, 116), height=1.72),
    Look(top=(196, 182, 156), legs=(52, 60, 84), skin=(222, 178, 148), hair=(52, 38, 32), height=1.68, scarf=True),
    Look(top=(52, 52, 56), legs=(84, 80, 76), skin=(210, 166, 136), hair=(30, 26, 26), height=1.82),
    Look(top=(112, 140, 150), legs=(58, 50, 50), skin=(226, 186, 158), hair=(96, 66, 42), height=1.62, skirt=True),
    Look(top=(228, 228, 224), legs=(50, 52, 60), skin=(212, 168, 138), hair=(38, 32, 30), height=1.74),
    Look(top=(118, 92, 126), legs=(44, 44, 52), skin=(222, 180, 150), hair=(64, 44, 36), height=1.66),
)


def draw(canvas: Canvas, pose: Pose, look: Look, light: float) -> None:
    """Draw a figure; `light` is the room's light where it stands."""
    _Figure(canvas, pose, look, light).draw()


class _Figure:
    def __init__(self, canvas: Canvas, pose: Pose, look: Look, light: float) -> None:
        self.canvas, self.pose, self.look = canvas, pose, look
        self.size = look.height / 1.72
        self.forward = (math.sin(pose.facing), math.cos(pose.facing))
        self.right = (self.forward[1], -self.forward[0])
        self.hips_up = 0.52 if pose.seated else 0.90 + 0.015 * pose.pace * math.cos(2 * self._swing_angle())
        self.top, self.legs = lit(look.top, light), lit(look.legs, light)
        self.skin, self.hair = lit(look.skin, light), lit(look.hair, light)
        self.paper, self.shoe = lit(_PAPER, light), lit(_SHOE, light)

    def draw(self) -> None:
        if not self.pose.seated:
            self._shadow()
        swing = math.sin(self._swing_angle()) * self.pose.pace
        # The limb on the far side goes first, so that the near one hides it.
        near = 1 if self._right_is_nearer() else -1
        for side in (-near, near):
            self._leg(side, swing * side)
        if self.look.skirt and not self.pose.seated:
            self._skirt(swing)
        self._arm(-near, -swing * -near)
        self._torso()
        self._head()
        self._arm(near, -swing * near)

    def at(self, right: float, up: float, forward: float) -> Point:
        """Return a point of the figure in the room."""
        pose, size = self.pose, self.size
        x = pose.x + size * (right * self.right[0] + forward * self.forward[0])
        z = pose.z + size * (right * self.right[1] + forward * self.forward[1])
        return (x, up * size, z)

    def _swing_angle(self) -> float:
        return math.pi * self.pose.walked / _STRIDE_METRES

    def _right_is_nearer(self) -> bool:
        view = self.canvas.view
        return view.project(self.at(0.2, 1.0, 0))[2] < view.project(self.at(-0.2, 1.0, 0))[2]

    def _shadow(self) -> None:
        x, z = self.pose.x, self.pose.z
        for radius, strength in ((0.36, 0.16), (0.22, 0.25)):
            self.canvas.shade([(x + radius * right, 0.0, z + radius * on) for right, on in _RING], strength)

    def _leg(self, side: int, swing: float) -> None:
        hip = self.at(0.09 * side, self.hips_up, 0)
        shade = self.legs if side > 0 else lit(self.legs, 0.86)
        if self.pose.seated:
            knee, foot = self.at(0.10 * side, 0.50, 0.42), self.at(0.10 * side, 0.06, 0.44)
        else:
            bend = max(0.0, -swing) * 0.12
            knee = self.at(0.09 * side, 0.48, 0.20 * swing + bend)
            foot = self.at(0.09 * side, 0.05 + bend * 0.7, 0.36 * swing)
        lower = self.skin if self.look.skirt else shade
        self.canvas.line(hip, knee, shade, 0.17 * self.size)
        self.canvas.line(knee, foot, lower, (0.11 if self.look.skirt else 0.14) * self.size)
        toe = (foot[0] + 0.12 * self.forward[0], foot[1] - 0.01, foot[2] + 0.12 * self.forward[1])
        self.canvas.line(foot, toe, self.shoe, 0.09 * self.size)

    def _skirt(self, swing: float) -> None:
        hem = 0.10 + 0.08 * abs(swing)
        corners = [self.at(r, 0.98, f) for r in (-0.15, 0.15) for f in (-0.1, 0.1)]
        corners += [self.at(r, 0.42, f) for r in (-0.21, 0.21) for f in (-hem - 0.05, hem + 0.05)]
        self.canvas.polygon(corners, self.legs)

    def _torso(self) -> None:
        lean = self.pose.nod * 0.4
        low = self.hips_up - 0.03
        for narrow, light in ((1.0, 0.90), (0.72, 1.0)):
            corners = [self.at(r * narrow, low, f * narrow) for r in (-0.17, 0.17) for f in (-0.11, 0.11)]
            chest = [(0.215, 0.42), (0.19, 0.53), (0.10, 0.565)]
            for right, above in chest:
                corners += [
                    self.at(r * narrow, low + above, f * narrow + lean) for r in (-right, right) for f in (-0.10, 0.10)
                ]
            self.canvas.polygon(corners, lit(self.top, light))

    def _head(self) -> None:
        lean, base = self.pose.nod, self.hips_up + 0.53
        self.canvas.line(self.at(0, base, lean * 0.5), self.at(0, base + 0.1, lean), lit(self.skin, 0.88), 0.11)
        centre = self.at(0, base + 0.205, lean)
        cover = self.top if self.look.scarf else self.hair
        cover = mixed(cover, self.skin, 0.05)
        size = self.size
        eye = self.canvas.view.place
        away = math.hypot(eye[0] - self.pose.x, eye[2] - self.pose.z)
        seen = (self.forward[0] * (eye[0] - self.pose.x) + self.forward[1] * (eye[2] - self.pose.z)) / max(away, 0.1)
        self.canvas.ball(self.at(0, base + 0.225, lean - 0.015), (0.105 * size, 0.135 * size), cover)
        if seen > -0.75:
            face = 0.088 * min(1.0, 0.62 + 0.38 * max(seen, -0.4))
            self.canvas.ball(self.at(0, base + 0.185, lean + 0.045), (face * size, 0.108 * size), self.skin)
            if not self.look.scarf:
                self.canvas.ball(self.at(0, base + 0.305, lean + 0.02), (0.09 * size, 0.05 * size), cover)
        if self.look.scarf:
            self.canvas.ball((centre[0], centre[1] - 0.14 * size, centre[2]), (0.10 * size, 0.06 * size), cover)

    def _arm(self, side: int, swing: float) -> None:
        pose = self.pose
        base = self.hips_up
        shoulder = self.at(0.215 * side, base + 0.45, pose.nod * 0.4)
        reach = pose.reach if side > 0 or pose.seated else pose.reach * 0.25
        elbow_up, elbow_on = base + 0.20 + 0.06 * reach, 0.10 * swing + 0.16 * reach
        hand_up, hand_on = base - 0.04 + 0.24 * reach, 0.24 * swing + 0.06 + 0.40 * reach
        if pose.seated:
            hand_up, hand_on = base + 0.24, 0.36 + 0.10 * pose.reach * side
        elbow = self.at(0.255 * side, elbow_up, elbow_on)
        hand = self.at((0.25 - 0.12 * reach) * side, hand_up, hand_on)
        sleeve = lit(self.top, 0.94 if side > 0 else 0.82)
        self.canvas.line(shoulder, elbow, sleeve, 0.115 * self.size)
        self.canvas.line(elbow, hand, sleeve, 0.095 * self.size)
        self.canvas.ball(hand, (0.048, 0.052), self.skin)
        if pose.paper and side > 0:
            across = 0.12 * self.right[0], 0.12 * self.right[1]
            sheet = [
                (hand[0] + a * across[0], hand[1] + up, hand[2] + a * across[1]) for a in (-1, 1) for up in (-0.02, 0.2)
            ]
            self.canvas.polygon(sheet, self.paper)
