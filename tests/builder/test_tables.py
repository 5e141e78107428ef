"""Tables of texts in a browser, on a narrow phone: they scroll in themselves, and the keyboard reaches them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from builder.build import build_site
from builder.fault_texts import FaultTexts
from builder.preview_server import Showing, serving
from election.configuration import Configuration
from tests.site.test_pages import violations

PAGE = """---
title: {{ az: "Cədvəl", en: "Table", ru: "Таблица" }}
---
| {heads} |
|{rule}|
| {cells} |
"""


@pytest.mark.browser
def test_a_table_wider_than_a_phone_is_scrolled_with_the_arrow_keys(
    sample: Path, tmp_path: Path, configuration: Configuration, page: Page
) -> None:
    heads = [f"Sütun{number}" for number in range(12)]
    text = PAGE.format(heads=" | ".join(heads), rule="---|" * 11 + "---", cells=" | ".join("123456789" for _ in heads))
    shutil.copytree(sample, tmp_path / "content")
    (tmp_path / "content" / "pages").mkdir(exist_ok=True)
    (tmp_path / "content" / "pages" / "table.md").write_text(text)
    build_site(configuration, tmp_path / "content", tmp_path / "dist")
    showing = Showing("test", FaultTexts("en"))
    page.set_viewport_size({"width": 320, "height": 640})
    page.set_default_timeout(120_000)
    with serving(showing, 0) as address:
        showing.show(tmp_path / "dist")
        page.goto(f"{address}/az/table/")
        frame = page.get_by_role("region", name="Sütun0, Sütun1")
        assert frame.evaluate("frame => frame.scrollWidth > frame.clientWidth")
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        assert violations(page) == []
        for _ in range(100):
            page.keyboard.press("Tab")
            if frame.evaluate("frame => frame === document.activeElement"):
                break
        expect(frame).to_be_focused()
        page.keyboard.press("ArrowRight")
        page.wait_for_function("() => document.activeElement.scrollLeft > 0")
