"""fMP4 read by hand, compared with what PyAV says of the same bytes; anything cut short is refused."""

from __future__ import annotations

import contextlib
import io
import random
import struct
from datetime import timedelta
from functools import cache

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from upload.fmp4 import MediaError, VideoTrack, read_init, read_segment
from upload.stills import first_picture


@cache
def recording() -> tuple[bytes, list[bytes]]:
    """Return an init segment and three two-second segments that PyAV's fMP4 muxer wrote."""
    body = io.BytesIO()
    with av.open(body, "w", format="mp4", options={"movflags": "frag_keyframe+empty_moov+default_base_moof"}) as out:
        stream = out.add_stream("libx264", rate=15, options={"g": "30", "bf": "0", "preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = 160, 96, "yuv420p"
        for number in range(90):
            picture = np.full((96, 160, 3), number * 2, dtype=np.uint8)
            out.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        out.mux(stream.encode(None))
    parts = body.getvalue().split(b"moof")
    starts = [len(b"moof".join(parts[: index + 1])) - 4 for index in range(len(parts) - 1)]
    whole = body.getvalue()
    ends = [*starts[1:], whole.index(b"mfra") - 4]
    return whole[: starts[0]], [whole[start:end] for start, end in zip(starts, ends, strict=True)]


@cache
def with_sound() -> tuple[bytes, bytes]:
    """Return an init segment and a media segment with two seconds of pictures and sound, which goes first."""
    body = io.BytesIO()
    flags = {"movflags": "delay_moov+default_base_moof", "frag_duration": "100000000"}
    with av.open(body, "w", format="mp4", options=flags) as out:
        sound = out.add_stream("aac", rate=16_000, layout="mono")
        stream = out.add_stream("libx264", rate=15, options={"g": "30", "bf": "0", "preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = 160, 96, "yuv420p"
        for number in range(29):
            frame = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), format="fltp", layout="mono")
            frame.sample_rate, frame.pts = 16_000, number * 1024
            out.mux(sound.encode(frame))
        for number in range(30):
            picture = np.full((96, 160, 3), number * 2, dtype=np.uint8)
            out.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        out.mux(stream.encode(None))
        out.mux(sound.encode(None))
    whole = body.getvalue()
    start = whole.index(b"moof") - 4
    return whole[:start], whole[start:]


def test_of_two_tracks_the_pictures_say_the_times_and_both_what_a_player_must_know() -> None:
    init, segment = with_sound()
    track = read_init(init)
    assert track.codecs == read_init(recording()[0]).codecs
    assert (track.sound, track.all_codecs) == ("mp4a.40.2", f"{track.codecs},mp4a.40.2")
    assert read_init(recording()[0]).all_codecs == track.codecs
    times = read_segment(segment, track)
    assert (times.start, times.duration, times.frames) == (timedelta(), timedelta(seconds=2), 30)
    assert times.starts_with_key_frame
    assert times.parameter_sets <= track.parameter_sets


def test_sound_that_is_no_aac_or_cannot_be_read_is_refused() -> None:
    init, _ = with_sound()
    assert (
        read_init(init.replace(b"\x05\x80\x80\x80\x05\x14\x08", b"\x05\x80\x80\x80\x05\x2c\x08")).sound == "mp4a.40.5"
    )
    for damaged in (init.replace(b"mp4a", b"twos"), init.replace(b"esds", b"free")):
        with pytest.raises(MediaError):
            read_init(damaged)
    place = init.index(b"esds")
    for position in range(place + 8, place + 45):
        for value in (0x00, 0x05, 0xFF):
            damaged = init[:position] + bytes([value]) + init[position + 1 :]
            with contextlib.suppress(MediaError):
                assert read_init(damaged).sound.startswith("mp4a.")


def test_the_codec_and_size_are_those_of_the_stream() -> None:
    track = read_init(recording()[0])
    assert track.codecs.startswith("avc1.")
    assert (track.width, track.height) == (160, 96)
    with av.open(io.BytesIO(b"".join([recording()[0], recording()[1][0]]))) as container:
        assert container.streams.video[0].codec_context.profile is not None
        extradata = container.streams.video[0].codec_context.extradata
    assert extradata is not None
    assert track.codecs == f"avc1.{extradata[1]:02x}{extradata[2]:02x}{extradata[3]:02x}"


def test_times_are_those_of_the_frames() -> None:
    init, segments = recording()
    track = read_init(init)
    assert len(segments) == 3
    for index, segment in enumerate(segments):
        times = read_segment(segment, track)
        assert times.start == timedelta(seconds=2 * index)
        assert times.duration == timedelta(seconds=2)
        assert times.frames == 30
        assert times.starts_with_key_frame


def test_a_segment_cut_short_anywhere_is_refused() -> None:
    init, (segment, *_) = recording()
    track = read_init(init)
    for length in [*range(0, 200, 7), len(segment) // 2, len(segment) - 1]:
        with pytest.raises(MediaError):
            read_segment(segment[:length], track)


def test_an_init_segment_cut_short_is_refused() -> None:
    init, _ = recording()
    for length in range(0, len(init) - 120, 11):
        with pytest.raises(MediaError):
            read_init(init[:length])


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 2**32))
def test_bytes_damaged_anywhere_are_read_or_refused_and_nothing_else(seed: int) -> None:
    init, (segment, *_) = recording()
    track = read_init(init)
    chance = random.Random(seed)
    readers = ((init, read_init), (segment, lambda body: read_segment(body, track)))
    for body, read in readers:
        whole = bytearray(body)
        head = min(len(whole), 800)
        for _ in range(chance.randint(1, 4)):
            whole[chance.randrange(head)] = chance.randrange(256)
        try:
            read(bytes(whole))
        except MediaError as error:
            assert str(error)  # noqa: PT017 - either outcome is right


def box(kind: bytes, *content: bytes) -> bytes:
    body = b"".join(content)
    return struct.pack(">I4s", len(body) + 8, kind) + body


def of_samples(track: VideoTrack, *runs: int, size: int) -> bytes:
    """Return a media segment whose runs hold so many samples that name nothing, each of `size` bytes."""
    head = box(b"tfhd", struct.pack(">IIII", 0x30, track.track_id, size, 0)), box(b"tfdt", bytes(8))
    truns = (box(b"trun", struct.pack(">II", 0, count)) for count in runs)
    return box(b"moof", box(b"traf", *head, *truns)) + box(b"mdat", bytes(100))


def test_a_few_bytes_that_name_endless_samples_are_refused_at_once() -> None:
    track = read_init(recording()[0])
    assert read_segment(of_samples(track, 50, 50, size=1), track).frames == 100
    with pytest.raises(MediaError, match="more than 100000 samples"):
        read_segment(of_samples(track, *[99_000] * 1000, size=0), track)
    with pytest.raises(MediaError, match="samples larger than the segment"):
        read_segment(of_samples(track, 1000, size=4_000_000_000), track)


def test_a_still_is_the_first_frame_as_jpeg() -> None:
    init, segments = recording()
    picture = first_picture(init, segments[1])
    assert picture[:2] == b"\xff\xd8"
    with av.open(io.BytesIO(picture), mode="r", format="mjpeg") as container:
        frame = next(container.decode(video=0))
    assert (frame.width, frame.height) == (160, 96)
    assert abs(float(frame.to_ndarray(format="gray").mean()) - 60) < 12


def test_a_still_of_something_undecodable_is_refused() -> None:
    init, _ = recording()
    with pytest.raises(MediaError, match="no picture"):
        first_picture(init, b"")
