"""The description of a stream, word by word."""

from __future__ import annotations

from simulator import sdp
from simulator.h264 import ParameterSets


def test_a_stream_is_described_in_full() -> None:
    parameters = ParameterSets(sps=b"\x67\x4d\x00\x1f", pps=b"\x68\xee")
    assert sdp.describe(parameters, name="cam-001 main", fps=15, kbit=1000, origin=5) == (
        b"v=0\r\no=- 5 1 IN IP4 127.0.0.1\r\ns=cam-001 main\r\nc=IN IP4 0.0.0.0\r\nt=0 0\r\na=control:*\r\n"
        b"a=range:npt=now-\r\nm=video 0 RTP/AVP 96\r\nb=AS:1000\r\na=rtpmap:96 H264/90000\r\n"
        b"a=fmtp:96 packetization-mode=1;profile-level-id=4D001F;sprop-parameter-sets=Z00AHw==,aO4=\r\n"
        b"a=framerate:15\r\na=control:trackID=0\r\n"
    )
