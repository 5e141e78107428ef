"""The names of columns in three languages, however they are written."""

from __future__ import annotations

from typing import get_args

import pytest

from builder.accessibility_names import names_in, word_named
from builder.page_fields import Coordinates, StationFields, Words
from builder.sheet_columns import COLUMNS, find_column, is_example, nearest_heading
from builder.station_sheet import template
from election.places import LANGUAGES, Accessibility


def test_every_field_of_a_station_has_its_columns() -> None:
    expected: set[tuple[str, ...]] = set()
    for name, field in StationFields.model_fields.items():
        kinds = (field.annotation, *get_args(field.annotation))
        nested = next((kind.model_fields for kind in (Words, Coordinates) if kind in kinds), None)
        expected |= {(name, inner) for inner in nested} if nested else {(name,)}
    # Former addresses are the page's own affair; an import leaves them as they are.
    expected.remove(("aliases",))
    assert {column.path for column in COLUMNS if column.path} == expected


def test_no_name_means_two_columns() -> None:
    names = [name for column in COLUMNS for name in column.names]
    assert "" not in names
    assert len(names) == len(set(names))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_headings_of_each_language_are_found_again(language: str) -> None:
    for column in COLUMNS:
        assert find_column(column.headings[language]) is column
        assert column.help[language].endswith(".") or not column.path or column.path == ("accessibility",)


@pytest.mark.parametrize(
    ("heading", "path"),
    [
        ("name (az)", ("name", "az")),
        ("NAME AZ", ("name", "az")),
        ("  Name_az ", ("name", "az")),
        ("Name", ("name", "az")),
        ("ad", ("name", "az")),
        ("Ad (Azərbaycan dilində)", ("name", "az")),
        ("ÜNVAN [RU]", ("address", "ru")),
        ("Unvan en", ("address", "en")),
        ("Адрес (на русском)", ("address", "ru")),
        ("АДРЕС", ("address", "az")),
        ("address.en", ("address", "en")),
        ("Наименование (ru)", ("name", "ru")),
        ("registered_voters", ("registered_voters",)),
        ("ЧИСЛО ИЗБИРАТЕЛЕЙ", ("registered_voters",)),
        ("lat", ("coordinates", "lat")),
        ("camera_note.ru", ("camera_note", "ru")),
    ],
)
def test_a_column_is_known_by_case_space_and_brackets_of_any_kind(heading: str, path: tuple[str, ...]) -> None:
    column = find_column(heading)
    assert column is not None
    assert column.path == path


@pytest.mark.parametrize(("heading", "near"), [("Nmae (en)", "Name (en)"), ("Широтта", "Широта"), ("Telefon", "")])
def test_a_misspelt_column_is_recognised_in_its_language(heading: str, near: str) -> None:
    assert find_column(heading) is None
    assert nearest_heading(heading) == near


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_example_is_known_in_any_language(language: str) -> None:
    assert is_example(str(template(language).rows[0][-1]).upper())
    assert not is_example("")


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_helps_people_is_known_by_its_name_on_the_site(language: str) -> None:
    assert {word_named(name.upper()) for name in names_in(language).values()} == set(Accessibility)
    # A cell holds several, with commas between.
    assert not any(sign in name for name in names_in(language).values() for sign in ",;")
