"""Decoder configurations and parameter sets, compared with what real encoders write and PyAV reads."""

from __future__ import annotations

import io
import shutil
from functools import cache
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.upload.packaging import FIRST, MAIN, SUB
from tests.upload.recordings import left_over_run
from upload.coding import CodingError, read_avcc, read_hvcc
from upload.fmp4 import MediaError, VideoTrack, read_init, read_segment
from upload.init_segment import as_hvc1, described_by
from upload.parameter_sets import Codec, DamagedSet, is_sequence_set, kind_of, picture_format, sets_before_picture
from upload.recorder import InitSegment, RecordedSegment, StopReason
from upload.run_reader import RunReader, StreamBroken
from upload.spool import Run

SIZES = [(160, 90), (176, 144), (640, 360), (1920, 1080), (322, 182)]
OPTIONS = {
    "libx264": {"preset": "ultrafast", "x264-params": "repeat-headers=1:keyint=5:bframes=0"},
    "libx265": {"preset": "ultrafast", "x265-params": "log-level=none:repeat-headers=1:keyint=5:bframes=0"},
}


@cache
def encoded(
    codec: str, width: int = 160, height: int = 90, pixels: str = "yuv420p", profile: str = ""
) -> tuple[bytes, bytes]:
    """Return an init segment and one media segment of ten pictures, a key picture every fifth."""
    body = io.BytesIO()
    flags = {"movflags": "empty_moov+default_base_moof", "frag_duration": "100000000"}
    with av.open(body, "w", format="mp4", options=flags) as out:
        stream = out.add_stream(codec, rate=10, options=OPTIONS[codec] | ({"profile": profile} if profile else {}))
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height, stream.pix_fmt = width, height, pixels
        for number in range(10):
            picture = np.full((height, width, 3), number * 9, dtype=np.uint8)
            out.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        out.mux(stream.encode(None))
    whole = body.getvalue()
    start = whole.index(b"moof") - 4
    return whole[:start], whole[start : whole.index(b"mfra") - 4]


def sets_of(track: VideoTrack) -> list[bytes]:
    return [nal for nal in track.parameter_sets if is_sequence_set(kind_of(nal, track.codec), track.codec)]


@pytest.mark.parametrize("codec", ["libx264", "libx265"])
@pytest.mark.parametrize(("width", "height"), SIZES)
def test_a_sequence_parameter_set_says_the_size_of_the_pictures(codec: str, width: int, height: int) -> None:
    track = read_init(as_hvc1(encoded(codec, width, height)[0]))
    (sequence,) = sets_of(track)
    form = picture_format(sequence, track.codec)
    assert (form.width, form.height) == (width, height) == (track.width, track.height)
    assert (form.chroma_format, form.luma_bits, form.chroma_bits) == (1, 8, 8)


@pytest.mark.parametrize(
    ("codec", "pixels", "form"),
    [("libx264", "yuv422p", (2, 8)), ("libx264", "yuv444p", (3, 8)), ("libx264", "yuv420p10le", (1, 10))],
)
def test_a_sequence_parameter_set_says_the_format_of_the_pictures(
    codec: str, pixels: str, form: tuple[int, int]
) -> None:
    track = read_init(encoded(codec, 162, 90, pixels)[0])
    found = picture_format(sets_of(track)[0], track.codec)
    assert (found.chroma_format, found.luma_bits) == form
    assert (found.width, found.height) == (162, 90)


@pytest.mark.parametrize(
    ("general", "codecs"),
    [
        # Main profile, level 3.1, progressive and frames only: as in 14496-15 E.3.
        ("01 60000000 b00000000000 5d", "hvc1.1.6.L93.B0"),
        ("02 20000000 b00000000000 99", "hvc1.2.4.L153.B0"),
        ("21 60000000 b00000000000 78", "hvc1.1.6.H120.B0"),
        ("01 60000000 900000000000 3c", "hvc1.1.6.L60.90"),
        ("01 60000000 000000000000 5d", "hvc1.1.6.L93"),
        ("44 08000000 b02300000001 5d", "hvc1.A4.10.L93.B0.23.0.0.0.1"),
    ],
)
def test_the_name_of_an_h265_stream_is_that_of_the_standard(general: str, codecs: str) -> None:
    body = bytes([1]) + bytes.fromhex(general) + bytes.fromhex("f000 fc fd f8 f8 0000 0f 00")
    coding = read_hvcc(body)
    assert (coding.codecs, coding.nal_length) == (codecs, 4)


def test_a_real_h265_stream_is_named_hvc1_and_can_be_decoded_under_that_name() -> None:
    init, segment = encoded("libx265")
    assert b"hev1" in init
    renamed = as_hvc1(init)
    assert read_init(renamed).codecs.startswith("hvc1.1.6.L")
    assert b"hev1" not in renamed
    assert len(renamed) == len(init)
    with av.open(io.BytesIO(renamed + segment), "r") as container:
        assert container.streams.video[0].codec_context.codec_tag == "hvc1"
        assert sum(1 for _ in container.decode(video=0)) == 10


def test_an_h264_init_segment_is_left_as_it_is() -> None:
    init = encoded("libx264")[0]
    assert as_hvc1(init) is init


@pytest.mark.parametrize("codec", ["libx264", "libx265"])
def test_the_parameter_sets_in_a_stream_are_found_in_front_of_each_key_picture(codec: str) -> None:
    init, segment = encoded(codec)
    track = read_init(as_hvc1(init))
    times = read_segment(segment, track)
    assert times.leading_sets == times.parameter_sets == track.parameter_sets
    assert times.gop.total_seconds() == 0.5
    other = read_segment(encoded(codec, 320, 180)[1], track)
    assert not other.parameter_sets <= track.parameter_sets


@pytest.mark.parametrize("codec", ["libx264", "libx265"])
def test_an_init_segment_is_made_to_say_what_the_camera_sends(codec: str) -> None:
    announced, (init, segment) = as_hvc1(encoded(codec, 640, 360)[0]), encoded(codec)
    told = described_by(announced, read_segment(segment, read_init(announced)).leading_sets)
    track, right = read_init(told), read_init(as_hvc1(init))
    assert track.codecs == right.codecs
    assert (track.width, track.height) == (160, 90)
    assert track.parameter_sets == right.parameter_sets
    with av.open(io.BytesIO(told + segment), "r") as container:
        assert {(frame.width, frame.height) for frame in container.decode(video=0)} == {(160, 90)}
        assert (container.streams.video[0].width, container.streams.video[0].height) == (160, 90)


def test_parameter_sets_that_cannot_be_read_describe_nothing() -> None:
    with pytest.raises(MediaError, match="cannot be read"):
        described_by(encoded("libx264")[0], frozenset({b"\x67noise", b"\x68noise"}))
    with pytest.raises(MediaError, match="cannot be read"):
        described_by(encoded("libx264")[0], frozenset())


def test_a_parameter_set_of_zeros_is_no_configuration() -> None:
    with pytest.raises(CodingError, match="a parameter set of zeros"):
        read_avcc(bytes([1, 66, 0, 10, 0xFF, 0xE1, 0, 2, 0, 0, 0]))


def nals(*units: bytes) -> memoryview:
    return memoryview(b"".join(len(unit).to_bytes(4, "big") + unit for unit in units))


def test_sets_count_only_together_and_in_front_of_a_key_picture() -> None:
    track = read_init(encoded("libx264")[0])
    (sequence,) = sets_of(track)
    (picture,) = track.parameter_sets - {sequence}
    key, other = b"\x65slice", b"\x41slice"

    def found(*units: bytes) -> frozenset[bytes]:
        return sets_before_picture(nals(*units), Codec.H264, 4)

    assert found(b"\x09\xf0", sequence, picture, b"\x06sei", key) == {sequence, picture}
    assert found(sequence + b"\x00", picture, key) == {sequence, picture}
    for damaged in (
        (key, sequence, picture),
        (sequence, picture, other),
        (sequence, key),
        (picture, key),
        (b"\x67noise", picture, key),
        (b"\x67" + bytes(2000), picture, key),
        (sequence, picture),
    ):
        assert found(*damaged) == frozenset()


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=200), st.sampled_from(list(Codec)))
def test_noise_is_no_parameter_set_or_one_and_nothing_else(noise: bytes, codec: Codec) -> None:
    assert isinstance(sets_before_picture(memoryview(noise), codec, 4), frozenset)
    for read in (read_avcc, read_hvcc):
        try:
            read(noise)
        except CodingError as error:
            assert str(error)  # noqa: PT017 - either outcome is right
    try:
        form = picture_format(noise, codec)
        assert 16 <= form.width <= 16_384
    except DamagedSet as error:
        assert str(error)  # noqa: PT017 - either outcome is right


def joined(first: Run, second: Run, *, init: Run) -> Run:
    """Put the second recording's files behind the first's, under the init segment of `init`."""
    init_body = (init.folder / "init.mp4").read_bytes()
    number = len(first.segments())
    for index, file in enumerate(second.segments()):
        shutil.copy(file, first.folder / f"{number + index:08d}.m4s")
    (first.folder / "init.mp4").write_bytes(init_body)
    return first


@pytest.mark.server
@pytest.mark.parametrize("codec", ["h264", "hevc"])
def test_a_recording_goes_only_as_far_as_its_parameter_sets(fast: Path, codec: str) -> None:
    small = left_over_run(fast / "a", FIRST, MAIN, seconds=2, codec=codec)
    large = left_over_run(fast / "b", FIRST, SUB, seconds=2, codec=codec, size="320x180")
    reader = RunReader(joined(small, large, init=small))
    items = list(reader.new(small.segments()[1]))
    with pytest.raises(StreamBroken) as broken:
        list(reader.new(None))
    assert broken.value.stopped.reason is StopReason.CHANGED
    assert "no longer 160x90" in broken.value.stopped.detail
    assert [type(item) for item in items] == [InitSegment, RecordedSegment, RecordedSegment]
    assert [path.name for path in reader.unread()] == ["00000003.m4s"]
    assert not (small.folder / "00000002.m4s").exists()


@pytest.mark.server
@pytest.mark.parametrize("codec", ["h264", "hevc"])
def test_a_camera_that_announces_other_parameter_sets_than_it_sends_is_published_as_it_sends(
    fast: Path, codec: str
) -> None:
    small = left_over_run(fast / "a", FIRST, MAIN, seconds=2, codec=codec)
    large = left_over_run(fast / "b", FIRST, SUB, seconds=1, codec=codec, size="320x180")
    (small.folder / "init.mp4").write_bytes((large.folder / "init.mp4").read_bytes())
    init, *segments = list(RunReader(small).new(None))
    assert isinstance(init, InitSegment)
    assert (init.track.width, init.track.height, len(segments)) == (160, 90, 2)
    assert isinstance(segments[0], RecordedSegment)
    with av.open(io.BytesIO(init.body + segments[0].body), "r") as container:
        assert {(frame.width, frame.height) for frame in container.decode(video=0)} == {(160, 90)}
