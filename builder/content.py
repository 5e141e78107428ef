"""What editors write, read into the election's places and news. Every fault is found before anything is built.

::

    content/
      home.md                       the home page: a description, and the introduction as its text
      regions/<slug>.md             a region: its name, and the districts it covers on the map
      constituencies/034.md         a constituency: its name and its region's slug
      stations/034/034-012.md       a polling station: its name and address, and a note as its text
      news/<slug>.md                a news item: its title and date, and its text
      images/<slug>.jpg             a picture that texts show (see `builder.image_folder`)

The file's name is the page's address and the place's only id. The fields of a page hold all languages (see
`builder.page_fields`); its text is Azerbaijani, and its translations stand beside it in files without fields,
`034-012.en.md` and `034-012.ru.md`. Where a translation is missing, the Azerbaijani is shown and a warning given.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from builder import image_folder, links
from builder.content_folder import Listing, PageFiles, list_folder
from builder.districts import read_districts
from builder.image_folder import Images, read_images
from builder.image_store import Picture
from builder.page_fields import (
    SLUG,
    SLUG_RULE,
    ConstituencyFields,
    HomeFields,
    NewsFields,
    RegionFields,
    StationFields,
    station_of,
)
from builder.page_reader import Fields, Page, PageReader, TextRule
from election.errors import Fault, InputError
from election.ids import LAST_CONSTITUENCY, StationId, constituency_of, parse_station_id
from election.places import Constituency, Region, Station, Text

_CONSTITUENCY = re.compile(r"\d{3}", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class Home:
    """The home page."""

    description: Text
    introduction: Text
    """Markdown."""


@dataclass(frozen=True, kw_only=True, slots=True)
class StationEntry:
    """A station and what editors say about it."""

    station: Station
    note: Text
    """Markdown; empty where there is nothing to say."""


@dataclass(frozen=True, kw_only=True)
class NewsItem:
    """A news item."""

    slug: str
    title: Text
    date: datetime.date
    body: Text
    """Markdown."""


@dataclass(frozen=True, kw_only=True)
class Content:
    """All content, without faults."""

    home: Home
    regions: tuple[Region, ...]
    """By slug."""
    constituencies: tuple[Constituency, ...]
    """By number."""
    stations: Mapping[int, tuple[StationEntry, ...]]
    """The stations of every constituency, by their numbers."""
    news: tuple[NewsItem, ...]
    """The newest first."""
    pictures: Mapping[str, Picture]
    """By their addresses in texts, `/images/hall.jpg`."""
    warnings: tuple[Fault, ...]
    """What is missing and has a stand-in, such as translations, and what is there for nothing."""

    def constituencies_of(self, region: Region) -> tuple[Constituency, ...]:
        """Return the constituencies of `region`, by number."""
        return tuple(place for place in self.constituencies if place.region == region.slug)

    @property
    def station_count(self) -> int:
        """How many stations there are."""
        return sum(map(len, self.stations.values()))


def read_content(folder: Path, on_page: Callable[[int], None] = lambda _: None) -> Content:
    """Read all content below `folder`; raise `InputError` with every fault in it.

    `on_page` is told how many pages were read so far.
    """
    if not folder.is_dir():
        raise InputError(Fault(file=folder, line=0, field="", message="there is no such folder."))
    return _ContentReader(folder, on_page).read()


class _ContentReader:
    def __init__(self, folder: Path, on_page: Callable[[int], None]) -> None:
        self._folder = folder
        self._on_page = on_page
        self._reader = PageReader()
        self._station_names: set[str] = set()
        self._regions_of_districts: dict[str, Path] = {}

    def read(self) -> Content:
        home = self._home()
        regions = self._list("regions")
        constituencies = self._list("constituencies")
        found_regions = [self._region(page) for page in regions.pages]
        found_constituencies = [self._constituency(page, regions.names) for page in constituencies.pages]
        stations = self._stations(constituencies.names)
        news_pages = self._list("news")
        news = [self._news(page) for page in news_pages.pages]
        names = {"region": regions.names, "constituency": constituencies.names, "news": news_pages.names}
        self._check_links({**names, "station": self._station_names})
        images = read_images(self._folder)
        self._check_images(images)
        if self._reader.faults or home is None:
            raise InputError(*sorted(self._reader.faults, key=lambda fault: (str(fault.file), fault.line)))
        places = tuple(place for place in found_constituencies if place)
        return Content(
            home=home,
            regions=tuple(region for region in found_regions if region),
            constituencies=places,
            stations={place.number: tuple(stations.get(place.number, ())) for place in places},
            news=tuple(sorted((item for item in news if item), key=lambda item: (item.date, item.slug), reverse=True)),
            pictures=images.pictures,
            warnings=(*self._reader.warnings, *images.unused({address for _, _, address in self._reader.images})),
        )

    def _home(self) -> Home | None:
        listing = list_folder(self._folder)
        self._reader.faults += listing.faults
        home: Home | None = None
        for files in listing.pages:
            if files.name != "home":
                self._fault(files.path, "does not belong here; only home.md stands beside the folders.")
            elif page := self._page(files, HomeFields, TextRule.REQUIRED):
                home = Home(description=page.fields.description.text, introduction=page.text)
        if "home" not in listing.names:
            self._fault(self._folder / "home.md", "is missing; add it.")
        for name in listing.folders:
            if name not in {"regions", "constituencies", "stations", "news", image_folder.NAME}:
                message = "does not belong here; the folders are regions, constituencies, stations, news and images."
                self._fault(self._folder / name, message)
        return home

    def _region(self, files: PageFiles) -> Region | None:
        page = self._page(files, RegionFields, TextRule.NONE)
        if not self._has_slug(files) or page is None:
            return None
        self._check_districts(page)
        return Region(slug=page.name, name=page.fields.name.text, districts=page.fields.districts)

    def _check_districts(self, page: Page[RegionFields]) -> None:
        for index, name in enumerate(page.fields.districts):
            districts = read_districts()
            taken = self._regions_of_districts.setdefault(name, page.path)
            fault = ""
            if name not in districts.shapes:
                nearest = districts.nearest(name)
                fault = f"there is no district {name}; " + (
                    f"is it {nearest}?" if nearest else "docs/editors.md lists all."
                )
            elif taken != page.path:
                fault = f"{name} is already in regions/{taken.name}; a district lies in one region."
            elif name in page.fields.districts[:index]:
                fault = f"{name} stands twice; remove one of them."
            if fault:
                field = f"districts.{index}"
                self._fault(page.path, fault, line=page.lines[field], field=field)

    def _constituency(self, files: PageFiles, regions: frozenset[str]) -> Constituency | None:
        page = self._page(files, ConstituencyFields, TextRule.NONE)
        if not _CONSTITUENCY.fullmatch(files.name) or not 1 <= int(files.name) <= LAST_CONSTITUENCY:
            message = f"a constituency's file is named 001.md to {LAST_CONSTITUENCY}.md, by its number in three digits."
            self._fault(files.path, message)
            return None
        if page is None:
            return None
        region = page.fields.region
        if region not in regions:
            self._fault(page.path, f"there is no regions/{region}.md.", line=page.lines["region"], field="region")
        return Constituency(number=int(page.name), name=page.fields.name.text, region=region)

    def _stations(self, constituencies: frozenset[str]) -> Mapping[int, list[StationEntry]]:
        root = list_folder(self._folder / "stations")
        self._reader.faults += root.faults
        for files in root.pages:
            self._fault(files.path, "a station's file stands in the folder of its constituency, such as stations/034.")
        found: dict[int, list[StationEntry]] = {}
        for name in root.folders:
            if name not in constituencies:
                self._fault(self._folder / "stations" / name, f"there is no constituencies/{name}.md.")
            listing = self._list("stations", name)
            self._station_names |= listing.names
            for files in listing.pages:
                if entry := self._station(files, name):
                    found.setdefault(constituency_of(entry.station.id), []).append(entry)
        return found

    def _station(self, files: PageFiles, folder: str) -> StationEntry | None:
        page = self._page(files, StationFields, TextRule.OPTIONAL)
        station = self._station_id(files)
        if station is not None and station[:3] != folder:
            self._fault(files.path, f"belongs in stations/{station[:3]}, by its id.")
        if page is None or station is None:
            return None
        return StationEntry(station=station_of(station, page.fields), note=page.text)

    def _station_id(self, files: PageFiles) -> StationId | None:
        try:
            return parse_station_id(files.name)
        except ValueError as error:
            self._fault(files.path, f"{error}.")
            return None

    def _news(self, files: PageFiles) -> NewsItem | None:
        page = self._page(files, NewsFields, TextRule.REQUIRED)
        if not self._has_slug(files) or page is None:
            return None
        return NewsItem(slug=page.name, title=page.fields.title.text, date=page.fields.date, body=page.text)

    def _check_links(self, names: Mapping[str, Collection[str]]) -> None:
        for path, line, address in self._reader.links:
            if not links.exists(address, names):
                self._fault(path, f"there is no {address} on this site.", line=line, field="text")

    def _check_images(self, images: Images) -> None:
        self._reader.faults += images.faults
        for path, line, address in self._reader.images:
            if address not in images.names:
                self._fault(path, f"there is no content{address}; put the picture there.", line=line, field="text")

    def _has_slug(self, files: PageFiles) -> bool:
        right = SLUG.fullmatch(files.name) is not None
        if not right:
            self._fault(files.path, f"its name becomes an address: {SLUG_RULE}.")
        return right

    def _list(self, *parts: str) -> Listing:
        folder = self._folder.joinpath(*parts)
        listing = list_folder(folder)
        self._reader.faults += listing.faults
        for name in listing.folders:
            self._fault(folder / name, "a folder does not belong here.")
        return listing

    def _page(self, files: PageFiles, model: type[Fields], rule: TextRule) -> Page[Fields] | None:
        page = self._reader.read(files, model, rule)
        self._on_page(self._reader.pages_read)
        return page

    def _fault(self, path: Path, message: str, *, line: int = 0, field: str = "") -> None:
        self._reader.faults.append(Fault(file=path, line=line, field=field, message=message))
