"""A sheet of rows and columns, whatever file it came from, and what is written into one. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path
from typing import NoReturn

from election import unreadable
from election.errors import Fault, InputError
from election.wording import say

MAX_ROWS = 100_000
"""Below the headings."""
MAX_COLUMNS = 100
MAX_BYTES = 64 * 1024 * 1024
"""Of a file, before anything of it is read."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Unusable:
    """A cell that holds something else than a text or a number."""

    message: str
    """What it holds and what would be right, one sentence."""


Cell = str | Unusable
"""A text without blank space around it, '' where there is nothing; numbers are written in digits, times as 08:00."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One row."""

    line: int
    """1-based: the line of a text file on which it begins, else the number a spreadsheet program shows beside it."""
    cells: tuple[Cell, ...]

    def cell(self, column: int) -> Cell:
        """Return the cell of the 0-based `column`, '' beyond the row's end."""
        return self.cells[column] if column < len(self.cells) else ""

    @property
    def blank(self) -> bool:
        """Whether there is nothing in it."""
        return not any(self.cells)


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A sheet that was read."""

    file: Path
    headings: Row
    rows: tuple[Row, ...]
    """Without blank ones."""
    notices: tuple[str, ...] = ()
    """What the reader had to guess, for people to look at."""


class Rule(Enum):
    """What a column of a spreadsheet accepts when somebody types into it."""

    ANYTHING = auto()
    LINE = auto()
    """A text on one line."""
    WHOLE = auto()
    """A whole number."""
    DECIMAL = auto()
    CLOCK = auto()
    """A time of day such as 08:00, as a text."""


@dataclass(frozen=True, kw_only=True)
class Heading:
    """A column to write: its heading and what helps to fill it."""

    text: str
    help: str
    rule: Rule = Rule.ANYTHING
    least: int = 0
    most: int = 0
    """Of a number, or of a text's characters."""
    choices: tuple[str, ...] = ()
    """The only values there are; none where there is no such list."""


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A sheet to write."""

    title: str
    headings: tuple[Heading, ...]
    rows: Sequence[Sequence[str | int | float]]
    """As long as the headings each; '' is an empty cell."""
    example_rows: int = 0
    """How many of the first rows are examples, and shown as such."""
    guide_title: str = ""
    """Of the sheet that explains the columns; '' where there is none."""


def sheet_of(file: Path, rows: Iterable[Row], notices: Iterable[str] = ()) -> Sheet:
    """Return the sheet whose first row that is not blank holds the headings; raise `InputError` if it has none.

    No more rows are taken from `rows` than a sheet may have.
    """
    headings: Row | None = None
    found: list[Row] = []
    for row in rows:
        if row.blank:
            continue
        while len(row.cells) > MAX_COLUMNS and not row.cells[-1]:
            row = Row(line=row.line, cells=row.cells[:-1])
        if len(row.cells) > MAX_COLUMNS:
            refuse(file, too_wide(), line=row.line)
        if headings is None:
            headings = row
            continue
        found.append(row)
        if len(found) > MAX_ROWS:
            refuse(file, say("has more than {most} rows; split the sheet.", most=MAX_ROWS), line=row.line)
    if headings is None:
        refuse(file, say("is empty; the first row holds the names of the columns."))
    return Sheet(file=file, headings=headings, rows=tuple(found), notices=tuple(notices))


def read_bytes(file: Path) -> bytes:
    """Return what is in `file`; raise `InputError` if it cannot be read or is too large."""
    try:
        with file.open("rb") as stream:
            body = stream.read(MAX_BYTES + 1)
    except FileNotFoundError:
        refuse(file, say("there is no such file."))
    except OSError as error:
        refuse(file, say("cannot be read: {reason}.", reason=unreadable.reason(error)))
    if len(body) > MAX_BYTES:
        refuse(file, say("is larger than {most} MB; split the sheet.", most=MAX_BYTES // 1024 // 1024))
    return body


def too_wide() -> str:
    """Return what is said of a sheet with more than `MAX_COLUMNS`."""
    return say("has more than {most} columns; delete those that are not needed.", most=MAX_COLUMNS)


def refuse(file: Path, message: str, *, line: int = 0) -> NoReturn:
    """Raise `InputError` with one fault of the whole `file`, or of one of its lines."""
    raise InputError(Fault(file=file, line=line, field="", message=message)) from None
