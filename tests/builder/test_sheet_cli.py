"""`pollcast import` and `export`, as typed, and what they say."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from builder.sheet_cli import SHOWN_STATIONS
from election.errors import UsageError
from tests.builder.sheets import csv_of, export_sheet, import_sheet, tree
from tests.builder.test_cli import pollcast


def test_a_sheet_is_exported_looked_at_and_imported(content: Path, tmp_path: Path) -> None:
    wrote = pollcast("export", "s.csv", "--language", "ru", "--separator", "tab", folder=tmp_path)
    assert (wrote.returncode, wrote.stdout, wrote.stderr) == (0, "Участков записано в s.csv: 6.\n", "")
    sheet = tmp_path / "s.csv"
    assert sheet.read_text(encoding="utf-8-sig").startswith("Округ\tУчасток\tНазвание (az)\t")
    sheet.write_bytes(sheet.read_bytes().replace(b"Sample: School No. 1", b"School No. 1"))
    before = tree(content)
    looked = pollcast("import", "s.csv", "--dry-run", folder=tmp_path)
    assert (looked.returncode, looked.stderr) == (0, "")
    assert looked.stdout == (
        "034-012 changed: content/stations/034/034-012.md\n"
        "    Название (en):\n"
        "      - Sample: School No. 1\n"
        "      + School No. 1\n"
        "\n"
        "Stations: 0 added, 1 changed, 0 removed, 5 unchanged. Nothing was written: this was a dry run.\n"
    )
    assert tree(content) == before
    done = pollcast("import", "s.csv", folder=tmp_path)
    assert (done.returncode, done.stdout.splitlines()[-1]) == (
        0,
        "Stations: 0 added, 1 changed, 0 removed, 5 unchanged.",
    )
    assert (content / "stations/034/034-012.md").read_text().count('en: "School No. 1"') == 1


def test_a_wrong_sheet_ends_with_code_2_for_people_and_for_programs(content: Path, tmp_path: Path) -> None:
    (tmp_path / "s.csv").write_bytes(csv_of([("ID", "Name (en)"), ("034-012", "A"), ("x", "B")]))
    before = tree(content)
    message = "a station id is three digits, a hyphen, three digits, such as 034-012, not 'x'."
    told = pollcast("import", "s.csv", folder=tmp_path)
    assert (told.returncode, told.stdout, told.stderr) == (2, "", f"s.csv:3: ID: {message}\n")
    told = pollcast("import", "s.csv", "--json", folder=tmp_path)
    assert (told.returncode, told.stderr) == (2, "")
    assert json.loads(told.stdout) == {
        "written": False,
        "faults": [{"file": "s.csv", "line": 3, "field": "ID", "message": message}],
    }
    assert tree(content) == before


def test_an_import_speaks_azerbaijani_and_russian(content: Path, tmp_path: Path) -> None:
    rows = [("Dairə", "Məntəqə", "Ad (az)", "Ünvan"), ("34", "12", "Bir", ""), ("34", "16", "Yeni", "Küçə 1")]
    (tmp_path / "s.csv").write_bytes(csv_of(rows))
    told = pollcast("import", "s.csv", "--dry-run", "--language", "az", folder=tmp_path)
    assert (told.returncode, told.stderr) == (0, "")
    assert told.stdout == (
        "034-012 dəyişir: content/stations/034/034-012.md\n"
        "    Ad (az):\n"
        "      - Nümunə: 1 nömrəli məktəb\n"
        "      + Bir\n"
        "034-016 əlavə olunur: content/stations/034/034-016.md\n"
        "    Ad (az): Yeni\n"
        "    Ünvan: Küçə 1\n"
        "\n"
        "1 boş xananın səhifədə qiyməti var, o qalır; silmək üçün --clear yazın.\n"
        "Cədvəldə yoxdur, saxlanıldı: 034-013. Silmək üçün --remove yazın.\n"
        "Məntəqələr: əlavə olunacaq 1, dəyişəcək 1, silinəcək 0, dəyişmir 0. Heç nə yazılmadı: bu, sınaq idi.\n"
    )
    (tmp_path / "s.csv").write_bytes(csv_of([("Код", "Название"), ("34", "А")]))
    told = pollcast("import", "s.csv", "--language", "ru", "--json", folder=tmp_path)
    message = "код участка — три цифры, дефис, три цифры, например 034-012, а не '34'."
    assert (told.returncode, json.loads(told.stdout)["faults"][0]["message"]) == (2, message)
    told = pollcast("import", "s.csv", "--language", "ru", "--encoding", "koi8-r", folder=tmp_path)
    assert (told.returncode, told.stderr.partition(";")[0]) == (2, "--encoding: нет кодировки koi8-r")


def test_an_export_speaks_the_language_of_its_columns(
    content: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "s.csv"
    export_sheet(file, content, empty=True, language="az")
    assert capsys.readouterr().out == f"Doldurmaq üçün boş cədvəl yazıldı: {file}.\n"
    with pytest.raises(UsageError, match=r"s\.csv уже есть; назовите другой файл или замените его"):
        export_sheet(file, content, language="ru")


def test_what_is_left_alone_is_said(content: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (content / "constituencies/040.md").write_text((content / "constituencies/034.md").read_text())
    file = tmp_path / "s.csv"
    heads = ("ID", "Ad", "Name (en)", "Address", "Internal remark")
    rows = [
        ("034-012", "Bir", "", "", "Nümunə: bu sətir idxal olunmur"),
        ("034-013", "", "", "", ""),
        ("040-001", "Ad", "", "A", ""),
    ]
    file.write_bytes(csv_of([heads, *rows]))
    import_sheet(file, content, dry_run=True)
    assert capsys.readouterr().out == (
        f"040-001 added: {content}/stations/040/040-001.md\n"
        "    Ad: Ad\n"
        "    Address: A\n"
        "\n"
        "Left out, as an example: line 2.\n"
        "3 cells are empty where a page says something, and that stays; --clear deletes it.\n"
        "Not in the sheet, and kept: 034-012. --remove deletes them.\n"
        "Constituencies that had no station before: 040.\n"
        "Stations: 1 added, 0 changed, 0 removed, 1 unchanged. Nothing was written: this was a dry run.\n"
    )


def test_an_import_shows_the_first_changes_and_a_dry_run_all(
    content: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "s.csv"
    rows = [(f"036-{number:03d}", "Ad", "Ünvan") for number in range(100, 100 + SHOWN_STATIONS + 5)]
    file.write_bytes(csv_of([("ID", "Name", "Address"), *rows]))
    import_sheet(file, content, dry_run=True)
    assert capsys.readouterr().out.count(" added: ") == SHOWN_STATIONS + 5
    import_sheet(file, content)
    said = capsys.readouterr().out
    assert said.count(" added: ") == SHOWN_STATIONS
    assert "… and 5 more; --dry-run shows all, before an import.\n" in said
    assert "Not in the sheet, and kept: 036-012, 036-013. --remove deletes them.\n" in said


def test_an_old_encoding_is_named_and_a_column_left_out(content: Path, tmp_path: Path) -> None:
    text = "Код;Название (ru);Телефон\n034-012;Школа № 5;123\n"
    (tmp_path / "s.csv").write_bytes(text.encode("cp1251"))
    told = pollcast("import", "s.csv", "--skip-column", "телефон", folder=tmp_path)
    assert told.returncode == 0, told.stderr
    assert told.stderr == (
        "warning: s.csv: is not UTF-8 and was read as Windows-1251; look whether the letters are right.\n"
    )
    assert 'ru: "Школа № 5"' in (content / "stations/034/034-012.md").read_text()


def test_a_file_that_is_there_is_replaced_only_when_asked(content: Path, tmp_path: Path) -> None:
    file = tmp_path / "s.xlsx"
    file.write_bytes(b"mine")
    with pytest.raises(UsageError, match=r"s\.xlsx exists; name another file, or replace it with --force\."):
        export_sheet(file, content)
    assert file.read_bytes() == b"mine"
    export_sheet(file, content, force=True)
    assert file.read_bytes().startswith(b"PK")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"language": "de"}, "--language: there is no de; it is az, en, ru."),
        ({"separator": "dot"}, "--separator: 'dot' is none; they are semicolon, comma, tab, bar."),
    ],
)
def test_an_option_that_is_wrong_is_named(options: dict[str, str], message: str, content: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError) as error:
        export_sheet(tmp_path / "s.csv", content, **options)
    assert str(error.value) == message
    assert not (tmp_path / "s.csv").exists()


def test_a_name_or_an_encoding_that_is_wrong_is_named(content: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"s\.ods: name a file that ends in \.csv or \.xlsx\."):
        export_sheet(tmp_path / "s.ods", content)
    with pytest.raises(UsageError, match="--encoding: there is no koi8-r; the encodings are utf-8, utf-16,"):
        import_sheet(tmp_path / "s.csv", content, encoding="koi8-r")
    told = pollcast("import", "s.csv", "--content", "nowhere", folder=tmp_path)
    assert (told.returncode, told.stderr) == (2, "nowhere: there is no such folder.\n")
    told = pollcast("import", "nothing.csv", folder=tmp_path)
    assert (told.returncode, told.stderr) == (2, "nothing.csv: there is no such file.\n")
