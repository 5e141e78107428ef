"""Clips encoded once and kept as files, named by what they hold. Any player opens them."""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from machine.files import write_atomically
from simulator import rooms
from simulator.clip import Clip
from simulator.description import StreamFormat
from simulator.encoder import CLIP_PRESET, Encoder
from simulator.h264 import Picture
from simulator.scene import PERIOD, Scene, Sensor

DEFAULT_SECONDS = PERIOD
_EDITION = f"1 {CLIP_PRESET} {rooms.EDITION}"
"""Changes whenever the same key would yield another clip."""

Progress = Callable[[int, int], None]
"""Called with the pictures drawn so far and in all, from any thread."""


@dataclass(frozen=True, kw_only=True)
class ClipKey:
    """What makes a clip the clip it is."""

    room: int
    form: StreamFormat
    seconds: float = DEFAULT_SECONDS
    """At least this long; rounded up to whole groups of pictures."""

    @property
    def pictures(self) -> int:
        """How many pictures it has: a multiple of the pictures between two key pictures."""
        gop = self.form.gop_pictures
        return max(1, -(-round(self.seconds * self.form.fps) // gop)) * gop

    @property
    def file_name(self) -> str:
        """The name of its file."""
        form = self.form
        holds = (_EDITION, self.room, form.width, form.height, form.fps, form.kbit, form.gop_pictures, self.pictures)
        digest = hashlib.sha256(repr(holds).encode()).hexdigest()[:16]
        return f"room-{self.room + 1}-{form.height}p-{digest}.h264"


def default_folder() -> Path:
    """Return where clips are kept unless told otherwise: `$XDG_CACHE_HOME/pollcast`, else `~/.cache/pollcast`."""
    named = Path(os.environ.get("XDG_CACHE_HOME", ""))
    return (named if named.is_absolute() else Path.home() / ".cache") / "pollcast"


async def load(keys: Iterable[ClipKey], folder: Path, progress: Progress | None = None) -> dict[ClipKey, Clip]:
    """Return the clips, read from `folder` where they are and else encoded on all processors and written there."""
    wanted = set(keys)
    clips = {key: clip for key in wanted if (clip := _read(folder / key.file_name, key)) is not None}
    groups: dict[tuple[int, int, int], list[ClipKey]] = {}
    for key in sorted(wanted - clips.keys(), key=repr):
        groups.setdefault((key.room, key.form.fps, key.pictures), []).append(key)
    total, done, stopped = sum(group[0].pictures for group in groups.values()), 0, False

    def drew() -> bool:
        nonlocal done
        done += 1
        if progress is not None:
            progress(done, total)
        return not stopped

    def make(group: Sequence[ClipKey]) -> dict[ClipKey, Clip]:
        made = _encode(group, drew)
        for key, clip in made.items():
            write_atomically(folder / key.file_name, clip.to_stream())
        return made

    if groups:
        loop = asyncio.get_running_loop()
        with ThreadPoolExecutor(max_workers=min(len(groups), os.cpu_count() or 1)) as pool:
            try:
                for made in await asyncio.gather(*(loop.run_in_executor(pool, make, g) for g in groups.values())):
                    clips |= made
            finally:
                stopped = True  # or else a pool that is left early would first finish its clips
                pool.shutdown(cancel_futures=True)
    return clips


def _read(file: Path, key: ClipKey) -> Clip | None:
    """Return the clip in a file, None if it is missing or not whole, so that it is encoded anew."""
    try:
        clip = Clip.from_stream(file.read_bytes())
    except (OSError, ValueError):
        file.unlink(missing_ok=True)
        return None
    return clip if len(clip.pictures) == key.pictures else None


def _encode(group: Sequence[ClipKey], drew: Callable[[], bool]) -> dict[ClipKey, Clip]:
    """Encode clips that show the same pictures in different sizes: each picture is drawn once, in the largest.

    `drew` is called after each picture and says whether to go on; if not, nothing is returned.
    """
    largest = max((key.form for key in group), key=lambda form: form.width * form.height)
    scene = Scene(group[0].room, largest.width, largest.height)
    encoders = {key: Encoder(key.form, live=False) for key in group}
    sensors = {key: Sensor(key.form.width, key.form.height) for key in group}
    pictures: dict[ClipKey, list[Picture]] = {key: [] for key in group}
    for number in range(group[0].pictures):
        drawn = scene.draw(number / largest.fps)
        for key, encoder in encoders.items():
            planes = sensors[key].develop(drawn, number)
            pictures[key] += encoder.encode(planes, key=number % key.form.gop_pictures == 0)
        if not drew():
            return {}
    for key, encoder in encoders.items():
        pictures[key] += encoder.finish()
    return {
        key: Clip(parameters=encoder.parameters, pictures=tuple(pictures[key])) for key, encoder in encoders.items()
    }
