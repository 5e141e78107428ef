"""What each template is given: one frozen view per page, everything already looked up, sorted and formatted.

Texts are plain unless their field says `Markup` (HTML made safe by `builder.markup`). Addresses are root-relative
paths (`/az/station/034-012/`) unless the field says absolute.

Long, for it is a list: who writes a template finds in one place all that templates are given. Named tuples and not
dataclasses, for a build makes half a million of them; always made by the names of their fields.
"""

from __future__ import annotations

from typing import NamedTuple

from markupsafe import Markup


class Link(NamedTuple):
    """A text and where it leads."""

    text: str
    url: str


class LanguageLink(NamedTuple):
    """The same page in one language."""

    code: str
    """`az`, `en` or `ru`; also the value of `lang` and `hreflang`."""
    name: str
    """The language's own name: Azərbaycanca, English, Русский."""
    url: str
    absolute_url: str
    current: bool


class Assets(NamedTuple):
    """Fingerprinted addresses: all sources of `site/` live below one folder named by their content."""

    root: str
    """`/assets/<sha8>/`, below it `js/` and `icons/` as in `site/`, and `vendor/` for hls.js."""
    stylesheet: str
    """The one stylesheet, `/assets/<sha8>/site.css`."""


class Archive(NamedTuple):
    """The past election that a page belongs to."""

    election: str
    """Its name."""
    date: str
    """Formatted."""
    url: str


class Frame(NamedTuple):
    """What every page has around its content."""

    language: str
    languages: tuple[LanguageLink, ...]
    election: str
    """The election's name."""
    election_date: str
    """Formatted in the page's language."""
    sample: bool
    """Whether the page must say that places and stations are invented."""
    title: str
    """The page's own title."""
    tab_title: str
    """The same with the election's name, where that is another: for `<title>`."""
    description: str
    absolute_url: str
    default_url: str
    """Absolute: the page for those who read none of the languages."""
    open_graph_locales: tuple[str, ...]
    """The page's own first: `az_AZ`, `en_GB`, `ru_RU`."""
    breadcrumbs: tuple[Link, ...]
    """From home down to the page's parent; empty on the home page."""
    home_url: str
    news_url: str
    feed_url: str
    """The Atom feed of news."""
    open_data_url: str
    manifest_url: str
    pages: tuple[Link, ...]
    """Pages that editors wrote, for the footer."""
    archive: Archive | None
    """None on all pages of the present election."""
    mark: str
    """`draft` or `coming` on a page that the public does not see, else ''."""
    time_zone: str
    """The election's, such as `Asia/Baku`."""
    worker_url: str
    """`/sw.js`, or '' where no service worker is wanted."""
    assets: Assets


class Countdown(NamedTuple):
    """When pictures begin."""

    opens: str
    """ISO 8601, with its offset."""
    coverage: str
    """The stations meant, as in `RegionRow`: once one of them is live nothing is counted."""


class StationRow(NamedTuple):
    """A station in a list."""

    id: str
    number: int
    constituency: int
    label: str
    """`Polling station 12, constituency 34` in the page's language."""
    name: str
    address: str
    url: str


class ConstituencyRow(NamedTuple):
    """A constituency in a list."""

    number: int
    label: str
    """`Constituency 34` in the page's language."""
    name: str
    coverage: str
    """As in `RegionRow`."""
    station_count: int
    url: str


class RegionRow(NamedTuple):
    """A region in a list."""

    slug: str
    number: int
    """In the list and on the map; 0 where there are too many for numbers."""
    name: str
    coverage: str
    """Its stations as `site/js/coverage.js` reads them: `033:1-24 034:1-12,14`."""
    constituency_count: int
    station_count: int
    url: str


class MapRegion(NamedTuple):
    """A region on the map."""

    row: RegionRow
    path: str
    """Its outline, for the attribute `d`."""
    x: int
    y: int
    """The middle of its number."""


class RegionMap(NamedTuple):
    """The map beside the list of regions."""

    width: int
    height: int
    land: str
    """The outline of the whole country, for the attribute `d`."""
    regions: tuple[MapRegion, ...]


class NewsRow(NamedTuple):
    """A news item in a list."""

    title: str
    date: str
    """Formatted in the page's language."""
    iso_date: str
    """`2026-11-24`, for `<time datetime>`."""
    url: str
    mark: str = ""
    """As in `Frame`."""


class PastElectionRow(NamedTuple):
    """A past election in a list."""

    archive: Archive
    iso_date: str
    station_count: int


class HomePage(NamedTuple):
    """`home.html`."""

    frame: Frame
    introduction: Markup
    regions: tuple[RegionRow, ...]
    map: RegionMap | None
    """None where no region names its districts."""
    station_count: int
    coverage: str
    """All stations, as in `RegionRow`."""
    opens: str
    """ISO 8601, with its offset: when pictures begin."""
    news: tuple[NewsRow, ...]
    """The newest few."""
    past: tuple[PastElectionRow, ...]
    """The latest first."""
    search_rows_url: str
    """The search file of this language: see `builder.search_files`."""
    status_url: str
    """`/status/public.json`."""


class RegionPage(NamedTuple):
    """`region.html`."""

    frame: Frame
    name: str
    coverage: str
    """As in `RegionRow`."""
    constituencies: tuple[ConstituencyRow, ...]
    status_url: str
    """`/status/public.json`."""


class ConstituencyPage(NamedTuple):
    """`constituency.html`."""

    frame: Frame
    number: int
    label: str
    name: str
    region: Link
    coverage: str
    """As in `RegionRow`."""
    stations: tuple[StationRow, ...]
    status_url: str
    """`/status/public.json`."""


class StationFacts(NamedTuple):
    """What is told of a station beside its name and address; '' or nothing where editors say nothing."""

    voting_hours: str
    """`08:00–19:00` with the time zone's offset, formatted."""
    registered_voters: str
    """Their number, formatted."""
    accessibility: str
    """What helps people, in the page's language, with commas between."""
    coordinates: Link | None
    """`40.37770, 49.89200`, and an address (RFC 5870) that opens a phone's map."""
    camera_note: str
    maintenance_note: str


class StationPage(NamedTuple):
    """`station.html`."""

    frame: Frame
    station: StationRow
    constituency: Link
    region: Link
    note: Markup
    """The editor's text on this station, '' if there is none."""
    facts: StationFacts
    still_url: str
    """`/live/034-012/still.jpg`; may be missing until the camera is live."""
    playlist_url: str
    """`/live/034-012/master.m3u8`."""
    status_url: str
    """`/status/public.json`."""
    countdown: Countdown | None
    """None where the election is over."""
    video_data: Markup
    """JSON-LD, see `builder.sharing`."""
    still_absolute_url: str
    short_url: str
    """Absolute: leads here by a rule of the edge; of a past election's station the page's own address."""
    date: str
    """The day of the election, `2026-11-29`."""
    neighbours: tuple[Link, ...]
    """The previous and next station of the constituency, where there are any."""


class WallPage(NamedTuple):
    """`wall.html`: several stations at once, which ones its address says."""

    frame: Frame
    date: str
    """Of the election, `2026-11-29`."""
    search_rows_url: str
    """The search file of this language: see `builder.search_files`."""
    status_url: str
    """`/status/public.json`."""


class NewsPage(NamedTuple):
    """`news.html`: one news item."""

    frame: Frame
    date: str
    iso_date: str
    changed: str
    """When it was last changed, '' where that is not told."""
    iso_changed: str
    body: Markup


class WrittenPage(NamedTuple):
    """`page.html`: a page that editors wrote freely."""

    frame: Frame
    changed: str
    """As in `NewsPage`."""
    iso_changed: str
    body: Markup


class ArchivePage(NamedTuple):
    """`archive.html`: the list of past elections."""

    frame: Frame
    elections: tuple[PastElectionRow, ...]


class PastElectionPage(NamedTuple):
    """`past_election.html`."""

    frame: Frame
    election: PastElectionRow
    text: Markup
    regions: tuple[RegionRow, ...]


class DataField(NamedTuple):
    """A field of the open data."""

    column: str
    """In `catalogue.csv`; `*` stands for a language."""
    json: str
    """Its place in `catalogue.json`, '' where it follows from another."""
    meaning: str


class OpenDataPage(NamedTuple):
    """`open_data.html`."""

    frame: Frame
    license: str
    """'' where the configuration names none."""
    fields: tuple[DataField, ...]


class NewsListPage(NamedTuple):
    """`news_list.html`."""

    frame: Frame
    news: tuple[NewsRow, ...]


class NotFoundPage(NamedTuple):
    """`not_found.html`, served at the edge for any missing page."""

    frame: Frame


class OfflinePage(NamedTuple):
    """`offline.html`, shown by the service worker where there is no connection."""

    frame: Frame


class LanguageChoicePage(NamedTuple):
    """`choose_language.html`, the page at `/`: no language of its own, no frame."""

    election: Link
    """The election's name in the first language; its `url` is the first language's home."""
    absolute_url: str
    sample: bool
    languages: tuple[LanguageLink, ...]
    assets: Assets
