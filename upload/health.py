"""What the packager knows of each station, and the state a viewer is told. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from election.errors import Fault
from election.ids import StationId
from election.schedule import Phase, Standing
from election.states import StationState

REPORT_VERSION = 1
OFFLINE_TARGETS = 10
"""Target durations without a new picture after which a station is offline rather than delayed."""
DELAYED_TARGETS = 4
CLOCK_SET_SECONDS = 60.0
"""The machine's clock was set while pictures came if it has moved further than this from theirs."""


@dataclass(kw_only=True)
class RenditionHealth:
    """One rendition, as operators see it."""

    recorder: str = "starting"
    """`starting`, `recording`, why the last attempt ended (`StopReason`), or the phase in which there is none."""
    detail: str = ""
    """One sentence on why nothing is recorded, without secrets."""
    demand: str = ""
    """What should be set right at the camera although it is published, '' where all is well."""
    restarts: int = 0
    ffmpeg_pid: int | None = None
    bits_per_second: int = 0
    frame_rate: float = 0.0
    next_number: int = 0
    waiting: int = 0
    """Segments recorded and not yet listed."""
    newest_end: datetime | None = None
    """Wall-clock end of the newest listed segment."""
    clock_ahead_seconds: float = 0.0
    """How far the machine's clock is ahead of the pictures': much, if it was set since the recording began."""
    listed_milliseconds: float | None = None
    """From the newest segment's completion to the acknowledged playlist that names it."""
    store: str = ""
    """What the store last refused, '' when all is well."""

    def delay_seconds(self, now: datetime) -> float | None:
        """Return how far the newest listed picture lies behind `now`, None before the first.

        A machine's clock that was set makes no picture older or newer. A recording whose first segment came a little
        late has times a little ahead, which is no delay.
        """
        if self.newest_end is None:
            return None
        aside = self.clock_ahead_seconds if abs(self.clock_ahead_seconds) > CLOCK_SET_SECONDS else 0.0
        return max(0.0, (now - self.newest_end).total_seconds() - aside)


_UNSHOWN = {
    Phase.SCHEDULED: StationState.SCHEDULED,
    Phase.PAUSED: StationState.PAUSED,
    Phase.CLOSED: StationState.CLOSED,
}


def station_state(
    renditions: Iterable[RenditionHealth],
    *,
    now: datetime,
    started: datetime,
    target_duration: int,
    standing: Standing | None = None,
) -> StationState:
    """Return a station's state: its standing's, or while it is open that of its freshest rendition.

    Before the first picture a station that has just been started or opened is `scheduled`, later `offline`; one that
    has just been resumed is `delayed`. Without `standing` it is open.
    """
    if standing is not None and standing.phase in _UNSHOWN:
        return _UNSHOWN[standing.phase]
    since = started if standing is None or standing.since is None else max(started, standing.since)
    patience = OFFLINE_TARGETS * target_duration
    has_just_begun = (now - since).total_seconds() < patience
    delays = [delay for rendition in renditions if (delay := rendition.delay_seconds(now)) is not None]
    if not delays:
        return StationState.SCHEDULED if has_just_begun else StationState.OFFLINE
    best = min(delays)
    if best <= DELAYED_TARGETS * target_duration:
        return StationState.LIVE
    is_resumed = has_just_begun and standing is not None and standing.order is not None
    return StationState.DELAYED if best <= patience or is_resumed else StationState.OFFLINE


def node_report(
    node: str,
    stations: Mapping[StationId, tuple[StationState, int, Mapping[str, RenditionHealth]]],
    *,
    now: datetime,
    spool_free_bytes: int,
    refused: Sequence[Fault] = (),
    notice: str = "",
) -> bytes:
    """Return this machine's full health as JSON.

    Of each station its state, the generation it is published in (0 where it is not) and its renditions; `refused` is
    what is wrong in a `cameras.toml` or `orders.toml` that is not followed, `notice` a sentence that concerns every
    station.
    """
    body = {
        "version": REPORT_VERSION,
        "node": node,
        "written": _format(now),
        "spool_free_bytes": spool_free_bytes,
        "notice": notice,
        "refused": [
            {"file": str(fault.file), "line": fault.line, "field": fault.field, "message": fault.message}
            for fault in refused
        ],
        "stations": {
            station: {
                "state": state,
                "generation": generation,
                "renditions": {
                    name: {
                        **asdict(health),
                        "newest_end": None if health.newest_end is None else _format(health.newest_end),
                        "delay_seconds": health.delay_seconds(now),
                    }
                    for name, health in renditions.items()
                },
            }
            for station, (state, generation, renditions) in stations.items()
        },
    }
    return json.dumps(body, separators=(",", ":")).encode()


def _format(time: datetime) -> str:
    return time.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
