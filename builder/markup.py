"""Markdown made into HTML that is safe to show: a short list of elements, no scripts, no styles, no frames.

What is not on the list is left out and its text kept. Images come from this site alone. What is put in afterwards, by
this program alone, is the frame in which a table scrolls where it is wider than the screen.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING

import nh3
from markupsafe import Markup, escape

from builder.figures import images_in
from builder.front_matter import CONTROL

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from markdown import Markdown

ELEMENTS = frozenset(
    (
        *("a", "b", "blockquote", "br", "code", "em", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "li", "ol", "p"),
        *("pre", "s", "strong", "sub", "sup", "table", "tbody", "td", "th", "thead", "tr", "ul"),
    )
)
ATTRIBUTES = {"a": {"href", "title"}, "img": {"src", "alt", "title", "width", "height"}, "ol": {"start"}}
SCHEMES = frozenset({"http", "https", "mailto", "tel"})
_OWN_IMAGE = re.compile(r"/?[A-Za-z0-9_~-][A-Za-z0-9._~-]*(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*", re.ASCII)
_PLAIN = re.compile(r"[^\W\d_](?:[^\W_]|[ ,.;:?!()№–—«»])*(?<! )")
"""One line that is a paragraph and nothing else, whatever the words."""
_ROW = re.compile(r"<tr>(.*?)</tr>", re.DOTALL)
_CELL = re.compile(r"<t[hd]>(.*?)</t[hd]>", re.DOTALL)
_HEADINGS = {"h1": "h2", "h2": "h3", "h3": "h4", "h4": "h5", "h5": "h6"}


class TooDeep(ValueError):
    """Lists or quotations stand within each other deeper than can be followed."""


@dataclass(frozen=True, kw_only=True)
class ShownImage:
    """An image in a text."""

    address: str
    alternative: str
    """What is said to those who cannot see it; '' if nothing is."""


@dataclass(frozen=True, kw_only=True)
class Rendered:
    """A text made into HTML."""

    html: Markup
    links: tuple[str, ...]
    """The addresses its links lead to, as written."""
    images: tuple[ShownImage, ...]
    """The images of this site that it shows."""
    foreign_images: tuple[str, ...]
    """The addresses of images that were left out because they are not this site's."""


@cache
def _converter() -> Markdown:
    """Return the library's converter; it takes a while to start, and few texts need it."""
    from markdown import Markdown
    from markdown.treeprocessors import Treeprocessor

    class LowerHeadings(Treeprocessor):
        """A page has its title as its one `h1`; the headings of a text stand below it."""

        def run(self, root: Element) -> None:
            for element in root.iter():
                element.tag = _HEADINGS.get(element.tag, element.tag)

    made = Markdown(extensions=["tables", "sane_lists"], output_format="html")
    made.treeprocessors.register(LowerHeadings(made), "lower_headings", 0)
    return made


@lru_cache(maxsize=4096)
def render(source: str) -> Rendered:
    """Return the HTML of a Markdown text; '' gives ''. Notes that stand on many pages are rendered once.

    Raises `TooDeep`.
    """
    if _PLAIN.fullmatch(source):
        return _only(Markup("<p>{}</p>").format(source))
    return _parsed(source) if source else _only(Markup())


def _only(html: Markup) -> Rendered:
    return Rendered(html=html, links=(), images=(), foreign_images=())


def _parsed(source: str) -> Rendered:
    links: list[str] = []
    foreign: list[str] = []

    def keep(element: str, attribute: str, value: str) -> str | None:
        if element == "img" and attribute == "src" and not _OWN_IMAGE.fullmatch(value):
            foreign.append(value)
            return None
        if attribute == "href":
            links.append(value)
        return value

    try:
        unsafe = _converter().reset().convert(source)
    except RecursionError:
        _converter().parser.state.clear()  # otherwise the next text would begin in the middle of this one
        raise TooDeep from None
    html = nh3.clean(
        unsafe,
        tags=set(ELEMENTS),
        attributes=ATTRIBUTES,
        attribute_filter=keep,
        url_schemes=set(SCHEMES),
        link_rel=None,
    )
    html = CONTROL.sub("", html)  # of references such as &#1;
    return Rendered(
        html=Markup(_with_frames(html)),  # noqa: S704 - made safe above, and what was put in is escaped
        links=tuple(links),
        images=tuple(
            ShownImage(address=image["src"], alternative=image.get("alt", "").strip())
            for image in images_in(html)
            if "src" in image
        ),
        foreign_images=tuple(foreign),
    )


def _with_frames(html: str) -> str:
    """Return safe `html` with each table in a frame that the keyboard reaches and scrolls, named by its first row."""
    return re.sub("<table>", _frame, html).replace("</table>", "</table></section>")


def _frame(found: re.Match[str]) -> str:
    row = _ROW.search(found.string, found.end(), found.string.index("</table>", found.end()))
    cells = (Markup(cell).striptags() for cell in _CELL.findall(row[1] if row else ""))  # noqa: S704 - it is safe already
    name = ", ".join(cell for cell in cells if cell)
    named = f' aria-label="{escape(name)}"' if name else ""
    return f'<section class="prose__table" tabindex="0"{named}><table>'
