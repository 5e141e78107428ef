"""Drawn pictures to H.264 pictures, with libx264 in this process. No other module encodes."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import av
from av.codec.context import Flags
from av.video.codeccontext import VideoCodecContext
from av.video.frame import PictureType

from simulator import h264
from simulator.description import StreamFormat

if TYPE_CHECKING:
    from collections.abc import Sequence

    from av.packet import Packet
    from av.video.stream import VideoStream

    from simulator.drawing import Pixels

CLIP_PRESET = "ultrafast"
LIVE_PRESET = "ultrafast"
_COLOURS = "colormatrix=smpte170m:colorprim=smpte170m:transfer=smpte170m"
"""What OpenCV's conversion from RGB yields."""


class Encoder:
    """One stream's encoder. Every picture is one slice, key pictures come only where asked for."""

    def __init__(self, form: StreamFormat, *, live: bool) -> None:
        context = av.CodecContext.create("libx264", "w")
        if not isinstance(context, VideoCodecContext):
            raise TypeError("libx264 is not an encoder of video")
        context.width, context.height, context.pix_fmt = form.width, form.height, "yuv420p"
        context.time_base, context.framerate = Fraction(1, form.fps), Fraction(form.fps)
        context.bit_rate = form.kbit * 1000
        context.gop_size = 60 * 60 * form.fps
        context.thread_count = 1 if live else 2
        context.flags |= Flags.global_header
        context.options = {
            "preset": LIVE_PRESET if live else CLIP_PRESET,
            "profile": "main",
            "bf": "0",
            "forced-idr": "1",
            "sc_threshold": "0",
            "maxrate": f"{form.kbit * 5 // 4}k",
            "bufsize": f"{form.kbit}k",
            "x264-params": f"slices=1:sliced-threads=0:force-cfr=1:{_COLOURS}",
        } | ({"tune": "zerolatency"} if live else {})
        context.open()
        self._context = context
        self._count = 0
        self.parameters = h264.parameter_sets(h264.split_nals(context.extradata or b""))

    def encode(self, pixels: Pixels, *, key: bool) -> list[h264.Picture]:
        """Encode one picture (I420, as OpenCV lays it out); return those that are finished, in order."""
        frame = av.VideoFrame.from_ndarray(pixels, format="yuv420p")
        frame.pts, frame.time_base = self._count, self._context.time_base
        frame.pict_type = PictureType.I if key else PictureType.NONE
        self._count += 1
        return _pictures(self._context.encode(frame))

    def finish(self) -> list[h264.Picture]:
        """Return the pictures still held back; the encoder is of no further use."""
        return _pictures(self._context.encode(None))


def _pictures(packets: Sequence[Packet[VideoStream]]) -> list[h264.Picture]:
    return h264.pictures(nal for packet in packets for nal in h264.split_nals(bytes(packet)))
