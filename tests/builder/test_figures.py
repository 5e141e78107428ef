"""Pictures in texts: small ones for small screens, their place kept while they load, words for who cannot see them."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page

from builder.build import build_site
from builder.content import read_content
from builder.fault_texts import FaultTexts
from builder.figures import with_pictures
from builder.image_folder import read_images, store_of
from builder.image_store import Picture
from builder.markup import render
from builder.preview_server import POLICY, Showing, serving
from election.configuration import Configuration
from election.places import LANGUAGES
from tests.site.test_player import wait_until


@pytest.fixture
def pictures(tmp_path: Path) -> dict[str, Picture]:
    (tmp_path / "content" / "images").mkdir(parents=True)
    Image.linear_gradient("L").resize((1000, 500)).save(tmp_path / "content" / "images" / "hall.png")
    return dict(read_images(tmp_path / "content", store_of(tmp_path / "content")).pictures)


def shown(source: str, pictures: dict[str, Picture]) -> str:
    """The HTML of a text, with the sums in names left out."""
    return re.sub(r"-[0-9a-f]{8}\.", "-SHA.", with_pictures(render(source).html, pictures))


PICTURE = (
    '<picture><source type="image/webp" srcset="/images/hall-480-SHA.webp 480w, /images/hall-960-SHA.webp 960w, '
    '/images/hall-1000-SHA.webp 1000w" sizes="(min-width: 44rem) 42rem, calc(100vw - 2rem)">'
    '<img src="/images/hall-960-SHA.jpg" alt="{}" width="1000" height="500" loading="lazy" decoding="async"></picture>'
)


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("![Zal](/images/hall.png)", f"<figure>{PICTURE.format('Zal')}</figure>"),
        (
            '![Zal](/images/hall.png "Səs qutusu")',
            f"<figure>{PICTURE.format('Zal')}<figcaption>Səs qutusu</figcaption></figure>",
        ),
        ("a ![Zal](/images/hall.png) b", f"<p>a {PICTURE.format('Zal')} b</p>"),
        ("[![Zal](/images/hall.png)](/az/)", f'<p><a href="/az/">{PICTURE.format("Zal")}</a></p>'),
        ("![-](/images/hall.png)", f"<figure>{PICTURE.format('')}</figure>"),
        (
            '![a"b<c>&d](/images/hall.png "<script>e</script>")',
            f"<figure>{PICTURE.format('a&#34;b&lt;c&gt;&amp;d')}"
            "<figcaption>&lt;script&gt;e&lt;/script&gt;</figcaption></figure>",
        ),
        (
            '<img src="/images/hall.png" alt="Zal" loading="eager" srcset="//x 1w">',
            f"<figure>{PICTURE.format('Zal')}</figure>",
        ),
        ("![Zal](/images/other.png)", ""),
        ("a ![Zal](/images/other.png)", "<p>a </p>"),
        ("no picture", "<p>no picture</p>"),
    ],
)
def test_an_image_becomes_one_of_the_size_that_is_needed(source: str, html: str, pictures: dict[str, Picture]) -> None:
    assert shown(source, pictures) == html


def test_a_picture_that_no_page_shows_is_told(content: Path) -> None:
    (content / "images").mkdir()
    Image.new("RGB", (8, 8)).save(content / "images" / "hall.png")
    (warning,) = (fault for fault in read_content(content).warnings if fault.file.suffix == ".png")
    assert str(warning) == (
        f"{content / 'images' / 'hall.png'}: is shown on no page; "
        "use it, as ![what it shows](/images/hall.png), or remove it."
    )
    (content / "home.en.md").write_text("![The hall](/images/hall.png)\n", encoding="utf-8")
    assert [fault for fault in read_content(content).warnings if fault.file.suffix == ".png"] == []


def test_the_site_holds_exactly_the_files_that_its_pages_name(
    sample: Path, tmp_path: Path, configuration: Configuration
) -> None:
    shutil.copytree(sample, tmp_path / "content")
    build_site(configuration, tmp_path / "content", tmp_path / "dist")
    there = {f"/images/{path.name}" for path in (tmp_path / "dist" / "images").iterdir()}
    named: set[str] = set()
    for language in LANGUAGES:
        page = (tmp_path / "dist" / language / "news" / "yayim" / "index.html").read_text(encoding="utf-8")
        (alternative,) = re.findall(r'<img src="/images/[^"]*" alt="([^"]+)"', page)
        assert alternative
        named |= set(re.findall(r"/images/[\w.-]+", page))
    assert there == named
    kept = sorted(path.relative_to(tmp_path) for path in (tmp_path / ".cache").rglob("*.webp"))
    assert len(kept) == 3


def test_two_builds_give_the_same_bytes_whether_or_not_pictures_were_kept(
    sample: Path, tmp_path: Path, configuration: Configuration
) -> None:
    shutil.copytree(sample, tmp_path / "content")
    build_site(configuration, tmp_path / "content", tmp_path / "first")
    shutil.rmtree(tmp_path / ".cache")
    build_site(configuration, tmp_path / "content", tmp_path / "second")
    for folder in ("first", "second"):
        assert len(list((tmp_path / folder / "images").iterdir())) == 4
    first, second = (
        {path.name: path.read_bytes() for path in (tmp_path / folder / "images").iterdir()}
        for folder in ("first", "second")
    )
    assert first == second


@pytest.mark.browser
@pytest.mark.parametrize("width", [390, 1280])
def test_a_browser_fetches_the_size_it_needs_and_nothing_moves(
    width: int, sample: Path, tmp_path: Path, configuration: Configuration, page: Page
) -> None:
    assert "img-src 'self';" in POLICY
    shutil.copytree(sample, tmp_path / "content")
    build_site(configuration, tmp_path / "content", tmp_path / "dist")
    page.set_viewport_size({"width": width, "height": 800})
    page.set_default_timeout(120_000)
    reports: list[str] = []
    page.on("console", lambda message: reports.append(message.text))
    showing = Showing("test", FaultTexts("en"))
    with serving(showing, 0) as address:
        showing.show(tmp_path / "dist")
        page.goto(f"{address}/en/news/yayim/")
        image = page.get_by_role("img", name="Picture of a simulated camera")
        before = image.bounding_box()
        image.scroll_into_view_if_needed()
        wait_until(page, "[...document.querySelectorAll('figure img')].every(i => i.complete && i.currentSrc)")
        source = image.evaluate("image => image.currentSrc")
        after = image.bounding_box()
    assert re.search(r"numune-zal-(480|960)-[0-9a-f]{8}\.webp$", source)
    assert ("-480-" in source) == (width == 390)
    assert before is not None
    assert after is not None
    assert (before["width"], before["height"]) == (after["width"], after["height"])
    assert after["width"] <= width
    assert [text for text in reports if "Content Security Policy" in text] == []
