"""A camera and its streams, as they are at present: what connections are given by."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

from election.ids import Rendition
from simulator import sdp
from simulator.altered_pictures import AlteredPictures
from simulator.clock import ClockPictures
from simulator.conduct import Conduct, Honest, StreamChange
from simulator.connection import Connection
from simulator.description import CameraDescription
from simulator.dialogue import StreamFacts
from simulator.feed import Feed, Pictures
from simulator.sound import Sound, tone


class Camera:
    """A camera and what becomes of it."""

    def __init__(self, description: CameraDescription) -> None:
        self.description = description
        self.conduct: Conduct = Honest()
        self.starts = 0
        """How often it was switched on again: a restarted camera counts its packets from a new number."""


class CameraStream:
    """One stream of a camera, as connections see it."""

    def __init__(self, camera: Camera, rendition: Rendition, pictures: Pictures, feeds: Feeds) -> None:
        self.camera = camera
        self._form = camera.description.format_of(rendition)
        self._name = f"{camera.description.name} {rendition}"
        self._pictures = pictures
        self._feeds = feeds
        self._own: tuple[int, Feed] | None = None
        """A feed that is this stream's alone, since something was changed in it, and the camera's starts by then."""
        self._origin = secrets.randbits(32)
        self.facts = self._facts(pictures)

    @property
    def conduct(self) -> Conduct:
        """How the camera behaves at present."""
        return self.camera.conduct

    @property
    def sound(self) -> Sound | None:
        """What the camera's microphone hears."""
        audio = self.camera.description.audio
        return None if audio is None else tone(audio)

    @property
    def feed(self) -> Feed:
        """Where the media comes from at present."""
        if self._own is not None and self._own[0] == self.camera.starts:
            return self._own[1]
        form = self._form
        return self._feeds.of(self._pictures, fps=form.fps, gop=form.gop_pictures, starts=self.camera.starts)

    def change(self, change: StreamChange | None, viewers: Iterable[Connection]) -> None:
        """Let the stream differ from the usual one from now on, None for not; `viewers` are those who watch it."""
        if self._own is not None and self._own[0] != self.camera.starts:
            self._own = None
        if self._own is None:
            if change is None:
                return
            self._own = (self.camera.starts, self._feeds.split_off(self.feed, self._pictures, viewers))
        change = change or StreamChange()
        pictures, forms = self._pictures, change.forms(self._form)
        if forms:
            ssrc, worker = pictures.ssrc, self._feeds.worker
            pictures = AlteredPictures(self.camera.description, forms, ssrc=ssrc, worker=worker)
        self.facts = self._facts(pictures)
        self._own[1].alter(pictures, change.retimed)

    def _facts(self, pictures: Pictures) -> StreamFacts:
        form = self._form
        description = sdp.describe(
            pictures.parameters,
            name=self._name,
            fps=form.fps,
            kbit=form.kbit,
            origin=self._origin,
            sound=self.sound,
        )
        return StreamFacts(description=description, ssrc=pictures.ssrc, has_sound=self.sound is not None)


class Feeds:
    """The feeds of a server, one for all cameras that send the same."""

    def __init__(self, worker: ThreadPoolExecutor) -> None:
        self.worker = worker
        self._feeds: dict[tuple[int, int], Feed] = {}
        self._split_off: list[Feed] = []

    def of(self, pictures: Pictures, *, fps: int, gop: int, starts: int) -> Feed:
        """Return the feed of these pictures in their so-many-th life."""
        key = (id(pictures), starts)
        if key not in self._feeds:
            self._feeds[key] = Feed(pictures, fps=fps, gop_pictures=gop, cname="pollcast-camera")
        return self._feeds[key]

    def split_off(self, feed: Feed, pictures: Pictures, viewers: Iterable[Connection]) -> Feed:
        """Return a feed of one camera alone that goes on as `feed` does, and let the camera's viewers follow it."""
        if isinstance(pictures, ClockPictures):
            return feed  # of which every camera has its own, with an encoder that cannot serve two
        watching = tuple(viewers)
        own = feed.split_off(watching)
        self._split_off.append(own)
        for viewer in watching:
            viewer.follow(own)
        return own

    async def close(self) -> None:
        """End all."""
        await asyncio.gather(*(feed.close() for feed in (*self._feeds.values(), *self._split_off)))
