"""A still picture from a segment that was recorded anyway: its first key frame as JPEG."""

from __future__ import annotations

import io
from fractions import Fraction

import av
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from upload.fmp4 import MediaError

QUALITY = 7
"""mjpeg's quantiser, 2 (best) to 31."""


def first_picture(init: bytes, segment: bytes) -> bytes:
    """Return the first frame of an fMP4 segment as a JPEG, in the stream's own size.

    Takes a few milliseconds of one core; call it in a thread. Raises `MediaError` if nothing can be decoded.
    """
    try:
        with av.open(io.BytesIO(init + segment), mode="r", format="mp4") as container:
            stream = container.streams.video[0]
            stream.codec_context.thread_count = 1
            frame = _first_frame(container, stream)
            encoder = av.CodecContext.create("mjpeg", "w")
            encoder.width, encoder.height = frame.width, frame.height
            encoder.pix_fmt = "yuvj420p"
            encoder.time_base = Fraction(1, 25)
            encoder.options = {"qmin": str(QUALITY), "qmax": str(QUALITY)}
            picture = frame.reformat(format="yuvj420p")
            return b"".join(bytes(packet) for packet in [*encoder.encode(picture), *encoder.encode(None)])
    except (av.error.FFmpegError, StopIteration, IndexError) as error:
        raise MediaError(f"no picture can be decoded: {error}") from None


def _first_frame(container: InputContainer, stream: VideoStream) -> VideoFrame:
    """Decode the first picture alone, where the decoder would take in those after it before it gives it out."""
    decoder = stream.codec_context
    packet = next(container.demux(stream))
    if frames := [*decoder.decode(packet), *decoder.decode(None)]:
        return frames[0]
    # Some cameras' streams need more than one packet for a picture.
    decoder.flush_buffers()
    container.seek(0)
    return next(container.decode(stream))
