"""A camera's pictures in other forms than it usually sends: drawn and encoded as they are sent."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from simulator import rtp
from simulator.clock import LiveScene, print_time
from simulator.description import CameraDescription, StreamFormat
from simulator.encoder import Encoder
from simulator.rtp import PacketisedPicture
from simulator.scene import Sensor


class AlteredPictures:
    """Pictures in each of `forms` in turn, from one key picture to the next. See `simulator.feed.Pictures`.

    Key pictures come when the form's time is up, whatever the stream's usual ones are; after a pause the next picture
    is not a key picture unless its time has come.
    """

    def __init__(
        self, camera: CameraDescription, forms: Sequence[StreamFormat], *, ssrc: int, worker: ThreadPoolExecutor
    ) -> None:
        self.ssrc = ssrc
        self._camera = camera
        self._forms = forms
        self._worker = worker
        self._encoders = [Encoder(form, live=True) for form in forms]
        # Both are slow to make, so the first picture's thread does it.
        self._scene: LiveScene | None = None
        self._sensors: list[Sensor] = []
        self._turn = -1
        self._last_key = 0
        self.parameters = self._encoders[0].parameters

    async def picture(self, number: int, *, key: bool, unix_time: float) -> PacketisedPicture:
        """Draw and encode one picture, beside the event loop."""
        return await asyncio.get_running_loop().run_in_executor(self._worker, self._take, number, unix_time)

    def packets_between(self, first: int, last: int) -> int | None:
        """Return 0 for no pictures, else None: what is not yet taken has no size."""
        return 0 if first == last else None

    def _take(self, number: int, unix_time: float) -> PacketisedPicture:
        if self._scene is None:
            self._scene = LiveScene(self._camera.room, self._camera.main.width, self._camera.main.height)
            self._sensors = [Sensor(form.width, form.height) for form in self._forms]
        key = self._turn < 0 or number - self._last_key >= self._forms[self._turn].gop_pictures
        if key:
            self._turn = (self._turn + 1) % len(self._forms)
            self._last_key = number
        form, encoder = self._forms[self._turn], self._encoders[self._turn]
        planes = self._scene.develop(self._sensors[self._turn], number, unix_time)
        if self._camera.clock:
            print_time(planes, form, unix_time)
        (picture,) = encoder.encode(planes, key=key)
        return rtp.packetise(picture, encoder.parameters, ssrc=self.ssrc)
