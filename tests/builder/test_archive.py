"""Past elections: the same pages below another address, about their own day, and nothing of the present one in them."""

from __future__ import annotations

import json
import re
import shutil
from datetime import time
from pathlib import Path
from time import sleep

import pytest

from builder.build import Summary, build_site
from builder.content import read_content
from election.configuration import Configuration
from election.errors import InputError
from election.places import LANGUAGES
from tests.builder.test_build import addresses_in, findings_in
from tests.builder.test_content import NAME, STATION
from tests.refusals import refused_content

ELECTION = f"---\n{NAME}\ndate: 2020-02-09\nopening: 07:00\n---\nMətn\n"


def add_past(content: Path, slug: str = "2020", page: str = ELECTION) -> Path:
    folder = content / "archive" / slug
    for name in ("regions", "constituencies", "stations"):
        shutil.copytree(content / name, folder / name)
    (folder / "election.md").write_text(page)
    for language in ("en", "ru"):
        (folder / f"election.{language}.md").write_text("Text\n")
    return folder


@pytest.fixture
def built(content: Path, tmp_path: Path, configuration: Configuration) -> tuple[Path, Summary]:
    add_past(content)
    add_past(content, "2015", ELECTION.replace("2020-02-09", "2015-11-01").replace("Bir", "İki"))
    shutil.rmtree(content / "archive" / "2015" / "stations" / "034")
    return tmp_path / "dist", build_site(configuration, content, tmp_path / "dist", strict=True)


@pytest.fixture
def site(built: tuple[Path, Summary]) -> Path:
    return built[0]


def test_past_elections_stand_on_the_home_page_and_in_a_list_the_latest_first(site: Path) -> None:
    for address in ("index.html", "archive/index.html"):
        page = (site / "az" / address).read_text()
        assert re.findall(r'href="/az/archive/(\d+)/"', page) == ["2020", "2015"]
        assert '<time datetime="2020-02-09">9 fevral 2020</time>, 6 məntəqə' in page


def test_every_place_of_a_past_election_has_its_page(built: tuple[Path, Summary]) -> None:
    site, summary = built
    for language in LANGUAGES:
        past = site / language / "archive" / "2020"
        for kind, count in (("region", 3), ("constituency", 3), ("station", 6)):
            assert len(list(past.glob(f"{kind}/*/index.html"))) == count
    assert summary.stations == 6, "those of the present election"
    assert summary.pages == len(list(site.rglob("*.html")))


def test_a_station_of_a_past_election_looks_back_at_its_own_day(site: Path, configuration: Configuration) -> None:
    page = (site / "en" / "archive" / "2020" / "station" / "034-012" / "index.html").read_text()
    assert 'data-station="034-012" data-date="2020-02-09"' in page
    assert 'data-playlist-url="/live/034-012/main/2020-02-09/day.m3u8"' in page
    assert 'data-still-url="/live/034-012/2020-02-09/1200.jpg"' in page
    assert "9 February 2020, 07:00–19:00 (UTC+4)" in page
    assert '<div hidden data-component="states" data-always="archived"' in page
    assert "data-archived" in page
    assert 'class="adder"' not in page
    assert "data-opens" not in page
    assert "/live/034-012/master.m3u8" not in page
    assert "<title>Polling station 12, constituency 34 – One</title>" in page
    assert 'This is a past election: <a class="link" href="/en/archive/2020/">One</a>, 9 February 2020' in page
    (text,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)
    broadcast = json.loads(text)["publication"]
    assert broadcast["isLiveBroadcast"] is False
    assert broadcast["startDate"].startswith("2020-02-09T06:30")
    base = configuration.site.base_url
    assert f'<link rel="canonical" href="{base}/en/archive/2020/station/034-012/">' in page


def test_the_present_elections_pages_are_as_without_an_archive(
    content: Path, tmp_path: Path, configuration: Configuration
) -> None:
    build_site(configuration, content, tmp_path / "without")
    add_past(content)
    build_site(configuration, content, tmp_path / "with")
    for language in LANGUAGES:
        for kind in ("region", "constituency", "station", "news"):
            for file in (tmp_path / "without" / language / kind).rglob("*.html"):
                other = tmp_path / "with" / file.relative_to(tmp_path / "without")
                assert other.read_bytes() == file.read_bytes()
        assert (tmp_path / "with" / language / "search.json").read_bytes() == (
            tmp_path / "without" / language / "search.json"
        ).read_bytes()
    for name in ("catalogue.json", "catalogue.csv"):
        assert (tmp_path / "with" / name).read_bytes() == (tmp_path / "without" / name).read_bytes()


def test_the_pages_of_the_archive_are_valid_linked_and_in_the_site_map(site: Path) -> None:
    kinds = ("", "2020/", "2020/region/cinar-sahili/", "2020/constituency/034/", "2020/station/034-012/")
    files = [site / "ru" / "archive" / kind / "index.html" for kind in kinds]
    assert findings_in(files) == []
    sitemap = (site / "sitemaps" / "ru-1.xml").read_text()
    for file, kind in zip(files, kinds, strict=True):
        assert f"/ru/archive/{kind}</loc>" in sitemap
        for address in addresses_in(file):
            if re.fullmatch(r"/(az|en|ru)/[^{}]*", address):
                assert (site / address.strip("/")).exists(), (file, address)


def test_texts_may_lead_into_the_archive(content: Path) -> None:
    add_past(content)
    news = content / "news" / "yayim.md"
    news.write_text(
        news.read_text() + "\n[a](/az/archive/2020/station/034-012/) [b](/az/archive/) [c](/en/archive/2020/)\n"
    )
    assert read_content(content).past[0].slug == "2020"


NEWS = "---\ntitle: { az: X, en: X, ru: X }\ndate: 2026-11-20\n---\n[x](/az/archive/%s)\n"
SLUG = "its name becomes an address: small letters a to z, digits and single hyphens between them."
WRONG = [
    ("archive/x.md", "x", ": does not belong here; a past election has a folder of its own, with election.md in it."),
    ("archive/2020/x.md", "x", ": does not belong here; only election.md stands beside the folders."),
    ("archive/2020/election.md", None, ": is missing; add it."),
    ("archive/2020/election.md", ELECTION.replace("date:", "day:"), ":1: date: is missing; add it."),
    ("archive/2020/election.md", ELECTION.replace("02-09", "02-30"), ":3: date: there is no day 2020-02-30."),
    ("archive/2020/election.md", ELECTION.replace("07:00", "7"), ":4: opening: a time of day is written as 08:00."),
    ("archive/2020/stations/034/034-099.md", "---\n---\n", ":1: name: is missing; add it."),
    (
        "archive/2020/regions/x.md",
        f"---\n{NAME.replace('Bir', 'Iks')}\naliases: [region/y]\n---\n",
        ":3: aliases: a past election's pages have no former addresses; remove them.",
    ),
    (
        "archive/2020/stations/034/034-012.md",
        STATION.removesuffix("---\n") + "closing: 06:30\n---\nMətn\n",
        ":4: closing: voting would end at 06:30, before it begins at 07:00.",
    ),
    (
        "archive/2020/stations/034/034-012.md",
        STATION.removesuffix("---\n") + "opening: 19:30\n---\nMətn\n",
        ":4: opening: voting would end at 19:00, before it begins at 19:30.",
    ),
    ("news/yayim.md", NEWS % "2019/", ":5: text: there is no /az/archive/2019/ on this site."),
    ("news/yayim.md", NEWS % "2020/station/", ":5: text: there is no /az/archive/2020/station/ on this site."),
    (
        "news/yayim.md",
        NEWS % "2020/station/034-099/",
        ":5: text: there is no /az/archive/2020/station/034-099/ on this site.",
    ),
]


@pytest.mark.parametrize(("path", "text", "fault"), WRONG)
def test_what_is_wrong_in_an_archive_is_named(
    content: Path, tmp_path: Path, path: str, text: str | None, fault: str
) -> None:
    add_past(content)
    file = content / path
    if text is None:
        for translation in file.parent.glob("election*.md"):
            translation.unlink()
    else:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    assert f"content/{path}{fault}" in refused_content(tmp_path)


def test_a_station_of_a_past_election_is_held_to_the_hours_of_that_election_as_they_are_now(
    content: Path, tmp_path: Path, configuration: Configuration
) -> None:
    folder = add_past(content, page=ELECTION.replace("opening: 07:00", "closing: 21:00"))
    station = folder / "stations" / "034" / "034-012.md"
    station.write_text(STATION.removesuffix("---\n") + "opening: 20:00\n---\nMətn\n")
    assert configuration.election.closes == time(19)
    sleep(0.15)  # older than what may change again without a trace
    build_site(configuration, content, tmp_path / "dist")
    (folder / "election.md").write_text(ELECTION)
    with pytest.raises(InputError) as error:
        build_site(configuration, content, tmp_path / "dist")
    assert str(error.value) == f"{station}:4: opening: voting would end at 19:00, before it begins at 20:00."


def test_hours_of_a_past_election_that_are_wrong_themselves_are_told_once(content: Path) -> None:
    folder = add_past(content, page=ELECTION.replace("07:00", "20:00\nclosing: 08:00"))
    with pytest.raises(InputError) as error:
        read_content(content)
    assert str(error.value) == (
        f"{folder / 'election.md'}:5: closing: voting would end at 08:00, before it begins at 20:00."
    )


def test_folders_that_do_not_belong_into_an_archive_are_named(content: Path) -> None:
    (add_past(content) / "news").mkdir()
    add_past(content, "Old One")
    with pytest.raises(InputError) as error:
        read_content(content)
    assert [str(fault) for fault in error.value.faults] == [
        f"{content}/archive/2020/news: does not belong here; the folders are regions, constituencies, stations.",
        f"{content}/archive/Old One: {SLUG}",
    ]
