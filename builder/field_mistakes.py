"""What an editor probably did wrong where the fields of a page are not YAML, or are but say something else. Pure.

A YAML parser says what it met, in a programmer's words, and often a line too late. The mistakes of people who write
quotation marks, colons and spaces by hand are few, and each shows in its line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from election.wording import Sentence, say

_FIELD = re.compile(r"(?P<indent> *)(?P<key>[\w-]+):(?P<space>[ \t]*)(?P<value>.*?)[ \t]*")
_DOUBLE = re.compile(r'"(?:[^"\\]|\\.)*"')
_SINGLE = re.compile(r"'(?:[^']|'')*'")
_REMARK = re.compile(r"[ \t]*(?:[ \t]#.*)?")
_RESERVED = "%@`"
"""What no text without quotation marks may begin with in YAML."""
_TEXT = r"^[ \t]+(?:az|en|ru):[ \t]+"
_CUT_OFF = re.compile(rf"""{_TEXT}(?!["'|>\[{{])[^\n]*?[ \t]\#[^\s#]""", re.MULTILINE)
_TYPOGRAPHIC = re.compile(rf"{_TEXT}[“”„][^\n]*[“”][ \t]*$", re.MULTILINE)


def mistake(head: str, line: int) -> tuple[int, Sentence]:
    """Return the line of the first mistake in `head`, and what it is; `line` is where reading it failed.

    Lines are counted from 0. Where no usual mistake is found, it is the line where reading failed.
    """
    rows = head.split("\n")
    for number, row in enumerate(rows[: line + 1]):
        if found := _in_row(row):
            return number, found
    if found := _indentation(rows, line):
        return line, found
    return line, say("cannot be read; look at the quotation marks, colons and spaces here and in the line above.")


def misleading(head: str) -> Iterator[tuple[int, Sentence]]:
    """Yield what YAML takes for right and no editor means: the line, counted from 0, and a sentence."""
    for found in _CUT_OFF.finditer(head):
        yield (
            head.count("\n", 0, found.start()),
            say("what stands behind # would be left out; put the whole text in quotation marks."),
        )
    for found in _TYPOGRAPHIC.finditer(head):
        yield (
            head.count("\n", 0, found.start()),
            say('stands in curly quotation marks, which would be shown; write straight ones: "…".'),
        )


def _in_row(row: str) -> Sentence | None:
    if row.lstrip(" ").startswith("\t"):
        return say("begins with a tab; write spaces in its place.")
    found = _FIELD.fullmatch(row)
    if found is None:
        return None
    value = found["value"]
    if value and not found["space"]:
        return say("has no space behind the colon; write {key}: and a space.", key=found["key"])
    if value.startswith(('"', "'")):
        return _in_quotation(value)
    if value.startswith(("{", "[")):
        return _in_brackets(value)
    if value.startswith(tuple(_RESERVED)):
        return say("begins with {sign}; put the whole text in quotation marks.", sign=value[0])
    if ": " in value or value.endswith(":"):
        return say("has a colon in its text; put the whole text in quotation marks.")
    return None


def _in_quotation(value: str) -> Sentence | None:
    pattern = _DOUBLE if value.startswith('"') else _SINGLE
    closed = pattern.match(value)
    if closed is None:
        return say("has a quotation mark that is not closed; write another one at the end of the text.")
    if not _REMARK.fullmatch(value[closed.end() :]):
        return say("has quotation marks within its text; write «…» there, or put a backslash before each of them.")
    return None


def _in_brackets(value: str) -> Sentence | None:
    for opening, closing in ("{}", "[]"):
        if value.count(opening) > value.count(closing):
            return say("has a bracket that is not closed; write {sign} at its end.", sign=closing)
    return None


def _indentation(rows: list[str], line: int) -> Sentence | None:
    """Say what is wrong if the row at `line` begins with another number of spaces than all rows at its level."""
    row = rows[line] if line < len(rows) else ""
    above = next((row for row in reversed(rows[:line]) if row.strip()), "")
    if not _FIELD.fullmatch(row) or not above:
        return None
    own, other = len(row) - len(row.lstrip(" ")), len(above) - len(above.lstrip(" "))
    if own in (0, other):
        return None
    return say("is indented by {own}, the line above by {other}; align the two.", own=own, other=other)
