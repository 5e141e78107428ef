"""Workbooks are read as spreadsheet programs write them; what is written is read back, and helps whoever fills it."""

from __future__ import annotations

import datetime
import io
import zipfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builder.sheet import Draft, Heading, Rule
from builder.sheet_columns import COLUMNS, Kind
from builder.station_rows import read_rows
from builder.station_sheet import template
from builder.xlsx_sheet import read_xlsx, write_xlsx
from election.errors import InputError
from tests.builder.sheets import HEADINGS, changed_zip, with_parts, xlsx_of

FILE = Path("s.xlsx")


def test_numbers_texts_and_times_are_read_as_texts() -> None:
    rows = [("ID", "A", "B", "C"), (34, 34.0, 40.3777, datetime.time(8, 0)), (None, " x\xa0y ", "", 1e15)]
    sheet = read_xlsx(xlsx_of(rows), FILE)
    assert [row.cells for row in sheet.rows] == [("34", "34", "40.3777", "08:00"), ("", "x y", "", "1000000000000000")]


def test_rows_bear_the_numbers_a_spreadsheet_program_shows() -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet["B3"], sheet["B7"], sheet["D9"] = "ID", "034-012", "x"
    out = io.BytesIO()
    workbook.save(out)
    read = read_xlsx(out.getvalue(), FILE)
    assert [(row.line, row.cells) for row in (read.headings, *read.rows)] == [
        (3, ("", "ID")),
        (7, ("", "034-012")),
        (9, ("", "", "", "x")),
    ]


def test_the_size_a_sheet_claims_to_have_is_not_believed() -> None:
    body = changed_zip(xlsx_of([HEADINGS, (34, 12)]), lambda _, part: part.replace(b"A1:H2", b"A1:XFD1048576"))
    assert len(read_xlsx(body, FILE).rows) == 1


def test_a_sheet_is_taken_by_its_title_else_the_one_that_is_named_as_usual() -> None:
    body = xlsx_of([("ID", "Name"), ("034-012", "a")], "Vərəq", Məntəqələr=[("ID", "Name"), ("034-012", "b")])
    assert read_xlsx(body, FILE).rows[0].cells[1] == "b"
    assert read_xlsx(body, FILE, "Vərəq").rows[0].cells[1] == "a"
    with pytest.raises(InputError) as error:
        read_xlsx(body, FILE, "Other")
    assert str(error.value) == "s.xlsx: has no sheet called Other; it has Vərəq, Məntəqələr."


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "@x", "'=x", "_x0041_", "_x005F_x0041_", "x005F_", "a_x000A_b", "12", "<&>"]
)
def test_a_text_stays_the_text_it_is(text: str) -> None:
    draft = Draft(title="Stations", headings=(Heading(text="ID", help=""),), rows=[[text]])
    assert read_xlsx(write_xlsx(draft), FILE).rows[0].cells == (text,)


def test_a_text_that_another_program_escaped_is_read_as_it_was() -> None:
    body = xlsx_of([("ID",), ("034_x005F_x0041_",)])
    assert read_xlsx(body, FILE).rows[0].cells == ("034_x0041_",)


line = st.text(st.characters(exclude_categories=["C", "Z"], include_characters=" "), max_size=20).map(str.strip)
odd = st.text("=_x0451F'\"&<> ", max_size=9).map(str.strip)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(line | odd | st.integers(0, 999), min_size=2, max_size=2), max_size=8))
def test_whatever_is_written_is_read_back(rows: list[list[str | int]]) -> None:
    draft = Draft(title="Stations", headings=tuple(Heading(text=text, help="") for text in ("ID", "Name")), rows=rows)
    sheet = read_xlsx(write_xlsx(draft), FILE)
    assert [(*row.cells, "")[:2] for row in sheet.rows] == [
        tuple(map(str, row)) for row in rows if any(c != "" for c in row)
    ]


GOOD = xlsx_of([HEADINGS, (34, 12, "Bir", datetime.date(2026, 11, 29), True, 1.5, "=A1")])
with zipfile.ZipFile(io.BytesIO(GOOD)) as parts_of_it:
    PARTS = {part.filename: parts_of_it.read(part) for part in parts_of_it.infolist()}
PIECES = [
    b"<c>",
    b"</c>",
    b"<row/>",
    b'r="9"',
    b'r="ZZ0"',
    b't="s"',
    b't="d"',
    b"<f/>",
    b"<v>-1</v>",
    b"",
    b"\xff",
    b"9" * 30,
]


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """Return a workbook in one part of which something else stands in the place of some bytes."""
    name = draw(st.sampled_from(sorted(PARTS)))
    start = draw(st.integers(0, len(PARTS[name])))
    end = draw(st.integers(start, min(len(PARTS[name]), start + 40)))
    piece = draw(st.sampled_from(PIECES) | st.binary(max_size=12))
    return with_parts(GOOD, {name: PARTS[name][:start] + piece + PARTS[name][end:]})


@settings(max_examples=200, deadline=None)
@given(damaged() | st.binary(max_size=60).map(lambda tail: GOOD[: len(GOOD) // 2] + tail))
def test_nothing_but_the_documented_error_comes_out_of_a_damaged_workbook(body: bytes) -> None:
    try:
        sheet = read_xlsx(body, FILE)
    except InputError:
        return
    found = read_rows(sheet)
    assert found.rows or found.faults


@pytest.mark.parametrize(
    ("language", "titles", "first"),
    [
        ("az", ["Məntəqələr", "İzah"], "Dairə"),
        ("en", ["Stations", "Guide"], "Constituency"),
        ("ru", ["Участки", "Пояснения"], "Округ"),
    ],
)
def test_a_template_explains_its_columns_and_checks_what_is_typed(language: str, titles: list[str], first: str) -> None:
    workbook = openpyxl.load_workbook(io.BytesIO(write_xlsx(template(language))))
    assert workbook.sheetnames == titles
    sheet, guide = workbook.worksheets
    heads = [cell.value for cell in sheet[1]]
    assert heads == [column.headings[language] for column in COLUMNS if column.kind is not Kind.STATION]
    assert heads[0] == first
    assert [row[0].value for row in guide.iter_rows()] == heads
    assert all(len(str(row[1].value)) > 10 for row in guide.iter_rows())
    assert sheet.freeze_panes == "A2"
    assert sheet.max_row == 2
    assert all(cell.font.i for cell in sheet[2] if cell.value is not None)
    checked = {str(found.sqref): found for found in sheet.data_validations.dataValidation}
    constituency, name = checked["A2:A20000"], checked["C2:C20000"]
    assert (constituency.type, constituency.formula1, constituency.formula2) == ("whole", "1", "125")
    assert (name.type, name.formula1, name.formula2) == ("textLength", "0", "200")
    rules = [column for column in COLUMNS if column.kind is not Kind.STATION and column.rule is not Rule.ANYTHING]
    assert len(checked) == len(rules)
    assert all(found.prompt and found.error for found in checked.values())
    # Else a spreadsheet program turns 08:00 into a fraction of a day.
    assert sheet.column_dimensions["M"].number_format == "@"
