"""What is read from outside, fed with anything: each target lets nothing out but the error its reader documents."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import cache
from pathlib import Path

import av
import numpy as np

from builder.csv_sheet import read_csv
from builder.station_rows import read_rows
from election.errors import InputError
from election.playlist import PlaylistError, format_master, format_media, parse_master, parse_media
from tests.faults import written_files
from upload.fmp4 import MediaError, VideoTrack, read_init, read_segment
from upload.init_segment import as_hvc1, described_by
from upload.parameter_sets import Codec, DamagedSet, picture_format

_FIRST_LINE = "#EXTM3U\n"
"""Stands before whatever is tried as a playlist: without it nothing else is read."""


@cache
def encoded(codec: str) -> tuple[bytes, bytes]:
    """Return an init segment and a media segment that ffmpeg's muxer wrote, with parameter sets in the stream."""
    body = io.BytesIO()
    flags = "frag_keyframe+empty_moov+default_base_moof"
    with av.open(body, "w", format="mp4", options={"movflags": flags}) as out:
        quiet = "log-level=error:" if codec == "libx265" else ""
        options = {"preset": "ultrafast", f"{codec.removeprefix('lib')}-params": f"{quiet}repeat-headers=1"}
        stream = out.add_stream(codec, rate=Fraction(5), options=options)
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
        for number in range(3):
            picture = np.full((64, 64, 3), number * 60, dtype=np.uint8)
            out.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        out.mux(stream.encode(None))
    whole = body.getvalue()
    start, end = whole.index(b"moof") - 4, whole.index(b"mfra") - 4
    return whole[:start], whole[start:end]


@cache
def tracks() -> tuple[VideoTrack, ...]:
    """Return an H.264 and an H.265 track, as `encoded` describes them."""
    return tuple(read_init(as_hvc1(encoded(codec)[0])) for codec in ("libx264", "libx265"))


def media_playlist(data: bytes) -> None:
    """A live or an hour playlist, as it is read back from the store; what is accepted can be written and read again."""
    try:
        found = parse_media(_FIRST_LINE + data.decode(errors="replace"))
    except PlaylistError:
        return
    try:
        text = format_media(found)
    except ValueError:
        return  # longer than its own target duration
    again = parse_media(text)
    assert format_media(again) == text
    assert len(again.segments) == len(found.segments)


def master_playlist(data: bytes) -> None:
    """A multivariant playlist."""
    try:
        found = parse_master(_FIRST_LINE + data.decode(errors="replace"))
    except PlaylistError:
        return
    text = format_master(found)
    assert format_master(parse_master(text)) == text


def init_segment(data: bytes) -> None:
    """An initialisation segment, as a recorder wrote it: read, and made to say other parameter sets."""
    try:
        body = as_hvc1(data)
        track = read_init(body)
        read_init(described_by(body, track.parameter_sets))
    except MediaError:
        return


def media_segment(data: bytes) -> None:
    """A media segment of either kind of track."""
    for track in tracks()[len(data) % 2 :][:1]:
        try:
            times = read_segment(data, track)
        except MediaError:
            continue
        assert times.frames > 0
        if times.leading_sets:
            codec = "libx264" if track.codec is Codec.H264 else "libx265"
            try:
                read_init(described_by(as_hvc1(encoded(codec)[0]), times.leading_sets))
            except MediaError:
                continue


def parameter_set(data: bytes) -> None:
    """A sequence parameter set."""
    for codec in Codec:
        try:
            found = picture_format(data, codec)
        except DamagedSet:
            continue
        assert 16 <= found.width <= 16_384


def stations_as_csv(data: bytes) -> None:
    """A sheet that an editor brings, down to what each row says of which station."""
    file = Path("stations.csv")
    try:
        sheet = read_csv(data, file)
    except InputError:
        return
    found = read_rows(sheet)
    assert found.rows or found.faults
    assert len({row.station for row in found.rows}) == len(found.rows)


TARGETS: dict[str, Callable[[bytes], None]] = {
    "media-playlist": media_playlist,
    "master-playlist": master_playlist,
    "init-segment": init_segment,
    "media-segment": media_segment,
    "parameter-set": parameter_set,
    "stations-as-csv": stations_as_csv,
    **written_files.TARGETS,
}
DEAR: Mapping[str, int] = {"stations-as-xlsx": 10, "page": 4}
"""Targets of which one run costs so many of others; they are run that many times less."""

_MEDIA = """#EXT-X-VERSION:8
#EXT-X-TARGETDURATION:6
#EXT-X-MEDIA-SEQUENCE:17
#EXT-X-DISCONTINUITY-SEQUENCE:2
#EXT-X-PLAYLIST-TYPE:EVENT
#EXT-X-INDEPENDENT-SEGMENTS
#EXT-X-MAP:URI="init-0badcafe.mp4"
#EXT-X-PROGRAM-DATE-TIME:2026-11-24T12:00:00.000Z
#EXTINF:4.000000,
2026-11-24/00000017-1-0badcafe.m4s
#EXT-X-DISCONTINUITY
#EXT-X-GAP
#EXTINF:4.000000,
2026-11-24/00000018-1-gap.m4s
#EXT-X-ENDLIST
"""
_MASTER = """#EXT-X-VERSION:7
#EXT-X-STREAM-INF:BANDWIDTH=900000,AVERAGE-BANDWIDTH=800000,CODECS="avc1.64001f",RESOLUTION=640x360,FRAME-RATE=15.000
sub/live.m3u8
"""
_SHEET = """Dairə;Məntəqə;Ad (az);Название (ru);Latitude;Seçici sayı;Accessibility;Opening
34;12;"Bir ""2"" iki";Школа;40,5;850;ramp, lift;08:00
34;13;'=x;;;;;
"""


def seeds(target: str) -> list[bytes]:
    """Return what a target usually reads."""
    if target in written_files.TARGETS:
        return written_files.seeds(target)
    match target:
        case "media-playlist":
            return [_MEDIA.encode()]
        case "master-playlist":
            return [_MASTER.encode()]
        case "stations-as-csv":
            return [_SHEET.encode(), _SHEET.encode("utf-16"), _SHEET.replace(";", ",").encode("cp1251", "replace")]
        case "init-segment":
            return [encoded(codec)[0] for codec in ("libx264", "libx265")]
        case "media-segment":
            return [encoded(codec)[1] for codec in ("libx264", "libx265")]
        case _:
            return sorted(nal for track in tracks() for nal in track.parameter_sets)


def words(target: str) -> list[str]:
    """Return what a target's reader looks for, for libFuzzer's dictionary."""
    if target in written_files.TARGETS:
        return written_files.words(target)
    if target.endswith("playlist"):
        tags = {line.partition(":")[0] for line in (_MEDIA + _MASTER).splitlines() if line.startswith("#")}
        return [*sorted(tags), "\\x0a", "9999999", "+14:00"]
    if target.endswith("segment"):
        return ["avc1", "avc3", "hvc1", "hev1", "avcC", "hvcC", "traf", "tfhd", "tfdt", "trun", "trex", "vide", "mdat"]
    if target == "stations-as-csv":
        marks = ["\\xef\\xbb\\xbf", "\\xff\\xfe", "\\x0d\\x0a"]
        return [*marks, "sep=", "Station ID", "Name (az)", "034-012", "Longitude", "Closing"]
    return ["\\x00\\x00\\x03"]
