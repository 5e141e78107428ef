"""News and pages that editors write: shown, held back, marked, in order; former addresses lead on; the feed of news."""

from __future__ import annotations

import re
from datetime import date
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
    assert "z.md:5: text: there is no /az/news/x/ on this site." in str(error.value)


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
