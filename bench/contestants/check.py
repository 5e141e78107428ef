"""Whether what a contestant built is the site that all should build: the same pages, the same stations to search."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from bench.contestants.original import Original
from election.errors import MachineError
from election.places import LANGUAGES

_QUOTES = {"&#34;": '"', "&quot;": '"', "&#39;": "'", "\\/": "/"}

Rows = Mapping[str, tuple[str, str]]
"""Name and address by station."""


def require_stations(name: str, site: Path, original: Original) -> None:
    """Raise `MachineError` unless every language has a page for each station and no other, and finds the same."""
    for language in LANGUAGES:
        pages = {file.parent.name for file in (site / language / "station").glob("*/index.html")}
        for kind, found in (("pages", pages), ("search", set(searched(site, language)))):
            if wrong := sorted(found ^ original.station_ids):
                raise MachineError(f"{name} built {language} {kind} with other stations: {', '.join(wrong[:5])}.")


def require_same(name: str, site: Path, reference: Path) -> None:
    """Raise `MachineError` unless a site has the pages of another with the same texts, and finds what that finds."""
    for file in reference.rglob("*.html"):
        path = file.relative_to(reference)
        built = site / path
        if not built.is_file() or _told(built) != _told(file):
            raise MachineError(f"{name} built another {path} than Pollcast.")
    for language in LANGUAGES:
        if searched(site, language) != searched(reference, language):
            raise MachineError(f"{name} built another {language}/search.json than Pollcast.")


def require_renamed(name: str, site: Path, original: Original, station_name: str) -> None:
    """Raise `MachineError` unless the first station has this Azerbaijani name on its page and in the search."""
    language, first = LANGUAGES[0], min(original.station_ids)
    page = site / language / "station" / first / "index.html"
    if station_name not in page.read_text(encoding="utf-8"):
        raise MachineError(f"{name} did not write the change into {page.relative_to(site)}.")
    if searched(site, language)[first][0] != station_name:
        raise MachineError(f"{name} did not write the change into the search.")


def searched(site: Path, language: str) -> Rows:
    """Return what the search of a language finds: from a row a station, or from what `builder.search_files` makes."""
    found = _json(site / language / "search.json")
    if isinstance(found, list):
        return {row["id"]: (row["name"], row["address"]) for row in found}
    if "folder" not in found:
        return _rows(found["stations"], found)
    digests = {number: digest for number, _name, _region, digest in found["constituencies"]}
    rows: dict[str, tuple[str, str]] = {}
    for coverage in found["stations"].split():  # one a constituency
        number = coverage.partition(":")[0]
        rows |= _rows(coverage, _json(site / f"{found['folder'].lstrip('/')}{number}-{digests[int(number)]}.json"))
    return rows


def _rows(coverage: str, texts: Mapping[str, str]) -> Rows:
    lines = zip(texts["names"].split("\n"), texts["addresses"].split("\n"), strict=True)
    return dict(zip(_ids(coverage), lines, strict=True))


def _ids(coverage: str) -> Iterator[str]:
    """Yield the stations of a set as `builder.coverage` writes it."""
    for part in coverage.split():
        constituency, runs = part.split(":")
        for run in runs.split(","):
            first, _, last = run.partition("-")
            for number in range(int(first), int(last or first) + 1):
                yield f"{constituency}-{number:03d}"


def _told(page: Path) -> str:
    text = "".join(page.read_text(encoding="utf-8").split())
    for written, meant in _QUOTES.items():
        text = text.replace(written, meant)
    return text


def _json(file: Path) -> Any:
    return json.loads(file.read_text(encoding="utf-8"))
