"""What a station's page tells beside name and address, in the page's language. Pure."""

from __future__ import annotations

from builder import views
from builder.labels import Labels
from election.places import Coordinates, Station

_DECIMALS = 5
"""Of a degree: about a metre."""


def facts_of(station: Station, voting_hours: str, labels: Labels, language: str) -> views.StationFacts:
    """Return the facts of `station`; `voting_hours` are formatted."""
    voters = station.registered_voters
    return views.StationFacts(
        voting_hours=voting_hours,
        registered_voters="" if voters is None else labels.number(voters),
        accessibility=", ".join(labels.accessibility[kind] for kind in station.accessibility),
        coordinates=None if station.coordinates is None else _on_a_map(station.coordinates),
        camera_note=station.camera_note.in_language(language),
        maintenance_note=station.maintenance_note.in_language(language),
    )


def _on_a_map(at: Coordinates) -> views.Link:
    lat, lon = f"{at.lat:.{_DECIMALS}f}", f"{at.lon:.{_DECIMALS}f}"
    return views.Link(text=f"{lat}, {lon}", url=f"geo:{lat},{lon}")
