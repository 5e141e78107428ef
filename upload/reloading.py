"""What a changed `cameras.toml` means for the stations that are running. Pure: sources in, changes out."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from election.cameras import Source
from election.ids import StationId

Streams = tuple[Source, ...]
"""All streams of one station."""


@dataclass(frozen=True, kw_only=True)
class Changes:
    """What to do to get from the running stations to the wanted ones; a station that is not named does not notice."""

    stop: tuple[StationId, ...] = ()
    start: Mapping[StationId, Streams] = field(default_factory=dict)
    replace: Mapping[StationId, Streams] = field(default_factory=dict)
    """Stations of which at least one stream is another; the streams that stay the same go on."""

    def __bool__(self) -> bool:
        return bool(self.stop or self.start or self.replace)


def by_station(sources: Iterable[Source]) -> dict[StationId, Streams]:
    """Return each station's streams, in the order of station and rendition."""
    ordered = sorted(sources, key=lambda source: (source.station, source.rendition))
    return {
        station: tuple(streams) for station, streams in itertools.groupby(ordered, key=lambda source: source.station)
    }


def changes(running: Iterable[Source], wanted: Iterable[Source]) -> Changes:
    """Return what leads from the `running` sources to the `wanted` ones."""
    before, after = by_station(running), by_station(wanted)
    return Changes(
        stop=tuple(station for station in before if station not in after),
        start={station: streams for station, streams in after.items() if station not in before},
        replace={
            station: streams for station, streams in after.items() if station in before and before[station] != streams
        },
    )


def begun_anew(running: Streams, wanted: Streams) -> Streams:
    """Return the streams of `wanted` that a station with the `running` ones has to begin."""
    return tuple(source for source in wanted if source not in running)
