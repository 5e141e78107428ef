"""A page as editors write it: YAML fields between two lines of three hyphens, then Markdown. Reading and splitting.

::

    ---
    name: { az: Bakı, en: Baku, ru: Баку }
    ---
    The text, in Markdown.

Every value is read as a text: what it means is for the model of its page to say, so that a name `No`, a number `034`
or a time `12:30` is never taken for something else. Anchors, aliases and tags are refused: no page needs them, and a
few lines of them can stand for gigabytes.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import yaml

from builder import field_mistakes
from election import unreadable
from election.errors import Fault, InputError
from election.toml_file import Location
from election.wording import say

MAX_BYTES = 256 * 1024
"""Of a whole file."""
MAX_FIELDS_BYTES = 16 * 1024
"""Of the fields of a page."""
MAX_DEPTH = 4
"""Of mappings and lists within each other."""

Value = str | list["Value"] | dict[str, "Value"]

_FENCE = "---"
_CLOSING = re.compile(r"^---[ \t]*$", re.MULTILINE)
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")
"""What no text holds: XML 1.0 knows no such characters, or HTML has them no more."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Document:
    """A page's fields and text, and where they stand."""

    fields: Mapping[str, Value]
    lines: Mapping[Location, int]
    """The 1-based line of each field, the whole (`()`) included."""
    body: str
    """Markdown, without blank space around it."""
    body_line: int
    """The line of the body's first word; 0 if it is empty."""


def read_source(path: Path) -> str:
    """Return a content file as it is, its line ends and its mark of Unicode too; raise `InputError` if it is none."""
    try:
        handle = os.open(path, os.O_RDONLY)  # a file object takes longer than the reading, for ten thousand files
        try:
            # No more memory is asked for than the file needs: that takes longer, too.
            raw = os.read(handle, min(os.fstat(handle).st_size, MAX_BYTES) + 1)
        finally:
            os.close(handle)
    except OSError as error:
        _refuse(path, 0, say("cannot be read: {reason}.", reason=unreadable.reason(error)))
    if len(raw) > MAX_BYTES:
        _refuse(path, 0, say("is larger than {most} KB; shorten the page or split it.", most=MAX_BYTES // 1024))
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        _refuse(
            path,
            raw.count(b"\n", 0, error.start) + 1,
            say("is not UTF-8; save it again and choose the encoding UTF-8."),
        )


def plain_text(source: str, path: Path) -> str:
    """Return what `read_source` read with plain line ends, each letter with its marks as one character (NFC).

    Raises `InputError` if it holds control characters.
    """
    text = unicodedata.normalize("NFC", source.removeprefix("\ufeff").replace("\r\n", "\n"))
    if found := CONTROL.search(text):
        line = text.count("\n", 0, found.start()) + 1
        _refuse(path, line, say("holds the control character U+{code:04X}; remove it.", code=ord(found[0])))
    return text


def read_text(path: Path) -> str:
    """Return the text of a content file; raise `InputError` if it is not such a file."""
    return plain_text(read_source(path), path)


def read(path: Path) -> Document:
    """Return the page at `path`; raise `InputError` with the first fault that makes it unreadable."""
    return parse(read_text(path), path)


def parse(text: str, path: Path) -> Document:
    """Return the page written in `text`; `path` names it in faults."""
    first, _, rest = text.partition("\n")
    if first.rstrip() != _FENCE:
        _refuse(path, 1, say("does not begin with its fields; write --- above them and --- below them."))
    closing = _CLOSING.search(rest)
    if closing is None:
        _refuse(path, 1, say("its fields do not end; write --- below them."))
    head = rest[: closing.start()]
    if len(head.encode()) > MAX_FIELDS_BYTES:
        _refuse(
            path,
            2,
            say("its fields are longer than {most} KB; texts belong below them.", most=MAX_FIELDS_BYTES // 1024),
        )
    fields, lines = _Fields(path).read(head)
    if wrong := [
        Fault(file=path, line=row + 2, field="", message=message) for row, message in field_mistakes.misleading(head)
    ]:
        raise InputError(*wrong)
    after = rest[closing.end() :]
    body = after.strip()
    above = text[: len(text) - len(after.lstrip())]
    return Document(fields=fields, lines=lines, body=body, body_line=above.count("\n") + 1 if body else 0)


class _Fields:
    """Builds values from YAML events: without recursion of the library's, which no limit would bound."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lines: dict[Location, int] = {(): 1}

    def read(self, head: str) -> tuple[Mapping[str, Value], Mapping[Location, int]]:
        """Return the mapping in `head`, which begins on line 2 of its file, and the lines of its keys."""
        try:
            return self._document(iter(yaml.CBaseLoader(head).get_event, None)), self._lines
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            row, message = field_mistakes.mistake(head, min(mark.line, head.count("\n")) if mark else 0)
            _refuse(self._path, row + 2, message)
        except yaml.YAMLError:
            # Only the check of its characters tells no line.
            _refuse(self._path, 1, say("holds a character that cannot be written among the fields; remove it."))

    def _document(self, events: Iterator[yaml.Event]) -> dict[str, Value]:
        found: dict[str, Value] | None = None
        for event in events:
            if isinstance(event, yaml.MappingStartEvent) and found is None:
                self._plain(event)
                found = self._mapping(events, ())
            elif isinstance(event, yaml.NodeEvent):
                self._fault(event, say("its fields are not written as name: value."))
        return found or {}

    def _mapping(self, events: Iterator[yaml.Event], at: Location) -> dict[str, Value]:
        found: dict[str, Value] = {}
        for event in events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            if not isinstance(event, yaml.ScalarEvent):
                self._fault(event, say("the name of a field is a plain word."))
            if event.anchor is not None or event.tag is not None:
                self._plain(event)
            key: str = event.value
            place = (*at, key)
            if key in found:
                self._fault(event, say("stands twice; remove one of them."), place)
            self._lines[place] = _line(event)
            found[key] = self._value(next(events), events, place)
        return found

    def _list(self, events: Iterator[yaml.Event], at: Location) -> list[Value]:
        found: list[Value] = []
        for event in events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            place = (*at, len(found))
            self._lines[place] = _line(event)
            found.append(self._value(event, events, place))
        return found

    def _value(self, event: yaml.Event, events: Iterator[yaml.Event], at: Location) -> Value:
        if isinstance(event, yaml.ScalarEvent) and event.anchor is None and event.tag is None:
            return str(event.value)
        self._plain(event, at)
        if len(at) >= MAX_DEPTH:
            self._fault(event, say("is nested deeper than {most} levels.", most=MAX_DEPTH), at)
        return self._mapping(events, at) if isinstance(event, yaml.MappingStartEvent) else self._list(events, at)

    def _plain(self, event: yaml.Event, at: Location = ()) -> None:
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
            self._fault(event, say("a text that begins with & or * stands in quotation marks; write them."), at)
        if getattr(event, "tag", None) is not None:
            self._fault(event, say("a text that begins with ! stands in quotation marks; write them."), at)

    def _fault(self, event: yaml.Event, message: str, at: Location = ()) -> NoReturn:
        _refuse(self._path, _line(event), message, ".".join(str(part) for part in at))


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 2 if event.start_mark else 1


def _refuse(path: Path, line: int, message: str, field: str = "") -> NoReturn:
    raise InputError(Fault(file=path, line=line, field=field, message=message)) from None
