"""What an import changes, what it leaves alone, and that what was exported changes nothing."""

from __future__ import annotations

import contextlib
import io
import json
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builder.content import read_content
from builder.page_edit import New, new_page
from builder.station_import import Change
from builder.station_pages import Replacement, only_import, read_station_pages, write_pages
from builder.suspicions import mixed_words
from election.errors import InputError, MachineError
from election.places import LANGUAGES, Accessibility
from tests.builder.conftest import ROOT
from tests.builder.sheets import csv_of, export_sheet, import_sheet, planned, tree, xlsx_of

FIRST = "stations/034/034-012.md"
SECOND = "stations/034/034-013.md"


def sheet(folder: Path, *rows: tuple[object, ...], name: str = "s.csv") -> Path:
    file = folder / name
    file.write_bytes(csv_of(rows))
    return file


@pytest.mark.parametrize("place", ["constituencies", "stations"])
def test_a_file_in_the_place_of_a_folder_is_a_fault_of_imports_and_exports(content: Path, place: str) -> None:
    shutil.rmtree(content / place)
    (content / place).write_text("x")
    with pytest.raises(InputError) as error:
        read_station_pages(content)
    assert str(error.value) == f"{content / place}: cannot be read: Not a directory."


def test_a_changed_name_is_the_only_thing_that_changes(content: Path, tmp_path: Path) -> None:
    before = tree(content)
    import_sheet(sheet(tmp_path, ("ID", "Name (en)"), ("034-012", "School No. 2")), content)
    old = before[FIRST]
    assert old.count(b'en: "Sample: School No. 1"') == 1
    assert tree(content) == {**before, FIRST: old.replace(b'en: "Sample: School No. 1"', b'en: "School No. 2"')}


def test_a_new_station_gets_a_page_that_can_be_built(content: Path, tmp_path: Path) -> None:
    heads = ("Dairə", "Məntəqə", "Ad", "Ünvan", "Адрес (ru)", "Enlik", "Uzunluq", "Seçici sayı", "Əlçatanlıq", "Açılış")
    row = (36, 7, "Yeni", "Küçə 1", "Улица, 1", "40,5", "47.25", "1 250", "Panduz, жестовый язык, lift", "7:30")
    import_sheet(sheet(tmp_path, heads, row), content)
    assert (content / "stations/036/036-007.md").read_text() == (
        '---\nname:\n  az: "Yeni"\naddress:\n  az: "Küçə 1"\n  ru: "Улица, 1"\n'
        "coordinates:\n  lat: 40.5\n  lon: 47.25\n"
        'registered_voters: 1250\naccessibility: [ramp, lift, sign_language]\nopening: "07:30"\n---\n'
    )
    assert read_content(content).station_count == 7


def test_the_first_station_of_a_constituency_gets_its_folder(content: Path, tmp_path: Path) -> None:
    (content / "constituencies/040.md").write_text((content / "constituencies/034.md").read_text())
    import_sheet(sheet(tmp_path, ("ID", "Name", "Address"), ("40/1", "A", "B")), content)
    assert read_content(content).stations[40][0].station.id == "040-001"


def test_an_empty_cell_and_a_missing_column_say_nothing_unless_asked(content: Path, tmp_path: Path) -> None:
    file = sheet(tmp_path, ("ID", "Name (en)", "Address (ru)"), ("034-012", "", "Улица"))
    plan = planned(file, content)
    assert [[change.field for change in page.fields] for page in plan.changes] == [["address.ru"]]
    assert plan.kept_fields == 1
    cleared = planned(file, content, clear=True)
    assert [(change.field, change.after) for change in cleared.changes[0].fields] == [
        ("name.en", ""),
        ("address.ru", "Улица"),
    ]
    import_sheet(file, content, clear=True)
    assert 'en: "Sample: School' not in (content / FIRST).read_text()


def test_a_field_that_must_be_there_is_not_cleared(content: Path, tmp_path: Path) -> None:
    file = sheet(tmp_path, ("ID", "Name"), ("034-012", ""))
    with pytest.raises(InputError) as error:
        planned(file, content, clear=True)
    assert str(error.value) == f"{file}:2: Name: is missing; add it."


def test_a_row_that_is_empty_but_for_its_id_is_a_fault_where_fields_are_cleared(content: Path, tmp_path: Path) -> None:
    page = "---\nname: { az: A }\naddress: { az: B }\nregistered_voters: 850\n---\n"
    (content / SECOND).write_text(page)
    heads = ("ID", "Name", "Address", "Latitude", "Longitude", "Registered voters", "Accessibility", "Opening")
    file = sheet(tmp_path, heads, ("034-013", "A", "B", "", "", "", "", ""))
    import_sheet(file, content, clear=True)
    assert (content / SECOND).read_text() == page.replace("registered_voters: 850\n", "")
    (content / SECOND).write_text(page)
    file = sheet(tmp_path, heads, ("034-013", *[""] * 7))
    with pytest.raises(InputError) as error:
        import_sheet(file, content, clear=True)
    assert str(error.value) == f"{file}:2: Name: is missing; add it.\n{file}:2: Address: is missing; add it."


def test_a_secret_that_a_page_has_told_can_be_taken_out_and_is_not_repeated(
    content: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = '---\nname: { az: "Bаkı", en: "password: hunter2" }\naddress: { az: B }\n---\n'
    (content / SECOND).write_text(page)
    file = sheet(tmp_path, ("ID", "Name", "Name (en)"), ("034-013", "Bаkı", "School"))
    import_sheet(file, content, dry_run=True, as_json=True)
    import_sheet(file, content)
    assert (content / SECOND).read_text() == page.replace("password: hunter2", "School")
    told = capsys.readouterr().out
    assert "    Name (en):\n      - ***\n      + School\n" in told
    assert "hunter2" not in told


def test_remarks_in_a_list_stay_whatever_the_order_of_the_words(content: Path, tmp_path: Path) -> None:
    page = (
        "---\nname: { az: A }\naddress: { az: B }\naccessibility:\n"
        "  - magnifier\n  - ramp  # rebuilt in May\n  # asked Leyla\n  - lift\n---\n"
    )
    (content / SECOND).write_text(page)
    heads = ("ID", "Accessibility")
    import_sheet(sheet(tmp_path, heads, ("034-013", "lift, ramp, magnifier")), content)
    assert (content / SECOND).read_text() == page
    import_sheet(sheet(tmp_path, heads, ("034-013", "step_free_entrance, ramp, magnifier")), content)
    assert (content / SECOND).read_text() == page.replace("  - lift\n", "  - step_free_entrance\n")
    in_brackets = page.replace("\n  - magnifier\n  - ramp  #", " [magnifier, ramp,  #").replace("  - lift", "  lift]")
    (content / SECOND).write_text(in_brackets)
    file = sheet(tmp_path, heads, ("034-013", "ramp"))
    with pytest.raises(InputError) as error:
        import_sheet(file, content)
    assert str(error.value) == (
        f"{file}:2: Accessibility: cannot be changed in the way {content / SECOND} is written; change it there by hand."
    )
    assert (content / SECOND).read_text() == in_brackets


def test_stations_are_removed_only_when_asked_and_only_of_the_constituencies_of_the_sheet(
    content: Path, tmp_path: Path
) -> None:
    file = sheet(tmp_path, ("ID", "Name (en)"), ("034-012", "A"))
    assert planned(file, content).absent == ("034-013",)
    before = tree(content)
    plan = planned(file, content, remove=True)
    assert [(change.station, change.change) for change in plan.changes] == [
        ("034-012", Change.CHANGED),
        ("034-013", Change.REMOVED),
    ]
    import_sheet(file, content, remove=True)
    assert set(before) - set(tree(content)) == {SECOND}


def test_a_page_with_a_text_of_its_own_is_never_removed(content: Path, tmp_path: Path) -> None:
    before = tree(content)
    file = sheet(tmp_path, ("ID", "Name (en)"), ("034-013", "A"))
    with pytest.raises(InputError) as error:
        import_sheet(file, content, remove=True)
    assert str(error.value) == (
        f"{content / FIRST}: holds a text that somebody wrote, and 034-012 is not in the sheet; "
        "delete the page by hand."
    )
    assert tree(content) == before


def test_faults_of_the_content_itself_are_all_told(content: Path, tmp_path: Path) -> None:
    (content / FIRST).write_text("---\nname: { az: A }\n---\n")
    (content / SECOND).write_text("no page")
    (content / "stations/035/036-099.md").write_text("---\nname: { az: A }\naddress: { az: A }\n---\n")
    (content / "stations/035/x.md").write_text("---\nname: { az: A }\naddress: { az: A }\n---\n")
    with pytest.raises(InputError) as error:
        import_sheet(sheet(tmp_path, ("ID", "Name (en)"), ("034-012", "A")), content)
    assert [str(fault).removeprefix(f"{content}/") for fault in error.value.faults] == [
        f"{FIRST}:1: address: is missing; add it.",
        f"{SECOND}:1: does not begin with its fields; write --- above them and --- below them.",
        "stations/035/036-099.md: belongs in stations/036, by its id.",
        "stations/035/x.md: a station id is three digits, a hyphen, three digits, such as 034-012, not 'x'.",
    ]


def test_columns_can_be_left_out_and_the_remark_goes_nowhere(content: Path, tmp_path: Path) -> None:
    file = sheet(tmp_path, ("ID", "Telefon", "Foto", "Internal remark"), ("034-012", "=1", "x", "call back"))
    assert planned(file, content, skip=("telefon ", "FOTO")).changes == ()
    with pytest.raises(InputError) as error:
        planned(file, content, skip=("Telefon", "Foto", "Fax"))
    assert str(error.value) == f"{file}:1: has no column Fax to leave out."


def test_a_page_written_in_a_way_that_cannot_be_changed_is_left_alone(content: Path, tmp_path: Path) -> None:
    (content / FIRST).write_text("---\n? name\n: {az}\naddress: {az: B}\n---\n".replace("{az}", '{az: "A"}'))
    file = sheet(tmp_path, ("ID", "Name (en)"), ("034-012", "A"))
    import_sheet(file, content)
    assert (content / FIRST).read_text() == '---\n? name\n: {az: "A", en: "A"}\naddress: {az: B}\n---\n'
    (content / FIRST).write_text("---\nname: {az: A}\naddress: {az: B}\n" + "# " + "x" * 16_280 + "\n---\n")
    before = tree(content)
    file = sheet(tmp_path, ("ID", "Name (en)"), ("034-012", "A" * 200))
    with pytest.raises(InputError) as error:
        import_sheet(file, content)
    assert str(error.value) == (
        f"{file}:2: Name (en): cannot be changed in the way {content / FIRST} is written; change it there by hand."
    )
    assert tree(content) == before


line = st.text(st.characters(exclude_categories=["C", "Z"], include_characters=" "), min_size=1, max_size=40)
FORMULAS = ["=1+1", "-", "'", "'=x", "+994 12", "@a", "#REF!", "_x0041_"]
odd = st.sampled_from(
    [*FORMULAS, '"', "a;b,c|d", "No", "034", "1e5", "08:00", "\\n", "---", "a: b # c", "ı İ ə Ə", "🏫"]
)
texts = (line | odd).map(str.strip).filter(bool).filter(lambda text: not any(mixed_words(text)))


def words() -> st.SearchStrategy[dict[str, str]]:
    return st.fixed_dictionaries({"az": texts}, optional=dict.fromkeys(LANGUAGES[1:], texts))


def degrees(low: float, high: float) -> st.SearchStrategy[str]:
    return st.decimals(str(low), str(high), places=6).map(str) | st.integers(int(low) + 1, int(high)).map(str)


FIELDS = st.fixed_dictionaries(
    {"name": words(), "address": words()},
    optional={
        "coordinates": st.fixed_dictionaries({"lat": degrees(38.3, 42.0), "lon": degrees(44.7, 50.9)}),
        "registered_voters": st.integers(1, 10_000).map(str),
        "accessibility": st.lists(st.sampled_from(list(map(str, Accessibility))), unique=True),
        "opening": st.sampled_from(["06:00", "07:30"]),
        "closing": st.sampled_from(["19:00", "22:15"]),
        "camera_note": words(),
        "maintenance_note": words(),
    },
)
STATIONS = st.dictionaries(st.integers(1, 999), FIELDS, min_size=1, max_size=6)


def written(folder: Path, stations: Mapping[int, Mapping[str, New]]) -> Path:
    content = folder / "content"
    (content / "constituencies").mkdir(parents=True)
    (content / "constituencies/034.md").write_text("---\nname: { az: A }\nregion: x\n---\n")
    (content / "stations/034").mkdir(parents=True)
    for number, fields in stations.items():
        (content / f"stations/034/034-{number:03d}.md").write_text(f"{new_page(fields)}\nText.\n")
    return content


@settings(max_examples=40, deadline=None)
@given(STATIONS, st.sampled_from(["s.csv", "s.xlsx"]), st.sampled_from(LANGUAGES), st.booleans())
def test_what_was_exported_changes_nothing(
    stations: Mapping[int, Mapping[str, New]], name: str, language: str, everything: bool
) -> None:
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()) as out:
        content = written(Path(folder), stations)
        before = tree(content)
        file = Path(folder) / name
        export_sheet(file, content, language=language)
        import_sheet(file, content, remove=everything, clear=everything)
        assert tree(content) == before
        assert out.getvalue().endswith(f"Stations: 0 added, 0 changed, 0 removed, {len(stations)} unchanged.\n")


@settings(max_examples=25, deadline=None)
@given(STATIONS, STATIONS, st.sampled_from(["s.csv", "s.xlsx"]))
def test_the_stations_of_one_content_can_be_brought_into_another(
    stations: Mapping[int, Mapping[str, New]], others: Mapping[int, Mapping[str, New]], name: str
) -> None:
    """Whatever the other says of the same stations; its texts stay, and a second import finds nothing to do."""
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()):
        here, there = written(Path(folder) / "here", stations), written(Path(folder) / "there", others)
        file = Path(folder) / name
        export_sheet(file, here)
        import_sheet(file, there, clear=True)
        found = read_station_pages(there).pages
        wanted = read_station_pages(here).pages
        for station, page in wanted.items():
            assert _sorted(found[station].fields) == _sorted(page.fields)
            assert found[station].has_text == (int(station[4:]) in others)
        assert planned(file, there, clear=True).changes == ()
        assert set(found) == {f"034-{number:03d}" for number in {*stations, *others}}


def _sorted(fields: Mapping[str, Any]) -> dict[str, object]:
    """Return what `fields` mean: places and words in no order, and no difference between 40.50 and 40.5."""
    meant = dict(fields)
    meant["coordinates"] = {key: float(value) for key, value in dict(meant.get("coordinates", {})).items()}
    meant["accessibility"] = sorted(meant.get("accessibility", []))
    return meant


def test_a_page_that_changed_meanwhile_is_not_written_over(content: Path) -> None:
    before = tree(content)
    items = [
        Replacement(path=content / FIRST, before=before[FIRST].decode(), after="x"),
        Replacement(path=content / SECOND, before="other", after="x"),
    ]
    with pytest.raises(MachineError, match=r"034-013\.md was changed meanwhile; nothing was written\. Import again\."):
        write_pages(items)
    with pytest.raises(MachineError, match="meanwhile"):
        write_pages([Replacement(path=content / FIRST, before=None, after="x")])
    assert tree(content) == before


@pytest.mark.parametrize("after", ["x", None])
@pytest.mark.parametrize("meanwhile", ["theirs", None])
def test_a_page_that_somebody_saves_or_deletes_while_others_are_written_stays_theirs(
    after: str | None, meanwhile: str | None, content: Path
) -> None:
    before = tree(content)
    items = [
        Replacement(path=content / FIRST, before=before[FIRST].decode(), after="ours"),
        Replacement(path=content / SECOND, before=before[SECOND].decode(), after=after),
    ]

    def somebody(_done: int) -> None:
        (content / SECOND).unlink()
        if meanwhile is not None:
            (content / SECOND).write_text(meanwhile)

    message = rf"^{content / SECOND} was changed meanwhile; pages written before that: 1\. Import again\.$"
    with pytest.raises(MachineError, match=message):
        write_pages(items, somebody)
    theirs = {} if meanwhile is None else {SECOND: meanwhile.encode()}
    rest = {name: body for name, body in before.items() if name != SECOND}
    assert tree(content) == {**rest, FIRST: b"ours", **theirs}


def saved(path: Path) -> Callable[[int], None]:
    """Return what saves `path` as soon as a page is written."""

    def save(_done: int) -> None:
        path.write_text("theirs")

    return save


def test_a_page_that_appears_where_one_is_to_be_added_stays_theirs(content: Path) -> None:
    added = content / "stations/034/034-099.md"
    items = [
        Replacement(path=content / SECOND, before=(content / SECOND).read_text(), after="ours"),
        Replacement(path=added, before=None, after="ours"),
    ]
    with pytest.raises(MachineError, match=r"034-099\.md was changed meanwhile; pages written before that: 1\."):
        write_pages(items, saved(added))
    assert added.read_text() == "theirs"


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_a_page_that_somebody_translates_meanwhile_is_not_deleted(content: Path, language: str) -> None:
    translation = content / f"stations/034/034-013.{language}.md"
    removal = Replacement(path=content / SECOND, before=(content / SECOND).read_text(), after=None)
    changed = Replacement(path=content / FIRST, before=(content / FIRST).read_text(), after="ours")
    message = rf"034-013\.{language}\.md was changed meanwhile; pages written before that: 1\. Import again\."
    with pytest.raises(MachineError, match=message):
        write_pages([removal, changed], saved(translation))
    with pytest.raises(MachineError, match=rf"034-013\.{language}\.md was changed meanwhile; nothing was written\."):
        write_pages([removal])
    assert (content / SECOND).exists()


def test_a_page_that_can_no_longer_be_read_is_told(content: Path) -> None:
    item = Replacement(path=content / FIRST, before=(content / FIRST).read_text(), after="ours")
    (content / FIRST).unlink()
    (content / FIRST).mkdir()
    with pytest.raises(MachineError, match=r"A page could not be written: .*Is a directory"):
        write_pages([item])


def test_a_disk_that_takes_nothing_is_told_and_the_rest_can_follow(
    content: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = tree(content)
    items = [
        Replacement(path=content / name, before=before[name].decode(), after=before[name].decode() + "more\n")
        for name in (FIRST, SECOND)
    ]

    def full(path: Path, body: bytes) -> None:
        if path.name == "034-013.md":
            raise OSError(28, "No space left on device")
        path.write_bytes(body)

    monkeypatch.setattr("builder.station_pages.write_atomically", full)
    with pytest.raises(MachineError, match=r"No space left on device\. It is safe to import again\."):
        write_pages(items)
    assert tree(content) == {**before, FIRST: before[FIRST] + b"more\n"}


def test_one_import_at_a_time_writes_into_a_content(content: Path, tmp_path: Path) -> None:
    file = sheet(tmp_path, ("ID", "Name (en)"), ("034-012", "A"))
    with only_import(content), pytest.raises(MachineError, match="Another import writes into"):
        import_sheet(file, content)
    import_sheet(file, content)


KILLED = """
import os, signal, sys
from pathlib import Path
from machine import files
from tests.builder.sheets import import_sheet

place, at = sys.argv[3], int(sys.argv[4])
count = 0
real = os.fdopen if place == "part" else Path.replace

def counted(*arguments, **options):
    global count
    count += 1
    if count == at:
        os.kill(os.getpid(), signal.SIGKILL)
    return real(*arguments, **options)

if place == "part":
    files.os.fdopen = counted
else:
    Path.replace = counted
import_sheet(Path(sys.argv[1]), Path(sys.argv[2]), remove=True)
"""


@pytest.mark.parametrize("place", ["part", "replace"])
@pytest.mark.parametrize("at", [1, 3])
def test_an_import_that_was_killed_is_completed_by_the_next(place: str, at: int, content: Path, tmp_path: Path) -> None:
    rows = [("ID", "Name", "Address")]
    rows += [(f"{constituency}/{number}", "Ad", "Ünvan") for constituency in (35, 36) for number in (12, 50)]
    file = sheet(tmp_path, *rows)
    before = tree(content)
    argv = [sys.executable, "-c", KILLED, str(file), str(content), place, str(at)]
    ended = subprocess.run(argv, cwd=ROOT, capture_output=True, timeout=300, check=False)
    assert ended.returncode == -signal.SIGKILL, ended.stderr
    left = {name: body for name, body in tree(content).items() if not name.endswith(".part")}
    assert len(tree(content)) == len(left) + 1
    changed = {name for name in left if left[name] != before.get(name)}
    assert len(changed) == at - 1
    assert set(before) <= set(left)
    read_content(content)
    import_sheet(file, content, remove=True)
    after = tree(content)
    assert set(after) - set(before) == {"stations/035/035-050.md", "stations/036/036-050.md"}
    assert set(before) - set(after) == {"stations/035/035-013.md", "stations/036/036-013.md"}
    assert planned(file, content).changes == ()


def test_programs_get_one_json_object(content: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [("ID", "Name (en)", "Ad", "Ünvan"), ("034-012", "School", "", ""), ("034-099", "", "Ad", "Ünvan")]
    file = sheet(tmp_path, *rows)
    before = tree(content)
    import_sheet(file, content, dry_run=True, as_json=True)
    told = json.loads(capsys.readouterr().out)
    assert tree(content) == before
    assert told == {
        "written": False,
        "unchanged": 0,
        "changes": [
            {
                "station": "034-012",
                "change": "changed",
                "file": str(content / FIRST),
                "fields": [
                    {"field": "name.en", "column": "Name (en)", "before": "Sample: School No. 1", "after": "School"}
                ],
            },
            {
                "station": "034-099",
                "change": "added",
                "file": str(content / "stations/034/034-099.md"),
                "fields": [
                    {"field": "name.az", "column": "Ad", "before": "", "after": "Ad"},
                    {"field": "address.az", "column": "Ünvan", "before": "", "after": "Ünvan"},
                ],
            },
        ],
        "absent": ["034-013"],
        "kept_fields": 2,
        "examples": [],
        "notices": [],
        "faults": [],
    }


def test_a_template_that_was_filled_in_is_imported_without_its_example(content: Path, tmp_path: Path) -> None:
    file = tmp_path / "t.xlsx"
    export_sheet(file, content, empty=True, language="az")
    with pytest.raises(InputError) as error:
        import_sheet(file, content)
    assert str(error.value).endswith(
        "has no row of a station below the names of its columns; nothing would be imported."
    )
    filled = xlsx_of(
        [
            ("ID", "Name (en)", "Internal remark"),
            ("034-012", "x", "Example: this row is not imported"),
            ("034-013", "y", ""),
        ]
    )
    file.write_bytes(filled)
    plan = planned(file, content)
    assert [change.station for change in plan.changes] == ["034-013"]
    assert plan.examples == (2,)
