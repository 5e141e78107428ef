"""Recordings as a killed packager leaves them in its spool, cut by the real ffmpeg."""

from __future__ import annotations

import asyncio
from pathlib import Path

from election.ids import Rendition, StationId
from machine import binaries, process
from upload.spool import INIT_NAME, SEGMENT_PATTERN, Run

_CODECS = {
    "h264": ("-c:v", "libx264", "-preset", "ultrafast", "-tune", "zerolatency", "-x264-params", "repeat-headers=1"),
    "hevc": ("-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=none:repeat-headers=1"),
    "mpeg4": ("-c:v", "mpeg4"),
}


def left_over_run(
    media: Path,
    station: StationId,
    rendition: Rendition,
    *,
    seconds: int = 3,
    gop: int = 1,
    codec: str = "h264",
    size: str = "160x90",
) -> Run:
    """Record `seconds` of a test picture with a key frame each `gop` seconds into a folder of the spool's media."""
    folder = media / station / rendition / "00000000001000"
    folder.mkdir(parents=True)
    argv = [
        *(str(binaries.ffmpeg()), "-nostdin", "-v", "error"),
        *("-f", "lavfi", "-i", f"testsrc2=size={size}:rate=10:duration={seconds}"),
        *(*_CODECS[codec], "-g", str(10 * gop), "-keyint_min", str(10 * gop), "-pix_fmt", "yuv420p"),
        *("-f", "hls", "-hls_time", str(gop), "-hls_segment_type", "fmp4", "-hls_list_size", "1"),
        *("-hls_fmp4_init_filename", INIT_NAME, "-hls_segment_filename", str(folder / SEGMENT_PATTERN)),
        str(folder / "index.m3u8"),
    ]
    asyncio.run(process.run(argv, name="ffmpeg", timeout=30))
    return Run(station=station, rendition=rendition, folder=folder)
