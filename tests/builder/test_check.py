"""`pollcast check`: all faults at once, in three forms and three languages, content and cameras against each other."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from election.cameras import read_lines
from election.errors import Fault
from election.fault_report import as_annotations, as_json
from tests.builder.test_cli import CONFIG, pollcast

CAMERA = '[[camera]]\nstation = "{}"\nmain = "rtsp://127.0.0.1:8554/x"\n'


def fault(message: str, *, line: int = 3, field: str = "", file: str = "a/b.md") -> Fault:
    return Fault(file=Path(file), line=line, field=field, message=message)


@pytest.mark.parametrize(
    ("found", "line"),
    [
        (fault("is wrong."), "::error file=a/b.md,line=3::is wrong."),
        (fault("is wrong.", line=0), "::error file=a/b.md,line=1::is wrong."),
        (fault("is wrong.", field="name.az"), "::error file=a/b.md,line=3,title=name.az::name.az: is wrong."),
        (fault("is 100 %.\nso"), "::error file=a/b.md,line=3::is 100 %25.%0Aso"),
        (fault("x", file="a,b:c.md"), "::error file=a%2Cb%3Ac.md,line=3::x"),
        (fault("x\r::warning::y"), "::error file=a/b.md,line=3::x%0D::warning::y"),
    ],
)
def test_an_annotation_is_one_line_whatever_is_said(found: Fault, line: str) -> None:
    assert as_annotations([found], []) == line
    assert as_annotations([], [found]) == line.replace("::error ", "::warning ", 1)


def test_json_tells_everything_and_how_bad_it_is() -> None:
    rows = json.loads(as_json([fault("ə")], [fault("b", line=0, field="name")]))
    assert rows == [
        {"file": "a/b.md", "line": 3, "field": "", "message": "ə", "severity": "error"},
        {"file": "a/b.md", "line": 0, "field": "name", "message": "b", "severity": "warning"},
    ]


@pytest.fixture
def wrong(content: Path, tmp_path: Path) -> Path:
    """A folder with a fault in content, a camera too many and stations without one."""
    (content / "regions" / "gumus-dag.md").write_text("---\nnaem: x\n---\n")
    cameras = CAMERA.format("034-012") + CAMERA.format("077-001")
    (tmp_path / "cameras.toml").write_text(cameras)
    return tmp_path


def check(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return pollcast("check", *CONFIG, *options, folder=folder)


def test_all_faults_are_told_in_one_run_and_warnings_beside_them(wrong: Path) -> None:
    ended = check(wrong)
    assert (ended.returncode, ended.stdout) == (2, "")
    said = ended.stderr.splitlines()
    assert said[:5] == [
        f"warning: content/stations/{name[:3]}/{name}.md: has no camera in cameras.toml; its page will show no picture."
        for name in ("034-013", "035-012", "035-013", "036-012", "036-013")
    ]
    assert said[5:] == [
        "content/regions/gumus-dag.md:1: name: is missing; add it.",
        "content/regions/gumus-dag.md:2: naem: is not a known key; is it name?",
        "cameras.toml:5: station: there is no page of station 077-001; "
        "add stations/077/077-001.md or remove the camera.",
    ]


def test_the_same_faults_are_told_to_programs_and_to_workflows(wrong: Path) -> None:
    rows = check(wrong, "--format", "json")
    annotations = check(wrong, "--format", "github", "--language", "ru")
    assert (rows.returncode, annotations.returncode) == (2, 2)
    assert (rows.stderr, annotations.stderr) == ("", "")
    assert check(wrong, "--json").stdout == rows.stdout
    found = json.loads(rows.stdout)
    assert [row["severity"] for row in found] == ["error"] * 3 + ["warning"] * 5
    said = annotations.stdout.splitlines()
    assert len(said) == len(found)
    assert said[0] == "::error file=content/regions/gumus-dag.md,line=1,title=name::name: отсутствует; добавьте."


def test_warnings_alone_are_no_fault(content: Path, tmp_path: Path) -> None:
    (tmp_path / "cameras.toml").write_text(CAMERA.format("034-012"))
    ended = check(tmp_path, "--language", "az")
    assert ended.returncode == 0
    assert ended.stdout == "Konfiqurasiya, məzmun, kameralar və sərəncamlar düzgündür.\n"
    assert "cameras.toml faylında kamerası yoxdur" in ended.stderr


def test_hours_are_checked_against_the_elections_own(content: Path, tmp_path: Path) -> None:
    page = content / "stations" / "034" / "034-013.md"
    page.write_text(page.read_text().replace("address:", "opening: 19:30\naddress:", 1))
    ended = check(tmp_path)
    assert ended.returncode == 2
    assert "opening: voting would end at 19:00, before it begins at 19:30." in ended.stderr


def test_a_camera_is_found_by_the_line_of_its_station(tmp_path: Path) -> None:
    file = tmp_path / "cameras.toml"
    file.write_text("# Kameralar\n" + CAMERA.format("034-012") + "\n" + CAMERA.format("034-013"))
    assert read_lines(file) == {"034-012": 3, "034-013": 7}


def test_a_link_that_leads_nowhere_is_a_fault_and_a_name_that_no_file_can_have_is_no_file(
    content: Path, tmp_path: Path
) -> None:
    (tmp_path / "cameras.toml").symlink_to("nowhere")
    (tmp_path / "orders.toml").symlink_to("orders.toml")
    ended = check(tmp_path, "--language", "ru")
    assert (ended.returncode, ended.stderr.splitlines()) == (
        2,
        [
            "cameras.toml: такого файла нет.",
            "orders.toml: не читается: слишком много символических ссылок подряд.",
        ],
    )
    ended = check(tmp_path, "--cameras", "x" * 300, "--orders", "y" * 300)
    assert (ended.returncode, ended.stderr) == (0, "")
