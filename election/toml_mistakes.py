"""What somebody did wrong where a file is not TOML, in place of what the parser says in a programmer's words. Pure."""

from __future__ import annotations

import ast
import re
import tomllib

from election.wording import Sentence, say

_TOLD = re.compile(r"(?P<found>.*) \(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)", re.DOTALL)
_NOT_CLOSED = say("a text is not closed; write the quotation mark at its end")
_MISTAKES = {
    "Invalid statement": say("write name = value, or [name] in brackets"),
    "Expected newline or end of document after a statement": say(
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
    "Invalid date or datetime": say("there is no such day or time; correct it"),
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
_DUPLICATE = re.compile(r"Duplicate inline table key (?P<key>.*)", re.DOTALL)


def told(error: tomllib.TOMLDecodeError) -> tuple[int, Sentence]:
    """Return the 1-based line of the mistake, 0 for the end of the file, and what it is."""
    place = _TOLD.fullmatch(str(error))
    if place is None:
        return 0, say("is not valid TOML: {mistake}.", mistake=error)
    mistake = _mistake(place["found"])
    if not place["line"]:
        return 0, say("is not valid TOML at its end: {mistake}.", mistake=mistake)
    return int(place["line"]), say(
        "is not valid TOML at column {column}: {mistake}.", column=int(place["column"]), mistake=mistake
    )


def _mistake(found: str) -> str:
    if said := _MISTAKES.get(found):
        return said
    if character := _CHARACTER.fullmatch(found):
        return say("holds the character {character}, which cannot stand there; remove it", character=character[1])
    if twice := _TWICE.fullmatch(found):
        return say("the table {name} stands twice; write it once", name=".".join(ast.literal_eval(twice["key"])))
    if duplicate := _DUPLICATE.fullmatch(found):
        return say("{word} stands twice; remove one of them", word=ast.literal_eval(duplicate["key"]))
    return found
