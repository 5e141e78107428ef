"""The playlist model: exact texts, round trips, and what is refused."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from election.playlist import (
    MasterPlaylist,
    MediaPlaylist,
    PlaylistError,
    PlaylistType,
    Segment,
    Variant,
    format_master,
    format_media,
    parse_master,
    parse_media,
    rounded_seconds,
)

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def segment(number: int, **changes: object) -> Segment:
    values: dict[str, object] = {
        "uri": f"2026-11-24/{number:08d}-1-0123abcd.m4s",
        "duration": timedelta(seconds=4),
        "map_uri": "init-89abcdef.mp4",
        "program_date_time": NOON + timedelta(seconds=4 * number),
    }
    return Segment(**(values | changes))  # type: ignore[arg-type] # the tests choose fields by name


def test_a_live_playlist_has_exactly_these_lines() -> None:
    playlist = MediaPlaylist(
        target_duration=6,
        media_sequence=7,
        discontinuity_sequence=2,
        segments=(
            segment(7),
            segment(8, discontinuity=True, map_uri="init-11111111.mp4"),
            segment(9, gap=True, map_uri="init-11111111.mp4", duration=timedelta(seconds=3.96)),
        ),
    )
    assert format_media(playlist).splitlines() == [
        "#EXTM3U",
        "#EXT-X-VERSION:8",
        "#EXT-X-TARGETDURATION:6",
        "#EXT-X-MEDIA-SEQUENCE:7",
        "#EXT-X-DISCONTINUITY-SEQUENCE:2",
        "#EXT-X-INDEPENDENT-SEGMENTS",
        '#EXT-X-MAP:URI="init-89abcdef.mp4"',
        "#EXT-X-PROGRAM-DATE-TIME:2026-11-24T12:00:28.000Z",
        "#EXTINF:4.000000,",
        "2026-11-24/00000007-1-0123abcd.m4s",
        "#EXT-X-DISCONTINUITY",
        '#EXT-X-MAP:URI="init-11111111.mp4"',
        "#EXT-X-PROGRAM-DATE-TIME:2026-11-24T12:00:32.000Z",
        "#EXTINF:4.000000,",
        "2026-11-24/00000008-1-0123abcd.m4s",
        "#EXT-X-GAP",
        "#EXT-X-PROGRAM-DATE-TIME:2026-11-24T12:00:36.000Z",
        "#EXTINF:3.960000,",
        "2026-11-24/00000009-1-0123abcd.m4s",
    ]


def test_the_map_is_named_again_after_a_discontinuity_though_it_is_the_same() -> None:
    playlist = MediaPlaylist(
        target_duration=6, media_sequence=0, segments=(segment(0), segment(1), segment(2, discontinuity=True))
    )
    lines = format_media(playlist).splitlines()
    assert lines.count('#EXT-X-MAP:URI="init-89abcdef.mp4"') == 2
    assert lines[lines.index("#EXT-X-DISCONTINUITY") + 1] == '#EXT-X-MAP:URI="init-89abcdef.mp4"'
    assert parse_media(format_media(playlist)) == playlist


def test_an_ended_playlist_says_so() -> None:
    playlist = MediaPlaylist(
        target_duration=6, media_sequence=0, segments=(segment(0),), playlist_type=PlaylistType.VOD, ended=True
    )
    assert "#EXT-X-PLAYLIST-TYPE:VOD" in format_media(playlist)
    assert format_media(playlist).endswith("#EXT-X-ENDLIST\n")


def test_a_segment_longer_than_the_target_duration_is_never_written() -> None:
    long = MediaPlaylist(target_duration=6, media_sequence=0, segments=(segment(0, duration=timedelta(seconds=6.5)),))
    with pytest.raises(ValueError, match="longer than the target duration"):
        format_media(long)


@pytest.mark.parametrize(("seconds", "rounded"), [(5.4, 5), (5.5, 6), (6.499999, 6), (6.5, 7)])
def test_durations_are_rounded_as_the_standard_rounds_them(seconds: float, rounded: int) -> None:
    assert rounded_seconds(timedelta(seconds=seconds)) == rounded


names = st.text("abcdefghijklmnopqrstuvwxyz0123456789-", min_size=1, max_size=12)
segments = st.builds(
    Segment,
    uri=names.map(lambda name: f"{name}.m4s"),
    duration=st.integers(1, 6_499_999).map(lambda microseconds: timedelta(microseconds=microseconds)),
    map_uri=names.map(lambda name: f"{name}.mp4"),
    program_date_time=st.integers(0, 10**11).map(lambda milliseconds: NOON + timedelta(milliseconds=milliseconds)),
    discontinuity=st.booleans(),
    gap=st.booleans(),
)
playlists = st.builds(
    MediaPlaylist,
    target_duration=st.just(6),
    media_sequence=st.integers(0, 10**8),
    discontinuity_sequence=st.integers(0, 10**5),
    segments=st.lists(segments, max_size=6).map(tuple),
    playlist_type=st.sampled_from([None, *PlaylistType]),
    ended=st.booleans(),
)


@given(playlists)
def test_what_is_written_is_read_back(playlist: MediaPlaylist) -> None:
    assert parse_media(format_media(playlist)) == playlist


@given(st.text(max_size=300))
def test_any_text_is_read_or_refused_with_its_line(text: str) -> None:
    try:
        parse_media("#EXTM3U\n" + text)
    except PlaylistError as error:
        assert error.line >= 1  # noqa: PT017 - either outcome is right


HEAD = "#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXT-X-MEDIA-SEQUENCE:0\n"
READY = HEAD + '#EXT-X-MAP:URI="i.mp4"\n#EXT-X-PROGRAM-DATE-TIME:2026-11-24T12:00:00Z\n'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "line 1: a playlist begins with #EXTM3U"),
        ("#EXTM3U8\n", "line 1: a playlist begins with #EXTM3U"),
        ("#EXTM3U\n", "line 1: EXT-X-TARGETDURATION is missing"),
        ("#EXTM3U\n#EXT-X-TARGETDURATION:six\n", "line 2: 'six' is not a whole number"),
        ("#EXTM3U\n#EXT-X-TARGETDURATION:0\n", "line 2: a target duration of 0"),
        ("#EXTM3U\n#EXT-X-TARGETDURATION:-6\n", "line 2: '-6' is not a whole number"),
        ("#EXTM3U\n#EXT-X-VERSION:\n", "line 2: '' is not a whole number"),
        ("#EXTM3U\n#EXT-X-VERSION:٣\n", "line 2: '٣' is not a whole number"),
        (HEAD + "a.m4s\n", "line 4: a segment without EXTINF"),
        (HEAD + "#EXTINF:4,\na.m4s\n", "line 5: a segment before any EXT-X-MAP"),
        (HEAD + '#EXT-X-MAP:URI="i.mp4"\n#EXTINF:4,\na.m4s\n', "line 6: the first segment has no EXT-X-PROGRAM-DATE"),
        (HEAD + "#EXTINF:four,\n", "line 4: 'four' is not a decimal number"),
        (HEAD + "#EXTINF:nan,\n", "line 4: 'nan' is not a decimal number"),
        (HEAD + "#EXTINF:4,\n#EXTINF:4,\n", "line 5: two EXTINF for one segment"),
        (READY + "#EXTINF:4,\n", "line 6: the last EXTINF names no segment"),
        (HEAD + "#EXT-X-MAP:\n", "line 4: EXT-X-MAP without URI"),
        (HEAD + "#EXT-X-MAP:URI=i mp4\n", "line 4: a malformed attribute list"),
        (HEAD + '#EXT-X-MAP:URI="a",URI="b"\n', "line 4: the attribute URI stands twice"),
        (HEAD + "#EXT-X-PROGRAM-DATE-TIME:yesterday\n", "line 4: 'yesterday' is not a time"),
        (HEAD + "#EXT-X-PROGRAM-DATE-TIME:2026-11-24T12:00:00\n", "line 4: a time without a time zone"),
        (HEAD + "#EXT-X-PLAYLIST-TYPE:LIVE\n", "line 4: 'LIVE' is not a playlist type"),
        (
            HEAD + '#EXT-X-MAP:URI="i.mp4"\n#EXT-X-PROGRAM-DATE-TIME:9999-12-31T23:59:59Z\n#EXTINF:4,\na.m4s\n',
            "line 7: a time beyond the years that can be written",
        ),
        (
            HEAD + '#EXT-X-MAP:URI="i.mp4"\n#EXT-X-PROGRAM-DATE-TIME:0001-01-01T00:00:00+14:00\n#EXTINF:4,\na.m4s\n',
            "line 7: a time beyond the years that can be written",
        ),
        (READY + "#EXTINF:999999999,\na.m4s\n" * 300, "line 509: a time beyond the years that can be written"),
        (READY + "#EXTINF:4,\na.m4s\n#EXT-X-MEDIA-SEQUENCE:1\n", "line 8: EXT-X-MEDIA-SEQUENCE after a segment"),
        (HEAD + "#EXT-X-DISCONTINUITY\n#EXT-X-DISCONTINUITY-SEQUENCE:1\n", "line 5: EXT-X-DISCONTINUITY-SEQUENCE"),
    ],
)
def test_a_malformed_media_playlist_is_refused_with_its_line(text: str, message: str) -> None:
    with pytest.raises(PlaylistError) as caught:
        parse_media(text)
    assert str(caught.value).startswith(message)


def test_unknown_tags_are_skipped() -> None:
    assert parse_media(READY + "#EXT-X-FUTURE:1\n#EXTINF:4,\na.m4s\n").segments[0].uri == "a.m4s"


def test_a_multivariant_playlist_has_exactly_these_lines_and_is_read_back() -> None:
    playlist = MasterPlaylist(
        variants=(
            Variant(
                uri="sub/live.m3u8",
                bandwidth=250_000,
                average_bandwidth=200_000,
                codecs="avc1.42c01e",
                width=640,
                height=360,
                frame_rate=15.0,
            ),
        )
    )
    text = format_master(playlist)
    assert text.splitlines() == [
        "#EXTM3U",
        "#EXT-X-VERSION:7",
        "#EXT-X-INDEPENDENT-SEGMENTS",
        '#EXT-X-STREAM-INF:BANDWIDTH=250000,AVERAGE-BANDWIDTH=200000,CODECS="avc1.42c01e",'
        "RESOLUTION=640x360,FRAME-RATE=15.000",
        "sub/live.m3u8",
    ]
    assert parse_master(text) == playlist


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("#EXTM3U\nsub/live.m3u8\n", "line 2: a variant's address without EXT-X-STREAM-INF"),
        ("#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n", "line 2: the last EXT-X-STREAM-INF names no playlist"),
        ("#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\na\n", "line 3: EXT-X-STREAM-INF without RESOLUTION"),
        (
            '#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1,AVERAGE-BANDWIDTH=1,CODECS="a",RESOLUTION=640,FRAME-RATE=1\na\n',
            "line 3: RESOLUTION is written as 1280x720",
        ),
    ],
)
def test_a_malformed_multivariant_playlist_is_refused_with_its_line(text: str, message: str) -> None:
    with pytest.raises(PlaylistError) as caught:
        parse_master(text)
    assert str(caught.value).startswith(message)
