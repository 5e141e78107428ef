"""What editors write, read into the election's places, news and pages. Every fault is found before anything is built.

::

    content/
      home.md                       the home page: a description, and the introduction as its text
      regions/<slug>.md             a region: its name, and the districts it covers on the map
      constituencies/034.md         a constituency: its name and its region's slug
      stations/034/034-012.md       a polling station: its name and address, and a note as its text
      news/<slug>.md                a news item: its title and date, and its text
      pages/<slug>.md               a page of its own, such as one about the site: its title, and its text
      images/<slug>.jpg             a picture that texts show (see `builder.image_folder`)
      archive/<slug>/               a past election: election.md, and regions, constituencies and stations as above

The file's name is the page's address and the place's only id. The fields of a page hold all languages (see
`builder.page_fields`); its text is Azerbaijani, and its translations stand beside it in files without fields,
`034-012.en.md` and `034-012.ru.md`. Where a translation is missing, the Azerbaijani is shown and a warning given.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from builder import image_folder, links
from builder.addresses import RESERVED, Aliases
from builder.content_folder import PageFiles, is_of_unread_folder, list_folder
from builder.field_values import ends_too_early
from builder.image_folder import Images, read_images, store_of
from builder.image_store import ImageStore, Picture
from builder.page_fields import HomeFields, NewsFields, PageFields, PastElectionFields, days_of
from builder.page_reader import Page, PageMemory, PageReader, TextRule
from builder.places_reader import FOLDERS, Hours, Places, PlacesReader, has_slug
from builder.places_reader import StationEntry as StationEntry
from builder.publication import Days, Issue, Mark, dead_link, disorder, shown
from builder.station_folder import FolderReader, StationsByNumber
from election.errors import Fault, InputError
from election.ids import StationId, parse_station_id
from election.places import NO_TEXT, Constituency, Text
from election.wording import say


@dataclass(frozen=True, kw_only=True)
class Home:
    """The home page."""

    description: Text
    introduction: Text
    """Markdown."""


@dataclass(frozen=True, kw_only=True)
class WrittenPage:
    """A page that has an address and a text of its own."""

    name: str
    """Of its file; never changes with the address."""
    slug: str
    title: Text
    description: Text
    lastmod: datetime.date | None
    body: Text
    """Markdown."""
    mark: Mark
    publish: datetime.date | None
    """The day on which it appears; None where it does at once."""


@dataclass(frozen=True, kw_only=True)
class NewsItem(WrittenPage):
    """A news item."""

    date: datetime.date


@dataclass(frozen=True, kw_only=True)
class PastElection:
    """An election that is over, and its places."""

    slug: str
    name: Text
    date: datetime.date
    hours: tuple[datetime.time | None, datetime.time | None]
    """When voting began and ended; None where the present election's hours hold."""
    text: Text
    """Markdown; empty where there is nothing to say."""
    places: Places


@dataclass(frozen=True, kw_only=True)
class Content(Places):
    """All content, without faults. Its own places are those of the present election."""

    home: Home
    news: tuple[NewsItem, ...]
    """The newest first."""
    pages: tuple[WrittenPage, ...] = ()
    """By weight, then by slug."""
    past: tuple[PastElection, ...] = ()
    """The latest first."""
    pictures: Mapping[str, Picture]
    """By their addresses in texts, `/images/hall.jpg`."""
    aliases: Mapping[str, str] = field(default_factory=dict)
    """Former addresses below a language's home, and the present ones: `news/old` -> `news/new`."""
    warnings: tuple[Fault, ...]
    """What is missing and has a stand-in, such as translations, and what is there for nothing."""

    def without_stations(self) -> Content:
        """Return what all pages but those of constituencies are made from; of stations no more than their ids."""
        ids_only = {number: folder.ids_only() for number, folder in self.stations.folders.items()}
        return replace(self, stations=StationsByNumber(ids_only), aliases={}, warnings=())

    def constituency_only(self, place: Constituency) -> Content:
        """Return what the pages of a constituency and its stations are made from."""
        return replace(
            self,
            home=Home(description=NO_TEXT, introduction=NO_TEXT),
            regions=tuple(region for region in self.regions if region.slug == place.region),
            constituencies=(place,),
            stations=StationsByNumber({place.number: self.stations.folders[place.number].entries_only()}),
            news=(),
            past=(),
            aliases={},
            warnings=(),
        )

    def changed_stations(self, before: Content) -> frozenset[StationId] | None:
        """Return the stations of which an entry is other than `before`; None where anything else is."""
        folders, old_folders = self.stations.folders, before.stations.folders
        same = replace(self, stations=before.stations) == before and folders.keys() == old_folders.keys()
        pairs = [(folder, old_folders[number]) for number, folder in folders.items()] if same else []
        if not same or any(folder.ids != old.ids for folder, old in pairs):
            return None
        entries = (found for folder, old in pairs for found in zip(folder.entries, old.entries, strict=True))
        return frozenset(entry.station.id for entry, old in entries if entry != old)


def read_content(
    folder: Path,
    on_page: Callable[[int], None] = lambda _: None,
    issue: Issue | None = None,
    read_folders: FolderReader = map,
    memory: PageMemory | None = None,
    image_store: ImageStore | None = None,
) -> Content:
    """Read all content below `folder` that is shown in `issue`; raise `InputError` with every fault in it.

    `on_page` is told how many pages were read so far. What is not shown is checked all the same. `read_folders`
    reads the folders of stations, each by itself; `memory` gives all other pages, `image_store` the pictures. Nothing
    is written.
    """
    if not folder.is_dir():
        raise InputError(Fault(file=folder, line=0, field="", message=say("there is no such folder.")))
    reader = PageReader(on_page, memory)
    return _ContentReader(folder, reader, issue or Issue(), read_folders, image_store or store_of(folder)).read()


def station_pages(folder: Path) -> Mapping[StationId, Path]:
    """Return the page of every station below `folder` by its id, whether or not there is something wrong in it."""
    found: dict[StationId, Path] = {}
    for constituency in list_folder(folder / "stations").folders:
        for page in list_folder(folder / "stations" / constituency).pages:
            with suppress(ValueError):
                found[parse_station_id(page.name)] = page.path
    return found


class _ContentReader:
    def __init__(
        self, folder: Path, reader: PageReader, issue: Issue, read_folders: FolderReader, image_store: ImageStore
    ) -> None:
        self._folder = folder
        self._image_store = image_store
        self._read_folders = read_folders
        self._issue = issue
        self._reader = reader
        self._aliases = Aliases()
        self._names: dict[str, Collection[str]] = {}
        self._days: dict[tuple[str, str], Days] = {}
        """By kind and slug, of all news and pages, those that are not shown too."""
        self._days_of_files: dict[Path, Days] = {}

    def read(self) -> Content:
        home = self._home()
        hours = self._issue.hours or (None, None)
        reader = PlacesReader(self._reader, self._folder, self._aliases, hours, self._read_folders)
        places = reader.read()
        self._names |= reader.names
        news = self._news()
        pages = self._pages()
        past = self._archive()
        aliases, faults = self._aliases.settle(self._names)
        self._reader.faults += faults
        self._check_links()
        images = read_images(self._folder, self._image_store)
        self._check_images(images)
        if self._reader.faults or home is None:
            # What is in a folder that cannot be read is not missing, though others refer to it.
            faults = list(filter(is_of_unread_folder, self._reader.faults)) or self._reader.faults
            raise InputError(*sorted(faults, key=lambda fault: (str(fault.file), fault.line)))
        return Content(
            **vars(places),
            home=home,
            news=tuple(sorted(news, key=lambda item: (item.date, item.slug), reverse=True)),
            pages=pages,
            past=tuple(sorted(past, key=lambda election: (election.date, election.slug), reverse=True)),
            aliases=aliases,
            pictures=images.pictures,
            warnings=(*self._reader.warnings, *images.unused({address for _, _, address in self._reader.images})),
        )

    def _home(self) -> Home | None:
        listing = list_folder(self._folder)
        if not listing.is_read:
            raise InputError(*listing.faults)
        self._reader.faults += listing.faults
        home: Home | None = None
        for files in listing.pages:
            if files.name != "home":
                self._reader.wrong(files.path, say("does not belong here; only home.md stands beside the folders."))
            elif page := self._reader.read(files, HomeFields, TextRule.REQUIRED):
                home = Home(description=page.fields.description.text, introduction=page.text)
        if "home" not in listing.names:
            self._reader.wrong(self._folder / "home.md", say("is missing; add it."))
        self._only(listing.folders, (*FOLDERS, "news", "pages", "archive", image_folder.NAME), self._folder)
        return home

    def _only(self, folders: tuple[str, ...], known: tuple[str, ...], below: Path) -> None:
        for name in folders:
            if name not in known:
                message = say("does not belong here; the folders are {known}.", known=", ".join(known))
                self._reader.wrong(below / name, message)

    def _news(self) -> list[NewsItem]:
        found: dict[str, NewsItem] = {}
        for files in self._reader.listing(self._folder / "news").pages:
            page = self._reader.read(files, NewsFields, TextRule.REQUIRED)
            if has_slug(files, self._reader) and page is not None:
                written = self._written(page, page.fields, "news/", found)
                if written is not None and page.fields.date is not None:
                    found[written.slug] = NewsItem(**vars(written), date=page.fields.date)
        self._names["news"] = found.keys()
        return list(found.values())

    def _pages(self) -> tuple[WrittenPage, ...]:
        found: dict[str, WrittenPage] = {}
        weights: dict[str, int] = {}
        for files in self._reader.listing(self._folder / "pages").pages:
            page = self._reader.read(files, PageFields, TextRule.REQUIRED)
            if not has_slug(files, self._reader) or page is None:
                continue
            slug = page.fields.slug or page.name
            if slug in RESERVED:
                line = page.lines.get("slug", 0)
                message = say("the site itself has something at {slug}; choose another name.", slug=slug)
                self._reader.wrong(page.path, message, line=line, field="slug" if line else "")
            elif written := self._written(page, page.fields, "", found):
                found[slug], weights[slug] = written, page.fields.weight
        self._names["page"] = found.keys()
        return tuple(sorted(found.values(), key=lambda page: (weights[page.slug], page.slug)))

    def _written(
        self,
        page: Page[NewsFields] | Page[PageFields],
        fields: NewsFields | PageFields,
        below: str,
        taken: Mapping[str, WrittenPage],
    ) -> WrittenPage | None:
        """Return the page, or None where it is not shown or has a fault."""
        slug = fields.slug or page.name
        days = days_of(fields)
        self._days_of_files[page.path] = days
        known = len(self._reader.faults)
        for name, message in disorder(days):
            self._reader.wrong(page.path, message, line=page.lines[name], field=name)
        if slug in taken:
            message = say("{slug} is the address of {other}.md already.", slug=slug, other=taken[slug].name)
            line = page.lines.get("slug", 0)
            self._reader.wrong(page.path, message, line=line, field="slug" if line else "")
        mark = shown(days, self._issue)
        if mark is not None or ("news" if below else "page", slug) not in self._days:
            self._days["news" if below else "page", slug] = days
        if mark is None or len(self._reader.faults) > known:
            return None
        self._aliases.claim(fields.aliases, f"{below}{slug}", page.path, page.lines)
        return WrittenPage(
            name=page.name,
            slug=slug,
            title=fields.title.text,
            description=fields.description.text if fields.description else NO_TEXT,
            lastmod=fields.lastmod,
            body=page.text,
            mark=mark,
            publish=days.publish,
        )

    def _archive(self) -> list[PastElection]:
        root = list_folder(self._folder / "archive")
        self._reader.faults += root.faults
        for files in root.pages:
            message = say("does not belong here; a past election has a folder of its own, with election.md in it.")
            self._reader.wrong(files.path, message)
        self._names["archive"] = root.folders
        found = (self._past(self._folder / "archive" / slug) for slug in root.folders)
        return [election for election in found if election is not None]

    def _past(self, folder: Path) -> PastElection | None:
        listing = list_folder(folder)
        self._reader.faults += listing.faults
        if not listing.is_read:
            return None
        self._only(listing.folders, FOLDERS, folder)
        fields, text = None, NO_TEXT
        hours: Hours = (None, None)
        for files in listing.pages:
            if files.name != "election":
                self._reader.wrong(files.path, say("does not belong here; only election.md stands beside the folders."))
            elif page := self._reader.read(files, PastElectionFields, TextRule.OPTIONAL):
                fields, text = page.fields, page.text
                hours = self._hours_of(page)
        if "election" not in listing.names:
            self._reader.wrong(folder / "election.md", say("is missing; add it."))
        has_slug(PageFiles(name=folder.name, path=folder, translations={}), self._reader)
        reader = PlacesReader(self._reader, folder, hours=hours, read_folders=self._read_folders)
        places = reader.read()
        self._names |= {f"archive/{folder.name}/{kind}": names for kind, names in reader.names.items()}
        if fields is None:
            return None
        return PastElection(
            slug=folder.name,
            name=fields.name.text,
            date=fields.date,
            hours=(fields.opening, fields.closing),
            text=text,
            places=places,
        )

    def _hours_of(self, page: Page[PastElectionFields]) -> Hours:
        """Return when voting began and ended; what a past election does not name itself is the present one's.

        Hours that end before they begin are a fault, and nothing that can be compared with its stations'.
        """
        first, last = self._issue.hours or (None, None)
        hours = page.fields.opening or first, page.fields.closing or last
        if message := ends_too_early(*hours):
            field = "closing" if "closing" in page.lines else "opening"
            self._reader.wrong(page.path, message, line=page.lines.get(field, 0), field=field)
            return None, None
        return hours

    def _check_links(self) -> None:
        kinds = ("news", "page")
        hidden = {kind: {slug for other, slug in self._days if other == kind} for kind in kinds}
        names = self._names | {kind: {*self._names[kind], *hidden[kind]} for kind in kinds}
        for path, line, address in self._reader.links:
            if links.exists(address, names):
                self._check_days(path, line, address)
                continue
            message = say("there is no {address} on this site.", address=address)
            if nearest := links.nearest(address, names):
                message = say("there is no {address} on this site; is it {nearest}?", address=address, nearest=nearest)
            self._reader.wrong(path, message, line=line, field="text")

    def _check_days(self, path: Path, line: int, address: str) -> None:
        """Find a link that leads nowhere on some day; whoever builds with drafts is only warned of it."""
        page = links.written_page(address)
        there = self._days.get(page) if page else None
        here = self._days_of_files.get(path.with_name(path.name.partition(".")[0] + ".md"), Days())
        message = dead_link(address, here, there, self._issue) if there else None
        if message is None:
            return
        fault = Fault(file=path, line=line, field="text", message=message)
        lenient = self._issue.drafts and not self._issue.only_checked
        (self._reader.warnings if lenient else self._reader.faults).append(fault)

    def _check_images(self, images: Images) -> None:
        self._reader.faults += images.faults
        for path, line, address in self._reader.images:
            if message := images.fault_of(address):
                self._reader.wrong(path, message, line=line, field="text")
