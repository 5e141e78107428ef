"""The description of a camera's stream (RFC 4566; H.264 by RFC 6184 8.2.1; RTSP by RFC 2326 C). Pure."""

from __future__ import annotations

import base64

from simulator.h264 import ParameterSets
from simulator.rtp import CLOCK_RATE, PAYLOAD_TYPE
from simulator.sound import Sound

TRACK = "trackID=0"
"""The address of the video track, below the stream's."""
SOUND_TRACK = "trackID=1"


def describe(
    parameters: ParameterSets, *, name: str, fps: int, kbit: int, origin: int, sound: Sound | None = None
) -> bytes:
    """Return the description of a live stream with a video track, and one of `sound` where there is some.

    `kbit` is its bit rate in kbit/s; `origin` a number that differs between two runs of the camera.
    """
    sets = ",".join(base64.b64encode(nal).decode() for nal in (parameters.sps, parameters.pps))
    lines: tuple[str, ...] = (
        "v=0",
        f"o=- {origin} 1 IN IP4 127.0.0.1",
        f"s={name}",
        "c=IN IP4 0.0.0.0",
        "t=0 0",
        "a=control:*",
        "a=range:npt=now-",
        f"m=video 0 RTP/AVP {PAYLOAD_TYPE}",
        f"b=AS:{kbit}",
        f"a=rtpmap:{PAYLOAD_TYPE} H264/{CLOCK_RATE}",
        f"a=fmtp:{PAYLOAD_TYPE} packetization-mode=1;profile-level-id={parameters.profile_level_id}"
        f";sprop-parameter-sets={sets}",
        f"a=framerate:{fps}",
        f"a=control:{TRACK}",
    )
    if sound is not None:
        lines += (f"m=audio 0 RTP/AVP {sound.payload_type}", *sound.attributes, f"a=control:{SOUND_TRACK}")
    return "".join(f"{line}\r\n" for line in lines).encode()
