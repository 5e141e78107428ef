"""Single fields of a page changed where they stand, everything else kept byte for byte. Pure.

Order, comments, quotes and blank lines of the fields are somebody's hand, and so is all text below them. Each change
replaces, adds or takes out one field's own characters; afterwards the page is read again, and a page that does not say
exactly what was asked for is refused rather than written.

A remark behind a field or an item of a list goes with it; one on a line of its own stays, whatever is taken out around
it. A page in which a change would take other remarks along is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import yaml

from builder.front_matter import Value, parse
from election.errors import InputError

Scalar = str | int | Decimal
FieldPath = tuple[str, ...]
"""The name of a field, and of one below it: `("name", "en")`."""
New = Scalar | Sequence[str] | Mapping[str, Scalar]
"""A text is written in quotes, a number without them, a list on one line, a mapping a line each."""

_OPENING = re.compile(r"\ufeff?---[ \t]*\r?\n")
_CLOSING = re.compile(r"^---[ \t]*\r?$", re.MULTILINE)
_WORD = re.compile(r"[a-z]+(_[a-z]+)*", re.ASCII)
_SAFE = re.compile(r"[^\W\d_](?:[\w .()/№«»–—-]*[\w.()»])?")
_ITEM = re.compile(r"[ \t]*-[ \t]+")
"""What stands before an item of a list on its line."""
_REMARK_LINE = re.compile(r"(?<=\n)[ \t]*#[^\n]*\n")
_RESERVED = frozenset(["y", "n", "yes", "no", "on", "off", "true", "false", "null", "none"])
"""What YAML 1.1 takes for something else than a text."""


class CannotEditError(Exception):
    """The fields are written in a way that cannot be changed in place; nothing was changed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Node:
    start: int
    end: int
    """Behind the last character of its own; comments and blank space are not."""
    value: Value
    style: str = ""
    """The first character of a scalar's quotes or block, or of a flow list or mapping; '' for a plain one."""
    entries: tuple[tuple[_Node, _Node], ...] = ()
    """Of a mapping."""
    items: tuple[_Node, ...] = ()
    """Of a list."""

    def entry(self, key: str) -> tuple[_Node, _Node] | None:
        return next((entry for entry in self.entries if entry[0].value == key), None)

    def scalars(self) -> Iterator[_Node]:
        """Yield what stands in it and is neither a mapping nor a list, in the order of the text."""
        inner = [node for entry in self.entries for node in entry] or self.items
        for node in inner:
            yield from node.scalars()
        if not inner and self.style not in {"{", "[", "-"}:
            yield self


def new_page(fields: Mapping[str, New]) -> str:
    """Return a page without a text that says `fields`, in their order."""
    return "".join(["---\n", *(f"{line}\n" for line in _block(fields, "")), "---\n"])


def edit(page: str, changes: Mapping[FieldPath, New | None], order: Sequence[FieldPath]) -> str:
    """Return `page`, the text of a whole file, with `changes` made; None takes a field out.

    `order` says behind which others a new field is put. A mapping that is left empty is taken out too. A list is a set
    of words: those that stay may keep the order in which somebody wrote them. Raises `CannotEditError`.
    """
    opening = _OPENING.match(page)
    closing = _CLOSING.search(page, opening.end()) if opening else None
    if opening is None or closing is None:
        raise CannotEditError
    head, rest = page[opening.end() : closing.start()], page[closing.start() :]
    newline = "\r\n" if opening[0].endswith("\r\n") else "\n"
    try:
        wanted = _expected(_root(head), changes)
        for at, value in changes.items():
            head = _Head(head, newline, order).change(at, value)
        if _values(parse(f"---\n{head}---\n", Path()).fields) == _values(wanted):
            return opening[0] + head + rest
    except (InputError, yaml.YAMLError):
        pass
    raise CannotEditError


class _Head:
    """The text between the lines of hyphens, and one change in it."""

    def __init__(self, text: str, newline: str, order: Sequence[FieldPath]) -> None:
        self._text = text
        self._newline = newline
        self._order = order
        self._root = _root(text)

    def change(self, at: FieldPath, value: New | None) -> str:
        parent = self._root
        if len(at) == 2:
            entry = parent.entry(at[0])
            if entry is None:
                if value is None:
                    return self._text
                if not isinstance(value, Scalar):
                    raise CannotEditError
                return self._insert(self._root, at[:1], {at[1]: value})
            parent = entry[1]
        key = at[-1]
        known = parent.entry(key)
        if value is None:
            if known and len(at) == 2 and len(parent.entries) == 1:
                return self._remove(self._root, at[0])
            return self._remove(parent, key) if known else self._text
        return self._replace(known[1], value) if known else self._insert(parent, at, value)

    def _replace(self, old: _Node, new: New) -> str:
        if isinstance(new, Mapping):
            raise CannotEditError
        if old.start == old.end:
            return self._spliced(old.start, old.start, f" {_flow(new)}")
        if old.style == "-" and isinstance(new, Sequence) and not isinstance(new, str):
            return self._relist(old, new)
        if self._holds_remark(old.start, old.end, old):
            raise CannotEditError
        written = _flow(new)
        if isinstance(new, str) and old.style == "'":
            written = "'" + new.replace("'", "''") + "'"
        elif isinstance(new, str) and not old.style and _is_plain(new):
            written = new
        return self._spliced(old.start, old.end, written)

    def _relist(self, old: _Node, new: Sequence[str]) -> str:
        """Return the text with the lines of those items of the list `old` that stay; new ones follow the last."""
        added = list(new)
        going = []
        for item in old.items:
            if item.value in added:
                added.remove(str(item.value))
            else:
                going.append(item)
        indent = " " * self._column(old.start)
        if all(map(self._has_lines_of_its_own, old.items)):
            lines = [f"- {_item(word)}" for word in added] if new else ["  []"]
            place = self._line_end(old.items[-1].end)
            text = self._spliced(place, place, "".join(f"{indent}{line}{self._newline}" for line in lines))
            for item in reversed(going):
                text = text[: self._line_start(item.start)] + text[self._line_end(item.end) :]
            return text
        if self._holds_remark(old.start, old.end, old):
            raise CannotEditError
        written = f"{self._newline}{indent}".join(f"- {_item(word)}" for word in new)
        return self._spliced(old.start, old.end, written or "[]")

    def _has_lines_of_its_own(self, item: _Node) -> bool:
        before = self._text[self._line_start(item.start) : item.start]
        return isinstance(item.value, str) and _ITEM.fullmatch(before) is not None

    def _insert(self, parent: _Node, at: FieldPath, value: New) -> str:
        before = {key for key in self._order[: self._order.index(at)] if len(key) == len(at) and key[:-1] == at[:-1]}
        above = [entry for entry in parent.entries if (*at[:-1], entry[0].value) in before]
        key = at[-1]
        if parent.style == "{":
            written = f"{key}: {_flow(value)}"
            if above:
                return self._spliced(above[-1][1].end, above[-1][1].end, f", {written}")
            return self._spliced(parent.start + 1, parent.start + 1, f" {written}{',' if parent.entries else ' '}")
        column = self._column(parent.entries[0][0].start) if parent.entries else 0
        lines = "".join(f"{line}{self._newline}" for line in _block({key: value}, " " * column))
        if above:
            place = self._line_end(max(above[-1][0].end, above[-1][1].end))
        else:
            place = self._line_start(parent.entries[0][0].start) if parent.entries else len(self._text)
        return self._spliced(place, place, lines)

    def _remove(self, parent: _Node, key: str) -> str:
        place = next(place for place, entry in enumerate(parent.entries) if entry[0].value == key)
        name, value = parent.entries[place]
        end = max(name.end, value.end)
        if parent.style != "{":
            start, end = self._line_start(name.start), self._line_end(end)
            remarks = [line for text in self._between(start, end, name, value) for line in _REMARK_LINE.findall(text)]
            return self._spliced(start, end, "".join(remarks))
        start = name.start
        if place:
            # With the comma before it.
            start = max(node.end for node in parent.entries[place - 1])
        elif len(parent.entries) > 1:
            end = parent.entries[1][0].start
        if self._holds_remark(start, end, name, value):
            raise CannotEditError
        return self._spliced(start, end, "")

    def _holds_remark(self, start: int, end: int, *nodes: _Node) -> bool:
        return any("#" in text for text in self._between(start, end, *nodes))

    def _between(self, start: int, end: int, *nodes: _Node) -> Iterator[str]:
        """Yield the text from `start` to `end` around what `nodes` say: signs, blank space and remarks."""
        for scalar in (scalar for node in nodes for scalar in node.scalars()):
            yield self._text[start : scalar.start]
            if scalar.style in {"|", ">"}:
                yield self._text[scalar.start : self._line_end(scalar.start)]
            start = scalar.end
        yield self._text[start:end]

    def _spliced(self, start: int, end: int, new: str) -> str:
        return self._text[:start] + new + self._text[end:]

    def _line_start(self, place: int) -> int:
        return self._text.rfind("\n", 0, place) + 1

    def _line_end(self, place: int) -> int:
        found = self._text.find("\n", place)
        return len(self._text) if found < 0 else found + 1

    def _column(self, place: int) -> int:
        return place - self._line_start(place)


def _root(head: str) -> _Node:
    events = iter(yaml.parse(head, Loader=yaml.CBaseLoader))
    for event in events:
        if isinstance(event, yaml.MappingStartEvent):
            return _mapping(event, events, head)
    return _Node(start=len(head), end=len(head), value={})


def _node(event: yaml.Event, events: Iterator[yaml.Event], text: str) -> _Node:
    if isinstance(event, yaml.MappingStartEvent):
        return _mapping(event, events, text)
    if isinstance(event, yaml.SequenceStartEvent):
        return _sequence(event, events, text)
    if not isinstance(event, yaml.ScalarEvent):
        raise CannotEditError
    start, end = _span(event, text)
    return _Node(start=start, end=end, value=str(event.value), style=text[start] if event.style else "")


def _mapping(event: yaml.MappingStartEvent, events: Iterator[yaml.Event], text: str) -> _Node:
    start, end = _span(event, text)
    entries: list[tuple[_Node, _Node]] = []
    for inner in events:
        if isinstance(inner, yaml.MappingEndEvent):
            end = _span(inner, text)[1] if event.flow_style else end
            break
        key = _node(inner, events, text)
        value = _node(next(events), events, text)
        entries.append((key, value))
        end = max(key.end, value.end)
    found = {str(key.value): value.value for key, value in entries}
    return _Node(start=start, end=end, value=found, style="{" if event.flow_style else "", entries=tuple(entries))


def _sequence(event: yaml.SequenceStartEvent, events: Iterator[yaml.Event], text: str) -> _Node:
    start, end = _span(event, text)
    items: list[_Node] = []
    for inner in events:
        if isinstance(inner, yaml.SequenceEndEvent):
            end = _span(inner, text)[1] if event.flow_style else end
            break
        items.append(_node(inner, events, text))
        end = items[-1].end
    values = [item.value for item in items]
    return _Node(start=start, end=end, value=values, style="[" if event.flow_style else "-", items=tuple(items))


def _span(event: yaml.Event, text: str) -> tuple[int, int]:
    if event.start_mark is None or event.end_mark is None:
        raise CannotEditError
    start, end = event.start_mark.index, event.end_mark.index
    return start, start + len(text[start:end].rstrip())


def _expected(root: _Node, changes: Mapping[FieldPath, New | None]) -> dict[str, object]:
    wanted: dict[str, object] = dict(root.value) if isinstance(root.value, dict) else {}
    for at, value in changes.items():
        name, *inner = at
        if not inner:
            wanted[name] = value
            continue
        nested = wanted.get(name)
        wanted[name] = {**(nested if isinstance(nested, dict) else {}), inner[0]: value}
    return wanted


def _values(fields: object) -> object:
    """Return `fields` with every scalar as the text it is read as, without what is not there, lists in one order."""
    if isinstance(fields, Mapping):
        found = {key: _values(value) for key, value in fields.items() if value is not None}
        return {key: value for key, value in found.items() if value != {}}
    if isinstance(fields, Sequence) and not isinstance(fields, str):
        return sorted((_values(item) for item in fields), key=str)
    return str(fields)


def _block(fields: Mapping[str, New], indent: str) -> Iterator[str]:
    for key, value in fields.items():
        if isinstance(value, Mapping):
            yield f"{indent}{key}:"
            yield from _block(value, f"{indent}  ")
        else:
            yield f"{indent}{key}: {_flow(value)}"


def _flow(value: New) -> str:
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key}: {_flow(item)}" for key, item in value.items()) + " }" if value else "{}"
    if isinstance(value, Sequence):
        return "[" + ", ".join(map(_item, value)) + "]"
    return str(value)


def _item(word: str) -> str:
    return word if _WORD.fullmatch(word) and word not in _RESERVED else _flow(word)


def _is_plain(text: str) -> bool:
    return _SAFE.fullmatch(text) is not None and text.lower() not in _RESERVED
