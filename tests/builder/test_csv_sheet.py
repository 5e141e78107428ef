"""CSV in every way that spreadsheet programs write it is read as the same sheet; what is written is read back."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.csv_sheet import SEPARATORS, read_csv, write_csv
from builder.sheet import Draft, Heading, Sheet, Unusable
from election.errors import InputError

FILE = Path("s.csv")
AZERBAIJANI = 'Dairə;Məntəqə;Ad (az)\n34;12;"Şəhər; ""İşıq"" məktəbi"\n'
RUSSIAN = "Округ;Участок;Название (ru)\n34;12;Школа № 5\n"
TURKISH = "Constituency;Station;Ünvan\n34;12;Göyçay, Işıqlı döngə\n".replace("ə", "e")


def cells(sheet: Sheet) -> list[tuple[object, ...]]:
    return [sheet.headings.cells, *(row.cells for row in sheet.rows)]


@pytest.mark.parametrize("separator", SEPARATORS)
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_separators_line_ends_and_encodings_are_found_out(separator: str, newline: str, encoding: str) -> None:
    text = AZERBAIJANI.replace('"Şəhər; ""İşıq"" məktəbi"', '"Şəhər; ""İşıq"""')
    text = text.replace(";", separator).replace("\n", newline)
    mark = "\ufeff" if encoding in {"utf-16-le", "utf-16-be"} else ""
    sheet = read_csv((mark + text).encode(encoding), FILE)
    assert cells(sheet) == [("Dairə", "Məntəqə", "Ad (az)"), ("34", "12", f'Şəhər{separator} "İşıq"')]
    assert (sheet.headings.line, sheet.rows[0].line, sheet.notices) == (1, 2, ())


@pytest.mark.parametrize(
    ("text", "encoding", "notice"),
    [
        (RUSSIAN, "cp1251", "is not UTF-8 and was read as Windows-1251; look whether the letters are right."),
        (
            TURKISH,
            "cp1254",
            "is not UTF-8 and was read as Windows-1254; look whether the letters are right. That encoding has no ə.",
        ),
    ],
)
def test_windows_encodings_are_told_apart_and_people_are_asked_to_look(text: str, encoding: str, notice: str) -> None:
    sheet = read_csv(text.encode(encoding), FILE)
    assert cells(sheet) == [tuple(line.split(";")) for line in text.splitlines()]
    assert sheet.notices == (notice,)


@pytest.mark.parametrize(("name", "codec"), [("windows-1251", "cp1251"), ("windows-1254", "cp1254")])
def test_an_encoding_that_is_named_is_taken(name: str, codec: str) -> None:
    body = b"ID;Name\n034-012;\xfe\n"
    with pytest.raises(InputError):
        read_csv(body, FILE)
    assert read_csv(body, FILE, name).rows[0].cells == ("034-012", b"\xfe".decode(codec))


@pytest.mark.parametrize("separator", SEPARATORS)
def test_the_line_by_which_excel_names_the_separator_is_understood(separator: str) -> None:
    sheet = read_csv(f"sep={separator}\r\nID{separator}Name\r\n034-012{separator}A\r\n".encode(), FILE)
    assert cells(sheet) == [("ID", "Name"), ("034-012", "A")]
    assert [sheet.headings.line, sheet.rows[0].line] == [2, 3]


def test_blank_lines_are_passed_over_and_lines_are_counted_as_an_editor_shows_them() -> None:
    sheet = read_csv(b'\n;;\nID;Name;\n\n034-012;"two\nlines";\n;;\n034-013; B ;\n', FILE)
    assert [(row.line, row.cells) for row in (sheet.headings, *sheet.rows)] == [
        (3, ("ID", "Name", "")),
        (5, ("034-012", "two\nlines", "")),
        (8, ("034-013", "B", "")),
    ]


def test_a_hard_space_is_a_space_and_a_bare_formula_is_none() -> None:
    sheet = read_csv("ID;Name\n1 250;\xa0A\xa0B\n =x;'=x\n".replace("1 250", "1\xa0250").encode(), FILE)
    assert [row.cells[1] for row in sheet.rows] == ["A B", "=x"]
    assert sheet.rows[0].cells[0] == "1 250"
    assert isinstance(sheet.rows[1].cells[0], Unusable)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+994", "'+994"),
        ("-5", "'-5"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("＝1", "'＝1"),
        ("'=1", "''=1"),
        ("''@", "'''@"),
        ("'Ümid'", "'Ümid'"),
        ("a=1", "a=1"),
        ("", ""),
    ],
)
def test_no_cell_that_is_written_is_a_formula(text: str, written: str) -> None:
    body = write_csv(Draft(title="", headings=(Heading(text="ID", help=""),) * 2, rows=[["x", text]]))
    assert body == f"\ufeffID;ID\r\nx;{written}\r\n".encode()
    assert read_csv(body, FILE).rows[0].cells == ("x", text)


line = st.text(st.characters(exclude_categories=["C", "Z"], include_characters=" "), max_size=20).map(str.strip)
odd = st.text("'\"=+-@;,|a ＝ə№\\", max_size=6).map(str.strip)


@given(st.lists(st.lists(line | odd, min_size=3, max_size=3), max_size=5), st.sampled_from(sorted(SEPARATORS)))
def test_whatever_is_written_is_read_back(rows: list[list[str]], separator: str) -> None:
    heads = tuple(Heading(text=text, help="") for text in ("ID", "Name", "Address"))
    sheet = read_csv(write_csv(Draft(title="", headings=heads, rows=rows), separator), FILE)
    assert [row.cells for row in sheet.rows] == [tuple(row) for row in rows if any(row)]
