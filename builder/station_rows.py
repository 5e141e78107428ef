"""The rows of a sheet as stations: which one each is, and what it says of which field. Pure.

Nothing here knows what the content holds already. Every fault names the line and, as its field, the column's heading;
none repeats what looks secret.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from builder.page_edit import FieldPath, New
from builder.sheet import Row, Sheet, Unusable
from builder.sheet_columns import Column, Kind, find_column, is_example, nearest_heading, same_name
from builder.sheet_values import to_field
from builder.suspicions import secrets
from election.errors import Fault
from election.ids import LAST_CONSTITUENCY, StationId, parse_station_id, station_id
from election.number_forms import parse_numbers, parse_station
from election.wording import ended, say

_GUESSED = 5
"""Unknown columns for which a known one is looked for, which takes time; more are no matter of spelling."""
_IDENTITY = (Kind.STATION, Kind.CONSTITUENCY, Kind.NUMBER)


@dataclass(frozen=True, kw_only=True, slots=True)
class StationRow:
    """A row without faults."""

    station: StationId
    line: int
    values: Mapping[FieldPath, New]
    """By the path of the field."""
    empty: frozenset[FieldPath]
    """The fields whose cells are empty."""


@dataclass(frozen=True, kw_only=True)
class StationRows:
    """What a sheet says."""

    rows: tuple[StationRow, ...]
    """Each station once."""
    columns: Mapping[FieldPath, str]
    """The headings, as the sheet writes them, by the path of their field."""
    place: str
    """The heading of the column that says which station a row is."""
    examples: tuple[int, ...]
    """The lines of a template's example rows, which are left out."""
    faults: tuple[Fault, ...]
    """All that is wrong; rows that have a fault are not among the rows."""


def read_rows(sheet: Sheet, skip: Sequence[str] = ()) -> StationRows:
    """Return what `sheet` says; the columns named in `skip` are left alone."""
    reader = _Reader(sheet)
    reader.read_headings(skip)
    complete = not reader.faults
    rows, examples = reader.read_rows() if reader.is_identified else ([], [])
    return StationRows(
        # Without some column a row may lack what it says there.
        rows=tuple(rows) if complete else (),
        columns={column.path: reader.heading(index) for index, column in reader.columns.items() if column.path},
        place=next((reader.heading(reader.places[kind]) for kind in _IDENTITY if kind in reader.places), ""),
        examples=tuple(examples),
        faults=tuple(reader.faults),
    )


class _Reader:
    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet
        self.faults: list[Fault] = []
        self.columns: dict[int, Column] = {}
        self.places: dict[Kind, int] = {}
        """Where the columns are that are no field of a page."""
        self._skipped: set[int] = set()
        self._unknown = 0
        self._lines: dict[StationId, int] = {}

    def heading(self, index: int) -> str:
        return str(self._sheet.headings.cell(index))

    def read_headings(self, skip: Sequence[str]) -> None:
        line = self._sheet.headings.line
        left = list(skip)
        for index, heading in enumerate(self._sheet.headings.cells):
            if isinstance(heading, Unusable):
                self._fault(line, _unnamed(index), heading.message)
                self._skipped.add(index)
            elif named := [name for name in skip if same_name(name, heading)]:
                left = [name for name in left if name not in named]
                self._skipped.add(index)
            elif heading:
                self._read_heading(index, heading)
        for name in left:
            self._fault(line, "", say("has no column {name} to leave out.", name=name))
        self.places = {column.kind: index for index, column in self.columns.items() if not column.path}
        if not self.is_identified:
            message = say("does not say which stations these are; add the columns Constituency and Station.")
            self._fault(line, "", message)

    @property
    def is_identified(self) -> bool:
        """Whether there are columns that say which station a row is."""
        return Kind.STATION in self.places or {Kind.CONSTITUENCY, Kind.NUMBER} <= set(self.places)

    def _read_heading(self, index: int, heading: str) -> None:
        column = find_column(heading)
        if column is None or column in self.columns.values():
            self._skipped.add(index)
        if column is None and (secret := _secret(heading)):
            self._fault(self._sheet.headings.line, _unnamed(index), secret)
        elif column is None:
            self._unknown += 1
            near = nearest_heading(heading) if self._unknown <= _GUESSED else ""
            message = say("is not a column of stations; correct its name, or leave it out by --skip-column.")
            if near:
                message = say(
                    "is not a column of stations; is it {near}? Else leave it out by --skip-column.", near=near
                )
            self._fault(self._sheet.headings.line, heading, message)
        elif column in self.columns.values():
            message = say("means the same as a column before it; remove one of them.")
            self._fault(self._sheet.headings.line, heading, message)
        else:
            self.columns[index] = column

    def read_rows(self) -> tuple[list[StationRow], list[int]]:
        found: list[StationRow] = []
        examples: list[int] = []
        for row in self._sheet.rows:
            if self._is_example(row):
                examples.append(row.line)
                continue
            station = self._station(row)
            said = self._fields(row)
            if station and said:
                values, empty = said
                found.append(StationRow(station=station, line=row.line, values=values, empty=empty))
        if not found and not self.faults:
            message = say("has no row of a station below the names of its columns; nothing would be imported.")
            self._fault(0, "", message)
        return found, examples

    def _is_example(self, row: Row) -> bool:
        remark = row.cell(self.places[Kind.REMARK]) if Kind.REMARK in self.places else ""
        return isinstance(remark, str) and is_example(remark)

    def _station(self, row: Row) -> StationId | None:
        known = len(self.faults)
        said = {kind: self._identity(row, kind) for kind in _IDENTITY if kind in self.places}
        if len(self.faults) > known:
            return None
        whole, constituency, number = (said.get(kind, "") for kind in _IDENTITY)
        station = whole or (f"{constituency}-{number}" if constituency and number else "")
        if not station:
            empty = next(kind for kind in said if not said[kind])
            self._fault(row.line, self.heading(self.places[empty]), say("is empty; write which station this is."))
            return None
        if (constituency or station[:3]) != station[:3] or (number or station[4:]) != station[4:]:
            message = say("is {station}, and the other columns say another.", station=station)
            self._fault(row.line, self.heading(self.places[Kind.STATION]), message)
            return None
        found = parse_station_id(station)
        first = self._lines.setdefault(found, row.line)
        if first != row.line:
            place = next(self.heading(self.places[kind]) for kind in said if said[kind])
            message = say("{station} is already in line {first}; keep one of them.", station=station, first=first)
            self._fault(row.line, place, message)
            return None
        return found

    def _identity(self, row: Row, kind: Kind) -> str:
        """Return an id, or the three digits of a number; '' for an empty cell and after a fault."""
        cell = row.cell(self.places[kind])
        if isinstance(cell, Unusable):
            self._fault(row.line, self.heading(self.places[kind]), cell.message)
            return ""
        try:
            if not cell:
                return ""
            return parse_station(cell) if kind is Kind.STATION else _three_digits(cell, kind)
        except ValueError as error:
            self._fault(row.line, self.heading(self.places[kind]), _secret(cell) or ended(error))
            return ""

    def _fields(self, row: Row) -> tuple[Mapping[FieldPath, New], frozenset[FieldPath]] | None:
        """Return what `row` says of its station's fields, and which are empty; None if any of it is wrong."""
        known = len(self.faults)
        values: dict[FieldPath, New] = {}
        empty: set[FieldPath] = set()
        for index in range(max(len(row.cells), len(self._sheet.headings.cells))):
            cell, column = row.cell(index), self.columns.get(index)
            if index in self._skipped or (column and not column.path):
                continue
            if column is None:
                if cell:
                    message = say("has no name above it; name the column or empty it.")
                    self._fault(row.line, _unnamed(index), message)
            elif isinstance(cell, Unusable):
                self._fault(row.line, self.heading(index), cell.message)
            elif not cell:
                empty.add(column.path)
            else:
                try:
                    values[column.path] = to_field(column, cell)
                except ValueError as error:
                    self._fault(row.line, self.heading(index), _secret(cell) or ended(error))
        return (values, frozenset(empty)) if len(self.faults) == known else None

    def _fault(self, line: int, heading: str, message: str) -> None:
        self.faults.append(Fault(file=self._sheet.file, line=line, field=heading, message=message))


def _secret(cell: str) -> str:
    """Return what is said of a cell that looks secret, in place of a fault that would repeat it; '' of any other."""
    return next((message for _place, message in secrets(cell)), "")


def _unnamed(index: int) -> str:
    return say("column {number}", number=index + 1)


def _three_digits(cell: str, kind: Kind) -> str:
    meant = parse_numbers(cell)
    number = other = None
    if meant:
        own, other = meant.constituency, meant.station
        if kind is Kind.NUMBER:
            own, other = other, own
        number = meant.bare or own
    if number is None or other is not None:
        if kind is Kind.CONSTITUENCY:
            raise ValueError(say("is the number of a constituency, such as 34, not {cell!r}", cell=cell))
        raise ValueError(say("is the number of a station, such as 34, not {cell!r}", cell=cell))
    # The id of some station of it says whether the number is within range.
    return station_id(number, 1)[:3] if kind is Kind.CONSTITUENCY else station_id(LAST_CONSTITUENCY, number)[4:]
