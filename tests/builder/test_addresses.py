"""Names that become addresses: what is no slug, no station, no constituency, no former address, or taken already."""

from __future__ import annotations

from pathlib import Path

import pytest

from builder.addresses import RESERVED
from tests.builder.test_content import CONSTITUENCY, NAME, NEWS, REGION, STATION
from tests.refusals import refused_content

PAGE = "---\ntitle: { az: Ad, en: Name, ru: Имя }\n%s---\nMətn\n"
SLUG = "its name becomes an address: small letters a to z, digits and single hyphens between them."
SHORT = "small letters a to z, digits and single hyphens between them."
LETTERS = "is no address: small letters a to z, digits, hyphens, and / between."
LONG = "is too long an address: 4 parts and 200 letters at most."
NO_ID = "a station id is three digits, a hyphen, three digits, such as 034-012, not"
NO_NUMBER = "a constituency's file is named 001.md to 125.md, by its number in three digits."

NO_SLUGS = [
    *("Sahil", "SAHİL", "sahil_2", "sahil 2", " sahil", "sahil ", "-sahil", "sahil-", "sa--hil", "çinar", "шуша"),
    *("sahil!", "sahil,2", "sahil+2", "sahil&b", "sahil#a", "sahil?a", "sahil%20", "sahil=a", "sahil@b", "~sahil"),
    *("$sahil", "'sahil'", '"sahil"', "(sahil)", "sahil;rm", "sahil:a", "sahil|b", "sahil\\b", "sahil\tb"),
    *("sa\u00adhil", "sahil\u200b", "ｓａｈｉｌ", "٣"),
]
NO_STATIONS = [
    *("34-12", "034012", "034_012", "034-12", "34-012", "034-0012", "0034-012", "034-01a", "O34-012", "034–012"),
    *("034-012 ", "٠٣٤-٠١٢", "a", "034-", "-012", "034--012", "034-012-1", "+34-012"),
]
NO_SLUG_FIELDS = ["A", "a b", "a/b", "../a", "a.html", "/a", "a/", "-a", "a--b", "ə", ".", "..", "%2e"]
NO_CONSTITUENCIES = ["34", "0034", "34a", "126", "999", "000", "٠٣٤", "034-1", "x", "-34", "+34"]
NO_ALIASES = [
    ("", f"'' {LETTERS}"),
    ("/", f"'/' {LETTERS}"),
    ("//", f"'//' {LETTERS}"),
    ("..", f"'..' {LETTERS}"),
    ("../x", f"'../x' {LETTERS}"),
    ("x/../../y", f"'x/../../y' {LETTERS}"),
    ("x/..", f"'x/..' {LETTERS}"),
    ("./x", f"'./x' {LETTERS}"),
    ("x//y", f"'x//y' {LETTERS}"),
    ("//host/x", f"'//host/x' {LETTERS}"),
    ("/x/y//", f"'/x/y//' {LETTERS}"),
    ("x\\y", f"'x\\\\y' {LETTERS}"),
    ("C:/x", f"'C:/x' {LETTERS}"),
    ("https://example.org/x", f"'https://example.org/x' {LETTERS}"),
    ("javascript:x", f"'javascript:x' {LETTERS}"),
    ("news/x.html", f"'news/x.html' {LETTERS}"),
    ("404.html", f"'404.html' {LETTERS}"),
    ("sw.js", f"'sw.js' {LETTERS}"),
    ("feed.xml", f"'feed.xml' {LETTERS}"),
    ("x?y=1", f"'x?y=1' {LETTERS}"),
    ("x#y", f"'x#y' {LETTERS}"),
    ("x%2fy", f"'x%2fy' {LETTERS}"),
    ("%2e%2e/x", f"'%2e%2e/x' {LETTERS}"),
    ("X", f"'X' {LETTERS}"),
    ("xəbər", f"'xəbər' {LETTERS}"),
    ("новости", f"'новости' {LETTERS}"),
    ("x y", f"'x y' {LETTERS}"),
    ("x_y", f"'x_y' {LETTERS}"),
    ("-x", f"'-x' {LETTERS}"),
    ("x-", f"'x-' {LETTERS}"),
    ("x--y", f"'x--y' {LETTERS}"),
    ("~x", f"'~x' {LETTERS}"),
    ("x*", f"'x*' {LETTERS}"),
    ("<b>", f"'<b>' {LETTERS}"),
    ("a/b/c/d/e", LONG),
    ("a" * 201, LONG),
    ("034-012", "034-012 is the short address of a station."),
    ("az/news/y", "is written without the language, such as news/y; it holds for all."),
    ("/ru/y/", "is written without the language, such as y; it holds for all."),
    ("en", "is written without the language, such as news/opening; it holds for all."),
]
TAKEN = [
    "about",
    "news",
    "news/yayim",
    "wall",
    "region/gumus-dag",
    "constituency/034",
    "station/034-012",
    "open-data",
    "archive",
    "search",
    "offline",
]


def faults_of(content: Path, path: str, text: str) -> list[str]:
    """Return what is said of content with this page in it, below the content's folder, and that nothing was written."""
    file = content / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return [line.removeprefix("content/") for line in refused_content(content.parent)]


@pytest.mark.parametrize("name", NO_SLUGS)
def test_a_file_whose_name_is_no_slug_is_no_page(content: Path, name: str) -> None:
    path, text = f"pages/{name}.md", PAGE % ""
    assert faults_of(content, path, text) == [f"{path}: {SLUG}"]


@pytest.mark.parametrize(
    ("path", "text"),
    [(f"{folder}/{name}.md", text) for folder, text in (("regions", REGION), ("news", NEWS)) for name in "AçЯ"],
)
def test_the_same_holds_for_regions_and_news(content: Path, path: str, text: str) -> None:
    assert faults_of(content, path, text.replace("Bir", "Iks")) == [f"{path}: {SLUG}"]


@pytest.mark.parametrize("slug", NO_SLUG_FIELDS)
def test_a_slug_field_is_a_slug_too(content: Path, slug: str) -> None:
    said = faults_of(content, "pages/x.md", PAGE % f"slug: '{slug}'\n")
    assert said == [f"pages/x.md:3: slug: {slug!r} is not a short name: {SHORT}"]


@pytest.mark.parametrize("name", sorted(RESERVED))
def test_a_page_does_not_take_what_the_site_has(content: Path, name: str) -> None:
    taken = f"the site itself has something at {name}; choose another name."
    said = faults_of(content, "pages/x.md", PAGE % f"slug: {name}\n")
    assert said == [f"pages/x.md:3: slug: {taken}"]
    (content / "pages" / "x.md").unlink()
    assert faults_of(content, f"pages/{name}.md", PAGE % "") == [f"pages/{name}.md: {taken}"]


@pytest.mark.parametrize("name", NO_STATIONS)
def test_a_station_is_named_by_its_id(content: Path, name: str) -> None:
    path = f"stations/034/{name}.md"
    assert faults_of(content, path, STATION) == [f"{path}: {NO_ID} {name!r}."]


@pytest.mark.parametrize("name", NO_CONSTITUENCIES)
def test_a_constituency_is_named_by_its_number(content: Path, name: str) -> None:
    path = f"constituencies/{name}.md"
    assert faults_of(content, path, CONSTITUENCY) == [f"{path}: {NO_NUMBER}"]


@pytest.mark.parametrize(("alias", "said"), NO_ALIASES)
def test_what_can_be_no_former_address(content: Path, alias: str, said: str) -> None:
    found = faults_of(content, "pages/x.md", PAGE % f"aliases: ['{alias}']\n")
    assert found == [f"pages/x.md:3: aliases[1]: {said}"]


@pytest.mark.parametrize("alias", TAKEN)
def test_a_former_address_is_no_present_one(content: Path, alias: str) -> None:
    found = faults_of(content, "pages/x.md", PAGE % f"aliases: [y, /{alias}/]\n")
    assert found == [f"pages/x.md:3: aliases.1: {alias} is the address of a page of this site; remove it."]


def test_a_former_address_leads_to_one_page(content: Path) -> None:
    (content / "news" / "a.md").write_text(NEWS.replace("date:", "aliases: [old]\ndate:"))
    region = f"---\n{NAME.replace('Bir', 'Iks')}\naliases: [x, x]\n---\n"
    (content / "regions" / "b.md").write_text(region)
    assert faults_of(content, "pages/c.md", PAGE % "aliases: [old]\n") == [
        "pages/c.md:3: aliases.0: old leads to the page of a.md already; remove one of them.",
        "regions/b.md:3: aliases.1: x leads to the page of b.md already; remove one of them.",
    ]


def test_two_pages_do_not_share_an_address(content: Path) -> None:
    said = faults_of(content, "pages/x.md", PAGE % "slug: about\n")
    assert said == ["pages/x.md:3: slug: about is the address of about.md already."]
    (content / "pages" / "x.md").unlink()
    said = faults_of(content, "news/x.md", NEWS.replace("date:", "slug: yayim\ndate:"))
    assert said == ["news/yayim.md: yayim is the address of x.md already."]


def test_regions_of_one_name_are_told_apart_by_nobody(content: Path) -> None:
    (content / "regions" / "a.md").write_text(REGION)
    said = faults_of(content, "regions/b.md", REGION.replace("One", "Two").replace("Один", "Два"))
    assert said == ["regions/b.md:2: name.az: regions/a.md has this name too; people could not tell them apart."]
