"""TOML files read into a model, every fault named with its file, line and field."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from pydantic import BaseModel, ValidationError

from election import known_keys, toml_mistakes, unreadable, wrong_values
from election.errors import Fault, InputError
from election.wording import say

Model = TypeVar("Model", bound=BaseModel)
Location = tuple[str | int, ...]

MAX_BYTES = 64 * 1024 * 1024
"""Of a whole file: a hundred thousand cameras take a fifth of that."""

_HEADER = re.compile(r"\s*\[(\[?)\s*([^\[\]]+?)\s*\]")
_KEY = re.compile(r"\s*([A-Za-z0-9_.\"'-]+)\s*=")


def read(path: Path, model: type[Model]) -> Model:
    """Return the file at `path` as `model`; raise `InputError` with every fault in it."""
    data, lines = read_table(path)
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise InputError(*faults_of(error, path, lines, model)) from None


def read_table(path: Path) -> tuple[dict[str, Any], Mapping[Location, int]]:
    """Return the parsed table and the line of each of its keys."""
    text = _text(path)
    try:
        return tomllib.loads(text), key_lines(text)
    except tomllib.TOMLDecodeError as error:
        line, sentence = toml_mistakes.told(error, text)
        _refuse(path, line or text.rstrip("\n").count("\n") + 1, sentence)
    except ValueError:  # what Python says to a number of thousands of digits
        _refuse(path, 0, say("is not valid TOML: a number in it has too many digits."))
    except RecursionError:
        _refuse(path, 0, say("is not valid TOML: its lists or tables stand within each other too deep."))


def _text(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            raw = stream.read(MAX_BYTES + 1)
    except FileNotFoundError:
        _refuse(path, 0, say("there is no such file."))
    except OSError as error:
        _refuse(path, 0, say("cannot be read: {reason}.", reason=unreadable.reason(error)))
    except ValueError as error:  # a path with a zero in it
        _refuse(path, 0, say("cannot be read: {reason}.", reason=unreadable.reason(error)))
    if len(raw) > MAX_BYTES:
        _refuse(path, 0, say("is larger than {most} MB; it is no file of settings.", most=MAX_BYTES // 1024**2))
    try:
        return raw.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        _refuse(
            path,
            raw.count(b"\n", 0, error.start) + 1,
            say("is not UTF-8; save it again and choose the encoding UTF-8."),
        )


def _refuse(path: Path, line: int, message: str) -> NoReturn:
    raise InputError(Fault(file=path, line=line, field="", message=message)) from None


def key_lines(text: str) -> Mapping[Location, int]:
    """Return the 1-based line on which each table, array item and key of a TOML text begins."""
    lines: dict[Location, int] = {}
    table: Location = ()
    counts: dict[str, int] = {}
    for number, line in enumerate(text.split("\n"), start=1):
        if header := _HEADER.match(line):
            names = tuple(part.strip().strip("\"'") for part in header[2].split("."))
            table = names
            if header[1]:
                name = ".".join(names)
                counts[name] = counts.get(name, -1) + 1
                table = (*names, counts[name])
                lines.setdefault(names, number)
            elif names[0] in counts and len(names) > 1:
                table = (names[0], counts[names[0]], *names[1:])
            lines[table] = number
        elif key := _KEY.match(line):
            parts = tuple(part.strip().strip("\"'") for part in key[1].split("."))
            lines.setdefault((*table, *parts), number)
    return lines


def faults_of(error: ValidationError, path: Path, lines: Mapping[Location, int], model: type[BaseModel]) -> list[Fault]:
    """Return one `Fault` per validation error of `model`, at the line of the nearest key that is in the file."""
    faults = []
    for item in error.errors():
        location: Location = item["loc"]
        known = location
        while known and known not in lines:
            known = known[:-1]
        field = "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in location)
        faults.append(
            Fault(
                file=path,
                line=lines.get(known, 0),
                field=field.lstrip("."),
                message=_sentence(item["type"], item, model),
            )
        )
    return faults


def _sentence(kind: str, item: Mapping[str, Any], model: type[BaseModel]) -> str:
    if kind == "missing":
        return say("is missing; add it.")
    if kind == "extra_forbidden":
        if nearest := known_keys.nearest(model, item["loc"]):
            return say("is not a known key; is it {nearest}?", nearest=nearest)
        return say("is not a known key; remove it or correct its spelling.")
    # A password written where a reference belongs must not be repeated in a message or a log.
    return wrong_values.sentence(item, secret="password" in item["loc"])
