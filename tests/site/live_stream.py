"""A station's live stream for the browser: segments cut beforehand, published as time passes, outages on demand."""

from __future__ import annotations

import re
import subprocess
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from machine import binaries

SEGMENT_SECONDS = 4
RUN_SECONDS = 240
WINDOW = 20
CODECS = "avc1.42c00b"


@dataclass(frozen=True, kw_only=True)
class Clips:
    """Two runs of one camera, as files named `<run>/init.mp4` and `<run>/<n>.m4s`."""

    folder: Path
    still: bytes
    count: int
    """Segments in each run."""


H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-profile:v", "baseline", "-level", "1.1")
H265 = ("-c:v", "libx265", "-preset", "ultrafast", "-tag:v", "hvc1", "-x265-params", "log-level=error")


def make_clips(
    folder: Path, *, sound: bool = False, sizes: tuple[str, str] = ("160x90", "160x90"), coding: tuple[str, ...] = H264
) -> Clips:
    """Encode two visibly different runs of these sizes into `folder`, or one with a tone; takes about two seconds."""
    tone = ("-f", "lavfi", "-i", "sine=frequency=440", "-c:a", "aac", "-b:a", "32k") if sound else ()
    for run, picture in enumerate(("testsrc2",) if sound else ("testsrc2", "mandelbrot")):
        (folder / str(run)).mkdir()
        _ffmpeg(
            *("-f", "lavfi", "-i", f"{picture}=size={sizes[run]}:rate=5", *tone, "-t", str(RUN_SECONDS)),
            *coding,
            *("-pix_fmt", "yuv420p", "-g", str(5 * SEGMENT_SECONDS), "-sc_threshold", "0"),
            *("-f", "hls", "-hls_time", str(SEGMENT_SECONDS), "-hls_segment_type", "fmp4", "-hls_list_size", "0"),
            *("-hls_fmp4_init_filename", "init.mp4", "-hls_segment_filename", str(folder / str(run) / "%d.m4s")),
            str(folder / str(run) / "run.m3u8"),
        )
    _ffmpeg("-f", "lavfi", "-i", "testsrc2=size=640x360", "-frames:v", "1", "-f", "image2", str(folder / "still.jpg"))
    return Clips(folder=folder, still=(folder / "still.jpg").read_bytes(), count=RUN_SECONDS // SEGMENT_SECONDS)


def _ffmpeg(*arguments: str) -> None:
    subprocess.run([str(binaries.ffmpeg()), "-v", "error", "-y", *arguments], check=True, timeout=180)


@dataclass
class LiveStream:
    """What the packager would have published by now; `break_off` and `go_on` are its crash and its restart."""

    clips: Clips
    main_clips: Clips | None = None
    """What the main rendition shows, where it is coded otherwise."""
    missing: bool = False
    """Whether every object answers as if it were not there."""
    main_codecs: str = CODECS
    """What the master playlist says of the main rendition."""
    sub_codecs: str = CODECS
    closed: bool = False
    """Whether the station was closed: its playlists end."""
    window: int = WINDOW
    """How many segments a playlist lists at most."""
    started: float = field(default_factory=lambda: time.time() - 60)
    """When the first segment began; some are there from the first moment."""
    broken_off: float | None = None
    gone_on: float | None = None

    def break_off(self) -> None:
        """Publish nothing from now on."""
        self.broken_off = time.time()

    def go_on(self) -> None:
        """Publish the second run from now on, after a DISCONTINUITY; the sequence continues."""
        self.gone_on = time.time()

    def segments(self) -> list[tuple[int, int, float]]:
        """Return (run, index in it, its moment) of all segments complete by now; after its last a run begins anew."""
        now = time.time()
        end = min(now, self.broken_off or now)
        first = int((end - self.started) / SEGMENT_SECONDS)
        count = self.clips.count
        listed = [(0, index % count, self.started + index * SEGMENT_SECONDS) for index in range(first)]
        if self.gone_on is not None:
            second = int((now - self.gone_on) / SEGMENT_SECONDS)
            listed += [(1, index % count, self.gone_on + index * SEGMENT_SECONDS) for index in range(second)]
        return listed

    def read(self, name: str) -> bytes | None:
        """Return the object `name` below `live/<id>/`, or None if there is none now."""
        if self.missing:
            return None
        if name == "still.jpg":
            return self.clips.still
        if name == "master.m3u8":
            renditions = (
                ("sub", 100_000, "160x90", self.sub_codecs),
                ("main", 400_000, "640x360", self.main_codecs),
            )
            lines = [
                f'#EXT-X-STREAM-INF:BANDWIDTH={bandwidth},CODECS="{codecs}",RESOLUTION={size},FRAME-RATE=5.000\n{name}/live.m3u8'
                for name, bandwidth, size, codecs in renditions
            ]
            return "\n".join(("#EXTM3U", "#EXT-X-VERSION:7", *lines, "")).encode()
        if re.fullmatch(r"(main|sub)/live\.m3u8", name):
            return self._playlist().encode()
        match = re.fullmatch(r"(main|sub)/([01]/(?:init\.mp4|\d+\.m4s))", name)
        clips = self.main_clips if match and match[1] == "main" and self.main_clips else self.clips
        path = clips.folder / match[2] if match else None
        return path.read_bytes() if path and path.exists() else None

    def _playlist(self) -> str:
        segments = self.segments()
        first = max(0, len(segments) - self.window)
        lines = ["#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-TARGETDURATION:6", f"#EXT-X-MEDIA-SEQUENCE:{first}"]
        begun = [number for number, (_run, index, _moment) in enumerate(segments) if index == 0]
        lines.append(f"#EXT-X-DISCONTINUITY-SEQUENCE:{sum(0 < number <= first for number in begun)}")
        for number, (run, index, moment) in enumerate(segments[first:], first):
            if number in begun and number > first:
                lines.append("#EXT-X-DISCONTINUITY")
            if number in begun or number == first:
                lines.append(f'#EXT-X-MAP:URI="{run}/init.mp4"')
            when = datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
            lines += [f"#EXT-X-PROGRAM-DATE-TIME:{when}", f"#EXTINF:{SEGMENT_SECONDS:.3f},", f"{run}/{index}.m4s"]
        if self.closed:
            lines.append("#EXT-X-ENDLIST")
        return "\n".join([*lines, ""])
