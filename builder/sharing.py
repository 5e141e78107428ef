"""What search engines and messengers read of a page: structured data, and how a language is named to them. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping

from markupsafe import Markup

from election.places import Accessibility, Station

OPEN_GRAPH_LOCALES = {"az": "az_AZ", "en": "en_GB", "ru": "ru_RU"}
_HARMLESS = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"}
"""Nothing in a data block may end it."""
_encoded = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def place(name: str, address: str, station: Station, words: Mapping[Accessibility, str]) -> dict[str, object]:
    """Return where a station is, as a schema.org `Place`: name and address as given, the rest where it is known."""
    found: dict[str, object] = {"@type": "Place", "name": name, "address": address}
    if at := station.coordinates:
        found["geo"] = {"@type": "GeoCoordinates", "latitude": at.lat, "longitude": at.lon}
    if station.accessibility:
        found["amenityFeature"] = [
            {"@type": "LocationFeatureSpecification", "propertyID": kind, "name": words[kind], "value": True}
            for kind in station.accessibility
        ]
    return found


def video(
    *,
    live: bool,
    opens: str,
    ends: str,
    name: str,
    description: str,
    language: str,
    page: str,
    still: str,
    playlist: str,
    place: Mapping[str, object],
) -> Markup:
    """Return the JSON-LD of a station's video (schema.org `VideoObject` with its `BroadcastEvent`), safe in `<script>`.

    Not `live` is the recording of an election that is over; `opens` and `ends` are moments in ISO 8601. `page`, `still`
    and `playlist` are absolute addresses; `place` is made by the function of that name.
    """
    data = {
        "@context": "https://schema.org",
        "@type": "VideoObject",
        "name": name,
        "description": description,
        "inLanguage": language,
        "url": page,
        "thumbnailUrl": [still],
        "contentUrl": playlist,
        "uploadDate": opens,
        "contentLocation": place,
        "publication": {
            "@type": "BroadcastEvent",
            "name": name,
            "isLiveBroadcast": live,
            "startDate": opens,
            "endDate": ends,
        },
    }
    text = _encoded(data)
    for letter, harmless in _HARMLESS.items():
        text = text.replace(letter, harmless)
    return Markup(text)  # noqa: S704 - made harmless
