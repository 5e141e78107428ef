"""Fragmented MP4 read just far enough to publish it: codecs, times and completeness (ISO/IEC 14496-12, -15)."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction

_SYNC_EXCLUDED = 0x00010000
"""sample_is_non_sync_sample in a sample's flags (14496-12 8.8.3.1)."""
LONGEST_SECONDS = 10 * 365 * 86_400
"""A stream's clock cannot run for longer than ten years: such a time is damage."""


class MediaError(ValueError):
    """Bytes that are not a complete initialisation or media segment."""


@dataclass(frozen=True, kw_only=True)
class VideoTrack:
    """The video track of an initialisation segment."""

    track_id: int
    timescale: int
    """Ticks a second."""
    codecs: str
    """RFC 6381, such as `avc1.64001f`."""
    width: int
    """Pixels."""
    height: int
    default_duration: int
    """Ticks of a sample that names none (`trex`)."""
    default_flags: int


@dataclass(frozen=True, kw_only=True)
class MediaTimes:
    """What one media segment holds of the video track."""

    start: timedelta
    """Decode time of the first sample on the stream's own clock."""
    duration: timedelta
    """Sum of the samples' durations."""
    frames: int
    starts_with_key_frame: bool


def read_init(body: bytes) -> VideoTrack:
    """Return the first video track of an initialisation segment; raise `MediaError` if there is none we know."""
    moov = _only(body, b"moov")
    defaults: dict[int, tuple[int, int]] = {}
    for trex in _find(moov, b"mvex", b"trex"):
        track_id, _, duration, _, flags = _unpack(">4xIIIII", trex)
        defaults[track_id] = (duration, flags)
    for trak in _find(moov, b"trak"):
        if _only(trak, b"mdia", b"hdlr")[8:12] != b"vide":
            continue
        header = _only(trak, b"tkhd")
        (track_id,) = _unpack(">I", header[12:] if header[0] == 0 else header[20:])
        media_header = _only(trak, b"mdia", b"mdhd")
        (timescale,) = _unpack(">I", media_header[12:] if media_header[0] == 0 else media_header[20:])
        if timescale == 0:
            raise MediaError("a video track with a timescale of 0")
        codecs, width, height = _sample_entry(_only(trak, b"mdia", b"minf", b"stbl", b"stsd"))
        duration, flags = defaults.get(track_id, (0, 0))
        return VideoTrack(
            track_id=track_id,
            timescale=timescale,
            codecs=codecs,
            width=width,
            height=height,
            default_duration=duration,
            default_flags=flags,
        )
    raise MediaError("no video track")


def read_segment(body: bytes, track: VideoTrack) -> MediaTimes:
    """Return the times of a media segment; raise `MediaError` if it is cut short or holds no frame of `track`."""
    start: int | None = None
    ticks = frames = 0
    key_frame = False
    media_seen = False
    for kind, content in _boxes(body):
        if kind == b"mdat":
            media_seen = True
        if kind != b"moof":
            continue
        for traf in _find(content, b"traf"):
            fragment = _track_fragment(traf, track)
            if fragment is None:
                continue
            if start is None:
                start, key_frame = fragment.start, fragment.key_frame
            ticks += fragment.ticks
            frames += fragment.frames
    if start is None or frames == 0 or not media_seen:
        raise MediaError("no frame of the video track")
    return MediaTimes(
        start=_seconds(start, track.timescale),
        duration=_seconds(ticks, track.timescale),
        frames=frames,
        starts_with_key_frame=key_frame,
    )


@dataclass(frozen=True)
class _Fragment:
    start: int
    ticks: int
    frames: int
    key_frame: bool


def _track_fragment(traf: bytes, track: VideoTrack) -> _Fragment | None:
    """Read `tfhd`, `tfdt` and `trun` (14496-12 8.8.7, 8.8.12, 8.8.8); None for another track's fragment."""
    tfhd = _only(traf, b"tfhd")
    flags, track_id = _unpack(">II", tfhd)
    if track_id != track.track_id:
        return None
    flags &= 0xFFFFFF
    position = 8 + (8 if flags & 0x01 else 0) + (4 if flags & 0x02 else 0)
    duration, sample_flags = track.default_duration, track.default_flags
    if flags & 0x08:
        (duration,) = _unpack(">I", tfhd[position:])
        position += 4
    position += 4 if flags & 0x10 else 0
    if flags & 0x20:
        (sample_flags,) = _unpack(">I", tfhd[position:])
    tfdt = _only(traf, b"tfdt")
    (start,) = _unpack(">Q" if tfdt[:1] == b"\x01" else ">I", tfdt[4:])
    ticks = frames = 0
    first_flags: int | None = None
    for trun in _find(traf, b"trun"):
        run_ticks, run_frames, run_flags = _run(trun, duration, sample_flags)
        ticks, frames = ticks + run_ticks, frames + run_frames
        first_flags = run_flags if first_flags is None else first_flags
    return _Fragment(start, ticks, frames, not (first_flags or 0) & _SYNC_EXCLUDED)


def _run(trun: bytes, default_duration: int, default_flags: int) -> tuple[int, int, int]:
    """Return (ticks, samples, flags of the first sample) of one `trun`."""
    flags, count = _unpack(">II", trun)
    flags &= 0xFFFFFF
    position = 8 + (4 if flags & 0x01 else 0)
    first_flags = default_flags
    if flags & 0x04:
        (first_flags,) = _unpack(">I", trun[position:])
        position += 4
    stride = sum(4 for bit in (0x100, 0x200, 0x400, 0x800) if flags & bit)
    if len(trun) < position + stride * count:
        raise MediaError("a trun box shorter than its samples")
    if flags & 0x400 and not flags & 0x04 and count:
        before = sum(4 for bit in (0x100, 0x200) if flags & bit)
        (first_flags,) = _unpack(">I", trun[position + before :])
    if not flags & 0x100:
        return default_duration * count, count, first_flags
    words = struct.unpack_from(f">{stride // 4 * count}I", trun, position)
    return sum(words[:: stride // 4]), count, first_flags


def _sample_entry(stsd: bytes) -> tuple[str, int, int]:
    """Return (codecs, width, height) of the first sample entry (14496-12 8.5.2, 14496-15 5.4.2)."""
    for kind, entry in _boxes(stsd[8:]):
        width, height = _unpack(">HH", entry[24:])
        if kind in (b"avc1", b"avc3"):
            avcc = _only(entry[78:], b"avcC")
            if len(avcc) < 4:
                raise MediaError("an avcC box cut short")
            return f"{kind.decode()}.{avcc[1]:02x}{avcc[2]:02x}{avcc[3]:02x}", width, height
        raise MediaError(f"video in {kind.decode('latin-1')!r}: only H.264 can be published")
    raise MediaError("a track without a sample entry")


def _seconds(ticks: int, timescale: int) -> timedelta:
    if ticks > timescale * LONGEST_SECONDS:
        raise MediaError(f"a time of {ticks / timescale:.0f} s")
    return timedelta(microseconds=round(Fraction(ticks * 1_000_000, timescale)))


def _boxes(body: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield (type, content) of each box; raise `MediaError` where a box runs past the end (14496-12 4.2)."""
    position = 0
    while position < len(body):
        if position + 8 > len(body):
            raise MediaError("a box header cut short")
        size, kind = struct.unpack_from(">I4s", body, position)
        head = 8
        if size == 1:
            if position + 16 > len(body):
                raise MediaError("a box header cut short")
            (size,) = struct.unpack_from(">Q", body, position + 8)
            head = 16
        elif size == 0:
            size = len(body) - position
        if size < head or position + size > len(body):
            raise MediaError(f"the box {kind.decode('latin-1')!r} is cut short")
        yield kind, body[position + head : position + size]
        position += size


def _find(body: bytes, *path: bytes) -> Iterator[bytes]:
    for kind, content in _boxes(body):
        if kind == path[0]:
            if len(path) == 1:
                yield content
            else:
                yield from _find(content, *path[1:])


def _only(body: bytes, *path: bytes) -> bytes:
    for content in _find(body, *path):
        if not content:
            break
        return content
    raise MediaError(f"no {b'/'.join(path).decode()} box")


def _unpack(layout: str, body: bytes) -> tuple[int, ...]:
    try:
        return struct.unpack_from(layout, body)
    except struct.error:
        raise MediaError("a box shorter than its fields") from None
