"""Comma-separated files, read and written: any common separator, any encoding that spreadsheet programs write.

A text that a spreadsheet program would take for a formula is written with an apostrophe before it, and read without it
(OWASP, "CSV Injection"); a text that has such an apostrophe of its own gets one more, so each is read as it was.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from builder.sheet import Cell, Draft, Row, Sheet, Unusable, refuse, sheet_of
from builder.sheet_columns import known_headings
from election.wording import say

SEPARATORS = {";": say("semicolon"), ",": say("comma"), "\t": say("tab"), "|": say("vertical bar")}
ENCODINGS = {
    "utf-8": "utf-8-sig",
    "utf-16": "utf-16",
    "windows-1251": "cp1251",
    "windows-1254": "cp1254",
}
"""What can be asked for, and Python's names of it."""
_OLD_ENCODINGS = ("windows-1251", "windows-1254")

_MARKS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_WORD = re.compile(r"[^\W\d_]{3,}")
_CYRILLIC = re.compile("[а-яё]+", re.IGNORECASE)
_DANGEROUS = re.compile("'*[=+\\-@\t\r＝＋－＠]")
_FIRST_LINE = re.compile(r'^[;,|\t "]*[^;,|\t "\n].*', re.MULTILINE)
_LOST_LETTER = re.compile(r"[^\W\d_]\?[^\W\d_]")
_SEPARATOR_LINE = re.compile(r"sep=([;,\t|])\n", re.IGNORECASE)
_FORMULA = Unusable(
    message=say(
        "begins with =, as a formula does, and formulas are not calculated; write the value, "
        "or an apostrophe before a text that begins so."
    )
)
_LOST = Unusable(
    message=say(
        "holds ? within a word: a letter such as ə was lost when the sheet was saved; save it as UTF-8 or as XLSX."
    )
)


def read_csv(body: bytes, file: Path, encoding: str = "") -> Sheet:
    """Return the sheet in `body`; `encoding` is one of `ENCODINGS`, found out if empty.

    Raises `InputError` that names `file` and the line.
    """
    text, encoding, notices = _decoded(body, file, encoding)
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        refuse(file, say("is not a text file; save the sheet as CSV or XLSX."), line=line)
    skipped = 0
    if told := _SEPARATOR_LINE.match(text):
        separator, skipped = told[1], 1
        text = text[told.end() :]
    else:
        separator = _separator(text)
    rows = _rows(text, separator, skipped, file, lossy=encoding.startswith("windows"))
    return sheet_of(file, rows, notices)


def write_csv(draft: Draft, separator: str = ";") -> bytes:
    """Return `draft` as UTF-8 with the byte order mark by which spreadsheet programs know it."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=separator, lineterminator="\r\n")
    writer.writerow([heading.text for heading in draft.headings])
    writer.writerows([_guarded(str(value)) for value in row] for row in draft.rows)
    return out.getvalue().encode("utf-8-sig")


def _guarded(text: str) -> str:
    return f"'{text}" if _DANGEROUS.match(text) else text


def _cell(text: str, *, lossy: bool) -> Cell:
    text = text.replace("\xa0", " ").strip()
    if text.startswith("="):
        return _FORMULA
    if lossy and _LOST_LETTER.search(text):
        return _LOST
    return text[1:] if text.startswith("'") and _DANGEROUS.match(text) else text


def _rows(text: str, separator: str, skipped: int, file: Path, *, lossy: bool) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    width, line = 0, 1
    try:
        for fields in reader:
            row = Row(line=line + skipped, cells=tuple(_cell(field, lossy=lossy) for field in fields))
            if not row.blank:
                width = width or len(fields)
                _check_width(row, width, separator, file)
                yield row
            line = reader.line_num + 1
    except csv.Error as error:
        refuse(file, _sentence(str(error)), line=line + skipped)


def _check_width(row: Row, width: int, separator: str, file: Path) -> None:
    if len(row.cells) < width:
        message = say(
            "has {found} of {width} cells; is a {separator} missing?",
            found=len(row.cells),
            width=width,
            separator=SEPARATORS[separator],
        )
        refuse(file, message, line=row.line)
    if any(row.cells[width:]):
        message = say(
            "has {found} cells instead of {width}; put a text that holds a {separator} in double quotes.",
            found=len(row.cells),
            width=width,
            separator=SEPARATORS[separator],
        )
        refuse(file, message, line=row.line)


def _sentence(error: str) -> str:
    if "unexpected end of data" in error:
        return say("a double quote that begins here has no end; add the closing one, or double a quote within a text.")
    if "expected after" in error:
        return say("something stands behind a closing double quote; a quote within a text is written twice.")
    if "field larger" in error:
        return say("a cell is longer than 131072 characters; is a closing double quote missing?")
    return say("is not CSV: {error}.", error=error)


def _decoded(body: bytes, file: Path, encoding: str) -> tuple[str, str, list[str]]:
    notices: list[str] = []
    for mark, name in _MARKS.items():
        encoding = encoding or (name if body.startswith(mark) else "")
    if not encoding:
        encoding, notices = _guess(body, file)
    try:
        text = body.decode(ENCODINGS[encoding])
    except UnicodeDecodeError as error:
        line = body.count(b"\n", 0, error.start) + 1
        message = say(
            "is not {encoding}; save it as UTF-8, or name its encoding by --encoding.", encoding=_spelt(encoding)
        )
        refuse(file, message, line=line)
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n"), encoding, notices


def _guess(body: bytes, file: Path) -> tuple[str, list[str]]:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        pass
    else:
        return "utf-8", []
    likely = {name: _likeness(body.decode(ENCODINGS[name], "replace"), name) for name in _OLD_ENCODINGS}
    name, other = sorted(likely, key=lambda name: likely[name], reverse=True)
    if likely[name] == likely[other]:
        refuse(file, say("is neither UTF-8 nor clearly Windows-1251 or Windows-1254; name its encoding by --encoding."))
    if name == "windows-1254":
        notice = say(
            "is not UTF-8 and was read as Windows-1254; look whether the letters are right. That encoding has no ə."
        )
    else:
        notice = say(
            "is not UTF-8 and was read as {encoding}; look whether the letters are right.", encoding=_spelt(name)
        )
    return name, [notice]


def _spelt(encoding: str) -> str:
    return encoding.upper() if encoding.startswith("utf") else encoding.capitalize()


def _likeness(text: str, encoding: str) -> tuple[int, int]:
    """Return how much `text` looks like what is written in `encoding`: by its headings, then by its words."""
    words = [word for word in _WORD.findall(text) if not word.isascii()]
    cyrillic = sum(_CYRILLIC.fullmatch(word) is not None for word in words)
    latin = sum(_CYRILLIC.search(word) is None and any(map(str.isascii, word)) for word in words)
    headings = max(known_headings(cells) for cells in _first_rows(text).values())
    return headings, cyrillic if encoding == "windows-1251" else latin


def _separator(text: str) -> str:
    """Return the separator by which the first line holds the most known headings, else the most cells."""
    rows = _first_rows(text)
    return max(rows, key=lambda separator: (known_headings(rows[separator]), len(rows[separator])))


def _first_rows(text: str) -> dict[str, Sequence[str]]:
    found = _FIRST_LINE.search(text)
    line = found[0] if found else ""
    rows: dict[str, Sequence[str]] = {}
    for separator in SEPARATORS:
        try:
            rows[separator] = next(csv.reader([line], delimiter=separator), [])
        except csv.Error:
            rows[separator] = []
    return rows
