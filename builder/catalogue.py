"""The files for programs: what the search of one language reads, and all stations as open data. Pure.

`search.json`, as small as it can be, since a phone fetches it. What is alike stands together, which compresses best: a
set of stations as in `builder.coverage`, and their names and addresses in the same order, one a line. Regions come as
sorted lists show them; a constituency names its region by its place there::

    {"version": 2, "regions": [[slug, name], …], "constituencies": [[34, name, 0], …],
     "stations": "034:12-15 035:12", "names": "…", "addresses": "…"}

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

from builder.alphabet import sort_key
from builder.content import Content
from builder.coverage import coverage_of
from election.configuration import ElectionTable
from election.places import Station

VERSION = 1
SEARCH_VERSION = 2


def search_rows(content: Content, language: str) -> bytes:
    """Return the search file of `language`."""
    regions = sorted(content.regions, key=lambda region: sort_key(region.name.in_language(language), language))
    place = {region.slug: index for index, region in enumerate(regions)}
    stations = list(_stations(content))
    return _compact(
        {
            "version": SEARCH_VERSION,
            "regions": [[region.slug, region.name.in_language(language)] for region in regions],
            "constituencies": [
                [constituency.number, constituency.name.in_language(language), place[constituency.region]]
                for constituency in content.constituencies
            ],
            "stations": coverage_of(station.id for station in stations),
            "names": "\n".join(station.name.in_language(language) for station in stations),
            "addresses": "\n".join(station.address.in_language(language) for station in stations),
        }
    )


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
