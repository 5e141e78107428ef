"""HLS playlists: the model, one rule per tag with its section of RFC 8216, reading and writing.

Only what Pollcast writes is modelled. Unknown tags are skipped (RFC 8216 6.3.1); known tags that are malformed are
errors, never defaults.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum

MEDIA_VERSION = 8
"""EXT-X-VERSION written: 7 for fMP4 as RFC 8216 7 asks of EXT-X-MAP, 8 for EXT-X-GAP (RFC 8216bis 8)."""
MASTER_VERSION = 7


class PlaylistError(ValueError):
    """A playlist that breaks a rule; names the line."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(f"line {line}: {message}")
        self.line = line


class PlaylistType(StrEnum):
    """EXT-X-PLAYLIST-TYPE (RFC 8216 4.3.3.5)."""

    EVENT = "EVENT"
    VOD = "VOD"


@dataclass(frozen=True, kw_only=True)
class Segment:
    """One media segment of a media playlist."""

    uri: str
    duration: timedelta
    map_uri: str
    """Address of the initialisation segment that applies (RFC 8216 4.3.2.5)."""
    program_date_time: datetime
    """Aware wall-clock time of the first sample (RFC 8216 4.3.2.6)."""
    discontinuity: bool = False
    """Whether encoding or timestamps change before this segment (RFC 8216 4.3.2.3)."""
    gap: bool = False
    """Whether the media is missing and must not be loaded (RFC 8216bis 4.4.4.7)."""


@dataclass(frozen=True, kw_only=True)
class MediaPlaylist:
    """A media playlist."""

    target_duration: int
    """Seconds; no segment's rounded duration exceeds it (RFC 8216 4.3.3.1)."""
    media_sequence: int
    """Sequence number of the first segment (RFC 8216 4.3.3.2)."""
    discontinuity_sequence: int = 0
    """Discontinuities removed from the front so far (RFC 8216 4.3.3.3)."""
    segments: tuple[Segment, ...] = ()
    playlist_type: PlaylistType | None = None
    ended: bool = False
    """EXT-X-ENDLIST (RFC 8216 4.3.3.4)."""


@dataclass(frozen=True, kw_only=True)
class Variant:
    """One rendition of a multivariant playlist (RFC 8216 4.3.4.2)."""

    uri: str
    bandwidth: int
    """Peak segment bit rate, bit/s."""
    average_bandwidth: int
    """Mean bit rate, bit/s."""
    codecs: str
    """RFC 6381, such as `avc1.64001f`."""
    width: int
    height: int
    frame_rate: float
    """Frames a second, written with three decimals."""


@dataclass(frozen=True, kw_only=True)
class MasterPlaylist:
    """A multivariant playlist; players start with the first variant."""

    variants: tuple[Variant, ...]


def format_media(playlist: MediaPlaylist) -> str:
    """Return the text of a media playlist; raise `ValueError` if a segment is longer than the target duration."""
    lines = [
        "#EXTM3U",
        f"#EXT-X-VERSION:{MEDIA_VERSION}",
        f"#EXT-X-TARGETDURATION:{playlist.target_duration}",
        f"#EXT-X-MEDIA-SEQUENCE:{playlist.media_sequence}",
    ]
    if playlist.discontinuity_sequence:
        lines.append(f"#EXT-X-DISCONTINUITY-SEQUENCE:{playlist.discontinuity_sequence}")
    if playlist.playlist_type is not None:
        lines.append(f"#EXT-X-PLAYLIST-TYPE:{playlist.playlist_type}")
    lines.append("#EXT-X-INDEPENDENT-SEGMENTS")
    map_uri = None
    for segment in playlist.segments:
        if rounded_seconds(segment.duration) > playlist.target_duration:
            raise ValueError(f"{segment.uri} is longer than the target duration {playlist.target_duration} s")
        if segment.discontinuity:
            lines.append("#EXT-X-DISCONTINUITY")
        # Some players forget the map at a discontinuity, although it still applies (RFC 8216 4.3.2.5).
        if segment.map_uri != map_uri or segment.discontinuity:
            lines.append(f'#EXT-X-MAP:URI="{segment.map_uri}"')
            map_uri = segment.map_uri
        if segment.gap:
            lines.append("#EXT-X-GAP")
        lines += [
            f"#EXT-X-PROGRAM-DATE-TIME:{_format_time(segment.program_date_time)}",
            f"#EXTINF:{segment.duration.total_seconds():.6f},",
            segment.uri,
        ]
    if playlist.ended:
        lines.append("#EXT-X-ENDLIST")
    return "\n".join(lines) + "\n"


def format_master(playlist: MasterPlaylist) -> str:
    """Return the text of a multivariant playlist."""
    lines = ["#EXTM3U", f"#EXT-X-VERSION:{MASTER_VERSION}", "#EXT-X-INDEPENDENT-SEGMENTS"]
    for variant in playlist.variants:
        lines += [
            f"#EXT-X-STREAM-INF:BANDWIDTH={variant.bandwidth},AVERAGE-BANDWIDTH={variant.average_bandwidth},"
            f'CODECS="{variant.codecs}",RESOLUTION={variant.width}x{variant.height},'
            f"FRAME-RATE={variant.frame_rate:.3f}",
            variant.uri,
        ]
    return "\n".join(lines) + "\n"


def rounded_seconds(duration: timedelta) -> int:
    """Return the duration rounded to the nearest second, as EXT-X-TARGETDURATION compares it."""
    return int(duration.total_seconds() + 0.5)


def parse_media(text: str) -> MediaPlaylist:
    """Read a media playlist; raise `PlaylistError` at the first broken rule."""
    state = _MediaState()
    for number, line in _lines(text):
        state.line = number
        if not line.startswith("#"):
            state.end_segment(line)
            continue
        name, _, value = line.partition(":")
        if rule := _MEDIA_TAGS.get(name):
            rule(state, value)
    if state.playlist.target_duration == 0:
        raise PlaylistError(state.line, "EXT-X-TARGETDURATION is missing")
    if state.duration is not None:
        raise PlaylistError(state.line, "the last EXTINF names no segment")
    return replace(state.playlist, segments=tuple(state.segments))


def parse_master(text: str) -> MasterPlaylist:
    """Read a multivariant playlist; raise `PlaylistError` at the first broken rule."""
    variants: list[Variant] = []
    pending: Mapping[str, str] | None = None
    number = 0
    for number, line in _lines(text):
        if line.startswith("#EXT-X-STREAM-INF:"):
            pending = _attributes(number, line.partition(":")[2])
        elif not line.startswith("#"):
            if pending is None:
                raise PlaylistError(number, "a variant's address without EXT-X-STREAM-INF")
            variants.append(_variant(number, line, pending))
            pending = None
    if pending is not None:
        raise PlaylistError(number, "the last EXT-X-STREAM-INF names no playlist")
    return MasterPlaylist(variants=tuple(variants))


@dataclass
class _MediaState:
    """What has been read so far, and what waits for the next segment's address."""

    playlist: MediaPlaylist = field(default_factory=lambda: MediaPlaylist(target_duration=0, media_sequence=0))
    segments: list[Segment] = field(default_factory=list)
    line: int = 0
    duration: timedelta | None = None
    time: datetime | None = None
    map_uri: str | None = None
    discontinuity: bool = False
    gap: bool = False

    def end_segment(self, uri: str) -> None:
        if self.duration is None:
            raise PlaylistError(self.line, "a segment without EXTINF")
        if self.map_uri is None:
            raise PlaylistError(self.line, "a segment before any EXT-X-MAP")
        if self.time is None:
            if not self.segments:
                raise PlaylistError(self.line, "the first segment has no EXT-X-PROGRAM-DATE-TIME")
            previous = self.segments[-1]
            self.time = previous.program_date_time + previous.duration
        try:
            for moment in (self.time, self.time + self.duration):
                moment.astimezone(UTC)
        except OverflowError:
            raise PlaylistError(self.line, "a time beyond the years that can be written") from None
        self.segments.append(
            Segment(
                uri=uri,
                duration=self.duration,
                map_uri=self.map_uri,
                program_date_time=self.time,
                discontinuity=self.discontinuity,
                gap=self.gap,
            )
        )
        self.duration, self.time, self.discontinuity, self.gap = None, None, False, False


def _version(state: _MediaState, value: str) -> None:
    """RFC 8216 4.3.1.2."""
    _integer(state.line, value)


def _target_duration(state: _MediaState, value: str) -> None:
    """RFC 8216 4.3.3.1."""
    seconds = _integer(state.line, value)
    if seconds == 0:
        raise PlaylistError(state.line, "a target duration of 0")
    state.playlist = replace(state.playlist, target_duration=seconds)


def _media_sequence(state: _MediaState, value: str) -> None:
    """RFC 8216 4.3.3.2: before the first segment."""
    if state.segments:
        raise PlaylistError(state.line, "EXT-X-MEDIA-SEQUENCE after a segment")
    state.playlist = replace(state.playlist, media_sequence=_integer(state.line, value))


def _discontinuity_sequence(state: _MediaState, value: str) -> None:
    """RFC 8216 4.3.3.3: before the first segment and any EXT-X-DISCONTINUITY."""
    if state.segments or state.discontinuity:
        raise PlaylistError(state.line, "EXT-X-DISCONTINUITY-SEQUENCE after a segment or a discontinuity")
    state.playlist = replace(state.playlist, discontinuity_sequence=_integer(state.line, value))


def _playlist_type(state: _MediaState, value: str) -> None:
    """RFC 8216 4.3.3.5."""
    if value not in set(PlaylistType):
        raise PlaylistError(state.line, f"{value!r} is not a playlist type")
    state.playlist = replace(state.playlist, playlist_type=PlaylistType(value))


def _end_list(state: _MediaState, _value: str) -> None:
    """RFC 8216 4.3.3.4."""
    state.playlist = replace(state.playlist, ended=True)


def _extinf(state: _MediaState, value: str) -> None:
    """RFC 8216 4.3.2.1."""
    if state.duration is not None:
        raise PlaylistError(state.line, "two EXTINF for one segment")
    state.duration = timedelta(seconds=_decimal(state.line, value.partition(",")[0]))


def _discontinuity(state: _MediaState, _value: str) -> None:
    """RFC 8216 4.3.2.3."""
    state.discontinuity = True


def _map(state: _MediaState, value: str) -> None:
    """RFC 8216 4.3.2.5."""
    uri = _attributes(state.line, value).get("URI", "")
    if not uri:
        raise PlaylistError(state.line, "EXT-X-MAP without URI")
    state.map_uri = uri


def _program_date_time(state: _MediaState, value: str) -> None:
    """RFC 8216 4.3.2.6: ISO 8601 with a time zone."""
    try:
        time = datetime.fromisoformat(value)
    except ValueError:
        raise PlaylistError(state.line, f"{value!r} is not a time") from None
    if time.tzinfo is None:
        raise PlaylistError(state.line, "a time without a time zone")
    state.time = time


def _gap(state: _MediaState, _value: str) -> None:
    """RFC 8216bis 4.4.4.7."""
    state.gap = True


_MEDIA_TAGS: Mapping[str, Callable[[_MediaState, str], None]] = {
    "#EXT-X-VERSION": _version,
    "#EXT-X-TARGETDURATION": _target_duration,
    "#EXT-X-MEDIA-SEQUENCE": _media_sequence,
    "#EXT-X-DISCONTINUITY-SEQUENCE": _discontinuity_sequence,
    "#EXT-X-PLAYLIST-TYPE": _playlist_type,
    "#EXT-X-ENDLIST": _end_list,
    "#EXTINF": _extinf,
    "#EXT-X-DISCONTINUITY": _discontinuity,
    "#EXT-X-MAP": _map,
    "#EXT-X-PROGRAM-DATE-TIME": _program_date_time,
    "#EXT-X-GAP": _gap,
}

_ATTRIBUTE = re.compile(r'([A-Z0-9-]+)=("[^"\r\n]*"|[^",\s]+)(?:,|$)')


def _lines(text: str) -> list[tuple[int, str]]:
    """Return the numbered lines that are not empty; the first must be EXTM3U (RFC 8216 4.3.1.1)."""
    lines = [line.strip("\r") for line in text.split("\n")]
    if lines[0] != "#EXTM3U":
        raise PlaylistError(1, "a playlist begins with #EXTM3U")
    return [(number, line) for number, line in enumerate(lines, start=1) if line]


def _attributes(line: int, value: str) -> Mapping[str, str]:
    """Read an attribute list (RFC 8216 4.2)."""
    found: dict[str, str] = {}
    position = 0
    while position < len(value):
        match = _ATTRIBUTE.match(value, position)
        if match is None:
            raise PlaylistError(line, f"a malformed attribute list at {value[position : position + 20]!r}")
        if match[1] in found:
            raise PlaylistError(line, f"the attribute {match[1]} stands twice")
        found[match[1]] = match[2].strip('"')
        position = match.end()
    return found


def _variant(line: int, uri: str, attributes: Mapping[str, str]) -> Variant:
    try:
        width, height = attributes["RESOLUTION"].split("x")
        return Variant(
            uri=uri,
            bandwidth=_integer(line, attributes["BANDWIDTH"]),
            average_bandwidth=_integer(line, attributes["AVERAGE-BANDWIDTH"]),
            codecs=attributes["CODECS"],
            width=_integer(line, width),
            height=_integer(line, height),
            frame_rate=_decimal(line, attributes["FRAME-RATE"]),
        )
    except KeyError as error:
        raise PlaylistError(line, f"EXT-X-STREAM-INF without {error.args[0]}") from None
    except ValueError as error:
        if isinstance(error, PlaylistError):
            raise
        raise PlaylistError(line, "RESOLUTION is written as 1280x720") from None


def _integer(line: int, value: str) -> int:
    """Read a decimal-integer (RFC 8216 4.2): 1 to 20 digits."""
    if not re.fullmatch(r"\d{1,20}", value, re.ASCII):
        raise PlaylistError(line, f"{value[:30]!r} is not a whole number")
    return int(value)


def _decimal(line: int, value: str) -> float:
    """Read a decimal-floating-point (RFC 8216 4.2), at most nine digits before the point."""
    if not re.fullmatch(r"\d{1,9}(\.\d{1,20})?", value, re.ASCII):
        raise PlaylistError(line, f"{value[:30]!r} is not a decimal number")
    return float(value)


def _format_time(time: datetime) -> str:
    return time.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
