"""The docs tell the truth: their links lead somewhere, and what they list is what there is."""

from __future__ import annotations

import functools
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
GUIDES = ("citizens", "observers", "editors", "operators", "administrators")
LISTED = re.compile(r"^\| `([\w./{},*-]+)` \|", re.MULTILINE)


def tracked() -> set[str]:
    """Return the files of the project: what git tracks or would track."""
    argv = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    return {name for name in names if (ROOT / name).exists()}


def matching(pattern: str, files: set[str]) -> set[str]:
    """Return the files a row of the list stands for: itself, a folder (`content/`), or `*` within one folder."""
    if pattern.endswith("/"):
        return {name for name in files if name.startswith(pattern)}
    expression = re.compile(re.escape(pattern).replace(r"\*", "[^/]*"))
    return {name for name in files if expression.fullmatch(name)}


@functools.cache
def help_of(*command: str) -> str:
    return subprocess.run(
        [sys.executable, "-m", "pollcast", *command, "--help"],
        capture_output=True,
        text=True,
        check=True,
        env={"COLUMNS": "200", "NO_COLOR": "1", "TERM": "dumb"},
    ).stdout


def commands() -> list[str]:
    text = help_of()
    return re.findall(r"^│ ([a-z]+) ", text[text.index("Commands") :], re.MULTILINE)


def test_the_list_of_files_in_the_architecture_is_the_tree() -> None:
    files = tracked()
    rows = LISTED.findall((ROOT / "docs" / "ARCHITECTURE.md").read_text(encoding="utf-8"))
    assert rows
    stale = [row for row in rows if not matching(row, files)]
    assert stale == [], "listed and not there"
    listed = [name for row in rows for name in matching(row, files)]
    assert sorted(files - set(listed)) == [], "there and not listed"
    assert sorted({name for name in listed if listed.count(name) > 1}) == [], "listed twice"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_and_picture_of_a_document_is_there(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", text)
    # What begins with a slash is an example of an address of the site.
    files = [link for link in links if "://" not in link and not link.startswith("/")]
    missing = [link for link in files if not (document.parent / link).exists()]
    assert missing == []


def test_the_readme_names_every_command_and_no_other() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert sorted(re.findall(r"^\| `pollcast ([a-z]+)` \|", readme, re.MULTILINE)) == sorted(commands())


def test_the_readme_links_a_guide_for_every_reader_and_shows_the_demo() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for guide in GUIDES:
        assert f"(docs/{guide}.md)" in readme
    assert "(docs/images/demo.jpg)" in readme


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_option_a_document_names_is_one_of_a_command(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    known = commands()
    for command, rest in re.findall(r"pollcast ([a-z]+)([^`\n|]*)", text):
        options = set(re.findall(r"(?<!\w)--[a-z-]+", rest)) if command in known else set()
        assert {option for option in options if option not in help_of(command)} == set(), command


def test_neither_the_requirements_nor_the_lock_file_hold_an_address() -> None:
    for name in ("package-lock.json", *(f"requirements/{path.name}" for path in (ROOT / "requirements").glob("*.txt"))):
        text = (ROOT / name).read_text(encoding="utf-8")
        # Whom to pay is no place to fetch from: {"url": "…"}, or "…?sponsor=1" in a list of several.
        addresses = [
            line for line in text.splitlines() if "://" in line and '"url":' not in line and "sponsor" not in line
        ]
        assert addresses == [], name
    assert '"resolved"' not in (ROOT / "package-lock.json").read_text(encoding="utf-8")


def test_every_requirement_is_pinned_by_its_hash() -> None:
    for path in (ROOT / "requirements").glob("*.txt"):
        text = path.read_text(encoding="utf-8")
        packages = re.findall(r"^[A-Za-z0-9].*", text, re.MULTILINE)
        assert packages
        assert [line for line in packages if not re.match(r"[\w.\[\]-]+==\S+", line)] == []
        assert text.count("--hash=sha256:") >= len(packages)


NAMED_TEST = re.compile(r"`([a-z_]+/test_\w+\.py)(?:::(test_\w+)(?:\[([\w-]+)\])?)?`")


def test_the_table_of_faults_names_tests_that_are_there_and_every_file_of_them() -> None:
    table = (ROOT / "docs/faults.md").read_text(encoding="utf-8")
    rows = [line for line in table.splitlines() if line.startswith("| ") and "/test_" in line]
    assert len(rows) > 20
    named = NAMED_TEST.findall("\n".join(rows))
    missing = []
    for file, test, case in named:
        source = ROOT / "tests" / file
        text = source.read_text(encoding="utf-8") if source.exists() else ""
        if f"def {test}(" not in text if test else not text:
            missing.append(f"{file}::{test}")
        if case and f'"{case}"' not in text:
            missing.append(f"{file}::{test}[{case}]")
    assert missing == []
    files = {f"faults/{path.name}" for path in (ROOT / "tests/faults").glob("test_*.py")}
    assert files - {file for file, _, _ in named} == set(), "tests of faults that the table does not name"
