"""A camera whose picture shows the time of day: the scene, drawn and encoded as it is sent."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Lock

import cv2

from simulator import clock_strip, rtp
from simulator.description import StreamFormat
from simulator.drawing import Pixels
from simulator.encoder import Encoder
from simulator.rtp import PacketisedPicture
from simulator.scene import Scene, Sensor

_DRAWN_PER_SECOND = 8
"""Drawing costs most, so what moves is drawn less often than the time is printed."""


class LiveScene:
    """A scene as it is now, drawn once for both streams of a camera. May be used from several threads."""

    def __init__(self, room: int, width: int, height: int) -> None:
        self._scene = Scene(room, width, height)
        self._lock = Lock()
        self._step = -1
        self._drawn: Pixels | None = None

    def develop(self, sensor: Sensor, number: int, unix_time: float) -> Pixels:
        """Return the scene at a time as `Sensor.develop` does."""
        step = int(unix_time * _DRAWN_PER_SECOND)
        with self._lock:
            if self._drawn is None or step != self._step:
                self._step, self._drawn = step, self._scene.draw(step / _DRAWN_PER_SECOND)
            return sensor.develop(self._drawn, number)


class ClockPictures:
    """Pictures of a scene with the time at which each was taken, for people and, in a strip, for programs."""

    def __init__(self, scene: LiveScene, form: StreamFormat, *, ssrc: int, worker: ThreadPoolExecutor) -> None:
        self.ssrc = ssrc
        self._form = form
        self._scene = scene
        self._sensor = Sensor(form.width, form.height)
        self._encoder = Encoder(form, live=True)
        self._worker = worker
        self.parameters = self._encoder.parameters

    async def picture(self, number: int, *, key: bool, unix_time: float) -> PacketisedPicture:
        """Draw and encode one picture, beside the event loop."""
        return await asyncio.get_running_loop().run_in_executor(self._worker, self._take, number, key, unix_time)

    def packets_between(self, first: int, last: int) -> int | None:
        """Return 0 for no pictures, else None: what is not yet taken has no size."""
        return 0 if first == last else None

    def _take(self, number: int, key: bool, unix_time: float) -> PacketisedPicture:
        planes = self._scene.develop(self._sensor, number, unix_time)
        print_time(planes, self._form, unix_time)
        (picture,) = self._encoder.encode(planes, key=key)
        return rtp.packetise(picture, self.parameters, ssrc=self.ssrc)


def print_time(planes: Pixels, form: StreamFormat, unix_time: float) -> None:
    """Print a moment into an I420 picture: date and time in UTC above the strip."""
    milliseconds = int(unix_time * 1000)
    moment = datetime.fromtimestamp(milliseconds // 1000, tz=UTC)
    text = f"{moment:%Y-%m-%d %H:%M:%S}.{milliseconds % 1000:03d} UTC"
    luma = planes[: form.height]
    scale, thick = form.height / 400, max(1, form.height // 240)
    (width, up), down = cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, scale, thick)
    strip = clock_strip.strip_height(form.height)
    margin = form.height // 60
    left = max(0, (form.width - width) // 2)
    base = form.height - strip - margin - down
    top = base - up - margin
    right = left + width + margin
    left_edge = max(0, left - margin)
    luma[top : form.height - strip, left_edge:right] = 24
    cv2.putText(luma, text, (left, base), cv2.FONT_HERSHEY_SIMPLEX, scale, (235,), thick, cv2.LINE_AA)
    # What colour the scene has there would tint the time and the strip.
    chroma = planes[form.height :].reshape(2, form.height // 2, form.width // 2)
    chroma[:, top // 2 :, left_edge // 2 : right // 2] = 128
    chroma[:, (form.height - strip) // 2 :] = 128
    clock_strip.draw(luma, milliseconds)
