"""Folding and number forms: the vectors they share with the viewer, and the same answers to any text."""

from __future__ import annotations

import dataclasses
import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from election.folding import fold, words
from election.number_forms import parse_numbers, parse_station
from machine import binaries

SITE = Path(__file__).resolve().parents[1] / "site"
FOLDED = json.loads((SITE / "fold_vectors.json").read_text(encoding="utf-8"))
NUMBERS = json.loads((SITE / "number_vectors.json").read_text(encoding="utf-8"))
Answer = Callable[[str], Any]

LETTERS = "abcçdeəfgğhxıijkqlmnoöprsştuüvyzABCÇDEƏFGĞHXIİJKQLMNOÖPRSŞTUÜVYZабвгдежзийклмнопрстуфхцчшщъыьэюяёәөүғһҹҝј"
PIECES = (
    "12",
    "34",
    "034-012",
    "0",
    "1000",
    "№",
    "/",
    "-",
    " ",
    ",",
    ".",
    "-ci",
    "th",
    "й",
    "saylı",
    "dairə",
    "məntəqə",
)
WORDS = ("station", "constituency", "polling", "of", "участок", "округ", "округа", "избирательный", "SAYLI", "MƏNTƏQƏ")


@pytest.fixture(scope="module")
def answer() -> Iterator[Answer]:
    """What the viewer's modules make of a text: folded, its words, its numbers. One process for all."""
    argv = [str(binaries.node()), str(SITE / "node" / "answer.js")]
    with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8") as process:
        assert process.stdin
        assert process.stdout
        asked, told = process.stdin, process.stdout

        def ask(text: str) -> Any:
            asked.write(json.dumps(text) + "\n")
            asked.flush()
            return json.loads(told.readline())

        yield ask
        asked.close()
        process.wait(timeout=20)


def meaning(text: str) -> dict[str, int] | None:
    found = parse_numbers(text)
    if found is None:
        return None
    return {name: value for name, value in dataclasses.asdict(found).items() if value is not None}


@pytest.mark.parametrize(("text", "folded"), FOLDED)
def test_a_text_is_folded_as_the_vectors_say(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize(("text", "meant"), NUMBERS)
def test_numbers_are_read_as_the_vectors_say(text: str, meant: dict[str, int] | None) -> None:
    assert meaning(text) == meant


@settings(max_examples=300, deadline=None)
@given(text=st.text(st.sampled_from(LETTERS + "0123456789 .,-/\u0301\u0307") | st.characters(max_codepoint=0x58F)))
@example(text="İI\u0307ıSHchКХ")
def test_python_and_the_viewer_fold_any_text_alike(answer: Answer, text: str) -> None:
    assert [fold(text), words(text)] == answer(text)[:2]


@settings(max_examples=300, deadline=None)
@given(pieces=st.lists(st.sampled_from(PIECES + WORDS), max_size=7), gap=st.sampled_from(["", " "]))
def test_python_and_the_viewer_read_the_same_numbers(answer: Answer, pieces: list[str], gap: str) -> None:
    text = gap.join(pieces)
    assert meaning(text) == answer(text)[2]


@pytest.mark.parametrize("text", ["034-012", "34/12", "station 12 of constituency 34", "участок 12 округ 34"])
def test_one_station_is_named_in_any_form(text: str) -> None:
    assert parse_station(text) == "034-012"


@pytest.mark.parametrize("text", ["34", "dairə 34", "məntəqə 12", "Çinar küçəsi", "", "126/1"])
def test_what_names_no_one_station_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match=r"034-012|numbered 1 to 125"):
        parse_station(text)
