"""Faults in the languages of the site: every sentence is translated, keeps its values, and falls back to English."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir, extract_from_file
from babel.messages.pofile import read_po

import builder
import election
import machine
import pollcast
import upload
from builder.content import read_content
from builder.fault_texts import DOMAIN, FaultTexts
from builder.translations import LOCALE
from election.errors import Fault, InputError, MachineError
from election.wording import say

FOLDERS = [Path(str(package.__file__)).parent for package in (builder, election, machine, upload)]


def sentences() -> set[str]:
    of_packages = {
        str(text)
        for folder in FOLDERS
        for _file, _line, text, _comments, _context in extract_from_dir(
            folder, method_map=[("**.py", "python")], keywords={"say": None}
        )
    }
    of_commands = extract_from_file("python", str(pollcast.__file__), keywords={"say": None})
    return of_packages | {str(text) for _line, text, _comments, _context in of_commands}


@pytest.mark.parametrize("language", ["az", "ru"])
def test_a_catalogue_holds_exactly_the_sentences_of_faults_with_their_values(language: str) -> None:
    with (LOCALE / language / "LC_MESSAGES" / f"{DOMAIN}.po").open("rb") as source:
        catalogue = {message.id: message.string for message in read_po(source, locale=language) if message.id}
    assert set(catalogue) == sentences()
    for english, said in catalogue.items():
        values = re.findall(r"\{\w[^{}]*\}", str(english))
        assert set(re.findall(r"\{\w[^{}]*\}", str(said))) == set(values), english
        assert str(said).endswith(".") == str(english).endswith("."), english


@pytest.mark.parametrize(
    ("language", "wanted"),
    [
        ("az", ["yoxdur; əlavə edin.", "belə sahə yoxdur; bəlkə name?", "'A' ünvan deyil: "]),
        ("ru", ["отсутствует; добавьте.", "такого поля нет; может быть, name?", "'A' — не адрес: "]),
        ("en", ["is missing; add it.", "is not a known key; is it name?", "'A' is no address: "]),
    ],
)
def test_the_faults_of_a_page_are_said_in_a_language(content: Path, language: str, wanted: list[str]) -> None:
    (content / "regions" / "x.md").write_text("---\nnaem: x\naliases: [A]\n---\n")
    with pytest.raises(InputError) as error:
        read_content(content)
    said = [FaultTexts(language).said(fault) for fault in error.value.faults]
    assert [fault.line for fault in said] == [fault.line for fault in error.value.faults]
    assert [said[0].message, said[1].message] == wanted[:2]
    assert said[2].message.startswith(wanted[2])
    assert said[2].message.endswith(".")


def test_sentences_within_a_sentence_and_the_name_of_a_column_are_said_in_the_same_language() -> None:
    message = say("has {found} of {width} cells; is a {separator} missing?", found=1, width=2, separator=say("comma"))
    fault = Fault(file=Path("s.csv"), line=3, field=say("column {number}", number=4), message=message)
    assert str(FaultTexts("az").said(fault)) == "s.csv:3: sütun 4: 2 xanadan 1 var; ayırıcı (vergül) unudulmayıb ki?"
    assert str(FaultTexts("en").said(fault)) == "s.csv:3: column 4: has 1 of 2 cells; is a comma missing?"


def test_an_error_is_said_with_its_hint_in_a_language() -> None:
    error = MachineError(say("Another import writes into {content}.", content="x"), hint=say("Wait until it is done."))
    assert str(FaultTexts("ru").error(error)) == "В папку x пишет другой импорт. Подождите, пока он закончится."
    assert str(FaultTexts("en").error(error)) == str(error) == "Another import writes into x. Wait until it is done."


def test_what_no_catalogue_knows_is_said_in_english() -> None:
    for message in ("a plain text.", say("{what} is said nowhere else.", what="this")):
        fault = Fault(file=Path("x"), line=1, field="", message=message)
        assert FaultTexts("ru").said(fault) == fault
