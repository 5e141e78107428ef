"""News and pages that editors write: shown, held back, marked, in order; former addresses lead on; the feed of news."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest

from builder import feed
from builder.build import build_site
from builder.content import read_content
from builder.publication import Issue
from election.configuration import Configuration
from election.errors import InputError
from election.places import LANGUAGES
from tests.builder.test_build import addresses_in, findings_in

TODAY = date(2026, 11, 29)
TITLE = "title: { az: Ad, en: Name, ru: Имя }"
ATOM = "{http://www.w3.org/2005/Atom}"


def write(content: Path, path: str, *fields: str, text: str = "Mətn") -> Path:
    file = content / path
    file.parent.mkdir(exist_ok=True)
    file.write_text("\n".join(["---", TITLE, *fields, "---", text, ""]))
    for language in ("en", "ru"):
        file.with_suffix(f".{language}.md").write_text(f"{text}\n")
    return file


def built(content: Path, configuration: Configuration, *, drafts: bool = False) -> Path:
    out = content.parent / "dist"
    build_site(configuration, content, out, drafts=drafts, today=TODAY)
    return out


def test_a_page_stands_right_below_the_languages_home(content: Path, configuration: Configuration) -> None:
    write(content, "pages/how-to-watch.md", "lastmod: 2026-11-20", "description: { az: Necə, en: How, ru: Как }")
    site = built(content, configuration)
    page = (site / "en" / "how-to-watch" / "index.html").read_text()
    assert '<h1 class="title">Name</h1>' in page
    assert '<meta name="description" content="How">' in page
    assert 'Last changed: <time datetime="2026-11-20">20 November 2026</time>' in page
    assert findings_in([site / "en" / "how-to-watch" / "index.html"]) == []
    assert "/en/how-to-watch/" in (site / "sitemaps" / "en-1.xml").read_text()


def test_pages_stand_in_every_footer_by_their_weight(content: Path, configuration: Configuration) -> None:
    write(content, "pages/b.md", "weight: 5")
    write(content, "pages/a.md", "weight: 20")
    write(content, "pages/c.md")
    site = built(content, configuration)
    for page in (site / "ru" / "index.html", site / "ru" / "station" / "034-012" / "index.html"):
        footer = page.read_text().partition('<ul class="footer__pages">')[2].partition("</ul>")[0]
        assert re.findall(r'href="/ru/([a-z]+)/"', footer) == ["b", "about", "a", "c"]


def test_a_slug_takes_the_place_of_the_files_name(content: Path, configuration: Configuration) -> None:
    write(content, "news/x.md", "date: 2026-11-20", "slug: opening")
    site = built(content, configuration)
    assert (site / "az" / "news" / "opening" / "index.html").is_file()
    assert not (site / "az" / "news" / "x").exists()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        (["draft: true"], "Draft: only its editors see this page."),
        (["publishDate: 2026-11-30"], "Not published yet: its day has not come."),
    ],
)
def test_what_is_held_back_is_nowhere_but_in_the_build_of_its_editors(
    content: Path, configuration: Configuration, fields: list[str], words: str
) -> None:
    write(content, "news/x.md", "date: 2026-11-20", "aliases: [news/y]", *fields)
    write(content, "pages/x.md", *fields)
    site = built(content, configuration)
    assert not (site / "en" / "news" / "x").exists()
    assert not (site / "en" / "news" / "y").exists()
    assert not (site / "en" / "x").exists()
    for file in site.rglob("*.*"):
        if file.suffix in {".html", ".xml", ".json"}:
            assert "news/x" not in file.read_text(), file
            assert "/en/x/" not in file.read_text(), file
    site = built(content, configuration, drafts=True)
    for address in ("news/x", "x"):
        page = (site / "en" / address / "index.html").read_text()
        assert f'<p class="notice">{words}</p>' in page
        assert '<meta name="robots" content="noindex">' in page
    assert words in (site / "en" / "news" / "index.html").read_text()


def test_what_is_held_back_is_checked_and_cannot_be_led_to(content: Path) -> None:
    write(content, "news/x.md", "date: 2026-11-20", "draft: true", text="[y](/az/news/nothing/)")
    write(content, "news/z.md", "date: 2026-11-20", text="[x](/az/news/x/)")
    with pytest.raises(InputError) as error:
        read_content(content)
    assert "x.md:6: text: there is no /az/news/nothing/ on this site." in str(error.value)
    message = "leads to /az/news/x/, which is a draft; publish that page, or remove the link."
    assert f"z.md:5: text: {message}" in str(error.value)


def faults_on(day: date, content: Path, *, drafts: bool = False, only_checked: bool = False) -> list[str]:
    issue = Issue(today=day, drafts=drafts, only_checked=only_checked)
    try:
        read_content(content, issue=issue)
    except InputError as error:
        return [f"{fault.file.name}:{fault.line}: {fault.message}" for fault in error.faults]
    return []


def test_a_day_that_passes_makes_no_link_wrong(content: Path) -> None:
    write(content, "news/gone.md", "date: 2026-11-20", "expiryDate: 2026-11-29")
    write(content, "news/coming.md", "date: 2026-11-20", "publishDate: 2026-12-01")
    write(content, "news/a.md", "date: 2026-11-20", "expiryDate: 2026-11-29", text="[x](/az/news/gone/)")
    write(content, "news/b.md", "date: 2026-11-20", "publishDate: 2026-12-01", text="[x](/ru/news/coming/)")
    write(content, "pages/c.md", "draft: true", text="[x](/az/d/) [y](/az/news/gone/) [z](/az/news/coming/)")
    write(content, "pages/d.md", "draft: true", text="[x](/az/c/)")
    for number in range(7):
        assert faults_on(date(2026, 11, 25) + timedelta(number), content) == []
    write(content, "news/e.md", "date: 2026-11-20", text="[x](/az/news/gone/)\n\n[x](/az/news/coming/)")
    (content / "news" / "e.en.md").write_text("[x](/en/d/)\n")
    (content / "news" / "e.ru.md").write_text("Текст\n")
    gone = "leads to /az/news/gone/, which is gone from 2026-11-29 on; remove the link, or let this page go then too."
    coming = "leads to /az/news/coming/, which appears only on 2026-12-01; remove the link until then."
    draft = "e.en.md:1: leads to /en/d/, which is a draft; publish that page, or remove the link."
    for day in (date(2026, 11, 25), date(2026, 11, 29), date(2026, 11, 30)):
        assert faults_on(day, content) == [draft, f"e.md:5: {gone}", f"e.md:7: {coming}"]
        assert faults_on(day, content, drafts=True, only_checked=True) == faults_on(day, content)
        assert faults_on(day, content, drafts=True) == [], "editors see their drafts, and a warning"
    assert faults_on(date(2026, 12, 1), content) == [draft, f"e.md:5: {gone}"]


def test_who_builds_with_drafts_is_warned_of_links_that_others_cannot_follow(content: Path) -> None:
    write(content, "news/x.md", "date: 2026-11-20", "draft: true")
    write(content, "news/z.md", "date: 2026-11-20", text="[x](/az/news/x/)")
    warned = read_content(content, issue=Issue(today=date(2026, 11, 25), drafts=True)).warnings
    assert "leads to /az/news/x/, which is a draft; publish that page, or remove the link." in [
        warning.message for warning in warned
    ]


def test_what_has_expired_is_gone(content: Path, configuration: Configuration) -> None:
    write(content, "news/x.md", "date: 2026-11-20", "expiryDate: 2026-11-29")
    write(content, "news/z.md", "date: 2026-11-20", "expiryDate: 2026-11-30")
    site = built(content, configuration, drafts=True)
    assert not (site / "en" / "news" / "x").exists()
    assert (site / "en" / "news" / "z").exists()


def test_the_day_of_the_build_is_that_of_the_elections_clock(content: Path) -> None:
    write(content, "news/x.md", "date: 2026-11-20", "publishDate: 2026-11-29")
    shown = {
        day: [item.slug for item in read_content(content, issue=Issue(today=day)).news]
        for day in (date(2026, 11, 28), date(2026, 11, 29))
    }
    assert shown == {date(2026, 11, 28): ["yayim"], date(2026, 11, 29): ["yayim", "x"]}


def test_former_addresses_lead_on_in_every_language(content: Path, configuration: Configuration) -> None:
    write(content, "news/x.md", "date: 2026-11-20", "aliases: [news/old, /2025/news/very-old/]")
    region = content / "regions" / "cinar-sahili.md"
    region.write_text(region.read_text().replace("districts:", "aliases: [region/sahil]\ndistricts:"))
    moved = [("news/old", "news/x"), ("2025/news/very-old", "news/x"), ("region/sahil", "region/cinar-sahili")]
    site = built(content, configuration)
    for language in LANGUAGES:
        for former, present in moved:
            file = site / language / former / "index.html"
            page = file.read_text()
            url = f"/{language}/{present}/"
            assert f'<meta http-equiv="refresh" content="0; url={url}">' in page
            assert f'<link rel="canonical" href="{configuration.site.base_url}{url}">' in page
            assert addresses_in(file) == {url, f"{configuration.site.base_url}{url}"}
            assert (site / url.strip("/") / "index.html").is_file()
            assert f'<html lang="{language}">' in page
    assert "news/old" not in (site / "sitemaps" / "az-1.xml").read_text()


def entries(file: Path) -> tuple[ElementTree.Element, list[ElementTree.Element]]:
    root = ElementTree.fromstring(file.read_text())  # noqa: S314 - what was built just now
    return root, root.findall(f"{ATOM}entry")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_feed_has_what_rfc_4287_asks_for(content: Path, configuration: Configuration, language: str) -> None:
    write(content, "news/x.md", "date: 2026-11-21", "lastmod: 2026-11-25", "slug: y", text="**Mətn** & <b>")
    root, found = entries(built(content, configuration) / language / "feed.xml")
    assert root.tag == f"{ATOM}feed"
    assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == language
    for name in ("id", "title", "updated"):
        assert len(root.findall(f"{ATOM}{name}")) == 1
    assert root.findtext(f"{ATOM}author/{ATOM}name")
    assert {link.get("rel") for link in root.findall(f"{ATOM}link")} == {"self", "alternate"}
    assert root.findtext(f"{ATOM}updated") == "2026-11-25T00:00:00+04:00"
    assert len(found) == 2
    for entry in found:
        for name in ("id", "title", "updated", "published", "content"):
            assert len(entry.findall(f"{ATOM}{name}")) == 1
    first = found[0]
    assert first.findtext(f"{ATOM}id") == f"tag:127.0.0.1,2026-11-21:{language}/news/x"
    assert first.findtext(f"{ATOM}updated") == "2026-11-25T00:00:00+04:00"
    assert first.findtext(f"{ATOM}published") == "2026-11-21T00:00:00+04:00"
    link = first.find(f"{ATOM}link")
    assert link is not None
    assert link.get("href") == f"{configuration.site.base_url}/{language}/news/y/"
    assert first.findtext(f"{ATOM}content") == "<p><strong>Mətn</strong> &amp; <b></b></p>"
    ids = [entry.findtext(f"{ATOM}id") for entry in found]
    assert len(set(ids)) == len(ids)


def test_a_feed_without_news_and_one_with_too_much_are_feeds(content: Path, configuration: Configuration) -> None:
    for file in (content / "news").iterdir():
        file.unlink()
    root, found = entries(built(content, configuration) / "az" / "feed.xml")
    assert (len(found), root.findtext(f"{ATOM}updated")) == (0, "2026-11-29T00:00:00+04:00")
    for number in range(feed.MOST_ENTRIES + 5):
        write(content, f"news/n{number}.md", f"date: 2026-{number // 28 + 1:02d}-{number % 28 + 1:02d}")
    _, found = entries(built(content, configuration) / "az" / "feed.xml")
    assert len(found) == feed.MOST_ENTRIES
    dates = [str(entry.findtext(f"{ATOM}published")) for entry in found]
    assert dates == sorted(dates, reverse=True)


def test_every_page_names_the_feed_of_its_language(content: Path, configuration: Configuration) -> None:
    site = built(content, configuration)
    link = '<link rel="alternate" type="application/atom+xml" title="Xəbərlər" href="/az/feed.xml">'
    assert all(link in file.read_text() for file in (site / "az").rglob("*.html"))


def entries_by_name(site: Path) -> tuple[ElementTree.Element, dict[str, ElementTree.Element]]:
    root, found = entries(site / "az" / "feed.xml")
    return root, {entry.findtext(f"{ATOM}id", "").rpartition("/")[2]: entry for entry in found}


def test_a_reference_to_a_character_that_cannot_be_seen_breaks_no_feed(
    content: Path, configuration: Configuration
) -> None:
    write(content, "news/x.md", "date: 2026-11-20", text="a&#1;b &#12; &#xFFFE; *c*")
    site = built(content, configuration)
    assert entries_by_name(site)[1]["x"].findtext(f"{ATOM}content", "").startswith("<p>ab")
    assert findings_in([site / "az" / "news" / "x" / "index.html"]) == []


def test_an_item_that_appears_later_than_its_date_is_new_to_readers_on_that_day(
    content: Path, configuration: Configuration
) -> None:
    write(content, "news/x.md", "date: 2026-11-20", "publishDate: 2026-11-28")
    write(content, "news/y.md", "date: 2026-11-20", "publishDate: 2026-11-21", "lastmod: 2026-11-22")
    root, found = entries_by_name(built(content, configuration))
    assert found["x"].findtext(f"{ATOM}updated") == "2026-11-28T00:00:00+04:00"
    assert found["x"].findtext(f"{ATOM}published") == "2026-11-20T00:00:00+04:00"
    assert found["y"].findtext(f"{ATOM}updated") == "2026-11-22T00:00:00+04:00"
    assert root.findtext(f"{ATOM}updated") == "2026-11-28T00:00:00+04:00"
