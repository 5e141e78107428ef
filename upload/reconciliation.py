"""What is published and the journal does not know, read back so that sequences never go back."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Sequence
from dataclasses import dataclass

from election import keys
from election.ids import Rendition, StationId
from election.playlist import MediaPlaylist, PlaylistError, parse_media
from upload.publication import Entry
from upload.store import ObjectMissing, ObjectStore

_SEGMENT_NAME = re.compile(r"[\d-]{10}/\d{8,}-(\d+)-(?:[0-9a-f]{8}|gap)\.m4s")


_NUMBER = re.compile(r"(\d{8,})-\d+-")


@dataclass(frozen=True, kw_only=True)
class Published:
    """What a live playlist in the store says."""

    entries: Sequence[Entry]
    generation: int
    """The highest that its segments name, 0 where they name none."""
    target_duration: int
    """Seconds."""


async def read_published(store: ObjectStore, station: StationId, rendition: Rendition) -> Published | None:
    """Return what is published of a rendition, None where nothing is.

    After a wiped disk the journal knows nothing of it, after a power cut not the last few segments. Raises
    `RemoteError` when the store does not answer and `PlaylistError` when what it holds is no playlist of ours.
    """
    key = keys.live(station, rendition)
    try:
        playlist = parse_media((await store.get(key)).decode(errors="replace"))
    except ObjectMissing:
        return None
    names = [_SEGMENT_NAME.fullmatch(segment.uri) for segment in playlist.segments]
    return Published(
        entries=entries_of(playlist, key.removesuffix("live.m3u8")),
        generation=max((int(name[1]) for name in names if name), default=0),
        target_duration=playlist.target_duration,
    )


def entries_of(playlist: MediaPlaylist, folder: str) -> list[Entry]:
    """Return a published playlist's segments as entries; `folder` is the key prefix its addresses are relative to.

    Raises `PlaylistError` where a segment's name has another number than its place.
    """
    entries = []
    discontinuities = playlist.discontinuity_sequence
    for number, segment in enumerate(playlist.segments, start=playlist.media_sequence):
        discontinuities += int(segment.discontinuity)
        named = _NUMBER.match(segment.uri.rpartition("/")[2])
        if named is not None and int(named[1]) != number:
            raise PlaylistError(0, f"segment {segment.uri} stands at the place of number {number}")
        entries.append(
            Entry(
                number=number,
                key=posixpath.normpath(folder + segment.uri),
                init_key=posixpath.normpath(folder + segment.map_uri),
                duration=segment.duration,
                program_date_time=segment.program_date_time,
                discontinuity=segment.discontinuity,
                discontinuities=discontinuities,
                gap=segment.gap,
            )
        )
    return entries
