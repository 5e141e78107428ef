"""Content and cameras against each other: stations without a camera, cameras without a station. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from election.errors import Fault
from election.ids import StationId
from election.wording import say


def without_station(stations: Mapping[StationId, Path], cameras: Mapping[StationId, int], file: Path) -> list[Fault]:
    """Return a fault for each camera of `file` (its line by its station) of which no page tells."""
    return [
        Fault(
            file=file,
            line=line,
            field="station",
            message=say(
                "there is no page of station {station}; add stations/{folder}/{station}.md or remove the camera.",
                station=station,
                folder=station[:3],
            ),
        )
        for station, line in sorted(cameras.items())
        if station not in stations
    ]


def without_camera(stations: Mapping[StationId, Path], cameras: Mapping[StationId, int]) -> list[Fault]:
    """Return a warning for each station (its page by its id) that has no camera."""
    return [
        Fault(
            file=page,
            line=0,
            field="",
            message=say("has no camera in cameras.toml; its page will show no picture."),
        )
        for station, page in sorted(stations.items())
        if station not in cameras
    ]
