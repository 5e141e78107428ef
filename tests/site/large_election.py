"""An election of more stations than the search reads as one file, and a site whose search is that one's."""

from __future__ import annotations

import shutil
from pathlib import Path

from builder import search_files
from builder.content import Content, Home, StationEntry
from builder.station_folder import StationsByNumber
from election.ids import LAST_CONSTITUENCY, station_id
from election.places import LANGUAGES, Constituency, Region, Station, Text

STATIONS = search_files.BOUND // LAST_CONSTITUENCY + 1
"""In each constituency."""
RARE = (40, 90)
"""The constituencies with the only street of its name."""


def large_election() -> Content:
    """Return an election in which every name is in every constituency, but for one street and one school."""
    numbers = range(1, LAST_CONSTITUENCY + 1)
    return Content(
        home=Home(description=_text("Nümunə"), introduction=_text("Nümunə")),
        regions=(
            Region(slug="baki", name=_text("Bakı")),
            Region(slug="sahil", name=_text("Sahil")),
        ),
        constituencies=tuple(
            Constituency(number=number, name=_text("Dairə"), region="baki" if number < LAST_CONSTITUENCY else "sahil")
            for number in numbers
        ),
        stations=StationsByNumber.of(
            {number: tuple(_entry(number, each) for each in range(1, STATIONS + 1)) for number in numbers}
        ),
        news=(),
        pictures={},
        warnings=(),
    )


def with_large_search(site: Path, folder: Path) -> Path:
    """Copy `site` into the new `folder` and give it the search of the large election; return `folder`."""
    shutil.copytree(site, folder)
    election = large_election()
    parts = search_files.parts_of(election, parted=True)
    for path, body in search_files.search_files(election, parts).items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(body)
    return folder


def _entry(constituency: int, number: int) -> StationEntry:
    rare = constituency in RARE and number == STATIONS
    school = "Musiqi məktəbi" if constituency == LAST_CONSTITUENCY and number == 1 else "Məktəb"
    station = Station(
        id=station_id(constituency, number),
        name=_text(f"{school} № {number}"),
        address=_text("Zoğal küçəsi 1" if rare else f"Çinar küçəsi {number}"),
    )
    return StationEntry(station=station, note=_text(""))


def _text(body: str) -> Text:
    return Text(by_language=dict.fromkeys(LANGUAGES, body))
