"""So many kinds of wrong input are tried as the project promises; each has its exact message, and no disk is changed.

The tables are those of the tests that try them, each case through the commands themselves (`tests.refusals`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

from builder.addresses import RESERVED
from tests import refusals
from tests.builder import (
    test_addresses,
    test_archive,
    test_bad_pages,
    test_bad_sheets,
    test_content,
    test_front_matter,
    test_station_fields,
    test_suspicions,
)
from tests.election import test_bad_configuration

PAGES = {
    "content": test_content.WRONG,
    "pages": test_bad_pages.WRONG,
    "no pages": test_front_matter.NO_PAGES,
    "no texts": test_front_matter.NO_TEXTS,
    "bombs": test_front_matter.BOMBS,
    "giants": test_front_matter.GIANTS,
    "stations": test_station_fields.WRONG,
    "archive": test_archive.WRONG,
    "secrets": test_suspicions.SECRET,
    "alphabets": test_suspicions.MIXED,
}
SHEETS = {
    "cells": test_bad_sheets.CELLS,
    "headings": test_bad_sheets.HEADS,
    "fields": test_bad_sheets.VALUES_OF_FIELDS,
    "CSV": test_bad_sheets.TEXT_FILES,
    "XLSX": test_bad_sheets.WORKBOOKS,
    "values": test_bad_sheets.VALUES,
}
NAMES = {
    "slugs": test_addresses.NO_SLUGS,
    "slugs in fields": test_addresses.NO_SLUG_FIELDS,
    "taken": sorted(RESERVED),
    "stations": test_addresses.NO_STATIONS,
    "constituencies": test_addresses.NO_CONSTITUENCIES,
    "former addresses": test_addresses.NO_ALIASES,
    "former addresses that are taken": test_addresses.TAKEN,
}
SETTINGS = {
    "pollcast.toml": test_bad_configuration.CONFIGURATION,
    "stores": test_bad_configuration.STORES,
    "cameras.toml": test_bad_configuration.CAMERAS,
    "cameras without pages": test_bad_configuration.WITHOUT_PAGES,
}


@pytest.mark.parametrize(
    ("tables", "least"),
    [(PAGES, 250), (SHEETS, 150), (NAMES, 120), (SETTINGS, 80)],
    ids=["Markdown and front matter", "CSV and XLSX", "slugs and paths", "configuration"],
)
def test_so_many_different_inputs_are_refused(tables: Mapping[str, Iterable[object]], least: int) -> None:
    cases = {(name, repr(case)) for name, table in tables.items() for case in table}
    assert len(cases) >= least


def test_a_command_that_writes_something_is_found_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "letter.txt").write_text("x")
    before = refusals.state_of(tmp_path)
    assert refusals.state_of(tmp_path) == before

    def run(folder: Path, *_: str) -> refusals.Ended:
        (folder / "new").touch()
        (folder / "new").unlink()
        return refusals.Ended(code=2, out="", err="wrong.\n")

    monkeypatch.setattr(refusals, "run", run)
    with pytest.raises(AssertionError):
        refusals.refused(tmp_path, "check")
