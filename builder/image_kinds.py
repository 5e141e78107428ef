"""Which files can be pictures of the site: by their names, and by how their content begins. Pure.

A file is what its content says, not what its name says: the two must agree, or a browser and this program might take
the same bytes for different things.
"""

from __future__ import annotations

import re

from election.wording import Sentence, say

MAX_BYTES = 16 * 1024 * 1024
"""Of a file."""
ENDINGS = {".jpg": "JPEG", ".jpeg": "JPEG", ".png": "PNG", ".webp": "WebP"}
"""The endings of pictures that are taken, with what the content must then be."""
NAME = re.compile(rf"[a-z0-9]+([-_][a-z0-9]+)*({'|'.join(map(re.escape, ENDINGS))})", re.ASCII)

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
    (b"PK\x03\x04", say("a ZIP archive")),
    (b"\x00\x00\x01\x00", say("an icon (ICO)")),
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
    """A file that is not taken, and the sentence that says why to an editor."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def fault_of_name(name: str) -> Sentence | None:
    """Return what is wrong with the name of a file in `content/images`, None if nothing is."""
    ending = name[name.rfind(".") :].lower() if "." in name else ""
    if ending in {".svg", ".svgz"}:
        return say("a drawing (SVG) can hold scripts and is not taken; save it as PNG.")
    if ending not in ENDINGS:
        return say("is not a picture this site takes; save it as JPEG, PNG or WebP.")
    if not NAME.fullmatch(name):
        return say(
            "its name becomes an address: small letters a to z, digits and single hyphens or underscores "
            "between them, then .jpg, .jpeg, .png or .webp."
        )
    return None


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
    return "SVG" if _SVG.match(beginning) else say("a web page (HTML)") if _HTML.match(beginning) else ""


def fault_of_kind(name: str, body: bytes) -> Sentence | None:
    """Return why `body` is not what `name`, which is right by itself, says; None if it is."""
    stem, dot, ending = name.rpartition(".")
    said, found = ENDINGS[dot + ending], kind_of(body)
    if found == said:
        return None
    if found == "SVG":
        return say("is by its content a drawing (SVG), which can hold scripts and is not taken; save it as PNG.")
    right = next((other for other, kind in ENDINGS.items() if kind == found), "")
    if right:
        return say(
            "is {found} by its content, not {said}; name it {right}.", found=found, said=said, right=stem + right
        )
    if found:
        return say("is {found} by its content; save it as JPEG, PNG or WebP.", found=found)
    return say("is no picture by its content; save it as JPEG, PNG or WebP.")
