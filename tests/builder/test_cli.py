"""`pollcast build`, `sample` and `check`, as typed."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from builder.cli import check_content
from tests.sample_election import CONFIGURATION

CONFIG = ("--config", str(CONFIGURATION))


def pollcast(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    argv = [sys.executable, "-m", "pollcast", *arguments]
    return subprocess.run(argv, cwd=folder, capture_output=True, text=True, timeout=60, check=False)


def test_a_sample_is_written_checked_and_built(tmp_path: Path) -> None:
    wrote = pollcast("sample", "--stations", "6", "--out", "x", folder=tmp_path)
    assert (wrote.returncode, wrote.stdout) == (0, "Wrote 6 sample stations: x/content and x/cameras.toml.\n")
    places = ("--content", "x/content")
    checked = pollcast("check", *CONFIG, *places, "--cameras", "x/cameras.toml", folder=tmp_path)
    assert (checked.returncode, checked.stdout) == (0, "Configuration, content, cameras and orders are right.\n")
    built = pollcast("build", *CONFIG, *places, folder=tmp_path)
    assert built.returncode == 0
    assert built.stdout.startswith("Built 91 pages of 6 stations into dist: ")
    assert built.stderr == ""
    assert (tmp_path / "dist" / "en" / "station" / "034-012" / "index.html").is_file()


def test_wrong_content_ends_with_code_2_and_names_each_fault(content: Path, tmp_path: Path) -> None:
    (content / "regions" / "gumus-dag.md").write_text("---\nnaem: x\n---\n")
    built = pollcast("build", *CONFIG, folder=tmp_path)
    assert (built.returncode, built.stdout) == (2, "")
    assert built.stderr.splitlines() == [
        "content/regions/gumus-dag.md:1: name: is missing; add it.",
        "content/regions/gumus-dag.md:2: naem: is not a known key; is it name?",
    ]
    assert not (tmp_path / "dist").exists()
    checked = pollcast("check", *CONFIG, folder=tmp_path)
    assert (checked.returncode, checked.stderr) == (2, built.stderr)


def test_a_configuration_or_content_that_is_not_there_ends_with_code_2(content: Path, tmp_path: Path) -> None:
    assert pollcast("build", folder=tmp_path).stderr == "pollcast.toml: there is no such file.\n"
    missing = pollcast("build", *CONFIG, "--content", "nowhere", folder=tmp_path)
    assert (missing.returncode, missing.stderr) == (2, "nowhere: there is no such folder.\n")


def test_programs_get_one_json_object_with_every_warning(content: Path, tmp_path: Path) -> None:
    station = content / "stations" / "034" / "034-013.md"
    station.write_text("---\nname: { az: Bir }\naddress: { az: Bir, en: One, ru: Один }\n---\n")
    built = pollcast("build", *CONFIG, "--json", folder=tmp_path)
    assert built.stderr == ""
    told = json.loads(built.stdout)
    assert told.pop("seconds") > 0
    assert told.pop("bytes") > 100_000
    assert told == {
        "stations": 6,
        "pages": 61,
        "rendered": 61,
        "files": len([path for path in (tmp_path / "dist").rglob("*") if path.is_file()]),
        "warnings": [
            {
                "file": "content/stations/034/034-013.md",
                "line": 2,
                "field": "name",
                "message": "is not translated (en, ru); the Azerbaijani is shown.",
            }
        ],
    }
    strict = pollcast("build", *CONFIG, "--strict", "--out", "other", folder=tmp_path)
    assert strict.returncode == 2
    assert not (tmp_path / "other").exists()


def test_people_see_the_first_warnings_and_how_many_there_are(content: Path, tmp_path: Path) -> None:
    for number in range(20, 45):
        station = content / "stations" / "034" / f"034-0{number}.md"
        station.write_text("---\nname: { az: Bir }\naddress: { az: Bir, en: One, ru: Один }\n---\n")
    built = pollcast("build", *CONFIG, folder=tmp_path)
    said = built.stderr.splitlines()
    assert len(said) == 21
    assert said[0] == (
        "warning: content/stations/034/034-020.md:2: name: is not translated (en, ru); the Azerbaijani is shown."
    )
    assert said[-1] == "warning: and 5 more; --json prints all."


@pytest.mark.parametrize("option", [(), ("--clean",)])
def test_a_folder_that_is_no_site_is_left_alone(content: Path, tmp_path: Path, option: tuple[str, ...]) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("x")
    built = pollcast("build", *CONFIG, "--out", "mine", *option, folder=tmp_path)
    assert built.returncode == 2
    assert built.stderr.startswith("--out: ")
    assert (tmp_path / "mine" / "letter.txt").read_text() == "x"


def test_a_site_is_built_as_of_a_day(content: Path, tmp_path: Path) -> None:
    shutil.copy(CONFIGURATION, tmp_path)
    item = content / "news" / "later.md"
    item.parent.mkdir(exist_ok=True)
    item.write_text("---\ntitle: { az: Sonra }\ndate: 2030-01-02\npublishDate: 2030-01-02\n---\nMətn.\n")
    page = tmp_path / "dist" / "az" / "news" / "later" / "index.html"
    for day, is_shown in (("2030-01-01", False), ("2030-01-02", True), ("2030-01-01", False)):
        built = pollcast("build", "--today", day, folder=tmp_path)
        assert built.returncode == 0, built.stderr
        assert page.exists() == is_shown, day
    wrong = pollcast("build", "--today", "29.11.2026", folder=tmp_path)
    assert (wrong.returncode, "'--today'" in wrong.stderr) == (2, True)


def test_checking_returns_every_fault(content: Path) -> None:
    assert check_content(content) == ([], [])
    (content / "notes.txt").write_text("x")
    (content / "x.md").write_text("x")
    assert [fault.file.name for fault in check_content(content)[0]] == ["notes.txt", "x.md"]
