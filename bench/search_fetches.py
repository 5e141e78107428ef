"""What a query fetches in an election that the search reads in parts: files, bytes; and the one file beside it.

The page's own modules read what the builder writes, each query from nothing. Half of the stations stand in streets that
only their constituency has, with invented names.
"""

from __future__ import annotations

import dataclasses
import gzip
import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.table import Table

from bench import search
from bench.progress import Steps
from bench.rig import folder_in_memory
from builder import search_files
from builder.content import Content, StationEntry
from builder.station_folder import StationsByNumber
from election.places import LANGUAGES, Text
from machine import binaries, process

STATIONS = 100_000
OWN_STREETS = 20
"""In each constituency."""
_SYLLABLES = [start + vowel for start in "bcdfghklmnprstvxyz" for vowel in ("a", "e", "i", "o", "u", "an", "er", "ul")]
_SCRIPT = Path(__file__).with_name("search_fetches.mjs")
_LONGEST_SECONDS = 300.0


@dataclass(frozen=True, kw_only=True)
class Fetch:
    """What one query fetched."""

    query: str
    files: int
    """The first one included."""
    bytes: int
    """Compressed."""
    found: int
    complete: bool
    """Whether all was read that may hold answers; otherwise as much as is shown at first."""


@dataclass(frozen=True, kw_only=True)
class FetchResult:
    """One election."""

    stations: int
    whole_bytes: int
    """Of the one file of everything, compressed."""
    first_bytes: int
    """Of the first file of the parts, compressed."""
    fetches: Sequence[Fetch]


async def measure_fetches(*, steps: Steps, stations: int = STATIONS) -> FetchResult:
    """Search in an election of this size; raises `PollcastError`."""
    steps.say(f"{stations:,} stations in parts")
    content, streets = with_own_streets(search.election(stations))
    own, other = streets[34][0], streets[90][1]
    queries = [
        "34/12",
        "dairə 34",
        "34",
        own,
        f"{own} küçəsi 17",
        f"{own[:3]}{own[4:]}",
        other[:3],
        "kitabxana",
        "Çinar sahili söyüd küçəsi 17",
        "kitabxena",
        "wwwwww",
    ]
    listed = search_files.parts_of(content, parted=True)
    parts = search_files.parted_rows(content, listed, LANGUAGES[0])
    with folder_in_memory() as folder:
        for path, body in parts.items():
            file = folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(body)
        asked, told = folder / "queries.json", folder / "told.json"
        asked.write_text(json.dumps(queries), encoding="utf-8")
        argv = [str(binaries.node()), str(_SCRIPT), str(folder), str(asked), str(told)]
        await process.run(argv, name="node", timeout=_LONGEST_SECONDS)
        found = json.loads(told.read_bytes())
    steps.advance()
    return FetchResult(
        stations=stations,
        whole_bytes=len(gzip.compress(search_files.search_rows(content, listed, LANGUAGES[0]), 9)),
        first_bytes=len(gzip.compress(parts[f"{LANGUAGES[0]}/search.json"], 9)),
        fetches=[
            Fetch(
                query=query,
                files=each["files"],
                bytes=each["bytes"],
                found=each["found"],
                complete=each["complete"],
            )
            for query, each in zip(queries, found, strict=True)
        ],
    )


def with_own_streets(content: Content) -> tuple[Content, dict[int, list[str]]]:
    """Return the election with every second station in a street of its constituency, and those streets' names."""
    chance = random.Random(content.station_count)
    stations: dict[int, tuple[StationEntry, ...]] = {}
    streets: dict[int, list[str]] = {}
    for number, entries in content.stations.items():
        names = ["".join(chance.choices(_SYLLABLES, k=chance.choice((2, 3, 4)))).title() for _ in range(OWN_STREETS)]
        streets[number] = names
        stations[number] = tuple(
            _moved(entry, f"{chance.choice(names)} küçəsi {chance.randint(1, 180)}") if index % 2 else entry
            for index, entry in enumerate(entries)
        )
    return dataclasses.replace(content, stations=StationsByNumber.of(stations)), streets


def _moved(entry: StationEntry, street: str) -> StationEntry:
    district = entry.station.address.in_language(LANGUAGES[0]).partition(",")[0]
    address = Text(by_language={LANGUAGES[0]: f"{district}, {street}"})
    return dataclasses.replace(entry, station=dataclasses.replace(entry.station, address=address))


def fetch_table(result: FetchResult) -> Table:
    """Return one row a query."""
    title = (
        f"What a query fetches among {result.stations:,} stations: first file {result.first_bytes / 1000:.0f} kB, "
        f"everything as one file {result.whole_bytes / 1000:.0f} kB"
    )
    table = Table(title=title, title_justify="left", min_width=80)
    for heading in ("query", "files", "kB", "found", "searched"):
        table.add_column(heading, justify="right" if heading in ("files", "kB", "found") else "left")
    for fetch in result.fetches:
        searched = "all that may hold it" if fetch.complete else "as far as is shown"
        table.add_row(fetch.query, str(fetch.files), f"{fetch.bytes / 1000:.0f}", f"{fetch.found:,}", searched)
    return table
