"""`catalogue.csv`: all stations of the present election as a table, for those who open it in a spreadsheet. Pure.

RFC 4180, UTF-8, one row a station. A text that a spreadsheet would take for a formula has an apostrophe before it. The
columns are explained in docs/open-data.md and, for readers of the site, in `builder.open_data`.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator

from builder.content import Content
from election.configuration import ElectionTable
from election.ids import constituency_of, number_of
from election.places import LANGUAGES, Constituency, Station, Text

NAME = "catalogue.csv"
COLUMNS = (
    "id",
    "constituency",
    "number",
    *(f"constituency_name_{language}" for language in LANGUAGES),
    "region",
    *(f"region_name_{language}" for language in LANGUAGES),
    *(f"name_{language}" for language in LANGUAGES),
    *(f"address_{language}" for language in LANGUAGES),
    "lat",
    "lon",
    "registered_voters",
    "accessibility",
    "opening",
    "closing",
    *(f"camera_note_{language}" for language in LANGUAGES),
    *(f"maintenance_note_{language}" for language in LANGUAGES),
    "license",
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def table(constituencies: Iterable[bytes]) -> bytes:
    """Return the table; `constituencies` are the `rows` of each."""
    return b"".join((_written([COLUMNS]), *constituencies))


def rows(election: ElectionTable, content: Content, place: Constituency, license_name: str) -> bytes:
    """Return the rows of a constituency's stations.

    Hours are the station's own or else the election's, so that no cell of them is empty.
    """
    region = next(region for region in content.regions if region.slug == place.region)
    above = [*_texts(place.name), place.region, *_texts(region.name)]
    return _written(_row(entry.station, above, election, license_name) for entry in content.stations[place.number])


def _written(cells: Iterable[Iterable[object]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(cells)
    return text.getvalue().encode()


def _row(station: Station, above: list[str], election: ElectionTable, license_name: str) -> Iterator[object]:
    at = station.coordinates
    yield station.id
    yield constituency_of(station.id)
    yield number_of(station.id)
    yield from above
    yield from _texts(station.name)
    yield from _texts(station.address)
    yield "" if at is None else at.lat
    yield "" if at is None else at.lon
    yield "" if station.registered_voters is None else station.registered_voters
    yield " ".join(station.accessibility)
    yield f"{station.opening or election.opens:%H:%M}"
    yield f"{station.closing or election.closes:%H:%M}"
    yield from _texts(station.camera_note)
    yield from _texts(station.maintenance_note)
    yield license_name


def _texts(text: Text) -> list[str]:
    """Return a text in each language, '' where it was not translated."""
    said = (text.by_language.get(language, "") for language in LANGUAGES)
    return [f"'{words}" if words.startswith(_FORMULA) else words for words in said]
