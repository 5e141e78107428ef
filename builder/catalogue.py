"""All stations as open data, for programs. Pure.

`catalogue.json`, in all languages; a text lacks a language it was not translated into::

    {"version": 1,
     "election": {"name": {"az": …, "en": …, "ru": …}, "date": "2026-11-29", "sample": true},
     "regions": [{"slug": …, "name": {…}}],
     "constituencies": [{"number": 34, "name": {…}, "region": slug}],
     "stations": [{"id": "034-012", "name": {…}, "address": {…}}]}
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from builder.content import Content
from election.configuration import ElectionTable
from election.places import Station

VERSION = 1


def open_data(election: ElectionTable, content: Content) -> bytes:
    """Return the catalogue of all stations."""
    return _compact(
        {
            "version": VERSION,
            "election": {
                "name": dict(election.name.text.by_language),
                "date": election.date.isoformat(),
                "sample": election.sample,
            },
            "regions": [{"slug": region.slug, "name": region.name.by_language} for region in content.regions],
            "constituencies": [
                {"number": place.number, "name": place.name.by_language, "region": place.region}
                for place in content.constituencies
            ],
            "stations": [
                {"id": station.id, "name": station.name.by_language, "address": station.address.by_language}
                for station in _stations(content)
            ],
        }
    )


def _stations(content: Content) -> Iterator[Station]:
    for place in content.constituencies:
        for entry in content.stations[place.number]:
            yield entry.station


def _compact(data: object) -> bytes:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()
