"""Content -> views: every page of one language, with its path in the built site. Pure.

Here are the pages that every site has: `az/`, `az/wall/`, `az/open-data/` (each an `index.html`), `az/404.html` and
`az/offline.html`. Those of places are in `builder.place_pages`, what editors write freely in `builder.written_pages`.
"""

from __future__ import annotations

from collections.abc import Container, Iterator

from builder import offline, views
from builder.frame import Framing, language_links
from builder.frame import Site as Site
from builder.labels import Labels
from builder.open_data import fields_in
from builder.place_pages import STATUS_URL, PlacePages
from builder.templates import View
from builder.written_pages import ArchivePages, WrittenPages
from election.ids import StationId
from election.places import LANGUAGES

NEWS_ON_HOME = 3
MOST_NUMBERED_REGIONS = 20
"""More numbers than that would not fit on the map of a phone."""


class LanguagePages:
    """The pages of one language."""

    def __init__(self, language: str, site: Site, labels: Labels) -> None:
        self._framing = Framing(language, site, labels)
        self._site = site
        self._labels = labels
        self._places = PlacePages(self._framing, site.content)
        self._written = WrittenPages(self._framing)
        self._archive = ArchivePages(self._framing)

    def pages_of_constituencies(self, stations: Container[StationId] | None = None) -> Iterator[tuple[str, View]]:
        """Yield the pages of constituencies and their stations, or of these stations alone, and their paths."""
        return self._places.constituency_pages(stations)

    def other_pages(self) -> Iterator[tuple[str, View]]:
        """Yield all other pages and their paths, the home page first; of stations they show no more than the ids."""
        path = self._framing.path
        yield path(""), self._home_page()
        yield from self._places.region_pages()
        yield path("wall/"), self._wall_page()
        yield from self._written
        yield from self._archive
        yield path("open-data/"), self._open_data_page()
        yield path("404.html"), self._not_found_page()
        yield path(offline.PAGE), self._offline_page()

    def _home_page(self) -> views.HomePage:
        framing, content = self._framing, self._site.content
        numbered = self._site.drawing is not None and len(content.regions) <= MOST_NUMBERED_REGIONS
        rows = self._places.region_rows(numbered=numbered)
        return views.HomePage(
            frame=framing.frame("", framing.election, framing.text(content.home.description)),
            introduction=framing.markup(content.home.introduction),
            regions=rows,
            map=self._map(rows),
            station_count=content.station_count,
            coverage=" ".join(row.coverage for row in rows),
            opens=self._places.opens,
            news=self._written.news_rows(NEWS_ON_HOME),
            past=self._archive.rows(),
            search_rows_url=f"{framing.home.url}search.json",
            status_url=STATUS_URL,
        )

    def _map(self, rows: tuple[views.RegionRow, ...]) -> views.RegionMap | None:
        drawing = self._site.drawing
        if drawing is None:
            return None
        outlines = [(row, drawing.outlines[row.slug]) for row in rows if row.slug in drawing.outlines]
        return views.RegionMap(
            width=drawing.width,
            height=drawing.height,
            land=drawing.land,
            regions=tuple(
                views.MapRegion(row=row, path=outline.path, x=outline.label[0], y=outline.label[1])
                for row, outline in outlines
            ),
        )

    def _wall_page(self) -> views.WallPage:
        framing, title = self._framing, self._labels.wall
        return views.WallPage(
            frame=framing.frame("wall/", title, f"{title}. {framing.election}", framing.home),
            date=self._site.configuration.election.date.isoformat(),
            search_rows_url=f"{framing.home.url}search.json",
            status_url=STATUS_URL,
        )

    def _open_data_page(self) -> views.OpenDataPage:
        framing, title = self._framing, self._labels.open_data
        return views.OpenDataPage(
            frame=framing.frame("open-data/", title, f"{title}. {framing.election}", framing.home),
            license=self._site.configuration.site.license,
            fields=fields_in(self._labels),
        )

    def _not_found_page(self) -> views.NotFoundPage:
        title = self._labels.no_such_page
        return views.NotFoundPage(frame=self._framing.frame("404.html", title, title, self._framing.home))

    def _offline_page(self) -> views.OfflinePage:
        title = self._labels.no_connection
        return views.OfflinePage(frame=self._framing.frame(offline.PAGE, title, title, self._framing.home))


def language_choice(site: Site) -> views.LanguageChoicePage:
    """Return the page at `/`."""
    election, first = site.configuration.election, LANGUAGES[0]
    return views.LanguageChoicePage(
        election=views.Link(text=election.name.text.in_language(first), url=f"/{first}/"),
        absolute_url=f"{site.configuration.site.base_url}/",
        sample=election.sample,
        languages=language_links(site.configuration.site.base_url, "", ""),
        assets=site.assets,
    )
