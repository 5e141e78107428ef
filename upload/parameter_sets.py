"""Parameter sets of H.264 and H.265: found in samples, and read just far enough for size and format. Pure.

What a decoder must know before the first picture stands in the initialisation segment, and most cameras repeat it
before each key picture. Where the two differ, the initialisation segment does not describe the stream.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

_EXTENDED_PROFILES = {44, 83, 86, 100, 110, 118, 122, 128, 134, 135, 138, 139, 244}
"""H.264 profiles whose sequence parameter sets name a chroma format (7.3.2.1.1)."""
_PROFILES = _EXTENDED_PROFILES | {66, 77, 88}
_LARGEST = 16_384
"""Pixels of a side; more is noise."""
_LONGEST_SET = 1024
"""Bytes; longer ones are noise."""


class Codec(StrEnum):
    """The video codecs that can be published."""

    H264 = "h264"
    H265 = "h265"


class DamagedSet(ValueError):
    """Bytes that are no sequence parameter set."""


@dataclass(frozen=True, kw_only=True)
class PictureFormat:
    """What a sequence parameter set says of the pictures."""

    width: int
    """Pixels shown, after cropping."""
    height: int
    chroma_format: int
    """`chroma_format_idc`: 1 is 4:2:0."""
    luma_bits: int
    chroma_bits: int
    profile: bytes
    """H.264: profile, constraints, level. H.265: the twelve bytes of the general profile, tier and level."""


class Bits:
    """Bits of a raw byte sequence payload, read in order; `DamagedSet` past its end."""

    def __init__(self, payload: bytes) -> None:
        self._value = int.from_bytes(payload, "big")
        self._left = len(payload) * 8

    def take(self, count: int) -> int:
        """Return the next `count` bits as a number."""
        if count > self._left:
            raise DamagedSet("a parameter set cut short")
        self._left -= count
        return self._value >> self._left & ((1 << count) - 1)

    def number(self) -> int:
        """Return an unsigned Exp-Golomb number (H.264 9.1)."""
        zeros = 0
        while not self.take(1):
            zeros += 1
            if zeros > 31:
                raise DamagedSet("a number that does not end")
        return (1 << zeros) - 1 + self.take(zeros)

    def signed(self) -> int:
        """Return a signed Exp-Golomb number (H.264 9.1.1)."""
        number = self.number()
        return (number + 1) // 2 if number % 2 else -(number // 2)


def kind_of(nal: bytes | memoryview, codec: Codec) -> int:
    """Return a NAL unit's type."""
    return nal[0] & 0x1F if codec is Codec.H264 else nal[0] >> 1 & 0x3F


def is_set(kind: int, codec: Codec) -> bool:
    """Return whether a NAL unit's type is that of a parameter set."""
    return kind in (7, 8) if codec is Codec.H264 else kind in (32, 33, 34)


def is_sequence_set(kind: int, codec: Codec) -> bool:
    """Return whether a NAL unit's type is that of a sequence parameter set."""
    return kind == (7 if codec is Codec.H264 else 33)


def sets_before_picture(sample: memoryview, codec: Codec, nal_length: int) -> frozenset[bytes]:
    """Return the parameter sets in front of a key picture's first slice, none if they are incomplete or damaged.

    A damaged stream holds bytes that look like a set now and then. So sets count only together, in front of a key
    picture, and if what they say of the pictures can be true.
    """
    found: list[bytes] = []
    position, end = 0, len(sample)
    while position + nal_length < end:
        size = int.from_bytes(sample[position : position + nal_length], "big")
        position += nal_length
        if size == 0 or position + size > end:
            break
        kind = kind_of(sample[position : position + 1], codec)
        is_slice = 1 <= kind <= 5 if codec is Codec.H264 else kind <= 31
        if is_slice:
            is_key = kind == 5 if codec is Codec.H264 else 16 <= kind <= 23
            return frozenset(found) if is_key and _are_whole(found, codec) else frozenset()
        if is_set(kind, codec) and size <= _LONGEST_SET:
            found.append(bytes(sample[position : position + size]).rstrip(b"\x00"))
        position += size
    return frozenset()


def _are_whole(found: list[bytes], codec: Codec) -> bool:
    if {kind_of(nal, codec) for nal in found} != ({7, 8} if codec is Codec.H264 else {32, 33, 34}):
        return False
    try:
        for nal in found:
            if is_sequence_set(kind_of(nal, codec), codec):
                picture_format(nal, codec)
    except DamagedSet:
        return False
    return True


def picture_format(nal: bytes, codec: Codec) -> PictureFormat:
    """Read a sequence parameter set; raise `DamagedSet` if what it says cannot be true."""
    head = 1 if codec is Codec.H264 else 2
    payload = nal[head:].replace(b"\x00\x00\x03", b"\x00\x00")
    read = _read_h264 if codec is Codec.H264 else _read_h265
    found = read(payload)
    if not (16 <= found.width <= _LARGEST and 16 <= found.height <= _LARGEST):
        raise DamagedSet(f"a picture of {found.width}x{found.height}")
    if found.chroma_format > 3 or found.luma_bits > 16 or found.chroma_bits > 16:
        raise DamagedSet("an unknown picture format")
    return found


def _read_h264(payload: bytes) -> PictureFormat:
    """Rec. ITU-T H.264 7.3.2.1.1."""
    bits = Bits(payload)
    profile = bits.take(8)
    bits.take(16)
    if profile not in _PROFILES:
        raise DamagedSet(f"the profile {profile}")
    bits.number()
    chroma, luma_bits, chroma_bits = 1, 8, 8
    if profile in _EXTENDED_PROFILES:
        chroma = bits.number()
        if chroma == 3:
            bits.take(1)
        luma_bits, chroma_bits = bits.number() + 8, bits.number() + 8
        bits.take(1)
        if bits.take(1):
            for index in range(12 if chroma == 3 else 8):
                if bits.take(1):
                    _skip_scaling_list(bits, 16 if index < 6 else 64)
    bits.number()
    order = bits.number()
    if order == 0:
        bits.number()
    elif order == 1:
        bits.take(1)
        bits.signed()
        bits.signed()
        for _ in range(min(bits.number(), 255)):
            bits.signed()
    bits.number()
    bits.take(1)
    width, height = (bits.number() + 1) * 16, (bits.number() + 1) * 16
    fields = 1 if bits.take(1) else 2
    height *= fields
    if fields == 2:
        bits.take(1)
    bits.take(1)
    if bits.take(1):
        across, down = (2 if chroma in (1, 2) else 1), (2 if chroma == 1 else 1) * fields
        width -= (bits.number() + bits.number()) * across
        height -= (bits.number() + bits.number()) * down
    return PictureFormat(
        width=width,
        height=height,
        chroma_format=chroma,
        luma_bits=luma_bits,
        chroma_bits=chroma_bits,
        profile=payload[:3],
    )


def _skip_scaling_list(bits: Bits, size: int) -> None:
    """Rec. ITU-T H.264 7.3.2.1.1.1."""
    last, following = 8, 8
    for _ in range(size):
        if following:
            following = (last + bits.signed()) % 256
        last = following or last


def _read_h265(payload: bytes) -> PictureFormat:
    """Rec. ITU-T H.265 7.3.2.2.1, 7.3.3."""
    bits = Bits(payload)
    bits.take(4)
    layers = bits.take(3)
    bits.take(1 + 96)
    present = [(bits.take(1), bits.take(1)) for _ in range(layers)]
    if layers:
        bits.take(2 * (8 - layers))
    for has_profile, has_level in present:
        bits.take(88 * has_profile + 8 * has_level)
    bits.number()
    chroma = bits.number()
    if chroma == 3:
        bits.take(1)
    width, height = bits.number(), bits.number()
    if bits.take(1):
        across, down = (2 if chroma in (1, 2) else 1), (2 if chroma == 1 else 1)
        width -= (bits.number() + bits.number()) * across
        height -= (bits.number() + bits.number()) * down
    return PictureFormat(
        width=width,
        height=height,
        chroma_format=chroma,
        luma_bits=bits.number() + 8,
        chroma_bits=bits.number() + 8,
        profile=payload[1:13],
    )
