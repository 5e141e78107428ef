"""Markdown: what editors need is shown, and nothing in a text can run, style or fetch anything."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from builder import markup
from builder.markup import ELEMENTS, TooDeep, render

HOSTILE = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<iframe src=https://evil.example></iframe>",
    "<object data=x></object><embed src=x>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href=' java\nscript:alert(1)'>x</a>",
    "<a href='&#106;avascript:alert(1)'>x</a>",
    "[x](javascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:x)",
    "![x](javascript:alert(1))",
    '!["><script>alert(1)</script>](/a.png)',
    '[x](/az/ "\\"onmouseover=alert(1)")',
    "<p style='position:fixed'>x</p>",
    "<div class=header id=content data-component=player>x</div>",
    "<form action=/x><input name=q><button>x</button></form>",
    "<base href=//evil.example><meta http-equiv=refresh content=0><link rel=stylesheet href=x>",
    "<!-- <script> --><![CDATA[<script>]]><?php x ?>",
    "`<script>alert(1)</script>`",
    "    <script>alert(1)</script>",
    "<template><script>alert(1)</script></template>",
    "<noscript><p title='</noscript><script>alert(1)</script>'>",
    "<h1>x</h1><title>x</title></main></body></html>",
]
TAG = re.compile(r"<(/?)([a-z0-9]+)((?:\s+[a-z-]+=\"[^\"<>]*\")*)\s*>")


FRAME = re.compile(r'<section class="prose__table" tabindex="0"(?: aria-label="[^"<>]+")?>(?=<table>)')


def check(html: str) -> None:
    """Every < begins a whole tag of the list; no attribute but the few, no address but a harmless one."""
    html, frames = FRAME.subn("", html)
    assert html.count("</table></section>") == html.count("<table>") == frames
    html = html.replace("</table></section>", "</table>")
    for at in (match.start() for match in re.finditer("<", html)):
        tag = TAG.match(html, at)
        assert tag is not None, html
        assert tag[2] in ELEMENTS, html
        for name, value in re.findall(r'([a-z-]+)="([^"]*)"', tag[3]):
            assert name in {"href", "src", "alt", "title", "width", "height", "start"}, html
            if name in {"href", "src"}:
                assert not re.match(r"[\s\x00-\x1f]*(javascript|vbscript|data)", value, re.IGNORECASE), html


@pytest.mark.parametrize("source", HOSTILE)
def test_nothing_in_a_text_can_run_or_style(source: str) -> None:
    check(render(source).html)


@given(st.lists(st.one_of(st.sampled_from(HOSTILE), st.text(max_size=20)), max_size=4).map("".join))
def test_no_mixture_of_texts_can_run_or_style(source: str) -> None:
    check(render(source).html)


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("", ""),
        ("Səs **verin**.", "<p>Səs <strong>verin</strong>.</p>"),
        ("# Bir\n\n## İki", "<h2>Bir</h2>\n<h3>İki</h3>"),
        ("[x](/az/) [y](https://example.org/?a=1&b=2)", None),
        ("1. a\n2. b", "<ol>\n<li>a</li>\n<li>b</li>\n</ol>"),
        ("![Zal](/images/hall.jpg)", '<p><img alt="Zal" src="/images/hall.jpg"></p>'),
        ("a <script>b</script> c & d < e", "<p>a  c &amp; d &lt; e</p>"),
        ("<center>orta</center>", "orta"),
    ],
)
def test_what_editors_need_is_shown(source: str, html: str | None) -> None:
    shown = str(render(source).html)
    if html is None:
        html = '<p><a href="/az/">x</a> <a href="https://example.org/?a=1&amp;b=2">y</a></p>'
    assert shown == html


def test_a_table_keeps_its_cells_and_loses_its_styles() -> None:
    shown = render("| a | b |\n|:--|--:|\n| 1 | 2 |").html
    assert "<th>a</th>" in shown
    assert "<td>2</td>" in shown
    assert "style" not in shown


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ('| Rayon | **Seçici** "sayı" & faizi |\n|---|---|\n| a | 1 |', ["Rayon, Seçici &#34;sayı&#34; &amp; faizi"]),
        ("| a |\n|---|\n| 1 |\n\n| b |\n|---|\n| 2 |", ["a", "b"]),
        ("<table><tr><td>a<table><tr><td>b</table></table>", ["ab", "b"]),
        ("<table></table>\n\n| b |\n|---|\n| 2 |", ["b"]),
        ("| |\n|---|\n| 2 |", []),
    ],
)
def test_a_table_stands_in_a_frame_that_the_keyboard_reaches_named_by_its_first_row(
    source: str, names: list[str]
) -> None:
    shown = str(render(source).html)
    check(shown)
    assert re.findall('tabindex="0" aria-label="([^"]*)"', shown) == names


@pytest.mark.parametrize(
    "address", ["https://example.org/a.png", "//example.org/a.png", "/\\example.org/a.png", "/a/../b.png", "a b.png"]
)
def test_an_image_of_another_site_is_left_out_and_told(address: str) -> None:
    rendered = render(f'<img src="{address}" alt="x">')
    assert rendered.foreign_images == (address,)
    assert "src" not in rendered.html


def test_the_addresses_a_text_leads_to_are_told() -> None:
    rendered = render("[a](/az/) ![b](/images/b.png) [c](https://example.org/) [d](javascript:x)")
    assert rendered.links == ("/az/", "https://example.org/")
    assert [(image.address, image.alternative) for image in rendered.images] == [("/images/b.png", "b")]


@pytest.mark.parametrize("said", ['Səs "qutusu" & zal', "a < b > c", "it's", "-", "Zal "])
def test_what_is_said_of_an_image_is_told_as_it_is_read(said: str) -> None:
    (image,) = render(f"![{said}](/images/a.png)").images
    assert image.alternative == said.strip()


def test_a_text_too_deep_to_follow_is_refused_and_spoils_no_later_one() -> None:
    with pytest.raises(TooDeep):
        render("\n".join(f"{'    ' * depth}- a" for depth in range(300)))
    assert render("Bir\n\n- iki").html == "<p>Bir</p>\n<ul>\n<li>iki</li>\n</ul>"


@given(st.from_regex(markup._PLAIN, fullmatch=True))
@example("Giriş həyət tərəfdəndir: 2 pilləkən, sağda (rampa yoxdur). 1. bax!")
def test_a_plain_line_is_the_paragraph_that_the_library_would_make_of_it(line: str) -> None:
    assert render(line) == markup._parsed(line)


@pytest.mark.parametrize(
    "text", ["1. bir", "a_b_", "a  \nb", "a *b*", "a & b", "<b>", "a\n===", "- a", "a ", "[a](b)", "a\u00a0b", "`a`"]
)
def test_what_may_mean_something_is_left_to_the_library(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    monkeypatch.setattr(markup, "_parsed", read.append)
    render.cache_clear()
    render(text)
    render.cache_clear()
    assert read == [text]
