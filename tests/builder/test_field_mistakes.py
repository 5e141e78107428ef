"""Fields that are not YAML, or not what was meant: each usual mistake is told in its line, with what would be right."""

from __future__ import annotations

from pathlib import Path

import pytest

from builder.front_matter import parse
from election.errors import InputError

NOT_CLOSED = "has a quotation mark that is not closed; write another one at the end of the text."
WITHIN = "has quotation marks within its text; write «…» there, or put a backslash before each of them."
A_COLON = "has a colon in its text; put the whole text in quotation marks."
CUT_OFF = "what stands behind # would be left out; put the whole text in quotation marks."
CURLY = 'stands in curly quotation marks, which would be shown; write straight ones: "…".'


def said(*lines: str) -> str:
    """Return what is said of a page with these lines among its fields, the first of which is its second."""
    with pytest.raises(InputError) as error:
        parse("\n".join(["---", *lines, "---", ""]), Path("p.md"))
    return str(error.value)


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        (["name:", '  az: "Bir', '  en: "One"'], f"3: {NOT_CLOSED}"),
        (["name:", '  az: "Bir"', '  en: "One'], f"4: {NOT_CLOSED}"),
        (["name:", "  az: 'Bir", "  en: 'One'"], f"3: {NOT_CLOSED}"),
        (["name:", '  az: "1 nömrəli "Zəfər" məktəbi"'], f"3: {WITHIN}"),
        (["name:", "  az: 'Mamed's'"], f"3: {WITHIN}"),
        (["name:", "  az: Çinar küçəsi: 5", "  en: x"], f"3: {A_COLON}"),
        (["title: Bir:", "  az: x", "b: c: d"], f"2: {A_COLON}"),
        (["name:", '\taz: "Bir"'], "3: begins with a tab; write spaces in its place."),
        (["name:", '  az:"Bir"', '  en: "One"'], "3: has no space behind the colon; write az: and a space."),
        (["name:", "  az: %5"], "3: begins with %; put the whole text in quotation marks."),
        (["name:", "  az: @5"], "3: begins with @; put the whole text in quotation marks."),
        (["coordinates: { lat: 40, lon: 49", "name: x"], "2: has a bracket that is not closed; write } at its end."),
        (["accessibility: [ramp, lift"], "2: has a bracket that is not closed; write ] at its end."),
        (
            ["name:", '  az: "Bir"', ' en: "One"'],
            "4: is indented by 1, the line above by 2; align the two.",
        ),
        (
            ["name:", '  az: "Bir"', '    en: "One"'],
            "4: is indented by 4, the line above by 2; align the two.",
        ),
    ],
)
def test_a_mistake_in_writing_fields_is_told_in_its_line(lines: list[str], fault: str) -> None:
    assert said(*lines) == f"p.md:{fault}"


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("  en: Secondary School #3", CUT_OFF),
        ("  az: “Çinar küçəsi 5”", CURLY),
        ("  ru: „Школа 5“", CURLY),
    ],
)
def test_what_would_be_shown_otherwise_than_it_was_meant_is_refused(line: str, fault: str) -> None:
    assert said("name:", line) == f"p.md:3: {fault}"


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ('  en: "School #3"', "School #3"),
        ("  en: School 3  # agreed with the district", "School 3"),
        ("  en: School#3", "School#3"),
        ("  en: “Spring” school", "“Spring” school"),
        ('  en: "“Spring”"', "“Spring”"),
        ("  en: |-\n    School #3", "School #3"),
    ],
)
def test_remarks_and_quotation_marks_that_are_meant_so_are_left_alone(line: str, text: str) -> None:
    assert parse(f"---\nname:\n{line}\n---\n", Path("p.md")).fields == {"name": {"en": text}}
