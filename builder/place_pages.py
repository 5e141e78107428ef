"""The pages of one election's places, the present one's or a past one's: regions, constituencies, stations. Pure.

Paths below a language's home, for the present election; those of a past one begin with `archive/<slug>/`:
`region/<slug>/`, `constituency/034/`, `station/034-012/`.
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from functools import cache, partial

from builder import sharing, views
from builder.alphabet import sort_key
from builder.content import PastElection
from builder.coverage import coverage_of_one
from builder.frame import Framing
from builder.labels import voting_hours
from builder.places_reader import Places, StationEntry
from builder.station_facts import facts_of
from builder.templates import View
from election import keys
from election.configuration import ElectionTable
from election.ids import Rendition, StationId, constituency_of, number_of
from election.places import Constituency, Region
from election.schedule import schedule_of

STATUS_URL = f"/{keys.PUBLIC_STATUS}"
_NOON = 12 * 60


class PlacePages:
    """The pages of places in one language."""

    def __init__(self, framing: Framing, places: Places, past: PastElection | None = None) -> None:
        self._framing = framing
        self._labels = framing.labels
        self._places = places
        self._archive = None if past is None else framing.archive(past)
        self._election = election = _as_it_was(framing.site.configuration.election, past)
        schedule = schedule_of(election)
        self.opens = schedule.opens.astimezone(election.zone).isoformat()
        """When pictures begin: ISO 8601, with its offset."""
        self._ends = schedule.ends.astimezone(election.zone).isoformat()
        self._date = election.date.isoformat()
        self._hours = cache(partial(voting_hours, election))
        self._root = "" if past is None else f"archive/{past.slug}/"
        self._trail: tuple[views.Link, ...] = (framing.home,)
        if self._archive is not None:
            list_of_past = views.Link(text=framing.labels.past_elections, url=f"{framing.home.url}archive/")
            self._trail = (framing.home, list_of_past, views.Link(text=self._archive.election, url=self._archive.url))
        self._regions = {
            region.slug: views.Link(text=framing.text(region.name), url=self._url(f"region/{region.slug}/"))
            for region in places.regions
        }

    def __iter__(self) -> Iterator[tuple[str, View]]:
        """Yield every page and its path."""
        yield from self.region_pages()
        yield from self.constituency_pages()

    def region_pages(self) -> Iterator[tuple[str, View]]:
        """Yield the page of every region and its path."""
        for region in self._places.regions:
            yield self._path(f"region/{region.slug}/"), self._region_page(region)

    def constituency_pages(self, stations: Container[StationId] | None = None) -> Iterator[tuple[str, View]]:
        """Yield the page of every constituency and of every station, or of these `stations` alone, and its path."""
        for constituency in self._places.constituencies:
            yield from self._constituency_pages(constituency, stations)

    def region_rows(self, *, numbered: bool = False) -> tuple[views.RegionRow, ...]:
        """Return all regions in the order of the language's alphabet, with numbers where a map shows them."""
        language, text = self._framing.language, self._framing.text
        ordered = sorted(self._places.regions, key=lambda region: sort_key(text(region.name), language))
        return tuple(self._region_row(region, index if numbered else 0) for index, region in enumerate(ordered, 1))

    def _url(self, address: str) -> str:
        return f"{self._framing.home.url}{self._root}{address}"

    def _path(self, address: str) -> str:
        return self._framing.path(self._root + address)

    def _frame(self, address: str, title: str, description: str, *below: views.Link) -> views.Frame:
        trail = (*self._trail, *below)
        return self._framing.frame(self._root + address, title, description, *trail, archive=self._archive)

    def _region_row(self, region: Region, number: int = 0) -> views.RegionRow:
        places = self._places.constituencies_of(region)
        return views.RegionRow(
            slug=region.slug,
            number=number,
            name=self._regions[region.slug].text,
            coverage=self._places.coverage_of(places),
            constituency_count=len(places),
            station_count=sum(len(self._places.station_ids(place)) for place in places),
            url=self._regions[region.slug].url,
        )

    def _region_page(self, region: Region) -> views.RegionPage:
        name = self._regions[region.slug].text
        row = self._region_row(region)
        description = f"{name}. {self._labels.station_count(row.station_count)}"
        return views.RegionPage(
            frame=self._frame(f"region/{region.slug}/", name, description),
            name=name,
            coverage=row.coverage,
            constituencies=tuple(self._constituency_row(place) for place in self._places.constituencies_of(region)),
            status_url=STATUS_URL,
        )

    def _constituency_row(self, constituency: Constituency) -> views.ConstituencyRow:
        stations = self._places.station_ids(constituency)
        return views.ConstituencyRow(
            number=constituency.number,
            label=self._labels.constituency(constituency.number),
            name=self._framing.text(constituency.name),
            coverage=self._places.coverage_of([constituency]),
            station_count=len(stations),
            url=self._url(f"constituency/{constituency.number:03d}/"),
        )

    def _constituency_pages(
        self, constituency: Constituency, only: Container[StationId] | None
    ) -> Iterator[tuple[str, View]]:
        row = self._constituency_row(constituency)
        region = self._regions[constituency.region]
        entries = self._places.stations[constituency.number]
        stations = [self._station_row(entry) for entry in entries]
        address = f"constituency/{constituency.number:03d}/"
        description = f"{row.label}, {row.name}. {self._labels.station_count(row.station_count)}"
        yield (
            self._path(address),
            views.ConstituencyPage(
                frame=self._frame(address, row.label, description, region),
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
            if only is not None and entry.station.id not in only:
                continue
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
            name=self._framing.text(station.name),
            address=self._framing.text(station.address),
            url=self._url(f"station/{station.id}/"),
        )

    def _station_page(
        self,
        entry: StationEntry,
        row: views.StationRow,
        constituency: views.Link,
        region: views.Link,
        neighbours: tuple[views.Link, ...],
    ) -> views.StationPage:
        station, archived = entry.station, self._archive is not None
        said = self._labels.recording if archived else self._labels.live_video
        description = f"{said(row.label)}. {row.name}, {row.address}"
        frame = self._frame(f"station/{row.id}/", row.label, description, region, constituency)
        base = self._framing.site.configuration.site.base_url
        still, playlist = f"/{keys.still(station.id)}", f"/{keys.master(station.id)}"
        if archived:
            still = f"/{keys.minute_still(station.id, self._election.date, _NOON)}"
            playlist = f"/{keys.day(station.id, Rendition.MAIN, self._election.date)}"
        video_data = sharing.video(
            live=not archived,
            opens=self.opens,
            ends=self._ends,
            name=row.label,
            description=description,
            language=self._framing.language,
            page=frame.absolute_url,
            still=base + still,
            playlist=base + playlist,
            place=sharing.place(row.name, row.address, station, self._labels.accessibility),
        )
        return views.StationPage(
            frame=frame,
            station=row,
            constituency=constituency,
            region=region,
            note=self._framing.markup(entry.note),
            facts=facts_of(
                station, self._hours(station.opening, station.closing), self._labels, self._framing.language
            ),
            still_url=still,
            playlist_url=playlist,
            date=self._date,
            status_url=STATUS_URL,
            countdown=None if archived else views.Countdown(opens=self.opens, coverage=coverage_of_one(station.id)),
            video_data=video_data,
            still_absolute_url=base + still,
            short_url=frame.absolute_url if archived else f"{base}{self._framing.home.url}{row.id}",
            neighbours=neighbours,
        )


def _as_it_was(present: ElectionTable, past: PastElection | None) -> ElectionTable:
    """Return the facts of a past election; what its page does not tell was as it is at present."""
    if past is None:
        return present
    opens, closes = past.hours
    return present.model_copy(
        update={"date": past.date, "opens": opens or present.opens, "closes": closes or present.closes}
    )
