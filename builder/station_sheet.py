"""Stations as a sheet to write: what the content holds, or an empty template with one example. Pure."""

from __future__ import annotations

from pathlib import Path

from builder.accessibility_names import names_in
from builder.front_matter import Value
from builder.sheet import Draft, Heading
from builder.sheet_columns import COLUMNS, EXAMPLE_MARKS, GUIDE_TITLES, SHEET_TITLES, Column, Kind
from builder.sheet_values import to_cell
from builder.station_pages import StationPage, StationPages
from election.ids import StationId, constituency_of, number_of

_EXAMPLE = StationId("034-012")
_EXAMPLE_FIELDS: dict[str, Value] = {
    "name": {"az": "1 nömrəli tam orta məktəb", "en": "Secondary School No. 1", "ru": "Средняя школа № 1"},
    "address": {"az": "Çinar küçəsi 3", "en": "3 Plane Tree Street", "ru": "Чинаровая улица, 3"},
    "coordinates": {"lat": "40.3777", "lon": "49.892"},
    "registered_voters": "1250",
    "accessibility": ["ramp", "wide_doors"],
}


def draft_of(stations: StationPages, language: str) -> Draft:
    """Return the sheet of all `stations`, with headings in `language`."""
    columns = [column for column in COLUMNS if column.kind not in {Kind.STATION, Kind.REMARK}]
    rows = [[_value(column, station, page, language) for column in columns] for station, page in stations.pages.items()]
    return Draft(title=SHEET_TITLES[language], headings=_headings(columns, language), rows=rows)


def template(language: str) -> Draft:
    """Return a sheet without stations, with headings and explanations in `language` and one row as an example."""
    columns = [column for column in COLUMNS if column.kind is not Kind.STATION]
    page = StationPage(path=Path(), source="", fields=_EXAMPLE_FIELDS, has_text=False)
    row = [_value(column, _EXAMPLE, page, language) for column in columns]
    return Draft(
        title=SHEET_TITLES[language],
        headings=_headings(columns, language),
        rows=[row],
        example_rows=1,
        guide_title=GUIDE_TITLES[language],
    )


def _value(column: Column, station: StationId, page: StationPage, language: str) -> str | int | float:
    match column.kind:
        case Kind.CONSTITUENCY:
            return constituency_of(station)
        case Kind.NUMBER:
            return number_of(station)
        case Kind.REMARK:
            return EXAMPLE_MARKS[language]
        case _:
            return to_cell(column, page.value(column.path), language)


def _headings(columns: list[Column], language: str) -> tuple[Heading, ...]:
    return tuple(
        Heading(
            text=column.headings[language],
            help=column.help[language],
            rule=column.rule,
            least=column.least,
            most=column.most,
            choices=tuple(names_in(language).values()) if column.kind is Kind.WORDS else (),
        )
        for column in columns
    )
