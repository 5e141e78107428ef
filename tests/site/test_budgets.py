"""What a page may cost before anybody presses play, compressed, in bytes."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest

from election.places import LANGUAGES
from tests.site.sample_pages import ASSETS, PAGES

KILOBYTE = 1024
HTML, CSS, SCRIPTS = 14 * KILOBYTE, 15 * KILOBYTE, 15 * KILOBYTE
CONTROLS = 10 * KILOBYTE
COMPONENTS: dict[str, list[str]] = {
    "home": ["search_box"],
    "station": ["player/player", "past"],
    "constituency": [],
    "region": [],
    "wall": ["wall/wall"],
}


def compressed(*files: Path) -> int:
    return sum(len(gzip.compress(file.read_bytes(), 9)) for file in files)


def graph(module: Path) -> set[Path]:
    """Return `module` and everything it imports from its first line on."""
    found = {module}
    for name in re.findall(r'\bimport\s*\{[^}]*\}\s*from\s*"(.+?)"', module.read_text()):
        found |= graph((module.parent / name).resolve())
    return found


def scripts_of(site: Path, kind: str) -> set[Path]:
    """Return the modules that a page of this kind runs before play."""
    folder = (site / ASSETS.root.strip("/") / "js").resolve()
    return set().union(*(graph(folder / f"{start}.js") for start in ("main", "states", *COMPONENTS[kind])))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", PAGES)
def test_a_page_fits_its_budget(site: Path, kind: str, language: str) -> None:
    file = site / language / PAGES[kind]
    assert compressed(file if file.suffix else file / "index.html") <= HTML


def test_the_stylesheet_fits_its_budget(site: Path) -> None:
    assert compressed(site / ASSETS.stylesheet.lstrip("/")) <= CSS


@pytest.mark.parametrize("kind", COMPONENTS)
def test_the_scripts_of_a_page_fit_their_budget(site: Path, kind: str) -> None:
    assert compressed(*scripts_of(site, kind)) <= SCRIPTS


@pytest.mark.parametrize("kind", COMPONENTS)
def test_a_page_names_early_exactly_the_modules_that_it_runs(site: Path, kind: str) -> None:
    text = (site / "az" / PAGES[kind] / "index.html").read_text()
    named = re.findall(r'<(?:script type="module" src|link rel="modulepreload" href)="(.+?)"', text)
    assert len(named) == len(set(named))
    assert {(site / name.lstrip("/")).resolve() for name in named} == scripts_of(site, kind)


def test_the_buttons_of_the_video_fit_their_budget_with_the_machine_that_they_come_with() -> None:
    folder = Path(__file__).resolve().parents[2] / "site" / "js" / "player"
    assert compressed(*(folder / f"{name}.js" for name in ("controls", "machine", "pilot"))) <= CONTROLS
