"""Puts pictures into HTML that was made safe: each `<img>` becomes one that loads the size that is needed, when needed.

What is put in is made here alone, from the names of files that this builder has written. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import unescape

from markupsafe import Markup, escape

from builder.image_folder import ADDRESS
from builder.image_store import ImageFile, Picture

SIZES = "(min-width: 44rem) 42rem, calc(100vw - 2rem)"
"""How wide a text is shown: `--measure` of site/css, or a phone's width."""
DECORATION = "-"
"""The alternative text of a picture that says nothing: `![-](/images/line.png)`. Readers of screens pass over it."""

_IMAGE = r"<img [^<>]*>"
_ALONE = re.compile(rf"<p>({_IMAGE})</p>")
_ANY = re.compile(_IMAGE)
_ATTRIBUTE = re.compile(r'([a-z]+)="([^"]*)"')


def attributes_of(image: str) -> dict[str, str]:
    """Return the attributes of an `<img …>` as `nh3` writes it."""
    return {name: unescape(value) for name, value in _ATTRIBUTE.findall(image)}


def images_in(html: str) -> list[dict[str, str]]:
    """Return the attributes of every image in HTML made by `nh3`."""
    return [attributes_of(image) for image in _ANY.findall(html)]


def with_pictures(html: Markup, pictures: Mapping[str, Picture]) -> Markup:
    """Return `html`, made safe by `builder.markup`, with the site's `pictures`, by their addresses, in their places.

    An image alone in its paragraph becomes a figure, its title the caption. One that is not among the pictures is left
    out.
    """
    if "<img " not in html:
        return html
    alone = _ALONE.sub(lambda found: _figure(attributes_of(found[1]), pictures), str(html))
    # What stands there already has its addresses: only an image as editors write it has none of a picture's.
    placed = _ANY.sub(lambda found: _inline(found[0], pictures), alone)
    return Markup(placed)  # noqa: S704 - safe before, and what was put in is escaped


def _figure(attributes: Mapping[str, str], pictures: Mapping[str, Picture]) -> str:
    picture = pictures.get(attributes.get("src", ""))
    if picture is None:
        return ""
    caption = attributes.get("title", "")
    below = f"<figcaption>{escape(caption)}</figcaption>" if caption else ""
    return f"<figure>{_picture(picture, attributes.get('alt', ''))}{below}</figure>"


def _inline(image: str, pictures: Mapping[str, Picture]) -> str:
    attributes = attributes_of(image)
    if "loading" in attributes:
        return image
    picture = pictures.get(attributes.get("src", ""))
    return "" if picture is None else _picture(picture, attributes.get("alt", ""))


def _picture(picture: Picture, alt: str) -> str:
    largest = picture.webp[-1]
    srcset = ", ".join(f"{_address(file)} {file.width}w" for file in picture.webp)
    return (
        f'<picture><source type="image/webp" srcset="{srcset}" sizes="{SIZES}">'
        f'<img src="{_address(picture.plain)}" alt="{"" if alt == DECORATION else escape(alt)}" '
        f'width="{largest.width}" height="{largest.height}" loading="lazy" decoding="async"></picture>'
    )


def _address(file: ImageFile) -> str:
    return f"{ADDRESS}{file.name}"
