"""Pictures of content, made into what browsers are sent: the only module that knows Pillow.

Nothing of the file itself is ever served. It is decoded within limits that are checked before, turned as its camera
says, brought to sRGB, scaled to a few widths and encoded anew; so what is served holds pixels and nothing else: no
place where it was taken, no thumbnail, no comment, no code that hides behind them.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass

from PIL import Image, ImageCms, ImageOps

from builder import image_kinds
from builder.image_kinds import MAX_BYTES, Refused
from election.wording import Sentence, say

MAX_PIXELS = 50_000_000
"""Of a picture: what the cameras of phones take. Decoded that is 150 MB of memory."""
MAX_SIDE = 16_000
"""Pixels of one side; WebP holds 16,383."""
MAX_SCANS = 100
"""Of a JPEG. Each goes over all pixels once more: a small file of many would take hours."""
WIDTHS = (480, 960, 1600)
"""Pixels: a small phone, a column of text or a phone with a fine screen, a column on a fine screen."""
_PLAIN_WIDTH = 960
"""At most so wide is the one file for browsers without WebP."""
_QUALITY = {"WEBP": 80, "JPEG": 82}

# The limits are checked here before anything is decoded; the library would only warn.
Image.MAX_IMAGE_PIXELS = None


@dataclass(frozen=True, kw_only=True)
class Encoded:
    """One file made from a picture."""

    ending: str
    """`webp`, `jpg` or `png`."""
    width: int
    height: int
    body: bytes


def encode(name: str, body: bytes) -> tuple[Encoded, ...]:
    """Return the files made from the picture `body`, called `name`: WebP by width, and last one for all browsers.

    The same bytes give the same files, with the same versions of the libraries. Raises `Refused`.
    """
    if not body:
        raise Refused(say("is empty; put the picture in once more."))
    if len(body) > MAX_BYTES:
        raise Refused(say("is larger than {most} MB; save it smaller.", most=MAX_BYTES // 1024 // 1024))
    if fault := image_kinds.fault_of_kind(name, body):
        raise Refused(fault)
    picture = _decoded(body, image_kinds.kind_of(body))
    return tuple(_encoded(picture))


def _decoded(body: bytes, kind: str) -> Image.Image:
    """Return the picture as RGB, or as RGBA where something shines through it."""
    if kind == "JPEG" and body.count(b"\xff\xda") > MAX_SCANS:
        raise Refused(say("is put together from more than {most} passes; save it again.", most=MAX_SCANS))
    try:
        with Image.open(io.BytesIO(body), formats=[kind.upper()]) as image:
            _check_size(*image.size)
            # A phone's JPEG may hold further pictures of the same scene behind the first; that is no animation.
            _refuse_if(
                kind != "JPEG" and getattr(image, "n_frames", 1) > 1, say("moves; save one still picture of it.")
            )
            image.load()
            _refuse_if(image.mode.startswith(("I", "F")), say("has more than 8 bits a colour; save it with 8."))
            return _plain(_as_srgb(ImageOps.exif_transpose(image)))
    except Refused:
        raise
    except Exception as error:  # a decoder says in a dozen ways that it cannot go on
        raise Refused(say("is damaged or cut off; save it again.")) from error


def _check_size(width: int, height: int) -> None:
    size = {"width": width, "height": height}
    _refuse_if(
        max(width, height) > MAX_SIDE,
        say("has {width} x {height} pixels; neither side may be longer than {most}.", **size, most=MAX_SIDE),
    )
    _refuse_if(
        width * height > MAX_PIXELS,
        say("has {width} x {height} pixels; at most {most} million are taken.", **size, most=MAX_PIXELS // 1_000_000),
    )


def _refuse_if(wrong: bool, message: Sentence) -> None:
    if wrong:
        raise Refused(message)


def _as_srgb(image: Image.Image) -> Image.Image:
    profile = image.info.get("icc_profile")
    if not profile:
        return image
    if image.mode in {"P", "PA", "LA", "RGBA"}:  # the profile speaks of the colours, not of what shines through
        image = image.convert("RGBA")
    to = "RGBA" if image.mode == "RGBA" else "RGB"
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        changed = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode=to)
    except (ImageCms.PyCMSError, OSError) as error:
        raise Refused(say("holds a colour profile that cannot be read; save it in sRGB.")) from error
    return changed or image


def _plain(image: Image.Image) -> Image.Image:
    """Return the pixels alone, without anything the file said besides."""
    see_through = image.has_transparency_data
    plain = image.convert("RGBA" if see_through else "RGB")
    if see_through and plain.getchannel("A").getextrema()[0] == 255:
        plain = plain.convert("RGB")
    plain.info = {}
    return plain


def _encoded(picture: Image.Image) -> Iterator[Encoded]:
    for width in (*(width for width in WIDTHS[:-1] if width < picture.width), min(picture.width, WIDTHS[-1])):
        yield _file(picture, width, "WEBP", "webp", method=4)
    width = min(picture.width, _PLAIN_WIDTH)
    if picture.mode == "RGBA":
        yield _file(picture, width, "PNG", "png", optimize=True)
    else:
        yield _file(picture, width, "JPEG", "jpg", optimize=True, progressive=True)


def _file(picture: Image.Image, width: int, kind: str, ending: str, **options: int) -> Encoded:
    height = max(1, round(picture.height * width / picture.width))
    scaled = picture
    if width != picture.width:
        scaled = picture.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=3.0)
    if kind in _QUALITY:
        options["quality"] = _QUALITY[kind]
    out = io.BytesIO()
    scaled.save(out, kind, **options)
    return Encoded(ending=ending, width=width, height=height, body=out.getvalue())
