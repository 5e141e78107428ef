"""What stands in a cell and what in a page for it: from the one to the other and back, by the column's kind. Pure."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

from builder.accessibility_names import names_in, word_named
from builder.front_matter import Value
from builder.page_edit import New
from builder.sheet_columns import Column, Kind
from election.places import Accessibility
from election.wording import say

_WHOLE = re.compile(r"\d{1,3}(?: \d{3})+|\d{1,9}", re.ASCII)
_DECIMAL = re.compile(r"-?\d{1,9}(?:[.,]\d{1,18})?", re.ASCII)
_CLOCK = re.compile(r"(\d{1,2})[:.](\d{2})(?::00)?", re.ASCII)
_BETWEEN = re.compile(r"[,;\n]")


def to_field(column: Column, cell: str) -> New:
    """Return the field's value for `cell`, which is not empty; raise `ValueError` with what would be right."""
    match column.kind:
        case Kind.WHOLE:
            if not _WHOLE.fullmatch(cell):
                raise ValueError(say("is a whole number, such as 850, not {cell!r}", cell=cell))
            return int(cell.replace(" ", ""))
        case Kind.DECIMAL:
            if not _DECIMAL.fullmatch(cell):
                raise ValueError(say("is a number of degrees, such as 40.4093, not {cell!r}", cell=cell))
            return Decimal(cell.replace(",", "."))
        case Kind.CLOCK:
            found = _CLOCK.fullmatch(cell)
            if found is None:
                raise ValueError(say("is a time of day, such as 08:00, not {cell!r}", cell=cell))
            return f"{int(found[1]):02d}:{found[2]}"
        case Kind.WORDS:
            words = {word_named(part.strip()) for part in _BETWEEN.split(cell) if part.strip()}
            return [str(word) for word in Accessibility if word in words]
        case _:
            return unicodedata.normalize("NFC", cell)  # as pages are read


def to_cell(column: Column, value: Value | None, language: str) -> str | int | float:
    """Return what is written into a cell for the `value` a page has, in `language`; '' for None."""
    match value:
        case None:
            return ""
        case list():
            return ", ".join(names_in(language)[str(word)] for word in value)
        case str() if column.kind is Kind.WHOLE:
            return int(value)
        case str() if column.kind is Kind.DECIMAL:
            return float(value)
        case _:
            return str(value).strip()


def is_same(column: Column, old: Value | None, new: New | None) -> bool:
    """Return whether a page that says `old` already says `new`."""
    if old is None or new is None:
        return old is new
    if isinstance(old, list):
        return isinstance(new, list) and sorted(map(str, old)) == sorted(new)
    if column.kind in {Kind.WHOLE, Kind.DECIMAL}:
        return float(str(old)) == float(str(new))  # as they are read from a page, and written into a workbook
    return str(old).strip() == new


def shown(value: Value | New | None) -> str:
    """Return a field's value as people compare it; '' where there is none."""
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "" if value is None else str(value).strip()
