"""A still is the first picture of a segment, as JPEG."""

from __future__ import annotations

import io
from pathlib import Path

import av
import pytest

from tests.upload.packaging import FIRST, MAIN
from tests.upload.recordings import left_over_run
from upload.fmp4 import MediaError
from upload.stills import first_picture

pytestmark = pytest.mark.server


def test_the_first_picture_of_a_segment_can_be_seen(fast: Path) -> None:
    left = left_over_run(fast, FIRST, MAIN, seconds=2)
    init, segment = (left.folder / "init.mp4").read_bytes(), left.segments()[1].read_bytes()
    picture = first_picture(init, segment)
    with av.open(io.BytesIO(picture), mode="r", format="mjpeg") as container:
        (still,) = container.decode(video=0)
    with av.open(io.BytesIO(init + segment), mode="r") as container:
        first = next(container.decode(video=0))
    assert (still.width, still.height) == (160, 90)
    difference = still.to_ndarray(format="gray").astype(int) - first.to_ndarray(format="gray").astype(int)
    assert abs(difference).mean() < 12, "another picture"
    assert len(picture) < 20_000


def test_a_segment_that_begins_without_a_key_picture_gives_its_first_whole_one(fast: Path) -> None:
    left = left_over_run(fast, FIRST, MAIN, seconds=3)
    init = (left.folder / "init.mp4").read_bytes()
    with av.open(io.BytesIO(init + b"".join(file.read_bytes() for file in left.segments())), mode="r") as container:
        stream = container.streams.video[0]
        damaged = io.BytesIO()
        with av.open(damaged, mode="w", format="mp4") as output:
            copied = output.add_stream_from_template(stream)
            for packet in list(container.demux(stream))[1:-1]:
                packet.stream = copied
                output.mux(packet)
    assert first_picture(damaged.getvalue(), b"")[:2] == b"\xff\xd8"


@pytest.mark.parametrize("damage", ["empty", "nonsense", "no media", "cut short"])
def test_what_cannot_be_decoded_is_an_error_of_ours(fast: Path, damage: str) -> None:
    left = left_over_run(fast, FIRST, MAIN, seconds=1)
    init, segment = (left.folder / "init.mp4").read_bytes(), left.segments()[0].read_bytes()
    pairs = {
        "empty": (b"", b""),
        "nonsense": (b"nothing" * 100, b"of use" * 100),
        "no media": (init, b""),
        "cut short": (init, segment[: segment.index(b"mdat") + 10]),
    }
    with pytest.raises(MediaError, match="no picture can be decoded"):
        first_picture(*pairs[damage])
