"""What the lists of all stations say of the stations of one constituency, made with its pages. Pure.

A list is these, one after the other: so nobody looks at all stations because one of them was edited, and what there is
to do for all of them is done by all processes of a build.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from builder import catalogue, catalogue_csv, search_files
from builder.content import Content
from builder.search_files import SearchPart
from election.configuration import Configuration
from election.places import LANGUAGES


@dataclass(frozen=True, kw_only=True, slots=True)
class Listing:
    """What is listed of one constituency."""

    catalogue: bytes
    """In `catalogue.json`, see `builder.catalogue.members`."""
    table: bytes
    """In `catalogue.csv`, see `builder.catalogue_csv.rows`."""
    search: Mapping[str, SearchPart]
    """By language."""


def listing_of(configuration: Configuration, part: Content, *, parted: bool) -> Listing:
    """Return the listing of a constituency, of which `part` holds the content; `parted` is the search's."""
    (place,) = part.constituencies
    stations = [entry.station for entry in part.stations[place.number]]
    return Listing(
        catalogue=catalogue.members(stations),
        table=catalogue_csv.rows(configuration.election, part, place, configuration.site.license),
        search={language: search_files.part_of(stations, language, parted=parted) for language in LANGUAGES},
    )
