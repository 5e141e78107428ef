"""What a still costs: decoding the first picture of a segment and writing it as JPEG, as the packager does.

The segments are four seconds of a moving test picture with noise, 2 Mbit/s H.264, in one fragment. CPU is that of this
process, all its threads.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.table import Table

from bench.progress import Steps
from bench.rig import folder_in_memory
from machine import binaries, process
from upload import stills
from upload.station import STILL_SECONDS

SIZES = ("640x360", "1280x720")
COUNT = 100
_WARM_UP = 3


@dataclass(frozen=True, kw_only=True)
class StillResult:
    """One picture size."""

    size: str
    stills: int
    bytes: int
    """Of one JPEG."""
    cpu_seconds: float
    """Of all stills."""

    @property
    def cpu_milliseconds(self) -> float:
        """CPU time a still."""
        return 1000 * self.cpu_seconds / self.stills

    @property
    def share(self) -> float:
        """Share of one processor that a camera's stills take."""
        return self.cpu_seconds / self.stills / STILL_SECONDS


async def measure_stills(*, steps: Steps, sizes: Sequence[str] = SIZES, count: int = COUNT) -> list[StillResult]:
    """Take `count` stills of each size; raises `PollcastError`."""
    results = []
    with folder_in_memory() as folder:
        for size in sizes:
            steps.say(f"{size}, the segment")
            segment = await _segment(folder / f"{size}.mp4", size)
            steps.say(size)
            results.append(await asyncio.to_thread(_take, size, segment, count))
            steps.advance()
    return results


async def _segment(file: Path, size: str) -> bytes:
    """Return an initialisation segment with a media segment behind it."""
    argv = [
        str(binaries.ffmpeg()),
        *("-nostdin", "-hide_banner", "-nostats", "-loglevel", "warning"),
        *("-f", "lavfi", "-i", f"testsrc2=size={size}:rate=15,noise=alls=8:allf=t", "-t", "4"),
        *("-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p", "-g", "30", "-b:v", "2M"),
        *("-f", "mp4", "-movflags", "+empty_moov+default_base_moof", "-frag_duration", "60000000", str(file)),
    ]
    await process.run(argv, name="ffmpeg")
    return await asyncio.to_thread(file.read_bytes)


def _take(size: str, segment: bytes, count: int) -> StillResult:
    for _ in range(_WARM_UP):
        picture = stills.first_picture(segment, b"")
    began = time.process_time()
    for _ in range(count):
        picture = stills.first_picture(segment, b"")
    return StillResult(size=size, stills=count, bytes=len(picture), cpu_seconds=time.process_time() - began)


def still_table(results: Sequence[StillResult]) -> Table:
    """Return one row a picture size."""
    table = Table(
        title=f"A still from a segment, one every {STILL_SECONDS:.0f} s a camera", title_justify="left", min_width=70
    )
    for heading in ("size", "stills", "kB", "CPU ms a still", "CPU % a camera"):
        table.add_column(heading, justify="right")
    for result in results:
        table.add_row(
            result.size,
            str(result.stills),
            f"{result.bytes / 1000:.0f}",
            f"{result.cpu_milliseconds:.2f}",
            f"{100 * result.share:.4f}",
        )
    return table
