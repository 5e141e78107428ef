"""A sheet as a file: which of the two formats it has, read or written."""

from __future__ import annotations

from pathlib import Path

from builder.csv_sheet import ENCODINGS, SEPARATORS, read_csv, write_csv
from builder.sheet import Draft, Sheet, read_bytes, refuse
from builder.xlsx_sheet import read_xlsx, write_xlsx
from election.errors import UsageError
from election.wording import say
from machine.files import write_atomically

_TEXT_ENDINGS = {".csv", ".tsv", ".txt"}
_MACROS = say("may hold macros, which are programs; save it as a workbook without them (.xlsx).")
_OTHERS = {
    ".xls": say("is in Excel's old format (.xls); save it as an Excel workbook (.xlsx)."),
    ".xlsm": _MACROS,
    ".xltm": _MACROS,
    ".xlsb": say("is a binary workbook (.xlsb); save it as an Excel workbook (.xlsx)."),
    ".ods": say("is an OpenDocument file; save it as an Excel workbook (.xlsx) or as CSV."),
    ".numbers": say("is a Numbers file; export it as an Excel workbook (.xlsx) or as CSV."),
}
_ARCHIVE, _OLD = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


def read_sheet(file: Path, *, encoding: str = "", title: str = "") -> Sheet:
    """Return the sheet in `file`; raise `InputError` if it cannot be read.

    `encoding` is for CSV, one of `builder.csv_sheet.ENCODINGS`; `title` is for a workbook that has several sheets.
    """
    ending = file.suffix.lower()
    body = read_bytes(file)
    if ending in _OTHERS:
        refuse(file, _OTHERS[ending])
    if ending != ".xlsx" and ending not in _TEXT_ENDINGS:
        refuse(file, say("is neither CSV nor an Excel workbook by its name; it ends in .csv or .xlsx."))
    if ending == ".xlsx":
        return read_xlsx(body, file, title)
    if body.startswith((_ARCHIVE, _OLD)):
        refuse(file, say("is not CSV but a workbook; let its name end in .xlsx."))
    return read_csv(body, file, encoding)


def write_sheet(draft: Draft, file: Path, *, separator: str, force: bool) -> None:
    """Write `draft` to `file`, whole or not at all, in the format its name says; raises `UsageError`.

    A file that is there is replaced only with `force`.
    """
    ending = file.suffix.lower()
    if ending not in {".csv", ".xlsx"}:
        raise UsageError(say("{file}: name a file that ends in .csv or .xlsx.", file=file))
    if file.exists() and not force:
        raise UsageError(say("{file} exists; name another file, or replace it with --force.", file=file))
    write_atomically(file, write_xlsx(draft) if ending == ".xlsx" else write_csv(draft, separator))


def encoding_named(name: str) -> str:
    """Return `name` as one of the encodings there are, '' for none; raise `UsageError`."""
    found = name.strip().lower().replace("cp125", "windows-125").replace("utf8", "utf-8").replace("utf16", "utf-16")
    if found and found not in ENCODINGS:
        raise UsageError(
            say("--encoding: there is no {name}; the encodings are {known}.", name=name, known=", ".join(ENCODINGS))
        )
    return found


def separator_named(name: str) -> str:
    """Return the separator called `name`, or written so; raise `UsageError`."""
    named = {"semicolon": ";", "comma": ",", "tab": "\t", "bar": "|"}
    found = named.get(name.lower(), name)
    if found not in SEPARATORS:
        raise UsageError(say("--separator: {name!r} is none; they are {known}.", name=name, known=", ".join(named)))
    return found
