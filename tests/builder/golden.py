"""The golden site: a small election whose whole site is stored, so that every change of a page is seen in a review.

`tests/fixtures/golden/` holds its content, its `pollcast.toml` and, in `site/`, what the builder makes of them on the
day of voting. Renew it with `.venv/bin/python -m tests.builder.golden`, look at the difference, and commit it.

What is stored is the site but for what says nothing about pages and would change it with every edit elsewhere:

- the folder of the assets, named by their content, is `assets/_/`, and the assets are there by name alone, in
  `names.txt`: an edit of a stylesheet or a script changes nothing here, a new file of them a line;
- of the service worker stand its settings, without its version and without its program;
- pictures, whose bytes depend on the libraries that make them, are there by name alone, without its hash.
"""

from __future__ import annotations

import datetime
import re
import shutil
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from builder import image_folder, offline
from builder.build import build_site
from election.configuration import read_configuration

FOLDER = Path(__file__).resolve().parents[1] / "fixtures" / "golden"
STORED = FOLDER / "site"
DAY = datetime.date(2026, 11, 29)
NAMES = "names.txt"
"""In the stored tree: what is there by name alone."""
_ASSETS = re.compile(r"\bassets/[0-9a-f]{8}/")
_PICTURE = re.compile(rf"\b({image_folder.NAME}/[a-z0-9-]+-\d+)-[0-9a-f]{{8}}\b")
_PROGRAM = re.compile(
    r"\A(const VERSION = )\"[0-9a-f]{8}\"(;\nconst SETTINGS = \{.*?^\};\n).*\Z", re.DOTALL | re.MULTILINE
)


def build(out: Path) -> None:
    """Build the golden site into `out`; the builder keeps pictures beside content, so that is a copy."""
    with tempfile.TemporaryDirectory() as kept:
        content = Path(kept) / "content"
        shutil.copytree(FOLDER / "content", content)
        build_site(read_configuration(FOLDER / "pollcast.toml"), content, out, today=DAY)


def as_stored(site: Path) -> Mapping[str, str]:
    """Return the built `site` as it is stored: texts by their paths."""
    texts: dict[str, str] = {}
    names: list[str] = []
    for path in sorted(path for path in site.rglob("*") if path.is_file()):
        name = _steady(path.relative_to(site).as_posix())
        if name.startswith(("assets/", f"{image_folder.NAME}/")):
            names.append(name)
        elif name == offline.PATH:
            texts[name] = _PROGRAM.sub(r'\1"_"\2', _steady(path.read_text(encoding="utf-8")))
        else:
            texts[name] = _steady(path.read_text(encoding="utf-8"))
    texts[NAMES] = "".join(f"{name}\n" for name in sorted(names))
    return texts


def stored() -> Mapping[str, str]:
    """Return the tree as it lies in the repository."""
    return {
        path.relative_to(STORED).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(STORED.rglob("*"))
        if path.is_file()
    }


def renew() -> int:
    """Store the site as it is built now; return how many files are others than before."""
    before = stored()
    with tempfile.TemporaryDirectory() as folder:
        build(Path(folder) / "site")
        now = as_stored(Path(folder) / "site")
    shutil.rmtree(STORED, ignore_errors=True)
    for name, text in now.items():
        file = STORED / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return sum(before.get(name) != now.get(name) for name in {*before, *now})


def _steady(text: str) -> str:
    return _PICTURE.sub(r"\1-_", _ASSETS.sub("assets/_/", text))


if __name__ == "__main__":
    changed = renew()
    sys.stdout.write(f"{changed} files of the golden site changed; look at them with git diff.\n")
