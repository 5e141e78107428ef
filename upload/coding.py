"""The decoder configuration of an initialisation segment: `avcC` and `hvcC` (ISO/IEC 14496-15 5.3.3, 8.3.3). Pure.

Of sound no more than what it is called: `esds` (ISO/IEC 14496-14 6.7.2, 14496-1 7.2.6).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from upload.parameter_sets import Codec, PictureFormat, is_sequence_set, kind_of, picture_format

_STREAM, _DECODER, _DECODER_SPECIFIC = 3, 4, 5
"""Tags of descriptors (14496-1 7.2.2.1)."""
_MPEG_4_AUDIO = 0x40
_PROFILE_SPACES = ("", "A", "B", "C")
_WITH_FORMAT = {100, 110, 122, 144}
"""H.264 profiles whose `avcC` ends with the picture format."""


class CodingError(ValueError):
    """A configuration that cannot be read."""


@dataclass(frozen=True, kw_only=True)
class Coding:
    """How a video track is coded."""

    codec: Codec
    codecs: str
    """RFC 6381, such as `avc1.64001f` or `hvc1.1.6.L93.B0`."""
    nal_length: int
    """Bytes of the length in front of each NAL unit of a sample."""
    parameter_sets: frozenset[bytes]


def read_avcc(body: bytes) -> Coding:
    """Read an `avcC` box."""
    if len(body) < 6:
        raise CodingError("an avcC box cut short")
    sets, position = [], 5
    for mask in (0x1F, 0xFF):
        count, position = _byte(body, position) & mask, position + 1
        for _ in range(count):
            nal, position = _sized(body, position)
            sets.append(nal)
    return Coding(
        codec=Codec.H264,
        codecs=f"avc1.{body[1]:02x}{body[2]:02x}{body[3]:02x}",
        nal_length=(body[4] & 3) + 1,
        parameter_sets=frozenset(sets),
    )


def read_hvcc(body: bytes) -> Coding:
    """Read an `hvcC` box."""
    if len(body) < 23:
        raise CodingError("an hvcC box cut short")
    sets, position = [], 23
    for _ in range(body[22]):
        kind, position = _byte(body, position) & 0x3F, position + 1
        count = _byte(body, position) << 8 | _byte(body, position + 1)
        position += 2
        for _ in range(count):
            nal, position = _sized(body, position)
            if kind in (32, 33, 34):
                sets.append(nal)
    return Coding(
        codec=Codec.H265, codecs=_hvc1(body[1:13]), nal_length=(body[21] & 3) + 1, parameter_sets=frozenset(sets)
    )


def _hvc1(general: bytes) -> str:
    """Return RFC 6381's name for a general profile, tier and level (14496-15 E.3).

    Profile space and profile; compatibility flags in reverse bit order, hexadecimal; tier and level; the constraint
    bytes in hexadecimal, without trailing zeros.
    """
    space, tier, profile = general[0] >> 6, general[0] >> 5 & 1, general[0] & 0x1F
    compatibility = int(f"{int.from_bytes(general[1:5], 'big'):032b}"[::-1], 2)
    constraints = general[5:11].rstrip(b"\x00")
    parts = [
        f"{_PROFILE_SPACES[space]}{profile}",
        f"{compatibility:X}",
        f"{'H' if tier else 'L'}{general[11]}",
        *(f"{byte:X}" for byte in constraints),
    ]
    return ".".join(["hvc1", *parts])


def sound_codecs(esds: bytes) -> str:
    """Return RFC 6381's name for what an `esds` box describes, such as `mp4a.40.2`."""
    kind, body = _descriptor(esds[4:])
    if kind != _STREAM or len(body) < 3:
        raise CodingError("an esds box without a stream")
    flags = body[2]
    skipped = 3 + (2 if flags & 0x80 else 0) + (1 + _byte(body, 3) if flags & 0x40 else 0) + (2 if flags & 0x20 else 0)
    kind, body = _descriptor(body[skipped:])
    if kind != _DECODER or len(body) < 13:
        raise CodingError("an esds box without a decoder")
    if body[0] != _MPEG_4_AUDIO:
        return f"mp4a.{body[0]:02x}"
    kind, body = _descriptor(body[13:])
    if kind != _DECODER_SPECIFIC:
        raise CodingError("an esds box without a configuration")
    object_type = _byte(body, 0) >> 3
    if object_type == 31:
        object_type = 32 + ((_byte(body, 0) & 7) << 3 | _byte(body, 1) >> 5)
    return f"mp4a.{_MPEG_4_AUDIO:02x}.{object_type}"


def _descriptor(body: bytes) -> tuple[int, bytes]:
    """Return the kind and the content of the first descriptor (14496-1 7.2.2.2, 8.3.3)."""
    size, position = 0, 1
    while True:
        byte, position = _byte(body, position), position + 1
        size = size << 7 | byte & 0x7F
        if not byte & 0x80 or position > 4:
            break
    if position + size > len(body):
        raise CodingError("a descriptor cut short")
    return body[0], body[position : position + size]


def describing(sets: Iterable[bytes], old: bytes, codec: Codec) -> tuple[bytes, PictureFormat]:
    """Return the configuration `old` with other parameter sets, and the pictures' format by them.

    `sets` hold a sequence parameter set that `picture_format` can read.
    """
    ordered = sorted(sets, key=lambda nal: (kind_of(nal, codec), nal))
    sequence = next(nal for nal in ordered if is_sequence_set(kind_of(nal, codec), codec))
    form = picture_format(sequence, codec)
    if codec is Codec.H264:
        return _avcc(ordered, old, form), form
    return _hvcc(ordered, old, form), form


def _avcc(ordered: list[bytes], old: bytes, form: PictureFormat) -> bytes:
    sequences = [nal for nal in ordered if kind_of(nal, Codec.H264) == 7]
    pictures = [nal for nal in ordered if kind_of(nal, Codec.H264) == 8]
    body = bytes([1, *form.profile, old[4], 0xE0 | len(sequences)])
    body += b"".join(map(_with_size, sequences)) + bytes([len(pictures)]) + b"".join(map(_with_size, pictures))
    if form.profile[0] in _WITH_FORMAT:
        body += bytes([0xFC | form.chroma_format, 0xF8 | form.luma_bits - 8, 0xF8 | form.chroma_bits - 8, 0])
    return body


def _hvcc(ordered: list[bytes], old: bytes, form: PictureFormat) -> bytes:
    head = bytearray(old[:23])
    head[1:13] = form.profile
    head[16] = 0xFC | form.chroma_format
    head[17], head[18] = 0xF8 | form.luma_bits - 8, 0xF8 | form.chroma_bits - 8
    kinds = sorted({kind_of(nal, Codec.H265) for nal in ordered})
    head[22] = len(kinds)
    for kind in kinds:
        sets = [nal for nal in ordered if kind_of(nal, Codec.H265) == kind]
        head += bytes([0x80 | kind]) + len(sets).to_bytes(2, "big") + b"".join(map(_with_size, sets))
    return bytes(head)


def _with_size(nal: bytes) -> bytes:
    return len(nal).to_bytes(2, "big") + nal


def _byte(body: bytes, position: int) -> int:
    if position >= len(body):
        raise CodingError("a decoder configuration cut short")
    return body[position]


def _sized(body: bytes, position: int) -> tuple[bytes, int]:
    size = _byte(body, position) << 8 | _byte(body, position + 1)
    end = position + 2 + size
    if size == 0 or end > len(body):
        raise CodingError("a decoder configuration cut short")
    nal = body[position + 2 : end].rstrip(b"\x00")
    if not nal:
        raise CodingError("a parameter set of zeros")
    return nal, end
