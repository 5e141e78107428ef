"""Fragmented MP4 read just far enough to publish it: codecs, times and completeness (ISO/IEC 14496-12, -15)."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from datetime import timedelta
from fractions import Fraction

from upload.boxes import MediaError as MediaError
from upload.boxes import boxes, boxes_at, find, only, unpack
from upload.coding import CodingError, read_avcc, read_hvcc, sound_codecs
from upload.parameter_sets import Codec, sets_before_picture

_SYNC_EXCLUDED = 0x00010000
"""sample_is_non_sync_sample in a sample's flags (14496-12 8.8.3.1)."""
_MOST_SAMPLES = 100_000
"""Samples of one segment; more is damage. A few bytes can name any number of them that take no space."""
CODECS = {b"avc1": Codec.H264, b"avc3": Codec.H264, b"hvc1": Codec.H265, b"hev1": Codec.H265}
"""The sample entries that can be published."""
CONFIGURATIONS = {Codec.H264: b"avcC", Codec.H265: b"hvcC"}
ENTRY_FIELDS = 78
"""Bytes of a visual sample entry in front of its boxes (14496-12 12.1.3.2)."""
_SOUND_ENTRY_FIELDS = 28
"""The same of an audio sample entry (14496-12 12.2.3.2)."""
LONGEST_SECONDS = 10 * 365 * 86_400
"""A stream's clock cannot run for longer than ten years: such a time is damage."""


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
    default_size: int = 0
    """Bytes of a sample that names none."""
    codec: Codec = Codec.H264
    nal_length: int = 4
    """Bytes of the length in front of each NAL unit of a sample."""
    parameter_sets: frozenset[bytes] = frozenset()
    """What the initialisation segment says of the coding."""
    sound: str = ""
    """RFC 6381's name for the sound beside it, such as `mp4a.40.2`; empty where there is none."""

    @property
    def all_codecs(self) -> str:
        """What a player must know of both."""
        return f"{self.codecs},{self.sound}" if self.sound else self.codecs


@dataclass(frozen=True, kw_only=True)
class MediaTimes:
    """What one media segment holds of the video track."""

    start: timedelta
    """Decode time of the first sample on the stream's own clock."""
    duration: timedelta
    """Sum of the samples' durations."""
    frames: int
    starts_with_key_frame: bool
    gop: timedelta = timedelta()
    """The longest time from one key frame to the next, or to the end."""
    longest_frame: timedelta = timedelta()
    """The longest time for which one picture stands."""
    squeezed: int = 0
    """How many samples in a row have the shortest of all durations, one tick: a recorder's program gives them to
    pictures whose timestamps do not rise."""
    leading_sets: frozenset[bytes] = frozenset()
    """The parameter sets in front of the first picture."""
    parameter_sets: frozenset[bytes] = frozenset()
    """The parameter sets in front of all key pictures."""


def read_init(body: bytes) -> VideoTrack:
    """Return the first video track of an initialisation segment; raise `MediaError` if there is none we know."""
    moov = only(body, b"moov")
    defaults: dict[int, tuple[int, int, int]] = {}
    for trex in find(moov, b"mvex", b"trex"):
        track_id, _, duration, size, flags = unpack(">4xIIIII", trex)
        defaults[track_id] = (duration, size, flags)
    for trak in find(moov, b"trak"):
        if only(trak, b"mdia", b"hdlr")[8:12] != b"vide":
            continue
        header = only(trak, b"tkhd")
        (track_id,) = unpack(">I", header[12:] if header[0] == 0 else header[20:])
        media_header = only(trak, b"mdia", b"mdhd")
        (timescale,) = unpack(">I", media_header[12:] if media_header[0] == 0 else media_header[20:])
        if timescale == 0:
            raise MediaError("a video track with a timescale of 0")
        name, configuration, width, height = _sample_entry(only(trak, b"mdia", b"minf", b"stbl", b"stsd"))
        try:
            coding = read_avcc(configuration) if CODECS[name] is Codec.H264 else read_hvcc(configuration)
        except CodingError as error:
            raise MediaError(str(error)) from None
        duration, size, flags = defaults.get(track_id, (0, 0, 0))
        return VideoTrack(
            track_id=track_id,
            timescale=timescale,
            codecs=coding.codecs if name != b"avc3" else coding.codecs.replace("avc1", "avc3", 1),
            width=width,
            height=height,
            default_duration=duration,
            default_flags=flags,
            default_size=size,
            codec=coding.codec,
            nal_length=coding.nal_length,
            parameter_sets=coding.parameter_sets,
            sound=_sound(moov),
        )
    raise MediaError("no video track")


def _sound(moov: bytes) -> str:
    """Return what the first sound track is called; nothing where there is none."""
    for trak in find(moov, b"trak"):
        if only(trak, b"mdia", b"hdlr")[8:12] != b"soun":
            continue
        for kind, entry in boxes(only(trak, b"mdia", b"minf", b"stbl", b"stsd")[8:]):
            if kind != b"mp4a":
                raise MediaError(f"sound in {kind.decode('latin-1')!r}: only AAC can be published")
            try:
                return sound_codecs(only(entry[_SOUND_ENTRY_FIELDS:], b"esds"))
            except CodingError as error:
                raise MediaError(str(error)) from None
        raise MediaError("a sound track without a sample entry")
    return ""


def read_segment(body: bytes, track: VideoTrack) -> MediaTimes:
    """Return the times of a media segment; raise `MediaError` if it is cut short or holds no frame of `track`."""
    start: int | None = None
    samples: list[_Sample] = []
    taken = 0
    media_seen = False
    for kind, position, end in boxes_at(body):
        if kind == b"mdat":
            media_seen = True
        if kind != b"moof":
            continue
        for traf in find(body[position + 8 : end], b"traf"):
            fragment = _track_fragment(traf, track, position)
            if fragment is None:
                continue
            if start is None:
                start = fragment.start
            samples += fragment.samples
            taken += sum(sample.size for sample in fragment.samples)
            if taken > len(body):
                raise MediaError("samples larger than the segment")
            _require_possible(len(samples))
    if start is None or not samples or not media_seen:
        raise MediaError("no frame of the video track")
    leading, sets = _sets(body, samples, track)
    gop, longest, squeezed = _rhythm(samples)
    return MediaTimes(
        start=_seconds(start, track.timescale),
        duration=_seconds(sum(sample.ticks for sample in samples), track.timescale),
        frames=len(samples),
        starts_with_key_frame=samples[0].is_key,
        gop=_seconds(gop, track.timescale),
        longest_frame=_seconds(longest, track.timescale),
        squeezed=squeezed,
        leading_sets=leading,
        parameter_sets=sets,
    )


@dataclass(frozen=True, slots=True)
class _Sample:
    ticks: int
    size: int
    offset: int
    """Where it begins in the segment."""
    is_key: bool


@dataclass(frozen=True)
class _Fragment:
    start: int
    samples: list[_Sample] = field(default_factory=list)


def _sets(body: bytes, samples: list[_Sample], track: VideoTrack) -> tuple[frozenset[bytes], frozenset[bytes]]:
    """Return the parameter sets in front of the first picture, and those in front of all key pictures."""
    view = memoryview(body)
    each = [
        sets_before_picture(view[sample.offset : sample.offset + sample.size], track.codec, track.nal_length)
        for sample in samples
        if sample.is_key
    ]
    return (each[0] if each else frozenset()), frozenset().union(*each)


def _rhythm(samples: list[_Sample]) -> tuple[int, int, int]:
    """Return the longest time between key frames and of one frame, in ticks, and how many in a row have one tick."""
    gop = since_key = longest = squeezed = row = 0
    for sample in samples:
        since_key = sample.ticks + (0 if sample.is_key else since_key)
        gop, longest = max(gop, since_key), max(longest, sample.ticks)
        row = row + 1 if sample.ticks <= 1 else 0
        squeezed = max(squeezed, row)
    return gop, longest, squeezed


def _track_fragment(traf: bytes, track: VideoTrack, moof: int) -> _Fragment | None:
    """Read `tfhd`, `tfdt` and `trun` (14496-12 8.8.7, 8.8.12, 8.8.8); None for another track's fragment.

    Sample data is found from the `moof` box on, as in segments, or from where `tfhd` says.
    """
    tfhd = only(traf, b"tfhd")
    flags, track_id = unpack(">II", tfhd)
    if track_id != track.track_id:
        return None
    flags &= 0xFFFFFF
    position, base = 8, moof
    if flags & 0x01:
        (base,) = unpack(">Q", tfhd[position:])
        position += 8
    position += 4 if flags & 0x02 else 0
    given = [track.default_duration, track.default_size, track.default_flags]
    for index, bit in enumerate((0x08, 0x10, 0x20)):
        if flags & bit:
            (given[index],) = unpack(">I", tfhd[position:])
            position += 4
    tfdt = only(traf, b"tfdt")
    (start,) = unpack(">Q" if tfdt[:1] == b"\x01" else ">I", tfdt[4:])
    fragment = _Fragment(start)
    for trun in find(traf, b"trun"):
        fragment.samples.extend(_run(trun, (given[0], given[1], given[2]), base))
        _require_possible(len(fragment.samples))
    return fragment


def _require_possible(samples: int) -> None:
    if samples > _MOST_SAMPLES:
        raise MediaError(f"more than {_MOST_SAMPLES} samples")


def _run(trun: bytes, given: tuple[int, int, int], base: int) -> list[_Sample]:
    """Return the samples of one `trun`; `given` are the duration, size and flags of a sample that names none."""
    flags, count = unpack(">II", trun)
    flags &= 0xFFFFFF
    position, offset = 8, base
    if flags & 0x01:
        (distance,) = unpack(">i", trun[position:])
        offset, position = base + distance, position + 4
    first_flags = None
    if flags & 0x04:
        (first_flags,) = unpack(">I", trun[position:])
        position += 4
    bits = [bit for bit in (0x100, 0x200, 0x400, 0x800) if flags & bit]
    if len(trun) < position + 4 * len(bits) * count or (not bits and count > _MOST_SAMPLES):
        raise MediaError("a trun box shorter than its samples")
    words = struct.unpack_from(f">{len(bits) * count}I", trun, position)
    columns = [
        words[bits.index(bit) :: len(bits)] if flags & bit else (default,) * count
        for bit, default in zip((0x100, 0x200, 0x400), given, strict=True)
    ]
    samples: list[_Sample] = []
    for ticks, size, sample_flags in zip(*columns, strict=True):
        own = first_flags if first_flags is not None and not samples else sample_flags
        samples.append(_Sample(ticks, size, max(0, offset), not own & _SYNC_EXCLUDED))
        offset += size
    return samples


def _sample_entry(stsd: bytes) -> tuple[bytes, bytes, int, int]:
    """Return (name, decoder configuration, width, height) of its first sample entry (14496-12 8.5.2)."""
    for kind, entry in boxes(stsd[8:]):
        width, height = unpack(">HH", entry[24:])
        if kind not in CODECS:
            raise MediaError(f"video in {kind.decode('latin-1')!r}: only H.264 and H.265 can be published")
        return kind, only(entry[ENTRY_FIELDS:], CONFIGURATIONS[CODECS[kind]]), width, height
    raise MediaError("a track without a sample entry")


def _seconds(ticks: int, timescale: int) -> timedelta:
    if ticks > timescale * LONGEST_SECONDS:
        raise MediaError(f"a time of {ticks / timescale:.0f} s")
    return timedelta(microseconds=round(Fraction(ticks * 1_000_000, timescale)))
