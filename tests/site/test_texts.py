"""The catalogues: every text of templates and builder stands in all three languages, and keeps its placeholders."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from builder import translations
from builder.labels import Labels
from builder.templates import TEMPLATES, environment
from election.places import LANGUAGES

BUILDER = Path(translations.__file__).parent

KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2)}
PLURALS = {"az": 2, "en": 2, "ru": 3}


def texts_of_the_site() -> set[str | tuple[str, ...]]:
    in_templates = extract_from_dir(
        TEMPLATES, method_map=[("**.html", "jinja2")], options_map={"**.html": {"silent": "false"}}, keywords=KEYWORDS
    )
    in_builder = extract_from_dir(BUILDER, method_map=[("**.py", "python")], keywords=KEYWORDS)
    return {text for _file, _line, text, _comments, _context in (*in_templates, *in_builder)}


def catalogue(language: str) -> Catalog:
    with (translations.LOCALE / language / "LC_MESSAGES" / "pollcast.po").open("rb") as source:
        return read_po(source, locale=language, abort_invalid=True)


def messages(language: str) -> Iterator[Message]:
    return (message for message in catalogue(language) if message.id)


def forms(text: str | tuple[str, ...] | list[str] | None) -> list[str]:
    return [text] if isinstance(text, str) else list(text or [""])


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_catalogue_holds_exactly_the_texts_of_templates_and_builder(language: str) -> None:
    assert {message.id for message in messages(language)} == texts_of_the_site()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_translated_into_every_plural_form(language: str) -> None:
    for message in messages(language):
        assert not message.fuzzy
        assert all(forms(message.string)), message.id
        if message.pluralizable:
            assert len(forms(message.string)) == PLURALS[language], message.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_keeps_the_placeholders(language: str) -> None:
    for message in messages(language):
        wanted = set(re.findall(r"%\(\w+\)s|\{\w+\}", forms(message.id)[-1]))
        for form in forms(message.string):
            assert set(re.findall(r"%\(\w+\)s|\{\w+\}", form)) == wanted, message.id


def test_russian_counts_stations_by_its_three_plurals() -> None:
    made = environment(translations.load("ru")).from_string(
        '{% from "components/link_list.html" import station_count %}'
        "{% for n in [1, 2, 5, 11, 21, 104] %}{{ station_count(n) }};{% endfor %}"
    )
    assert made.render() == "1 участок;2 участка;5 участков;11 участков;21 участок;104 участка;"


@pytest.mark.parametrize("language", LANGUAGES)
def test_scripts_write_the_date_of_any_month_as_the_pages_do(language: str) -> None:
    catalogue, labels = translations.load(language), Labels(language, translations.load(language))
    for month in range(1, 13):
        day = date(2026, month, 9)
        pattern = catalogue.gettext(f"{{day}} {day:%B} {{year}}")
        assert pattern.format(day=day.day, year=day.year) == labels.date(day)
