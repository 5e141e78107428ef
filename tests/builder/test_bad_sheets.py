"""Sheets that are wrong: each gives its exact message, and nothing is changed on disk."""

from __future__ import annotations

import datetime
import io
import shutil
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from builder import sheet, xlsx_guard, xlsx_sheet
from builder.fault_texts import FaultTexts
from election.errors import InputError
from election.places import Accessibility
from tests.builder import test_suspicions
from tests.builder.sheets import HEADINGS, changed_zip, csv_of, import_sheet, with_parts, xlsx_of
from tests.builder.test_suspicions import CAMERA, PASSWORD
from tests.refusals import refused, run
from tests.sample_election import CONFIGURATION

ROW = (34, 12, "Bir", "One", "Один", "Ünvan", "Address", "Адрес")


@pytest.fixture(autouse=True)
def small_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make what is too large small enough to be made for a test."""
    monkeypatch.setattr(sheet, "MAX_ROWS", 500)
    monkeypatch.setattr(xlsx_guard, "MAX_UNPACKED", 2**20)
    monkeypatch.setattr(xlsx_guard, "MAX_ELEMENTS", 50_000)
    monkeypatch.setattr(xlsx_guard, "MAX_ELEMENTS_TOGETHER", 2_000)
    monkeypatch.setattr(xlsx_guard, "MAX_ELEMENTS_IN_ROW", 1_000)
    monkeypatch.setattr(xlsx_sheet, "MAX_CELLS", 100_000)
    monkeypatch.setattr(xlsx_sheet, "LAST_ROW", 5_000)


def said(file: Path, content: Path) -> list[str]:
    """Import `file` into the content beside it and return the faults, which are said in other languages too.

    Nothing may have changed.
    """
    assert file.parent == content.parent
    with pytest.raises(InputError) as error:
        import_sheet(file, content)
    faults = error.value.faults
    for language in ("az", "ru"):
        assert not {fault.message for fault in map(FaultTexts(language).said, faults)} & {
            each.message for each in faults
        }
    return refused(file.parent, "import", file.name)


def row(**cells: object) -> tuple[object, ...]:
    """Return a right row with some cells otherwise: `c`, `s`, `az`, `en`, `ru`, `aaz`, `aen`, `aru`."""
    names = ("c", "s", "az", "en", "ru", "aaz", "aen", "aru")
    return tuple(cells.get(name, value) for name, value in zip(names, ROW, strict=True))


CONSTITUENCY = "is the number of a constituency, such as 34, not"
STATION = "is the number of a station, such as 34, not"
UNSEEN = "holds a line break or a character that cannot be seen; write one plain line."
LONG = "is 201 characters long; 200 are allowed."

CELLS: list[tuple[str, Sequence[object], str]] = [
    ("constituency empty", row(c=""), "2: Constituency: is empty; write which station this is."),
    ("station empty", row(s=""), "2: Station: is empty; write which station this is."),
    ("constituency 0", row(c=0), f"2: Constituency: {CONSTITUENCY} '0'."),
    ("constituency 126", row(c=126), "2: Constituency: a constituency is numbered 1 to 125, not 126."),
    ("constituency 999", row(c=999), "2: Constituency: a constituency is numbered 1 to 125, not 999."),
    ("constituency 1000", row(c=1000), f"2: Constituency: {CONSTITUENCY} '1000'."),
    ("constituency 34.5", row(c=34.5), f"2: Constituency: {CONSTITUENCY} '34.5'."),
    ("constituency -34", row(c="abc -34"), f"2: Constituency: {CONSTITUENCY} 'abc -34'."),
    ("constituency a word", row(c="Nəsimi"), f"2: Constituency: {CONSTITUENCY} 'Nəsimi'."),
    ("constituency two numbers", row(c="34 35"), f"2: Constituency: {CONSTITUENCY} '34 35'."),
    ("constituency a station", row(c="34/12"), f"2: Constituency: {CONSTITUENCY} '34/12'."),
    ("constituency named a station", row(c="station 12"), f"2: Constituency: {CONSTITUENCY} 'station 12'."),
    ("constituency in full width", row(c="３４"), f"2: Constituency: {CONSTITUENCY} '３４'."),
    ("constituency in Arabic digits", row(c="٣٤"), f"2: Constituency: {CONSTITUENCY} '٣٤'."),
    ("constituency in Roman digits", row(c="XXXIV"), f"2: Constituency: {CONSTITUENCY} 'XXXIV'."),
    ("constituency a question mark", row(c="?"), f"2: Constituency: {CONSTITUENCY} '?'."),
    ("constituency with an exponent", row(c="3e1"), f"2: Constituency: {CONSTITUENCY} '3e1'."),
    (
        "constituency unknown",
        row(c=37),
        "2: Constituency: there is no constituency 37; correct the number, or add {content}/constituencies/037.md first.",
    ),
    (
        "constituency 1 unknown",
        row(c=1),
        "2: Constituency: there is no constituency 1; correct the number, or add {content}/constituencies/001.md first.",
    ),
    ("station 0", row(s=0), f"2: Station: {STATION} '0'."),
    ("station 000", row(s="000"), f"2: Station: {STATION} '000'."),
    ("station 1000", row(s=1000), f"2: Station: {STATION} '1000'."),
    ("station 12.5", row(s=12.5), f"2: Station: {STATION} '12.5'."),
    ("station a word", row(s="yeni"), f"2: Station: {STATION} 'yeni'."),
    ("station with a letter", row(s="12a"), f"2: Station: {STATION} '12a'."),
    ("station of a constituency", row(s="dairə 34 məntəqə 12"), f"2: Station: {STATION} 'dairə 34 məntəqə 12'."),
    ("station an id", row(s="034-012"), f"2: Station: {STATION} '034-012'."),
    ("station named a constituency", row(s="12 saylı dairə"), f"2: Station: {STATION} '12 saylı dairə'."),
    ("station a range", row(s="12 - 15 - 18"), f"2: Station: {STATION} '12 - 15 - 18'."),
    ("station a list", row(s="12, 13, 14"), f"2: Station: {STATION} '12, 13, 14'."),
    ("station huge", row(s="9" * 40), f"2: Station: {STATION} '{'9' * 40}'."),
    ("name too long", row(az="ə" * 201), f"2: Name (az): {LONG}"),
    ("English name too long", row(en="x" * 201), f"2: Name (en): {LONG}"),
    ("Russian name too long", row(ru="я" * 201), f"2: Name (ru): {LONG}"),
    ("address too long", row(aaz="ə" * 201), f"2: Address (az): {LONG}"),
    ("English address too long", row(aen="x" * 201), f"2: Address (en): {LONG}"),
    ("Russian address too long", row(aru="я" * 201), f"2: Address (ru): {LONG}"),
    ("soft hyphen", row(az="mək\u00adtəb"), f"2: Name (az): {UNSEEN}"),
    ("zero width space", row(en="One\u200bTwo"), f"2: Name (en): {UNSEEN}"),
    ("mark of writing direction", row(ru="Один\u202eдва"), f"2: Name (ru): {UNSEEN}"),
    ("line separator", row(aaz="Bir\u2028iki"), f"2: Address (az): {UNSEEN}"),
    ("byte order mark within", row(aen="a\ufeffb"), f"2: Address (en): {UNSEEN}"),
    ("private use character", row(aru="a\ue000b"), f"2: Address (ru): {UNSEEN}"),
    ("thin space", row(az="1\u2009nömrəli"), f"2: Name (az): {UNSEEN}"),
    ("unassigned character", row(az="a\u0378b"), f"2: Name (az): {UNSEEN}"),
    ("tag characters", row(en="a\U000e0041b"), f"2: Name (en): {UNSEEN}"),
]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize(("cells", "message"), [case[1:] for case in CELLS], ids=[case[0] for case in CELLS])
def test_a_wrong_cell_is_named_by_its_line_and_column(
    kind: str, cells: Sequence[object], message: str, content: Path, tmp_path: Path
) -> None:
    file = tmp_path / f"s.{kind}"
    # Commas stand in some cells and semicolons in none.
    file.write_bytes(csv_of([HEADINGS, cells]) if kind == "csv" else xlsx_of([HEADINGS, cells]))
    assert said(file, content) == [f"s.{kind}:{message.replace('{content}', str(content)).replace(f'{tmp_path}/', '')}"]


HEADS: list[tuple[str, Sequence[object], Sequence[object], list[str]]] = [
    ("misspelt", ("Constituency", "Station", "Nmae (az)"), (34, 12, "A"), ["1: Nmae (az): is not a column of stations; is it Name (az)? Else leave it out by --skip-column."]),
    ("misspelt in Azerbaijani", ("Dairə", "Məntəqə", "Ünvam"), (34, 12, "A"), ["1: Ünvam: is not a column of stations; is it Ünvan (az)? Else leave it out by --skip-column."]),
    ("misspelt in Russian", ("Округ", "Участок", "Адресс (ru)"), (34, 12, "A"), ["1: Адресс (ru): is not a column of stations; is it Адрес (ru)? Else leave it out by --skip-column."]),
    ("unknown", ("Constituency", "Station", "Telefon"), (34, 12, "A"), ["1: Telefon: is not a column of stations; correct its name, or leave it out by --skip-column."]),
    ("two unknown", ("Constituency", "Station", "Telefon", "Foto"), (34, 12, "A", "B"), ["1: Telefon: is not a column of stations; correct its name, or leave it out by --skip-column.", "1: Foto: is not a column of stations; correct its name, or leave it out by --skip-column."]),
    ("unknown, and a wrong row", ("Constituency", "Station", "Telefon", "Name"), (34, "x", "A", ""), ["1: Telefon: is not a column of stations; correct its name, or leave it out by --skip-column.", f"2: Station: {STATION} 'x'."]),
    ("misspelt, and a new row", ("Constituency", "Station", "Nmae (az)", "Address"), (34, 99, "A", "B"), ["1: Nmae (az): is not a column of stations; is it Name (az)? Else leave it out by --skip-column."]),
    ("a language there is not", ("Constituency", "Station", "Name (de)"), (34, 12, "A"), ["1: Name (de): is not a column of stations; is it Name (en)? Else leave it out by --skip-column."]),
    ("a number", ("Constituency", "Station", "2026"), (34, 12, "A"), ["1: 2026: is not a column of stations; correct its name, or leave it out by --skip-column."]),
    ("only signs", ("Constituency", "Station", "???"), (34, 12, "A"), ["1: ???: is not a column of stations; correct its name, or leave it out by --skip-column."]),
    ("no constituency", ("Station", "Name (az)"), (12, "A"), ["1: does not say which stations these are; add the columns Constituency and Station."]),
    ("no station", ("Constituency", "Name (az)"), (34, "A"), ["1: does not say which stations these are; add the columns Constituency and Station."]),
    ("neither", ("Name (az)", "Address (az)"), ("A", "B"), ["1: does not say which stations these are; add the columns Constituency and Station."]),
    ("twice", ("Constituency", "Station", "Name (az)", "Name (az)"), (34, 12, "A", "B"), ["1: Name (az): means the same as a column before it; remove one of them."]),
    ("twice in two languages", ("Constituency", "Station", "Name (az)", "Ad"), (34, 12, "A", "B"), ["1: Ad: means the same as a column before it; remove one of them."]),
    ("constituency twice", ("Dairə", "Constituency", "Station"), (34, 34, 12), ["1: Constituency: means the same as a column before it; remove one of them."]),
    ("only headings", ("Constituency", "Station", "Name (az)"), (), ["has no row of a station below the names of its columns; nothing would be imported."]),
    ("a cell without a heading", ("Constituency", "Station", ""), (34, 12, "A"), ["2: column 3: has no name above it; name the column or empty it."]),
    ("data in place of headings", (34, 12, "Bir"), (34, 13, "İki"), ["1: 34: is not a column of stations; correct its name, or leave it out by --skip-column.", "1: 12: is not a column of stations; correct its name, or leave it out by --skip-column.", "1: Bir: is not a column of stations; correct its name, or leave it out by --skip-column.", "1: does not say which stations these are; add the columns Constituency and Station."]),
    ("a title above the headings", ("Stations of 2026", "", ""), ("Constituency", "Station", "Name (az)"), ["1: Stations of 2026: is not a column of stations; correct its name, or leave it out by --skip-column.", "1: does not say which stations these are; add the columns Constituency and Station."]),
    ("id that is none", ("ID", "Name (az)"), ("34", "A"), ["2: ID: a station id is three digits, a hyphen, three digits, such as 034-012, not '34'."]),
    ("id out of range", ("ID", "Name (az)"), ("126-001", "A"), ["2: ID: a constituency is numbered 1 to 125, not 126."]),
    ("id empty", ("ID", "Name (az)"), ("", "A"), ["2: ID: is empty; write which station this is."]),
    ("id of an unknown constituency", ("ID", "Name (az)"), ("050-001", "A"), ["2: ID: there is no constituency 50; correct the number, or add content/constituencies/050.md first."]),
    ("id against the number", ("ID", "Constituency", "Station"), ("034-012", 34, 13), ["2: ID: is 034-012, and the other columns say another."]),
    ("id against the constituency", ("ID", "Constituency"), ("034-012", 35), ["2: ID: is 034-012, and the other columns say another."]),
    ("new without a name", ("Constituency", "Station", "Address (az)"), (34, 99, "A"), ["2: Name (az): there is no such column; 034-099 is new and needs it."]),
    ("new without an address", ("Constituency", "Station", "Name (az)"), (34, 99, "A"), ["2: Address (az): there is no such column; 034-099 is new and needs it."]),
    ("new with nothing", ("Constituency", "Station"), (34, 99), ["2: Name (az): there is no such column; 034-099 is new and needs it.", "2: Address (az): there is no such column; 034-099 is new and needs it."]),
    ("new with an empty name", ("Constituency", "Station", "Name (az)", "Address (az)"), (34, 99, "", "A"), ["2: Name (az): is empty; 034-099 is new and needs it."]),
    ("new with a name only in Russian", ("Округ", "Участок", "Название (ru)", "Адрес"), (34, 99, "A", "B"), ["2: Name (az): there is no such column; 034-099 is new and needs it."]),
]  # fmt: skip


VALUES_OF_FIELDS: list[tuple[str, str, str]] = [
    ("Registered voters", "yüz", "is a whole number, such as 850, not 'yüz'."),
    ("Registered voters", "1,250", "is a whole number, such as 850, not '1,250'."),
    ("Registered voters", "12.5", "is a whole number, such as 850, not '12.5'."),
    ("Registered voters", "-5", "is a whole number, such as 850, not '-5'."),
    ("Registered voters", "٨٥٠", "is a whole number, such as 850, not '٨٥٠'."),
    ("Registered voters", "1 25", "is a whole number, such as 850, not '1 25'."),
    ("Registered voters", "0", "a station has 1 to 10000 voters, not 0."),
    ("Registered voters", "12500", "a station has 1 to 10000 voters, not 12500."),
    ("Opening", "8", "is a time of day, such as 08:00, not '8'."),
    ("Opening", "8 am", "is a time of day, such as 08:00, not '8 am'."),
    ("Opening", "08:00-19:00", "is a time of day, such as 08:00, not '08:00-19:00'."),
    ("Opening", "24:00", "a time of day is written as 08:00."),
    ("Closing", "19:60", "a time of day is written as 08:00."),
    ("Closing", "axşam", "is a time of day, such as 08:00, not 'axşam'."),
    ("Accessibility", "panduz, roket", f"there is no 'roket'; the words are {', '.join(Accessibility)}."),
    ("Accessibility", "yes", f"there is no 'yes'; the words are {', '.join(Accessibility)}."),
    ("Camera note (az)", "x" * 201, LONG),
    ("Maintenance note (az)", "a\u200bb", UNSEEN),
    ("Maintenance note (en)", "Repairs", "2: Maintenance note (az): is missing; add it."),
    ("Camera note (ru)", "Зал", "2: Camera note (az): is missing; add it."),
    ("Latitude", "40°22'", 'is a number of degrees, such as 40.4093, not "40°22\'".'),
    ("Latitude", "40.3777N", "is a number of degrees, such as 40.4093, not '40.3777N'."),
    ("Latitude", "40,37,77", "is a number of degrees, such as 40.4093, not '40,37,77'."),
    ("Latitude", "4.0e1", "is a number of degrees, such as 40.4093, not '4.0e1'."),
    ("Latitude", "40.3777", "2: Longitude: is missing; add it."),
    ("Longitude", "49.892", "2: Latitude: is missing; add it."),
]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize(("heading", "value", "message"), VALUES_OF_FIELDS)
def test_a_wrong_value_of_a_further_field_is_named(
    kind: str, heading: str, value: str, message: str, content: Path, tmp_path: Path
) -> None:
    file = tmp_path / f"s.{kind}"
    # This station says none of these yet.
    rows = [("Constituency", "Station", heading), (34, 13, value)]
    file.write_bytes(csv_of(rows) if kind == "csv" else xlsx_of(rows))
    place = "" if message.startswith("2: ") else f"2: {heading}: "
    assert said(file, content) == [f"s.{kind}:{place}{message}"]


@pytest.mark.parametrize(
    ("headings", "values", "message"),
    [
        (("Latitude", "Longitude"), ("49.892", "40.3777"), "2: Latitude: lat and lon have changed places; write lat: 40.3777, lon: 49.892."),
        (("Latitude", "Longitude"), ("51.5", "-0.12"), "2: Latitude: 51.5, -0.12 is not in the country: lat is 38.3 to 42.0, lon 44.7 to 50.9."),
        (("Longitude", "Latitude"), ("49.892", "0"), "2: Latitude: 0.0, 49.892 is not in the country: lat is 38.3 to 42.0, lon 44.7 to 50.9."),
        (("Opening", "Closing"), ("20:00", "8:00"), "2: Closing: voting would end at 08:00, before it begins at 20:00."),
        (("Opening", "Closing"), ("08:00", "08:00"), "2: Closing: voting would end at 08:00, before it begins at 08:00."),
    ],
)  # fmt: skip
def test_values_that_do_not_go_together_are_named(
    headings: Sequence[str], values: Sequence[str], message: str, content: Path, tmp_path: Path
) -> None:
    file = tmp_path / "s.csv"
    file.write_bytes(csv_of([("Constituency", "Station", *headings), (34, 13, *values)]))
    assert said(file, content) == [f"s.csv:{message}"]


TEXTS = [*test_suspicions.SECRET, *test_suspicions.MIXED, ("Parol:", PASSWORD)]
"""What no page may say; the last becomes a password in a page alone, where another line follows."""


@pytest.mark.parametrize(("text", "message"), TEXTS)
def test_what_a_page_may_not_say_is_refused_in_a_cell(text: str, message: str, content: Path, tmp_path: Path) -> None:
    file = tmp_path / "s.xlsx"
    file.write_bytes(xlsx_of([HEADINGS, ROW, row(s=99, aen=text)]))
    assert said(file, content) == [f"s.xlsx:3: Address (en): {message}"]


@pytest.mark.parametrize(
    ("headings", "cells", "messages"),
    [
        (HEADINGS, row(az="Bаkı", en="rtsp://u:hunter2@10.0.0.5/1", ru="password: hunter2"), [f"2: Name (en): {CAMERA}", f"2: Name (en): {PASSWORD}", f"2: Name (ru): {PASSWORD}"]),
        (HEADINGS, row(s=99, az="", en="password: hunter2"), [f"2: Name (en): {PASSWORD}"]),
        (HEADINGS, row(c="rtsp://hunter2/"), [f"2: Constituency: {CAMERA}"]),
        (HEADINGS, row(s="rtsp://hunter2/", az="hunter2\u200b"), [f"2: Station: {CAMERA}"]),
        (("ID", "Name (az)"), ("password: hunter2", "A"), [f"2: ID: {PASSWORD}"]),
        (("ID", "Registered voters"), ("034-012", "password: hunter2"), [f"2: Registered voters: {PASSWORD}"]),
        (("ID", "Latitude"), ("034-012", "http://u:hunter2@example.org"), [f"2: Latitude: {PASSWORD}"]),
        (("ID", "Opening"), ("034-012", "rtsp://hunter2/"), [f"2: Opening: {CAMERA}"]),
        (("ID", "Accessibility"), ("034-012", "ramp, token: hunter2"), [f"2: Accessibility: {PASSWORD}"]),
        (("034-012", "rtsp://hunter2/"), ("034-013", "x"), ["1: 034-012: is not a column of stations; correct its name, or leave it out by --skip-column.", f"1: column 2: {CAMERA}", "1: does not say which stations these are; add the columns Constituency and Station."]),
    ],
)  # fmt: skip
def test_what_looks_secret_is_repeated_nowhere(
    headings: Sequence[object], cells: Sequence[object], messages: list[str], content: Path, tmp_path: Path
) -> None:
    file = tmp_path / "s.xlsx"
    file.write_bytes(xlsx_of([headings, cells]))
    assert said(file, content) == [f"s.xlsx:{message}" for message in messages]
    for options in (["--json"], ["--dry-run"], ["--language", "az"]):
        ended = run(tmp_path, "import", file.name, *options)
        assert ended.code == 2
        assert "hunter2" not in ended.out + ended.err


def test_a_word_of_two_alphabets_is_named_with_whatever_else_is_wrong(content: Path, tmp_path: Path) -> None:
    file = tmp_path / "s.xlsx"
    file.write_bytes(xlsx_of([HEADINGS, row(az="Bаkı Bаkı", aru="я" * 201)]))
    letters = "Bаkı has Cyrillic letters in it (а); type it anew."
    assert said(file, content) == [f"s.xlsx:2: Name (az): {letters}", f"s.xlsx:2: Address (ru): {LONG}"]


@pytest.mark.parametrize(
    ("heading", "hour", "message"),
    [
        ("Closing", "07:00", "2: Closing: voting would end at 07:00, before it begins at 08:00."),
        ("Closing", "08:00", "2: Closing: voting would end at 08:00, before it begins at 08:00."),
        ("Opening", "19:30", "2: Opening: voting would end at 19:00, before it begins at 19:30."),
    ],
)
def test_an_hour_is_compared_with_that_of_the_election_which_the_station_does_not_name(
    heading: str, hour: str, message: str, content: Path, tmp_path: Path
) -> None:
    file = tmp_path / "s.csv"
    file.write_bytes(csv_of([("ID", heading), ("034-013", hour)]))
    config = tmp_path / "pollcast.toml"
    shutil.copy(CONFIGURATION, config)
    assert refused(tmp_path, "import", file.name) == [f"s.csv:{message}"]
    named = config.rename(tmp_path / "election.toml")
    assert refused(tmp_path, "import", file.name, "--config", named.name) == [f"s.csv:{message}"]
    assert refused(tmp_path, "import", file.name, "--config", config.name) == [f"{config.name}: there is no such file."]
    # Without the election's facts there is nothing to compare with.
    assert run(tmp_path, "import", file.name, "--dry-run").code == 0


def test_the_hours_of_a_past_election_are_not_those_of_the_present_one(content: Path, tmp_path: Path) -> None:
    shutil.copy(CONFIGURATION, tmp_path)
    past = content / "archive/2021"
    for name in ("regions", "constituencies", "stations"):
        shutil.copytree(content / name, past / name)
    (past / "election.md").write_text("---\nname: { az: A }\ndate: 2021-11-28\nopening: 06:00\n---\n")
    (tmp_path / "s.csv").write_bytes(csv_of([("ID", "Closing"), ("034-013", "07:00")]))
    assert run(tmp_path, "import", "s.csv", "--dry-run").code == 2
    assert run(tmp_path, "import", "s.csv", "--dry-run", "--content", str(past)).code == 0


def test_an_election_whose_facts_are_wrong_is_named_before_anything_is_imported(content: Path, tmp_path: Path) -> None:
    file = tmp_path / "s.csv"
    file.write_bytes(csv_of([("ID", "Closing"), ("034-013", "20:00")]))
    (tmp_path / "pollcast.toml").write_text("[election]\n")
    assert refused(tmp_path, "import", file.name)[0].startswith("pollcast.toml:1: election.")


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize(
    ("headings", "cells", "messages"), [case[1:] for case in HEADS], ids=[case[0] for case in HEADS]
)
def test_wrong_columns_are_named(
    kind: str, headings: Sequence[object], cells: Sequence[object], messages: list[str], content: Path, tmp_path: Path
) -> None:
    file = tmp_path / f"s.{kind}"
    file.write_bytes(csv_of([headings, cells], "|") if kind == "csv" else xlsx_of([headings, cells]))
    found = said(file, content)
    assert found == [f"s.{kind}:{'' if message[0].isdigit() else ' '}{message}" for message in messages]


HEAD = ";".join(HEADINGS).encode()
FIRST = b"\n34;12;Bir;One;\xd0\x9e;A;B;C\n"

TEXT_FILES: list[tuple[str, bytes, str]] = [
    ("empty", b"", " is empty; the first row holds the names of the columns."),
    ("only a byte order mark", b"\xef\xbb\xbf", " is empty; the first row holds the names of the columns."),
    ("only blank lines", b"\n\n \n", " is empty; the first row holds the names of the columns."),
    ("only separators", b";;;\n;;;\n", " is empty; the first row holds the names of the columns."),
    ("zero bytes", b"Constituency;Station\n34;1\0002\n", "2: is not a text file; save the sheet as CSV or XLSX."),
    ("UTF-16 without a mark", "Constituency;Station\n34;12\n".encode("utf-16-le"), "1: is not a text file; save the sheet as CSV or XLSX."),
    ("UTF-16 cut off", b"\xff\xfeC\0o\0", "1: does not say which stations these are; add the columns Constituency and Station."),
    ("UTF-16 with half a character", b"\xff\xfeC\0o\0x", "1: is not UTF-16; save it as UTF-8, or name its encoding by --encoding."),
    ("UTF-8 with a wrong byte", b"\xef\xbb\xbfConstituency;Station\n34;\xff\n", "2: is not UTF-8; save it as UTF-8, or name its encoding by --encoding."),
    ("of an encoding that cannot be told", b"Constituency;Station\n34;\xff\n", " is neither UTF-8 nor clearly Windows-1251 or Windows-1254; name its encoding by --encoding."),
    ("a quote without an end", HEAD + b'\n34;12;"Bir;One;;A;;\n35;12;A;;;B;;\n', "2: a double quote that begins here has no end; add the closing one, or double a quote within a text."),
    ("a quote without an end, later", HEAD + FIRST + b'34;13;"Bir\n', "3: a double quote that begins here has no end; add the closing one, or double a quote within a text."),
    ("text behind a quote", HEAD + b'\n34;12;"Bir" x;One;;A;;\n', "2: something stands behind a closing double quote; a quote within a text is written twice."),
    ("a quote within quotes", HEAD + b'\n34;12;"Bir "a" b";One;;A;;\n', "2: something stands behind a closing double quote; a quote within a text is written twice."),
    ("a cell without bounds", HEAD + b"\n34;12;" + b"x" * 140_000 + b";;;A;;\n", "2: a cell is longer than 131072 characters; is a closing double quote missing?"),
    ("too few cells", HEAD + b"\n34;12;Bir\n", "2: has 3 of 8 cells; is a semicolon missing?"),
    ("too few cells, with commas", b"Constituency,Station,Name\n34,12\n", "2: has 2 of 3 cells; is a comma missing?"),
    ("too few cells, with tabs", b"Constituency\tStation\tName\n34\t12\n", "2: has 2 of 3 cells; is a tab missing?"),
    ("too few cells, with bars", b"Constituency|Station|Name\n34|12\n", "2: has 2 of 3 cells; is a vertical bar missing?"),
    ("too many cells", HEAD + b"\n34;12;Bir;One;;A;;;Baku\n", "2: has 9 cells instead of 8; put a text that holds a semicolon in double quotes."),
    ("too many cells, with commas", b"Constituency,Station,Address\n34,12,A street, 3\n", "2: has 4 cells instead of 3; put a text that holds a comma in double quotes."),
    ("two separators", b"Constituency;Station;Name\n34,12,Bir\n", "2: has 1 of 3 cells; is a semicolon missing?"),
    ("a last line cut off", HEAD + FIRST + b"34;13;Ik", "3: has 3 of 8 cells; is a semicolon missing?"),
    ("a formula", HEAD + b"\n34;12;=1+1;One;;A;;\n", "2: Name (az): begins with =, as a formula does, and formulas are not calculated; write the value, or an apostrophe before a text that begins so."),
    ("a formula for the number", HEAD + b"\n=30+4;12;Bir;One;;A;;\n", "2: Constituency: begins with =, as a formula does, and formulas are not calculated; write the value, or an apostrophe before a text that begins so."),
    ("a command as a formula", HEAD + b"\n34;12;\"=cmd|' /C calc'!A0\";One;;A;;\n", "2: Name (az): begins with =, as a formula does, and formulas are not calculated; write the value, or an apostrophe before a text that begins so."),
    ("a formula as a heading", b"Constituency;Station;=A1\n34;12;x\n", "1: column 3: begins with =, as a formula does, and formulas are not calculated; write the value, or an apostrophe before a text that begins so."),
    ("a line break in a cell", HEAD + b'\n34;12;"Bir\niki";One;;A;;\n', f"2: Name (az): {UNSEEN}"),
    ("the line of a fault below a line break", HEAD + b'\n34;12;Bir;"\n";;A;;\n34;0;Bir;;;A;;\n', f"4: Station: {STATION} '0'."),
    ("a station twice", HEAD + FIRST + b"034;012;Iki;;;B;;\n", "3: Constituency: 034-012 is already in line 2; keep one of them."),
    ("lost letters", "Constituency;Station;Ad;Ünvan\n34;12;M?nt?q? binası;Küç?\n".encode("cp1254"), "2: Ad: holds ? within a word: a letter such as ə was lost when the sheet was saved; save it as UTF-8 or as XLSX."),
    ("HTML", b"<html><body><table><tr><td>34</td></tr></table></body></html>", "1: does not say which stations these are; add the columns Constituency and Station."),
    ("JSON", b'[{"constituency": 34, "station": 12}]', "1: does not say which stations these are; add the columns Constituency and Station."),
    ("a workbook called CSV", xlsx_of([HEADINGS, ROW]), " is not CSV but a workbook; let its name end in .xlsx."),
    ("an old workbook called CSV", bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600), " is not CSV but a workbook; let its name end in .xlsx."),
    ("too many columns", b"Constituency;Station" + b";x" * 101 + b"\n", "1: has more than 100 columns; delete those that are not needed."),
    ("too many rows", HEAD + b"\n" + b"34;12;;;;;;\n" * 501, "502: has more than 500 rows; split the sheet."),
]  # fmt: skip


@pytest.mark.parametrize(("body", "message"), [case[1:] for case in TEXT_FILES], ids=[case[0] for case in TEXT_FILES])
def test_a_wrong_text_file_is_refused(body: bytes, message: str, content: Path, tmp_path: Path) -> None:
    file = tmp_path / "s.csv"
    file.write_bytes(body)
    # HTML and JSON are also a column of a wrong name, which comes first.
    assert said(file, content)[-1] == f"s.csv:{message}"


FORMULA = "holds a formula, and formulas are not calculated; copy the cell and paste its value in its place."
DATE = "was turned into a date; format the column as text and type it again."
NOT_OURS = " is not a workbook that a spreadsheet program wrote; save it again as .xlsx."
DAMAGED = " is damaged, or is not a workbook; save it again as an Excel workbook (.xlsx)."
GOOD = xlsx_of([HEADINGS, ROW])
TYPES = "[Content_Types].xml"
SHEET = "xl/worksheets/sheet1.xml"
FAR_LARGER = " is far larger than a sheet of stations; copy the rows into a new workbook, or save as CSV."
NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def sheet_xml(rows: str) -> bytes:
    """Return the part of a sheet whose first row says which station, and its name."""
    heads = "".join(f'<c t="inlineStr"><is><t>{text}</t></is></c>' for text in ("Constituency", "Station", "Name"))
    return f'<worksheet xmlns="{NAMESPACE}"><sheetData><row>{heads}</row>{rows}</sheetData></worksheet>'.encode()


def with_rows(rows: str) -> bytes:
    return with_parts(GOOD, {SHEET: sheet_xml(rows)})


VALUES: list[tuple[str, object, str]] = [
    ("a formula", "=1+1", FORMULA),
    ("a formula that calls out", '=WEBSERVICE("http://example.com")', FORMULA),
    ("a formula for a link", '=HYPERLINK("http://example.com","x")', FORMULA),
    ("a command as a formula", "=cmd|' /C calc'!A0", FORMULA),
    ("a date", datetime.date(2026, 11, 29), DATE),
    ("a moment", datetime.datetime(2026, 11, 29, 8, 0), DATE),  # noqa: DTZ001 - as spreadsheets have them
    ("a duration", datetime.timedelta(hours=30), DATE),
    ("a time with seconds", datetime.time(8, 0, 30), DATE),
    ("true", True, "holds a truth value; write a text."),
    ("false", False, "holds a truth value; write a text."),
    ("an error", "#REF!", "holds the error #REF!; write the value."),
    ("a value not available", "#N/A", "holds the error #N/A; write the value."),
    ("a line break", "Bir\niki", UNSEEN),
    ("a tab", "Bir\tiki", UNSEEN),
]


@pytest.mark.parametrize("column", ["az", "aru"])
@pytest.mark.parametrize(("value", "message"), [case[1:] for case in VALUES], ids=[case[0] for case in VALUES])
def test_a_cell_of_a_workbook_that_is_no_text_is_named(
    value: object, message: str, column: str, content: Path, tmp_path: Path
) -> None:
    file = tmp_path / "s.xlsx"
    file.write_bytes(xlsx_of([HEADINGS, row(**{column: value})]))
    heading = {"az": "Name (az)", "aru": "Address (ru)"}[column]
    assert said(file, content) == [f"s.xlsx:2: {heading}: {message}"]


def test_a_number_that_became_a_date_is_named(content: Path, tmp_path: Path) -> None:
    file = tmp_path / "s.xlsx"
    file.write_bytes(xlsx_of([("ID", "Name"), (datetime.date(2026, 12, 34 - 22), "A")]))
    assert said(file, content) == [f"s.xlsx:2: ID: {DATE}"]


OLD = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600)
LAUGHS = (
    b"<!DOCTYPE a ["
    + b"".join(f'<!ENTITY x{number + 1} "{f"&x{number};" * 10}">'.encode() for number in range(9))
    + b"]><a>&x9;</a>"
)


def archive(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as new:
        for name, content in parts.items():
            new.writestr(name, content)
    return out.getvalue()


def encrypted_archive() -> bytes:
    """Return an archive whose parts are marked as encrypted, in both of its lists of parts."""
    body = bytearray(archive({TYPES: b"x"}))
    body[6] |= 1
    body[body.index(b"PK\x01\x02") + 8] |= 1
    return bytes(body)


def wrong_checksum() -> bytes:
    """Return a workbook in whose sheet one letter was changed after it was packed."""
    stored = archive({TYPES: b"<Types/>", SHEET: sheet_xml("")})
    return stored.replace(b"Station</t>", b"Sration</t>")


WORKBOOKS: list[tuple[str, Callable[[], bytes], str]] = [
    ("empty", lambda: b"", DAMAGED),
    ("text", lambda: csv_of([HEADINGS, ROW]), DAMAGED),
    ("cut off", lambda: GOOD[: len(GOOD) // 2], DAMAGED),
    ("without its end", lambda: GOOD[:-22], DAMAGED),
    ("only the beginning of an archive", lambda: b"PK\x03\x04", DAMAGED),
    ("a picture", lambda: b"\x89PNG\r\n\x1a\n" + bytes(100), DAMAGED),
    ("an old workbook", lambda: OLD, " is in Excel's old format (.xls); save it as an Excel workbook (.xlsx)."),
    ("encrypted", lambda: OLD + "EncryptedPackage".encode("utf-16-le"), " is protected by a password; remove it in the spreadsheet program and save again."),
    ("an encrypted archive", encrypted_archive, " is protected by a password; remove it in the spreadsheet program and save again."),
    ("OpenDocument", lambda: archive({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b"<a/>"}), " is an OpenDocument file; save it as an Excel workbook (.xlsx) or as CSV."),
    ("an archive of CSV", lambda: archive({"stations.csv": b"x"}), " is a ZIP file and no workbook; save the sheet as an Excel workbook (.xlsx)."),
    ("an empty archive", lambda: archive({}), " is a ZIP file and no workbook; save the sheet as an Excel workbook (.xlsx)."),
    ("a text document", lambda: archive({TYPES: b"<Types/>", "word/document.xml": b"<a/>"}), DAMAGED),
    ("too many parts", lambda: archive({TYPES: b"<Types/>", **{f"xl/{number}.xml": b"<a/>" for number in range(500)}}), NOT_OURS),
    ("parts of the same name", lambda: archive({TYPES: b"<Types/>", "xl/A.xml": b"<a/>", "xl/a.xml": b"<a/>"}), NOT_OURS),
    ("macros", lambda: with_parts(GOOD, {"xl/vbaProject.bin": b"x"}), " holds macros, which are programs; save it as a workbook without them (.xlsx)."),
    ("old macros", lambda: with_parts(GOOD, {"xl/macrosheets/sheet1.xml": b"<a/>"}), " holds macros, which are programs; save it as a workbook without them (.xlsx)."),
    ("binary", lambda: with_parts(GOOD, {"xl/worksheets/sheet1.bin": b"x"}), " is a binary workbook (.xlsb); save it as an Excel workbook (.xlsx)."),
    ("links to other files", lambda: with_parts(GOOD, {"xl/externalLinks/externalLink1.xml": b"<a/>"}), " takes values from other files; break these links (Data, Edit Links) and save again."),
    ("a bomb", lambda: with_parts(GOOD, {"xl/media/image1.png": bytes(2**20)}), " unpacks to more than 1 MB; copy the sheet into a new workbook."),
    ("entities", lambda: with_parts(GOOD, {SHEET: b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'}), NOT_OURS),
    ("an entity from a file", lambda: with_parts(GOOD, {"xl/styles.xml": b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'}), NOT_OURS),
    ("a document type elsewhere", lambda: with_parts(GOOD, {SHEET: b'<!DOCTYPE a SYSTEM "http://example.com/a.dtd"><a/>'}), NOT_OURS),
    ("a billion laughs", lambda: with_parts(GOOD, {"xl/workbook.xml": LAUGHS}), NOT_OURS),
    ("parts in UTF-16", lambda: with_parts(GOOD, {SHEET: b'<?xml version="1.0" encoding="UTF-16"?><a/>'}), NOT_OURS),
    ("parts in UTF-7", lambda: with_parts(GOOD, {SHEET: b"<?xml version='1.0' encoding='utf-7'?><a/>"}), NOT_OURS),
    ("a part with UTF-16's mark", lambda: with_parts(GOOD, {SHEET: "<a/>".encode("utf-16")}), " is empty; the first row holds the names of the columns."),
    ("a part cut off", lambda: with_parts(GOOD, {SHEET: sheet_xml("")[:-20]}), f" is damaged in {SHEET}; save it again as an Excel workbook (.xlsx)."),
    ("an empty part", lambda: with_parts(GOOD, {SHEET: b""}), f" is damaged in {SHEET}; save it again as an Excel workbook (.xlsx)."),
    ("a part with a wrong checksum", wrong_checksum, DAMAGED),
    ("no sheet at all", lambda: changed_zip(GOOD, lambda name, content: None if name == SHEET else content), " has several sheets (); name one by --sheet."),
    ("no workbook part", lambda: changed_zip(GOOD, lambda name, content: None if name == "xl/workbook.xml" else content), DAMAGED),
    ("empty sheet", lambda: xlsx_of([]), " is empty; the first row holds the names of the columns."),
    ("several sheets", lambda: xlsx_of([HEADINGS, ROW], "Vərəq1", B=[("x",)]), " has several sheets (Vərəq1, B); name one by --sheet."),
    ("two of the usual name", lambda: xlsx_of([HEADINGS, ROW], "Stations", Участки=[("x",)]), " has several sheets (Stations, Участки); name one by --sheet."),
    ("a number without digits", lambda: with_rows("<row><c><v>34</v></c><c><v>x</v></c></row>"), DAMAGED),
    ("a text that is not in the table", lambda: with_rows('<row><c t="s"><v>99</v></c></row>'), DAMAGED),
    ("a cell at no place", lambda: with_rows('<row><c r="34"><v>34</v></c></row>'), DAMAGED),
    ("a row of no number", lambda: with_rows('<row r="x"><c><v>34</v></c></row>'), DAMAGED),
    ("a number of a million digits", lambda: with_rows(f"<row><c><v>{'9' * 10_000}</v></c></row>"), DAMAGED),
    ("an infinite number", lambda: with_rows("<row><c><v>1e999</v></c><c><v>12</v></c><c><v>1</v></c></row>"), f"2: Constituency: {CONSTITUENCY} 'inf'."),
    ("a row far below", lambda: with_rows('<row r="99999999"><c><v>34</v></c></row>'), " is far larger than a sheet of stations; delete the empty rows and columns around it."),
    ("a cell far to the right", lambda: with_rows('<row r="2"><c r="XFD2"><v>34</v></c></row>'), "2: has more than 100 columns; delete those that are not needed."),
    ("a row without an end", lambda: with_rows("<row>" + "<c/>" * 1_001 + "</row>"), FAR_LARGER),
    ("far too many columns", lambda: with_rows('<row><c r="XFD2"/></row>' * 7), " is far larger than a sheet of stations; delete the empty rows and columns around it."),
    ("far too many settings", lambda: with_parts(GOOD, {"xl/styles.xml": b"<a>" + b"<b/>" * 2_001 + b"</a>"}), FAR_LARGER),
    ("far too many rows", lambda: with_rows("<row/>" * 50_000), FAR_LARGER),
    ("too many rows", lambda: with_rows("<row><c><v>1</v></c></row>" * 501), "502: has more than 500 rows; split the sheet."),
]  # fmt: skip


@pytest.mark.parametrize(("make", "message"), [case[1:] for case in WORKBOOKS], ids=[case[0] for case in WORKBOOKS])
def test_a_wrong_workbook_is_refused(make: Callable[[], bytes], message: str, content: Path, tmp_path: Path) -> None:
    file = tmp_path / "s.xlsx"
    file.write_bytes(make())
    assert said(file, content) == [f"s.xlsx:{message}"]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("s.xls", "is in Excel's old format (.xls); save it as an Excel workbook (.xlsx)."),
        ("s.xlsm", "may hold macros, which are programs; save it as a workbook without them (.xlsx)."),
        ("s.xltm", "may hold macros, which are programs; save it as a workbook without them (.xlsx)."),
        ("s.XLSB", "is a binary workbook (.xlsb); save it as an Excel workbook (.xlsx)."),
        ("s.ods", "is an OpenDocument file; save it as an Excel workbook (.xlsx) or as CSV."),
        ("s.numbers", "is a Numbers file; export it as an Excel workbook (.xlsx) or as CSV."),
        ("s.pdf", "is neither CSV nor an Excel workbook by its name; it ends in .csv or .xlsx."),
        ("stations", "is neither CSV nor an Excel workbook by its name; it ends in .csv or .xlsx."),
    ],
)
def test_a_file_of_another_kind_is_refused_by_its_name(name: str, message: str, content: Path, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(GOOD)
    assert said(tmp_path / name, content) == [f"{name}: {message}"]
