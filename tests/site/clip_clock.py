"""What a kept file says of the time of day: of each fragment, read from its boxes; as chapters, by another program."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from struct import unpack_from

import av

NTP_BEGINS = datetime(1900, 1, 1, tzinfo=UTC)
CAPTURED = 24
"""Of the flags in ISO/IEC 14496-12 8.16.5: the time is that of what the pictures show."""


@dataclass(frozen=True, kw_only=True)
class FragmentTime:
    """A producer reference time (14496-12 8.16.5)."""

    position: Fraction
    """In the film, seconds."""
    moment: datetime


def fragment_times(file: Path) -> list[FragmentTime]:
    """Return the time of each movie fragment of a film of pictures only; each must have one in front of it."""
    body = file.read_bytes()
    with av.open(str(file)) as container:
        (stream,) = container.streams.video
        assert stream.time_base is not None
        number, tick = stream.id, stream.time_base
    found: list[FragmentTime] = []
    at, before = 0, b""
    while at < len(body):
        size, kind = unpack_from(">I4s", body, at)
        if kind == b"prft":
            head, track, seconds, fraction, media_time = unpack_from(">IIIIQ", body, at + 8)
            assert (head, track, size) == (1 << 24 | CAPTURED, number, 32)
            moment = NTP_BEGINS + timedelta(seconds=seconds, microseconds=round(fraction * 10**6 / 2**32))
            found.append(FragmentTime(position=media_time * tick, moment=moment))
        assert kind != b"moof" or before == b"prft"
        at, before = at + size, kind
    return found


def chapters(file: Path) -> list[tuple[float, datetime]]:
    """Return the chapters: position in the film, in seconds, and the moment that is its title."""
    with av.open(str(file)) as container:
        return [
            (
                float(chapter["start"] * (chapter["time_base"] or Fraction(1))),
                datetime.fromisoformat(chapter["metadata"]["title"]),
            )
            for chapter in container.chapters()
        ]
