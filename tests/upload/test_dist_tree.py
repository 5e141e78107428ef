"""Which file of the built site becomes which object, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from election.errors import InputError
from election.keys import IMMUTABLE
from upload.dist_tree import digest_of, kind_of, read_tree


def tree(folder: Path, *names: str) -> Path:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name, encoding="utf-8")
    return folder


def test_a_file_lies_in_the_bucket_where_it_lies_in_the_folder(tmp_path: Path) -> None:
    files = read_tree(tree(tmp_path, "index.html", "az/station/034-012/index.html", "assets/0badcafe/site.css"))
    assert list(files) == ["site/assets/0badcafe/site.css", "site/az/station/034-012/index.html", "site/index.html"]
    assert files["site/index.html"].path == tmp_path / "index.html"
    assert files["site/index.html"].size == len("index.html")


@pytest.mark.parametrize(
    ("key", "content_type", "cache_control", "compress"),
    [
        ("site/index.html", "text/html; charset=utf-8", "public, max-age=60", True),
        ("site/catalogue.json", "application/json", "public, max-age=60", True),
        ("site/sw.js", "text/javascript; charset=utf-8", "no-cache", True),
        ("site/sitemap.xml", "application/xml", "public, max-age=60", True),
        ("site/robots.txt", "text/plain; charset=utf-8", "public, max-age=60", True),
        ("site/assets/ab/site.css", "text/css; charset=utf-8", IMMUTABLE, True),
        ("site/assets/ab/js/main.js", "text/javascript; charset=utf-8", IMMUTABLE, True),
        ("site/assets/ab/vendor/hls.light.min.mjs", "text/javascript; charset=utf-8", IMMUTABLE, True),
        ("site/assets/ab/icons/favicon.svg", "image/svg+xml", IMMUTABLE, True),
        ("site/assets/ab/text.woff2", "font/woff2", IMMUTABLE, False),
        ("site/images/hall-480-0badcafe.webp", "image/webp", IMMUTABLE, False),
        ("site/images/hall-960-0badcafe.jpg", "image/jpeg", IMMUTABLE, False),
        ("site/news/hall.JPG", "image/jpeg", "public, max-age=3600", False),
        ("site/assets.html", "text/html; charset=utf-8", "public, max-age=60", True),
        ("site/manifest.webmanifest", "application/manifest+json", "public, max-age=60", True),
    ],
)
def test_each_kind_is_served_as_what_it_is(key: str, content_type: str, cache_control: str, compress: bool) -> None:
    kind = kind_of(key)
    assert kind is not None
    assert (kind.content_type, kind.cache_control, kind.compress) == (content_type, cache_control, compress)


@pytest.mark.parametrize("name", ["notes.docx", "az/README", "az/x.html~", "program.exe"])
def test_a_file_of_an_unknown_kind_is_refused_not_guessed(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match=r"is of a kind not known; known are \.avif \.css") as caught:
        read_tree(tree(tmp_path, "index.html", name))
    assert [fault.file for fault in caught.value.faults] == [tmp_path / name]


@pytest.mark.parametrize(
    "name", ["admin/index.html", "admin/config.yml", "admin/az/x.css", "sveltia-cms.js", "az/decap-cms.js"]
)
def test_an_editor_s_interface_is_never_deployed(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError) as caught:
        read_tree(tree(tmp_path, "index.html", name))
    assert str(caught.value) == (
        f"{tmp_path / name}: belongs to an editor's interface, which is never public; "
        "remove it (pollcast editor serves one)."
    )


@pytest.mark.parametrize("name", ["az/.hidden.html", ".git/x.txt", "az/məntəqə.html", "az/a b.html", "az/a%2fb.html"])
def test_a_name_the_edge_does_not_serve_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match="has a name the edge does not serve"):
        read_tree(tree(tmp_path, "index.html", name))


def test_every_fault_is_named_at_once(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read_tree(tree(tmp_path, "index.html", "a.exe", "b c.html", "c.exe"))
    assert len(caught.value.faults) == 3


def test_a_link_is_refused_wherever_it_leads(tmp_path: Path) -> None:
    tree(tmp_path, "index.html")
    (tmp_path / "secret.txt").symlink_to("/etc/hostname")
    (tmp_path / "folder").symlink_to(tmp_path.parent)
    with pytest.raises(InputError, match="is not a plain file") as caught:
        read_tree(tmp_path)
    assert [fault.file.name for fault in caught.value.faults] == ["folder", "secret.txt"]


@pytest.mark.parametrize("names", [(), ("az/index.html",)])
def test_a_folder_without_a_home_page_is_no_site(tmp_path: Path, names: tuple[str, ...]) -> None:
    with pytest.raises(InputError, match="holds no built site; run pollcast build first"):
        read_tree(tree(tmp_path, *names))
    with pytest.raises(InputError, match="holds no built site"):
        read_tree(tmp_path / "absent")


def test_the_digest_changes_with_the_body_and_with_how_it_is_served() -> None:
    page, picture = kind_of("site/x.html"), kind_of("site/x.png")
    assert page is not None
    assert picture is not None
    assert len({digest_of(b"a", page), digest_of(b"b", page), digest_of(b"a", picture)}) == 3
    assert digest_of(b"a", page) == digest_of(b"a", page)
