"""Pictures: what is served holds pixels alone, and what is no harmless picture is refused with a sentence."""

from __future__ import annotations

import contextlib
import io
import re
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import ExifTags, Image, ImageCms, PngImagePlugin

from builder import images
from builder.build import build_site
from builder.content import read_content
from builder.image_kinds import ENDINGS, MAX_BYTES, Refused
from election.configuration import Configuration
from election.errors import InputError

NAME_RULE = (
    "its name becomes an address: small letters a to z, digits and single hyphens or underscores "
    "between them, then .jpg, .jpeg, .png or .webp."
)
NOT_TAKEN = "is not a picture this site takes; save it as JPEG, PNG or WebP."
NO_PICTURE = "is no picture by its content; save it as JPEG, PNG or WebP."
DAMAGED = "is damaged or cut off; save it again."
DRAWING = "a drawing (SVG) can hold scripts and is not taken; save it as PNG."
BY_CONTENT = "is by its content a drawing (SVG), which can hold scripts and is not taken; save it as PNG."
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def picture(width: int = 64, height: int = 48, mode: str = "RGB") -> Image.Image:
    """A picture whose four quarters are red, green, blue and white."""
    made = Image.new("RGB", (width, height), "white")
    made.paste("red", (0, 0, width // 2, height // 2))
    made.paste("lime", (width // 2, 0, width, height // 2))
    made.paste("blue", (0, height // 2, width // 2, height))
    return made.convert(mode)


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def jpeg(**options: object) -> bytes:
    return saved(picture(), "JPEG", **options)


def png(**options: object) -> bytes:
    return saved(picture(), "PNG", **options)


def webp(**options: object) -> bytes:
    return saved(picture(), "WEBP", **options)


def moving(kind: str) -> bytes:
    frames = [Image.new("RGB", (16, 16), colour) for colour in ("red", "blue")]
    return saved(frames[0], kind, save_all=True, append_images=frames[1:], duration=100)


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png_of(width: int, height: int, data: bytes = b"", *, depth: int = 8, before: bytes = b"") -> bytes:
    head = struct.pack(">IIBBBBB", width, height, depth, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + before + chunk(b"IDAT", zlib.compress(data)) + chunk(b"IEND", b"")
    )


def jpeg_of(width: int, height: int) -> bytes:
    """A JPEG that says it has this size."""
    body = jpeg()
    at = body.index(b"\xff\xc0") + 5
    return body[:at] + struct.pack(">HH", height, width) + body[at + 4 :]


def webp_of(width: int, height: int) -> bytes:
    body = saved(picture(), "WEBP")
    at = body.index(b"\x9d\x01\x2a") + 3
    return body[:at] + struct.pack("<HH", width, height) + body[at + 4 :]


WRONG: list[tuple[str, bytes | Callable[[], bytes], str]] = [
    # by the name
    ("hall.svg", SVG, DRAWING),
    ("hall.SVG", SVG, DRAWING),
    ("hall.svgz", b"\x1f\x8b", DRAWING),
    ("hall.gif", lambda: moving("GIF"), NOT_TAKEN),
    ("hall.bmp", lambda: saved(picture(), "BMP"), NOT_TAKEN),
    ("hall.tiff", lambda: saved(picture(), "TIFF"), NOT_TAKEN),
    ("hall.avif", b"\x00\x00\x00\x20ftypavif", NOT_TAKEN),
    ("hall.heic", b"\x00\x00\x00\x18ftypheic", NOT_TAKEN),
    ("hall.pdf", b"%PDF-1.7", NOT_TAKEN),
    ("hall.html", b"<script>alert(1)</script>", NOT_TAKEN),
    ("hall.js", b"alert(1)", NOT_TAKEN),
    ("hall.jpg.exe", jpeg, NOT_TAKEN),
    ("hall", jpeg, NOT_TAKEN),
    ("page.md", b"---\n---\n", NOT_TAKEN),
    ("Hall.jpg", jpeg, NAME_RULE),
    ("hall.JPG", jpeg, NAME_RULE),
    ("hall 1.jpg", jpeg, NAME_RULE),
    ("hall__1.jpg", jpeg, NAME_RULE),
    ("_hall.jpg", jpeg, NAME_RULE),
    ("hall--1.jpg", jpeg, NAME_RULE),
    ("-hall.jpg", jpeg, NAME_RULE),
    ("hall..jpg", jpeg, NAME_RULE),
    ("hall.min.jpg", jpeg, NAME_RULE),
    ("zəl.jpg", jpeg, NAME_RULE),
    ("зал.jpg", jpeg, NAME_RULE),
    ("%2e%2e.jpg", jpeg, NAME_RULE),
    ("a\\b.jpg", jpeg, NAME_RULE),
    ("hall.jpg ", jpeg, NOT_TAKEN),
    ("a<b.png", png, NAME_RULE),
    # by the content
    ("hall.jpg", b"", "is empty; put the picture in once more."),
    ("hall.jpg", b"\x00", NO_PICTURE),
    ("hall.jpg", b"\xff\xd8", NO_PICTURE),
    ("hall.jpg", b"Salam!", NO_PICTURE),
    ("hall.png", b"#!/bin/sh\nrm -rf /\n", NO_PICTURE),
    ("hall.webp", b"RIFF\x00\x00\x00\x00WAVE", NO_PICTURE),
    ("hall.png", SVG, BY_CONTENT),
    (
        "hall.jpg",
        b"\xef\xbb\xbf <?xml version='1.0'?>\n<!-- x --><SVG onload=alert(1)>",
        BY_CONTENT,
    ),
    ("hall.png", b"<!DOCTYPE svg>" + SVG, BY_CONTENT),
    (
        "hall.png",
        b"<!DOCTYPE html><script>x</script>",
        "is a web page (HTML) by its content; save it as JPEG, PNG or WebP.",
    ),
    ("hall.jpg", png, "is PNG by its content, not JPEG; name it hall.png."),
    ("hall.png", jpeg, "is JPEG by its content, not PNG; name it hall.jpg."),
    ("hall.jpeg", webp, "is WebP by its content, not JPEG; name it hall.webp."),
    ("hall.webp", png, "is PNG by its content, not WebP; name it hall.png."),
    ("hall.jpg", lambda: moving("GIF"), "is GIF by its content; save it as JPEG, PNG or WebP."),
    ("hall.jpg", lambda: saved(picture(), "BMP"), "is BMP by its content; save it as JPEG, PNG or WebP."),
    ("hall.jpg", lambda: saved(picture(), "TIFF"), "is TIFF by its content; save it as JPEG, PNG or WebP."),
    ("hall.jpg", b"\x00\x00\x00\x18ftypheic\x00\x00", "is HEIC by its content; save it as JPEG, PNG or WebP."),
    ("hall.jpg", b"\x00\x00\x00\x18ftypavif\x00\x00", "is AVIF by its content; save it as JPEG, PNG or WebP."),
    ("hall.jpg", b"%PDF-1.7\n", "is PDF by its content; save it as JPEG, PNG or WebP."),
    ("hall.png", b"PK\x03\x04\x14\x00", "is a ZIP archive by its content; save it as JPEG, PNG or WebP."),
    # too much
    ("hall.jpg", lambda: jpeg() + bytes(MAX_BYTES), "is larger than 16 MB; save it smaller."),
    ("hall.png", lambda: png_of(16_001, 1), "has 16001 x 1 pixels; neither side may be longer than 16000."),
    ("hall.jpg", lambda: jpeg_of(1, 65_000), "has 1 x 65000 pixels; neither side may be longer than 16000."),
    (
        "hall.png",
        lambda: png_of(2_000_000_000, 2_000_000_000),
        "has 2000000000 x 2000000000 pixels; neither side may be longer than 16000.",
    ),
    ("hall.png", lambda: png_of(8000, 7000), "has 8000 x 7000 pixels; at most 50 million are taken."),
    ("hall.jpg", lambda: jpeg_of(16_000, 16_000), "has 16000 x 16000 pixels; at most 50 million are taken."),
    ("hall.webp", lambda: webp_of(16_000, 16_000), "has 16000 x 16000 pixels; at most 50 million are taken."),
    (
        "hall.jpg",
        lambda: jpeg() + b"\xff\xda\x00\x08" * 101,
        "is put together from more than 100 passes; save it again.",
    ),
    ("hall.png", lambda: moving("PNG"), "moves; save one still picture of it."),
    ("hall.webp", lambda: moving("WEBP"), "moves; save one still picture of it."),
    ("hall.png", lambda: saved(Image.new("I;16", (8, 8)), "PNG"), "has more than 8 bits a colour; save it with 8."),
    # damaged
    ("hall.jpg", lambda: jpeg()[: len(jpeg()) // 2], DAMAGED),
    ("hall.jpg", lambda: jpeg()[:20], DAMAGED),
    ("hall.jpg", lambda: jpeg(progressive=True)[:-200], DAMAGED),
    ("hall.png", lambda: png()[:-30], DAMAGED),
    ("hall.png", lambda: png()[:8], DAMAGED),
    ("hall.png", lambda: png().replace(b"IDAT", b"JDAT"), DAMAGED),
    ("hall.png", lambda: png_of(64, 64, bytes(100)), DAMAGED),
    ("hall.png", lambda: png_of(0, 64), DAMAGED),
    ("hall.png", lambda: png_of(64, 64, depth=7), DAMAGED),
    (
        "hall.png",
        lambda: png_of(4, 4, bytes(52), before=chunk(b"zTXt", b"a\x00\x00" + zlib.compress(bytes(80_000_000)))),
        DAMAGED,
    ),
    ("hall.webp", lambda: webp()[:-30], DAMAGED),
    ("hall.webp", lambda: webp()[:12], DAMAGED),
    (
        "hall.jpg",
        lambda: jpeg(icc_profile=b"no profile at all"),
        "holds a colour profile that cannot be read; save it in sRGB.",
    ),
    ("hall.png", lambda: png(icc_profile=bytes(400)), "holds a colour profile that cannot be read; save it in sRGB."),
]


def test_the_bad_pictures_are_many() -> None:
    assert len({(name, message) for name, _, message in WRONG}) >= 60


@pytest.mark.parametrize(("name", "body", "message"), WRONG)
def test_a_bad_picture_is_named_and_nothing_is_written(
    name: str, body: bytes | Callable[[], bytes], message: str, content: Path, configuration: Configuration
) -> None:
    bad = content / "images" / name
    bad.parent.mkdir()
    bad.write_bytes(body if isinstance(body, bytes) else body())
    with pytest.raises(InputError) as caught:
        build_site(configuration, content, content.parent / "dist")
    assert str(caught.value) == f"{bad}: {message}"
    assert sorted(path.name for path in content.parent.iterdir()) == ["content"]


@pytest.mark.parametrize("name", ["Hall 1.jpg", "Hall-1.JPG", "hall-_1.jpg", "ZƏL 1.jpg", "a\u0020\u0020b.png"])
@pytest.mark.parametrize("written", [str, quote, "<{}>".format, lambda name: name.lower().replace(" ", "-")])
def test_a_picture_with_a_name_that_cannot_be_is_told_once(
    name: str, written: Callable[[str], str], content: Path
) -> None:
    (content / "images").mkdir()
    (content / "images" / name).write_bytes(jpeg())
    (content / "home.en.md").write_text(f"![The hall](/images/{written(name)})\n".replace("(/images/<", "(</images/"))
    with pytest.raises(InputError) as caught:
        read_content(content)
    assert str(caught.value) == f"{content / 'images' / name}: {NAME_RULE}"


@pytest.mark.parametrize("written", ["Hall-1.jpg", "hall-1.JPG", "hall 1.jpg", "Hall%201.jpg", "hall_1.jpg"])
def test_a_text_that_writes_a_pictures_name_otherwise_is_told_the_right_one(written: str, content: Path) -> None:
    (content / "images").mkdir()
    (content / "images" / "hall-1.jpg").write_bytes(jpeg())
    page = content / "home.en.md"
    page.write_text(f"![The hall](/images/{written})\n")
    with pytest.raises(InputError) as caught:
        read_content(content)
    assert str(caught.value) == (
        f"{page}:1: text: there is no /images/{written} on this site; is it /images/hall-1.jpg?"
    )


def test_a_phones_name_for_a_picture_is_an_address(content: Path, configuration: Configuration) -> None:
    (content / "images").mkdir()
    (content / "images" / "img_20261128-1015_1.jpg").write_bytes(jpeg())
    (content / "home.en.md").write_text("![The hall](/images/img_20261128-1015_1.jpg)\n")
    build_site(configuration, content, content.parent / "dist")
    page = (content.parent / "dist" / "en" / "index.html").read_text()
    (shown,) = re.findall(r'src="(/images/img_20261128-1015_1-[^"]+)"', page)
    assert (content.parent / "dist" / shown.lstrip("/")).is_file()


def make_link(path: Path) -> None:
    path.symlink_to("/etc/hostname")


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (Path.mkdir, "a folder does not belong here."),
        (make_link, "is not a plain file; put a copy in its place."),
        (lambda path: path.symlink_to("nowhere.jpg"), "is not a plain file; put a copy in its place."),
    ],
)
def test_what_is_no_plain_file_is_refused(
    make: Callable[[Path], None], message: str, content: Path, configuration: Configuration
) -> None:
    (content / "images").mkdir()
    make(content / "images" / "hall.jpg")
    with pytest.raises(InputError) as caught:
        build_site(configuration, content, content.parent / "dist")
    assert str(caught.value) == f"{content / 'images' / 'hall.jpg'}: {message}"


@given(st.sampled_from([("hall.jpg", jpeg()), ("hall.png", png()), ("hall.webp", webp())]), st.data())
def test_a_file_damaged_anywhere_is_a_picture_or_refused(file: tuple[str, bytes], data: st.DataObject) -> None:
    name, body = file
    at = data.draw(st.integers(0, len(body) - 1))
    damaged = body[:at] + data.draw(st.binary(max_size=8)) + body[at + data.draw(st.integers(0, 40)) :]
    made: tuple[images.Encoded, ...] = ()
    with contextlib.suppress(Refused):  # any other error fails the test
        made = images.encode(name, damaged)
    assert all(Image.open(io.BytesIO(file.body)).width == file.width for file in made)


def quarters(file: images.Encoded) -> list[str]:
    """What the four quarters of a picture show, by their strongest colours."""
    shown = Image.open(io.BytesIO(file.body)).convert("RGB")
    found = []
    for x, y in ((1, 1), (3, 1), (1, 3), (3, 3)):
        pixel = shown.getpixel((shown.width * x // 4, shown.height * y // 4))
        assert isinstance(pixel, tuple)
        found.append(COLOURS.get(tuple(value > 128 for value in pixel), "white"))
    return found


COLOURS: dict[tuple[bool, ...], str] = {
    (True, False, False): "red",
    (False, True, False): "lime",
    (False, False, True): "blue",
}
QUARTERS = ["red", "lime", "blue", "white"]


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("hall.jpg", jpeg()),
        ("hall.jpeg", jpeg(progressive=True)),
        ("hall.jpg", saved(picture(mode="CMYK"), "JPEG")),
        ("hall.png", png()),
        ("hall.png", saved(picture(mode="P"), "PNG")),
        ("hall.png", saved(picture(mode="RGBA"), "PNG")),
        ("hall.webp", webp(lossless=True)),
        ("hall.webp", webp(quality=90)),
        ("hall.jpg", jpeg(icc_profile=ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())),
        (
            "hall.png",
            saved(
                picture(mode="RGBA"),
                "PNG",
                icc_profile=ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes(),
            ),
        ),
    ],
)
def test_a_picture_keeps_its_colours(name: str, body: bytes) -> None:
    made = images.encode(name, body)
    assert [file.ending for file in made] == ["webp", "jpg"]
    assert {(file.width, file.height) for file in made} == {(64, 48)}
    assert [quarters(file) for file in made] == [QUARTERS, QUARTERS]


def test_grey_pictures_are_taken() -> None:
    grey = Image.new("L", (20, 10), 100)
    for made in images.encode("hall.png", saved(grey, "PNG")):
        assert made.width == 20


def test_what_shines_through_keeps_doing_so() -> None:
    clear = picture(mode="RGBA")
    clear.putalpha(Image.linear_gradient("L").resize(clear.size))
    webp_file, plain = images.encode("hall.png", saved(clear, "PNG"))
    assert (webp_file.ending, plain.ending) == ("webp", "png")
    for file in (webp_file, plain):
        shown = Image.open(io.BytesIO(file.body)).getchannel("A")
        assert shown.getpixel((32, 0)) == pytest.approx(0, abs=8)
        assert shown.getpixel((32, 47)) == pytest.approx(255, abs=8)


@pytest.mark.parametrize(
    ("width", "widths"),
    [
        (1, [1]),
        (480, [480]),
        (481, [480, 481]),
        (960, [480, 960]),
        (1200, [480, 960, 1200]),
        (1600, [480, 960, 1600]),
        (3000, [480, 960, 1600]),
    ],
)
def test_a_picture_is_made_in_a_few_widths_and_never_enlarged(width: int, widths: list[int]) -> None:
    *made, plain = images.encode("hall.png", saved(Image.new("RGB", (width, width * 2)), "PNG"))
    assert [file.width for file in made] == widths
    assert [file.height for file in made] == [2 * width for width in widths]
    assert plain.width == min(width, 960)
    for file in (*made, plain):
        assert Image.open(io.BytesIO(file.body)).size == (file.width, file.height)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_is_turned_as_its_camera_says(orientation: int) -> None:
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    taken = picture().transpose(undo[orientation]) if orientation in undo else picture()
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    for file in images.encode("hall.jpg", saved(taken, "JPEG", exif=exif)):
        assert (file.width, file.height) == (64, 48)
        assert quarters(file) == QUARTERS


def with_secrets(kind: str) -> bytes:
    """A picture that says where and by what it was taken, and more."""
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "SECRET-camera"
    exif.get_ifd(ExifTags.IFD.GPSInfo).update({1: "N", 2: (40.0, 22.0, 39.0), 29: "SECRET-date"})
    options: dict[str, object] = {"exif": exif, "xmp": b"<x:xmpmeta>SECRET-xmp</x:xmpmeta>"}
    if kind == "JPEG":
        options["comment"] = b"SECRET-comment"
    if kind == "PNG":
        told = PngImagePlugin.PngInfo()
        told.add_text("Comment", "SECRET-text")
        told.add_text("XML:com.adobe.xmp", "SECRET-xmp", zip=True)
        options = {"exif": exif, "pnginfo": told}
    return saved(picture(), kind, **options) + b"SECRET-behind<?php system('x') ?>"


@pytest.mark.parametrize(("ending", "kind"), [(".jpg", "JPEG"), (".png", "PNG"), (".webp", "WEBP")])
def test_nothing_but_pixels_is_served(ending: str, kind: str) -> None:
    assert ending in ENDINGS
    body = with_secrets(kind)
    assert body.count(b"SECRET") >= 3
    for file in images.encode(f"hall{ending}", body):
        assert b"SECRET" not in file.body
        assert b"<?php" not in file.body
        again = Image.open(io.BytesIO(file.body))
        assert dict(again.getexif()) == {}
        assert not again.info.keys() & {"exif", "xmp", "comment", "icc_profile", "XML:com.adobe.xmp", "Comment"}


def test_colours_are_brought_to_those_that_browsers_take_for_granted() -> None:
    """A profile that calls red what others call blue is followed, and then gone."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    swapped = profile.replace(b"rXYZ", b"?XYZ").replace(b"bXYZ", b"rXYZ").replace(b"?XYZ", b"bXYZ")
    for file in images.encode("hall.png", saved(picture(), "PNG", icc_profile=swapped)):
        assert quarters(file) == ["blue", "lime", "red", "white"]
        assert "icc_profile" not in Image.open(io.BytesIO(file.body)).info


def test_the_same_bytes_give_the_same_files() -> None:
    body = with_secrets("JPEG")
    assert images.encode("hall.jpg", body) == images.encode("hall.jpg", body)
