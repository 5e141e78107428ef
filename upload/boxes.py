"""Boxes of ISO base media files: found, and replaced (ISO/IEC 14496-12 4.2). Pure."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Sequence


class MediaError(ValueError):
    """Bytes that are not a complete initialisation or media segment."""


def boxes_at(body: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Yield each box's type, where it begins and where it ends; raise `MediaError` where one runs past the end."""
    for kind, position, _, end in _walk(body):
        yield kind, position, end


def boxes(body: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield (type, content) of each box; raise `MediaError` where a box runs past the end."""
    for kind, _, content, end in _walk(body):
        yield kind, body[content:end]


def _walk(body: bytes) -> Iterator[tuple[bytes, int, int, int]]:
    """Yield each box's type, its beginning, its content's beginning, its end."""
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
        yield kind, position, position + head, position + size
        position += size


def find(body: bytes, *path: bytes) -> Iterator[bytes]:
    """Yield the contents of all boxes at `path`."""
    for kind, content in boxes(body):
        if kind == path[0]:
            if len(path) == 1:
                yield content
            else:
                yield from find(content, *path[1:])


def only(body: bytes, *path: bytes) -> bytes:
    """Return the content of the first box at `path`; raise `MediaError` if there is none or it is empty."""
    for content in find(body, *path):
        if not content:
            break
        return content
    raise MediaError(f"no {b'/'.join(path).decode()} box")


def unpack(layout: str, body: bytes) -> tuple[int, ...]:
    """Return the numbers at the beginning of `body`; raise `MediaError` if it is too short."""
    try:
        return struct.unpack_from(layout, body)
    except struct.error:
        raise MediaError("a box shorter than its fields") from None


Change = Callable[[bytes, bytes], tuple[bytes, bytes]]
"""From a box's type and content to those it has instead."""


def changed(body: bytes, path: Sequence[tuple[Sequence[bytes], int]], change: Change) -> bytes:
    """Return `body` with every box at `path` changed, and the sizes of all around it set right.

    Each step of the path names the types it leads through, and how many bytes of their content stand before the boxes
    within.
    """
    (kinds, fields), *rest = path
    parts = []
    for kind, content in boxes(body):
        if kind in kinds:
            if rest:
                content = content[:fields] + changed(content[fields:], rest, change)
            else:
                kind, content = change(kind, content)
        parts += [(len(content) + 8).to_bytes(4, "big"), kind, content]
    return b"".join(parts)
