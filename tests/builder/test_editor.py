"""The editor's interface: an editor opens it, changes a page in a form, and the Git folder holds that change alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Playwright, expect

from builder import editor_config, editor_server, front_matter
from builder.cli import check_content
from builder.page_fields import StationFields
from tests.editor_browser import changes, editing, git, git_folder, open_folder, save

STATION = Path("content/stations/034/034-012.md")


@dataclass(frozen=True, kw_only=True)
class Desk:
    """An editor at work."""

    page: Page
    folder: Path

    def save(self, *expected: str) -> None:
        """Save; Git sees these changes and no other."""
        save(self.page, self.folder, *expected)
        assert changes(self.folder) == list(expected)

    def open(self, address: str) -> None:
        """Show a part of the interface, by what follows `#` in its address."""
        self.page.evaluate("address => { location.hash = address }", address)


def meant(document: front_matter.Document) -> dict[str, Any]:
    """What the fields of a station mean: 40.0000 is 40."""
    return StationFields.model_validate(document.fields).model_dump()


@pytest.fixture
def desk(sample: Path, tmp_path: Path, playwright: Playwright) -> Iterator[Desk]:
    folder = git_folder(tmp_path / "site", sample)
    config = editor_config.configuration(
        content="content", repository="site", preview="http://127.0.0.1:8081", language="en"
    )
    answered: list[str] = []
    with (
        editor_server.serving(editor_server.files(config, "en"), 0) as address,
        editing(playwright, tmp_path / "profile") as context,
    ):
        page = context.pages[0]
        page.on("response", lambda response: answered.append(response.url))
        open_folder(page, f"{address}/", folder)
        yield Desk(page=page, folder=folder)
    assert [url for url in answered if not url.startswith((address, "blob:", "data:"))] == []


@pytest.mark.browser
def test_a_changed_name_is_the_only_change(desk: Desk) -> None:
    page = desk.page
    for folder in ("034", "035", "036", "037", "038", "039"):
        expect(page.get_by_text(folder, exact=True).first).to_be_visible()
    for collection in ("Polling stations", "News", "Regions", "Constituencies", "Home page"):
        expect(page.get_by_text(collection, exact=True).first).to_be_visible()
    page.get_by_text("034", exact=True).first.click()
    page.get_by_text("034/034-012").first.click()
    name = page.get_by_role("textbox", name="English", exact=True).first
    expect(name).to_have_value("Sample: School No. 1")
    before = front_matter.read(desk.folder / STATION)
    name.fill('Sample: "Old" school: No. 7 # yes')
    desk.save(f" M {STATION}")
    after = front_matter.read(desk.folder / STATION)
    said = {**meant(before)["name"], "en": 'Sample: "Old" school: No. 7 # yes'}
    assert meant(after) == {**meant(before), "name": said}
    assert list(after.fields) == [name for name in StationFields.model_fields if name in before.fields]
    assert after.body == before.body
    assert check_content(desk.folder / "content")[0] == []

    git(desk.folder, "commit", "--quiet", "--all", "--message=First")
    desk.open("/collections/stations/entries/034/034-012")
    expect(name).to_have_value('Sample: "Old" school: No. 7 # yes')
    name.fill("Sample: School No. 8")
    desk.save(f" M {STATION}")
    difference = git(desk.folder, "diff", "--unified=0").splitlines()
    changed = [line for line in difference if re.match(r"[-+](?![-+])", line)]
    assert changed == ['-  en: "Sample: \\"Old\\" school: No. 7 # yes"', '+  en: "Sample: School No. 8"']


@pytest.mark.browser
def test_a_new_station_with_a_translated_note_is_what_our_reader_expects(desk: Desk) -> None:
    page = desk.page
    desk.open("/collections/stations/new?path=034")
    page.get_by_role("textbox", name="Slug").fill("034-016")
    azerbaijani = page.get_by_role("textbox", name="Azərbaycanca", exact=True)
    azerbaijani.nth(0).fill("Yeni məktəb")
    azerbaijani.nth(1).fill("Çinar küçəsi 9")
    page.get_by_role("textbox", name="Text").first.fill("Giriş **həyətdən**.")
    desk.save("?? content/stations/034/034-016.md")
    document = front_matter.read(desk.folder / "content/stations/034/034-016.md")
    assert document.fields == {"name": {"az": "Yeni məktəb"}, "address": {"az": "Çinar küçəsi 9"}}
    assert document.body == "Giriş **həyətdən**."
    assert check_content(desk.folder / "content")[0] == []


@pytest.mark.browser
def test_a_news_item_and_its_date_are_read(desk: Desk) -> None:
    page = desk.page
    desk.open("/collections/news/new")
    page.get_by_role("textbox", name="Azərbaycanca", exact=True).first.fill("Yayım başlayır")
    page.locator("input[type=date]").first.fill("2026-11-28")
    page.get_by_role("textbox", name="Text").first.fill("Mətn.\n\n## Başlıq")
    page.get_by_role("textbox", name="Slug").fill("yayim-baslayir")
    desk.save("?? content/news/yayim-baslayir.md")
    document = front_matter.read(desk.folder / "content/news/yayim-baslayir.md")
    assert document.fields["date"] == "2026-11-28"
    assert document.body == "Mətn.\n\n## Başlıq"
    assert check_content(desk.folder / "content")[0] == []


@pytest.mark.browser
def test_a_translation_is_edited_in_its_own_file_without_fields(desk: Desk) -> None:
    page = desk.page
    before = front_matter.read(desk.folder / STATION)
    desk.open("/collections/stations/entries/034/034-012")
    page.get_by_role("radio", name="Russian").or_(page.get_by_role("button", name="Russian")).first.click()
    text = page.get_by_role("textbox", name="Text").first
    expect(text).to_have_value("Пример примечания: вход на участок со двора.")
    text.fill("Вход со двора.")
    # The interface writes the page itself anew too: in its own way of writing, with the same meaning.
    desk.save(f" M {STATION}", " M content/stations/034/034-012.ru.md")
    assert meant(front_matter.read(desk.folder / STATION)) == meant(before)
    assert (desk.folder / "content/stations/034/034-012.ru.md").read_text(encoding="utf-8") == "Вход со двора.\n"
    assert check_content(desk.folder / "content")[0] == []
