"""The places of one election, the present or a past one: its folders of regions, constituencies and stations, read."""

from __future__ import annotations

import datetime
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from builder.addresses import Aliases
from builder.content_folder import PageFiles, list_folder
from builder.districts import district_names, read_districts
from builder.field_values import ends_too_early
from builder.page_fields import (
    SLUG,
    SLUG_RULE,
    ConstituencyFields,
    RegionFields,
    StationFields,
    station_of,
)
from builder.page_reader import Page, PageReader, TextRule
from builder.station_folder import NO_STATIONS, Claims, FolderReader, StationFolder, StationsByNumber
from builder.station_folder import StationEntry as StationEntry
from election.folding import fold
from election.ids import LAST_CONSTITUENCY, StationId, constituency_of, parse_station_id
from election.places import Constituency, Region
from election.wording import ended, say

Hours = tuple[datetime.time | None, datetime.time | None]
"""When voting begins and ends; None where that is not known."""
FOLDERS = ("regions", "constituencies", "stations")
_CONSTITUENCY = re.compile(r"\d{3}", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class Places:
    """The places of one election, without faults."""

    regions: tuple[Region, ...]
    """By slug."""
    constituencies: tuple[Constituency, ...]
    """By number."""
    stations: StationsByNumber
    """The stations of every constituency, by their numbers."""

    def constituencies_of(self, region: Region) -> tuple[Constituency, ...]:
        """Return the constituencies of `region`, by number."""
        return tuple(place for place in self.constituencies if place.region == region.slug)

    def station_ids(self, constituency: Constituency) -> tuple[StationId, ...]:
        """Return the ids of a constituency's stations, by their numbers."""
        return self.stations.folders[constituency.number].ids

    def coverage_of(self, constituencies: Iterable[Constituency]) -> str:
        """Return the stations of these constituencies, as in `builder.coverage`."""
        return " ".join(filter(None, (self.stations.folders[place.number].coverage for place in constituencies)))

    @property
    def coverage(self) -> str:
        """All stations, as in `builder.coverage`."""
        return self.coverage_of(self.constituencies)

    @property
    def station_count(self) -> int:
        """How many stations there are."""
        return sum(len(folder.ids) for folder in self.stations.folders.values())


class PlacesReader:
    """Reads the places below one folder; faults go to the page reader."""

    def __init__(
        self,
        reader: PageReader,
        folder: Path,
        aliases: Aliases | Claims | None = None,
        hours: Hours = (None, None),
        read_folders: FolderReader = map,
    ) -> None:
        """`hours` are the election's; `read_folders` reads the folders of stations, each by itself."""
        self._reader = reader
        self._read_folders = read_folders
        self._folder = folder
        self._aliases = aliases
        self._hours = hours
        self._station_names: set[str] = set()
        self._regions_of_districts: dict[str, Path] = {}
        self._regions_of_names: dict[tuple[str, str], Path] = {}
        self.names: Mapping[str, Collection[str]] = {}
        """The pages there are by kind, once they are read."""

    def read(self) -> Places:
        """Return the places that have no faults."""
        regions = self._reader.listing(self._folder / "regions")
        constituencies = self._reader.listing(self._folder / "constituencies")
        found_regions = [self._region(page) for page in regions.pages]
        found_constituencies = [self._constituency(page, regions.names) for page in constituencies.pages]
        stations = self._stations(constituencies.names)
        self.names = {
            "region": regions.names,
            "constituency": constituencies.names,
            "station": self._station_names,
        }
        places = tuple(place for place in found_constituencies if place)
        return Places(
            regions=tuple(region for region in found_regions if region),
            constituencies=places,
            stations=StationsByNumber({place.number: stations.get(place.number, NO_STATIONS) for place in places}),
        )

    def _region(self, files: PageFiles) -> Region | None:
        page = self._reader.read(files, RegionFields, TextRule.NONE)
        if not has_slug(files, self._reader) or page is None:
            return None
        self._check_districts(page)
        self._check_name(page)
        self._claim(page.fields.aliases, page, f"region/{page.name}")
        return Region(slug=page.name, name=page.fields.name.text, districts=page.fields.districts)

    def _check_name(self, page: Page[RegionFields]) -> None:
        for language, name in page.fields.name.text.by_language.items():
            taken = self._regions_of_names.setdefault((language, fold(name)), page.path)
            if taken != page.path:
                field = f"name.{language}"
                message = say("regions/{other} has this name too; people could not tell them apart.", other=taken.name)
                self._reader.wrong(page.path, message, line=page.lines[field], field=field)

    def _check_districts(self, page: Page[RegionFields]) -> None:
        for index, name in enumerate(page.fields.districts):
            taken = self._regions_of_districts.setdefault(name, page.path)
            fault = ""
            if name not in district_names():
                nearest = read_districts().nearest(name)
                fault = say("there is no district {name}; docs/editors.md lists all.", name=name)
                if nearest:
                    fault = say("there is no district {name}; is it {nearest}?", name=name, nearest=nearest)
            elif taken != page.path:
                fault = say(
                    "{name} is already in regions/{other}; a district lies in one region.", name=name, other=taken.name
                )
            elif name in page.fields.districts[:index]:
                fault = say("{name} stands twice; remove one of them.", name=name)
            if fault:
                field = f"districts.{index}"
                self._reader.wrong(page.path, fault, line=page.lines[field], field=field)

    def _constituency(self, files: PageFiles, regions: frozenset[str]) -> Constituency | None:
        page = self._reader.read(files, ConstituencyFields, TextRule.NONE)
        if not _CONSTITUENCY.fullmatch(files.name) or not 1 <= int(files.name) <= LAST_CONSTITUENCY:
            message = say(
                "a constituency's file is named 001.md to {last}.md, by its number in three digits.",
                last=LAST_CONSTITUENCY,
            )
            self._reader.wrong(files.path, message)
            return None
        if page is None:
            return None
        region = page.fields.region
        if region not in regions:
            message = say("there is no regions/{name}.md.", name=region)
            self._reader.wrong(page.path, message, line=page.lines["region"], field="region")
        self._claim(page.fields.aliases, page, f"constituency/{page.name}")
        return Constituency(number=int(page.name), name=page.fields.name.text, region=region)

    def station_folder(self, name: str) -> StationFolder:
        """Return what is in `stations/<name>`; this reader has read nothing else."""
        listing = self._reader.listing(self._folder / "stations" / name)
        entries = tuple(entry for files in listing.pages if (entry := self._station(files, name)))
        claims = self._aliases.claims if isinstance(self._aliases, Claims) else ()
        return StationFolder.of(entries, listing.names, self._reader, claims)

    def _stations(self, constituencies: frozenset[str]) -> Mapping[int, StationFolder]:
        root = list_folder(self._folder / "stations")
        self._reader.faults += root.faults
        for files in root.pages:
            message = say("a station's file stands in the folder of its constituency, such as stations/034.")
            self._reader.wrong(files.path, message)
        for name in root.folders:
            if name not in constituencies:
                message = say("there is no constituencies/{name}.md.", name=name)
                self._reader.wrong(self._folder / "stations" / name, message)
        found: dict[int, StationFolder] = {}
        folders = [self._folder / "stations" / name for name in root.folders]
        read = StationReading(hours=self._hours, past=self._aliases is None)
        for folder in self._read_folders(read, folders):
            self._station_names |= folder.names
            self._reader.add(folder)
            if self._aliases is not None:
                for claim in folder.claims:
                    self._aliases.claim(*claim)
            if folder.ids:
                found[constituency_of(folder.ids[0])] = folder
        return found

    def _station(self, files: PageFiles, folder: str) -> StationEntry | None:
        page = self._reader.read(files, StationFields, TextRule.OPTIONAL)
        station = self._station_id(files)
        if station is not None and station[:3] != folder:
            self._reader.wrong(files.path, say("belongs in stations/{folder}, by its id.", folder=station[:3]))
        if page is None or station is None:
            return None
        self._check_hours(page)
        self._claim(page.fields.aliases, page, f"station/{station}")
        return StationEntry(station=station_of(station, page.fields), note=page.text)

    def _station_id(self, files: PageFiles) -> StationId | None:
        try:
            return parse_station_id(files.name)
        except ValueError as error:
            self._reader.wrong(files.path, ended(error))
            return None

    def _check_hours(self, page: Page[StationFields]) -> None:
        """Find hours that end before they begin; what a station does not name itself is the election's."""
        first, last = self._hours
        if message := ends_too_early(page.fields.opening or first, page.fields.closing or last):
            field = "closing" if "closing" in page.lines else "opening"
            self._reader.wrong(page.path, message, line=page.lines.get(field, 0), field=field)

    def _claim(self, aliases: tuple[str, ...], page: Page[Any], address: str) -> None:
        if self._aliases is not None:
            self._aliases.claim(aliases, address, page.path, page.lines)
        elif aliases:
            message = say("a past election's pages have no former addresses; remove them.")
            self._reader.wrong(page.path, message, line=page.lines["aliases"], field="aliases")


@dataclass(frozen=True, kw_only=True)
class StationReading:
    """Reads the stations of one constituency, `stations/034`: what is found depends on the folder and on this alone."""

    hours: Hours
    """The election's."""
    past: bool
    """Whether the election is over; its stations have no former addresses."""

    def __call__(self, folder: Path) -> StationFolder:
        """Return what is in `folder`."""
        reader = PlacesReader(PageReader(), folder.parents[1], None if self.past else Claims(), self.hours)
        return reader.station_folder(folder.name)


def has_slug(files: PageFiles, reader: PageReader) -> bool:
    """Whether the file's name can be an address; a fault is remembered where it cannot."""
    right = SLUG.fullmatch(files.name) is not None
    if not right:
        reader.wrong(files.path, say("its name becomes an address: {rule}.", rule=SLUG_RULE))
    return right
