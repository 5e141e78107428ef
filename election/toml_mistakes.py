"""What somebody did wrong where a file is not TOML, in place of what the parser says in a programmer's words. Pure."""

from __future__ import annotations

import ast
import re
import tomllib

from election.wording import Sentence, say

_TOLD = re.compile(r"(?P<found>.*) \(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)", re.DOTALL)
_NO_SUCH_DAY = say("there is no such day or time; correct it")
_NOT_CLOSED = say("a text is not closed; write the quotation mark at its end")
_BEHIND = "Expected newline or end of document after a statement"
_MISTAKES = {
    "Invalid statement": say("write name = value, or [name] in brackets"),
    _BEHIND: say(
        "something stands behind the value; put a text in quotes, write a day as 2026-11-29 and a time as 08:00:00"
    ),
    "Expected '=' after a key in a key/value pair": say("there is no = behind the name; write name = value"),
    "Expected ']' at the end of a table declaration": say("the name of a table is not closed; write ] at its end"),
    "Expected ']]' at the end of an array declaration": say("the name of a table is not closed; write ]] at its end"),
    "Invalid initial character for a key part": say(
        "a name is missing here; write it in letters a to z, digits, - and _"
    ),
    "Cannot overwrite a value": say("this name stands twice; remove one of them"),
    "Unclosed array": say("a list is not closed; write ] at its end"),
    "Unclosed inline table": say("a table in braces is not closed; write }} at its end"),
    "Unescaped '\\' in a string": say("a backslash stands in a text; write it twice, or put the text in single quotes"),
    "Invalid hex value": say("four hexadecimal digits stand behind \\u, and eight behind \\U; write them"),
    "Escaped character is not a Unicode scalar value": say("no letter has this number; write the letter itself"),
    "Invalid date or datetime": _NO_SUCH_DAY,
    "Invalid value": say("no value can be read here; put a text in quotes, write true and false in small letters"),
    "Unterminated string": _NOT_CLOSED,
    "Illegal character '\\n'": _NOT_CLOSED,
    "Found invalid character '\\n'": _NOT_CLOSED,
    'Expected "\'"': _NOT_CLOSED,
    "Expected \"'''\"": _NOT_CLOSED,
}
"""What the parser says, without the place, and what is said instead."""
_CHARACTER = re.compile(r"(?:Illegal|Found invalid) character (?P<character>'.*')", re.DOTALL)
_TWICE = re.compile(r"(?:Cannot declare|Cannot mutate immutable namespace|Cannot redefine namespace) (?P<key>\(.*\)).*")
_WORD = re.compile(r"[^\s,=#\[\]{}]+")
_TIME = r"\d\d:\d\d:\d\d(?:\.\d+)?"
_DAY_OR_TIME = re.compile(rf"\d{{4}}-\d\d-\d\d(?:[Tt]{_TIME}(?:[Zz]|[+-]\d\d:\d\d)?)?|{_TIME}", re.ASCII)
_DUPLICATE = re.compile(r"Duplicate inline table key (?P<key>.*)", re.DOTALL)


def told(error: tomllib.TOMLDecodeError, text: str) -> tuple[int, Sentence]:
    """Return the 1-based line of the mistake in `text`, 0 for the end of the file, and what it is."""
    place = _TOLD.fullmatch(str(error))
    if place is None:
        return 0, say("is not valid TOML: {mistake}.", mistake=error)
    if not place["line"]:
        return 0, say("is not valid TOML at its end: {mistake}.", mistake=_mistake(place["found"]))
    number, column = int(place["line"]), int(place["column"])
    line = "".join(text.split("\n")[number - 1 : number])
    mistake = _mistake_in(place["found"], line, column - 1) or _mistake(place["found"])
    return number, say("is not valid TOML at column {column}: {mistake}.", column=column, mistake=mistake)


def _mistake_in(found: str, line: str, at: int) -> Sentence | None:
    """Return what the line shows better than the parser says it: it reads `2026-13-01` as 2026, and more behind it."""
    word = next((word[0] for word in _WORD.finditer(line) if word.start() <= at < word.end()), "")
    if _DAY_OR_TIME.fullmatch(word) and not _is_value(word):
        return _NO_SUCH_DAY
    if found == _BEHIND and line[at : at + 1] in {"]", "}"}:
        return say("the bracket {bracket} is one too many; remove it", bracket=line[at])
    return None


def _is_value(word: str) -> bool:
    try:
        tomllib.loads(f"value = {word}")
    except tomllib.TOMLDecodeError:
        return False
    return True


def _mistake(found: str) -> str:
    if said := _MISTAKES.get(found):
        return said
    if character := _CHARACTER.fullmatch(found):
        return say("holds the character {character}, which cannot stand there; remove it", character=character[1])
    if twice := _TWICE.fullmatch(found):
        *around, last = ast.literal_eval(twice["key"])
        if around:
            return say(
                "the table {name}, or the one around it, was begun elsewhere already; write all of it in one place",
                name=".".join((*around, last)),
            )
        return say("the table {name} was begun elsewhere already; write all of it in one place", name=last)
    if duplicate := _DUPLICATE.fullmatch(found):
        return say("{word} stands twice; remove one of them", word=ast.literal_eval(duplicate["key"]))
    return found
