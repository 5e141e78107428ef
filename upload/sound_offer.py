"""What sound a camera offers, read from its description (RFC 8866, RTSP by RFC 2326 C), and where it sends it. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from upload.hearing import Heard
from upload.rtsp_message import Message

_INTERLEAVED = re.compile(r"interleaved=(\d{1,3})", re.IGNORECASE)
_STATIC = {
    0: "PCMU",
    3: "GSM",
    4: "G723",
    8: "PCMA",
    9: "G722",
    10: "L16",
    11: "L16",
    14: "MPA",
    15: "G728",
    18: "G729",
}
"""Encodings by payload type where no `rtpmap` says so (RFC 3551 6)."""


@dataclass(frozen=True, kw_only=True)
class SoundOffer:
    """The first sound in a description."""

    encoding: str
    """In capitals, such as `PCMU` or `MPEG4-GENERIC`."""
    control: str
    """The end of its address: the last part of what the description calls it."""

    def is_at(self, url: str) -> bool:
        """Return whether a track's address is this sound's."""
        return bool(self.control) and url.rstrip("/").rsplit("/", 1)[-1] == self.control


def sound_offer(description: bytes) -> SoundOffer | None:
    """Return the first sound that a description (SDP) offers, None if there is none."""
    media = re.split(r"\r?\n(?=m=)", description.decode("utf-8", "replace"))
    for section in media:
        lines = section.splitlines()
        found = re.fullmatch(r"m=audio \S+ \S+ (\d{1,3}).*", lines[0].strip()) if lines else None
        if found is None:
            continue
        payload_type = int(found[1])
        encoding, control = _STATIC.get(payload_type, "unknown"), ""
        for line in lines[1:]:
            if mapped := re.match(rf"a=rtpmap:{payload_type}\s+([^/\s]+)/", line):
                encoding = mapped[1]
            elif line.startswith("a=control:"):
                control = line.removeprefix("a=control:").strip().rstrip("/").rsplit("/", 1)[-1]
        return SoundOffer(encoding=encoding.upper(), control=control)
    return None


def first_channel(transport: str) -> int:
    """Return the channel of a track's media by a Transport header (RFC 2326 12.39), -1 where it has none."""
    found = _INTERLEAVED.search(transport)
    return int(found[1]) if found else -1


@dataclass
class SoundTrack:
    """The sound of one connection to a camera, from the dialogue on it."""

    heard: Heard
    """Told what the dialogue says."""
    channel: int = -1
    """Of its packets; -1 before it is set up."""
    _offer: SoundOffer | None = None

    def answered(self, request: Message, response: Message, *, now: float) -> None:
        """Take in what the camera answered at `now`: what it offers, where it will send it, and that it begins."""
        if not 200 <= response.status < 300:
            return
        method, url, *_ = request.first_line.split(" ")
        if method == "DESCRIBE":
            self._offer = sound_offer(response.body)
            self.heard.encoding = self._offer.encoding if self._offer else ""
        elif method == "SETUP" and self._offer is not None and self._offer.is_at(url):
            self.channel = first_channel(response.header("Transport") or "")
        elif method == "PLAY":
            self.heard.playing_since = now
