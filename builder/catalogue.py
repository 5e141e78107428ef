"""All stations as open data, for programs. Pure.

`catalogue.json`, in all languages; a text lacks a language it was not translated into::

    {"version": 1,
     "license": "CC-BY-4.0",
     "election": {"name": {"az": …, "en": …, "ru": …}, "date": "2026-11-29", "sample": true,
                  "opening": "08:00", "closing": "19:00", "time_zone": "Asia/Baku"},
     "regions": [{"slug": …, "name": {…}}],
     "constituencies": [{"number": 34, "name": {…}, "region": slug}],
     "stations": [{"id": "034-012", "name": {…}, "address": {…}, "coordinates": {"lat": …, "lon": …},
                   "registered_voters": 1250, "accessibility": ["ramp"], "opening": "09:00", "closing": "18:00",
                   "camera_note": {…}, "maintenance_note": {…}}]}

A station lacks what is not told of it; hours of its own are those that differ from the election's. `license` is ''
where the configuration names none.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from builder.content import Content
from election.configuration import ElectionTable
from election.places import Station

VERSION = 1


def open_data(election: ElectionTable, content: Content, license_name: str, stations: Iterable[bytes]) -> bytes:
    """Return the catalogue of all stations; `stations` are their `members`, constituency by constituency."""
    frame = _compact(
        {
            "version": VERSION,
            "license": license_name,
            "election": {
                "name": dict(election.name.text.by_language),
                "date": election.date.isoformat(),
                "sample": election.sample,
                "opening": f"{election.opens:%H:%M}",
                "closing": f"{election.closes:%H:%M}",
                "time_zone": election.time_zone,
            },
            "regions": [{"slug": region.slug, "name": region.name.by_language} for region in content.regions],
            "constituencies": [
                {"number": place.number, "name": place.name.by_language, "region": place.region}
                for place in content.constituencies
            ],
            "stations": [],
        }
    )
    return frame.removesuffix("]}").encode() + b",".join(filter(None, stations)) + b"]}"


def members(stations: Iterable[Station]) -> bytes:
    """Return these stations as the list `stations` has them, without the brackets around."""
    return ",".join(_compact(_told(station)) for station in stations).encode()


def _told(station: Station) -> dict[str, object]:
    at = station.coordinates
    facts = {
        "coordinates": None if at is None else {"lat": at.lat, "lon": at.lon},
        "registered_voters": station.registered_voters,
        "accessibility": station.accessibility,
        "opening": None if station.opening is None else f"{station.opening:%H:%M}",
        "closing": None if station.closing is None else f"{station.closing:%H:%M}",
        "camera_note": station.camera_note.by_language,
        "maintenance_note": station.maintenance_note.by_language,
    }
    told = {"id": station.id, "name": station.name.by_language, "address": station.address.by_language}
    return {**told, **{name: value for name, value in facts.items() if value}}


def _compact(data: object) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))
