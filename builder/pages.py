"""Content -> views: every page of one language, with its path in the built site. Pure.

Paths are `az/`, `az/region/<slug>/`, `az/constituency/034/`, `az/station/034-012/`, `az/wall/`, `az/news/`,
`az/news/<slug>/` (each an `index.html`), `az/404.html` and `az/offline.html`. A list comes sorted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from markupsafe import Markup

from builder import manifest, markup, offline, region_map, sharing, views
from builder.alphabet import sort_key
from builder.content import Content, NewsItem, StationEntry
from builder.coverage import coverage_of
from builder.districts import read_districts
from builder.figures import with_pictures
from builder.labels import LANGUAGE_NAMES, Labels
from builder.station_facts import facts_of
from builder.templates import View
from election import keys
from election.configuration import Configuration
from election.ids import constituency_of, number_of
from election.places import LANGUAGES, Constituency, Region, Text
from election.schedule import schedule_of

NEWS_ON_HOME = 3
MOST_NUMBERED_REGIONS = 20
"""More numbers than that would not fit on the map of a phone."""
STATUS_URL = f"/{keys.PUBLIC_STATUS}"


@dataclass(frozen=True, kw_only=True)
class Site:
    """What all pages are made from."""

    configuration: Configuration
    content: Content
    assets: views.Assets

    @cached_property
    def drawing(self) -> region_map.Drawing | None:
        """The map of regions; None where no region names its districts."""
        regions = self.content.regions
        return region_map.draw(regions, read_districts()) if any(region.districts for region in regions) else None


class LanguagePages:
    """The pages of one language."""

    def __init__(self, language: str, site: Site, labels: Labels) -> None:
        self._language = language
        self._site = site
        self._labels = labels
        self._content = site.content
        election = site.configuration.election
        self._election = election.name.text.in_language(language)
        self._election_date = labels.date(election.date)
        self._home = views.Link(text=labels.home, url=f"/{language}/")
        self._news_url = f"/{language}/news/"
        self._opens = schedule_of(election).opens.astimezone(election.zone).isoformat()
        self._locales = tuple(
            sharing.OPEN_GRAPH_LOCALES[code] for code in sorted(LANGUAGES, key=lambda code: code != language)
        )
        self._regions = {
            region.slug: views.Link(text=self._text(region.name), url=f"/{language}/region/{region.slug}/")
            for region in self._content.regions
        }

    def __iter__(self) -> Iterator[tuple[str, View]]:
        """Yield every page and its path, the home page first."""
        yield self._path(""), self._home_page()
        for region in self._content.regions:
            yield self._path(f"region/{region.slug}/"), self._region_page(region)
        for constituency in self._content.constituencies:
            yield from self._constituency_pages(constituency)
        yield self._path("wall/"), self._wall_page()
        yield self._path("news/"), self._news_list_page()
        for item in self._content.news:
            yield self._path(f"news/{item.slug}/"), self._news_page(item)
        yield self._path("404.html"), self._not_found_page()
        yield self._path(offline.PAGE), self._offline_page()

    def _path(self, address: str) -> str:
        return f"{self._language}/{address}{'index.html' if not address or address.endswith('/') else ''}"

    def _text(self, text: Text) -> str:
        return text.in_language(self._language)

    def _markup(self, text: Text) -> Markup:
        """Return a Markdown text as HTML, marked with its language where that is not the page's."""
        for code in (self._language, *LANGUAGES):
            if code in text.by_language:
                html = with_pictures(markup.render(text.by_language[code]).html, self._content.pictures)
                return html if code == self._language else Markup('<div lang="{}">{}</div>').format(code, html)
        return Markup()

    def _frame(self, address: str, title: str, description: str, *breadcrumbs: views.Link) -> views.Frame:
        configuration = self._site.configuration
        languages = language_links(configuration.site.base_url, address, self._language)
        return views.Frame(
            language=self._language,
            languages=languages,
            election=self._election,
            election_date=self._election_date,
            sample=configuration.election.sample,
            title=title,
            description=description,
            absolute_url=f"{configuration.site.base_url}/{self._language}/{address}",
            default_url=f"{configuration.site.base_url}/{f'{LANGUAGES[0]}/{address}' if address else ''}",
            open_graph_locales=self._locales,
            breadcrumbs=breadcrumbs,
            home_url=self._home.url,
            news_url=self._news_url,
            manifest_url=f"{self._home.url}{manifest.NAME}",
            time_zone=configuration.election.time_zone,
            worker_url=f"/{offline.PATH}" if configuration.site.offline else "",
            assets=self._site.assets,
        )

    def _home_page(self) -> views.HomePage:
        home = self._content.home
        ordered = sorted(self._content.regions, key=lambda region: sort_key(self._text(region.name), self._language))
        numbered = self._site.drawing is not None and len(ordered) <= MOST_NUMBERED_REGIONS
        rows = tuple(self._region_row(region, index if numbered else 0) for index, region in enumerate(ordered, 1))
        coverage = " ".join(row.coverage for row in rows)
        return views.HomePage(
            frame=self._frame("", self._election, self._text(home.description)),
            introduction=self._markup(home.introduction),
            regions=rows,
            map=self._map(rows),
            station_count=self._content.station_count,
            coverage=coverage,
            opens=self._opens,
            news=tuple(self._news_row(item) for item in self._content.news[:NEWS_ON_HOME]),
            search_rows_url=f"{self._home.url}search.json",
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

    def _region_row(self, region: Region, number: int = 0) -> views.RegionRow:
        places = self._content.constituencies_of(region)
        return views.RegionRow(
            slug=region.slug,
            number=number,
            name=self._regions[region.slug].text,
            coverage=coverage_of(
                entry.station.id for place in places for entry in self._content.stations[place.number]
            ),
            constituency_count=len(places),
            station_count=sum(len(self._content.stations[place.number]) for place in places),
            url=self._regions[region.slug].url,
        )

    def _region_page(self, region: Region) -> views.RegionPage:
        name = self._regions[region.slug].text
        row = self._region_row(region)
        description = f"{name}. {self._labels.station_count(row.station_count)}"
        return views.RegionPage(
            frame=self._frame(f"region/{region.slug}/", name, description, self._home),
            name=name,
            coverage=row.coverage,
            constituencies=tuple(self._constituency_row(place) for place in self._content.constituencies_of(region)),
            status_url=STATUS_URL,
        )

    def _constituency_row(self, constituency: Constituency) -> views.ConstituencyRow:
        return views.ConstituencyRow(
            number=constituency.number,
            label=self._labels.constituency(constituency.number),
            name=self._text(constituency.name),
            coverage=coverage_of(entry.station.id for entry in self._content.stations[constituency.number]),
            station_count=len(self._content.stations[constituency.number]),
            url=f"/{self._language}/constituency/{constituency.number:03d}/",
        )

    def _constituency_pages(self, constituency: Constituency) -> Iterator[tuple[str, View]]:
        row = self._constituency_row(constituency)
        region = self._regions[constituency.region]
        entries = self._content.stations[constituency.number]
        stations = [self._station_row(entry) for entry in entries]
        address = f"constituency/{constituency.number:03d}/"
        description = f"{row.label}, {row.name}. {self._labels.station_count(row.station_count)}"
        yield (
            self._path(address),
            views.ConstituencyPage(
                frame=self._frame(address, row.label, description, self._home, region),
                number=row.number,
                label=row.label,
                name=row.name,
                region=region,
                coverage=row.coverage,
                stations=tuple(stations),
                status_url=STATUS_URL,
            ),
        )
        parent = views.Link(text=row.label, url=row.url)
        links = [views.Link(text=station.label, url=station.url) for station in stations]
        for index, (entry, station) in enumerate(zip(entries, stations, strict=True)):
            neighbours = (*links[max(0, index - 1) : index], *links[index + 1 : index + 2])
            yield self._path(f"station/{station.id}/"), self._station_page(entry, station, parent, region, neighbours)

    def _station_row(self, entry: StationEntry) -> views.StationRow:
        station = entry.station
        number, constituency = number_of(station.id), constituency_of(station.id)
        return views.StationRow(
            id=station.id,
            number=number,
            constituency=constituency,
            label=self._labels.station(number, constituency),
            name=self._text(station.name),
            address=self._text(station.address),
            url=f"/{self._language}/station/{station.id}/",
        )

    def _station_page(
        self,
        entry: StationEntry,
        row: views.StationRow,
        constituency: views.Link,
        region: views.Link,
        neighbours: tuple[views.Link, ...],
    ) -> views.StationPage:
        description = f"{self._labels.live_video(row.label)}. {row.name}, {row.address}"
        frame = self._frame(f"station/{row.id}/", row.label, description, self._home, region, constituency)
        base = self._site.configuration.site.base_url
        still, playlist = f"/{keys.still(entry.station.id)}", f"/{keys.master(entry.station.id)}"
        video_data = sharing.live_video(
            self._site.configuration,
            name=row.label,
            description=description,
            language=self._language,
            page=frame.absolute_url,
            still=base + still,
            playlist=base + playlist,
            place=sharing.place(row.name, row.address, entry.station, self._labels.accessibility),
        )
        return views.StationPage(
            frame=frame,
            station=row,
            constituency=constituency,
            region=region,
            note=self._markup(entry.note),
            facts=facts_of(entry.station, self._site.configuration.election, self._labels, self._language),
            still_url=still,
            playlist_url=playlist,
            date=self._site.configuration.election.date.isoformat(),
            status_url=STATUS_URL,
            countdown=views.Countdown(opens=self._opens, coverage=coverage_of([entry.station.id])),
            video_data=video_data,
            still_absolute_url=base + still,
            short_url=f"{base}{self._home.url}{row.id}",
            neighbours=neighbours,
        )

    def _wall_page(self) -> views.WallPage:
        election = self._site.configuration.election
        title = self._labels.wall
        return views.WallPage(
            frame=self._frame("wall/", title, f"{title}. {self._election}", self._home),
            date=election.date.isoformat(),
            search_rows_url=f"{self._home.url}search.json",
            status_url=STATUS_URL,
        )

    def _news_row(self, item: NewsItem) -> views.NewsRow:
        return views.NewsRow(
            title=self._text(item.title),
            date=self._labels.date(item.date),
            iso_date=item.date.isoformat(),
            url=f"{self._news_url}{item.slug}/",
        )

    def _news_list_page(self) -> views.NewsListPage:
        title = self._labels.news
        return views.NewsListPage(
            frame=self._frame("news/", title, f"{title}. {self._election}", self._home),
            news=tuple(self._news_row(item) for item in self._content.news),
        )

    def _news_page(self, item: NewsItem) -> views.NewsPage:
        row = self._news_row(item)
        trail = (self._home, views.Link(text=self._labels.news, url=self._news_url))
        return views.NewsPage(
            frame=self._frame(f"news/{item.slug}/", row.title, f"{row.title}. {row.date}", *trail),
            date=row.date,
            iso_date=row.iso_date,
            body=self._markup(item.body),
        )

    def _not_found_page(self) -> views.NotFoundPage:
        title = self._labels.no_such_page
        return views.NotFoundPage(frame=self._frame("404.html", title, title, self._home))

    def _offline_page(self) -> views.OfflinePage:
        title = self._labels.no_connection
        return views.OfflinePage(frame=self._frame(offline.PAGE, title, title, self._home))


def language_links(base_url: str, address: str, current: str) -> tuple[views.LanguageLink, ...]:
    """Return the page at `address` below a language's home, in each language; `current` may be none of them."""
    return tuple(
        views.LanguageLink(
            code=code,
            name=LANGUAGE_NAMES[code],
            url=f"/{code}/{address}",
            absolute_url=f"{base_url}/{code}/{address}",
            current=code == current,
        )
        for code in LANGUAGES
    )


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
