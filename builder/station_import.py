"""What a sheet of stations changes in the content: rows against pages -> a plan, or every fault of the sheet. Pure.

A cell that is empty, and a column that is not there, say nothing: the page keeps what it has. Stations that the sheet
does not name stay. Only `Options` says otherwise. Text below the fields of a page is never part of a plan. What a page
may not say (`builder.suspicions`) is refused here already, and what looks secret is repeated nowhere.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pydantic import ValidationError

from builder.field_values import ends_too_early
from builder.front_matter import Value
from builder.page_edit import CannotEditError, FieldPath, New, edit, new_page
from builder.page_fields import StationFields
from builder.places_reader import Hours
from builder.sheet import Sheet
from builder.sheet_columns import COLUMNS
from builder.sheet_values import is_same, shown
from builder.station_pages import Replacement, StationPage, StationPages
from builder.station_rows import StationRow, StationRows, read_rows
from builder.suspicions import mixed_words, secrets
from election.errors import Fault, InputError
from election.ids import StationId, constituency_of
from election.toml_file import faults_of
from election.wording import Sentence, say

_REQUIRED = (("name", "az"), ("address", "az"))
_ORDER: list[FieldPath] = [at for column in COLUMNS for at in (column.path[:1], column.path) if at]
_Changed = Mapping[FieldPath, New | None]
NO_HOURS: Hours = (None, None)


class Change(StrEnum):
    """What happens to a page."""

    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"


@dataclass(frozen=True, kw_only=True)
class Options:
    """What an import may do besides adding and changing."""

    remove: bool = False
    """Take out stations that the sheet does not name, of the constituencies that it names."""
    clear: bool = False
    """Take out fields whose cells are empty."""
    skip: tuple[str, ...] = ()
    """Columns that are left alone."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FieldChange:
    """One field, before and after; '' where it is not there."""

    field: str
    """Such as `name.en`."""
    heading: str
    """Its column, as the sheet names it."""
    before: str
    after: str


@dataclass(frozen=True, kw_only=True, slots=True)
class PageChange:
    """What becomes of one page."""

    change: Change
    station: StationId
    fields: tuple[FieldChange, ...]
    """In the order of the columns; none where the page is removed."""
    replacement: Replacement


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What an import does."""

    changes: tuple[PageChange, ...]
    """By station."""
    unchanged: int
    """Stations of the sheet that are already as it says."""
    absent: tuple[StationId, ...]
    """Stations that the sheet does not name and that stay, of the constituencies that it names."""
    kept_fields: int
    """Fields that stay though their cells are empty."""
    examples: tuple[int, ...]
    """The lines of a template's example rows, which were left out."""


def plan_import(sheet: Sheet, stations: StationPages, options: Options, hours: Hours = NO_HOURS) -> Plan:
    """Return what `sheet` changes in `stations`; raise `InputError` with every fault of the sheet.

    An hour that a station does not name is that of `hours`, the election's.
    """
    planner = _Planner(sheet, read_rows(sheet, options.skip), stations, options, hours)
    plan = planner.plan()
    if planner.faults:
        raise InputError(*sorted(planner.faults, key=lambda fault: fault.line))
    return plan


class _Planner:
    def __init__(self, sheet: Sheet, rows: StationRows, stations: StationPages, options: Options, hours: Hours) -> None:
        self._sheet = sheet
        self._rows = rows
        self._stations = stations
        self._options = options
        self._hours = hours
        self.faults: list[Fault] = list(rows.faults)
        self._missing_told: set[FieldPath] = set()
        self._kept = 0

    def plan(self) -> Plan:
        changes: list[PageChange] = []
        unchanged = 0
        for row in self._rows.rows:
            change = self._change(row)
            changes += [change] if change else []
            unchanged += change is None
        absent = self._absent()
        if self._options.remove:
            changes += [change for station in absent if (change := self._removal(station))]
            absent = ()
        return Plan(
            changes=tuple(sorted(changes, key=lambda change: change.station)),
            unchanged=unchanged,
            absent=absent,
            kept_fields=self._kept,
            examples=self._rows.examples,
        )

    def _change(self, row: StationRow) -> PageChange | None:
        constituency = constituency_of(row.station)
        if constituency not in self._stations.constituencies:
            path = self._stations.content / "constituencies" / f"{constituency:03d}.md"
            message = say(
                "there is no constituency {constituency}; correct the number, or add {path} first.",
                constituency=constituency,
                path=path,
            )
            self._fault(row.line, self._rows.place, message)
            return None
        page = self._stations.pages.get(row.station)
        changed = self._changed(row, page)
        if (page and not changed) or not self._is_valid(row, page, changed):
            return None
        return self._page_change(row, page, changed)

    def _changed(self, row: StationRow, page: StationPage | None) -> _Changed:
        changed: dict[FieldPath, New | None] = {}
        # In the order of the columns that are written, whatever the sheet's is.
        for column in COLUMNS:
            old = page.value(column.path) if page and column.path else None
            if column.path in row.values and not is_same(column, old, row.values[column.path]):
                changed[column.path] = row.values[column.path]
            elif column.path in row.empty and old:
                if self._options.clear:
                    changed[column.path] = None
                else:
                    self._kept += 1
        return changed

    def _is_valid(self, row: StationRow, page: StationPage | None, changed: _Changed) -> bool:
        known = len(self.faults)
        if self._finds(secrets, row, changed):
            return False  # another fault could repeat it
        self._finds(mixed_words, row, changed)
        missing = [path for path in _REQUIRED if page is None and path not in changed]
        for path in missing:
            if path in self._rows.columns:
                message = say("is empty; {station} is new and needs it.", station=row.station)
                self._fault(row.line, self._rows.columns[path], message)
            elif path not in self._missing_told:
                self._missing_told.add(path)
                name = next(column.headings["en"] for column in COLUMNS if column.path == path)
                message = say("there is no such column; {station} is new and needs it.", station=row.station)
                self._fault(row.line, name, message)
        if missing:
            return False
        try:
            fields = StationFields.model_validate(_merged(page.fields if page else {}, changed))
            first, last = self._hours
            if wrong := ends_too_early(fields.opening or first, fields.closing or last):
                self._fault(row.line, self._nearest_heading("closing" if fields.closing else "opening"), wrong)
        except ValidationError as error:
            for fault in faults_of(error, self._sheet.file, {}, StationFields):
                self._fault(row.line, self._nearest_heading(fault.field), fault.message)
        return len(self.faults) == known

    def _finds(self, what: Callable[[str], Iterator[tuple[int, Sentence]]], row: StationRow, changed: _Changed) -> bool:
        """Whether the cells of `row` that change a page hold `what` no page may say, which is then in `faults`."""
        found = False
        for path, value in changed.items():
            # As a page says it: behind a text that ends in a colon comes what stands below it.
            written = f'"{value}"\n---' if isinstance(value, str) else ""
            for message in dict.fromkeys(message for _place, message in what(written)):
                self._fault(row.line, self._rows.columns[path], message)
                found = True
        return found

    def _page_change(self, row: StationRow, page: StationPage | None, changed: _Changed) -> PageChange | None:
        told = tuple(
            FieldChange(
                field=".".join(column.path),
                heading=self._rows.columns[column.path],
                before=_masked(shown(page.value(column.path) if page else None)),
                after=shown(changed[column.path]),
            )
            for column in COLUMNS
            if column.path in changed
        )
        path = page.path if page else self._stations.path_of(row.station)
        try:
            after = edit(page.source, changed, _ORDER) if page else new_page(_nested(changed))
        except CannotEditError:
            fields = ", ".join(item.heading for item in told)
            message = say("cannot be changed in the way {path} is written; change it there by hand.", path=path)
            self._fault(row.line, fields, message)
            return None
        return PageChange(
            change=Change.CHANGED if page else Change.ADDED,
            station=row.station,
            fields=told,
            replacement=Replacement(path=path, before=page.source if page else None, after=after),
        )

    def _absent(self) -> tuple[StationId, ...]:
        named = {row.station for row in self._rows.rows}
        places = set(map(constituency_of, named))
        return tuple(
            station for station in self._stations.pages if constituency_of(station) in places and station not in named
        )

    def _removal(self, station: StationId) -> PageChange | None:
        page = self._stations.pages[station]
        if page.has_text:
            message = say(
                "holds a text that somebody wrote, and {station} is not in the sheet; delete the page by hand.",
                station=station,
            )
            self.faults.append(Fault(file=page.path, line=0, field="", message=message))
            return None
        replacement = Replacement(path=page.path, before=page.source, after=None)
        return PageChange(change=Change.REMOVED, station=station, fields=(), replacement=replacement)

    def _nearest_heading(self, field: str) -> str:
        """Return the heading of `field`, such as `name.en` or `accessibility[2]`, whether it is in the sheet or not.

        That of a field with others below it is the heading of the first of them.
        """
        path = tuple(field.partition("[")[0].split("."))
        column = next((column for column in COLUMNS if path in {column.path, column.path[:1]}), None)
        return self._rows.columns.get(column.path, column.headings["en"]) if column else field

    def _fault(self, line: int, heading: str, message: str) -> None:
        self.faults.append(Fault(file=self._sheet.file, line=line, field=heading, message=message))


def _masked(told: str) -> str:
    """Return what a page has said, so that it can be shown: three asterisks where it looks secret."""
    return "***" if any(secrets(told)) else told


def _merged(fields: Mapping[str, Value], changed: _Changed) -> Mapping[str, object]:
    """Return `fields`, as a page is read, with what is `changed`."""
    merged: dict[str, object] = copy.deepcopy(dict(fields))
    for path, value in changed.items():
        inner: Any = merged.setdefault(path[0], {}) if len(path) == 2 else merged
        if value is None:
            inner.pop(path[-1], None)
        else:
            inner[path[-1]] = list(value) if isinstance(value, list) else str(value)
        if len(path) == 2 and not inner:
            del merged[path[0]]
    return merged


def _nested(values: _Changed) -> dict[str, New]:
    """Return the fields of a new page, from `values` that are all there."""
    nested: dict[str, Any] = {}
    for path, value in values.items():
        inner = nested.setdefault(path[0], {}) if len(path) == 2 else nested
        inner[path[-1]] = value
    return nested
