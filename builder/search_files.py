"""What the search of one language reads: one file, or beyond a bound a first file and one a constituency. Pure.

Up to `BOUND` stations `<language>/search.json` has everything, as small as it can be, since a phone fetches it. What is
alike stands together, which compresses best: a set of stations as in `builder.coverage`, and their names and addresses
in the same order, one a line. Regions come as sorted lists show them; a constituency names its region by its place
there::

    {"version": 2, "regions": [[slug, name], …], "constituencies": [[34, name, 0], …],
     "stations": "034:12-15 035:12", "names": "…", "addresses": "…"}

Beyond, it says where the rest is, and what may be found in which part::

    {"version": 3, "regions": […], "constituencies": [[34, name, 0, "5f2c91ab"], …], "stations": "034:12-15 035:12",
     "folder": "/assets/search/", "beginnings": "bak kucesi. …", "places": "0 00 …"}

A constituency's names and addresses are in `<folder>034-5f2c91ab.json`, named by its content, so that it never meets
another build's first file, and equal in languages without a translation of their own::

    {"version": 3, "names": "…", "addresses": "…"}

`beginnings` stand for all folded words there that begin with a letter: three letters for the words that begin so, or a
whole word with a point after it. Where words in more than half of the constituencies begin alike, there are longer
ones, so that what is everywhere is known as a whole word and a misspelt one is not looked for in its place. For each of
them, sorted, `places` has the constituencies that hold such a word, by their places in the list: each one as how many
lie between it and the one before, a character from `0` on, `~` for each 70 of them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from builder.alphabet import sort_key
from builder.content import Content
from election.folding import words
from election.keys import sha8
from election.places import LANGUAGES, Station

VERSION = 2
PARTED_VERSION = 3
BOUND = 10_000
"""So many stations are one file of less than 100 kB; beyond, nobody should fetch all for one of them."""
SHORTEST = 3
"""Letters of a beginning: two say next to nothing of where a word is, four double the table."""
FOLDER = "assets/search/"
"""In the built site; what is below `assets/` is named by its content."""
_FAR = 70
_LINE_END = b"\\n"
"""As JSON writes it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SearchPart:
    """What the search knows of a constituency's stations in one language."""

    names: bytes
    """One a line, as JSON without the quotation marks around; so are the addresses."""
    addresses: bytes
    words: tuple[str, ...]
    """That begin with a letter, folded; none where everything is in one file."""

    def body(self) -> bytes:
        """Return the constituency's own file."""
        return _with_stations({"version": PARTED_VERSION}, [self])


Parts = Sequence[Mapping[str, SearchPart]]
"""Of each constituency, in their order, by language."""


def is_parted(stations: int, bound: int = BOUND) -> bool:
    """Whether the search of so many stations is in parts."""
    return stations > bound


def part_of(stations: Sequence[Station], language: str, *, parted: bool) -> SearchPart:
    """Return the part of a constituency with these stations."""
    names = "\n".join(station.name.in_language(language) for station in stations)
    addresses = "\n".join(station.address.in_language(language) for station in stations)
    found = {word for word in words(f"{names}\n{addresses}") if word[0].isalpha()} if parted else ()
    return SearchPart(names=_compact(names)[1:-1], addresses=_compact(addresses)[1:-1], words=tuple(sorted(found)))


def parts_of(content: Content, *, parted: bool) -> Parts:
    """Return the parts of all constituencies."""
    stations = ([entry.station for entry in content.stations[place.number]] for place in content.constituencies)
    return [{language: part_of(each, language, parted=parted) for language in LANGUAGES} for each in stations]


def search_files(content: Content, parts: Parts, *, bound: int = BOUND) -> dict[str, bytes]:
    """Return what the search reads in all languages, by paths in the built site."""
    files: dict[str, bytes] = {}
    for language in LANGUAGES:
        if is_parted(content.station_count, bound):
            files |= parted_rows(content, parts, language)
        else:
            files[_path(language)] = search_rows(content, parts, language)
    return files


def search_rows(content: Content, parts: Parts, language: str) -> bytes:
    """Return the one file of `language` that has everything."""
    full = [part[language] for part in parts if part[language].names]
    return _with_stations({"version": VERSION, **_places(content, language), "stations": content.coverage}, full)


def parted_rows(content: Content, parts: Parts, language: str) -> dict[str, bytes]:
    """Return the first file of `language` and those of the constituencies, by their paths in the built site."""
    files: dict[str, bytes] = {}
    digests: list[str] = []
    holding: dict[str, list[int]] = {}
    for index, (place, each) in enumerate(zip(content.constituencies, parts, strict=True)):
        part = each[language]
        body = part.body()
        digests.append(sha8(body) if part.names else "")
        if part.names:
            files[f"{FOLDER}{place.number:03d}-{digests[-1]}.json"] = body
        for word in part.words:
            holding.setdefault(word, []).append(index)
    table = dict(sorted(_beginnings(holding, sorted(holding), SHORTEST, len(content.constituencies) // 2)))
    found = _places(content, language)
    first = {
        "version": PARTED_VERSION,
        "regions": found["regions"],
        "constituencies": [[*place, digest] for place, digest in zip(found["constituencies"], digests, strict=True)],
        "stations": content.coverage,
        "folder": f"/{FOLDER}",
        "beginnings": " ".join(table),
        "places": " ".join(map(_gaps, table.values())),
    }
    return {_path(language): _compact(first), **files}


def _places(content: Content, language: str) -> Mapping[str, list[list[object]]]:
    regions = sorted(content.regions, key=lambda region: sort_key(region.name.in_language(language), language))
    place = {region.slug: index for index, region in enumerate(regions)}
    return {
        "regions": [[region.slug, region.name.in_language(language)] for region in regions],
        "constituencies": [
            [constituency.number, constituency.name.in_language(language), place[constituency.region]]
            for constituency in content.constituencies
        ],
    }


def _beginnings(
    holding: Mapping[str, Sequence[int]], sorted_words: Iterable[str], length: int, most: int
) -> Iterator[tuple[str, Sequence[int]]]:
    """Yield beginnings of these words and who holds them: of `length` letters, longer where more than `most` do."""
    for beginning, group in groupby(sorted_words, key=lambda word: word[:length]):
        some = list(group)
        places = sorted(set().union(*(holding[word] for word in some)))
        if some == [beginning]:
            yield f"{beginning}.", places
        elif len(places) > most:
            yield from _beginnings(holding, some, length + 1, most)
        else:
            yield beginning, places


def _gaps(indexes: Iterable[int]) -> str:
    text = ""
    expected = 0
    for index in indexes:
        far, near = divmod(index - expected, _FAR)
        text += "~" * far + chr(ord("0") + near)
        expected = index + 1
    return text


def _path(language: str) -> str:
    return f"{language}/search.json"


def _with_stations(data: Mapping[str, object], parts: Sequence[SearchPart]) -> bytes:
    """Return `data` with the names and addresses of all `parts` after it."""
    names = _LINE_END.join(part.names for part in parts)
    addresses = _LINE_END.join(part.addresses for part in parts)
    return b'%b,"names":"%b","addresses":"%b"}' % (_compact(data).removesuffix(b"}"), names, addresses)


def _compact(data: object) -> bytes:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()
