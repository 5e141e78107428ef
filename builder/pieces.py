"""The site in pieces that are built apart: the pages of each constituency with its stations, and all others together.

A piece is made from a part of the content, cut out beforehand, so no page of it can show anything else. Where the part
is what it was, so are the pages; where it is not, the views tell which of them are to be written anew.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from builder import compiled, pages, search_files, translations, views
from builder.content import Content
from builder.dist import SiteWriter
from builder.labels import Labels
from builder.listings import Listing, listing_of
from builder.packed import Packed
from builder.templates import Renderer, View
from election.configuration import Configuration
from election.ids import StationId
from election.places import LANGUAGES

OTHERS = 0
"""The piece with all pages but those of constituencies and stations."""


@dataclass(frozen=True, kw_only=True)
class Piece:
    """One piece of a site, as it was built."""

    number: int
    """Of the constituency, or `OTHERS`."""
    page_count: int
    byte_count: int
    packed_sizes: Packed[Mapping[str, int]]
    listing: Packed[Listing] | None
    """Of its stations; None of the piece `OTHERS`."""

    @classmethod
    def of(cls, number: int, sizes: Mapping[str, int], listing: Listing | None) -> Piece:
        """Return a piece with pages of these sizes, and with what is listed of its stations."""
        return cls(
            number=number,
            page_count=len(sizes),
            byte_count=sum(sizes.values()),
            packed_sizes=Packed.of(sizes),
            listing=None if listing is None else Packed.of(listing),
        )

    @property
    def sizes(self) -> Mapping[str, int]:
        """Of its pages, in bytes, by their paths in the built site."""
        return self.packed_sizes.value


@dataclass(frozen=True, kw_only=True)
class Written:
    """What was done to build a piece."""

    piece: Piece
    changed: tuple[str, ...]
    """The pages written or removed."""
    rendered: int
    """How many were written."""


@dataclass(frozen=True, kw_only=True)
class Blueprint:
    """What a site is made from."""

    configuration: Configuration
    content: Content
    assets: views.Assets

    @property
    def is_search_parted(self) -> bool:
        """Whether the search is in parts, which depends on how many stations there are."""
        return search_files.is_parted(self.content.station_count)

    def numbers(self) -> tuple[int, ...]:
        """Return the numbers of all pieces, those with most pages first."""
        places = sorted(self.content.constituencies, key=lambda place: -len(self.content.station_ids(place)))
        return OTHERS, *(place.number for place in places)

    def part(self, number: int) -> Content | None:
        """Return the content that a piece is made from; None where there is no such piece."""
        if number == OTHERS:
            return self.content.without_stations()
        for place in self.content.constituencies:
            if place.number == number:
                return self.content.constituency_only(place)
        return None

    def listing(self, number: int) -> Listing | None:
        """Return what lists of all stations say of the stations of a piece."""
        part = None if number == OTHERS else self.part(number)
        return listing_of(self.configuration, part, parted=self.is_search_parted) if part else None

    def views(self, number: int, stations: Container[StationId] | None = None) -> Iterator[tuple[str, str, View]]:
        """Yield the language, path and view of each page of a piece; of `stations` alone, if they are given."""
        part = self.part(number)
        if part is None:
            return
        site = pages.Site(configuration=self.configuration, content=part, assets=self.assets)
        if number == OTHERS:
            yield LANGUAGES[0], "index.html", pages.language_choice(site)
        for language in LANGUAGES:
            made = pages.LanguagePages(language, site, labels_of(language))
            for path, view in made.other_pages() if number == OTHERS else made.pages_of_constituencies(stations):
                yield language, path, view


def build_piece(new: Blueprint, old: Blueprint | None, known: Piece | None, number: int, writer: SiteWriter) -> Written:
    """Write the pages of a piece that are new or other than in `old`, if it is `known`; remove those that are gone."""
    before: dict[str, View] = {}
    sizes: dict[str, int] = {}
    stations = None
    if old and known:
        part, old_part = new.part(number), old.part(number)
        if part and old_part and number != OTHERS:
            stations = part.changed_stations(old_part)
        before = {path: view for _, path, view in old.views(number, stations)}
        if stations is not None:  # all other pages are as they were
            sizes |= known.sizes
    changed: list[str] = []
    for language, path, view in new.views(number, stations):
        if known and before.pop(path, None) == view:
            sizes[path] = known.sizes[path]
            continue
        body = renderer_of(language).render(view)
        writer.write(path, body)
        sizes[path] = len(body)
        changed.append(path)
    rendered = len(changed)
    for path in before:
        writer.remove(path)
        changed.append(path)
    piece = Piece.of(number, sizes, new.listing(number))
    return Written(piece=piece, changed=tuple(changed), rendered=rendered)


_program: list[str] = [""]


def use_program(version: str) -> None:
    """Read templates and translations anew if they are not those of this version any more."""
    if _program != [version]:
        compiled.forget()
        labels_of.cache_clear()
        renderer_of.cache_clear()
        _program[:] = [version]


@cache
def labels_of(language: str) -> Labels:
    """Return the labels of a language."""
    return Labels(language, translations.load(language))


@cache
def renderer_of(language: str) -> Renderer:
    """Return what renders the pages of a language."""
    return Renderer(translations.load(language))
