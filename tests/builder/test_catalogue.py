"""The open data: both files hold the same stations, name their licence, and are documented field by field."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import pytest

from builder.build import build_site
from builder.catalogue_csv import COLUMNS
from builder.labels import Labels
from builder.open_data import fields_in
from builder.translations import load
from election.configuration import Configuration, SiteTable
from election.places import LANGUAGES, Accessibility
from tests.builder.conftest import ROOT
from tests.builder.test_station_fields import FACTS, HEAD

LICENCE = "CC-BY-4.0"


@pytest.fixture
def site(content: Path, tmp_path: Path, configuration: Configuration) -> Path:
    (content / "stations" / "034" / "034-002.md").write_text(f"{HEAD}{FACTS}---\n")
    (content / "stations" / "034" / "034-003.md").write_text(
        "---\nname: { az: '=1+1', en: '-2', ru: '@x' }\naddress: { az: \"a, \\\"b\\\"\" }\n---\n"
    )
    table = configuration.site.model_copy(update={"license": LICENCE})
    build_site(configuration.model_copy(update={"site": table}), content, tmp_path / "dist")
    return tmp_path / "dist"


def rows_of(site: Path) -> list[dict[str, str]]:
    body = (site / "catalogue.csv").read_bytes()
    assert body.count(b"\r\n") == body.count(b"\n"), "RFC 4180: lines end in CRLF"
    return list(csv.DictReader(io.StringIO(body.decode(), newline="")))


def test_both_files_hold_the_same_stations_and_name_the_licence(site: Path) -> None:
    data = json.loads((site / "catalogue.json").read_bytes())
    rows = rows_of(site)
    assert [row["id"] for row in rows] == [station["id"] for station in data["stations"]]
    assert len(rows) == 8
    assert data["license"] == LICENCE
    assert {row["license"] for row in rows} == {LICENCE}


def test_a_station_tells_everything_in_both_files(site: Path) -> None:
    (station,) = (
        found for found in json.loads((site / "catalogue.json").read_bytes())["stations"] if found["id"] == "034-002"
    )
    assert station == {
        "id": "034-002",
        "name": {"az": "Bir", "en": "One", "ru": "Один"},
        "address": {"az": "Küçə", "en": "Street", "ru": "Улица"},
        "coordinates": {"lat": 40.3777, "lon": 49.892},
        "registered_voters": 1250,
        "accessibility": ["ramp", "lift"],
        "opening": "09:00",
        "closing": "18:30",
        "camera_note": {"az": "Zal", "en": "The hall", "ru": "Зал"},
        "maintenance_note": {"az": "Kabel dəyişdirilir", "en": "A cable is replaced", "ru": "Меняют кабель"},
    }
    row = rows_of(site)[0]
    assert row["id"] == "034-002"
    assert (row["constituency"], row["number"], row["region"]) == ("34", "2", "cinar-sahili")
    assert (row["region_name_en"], row["constituency_name_ru"]) == (
        "Sample: Plane Tree Coast",
        "Пример: Восточный квартал",
    )
    assert (row["name_ru"], row["address_az"]) == ("Один", "Küçə")
    assert (row["lat"], row["lon"], row["registered_voters"]) == ("40.3777", "49.892", "1250")
    assert (row["accessibility"], row["opening"], row["closing"]) == ("ramp lift", "09:00", "18:30")
    assert (row["camera_note_en"], row["maintenance_note_az"]) == ("The hall", "Kabel dəyişdirilir")


def test_what_is_not_told_is_left_out_but_for_the_hours(site: Path) -> None:
    (station,) = (
        found for found in json.loads((site / "catalogue.json").read_bytes())["stations"] if found["id"] == "034-003"
    )
    assert set(station) == {"id", "name", "address"}
    row = rows_of(site)[1]
    assert (row["opening"], row["closing"]) == ("08:00", "19:00")
    assert {row[name] for name in ("lat", "lon", "registered_voters", "accessibility", "camera_note_az")} == {""}


def test_no_cell_is_a_formula_and_none_breaks_its_row(site: Path) -> None:
    row = rows_of(site)[1]
    assert (row["name_az"], row["name_en"], row["name_ru"]) == ("'=1+1", "'-2", "'@x")
    assert row["address_az"] == 'a, "b"'


@pytest.mark.parametrize("licence", ["", "CC0-1.0", "ODbL-1.0", "https://data.example.org/licence?v=1"])
def test_a_licence_is_an_identifier_or_an_address(licence: str) -> None:
    assert SiteTable(license=licence).license == licence


@pytest.mark.parametrize("licence", ["free for all", "http://example.org", "CC0\n", "<b>", "лицензия", "https://"])
def test_anything_else_is_no_licence(licence: str) -> None:
    with pytest.raises(ValueError, match="write an SPDX identifier"):
        SiteTable(license=licence)


def columns_named(text: str) -> list[str]:
    names = re.findall(r"^\| `([a-z_*]+)` \|", text, re.MULTILINE)
    return [name.replace("*", language) for name in names for language in (LANGUAGES if "*" in name else ("",))]


def test_the_guide_explains_every_column_in_its_order() -> None:
    guide = (ROOT / "docs" / "open-data.md").read_text()
    table = guide.partition("| column |")[2].partition("\n\n")[0]
    assert columns_named(table) == list(COLUMNS)
    assert all(f"`{word}`" in guide for word in Accessibility)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_about_open_data_explains_every_column_and_every_page_leads_there(site: Path, language: str) -> None:
    named = [field.column for field in fields_in(Labels(language, load(language)))]
    found = [name.replace("*", code) for name in named for code in (LANGUAGES if "*" in name else ("",))]
    assert found == list(COLUMNS)
    page = (site / language / "open-data" / "index.html").read_text()
    assert all(f"<code>{name}</code>" in page for name in named)
    assert LICENCE in page
    assert 'href="/catalogue.csv"' in page
    assert 'href="/catalogue.json"' in page
    home = (site / language / "index.html").read_text()
    assert f'href="/{language}/open-data/"' in home
