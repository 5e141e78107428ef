"""What crawlers and messengers are told of the built site: structured data, site map, robots, manifest, addresses."""

from __future__ import annotations

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import cv2
import pytest
from markupsafe import Markup

from builder import sharing, sitemap
from builder.build import build_site
from builder.coverage import coverage_of
from builder.sitemap import files
from election.configuration import Configuration
from election.ids import StationId
from election.places import LANGUAGES

ORIGIN = "http://127.0.0.1:8080"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
XHTML = "{http://www.w3.org/1999/xhtml}"


@pytest.fixture
def site(content: Path, tmp_path: Path, configuration: Configuration) -> Path:
    build_site(configuration, content, tmp_path / "dist")
    return tmp_path / "dist"


def xml_of(file: Path) -> ElementTree.Element:
    return ElementTree.fromstring(file.read_text())  # noqa: S314 - what was built just now


def tags(page: str) -> dict[str, str]:
    return dict(re.findall(r'<meta property="(og:[\w:]+)" content="([^"]*)">', page))


def test_a_station_page_names_its_picture_its_video_and_the_broadcast(site: Path) -> None:
    page = (site / "en/station/034-012/index.html").read_text()
    assert tags(page)["og:type"] == "video.other"
    assert tags(page)["og:image"] == f"{ORIGIN}/live/034-012/still.jpg"
    assert tags(page)["og:locale"] == "en_GB"
    assert re.findall(r'og:locale:alternate" content="(\w+)"', page) == ["az_AZ", "ru_RU"]
    assert '<link rel="alternate" hreflang="x-default" href="http://127.0.0.1:8080/az/station/034-012/">' in page
    (text,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)
    data = json.loads(text)
    assert data["@type"] == "VideoObject"
    assert data["thumbnailUrl"] == [f"{ORIGIN}/live/034-012/still.jpg"]
    assert data["contentUrl"] == f"{ORIGIN}/live/034-012/master.m3u8"
    assert data["publication"] == {
        "@type": "BroadcastEvent",
        "name": "Polling station 12, constituency 34",
        "isLiveBroadcast": True,
        "startDate": "2026-11-29T07:30:00+04:00",
        "endDate": "2026-11-30T19:00:00+04:00",
    }
    assert f"{ORIGIN}/en/034-012" in re.sub(r"<[^>]+>", "", page)


def test_structured_data_cannot_end_its_block() -> None:
    said = "</script><b>&"
    text = sharing.video(
        live=True,
        opens="",
        ends="",
        name=said,
        description=said,
        language="az",
        page="",
        still="",
        playlist="",
        place={"name": said},
    )
    assert isinstance(text, Markup)
    assert not set("<>&") & set(text)
    assert json.loads(text)["name"] == json.loads(text)["contentLocation"]["name"] == said


def test_the_site_map_names_every_page_once_a_language_and_nothing_else(site: Path) -> None:
    index = xml_of(site / "sitemap.xml")
    found = []
    for location in index.iter(f"{SITEMAP}loc"):
        part = xml_of(site / str(location.text).removeprefix(f"{ORIGIN}/"))
        for entry in part:
            found.append(str(entry.findtext(f"{SITEMAP}loc")))
            links = {link.get("hreflang"): link.get("href") for link in entry.iter(f"{XHTML}link")}
            assert set(links) == set(LANGUAGES)
            assert found[-1] in links.values()
    pages = {path.parent.relative_to(site).as_posix() for path in site.rglob("index.html")} - {"."}
    assert sorted(found) == sorted(f"{ORIGIN}/{page}/" for page in pages)


def test_no_file_of_the_site_map_is_longer_than_allowed() -> None:
    made = dict(files("https://e.example", [f"station/{number}/" for number in range(7)], most=3))
    assert sorted(made) == sorted(
        ["sitemap.xml", *(f"sitemaps/{code}-{n}.xml" for code in LANGUAGES for n in (1, 2, 3))]
    )
    assert [body.count(b"<url>") for name, body in made.items() if name.startswith("sitemaps/az")] == [3, 3, 1]


def test_a_sample_hides_from_search_engines_and_an_election_does_not(site: Path) -> None:
    text = (site / "robots.txt").read_text()
    assert "Disallow: /\n" in text
    assert f"Sitemap: {ORIGIN}/sitemap.xml\n" in text
    assert b"Disallow" not in sitemap.robots(ORIGIN, sample=False)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_manifest_is_each_languages_own_and_its_icon_is_there(site: Path, language: str) -> None:
    page = (site / language / "index.html").read_text()
    (address,) = re.findall(r'<link rel="manifest" href="/(.+?)">', page)
    manifest = json.loads((site / address).read_bytes())
    assert (manifest["lang"], manifest["start_url"]) == (language, f"/{language}/")
    for icon in manifest["icons"]:
        assert (site / icon["src"].lstrip("/")).is_file()
    (touch,) = re.findall(r'<link rel="apple-touch-icon" href="/(.+?)">', page)
    picture = cv2.imread(str(site / touch))
    assert picture is not None
    assert picture.shape == (192, 192, 3)


def test_pages_for_what_is_not_there_are_for_no_search_engine(site: Path) -> None:
    noindex = '<meta name="robots" content="noindex">'
    assert {path.name for path in site.rglob("*.html") if noindex in path.read_text()} == {"404.html", "offline.html"}


def test_everything_the_service_worker_keeps_is_in_the_site_and_none_of_it_is_the_player_library(site: Path) -> None:
    text = (site / "sw.js").read_text()
    settings = json.loads(_settings(text))
    assert [path for path in settings["shell"] if not (site / path.lstrip("/")).is_file()] == []
    assert not [path for path in settings["shell"] if "vendor" in path]


def _settings(text: str) -> str:
    return text[text.index("SETTINGS = ") + len("SETTINGS = ") : text.index(";\n//")]


def test_without_offline_the_worker_ends_itself_and_no_page_registers_one(
    content: Path, tmp_path: Path, configuration: Configuration
) -> None:
    table = configuration.site.model_copy(update={"offline": False})
    build_site(configuration.model_copy(update={"site": table}), content, tmp_path / "dist")
    assert "unregister()" in (tmp_path / "dist/sw.js").read_text()
    assert not [page for page in (tmp_path / "dist").rglob("*.html") if "sw.js" in page.read_text()]


@pytest.mark.parametrize(
    ("ids", "text"),
    [
        ([], ""),
        (["034-012"], "034:12"),
        (["033-001", "033-002", "033-003", "034-001", "034-003", "034-004"], "033:1-3 034:1,3-4"),
    ],
)
def test_a_set_of_stations_is_written_in_runs(ids: list[str], text: str) -> None:
    assert coverage_of([StationId(name) for name in ids]) == text
