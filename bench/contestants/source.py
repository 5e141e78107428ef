"""What a contestant is given: every station, constituency and other page of one content, in each language.

The fields of a page are those that Pollcast's editors write, and what follows from a place among others (its
neighbours, its address): no contestant has to find that out, which is in its favour. Pages that are not many are given
as the HTML that Pollcast made of them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from builder import translations
from builder.content import Content, StationEntry
from builder.coverage import coverage_of
from builder.labels import Labels
from election.ids import number_of
from election.places import LANGUAGES, Constituency, Text


@dataclass(frozen=True, kw_only=True)
class SourcePage:
    """One page to make."""

    kind: str
    """`station`, `constituency`, or `whole`: HTML as it is."""
    language: str
    path: str
    """In the built site: `az/station/034-012/index.html`."""
    fields: Mapping[str, str]
    body: str
    """Markdown, or the HTML of a `whole` page."""

    @property
    def group(self) -> str:
        """What the pages of a constituency in one language have in common."""
        return f"{self.language}-{self.fields['constituency']}"

    @property
    def front_matter(self) -> str:
        """The fields as YAML, between two lines of hyphens; JSON's texts are YAML's."""
        lines = (f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in self.fields.items())
        return "\n".join(("---", *lines, "---", ""))


def station_pages(content: Content) -> Iterator[SourcePage]:
    """Yield the page of every station."""
    for language in LANGUAGES:
        for place in content.constituencies:
            shared = _place_fields(content, place, language)
            entries = content.stations[place.number]
            for index, entry in enumerate(entries):
                before = entries[index - 1] if index else None
                after = entries[index + 1] if index + 1 < len(entries) else None
                yield _station_page(entry, before, after, language, shared)


def constituency_pages(content: Content) -> Iterator[SourcePage]:
    """Yield the page of every constituency."""
    for language in LANGUAGES:
        labels = Labels(language, translations.load(language))
        for place in content.constituencies:
            entries = content.stations[place.number]
            coverage = coverage_of(entry.station.id for entry in entries)
            counted = {"coverage": coverage, "station_count": labels.station_count(len(entries))}
            yield SourcePage(
                kind="constituency",
                language=language,
                path=f"{language}/constituency/{place.number:03d}/index.html",
                fields={**_place_fields(content, place, language), **counted},
                body="",
            )


def whole_pages(site: Path) -> Iterator[SourcePage]:
    """Yield the other HTML pages of a built site."""
    for file in sorted(site.rglob("*.html")):
        path = file.relative_to(site)
        if len(path.parts) < 3 or path.parts[1] not in {"station", "constituency"}:
            body = file.read_text(encoding="utf-8")
            yield SourcePage(kind="whole", language=path.parts[0], path=path.as_posix(), fields={}, body=body)


def _place_fields(content: Content, place: Constituency, language: str) -> dict[str, str]:
    (region,) = (region for region in content.regions if region.slug == place.region)
    return {
        "constituency": str(place.number),
        "constituency_path": f"constituency/{place.number:03d}",
        "place": place.name.in_language(language),
        "region": region.slug,
        "region_name": region.name.in_language(language),
    }


def _station_page(
    entry: StationEntry,
    before: StationEntry | None,
    after: StationEntry | None,
    language: str,
    shared: Mapping[str, str],
) -> SourcePage:
    station = entry.station
    fields = {
        "id": station.id,
        "number": str(number_of(station.id)),
        "name": station.name.in_language(language),
        "address": station.address.in_language(language),
        "own_coverage": coverage_of([station.id]),
        "previous": before.station.id if before else "",
        "previous_number": str(number_of(before.station.id)) if before else "",
        "next": after.station.id if after else "",
        "next_number": str(number_of(after.station.id)) if after else "",
        "has_note": "yes" if entry.note.by_language else "",
        **shared,
    }
    path = f"{language}/station/{station.id}/index.html"
    return SourcePage(
        kind="station", language=language, path=path, fields=fields, body=_in_language(entry.note, language)
    )


def _in_language(note: Text, language: str) -> str:
    return note.in_language(language) if note.by_language else ""
