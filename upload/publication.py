"""Which segments a rendition's live playlist names: a pure state machine, events in, commands out.

It keeps the rules of publishing. Nothing names what is not there: a segment enters the playlist once it and all before
it are acknowledged by the store, or passed over and marked as gaps. What is listed stays as it was listed: number,
address, duration and discontinuity are fixed when the segment arrives. The newest wins: one playlist write is under way
at a time, and what changes meanwhile is written by the next one.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from election.playlist import MediaPlaylist, PlaylistType, Segment, rounded_seconds

SHORTEST_WINDOW = 3
"""Target durations below which a live playlist never shrinks (RFC 8216 6.2.2)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """A segment whose place in the sequence is fixed."""

    number: int
    """Media sequence number."""
    key: str
    """Object key of the segment."""
    init_key: str
    """Object key of the initialisation segment that applies."""
    duration: timedelta
    program_date_time: datetime
    discontinuity: bool
    discontinuities: int
    """Discontinuities up to and including this segment, since the very first."""
    gap: bool = False
    size: int = 0
    """Bytes."""

    @property
    def end(self) -> datetime:
        """Wall-clock time at which the segment's last frame ends."""
        return self.program_date_time + self.duration


@dataclass(frozen=True, kw_only=True)
class WritePlaylist:
    """Command: write this playlist now; answer with `written` or `write_failed`."""

    playlist: MediaPlaylist
    newest: Entry | None
    """The newest segment with pictures; None where the whole window is a gap."""


class Publication:
    """The live playlist of one rendition. Feed it events; carry out the command a call returns, if any."""

    def __init__(self, *, folder: str, target_duration: int, window: timedelta, listed: Iterable[Entry] = ()) -> None:
        """Begin with what an earlier packager had listed; `folder` is the key prefix addresses are relative to."""
        self._folder = folder
        self._target_duration = target_duration
        self._window = window
        self._listed: deque[Entry] = deque(listed)
        self._length = sum((entry.duration for entry in self._listed), timedelta())
        self._waiting: deque[Entry] = deque()
        self._acknowledged: set[int] = set()
        self._writing = False
        self._changed = bool(self._listed)
        self._ended = False
        self._shorten()

    def resume(self) -> WritePlaylist | None:
        """Begin: what an earlier packager had listed is written once more, for it may have died before writing."""
        return self._next_write()

    def fix_target_duration(self, seconds: int) -> None:
        """Set the target duration once the cameras have shown what it must be, before there is anything to list."""
        if self._listed or self._waiting:
            raise ValueError("the target duration is fixed")
        self._target_duration = seconds

    @property
    def listed(self) -> tuple[Entry, ...]:
        """The window, oldest first: what the next playlist names."""
        return tuple(self._listed)

    @property
    def waiting(self) -> int:
        """Segments that have arrived and are not listed yet."""
        return len(self._waiting)

    def arrived(self, entry: Entry) -> WritePlaylist | None:
        """A segment has its number; it waits for the store's acknowledgement, unless it is a gap.

        Numbers arrive in order.
        """
        last = self._waiting[-1] if self._waiting else self._listed[-1] if self._listed else None
        if last is not None and entry.number != last.number + 1:
            raise ValueError(f"segment {entry.number} after {last.number}")
        if rounded_seconds(entry.duration) > self._target_duration and not entry.gap:
            raise ValueError(f"segment {entry.number} is longer than the target duration")
        self._waiting.append(entry)
        return self._advance()

    def uploaded(self, number: int) -> WritePlaylist | None:
        """The store has acknowledged segment `number` and its initialisation segment.

        What was passed over before stays a gap here.
        """
        if self._waiting and number >= self._waiting[0].number:
            self._acknowledged.add(number)
        return self._advance()

    def passed_over(self, numbers: Container[int]) -> WritePlaylist | None:
        """List these as gaps instead of waiting for them; their initialisation segment is in the store."""
        self._waiting = deque(replace(entry, gap=True) if entry.number in numbers else entry for entry in self._waiting)
        return self._advance()

    def end(self) -> WritePlaylist | None:
        """Nothing comes any more: the playlist is written with EXT-X-ENDLIST. All that arrived must be listed."""
        if self._waiting:
            raise ValueError(f"{len(self._waiting)} segments are on their way")
        self._changed |= not self._ended
        self._ended = True
        return self._next_write()

    def reopen(self) -> WritePlaylist | None:
        """Something comes again, after all."""
        self._changed |= self._ended
        self._ended = False
        return self._next_write()

    def _advance(self) -> WritePlaylist | None:
        while self._waiting and (self._waiting[0].gap or self._waiting[0].number in self._acknowledged):
            entry = self._waiting.popleft()
            self._acknowledged.discard(entry.number)
            self._listed.append(entry)
            self._length += entry.duration
            self._changed = True
        self._shorten()
        return self._next_write()

    def written(self) -> WritePlaylist | None:
        """The playlist write under way has been acknowledged."""
        self._writing = False
        return self._next_write()

    def write_failed(self) -> WritePlaylist:
        """The playlist write under way has failed: write again, by now perhaps a newer one."""
        self._writing = False
        self._changed = True
        command = self._next_write()
        if command is None:
            raise ValueError("no playlist write was under way")
        return command

    def _next_write(self) -> WritePlaylist | None:
        if self._writing or not self._changed or not self._listed:
            return None
        self._writing, self._changed = True, False
        newest = next((entry for entry in reversed(self._listed) if not entry.gap), None)
        return WritePlaylist(playlist=self._playlist(), newest=newest)

    def _shorten(self) -> None:
        """Remove from the front what no longer fits, never going below three target durations."""
        shortest = timedelta(seconds=SHORTEST_WINDOW * self._target_duration)
        limit = max(self._window, shortest)
        while self._listed and self._length - self._listed[0].duration >= limit:
            self._length -= self._listed.popleft().duration

    def _playlist(self) -> MediaPlaylist:
        return playlist_of(self._listed, folder=self._folder, target_duration=self._target_duration, ended=self._ended)


def playlist_of(
    entries: Sequence[Entry],
    *,
    folder: str,
    target_duration: int,
    playlist_type: PlaylistType | None = None,
    ended: bool = False,
) -> MediaPlaylist:
    """Return the playlist of some entries, in order; its addresses are relative to `folder`, a key prefix.

    What does not lie below `folder` lies one folder above.
    """
    first = entries[0]
    parent = folder[: folder.rstrip("/").rindex("/") + 1]

    def relative(key: str) -> str:
        return key.removeprefix(folder) if key.startswith(folder) else f"../{key.removeprefix(parent)}"

    return MediaPlaylist(
        target_duration=target_duration,
        media_sequence=first.number,
        discontinuity_sequence=first.discontinuities - int(first.discontinuity),
        playlist_type=playlist_type,
        ended=ended,
        segments=tuple(
            Segment(
                uri=relative(entry.key),
                duration=entry.duration,
                map_uri=relative(entry.init_key),
                program_date_time=entry.program_date_time,
                discontinuity=entry.discontinuity,
                gap=entry.gap,
            )
            for entry in entries
        ),
    )
