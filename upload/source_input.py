"""What ffmpeg is told of each kind of source: options, no addresses. Pure.

RTSP goes through the relay. The other kinds are opened by ffmpeg itself, so their addresses hold no secrets
(`election.camera_address` sees to it), and each may use the protocols and formats that it needs and no others.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from election.camera_address import RELAYED
from upload.recorder import Stopped, StopReason

SOCKET_TIMEOUT_SECONDS = 15
ANALYSE_SECONDS = 3
Option = str | int

_TIMEOUT = SOCKET_TIMEOUT_SECONDS * 1_000_000
_BY_SCHEME: Mapping[str, Mapping[str, Option]] = {
    "rtsp": {"rtsp_transport": "tcp", "timeout": _TIMEOUT},
    "srt": {"f": "mpegts", "protocol_whitelist": "srt", "timeout": _TIMEOUT, "listen_timeout": _TIMEOUT},
    "rtmp": {"f": "flv", "protocol_whitelist": "rtmp,tcp", "rw_timeout": _TIMEOUT, "rtmp_live": "live"},
    "http": {
        "protocol_whitelist": "http,https,tcp,tls,crypto",
        "format_whitelist": "mpegts,hls,mov,aac",
        "rw_timeout": _TIMEOUT,
        "max_redirects": 0,
    },
    "file": {"protocol_whitelist": "file,crypto", "format_whitelist": "mpegts,mov,matroska,hls,aac"},
}
"""Whoever serves HLS names the files it consists of; without the lists it could name files of this machine."""

_LAST_WORDS: Sequence[tuple[re.Pattern[str], StopReason, str]] = tuple(
    (re.compile(pattern, re.IGNORECASE), reason, detail)
    for pattern, reason, detail in (
        (r"connection refused|no route to host|network is unreachable", StopReason.REFUSED, "refuses connections"),
        (r"failed to resolve|name or service not known", StopReason.REFUSED, "has a name that is not known"),
        (r"timed out|timeout", StopReason.REFUSED, "did not answer in time"),
        (r"\b40[13]\b", StopReason.UNAUTHORIZED, "lets nobody in without user and password"),
        (r"\b404\b", StopReason.NOT_FOUND, "knows no such stream"),
    )
)


def is_relayed(url: str) -> bool:
    """Return whether a source is reached through the relay."""
    return urlsplit(url).scheme in RELAYED


def input_options(url: str) -> dict[str, Option]:
    """Return ffmpeg's input options for the source at `url`; raise `ValueError` for a kind there is none for."""
    scheme = urlsplit(url).scheme
    known = "http" if scheme == "https" else scheme
    if known not in _BY_SCHEME:
        raise ValueError(f"no source is opened by {scheme}://")
    return {**_BY_SCHEME[known], "analyzeduration": ANALYSE_SECONDS * 1_000_000}


def why_it_ended(url: str, tail: Sequence[str], code: int | None) -> Stopped:
    """Return why ffmpeg ended that had opened `url` itself, from its last lines and its exit code."""
    said = " ".join(tail[-6:])
    for pattern, reason, detail in _LAST_WORDS:
        if pattern.search(said):
            return Stopped(reason=reason, detail=f"The source {detail}.")
    if code == 0:
        return Stopped(reason=StopReason.ENDED, detail="The source ended.")
    last = tail[-1] if tail else f"it ended with code {code}"
    return Stopped(reason=StopReason.FAILED, detail=f"ffmpeg ended: {last.replace(url, 'the source')[:200]}")
