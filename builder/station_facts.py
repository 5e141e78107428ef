"""What a station's page tells beside name and address, in the page's language. Pure."""

from __future__ import annotations

from builder import views
from builder.labels import Labels, voting_hours
from election.configuration import ElectionTable
from election.places import Coordinates, Station

_DECIMALS = 5
"""Of a degree: about a metre."""


def facts_of(station: Station, election: ElectionTable, labels: Labels, language: str) -> views.StationFacts:
    """Return the facts of `station`; hours it does not name are the election's."""
    voters = station.registered_voters
    return views.StationFacts(
        voting_hours=voting_hours(election, station.opening, station.closing),
        registered_voters="" if voters is None else labels.number(voters),
        accessibility=tuple(labels.accessibility[kind] for kind in station.accessibility),
        coordinates=None if station.coordinates is None else _on_a_map(station.coordinates),
        camera_note=station.camera_note.in_language(language),
        maintenance_note=station.maintenance_note.in_language(language),
    )


def _on_a_map(at: Coordinates) -> views.Link:
    lat, lon = f"{at.lat:.{_DECIMALS}f}", f"{at.lon:.{_DECIMALS}f}"
    return views.Link(text=f"{lat}, {lon}", url=f"geo:{lat},{lon}")
