"""Object keys in the bucket's public prefix, and how long each kind may be cached.

The same paths are the addresses at the edge: `/live/…` and `/status/…` as they are, `site/…` at `/`.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date

from election.ids import Rendition, StationId

SITE = "site/"
PUBLIC_STATUS = "status/public.json"
IMMUTABLE = "public, max-age=31536000, immutable"


def sha8(body: bytes) -> str:
    """Return the first eight hexadecimal digits of the SHA-256 of `body`."""
    return hashlib.sha256(body).hexdigest()[:8]


def master(station: StationId) -> str:
    """Key of the multivariant playlist."""
    return f"live/{station}/master.m3u8"


def live(station: StationId, rendition: Rendition) -> str:
    """Key of the sliding-window media playlist."""
    return f"live/{station}/{rendition}/live.m3u8"


def init(station: StationId, rendition: Rendition, digest: str) -> str:
    """Key of an initialisation segment; `digest` is `sha8` of its bytes."""
    return f"live/{station}/{rendition}/init-{digest}.mp4"


def segment(station: StationId, rendition: Rendition, day: date, number: int, generation: int, digest: str) -> str:
    """Key of a media segment: never rewritten, never reused.

    `number` is the media sequence number, `generation` the writer's, `digest` `sha8` of the bytes.
    """
    return f"live/{station}/{rendition}/{day:%Y-%m-%d}/{number:08d}-{generation}-{digest}.m4s"


def gap(station: StationId, rendition: Rendition, day: date, number: int, generation: int) -> str:
    """Address of a media segment that does not exist and never will: what a playlist needs to name a gap."""
    return f"live/{station}/{rendition}/{day:%Y-%m-%d}/{number:08d}-{generation}-gap.m4s"


def hour(station: StationId, rendition: Rendition, day: date, name: str, version: int) -> str:
    """Key of the playlist of one hour, `name` its two digits; a `version` above 1 has what came late."""
    late = f"-{version}" if version > 1 else ""
    return f"live/{station}/{rendition}/{day:%Y-%m-%d}/{name}{late}.m3u8"


def day(station: StationId, rendition: Rendition, on: date) -> str:
    """Key of the playlist of a whole day."""
    return f"live/{station}/{rendition}/{on:%Y-%m-%d}/day.m3u8"


def timeline(station: StationId, on: date) -> str:
    """Key of what exists of a station's day, and what is missing and why."""
    return f"live/{station}/{on:%Y-%m-%d}/timeline.json"


def minute_still(station: StationId, on: date, minute: int) -> str:
    """Key of the still that is kept of a minute of the day, JPEG."""
    return f"live/{station}/{on:%Y-%m-%d}/{minute // 60:02d}{minute % 60:02d}.jpg"


def still(station: StationId) -> str:
    """Key of the recent still, JPEG."""
    return f"live/{station}/still.jpg"


def node_status(node: str) -> str:
    """Key of one machine's full health report (private prefix, not routed by the edge)."""
    return f"status/nodes/{node}.json"


def lease(station: StationId) -> str:
    """Key of a station's lease (private prefix)."""
    return f"status/leases/{station}.json"


def fencing_probe(name: str) -> str:
    """Key of an object that only tells whether the store makes conditional writes (private prefix)."""
    return f"status/probes/{name}"


@dataclass(frozen=True, kw_only=True)
class ObjectKind:
    """How an object is served: the headers stored with it."""

    content_type: str
    cache_control: str
    compress: bool
    """Whether the body is stored with `Content-Encoding: gzip`."""


MEDIA_SEGMENT = ObjectKind(content_type="video/iso.segment", cache_control=IMMUTABLE, compress=False)
INIT_SEGMENT = ObjectKind(content_type="video/mp4", cache_control=IMMUTABLE, compress=False)
MASTER = ObjectKind(content_type="application/vnd.apple.mpegurl", cache_control="public, max-age=10", compress=True)
STILL = ObjectKind(content_type="image/jpeg", cache_control="public, max-age=30", compress=False)
MINUTE_STILL = ObjectKind(content_type="image/jpeg", cache_control=IMMUTABLE, compress=False)
RUNNING_HOUR = ObjectKind(
    content_type="application/vnd.apple.mpegurl", cache_control="public, max-age=15", compress=True
)
CLOSED_HOUR = ObjectKind(
    content_type="application/vnd.apple.mpegurl", cache_control="public, max-age=86400", compress=True
)
TIMELINE = ObjectKind(content_type="application/json", cache_control="public, max-age=15", compress=True)
STATUS = ObjectKind(content_type="application/json", cache_control="public, max-age=5", compress=True)
PRIVATE_STATUS = ObjectKind(content_type="application/json", cache_control="no-store", compress=True)


def live_playlist_kind(target_duration: int) -> ObjectKind:
    """Return how a live playlist is served: cached for half the target duration (seconds), at least 1 s."""
    return ObjectKind(
        content_type="application/vnd.apple.mpegurl",
        cache_control=f"public, max-age={max(1, target_duration // 2)}",
        compress=True,
    )
