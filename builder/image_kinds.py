"""Which files can be pictures of the site: by their names, and by how their content begins. Pure.

A file is what its content says, not what its name says: the two must agree, or a browser and this program might take
the same bytes for different things.
"""

from __future__ import annotations

import re

MAX_BYTES = 16 * 1024 * 1024
"""Of a file."""
ENDINGS = {".jpg": "JPEG", ".jpeg": "JPEG", ".png": "PNG", ".webp": "WebP"}
"""The endings of pictures that are taken, with what the content must then be."""
NAME = re.compile(rf"[a-z0-9]+(-[a-z0-9]+)*({'|'.join(map(re.escape, ENDINGS))})", re.ASCII)
NAME_RULE = "small letters a to z, digits and single hyphens between them, then .jpg, .jpeg, .png or .webp"

_TAKEN = "save it as JPEG, PNG or WebP"
_DRAWING = "a drawing (SVG) can hold scripts and is not taken; save it as PNG"
_STARTS = (
    (b"\xff\xd8\xff", "JPEG"),
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"GIF87a", "GIF"),
    (b"GIF89a", "GIF"),
    (b"BM", "BMP"),
    (b"II*\x00", "TIFF"),
    (b"MM\x00*", "TIFF"),
    (b"8BPS", "Photoshop"),
    (b"%PDF", "PDF"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"\x00\x00\x01\x00", "an icon (ICO)"),
    (b"\xff\x0a", "JPEG XL"),
    (b"\x00\x00\x00\x0cJXL ", "JPEG XL"),
    (b"\x00\x00\x00\x0cjP  ", "JPEG 2000"),
)
_BRANDS = {b"avif": "AVIF", b"avis": "AVIF", b"heic": "HEIC", b"heix": "HEIC", b"hevc": "HEIC", b"mif1": "HEIC"}
_SVG = re.compile(rb"(\xef\xbb\xbf)?\s*(<\?xml[^>]*>\s*)?((<!--.*?-->|<!DOCTYPE[^>]*>)\s*)*<svg[\s>]", re.DOTALL | re.I)
_HTML = re.compile(rb"(\xef\xbb\xbf)?\s*<(!doctype html|html|head|body|script)[\s>]", re.IGNORECASE)
_LOOKED_AT = 4096
"""Bytes at the beginning of a file that say what it is."""


class Refused(ValueError):
    """A file that is not taken; the message is a sentence for an editor."""


def fault_of_name(name: str) -> str:
    """Return what is wrong with the name of a file in `content/images`, '' if nothing is."""
    ending = name[name.rfind(".") :].lower() if "." in name else ""
    if ending in {".svg", ".svgz"}:
        return f"{_DRAWING}."
    if ending not in ENDINGS:
        return f"is not a picture this site takes; {_TAKEN}."
    if not NAME.fullmatch(name):
        return f"its name becomes an address: {NAME_RULE}."
    return ""


def kind_of(body: bytes) -> str:
    """Return what `body` is by how it begins, such as `JPEG` or `HEIC`; '' if that is not known."""
    if body[:4] == b"RIFF" and body[8:12] == b"WEBP":
        return "WebP"
    if body[4:8] == b"ftyp" and (brand := _BRANDS.get(body[8:12])):
        return brand
    for start, kind in _STARTS:
        if body.startswith(start):
            return kind
    beginning = body[:_LOOKED_AT]
    return "SVG" if _SVG.match(beginning) else "a web page (HTML)" if _HTML.match(beginning) else ""


def fault_of_kind(name: str, body: bytes) -> str:
    """Return why `body` is not what `name`, which is right by itself, says; '' if it is."""
    stem, dot, ending = name.rpartition(".")
    said, found = ENDINGS[dot + ending], kind_of(body)
    if found == said:
        return ""
    if found == "SVG":
        return f"is by its content a drawing: {_DRAWING}."
    right = next((other for other, kind in ENDINGS.items() if kind == found), "")
    if right:
        return f"is {found} by its content, not {said}; name it {stem}{right}."
    return f"is {found} by its content; {_TAKEN}." if found else f"is no picture by its content; {_TAKEN}."
