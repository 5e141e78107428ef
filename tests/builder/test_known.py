"""What a build remembers of pages: given again while no file of the page has changed, and never otherwise."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from builder.content_folder import PageFiles, list_folder
from builder.known import FileMemory
from builder.page_fields import NewsFields
from builder.page_reader import PageReader, TextRule
from election.errors import Fault

PAGE = '---\ntitle: { az: "Bir", en: "One" }\ndate: 2026-11-24\n---\n[Mətn](/az/news/bir/) ![Zal](/images/zal.jpg)\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "bir.md").write_text(PAGE)
    (tmp_path / "bir.en.md").write_text("Text")
    grow_old(tmp_path)
    return tmp_path


def grow_old(folder: Path) -> None:
    """Let everything be older than what may change again without a trace."""
    for file in folder.iterdir():
        os.utime(file, (1_700_000_000, 1_700_000_000))
    time.sleep(0.15)


def files_in(folder: Path) -> PageFiles:
    (files,) = list_folder(folder).pages
    return files


def read(folder: Path, memory: FileMemory | None) -> tuple[object, list[Fault], list[Fault], object, object]:
    reader = PageReader(memory=memory)
    page = reader.read(files_in(folder), NewsFields, TextRule.REQUIRED)
    return page, reader.faults, reader.warnings, reader.links, reader.images


def remembered(folder: Path) -> FileMemory:
    """Return a memory that has read the page."""
    first = FileMemory({})
    read(folder, first)
    return FileMemory(first.kept)


def test_a_page_that_has_not_changed_is_given_with_all_that_was_found_in_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory, plain = remembered(folder), read(folder, None)
    monkeypatch.setattr(PageReader, "_read", lambda *_: pytest.fail("it was read again"))
    assert read(folder, memory) == plain
    assert plain[2], "a missing translation is a warning"
    assert plain[3]
    assert plain[4]


@pytest.mark.parametrize(
    "change",
    [
        lambda folder: (folder / "bir.md").write_text(PAGE.replace("Bir", "Iki")),
        lambda folder: (folder / "bir.en.md").write_text("Word"),
        lambda folder: (folder / "bir.en.md").unlink(),
        lambda folder: (folder / "bir.ru.md").write_text("Текст"),
        lambda folder: (folder / "bir.en.md").replace(folder / "bir.ru.md"),
        lambda folder: (folder / "bir.md").write_text("---\n"),
    ],
)
def test_a_page_of_which_any_file_has_changed_is_read_again(folder: Path, change: Callable[[Path], object]) -> None:
    memory = remembered(folder)
    change(folder)
    grow_old(folder)
    assert read(folder, memory) == read(folder, None)


def test_a_page_that_cannot_be_looked_at_is_read_which_says_why(folder: Path) -> None:
    memory, files = remembered(folder), files_in(folder)
    (folder / "bir.md").unlink()
    reader = PageReader(memory=memory)
    assert reader.read(files, NewsFields, TextRule.REQUIRED) is None
    assert [fault.message for fault in reader.faults] == ["cannot be read: No such file or directory."]
    assert memory.kept == {}


def test_what_was_written_a_moment_ago_and_what_has_faults_is_not_remembered(folder: Path) -> None:
    memory = FileMemory({})
    (folder / "bir.en.md").write_text("Word")
    read(folder, memory)
    assert memory.kept == {}
    (folder / "bir.md").write_text("---\n---\n")
    grow_old(folder)
    assert read(folder, memory)[1]
    assert memory.kept == {}
