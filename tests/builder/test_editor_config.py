"""The editor's interface knows every page and every field that the content model knows, in three languages."""

from __future__ import annotations

import datetime
import json
import re
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, Field

from builder import editor_config, editor_words, page_fields
from builder.districts import read_districts
from builder.field_values import MOST_VOTERS, MOST_WEIGHT
from election.places import LANGUAGES


def configured(language: str = "en") -> dict[str, Any]:
    return editor_config.configuration(
        content="content", repository="site", preview="http://127.0.0.1:8081", language=language
    )


def fields_of(collection: dict[str, Any]) -> list[dict[str, Any]]:
    found = collection["fields"] if "fields" in collection else collection["files"][0]["fields"]
    assert isinstance(found, list)
    return found


def models() -> list[type[BaseModel]]:
    """The models of pages, by their names."""
    found = [
        model
        for name, model in vars(page_fields).items()
        if name.endswith("Fields") and not name.startswith("_") and isinstance(model, type)
    ]
    assert len(found) >= 5
    return found


def test_every_model_of_a_page_has_its_collection_with_every_field_in_its_order() -> None:
    kinds = list(editor_config.kinds())
    assert {kind.model for kind in kinds} == set(models())
    collections = {collection["name"].removesuffix("-page"): collection for collection in configured()["collections"]}
    assert set(collections) == {kind.name for kind in kinds}
    for kind in kinds:
        names = [field["name"] for field in fields_of(collections[kind.name]) if field["name"] != "body"]
        assert names == [info.alias or name for name, info in kind.model.model_fields.items()]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_and_every_field_has_its_words(language: str) -> None:
    for kind in editor_config.kinds():
        assert editor_words.of_kind(kind.name, language).label != kind.name.capitalize() or language == "en"
        for name, info in kind.model.model_fields.items():
            assert editor_words.is_known(info.alias or name), f"builder/editor_words.py has no words for {name}"
    labels = [collection["label"] for collection in configured(language)["collections"]]
    assert len(set(labels)) == len(labels)


def test_the_languages_of_the_interface_differ() -> None:
    shown = [json.dumps(configured(language), ensure_ascii=False) for language in LANGUAGES]
    assert len(set(shown)) == len(LANGUAGES)
    assert re.search("[а-я]", shown[2])


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


class Inner(BaseModel):
    lat: Annotated[float, Field(gt=0)]
    """North."""


class Parent(BaseModel):
    first_thing: str
    """What comes first."""


class Everything(Parent):
    """`everything/<slug>.md`."""

    count: int | None = None
    share: float = 0.0
    shown: bool = False
    day: datetime.date | None = None
    hour: datetime.time | None = None
    inner: Inner | None = None
    colours: tuple[Colour, ...] = ()
    one: Literal["a", "b"] = "a"
    lines: tuple[Annotated[str, Field(max_length=9)], ...] = ()
    renamed: str = Field(default="", alias="reNamed")


def test_a_new_model_appears_with_a_way_to_edit_each_type(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_fields, "Everything", Everything, raising=False)
    (made,) = (each for each in configured()["collections"] if each["name"] == "everything")
    assert made["folder"] == "content/everything"
    fields = {field["name"]: field for field in made["fields"]}
    assert {name: field["widget"] for name, field in fields.items()} == {
        "first_thing": "string",
        "count": "number",
        "share": "number",
        "shown": "boolean",
        "day": "datetime",
        "hour": "string",
        "inner": "object",
        "colours": "select",
        "one": "select",
        "lines": "list",
        "reNamed": "string",
        "body": "markdown",
    }
    assert fields["first_thing"]["label"] == "First thing"
    assert fields["first_thing"]["hint"] == "What comes first."
    assert fields["first_thing"]["required"]
    assert not fields["count"]["required"]
    assert fields["count"]["value_type"] == "int"
    assert fields["colours"] == {**fields["colours"], "multiple": True, "options": ["red", "blue"]}
    assert fields["one"]["options"] == ["a", "b"]
    assert fields["inner"]["fields"][0]["widget"] == "number"
    assert re.fullmatch(fields["hour"]["pattern"][0], "08:00")
    assert not re.fullmatch(fields["hour"]["pattern"][0], "24:00")


def test_a_type_that_cannot_be_edited_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    class Odd(BaseModel):
        """`odd/<slug>.md`."""

        value: bytes

    monkeypatch.setattr(editor_config, "_docstrings", lambda _model: {})
    monkeypatch.setattr(page_fields, "Odd", Odd, raising=False)
    with pytest.raises(TypeError, match="knows no way to edit <class 'bytes'>"):
        configured()


def test_what_refers_to_something_is_chosen_from_it() -> None:
    collections = {collection["name"]: collection for collection in configured()["collections"]}
    region = next(field for field in collections["constituencies"]["fields"] if field["name"] == "region")
    assert (region["widget"], region["collection"], region["value_field"]) == ("relation", "regions", "{{slug}}")
    districts = next(field for field in collections["regions"]["fields"] if field["name"] == "districts")
    assert set(districts["options"]) == set(read_districts().shapes)


def test_the_forms_ask_for_what_the_check_demands() -> None:
    collections = {collection["name"]: collection for collection in configured()["collections"]}
    fields = {
        name: {field["name"]: field for field in made.get("fields") or made["files"][0]["fields"]}
        for name, made in collections.items()
    }
    texts = {name: field["body"]["required"] for name, field in fields.items() if "body" in field}
    assert {name for name, required in texts.items() if required == ["az"]} == {"news", "pages", "home-page"}
    assert not any(required for required in texts.values() if required != ["az"])
    voters, weight = fields["stations"]["registered_voters"], fields["pages"]["weight"]
    assert [(field["min"], field["max"]) for field in (voters, weight)] == [(1, MOST_VOTERS), (1, MOST_WEIGHT)]


@pytest.mark.parametrize(
    ("kind", "right", "wrong"),
    [
        ("constituencies", ["001", "010", "099", "100", "125"], ["000", "126", "999", "1", "0001"]),
        ("stations", ["001-001", "125-999", "034-012"], ["000-001", "126-001", "034-000", "34-12"]),
        ("pages", ["about", "news-of-today", "wallpaper"], ["news", "wall", "az", "About", "a--b"]),
        ("news", ["news", "opening-2"], ["Opening", "a_b"]),
    ],
)
def test_a_file_gets_no_name_that_the_check_refuses(kind: str, right: list[str], wrong: list[str]) -> None:
    (made,) = (collection for collection in configured()["collections"] if collection["name"] == kind)
    pattern = made["slug"]["pattern"][0]
    assert [name for name in (*right, *wrong) if re.search(pattern, name)] == right


def test_the_sample_content_lies_where_the_interface_looks_for_it(sample: Path) -> None:
    """Except for what is over: past elections are not edited in forms."""
    pages = {path.relative_to(sample.parent).as_posix() for path in sample.rglob("*.md")}
    for collection in configured()["collections"]:
        if "files" in collection:
            pages = {page for page in pages if not page.startswith(collection["files"][0]["file"].partition("{")[0])}
        else:
            pages = {page for page in pages if not page.startswith(f"{collection['folder']}/")}
    assert {page for page in pages if not page.startswith("content/archive/")} == set()


@pytest.mark.parametrize(
    ("kind", "right", "wrong"),
    [
        ("stations", "034-016", "34-16"),
        ("constituencies", "034", "34"),
        ("news", "yayim-2026", "Yayım"),
    ],
)
def test_the_name_of_a_new_file_is_checked_while_it_is_typed(kind: str, right: str, wrong: str) -> None:
    (collection,) = (each for each in configured()["collections"] if each["name"] == kind)
    pattern = collection["slug"]["pattern"][0]
    assert re.search(pattern, right)
    assert not re.search(pattern, wrong)
