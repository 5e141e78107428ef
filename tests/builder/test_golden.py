"""The golden site: every file of it is as it is stored, every page of it passes an independent checker of HTML.

What is compared and what is left out says `tests.builder.golden`, which also renews what is stored.
"""

from __future__ import annotations

import difflib
import shutil
from pathlib import Path

import pytest

from builder import assets
from election.places import LANGUAGES
from tests.builder import golden
from tests.builder.test_build import findings_in

RENEW = "Is that meant? Then renew it: .venv/bin/python -m tests.builder.golden"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("golden") / "site"
    golden.build(out)
    return out


def differences(site: Path) -> str:
    """Return what is otherwise than stored: every file by its name, and the lines of the first."""
    stored, now = golden.stored(), golden.as_stored(site)
    names = sorted(name for name in {*stored, *now} if stored.get(name) != now.get(name))
    if not names:
        return ""
    first = names[0]
    lines = difflib.unified_diff(
        stored.get(first, "").splitlines(), now.get(first, "").splitlines(), "stored", "built", lineterm="", n=1
    )
    return "\n".join([RENEW, *names, "", first, *lines])


def test_the_whole_site_is_as_it_is_stored(site: Path) -> None:
    assert differences(site) == ""


def test_every_page_passes_the_checker_of_html_redirects_too(site: Path) -> None:
    pages = sorted(site.rglob("*.html"))
    redirects = [page for page in pages if 'http-equiv="refresh"' in page.read_text(encoding="utf-8")]
    assert len(redirects) == 3 * len(LANGUAGES)
    assert len(pages) > 60
    assert findings_in(pages) == []


def test_a_page_a_redirect_or_a_file_for_programs_that_is_another_is_told(site: Path, tmp_path: Path) -> None:
    other = tmp_path / "site"
    shutil.copytree(site, other)
    for name in ("az/station/001-001/index.html", "ru/region/deniz/index.html", "catalogue.json"):
        path = other / name
        path.write_text(
            path.read_text(encoding="utf-8").replace("</", "< /").replace('"name"', '"nmae"'), encoding="utf-8"
        )
    (other / "en" / "404.html").unlink()
    (other / "more.html").touch()
    told = differences(other).splitlines()[1:6]
    assert told == [
        "az/station/001-001/index.html",
        "catalogue.json",
        "en/404.html",
        "more.html",
        "ru/region/deniz/index.html",
    ]


def test_an_edit_of_a_stylesheet_or_a_script_changes_nothing_of_it(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    collected = assets.collect()
    root = "assets/0badcafe/"
    old = collected.addresses.root.strip("/") + "/"
    files = {path.replace(old, root): body + b"/* edited */" for path, body in collected.files.items()}
    addresses = collected.addresses._replace(
        root=f"/{root}", stylesheet=collected.addresses.stylesheet.replace(old, root)
    )
    monkeypatch.setattr(assets, "collect", lambda: assets.AssetFolder(addresses=addresses, files=files))
    golden.build(tmp_path / "site")
    assert (tmp_path / "site" / root / "site.css").read_bytes().endswith(b"/* edited */")
    assert differences(tmp_path / "site") == ""
