"""What is not TOML: the mistake is named with its line and column, in words that say what to write instead."""

from __future__ import annotations

import tomllib

import pytest

from election import toml_mistakes

SAID = [
    ("a = 1\nb\n", 2, "at column 2: there is no = behind the name; write name = value."),
    ("a = 24.11.2026\n", 1, "at column 10: something stands behind the value; put a text in quotes, "),
    ("[a\n", 1, "at column 3: the name of a table is not closed; write ] at its end."),
    ("[[a]\n", 1, "at column 4: the name of a table is not closed; write ]] at its end."),
    (
        "[a.b]\n[a.b]\n",
        2,
        "at column 5: the table a.b, or the one around it, was begun elsewhere already; write all of it in one place.",
    ),
    (
        "a = {b = 1}\n[a.c]\n",
        2,
        "at column 5: the table a.c, or the one around it, was begun elsewhere already; write all of it in one place.",
    ),
    ("a = {b = 1}\n[[a]]\n", 2, "at column 4: the table a was begun elsewhere already; write all of it in one place."),
    (
        "[a.b]\n[a]\nb.c = 1\n",
        3,
        "at column 8: the table a.b, or the one around it, was begun elsewhere already; write all of it in one place.",
    ),
    ("a.b = 1\n[a]\n", 2, "at column 3: the table a was begun elsewhere already; write all of it in one place."),
    ("a = 1\na = 2\n", 2, "at column 6: this name stands twice; remove one of them."),
    ("a = {b = 1, b = 2}\n", 1, "at column 18: b stands twice; remove one of them."),
    (
        "a = {b = {}, b.c = 2}\n",
        1,
        "at column 21: the table b.c, or the one around it, was begun elsewhere already; write all of it in one place.",
    ),
    ("a = [1\n", 0, "at its end: a list is not closed; write ] at its end."),
    ("a = [1 2]\n", 1, "at column 8: a list is not closed; write ] at its end."),
    ("a = {b = 1\n}\n", 1, "at column 11: a table in braces is not closed; write } at its end."),
    ('a = "b\n', 1, "at column 7: a text is not closed; write the quotation mark at its end."),
    ("a = 'b\n'\n", 1, "at column 7: a text is not closed; write the quotation mark at its end."),
    ("a = 'b", 0, "at its end: a text is not closed; write the quotation mark at its end."),
    ("a = '''b\n", 0, "at its end: a text is not closed; write the quotation mark at its end."),
    ('a = """b\n', 0, "at its end: a text is not closed; write the quotation mark at its end."),
    ('a = "\\d"\n', 1, "at column 8: a backslash stands in a text; write it twice, or put the text in single quotes."),
    ('a = "\\u12"\n', 1, "at column 8: four hexadecimal digits stand behind \\u, and eight behind \\U; write them."),
    ('a = "\\ud800"\n', 1, "no letter has this number; write the letter itself."),
    ('a = "\x07"\n', 1, "at column 6: holds the character '\\x07', which cannot stand there; remove it."),
    ("# \x07\n", 1, "at column 3: holds the character '\\x07', which cannot stand there; remove it."),
    ("a = 2026-11-31\n", 1, "at column 5: there is no such day or time; correct it."),
    ("a = 2026-13-01\n", 1, "at column 9: there is no such day or time; correct it."),
    ("a = 2026-13-01", 1, "at column 9: there is no such day or time; correct it."),
    ("a = 25:00:00\n", 1, "at column 7: there is no such day or time; correct it."),
    ("a = 2026-11-29T24:00:00+04:00\n", 1, "at column 15: there is no such day or time; correct it."),
    ("a = 2026-11-29 24:00:00\n", 1, "at column 16: there is no such day or time; correct it."),
    ("a = [1, 2026-13-01]\n", 1, "at column 13: there is no such day or time; correct it."),
    ("a = {b = 2026-13-01}\n", 1, "at column 14: there is no such day or time; correct it."),
    ("a = 1 2026-11-29\n", 1, "at column 7: something stands behind the value; "),
    ("a = 2026-11-29 # 2026-13-01\nb = 8:00\n", 2, "at column 6: something stands behind the value; "),
    ("[a]]\n", 1, "at column 4: the bracket ] is one too many; remove it."),
    ("[a]]", 1, "at column 4: the bracket ] is one too many; remove it."),
    ("[[a]]]\n", 1, "at column 6: the bracket ] is one too many; remove it."),
    ("a = {b = 1}}\n", 1, "at column 12: the bracket } is one too many; remove it."),
    ("a = soon\n", 1, "at column 5: no value can be read here; put a text in quotes, "),
    ("= 1\n", 1, "at column 1: write name = value, or [name] in brackets."),
    ("[]\n", 1, "at column 2: a name is missing here; write it in letters a to z, digits, - and _."),
]


@pytest.mark.parametrize(("text", "line", "said"), SAID)
def test_a_mistake_is_named_with_its_place_and_what_is_right(text: str, line: int, said: str) -> None:
    with pytest.raises(tomllib.TOMLDecodeError) as caught:
        tomllib.loads(text)
    assert str(caught.value).partition(" (")[0] not in str(toml_mistakes.told(caught.value, text)[1])
    found, sentence = toml_mistakes.told(caught.value, text)
    assert (found, sentence.startswith("is not valid TOML ")) == (line, True)
    assert said in sentence


def test_what_another_parser_says_is_repeated_as_it_is() -> None:
    said = toml_mistakes.told(tomllib.TOMLDecodeError("Something new (at line 3, column 4)"), "")
    assert said == (3, "is not valid TOML at column 4: Something new.")
    assert toml_mistakes.told(tomllib.TOMLDecodeError("Nothing"), "") == (0, "is not valid TOML: Nothing.")
