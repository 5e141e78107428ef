"""A file with a small head and large parts, which are looked at where they lie. It is taken only if it is whole.

A line that names the layout, a checksum of all that follows, the length of the head, the head, the parts.
"""

from __future__ import annotations

import itertools
import mmap
import pickle
import struct
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

_LAYOUT = b"pollcast state 6\n"
"""Begins every file; one that was laid out otherwise begins otherwise."""
_CHECKSUM_BYTES = 4
"""The file is ours, and was written whole; only a disk that lost part of it could make another one of it."""
_LENGTH = struct.Struct("<Q")
_AT_ONCE: int = getattr(mmap, "MAP_POPULATE", 0)
"""Where the system can map all pages of a file in one step."""


def write(file: Path, head: object, parts: Sequence[bytes | memoryview]) -> None:
    """Write `head`, which is pickled, and `parts` in the place of what was there."""
    packed = pickle.dumps((head, [len(part) for part in parts]))
    body = (_LENGTH.pack(len(packed)), packed, *parts)
    file.unlink(missing_ok=True)  # never in place: somebody may be looking at it
    with file.open("wb") as stream:
        stream.write(_LAYOUT + _checksum(*body))
        stream.writelines(body)


def read(file: Path) -> tuple[Any, list[memoryview]] | None:
    """Return what `write` wrote; None where that is not there, not whole, or of another layout."""
    raw = memoryview(_mapped(file))
    body = raw[len(_LAYOUT) + _CHECKSUM_BYTES :]
    if raw[: len(_LAYOUT) + _CHECKSUM_BYTES] != _LAYOUT + _checksum(body):
        return None
    (length,) = _LENGTH.unpack_from(body)
    begin = _LENGTH.size + length
    head, lengths = pickle.loads(body[_LENGTH.size : begin])  # noqa: S301 - the builder's own file, as `write` left it
    ends = itertools.accumulate(lengths, initial=begin)
    return head, [body[start:end] for start, end in itertools.pairwise(ends)]


def _mapped(file: Path) -> mmap.mmap | bytes:
    try:
        with file.open("rb") as source:
            return mmap.mmap(source.fileno(), 0, prot=mmap.PROT_READ, flags=mmap.MAP_PRIVATE | _AT_ONCE)
    except (OSError, ValueError):  # it is gone, or empty
        return b""


def _checksum(*parts: bytes | memoryview) -> bytes:
    found = 0
    for part in parts:
        found = zlib.crc32(part, found)
    # Not of nothing but zeros, which a disk may give.
    return (found ^ 0xFFFFFFFF).to_bytes(_CHECKSUM_BYTES)
