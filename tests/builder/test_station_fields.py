"""What editors tell of a station: read into the domain, shown on its page, and refused where it cannot be right."""

from __future__ import annotations

import datetime
import json
import re
from pathlib import Path

import pytest

from builder.build import build_site
from builder.content import read_content
from builder.labels import Labels
from builder.translations import load
from election.configuration import Configuration
from election.errors import InputError
from election.places import LANGUAGES, Accessibility, Coordinates, Station
from tests.refusals import refused_content

HEAD = "---\nname: { az: Bir, en: One, ru: Один }\naddress: { az: Küçə, en: Street, ru: Улица }\n"
FACTS = """\
coordinates: { lat: 40.3777, lon: 49.892 }
registered_voters: 1250
accessibility: [lift, ramp]
opening: 09:00
closing: 18:30
camera_note: { az: Zal, en: The hall, ru: Зал }
maintenance_note: { az: Kabel dəyişdirilir, en: A cable is replaced, ru: Меняют кабель }
"""
KNOWN = ", ".join(Accessibility)
PLACE = "is written as { lat: 40.3777, lon: 49.892 }."
DEGREES = "degrees are written with a point, such as 40.3777."
BOX = "is not in the country: lat is 38.3 to 42.0, lon 44.7 to 50.9."
CHANGED = "lat and lon have changed places; write lat: 40.4, lon: 49.9."
WHOLE = "is a whole number in digits alone, such as 1250."
KEY = "is not a known key; remove it or correct its spelling."
LANGUAGE = "is written by language: az, en and ru below it."
LINE = "is a text on one line, not a list or further fields."
BREAK = "holds a line break or a character that cannot be seen; write one plain line."
TIME = "a time of day is written as 08:00."
UNKNOWN = f"is not known; there are {KNOWN}."

WRONG = [
    ("coordinates: { lat: 40.4112233894738512345, lon: 49.9 }", f"coordinates.lat: {DEGREES}"),
    ("coordinates:", f"coordinates: {PLACE}"),
    ("coordinates: { lat: 40,3777, lon: 49,892 }", f"coordinates: {PLACE}"),
    ("coordinates: { lat:40.3777, lon:49.892 }", f"coordinates: {PLACE}"),
    ("coordinates: 40.3777", f"coordinates: {PLACE}"),
    ("coordinates: 40.3777, 49.892", f"coordinates: {PLACE}"),
    ("coordinates: [40.3777, 49.892]", f"coordinates: {PLACE}"),
    ("coordinates: { lat: 40.3777 }", "coordinates.lon: is missing; add it."),
    ("coordinates: { lon: 49.892 }", "coordinates.lat: is missing; add it."),
    ("coordinates: { lat: 40.4, lng: 49.9, lon: 49.9 }", "coordinates.lng: is not a known key; is it lon?"),
    ("coordinates: { lat: 40.4, lon: 49.9, x: 1 }", f"coordinates.x: {KEY}"),
    ("coordinates: { lat: '40,4', lon: 49.9 }", f"coordinates.lat: {DEGREES}"),
    ("coordinates: { lat: 40.4, lon: '49°53′' }", f"coordinates.lon: {DEGREES}"),
    ("coordinates: { lat: 40.4, lon: 49.9E }", f"coordinates.lon: {DEGREES}"),
    ("coordinates: { lat: 4.04e1, lon: 49.9 }", f"coordinates.lat: {DEGREES}"),
    ("coordinates: { lat: nan, lon: 49.9 }", f"coordinates.lat: {DEGREES}"),
    ("coordinates: { lat: ٤٠, lon: 49.9 }", f"coordinates.lat: {DEGREES}"),
    ("coordinates: { lat: , lon: 49.9 }", f"coordinates.lat: {DEGREES}"),
    ("coordinates: { lat: [40.4], lon: 49.9 }", f"coordinates.lat: {DEGREES}"),
    ("coordinates: { lat: 49.9, lon: 40.4 }", f"coordinates: {CHANGED}"),
    ("coordinates: { lat: 0, lon: 0 }", f"coordinates: 0.0, 0.0 {BOX}"),
    ("coordinates: { lat: -40.4, lon: 49.9 }", f"coordinates: -40.4, 49.9 {BOX}"),
    ("coordinates: { lat: 40.4, lon: 51 }", f"coordinates: 40.4, 51.0 {BOX}"),
    ("coordinates: { lat: 55.75, lon: 37.62 }", f"coordinates: 55.75, 37.62 {BOX}"),
    ("coordinates: { lat: 404, lon: 499 }", f"coordinates: 404.0, 499.0 {BOX}"),
    ("registered_voters:", f"registered_voters: {WHOLE}"),
    ("registered_voters: 1 250", f"registered_voters: {WHOLE}"),
    ("registered_voters: 1,250", f"registered_voters: {WHOLE}"),
    ("registered_voters: 1.250", f"registered_voters: {WHOLE}"),
    ("registered_voters: -5", f"registered_voters: {WHOLE}"),
    ("registered_voters: about 900", f"registered_voters: {WHOLE}"),
    ("registered_voters: 12e2", f"registered_voters: {WHOLE}"),
    ("registered_voters: ٩٠٠", f"registered_voters: {WHOLE}"),
    ("registered_voters: 1234567890", f"registered_voters: {WHOLE}"),
    ("registered_voters: [900]", f"registered_voters: {WHOLE}"),
    ("registered_voters: 0", "registered_voters: a station has 1 to 10000 voters, not 0."),
    ("registered_voters: 10001", "registered_voters: a station has 1 to 10000 voters, not 10001."),
    ("voters: 900", f"voters: {KEY}"),
    ("registeredVoters: 900", "registeredVoters: is not a known key; is it registered_voters?"),
    ("registered_voter: 900", "registered_voter: is not a known key; is it registered_voters?"),
    ("accessibility:", "accessibility: is a list, such as [ramp, lift]."),
    ("accessibility: ramp", "accessibility: is a list, such as [ramp, lift]."),
    ("accessibility: { ramp: true }", "accessibility: is a list, such as [ramp, lift]."),
    ("accessibility: [ramp, elevator]", f"accessibility[2]: 'elevator' {UNKNOWN}"),
    ("accessibility: [Ramp]", f"accessibility[1]: 'Ramp' {UNKNOWN}"),
    ("accessibility: [panduz]", f"accessibility[1]: 'panduz' {UNKNOWN}"),
    ("accessibility: [[ramp]]", f"accessibility[1]: ['ramp'] {UNKNOWN}"),
    ("accessibility: ['']", f"accessibility[1]: '' {UNKNOWN}"),
    ("accessibility: [ramp, lift, ramp]", "accessibility: ramp stands twice; remove one of them."),
    ("accessability: [ramp]", "accessability: is not a known key; is it accessibility?"),
    ("opening:", f"opening: {TIME}"),
    ("opening: 8:00", f"opening: {TIME}"),
    ("opening: 08.00", f"opening: {TIME}"),
    ("opening: 24:00", f"opening: {TIME}"),
    ("opening: 07:60", f"opening: {TIME}"),
    ("opening: 08:00:00", f"opening: {TIME}"),
    ("opening: 8 am", f"opening: {TIME}"),
    ("opening: ٠٨:٠٠", f"opening: {TIME}"),
    ("opening: [08:00]", f"opening: {TIME}"),
    ("closing: 19", f"closing: {TIME}"),
    ("closing: 2026-11-29 19:00", f"closing: {TIME}"),
    ("closing: midnight", f"closing: {TIME}"),
    ("opens: 08:00", "opens: is not a known key; is it opening?"),
    ("camera_note: The hall", f"camera_note: {LANGUAGE}"),
    ("camera_note:", f"camera_note: {LANGUAGE}"),
    ("camera_note: [Zal]", f"camera_note: {LANGUAGE}"),
    ("camera_note: { en: The hall }", "camera_note.az: is missing; add it."),
    ("camera_note: { az: '' }", "camera_note.az: is empty; write a text."),
    ("camera_note: { az: Zal, fr: La salle }", f"camera_note.fr: {KEY}"),
    ("camera_note: { az: [Zal] }", f"camera_note.az: {LINE}"),
    ('camera_note: { az: "Zal\\nQutu" }', f"camera_note.az: {BREAK}"),
    (f"camera_note: {{ az: {'z' * 201} }}", "camera_note.az: is 201 characters long; 200 are allowed."),
    ("maintenance_note: Kabel", f"maintenance_note: {LANGUAGE}"),
    ("maintenance_note: { ru: Кабель }", "maintenance_note.az: is missing; add it."),
    ("maintenance_notes: { az: Kabel }", "maintenance_notes: is not a known key; is it maintenance_note?"),
    ("number: 12", f"number: {KEY}"),
    ("constituency: 34", f"constituency: {KEY}"),
]  # fmt: skip


@pytest.mark.parametrize(("line", "fault"), WRONG)
def test_a_wrong_field_is_named_and_nothing_is_written(tmp_path: Path, content: Path, line: str, fault: str) -> None:
    (content / "stations" / "034" / "034-099.md").write_text(f"{HEAD}{line}\n---\n")
    assert refused_content(tmp_path) == [f"content/stations/034/034-099.md:4: {fault}"]


@pytest.mark.parametrize("opening", ["19:00", "08:00"])
def test_a_station_opens_before_it_closes(content: Path, opening: str) -> None:
    page = content / "stations" / "034" / "034-099.md"
    page.write_text(f"{HEAD}opening: {opening}\nclosing: 08:00\n---\n")
    with pytest.raises(InputError) as error:
        read_content(content)
    assert str(error.value) == f"{page}:5: closing: voting would end at 08:00, before it begins at {opening}."


def station_with(content: Path, facts: str) -> Station:
    (content / "stations" / "034" / "034-002.md").write_text(f"{HEAD}{facts}---\n")
    found = read_content(content)
    assert found.warnings == ()
    return found.stations[34][0].station


def test_fields_become_facts_of_the_station(content: Path) -> None:
    station = station_with(content, FACTS)
    assert station.coordinates == Coordinates(lat=40.3777, lon=49.892)
    assert station.registered_voters == 1250
    assert station.accessibility == (Accessibility.RAMP, Accessibility.LIFT), "in the vocabulary's order"
    assert (station.opening, station.closing) == (datetime.time(9), datetime.time(18, 30))
    assert station.camera_note.in_language("en") == "The hall"
    assert station.maintenance_note.in_language("ru") == "Меняют кабель"


def test_a_station_needs_none_of_them(content: Path) -> None:
    station = station_with(content, "")
    facts = (station.coordinates, station.registered_voters, station.accessibility, station.opening, station.closing)
    assert facts == (None, None, (), None, None)
    assert not station.camera_note.by_language
    assert not station.maintenance_note.by_language


def facts_on(page: str) -> dict[str, str]:
    rows = re.findall(r'<dt class="facts__name">(.*?)</dt><dd class="facts__value">(.*?)</dd>', page)
    return {name: re.sub(r"<[^>]+>", "", value) for name, value in rows}


@pytest.mark.parametrize(
    ("language", "wanted"),
    [
        (
            "az",
            {
                "Səsvermə vaxtı": "29 noyabr 2026, 09:00–18:30 (UTC+4)",
                "Siyahıdakı seçicilər": "1.250",
                "Əlçatanlıq": "panduz, lift",
                "Koordinatlar": "40.37770, 49.89200",
                "Kamera haqqında": "Zal",
                "Texniki işlər": "Kabel dəyişdirilir",
            },
        ),
        (
            "en",
            {
                "Voting hours": "29 November 2026, 09:00–18:30 (UTC+4)",
                "Registered voters": "1,250",
                "Accessibility": "ramp, lift",
                "Coordinates": "40.37770, 49.89200",
                "About the camera": "The hall",
                "Maintenance work": "A cable is replaced",
            },
        ),
        (
            "ru",
            {
                "Время голосования": "29 ноября 2026\u202fг., 09:00–18:30 (UTC+4)",
                "Избирателей в списке": "1\u00a0250",
                "Доступность": "пандус, лифт",
                "Координаты": "40.37770, 49.89200",
                "О камере": "Зал",
                "Технические работы": "Меняют кабель",
            },
        ),
    ],
)
def test_the_page_tells_them_in_its_language(
    content: Path, tmp_path: Path, configuration: Configuration, language: str, wanted: dict[str, str]
) -> None:
    station_with(content, FACTS)
    build_site(configuration, content, tmp_path / "dist")
    page = (tmp_path / "dist" / language / "station" / "034-002" / "index.html").read_text()
    assert facts_on(page).items() >= wanted.items()
    assert 'href="geo:40.37770,49.89200"' in page
    (text,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)
    place = json.loads(text)["contentLocation"]
    assert place["geo"] == {"@type": "GeoCoordinates", "latitude": 40.3777, "longitude": 49.892}
    words = wanted[next(name for name in wanted if name in {"Əlçatanlıq", "Accessibility", "Доступность"})]
    assert [feature["name"] for feature in place["amenityFeature"]] == words.split(", ")


def test_the_page_of_a_station_without_them_is_silent_about_them(
    content: Path, tmp_path: Path, configuration: Configuration
) -> None:
    station_with(content, "")
    build_site(configuration, content, tmp_path / "dist")
    page = (tmp_path / "dist" / "en" / "station" / "034-002" / "index.html").read_text()
    assert set(facts_on(page)) == {"Address", "Voting hours", "Constituency", "Region"}
    assert "geo:" not in page
    (text,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)
    assert set(json.loads(text)["contentLocation"]) == {"@type", "name", "address"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_of_the_vocabulary_has_words_of_its_own(language: str) -> None:
    said = Labels(language, load(language)).accessibility
    assert set(said) == set(Accessibility)
    assert len(set(said.values())) == len(said)
