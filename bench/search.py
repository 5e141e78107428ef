"""What a keystroke in the search box costs, measured under Node on sample elections.

The page's own modules read the page's own file. Queries are typed letter by letter, as people do, but for misspelt
words. The times are those of one search with its facets and states; showing the results comes on top.
"""

from __future__ import annotations

import gzip
import json
import random
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.table import Table

from bench.progress import Steps
from bench.rig import folder_in_memory
from builder import sample_words as say
from builder import search_files
from builder.content import Content, Home, StationEntry
from builder.station_folder import StationsByNumber
from election.ids import LAST_CONSTITUENCY, station_id
from election.places import LANGUAGES, Constituency, Region, Station, Text
from machine import binaries, process

SIZES = (6500, 100_000)
ROUNDS = 6
_SCRIPT = Path(__file__).with_name("search.mjs")
_LONGEST_SECONDS = 300.0


def _typed(*queries: str) -> list[str]:
    """Return each query as it grows under the fingers, from its first letter."""
    return [query[:length].strip() for query in queries for length in range(1, len(query) + 1)]


QUERIES: Mapping[str, Sequence[str]] = {
    "prefix": _typed("çinar", "nümunə", "kitabxana", "Göyərçin küçəsi"),
    "several words": _typed("musiqi məktəbi gül", "Çinar sahili söyüd küçəsi 17", "uşaq bağçası 120"),
    "number": _typed("34/12", "12 saylı məntəqə, 34 saylı dairə", "station 12 of constituency 34", "7"),
    "misspelt": ["kitabxena", "meneniyyet", "goyarcin", "zogaal kucesi", "musqi mektabi", "xezri burni"],
}


@dataclass(frozen=True, kw_only=True)
class SearchResult:
    """One size and form of election."""

    stations: int
    files: int
    """One, or the first one and those of all constituencies."""
    file_bytes: int
    """Of them together, compressed."""
    read_milliseconds: float
    """Parsing and folding them, once."""
    milliseconds: Mapping[str, Sequence[Sequence[float]]]
    """Of each search, by kind of query: a sequence a query, in the order of `QUERIES`."""
    found: Mapping[str, int]
    """How many results the queries of a kind had together."""

    def median(self, kind: str) -> float:
        """Milliseconds of the typical search."""
        return statistics.median(self._all(kind))

    def worst(self, kind: str) -> float:
        """Milliseconds that nineteen of twenty searches do not exceed."""
        return statistics.quantiles(self._all(kind), n=20)[-1]

    def slowest(self, kind: str) -> tuple[str, float]:
        """Return the query that takes longest, and its milliseconds when least disturbed."""
        least = map(min, self.milliseconds[kind])
        return max(zip(QUERIES[kind], least, strict=True), key=lambda pair: pair[1])

    def _all(self, kind: str) -> list[float]:
        return [each for times in self.milliseconds[kind] for each in times]


async def measure_searches(*, steps: Steps, sizes: Sequence[int] = SIZES, rounds: int = ROUNDS) -> list[SearchResult]:
    """Search in elections of these sizes, large ones as one file and in parts; raises `PollcastError`."""
    results = []
    with folder_in_memory() as folder:
        queries, told = folder / "queries.json", folder / "told.json"
        queries.write_text(json.dumps(QUERIES), encoding="utf-8")
        for size in sizes:
            steps.say(f"{size:,} stations")
            content = election(size)
            parts = search_files.parts_of(content, parted=True)
            forms = [{"search.json": search_files.search_rows(content, parts, LANGUAGES[0])}]
            if size > search_files.BOUND:
                forms.append(search_files.parted_rows(content, parts, LANGUAGES[0]))
            for form in forms:
                for path, body in form.items():
                    # The first file beside the folders that it names.
                    file = folder / (path if path.startswith(search_files.FOLDER) else "search.json")
                    file.parent.mkdir(parents=True, exist_ok=True)
                    file.write_bytes(body)
                argv = [str(binaries.node()), str(_SCRIPT), str(folder / "search.json"), str(queries)]
                await process.run([*argv, str(rounds), str(told)], name="node", timeout=_LONGEST_SECONDS)
                result = json.loads(told.read_bytes())
                results.append(
                    SearchResult(
                        stations=size,
                        files=len(form),
                        file_bytes=sum(len(gzip.compress(body, 9)) for body in form.values()),
                        read_milliseconds=result["read"],
                        milliseconds=result["kinds"],
                        found=result["found"],
                    )
                )
            steps.advance()
    return results


def election(stations: int) -> Content:
    """Return a sample election in memory, its buildings and streets shuffled as in life; the same for the same size."""
    chance = random.Random(stations)
    regions = [Region(slug=slug, name=_text(name)) for slug, name in say.REGIONS]
    places = [
        Constituency(
            number=number,
            name=_text(chance.choice(say.CONSTITUENCIES)),
            region=regions[number * len(regions) // (LAST_CONSTITUENCY + 1)].slug,
        )
        for number in range(1, LAST_CONSTITUENCY + 1)
    ]
    found: dict[int, tuple[StationEntry, ...]] = {}
    for index, place in enumerate(places):
        region = say.REGIONS[place.number * len(regions) // (LAST_CONSTITUENCY + 1)][1]
        share = stations // LAST_CONSTITUENCY + (index < stations % LAST_CONSTITUENCY)
        found[place.number] = tuple(_entry(place.number, number, region, chance) for number in range(1, share + 1))
    home = Home(description=_text(say.HOME_DESCRIPTION), introduction=_text(say.HOME_TEXT))
    return Content(
        home=home,
        regions=tuple(regions),
        constituencies=tuple(places),
        stations=StationsByNumber.of(found),
        news=(),
        pictures={},
        warnings=(),
    )


def _entry(constituency: int, number: int, region: say.Words, chance: random.Random) -> StationEntry:
    building = Text(by_language={"az": chance.choice(say.BUILDINGS).az.format(n=chance.randint(1, 350))})
    address = f"{region.az}, {chance.choice(say.STREETS).az} {chance.randint(1, 180)}"
    station = Station(id=station_id(constituency, number), name=building, address=Text(by_language={"az": address}))
    return StationEntry(station=station, note=Text(by_language={}))


def _text(words: say.Words) -> Text:
    return Text(by_language=words._asdict())


def search_table(results: Sequence[SearchResult]) -> Table:
    """Return one row a size and kind of query."""
    table = Table(title="A keystroke in the search box", title_justify="left", min_width=80)
    headings = ("stations", "files", "kB", "read ms", "queries", "searches", "found", "median ms", "p95 ms")
    for heading in (*headings, "slowest", "ms"):
        table.add_column(heading, justify="left" if heading in ("queries", "slowest") else "right")
    for result in results:
        for kind in QUERIES:
            query, slowest = result.slowest(kind)
            table.add_row(
                f"{result.stations:,}",
                str(result.files),
                f"{result.file_bytes / 1000:.0f}",
                f"{result.read_milliseconds:.0f}",
                kind,
                str(sum(map(len, result.milliseconds[kind]))),
                f"{result.found[kind]:,}",
                f"{result.median(kind):.2f}",
                f"{result.worst(kind):.2f}",
                query,
                f"{slowest:.2f}",
            )
    return table
