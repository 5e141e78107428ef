"""Pollcast's own pages with holes for what differs from station to station: what contestants' templates say.

A small marked election is built by Pollcast and its pages are read back. So every contestant writes the same HTML as
Pollcast does, byte for byte but for white space, without a second set of templates that could fall behind.

What is on few pages (home, regions, news, wall, errors) is not made into templates: see `bench.contestants.source`.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from builder import translations
from builder.build import build_site
from builder.labels import Labels
from election.configuration import Configuration
from election.places import LANGUAGES

_CONSTITUENCY, _STATION = "119", 853
"""Numbers that occur nowhere else in a page."""
_REGION = "zzregion"
_NAME, _ADDRESS, _NOTE, _REGION_NAME, _PLACE = "ZZNAME", "ZZADDRESS", "ZZNOTE", "ZZREGIONNAME", "ZZPLACE"
_ITEM = re.compile(r'<li class="list__item"(?:(?!</li>).)*?</li>\n?', re.DOTALL)
_ASSETS = re.compile(r"/assets/[0-9a-f]{8}/")


@dataclass(frozen=True, kw_only=True)
class Holes:
    """How one language of templates writes what Pollcast's views hold."""

    value: Callable[[str], str]
    """A field of the page, escaped: `name` -> `{{ name }}`."""
    note: str
    """The page's own text, as HTML."""
    when: Callable[[str, str], str]
    """Something that is there only if a field is not empty."""
    each_station: Callable[[str], str]
    """Something for each station of the constituency; its fields are those of `of_row`."""
    of_row: Callable[[str], str]
    """A field of the station in `each_station`."""


@dataclass(frozen=True, kw_only=True)
class Skeletons:
    """The templates of one language."""

    station: str
    constituency: str


def skeletons(configuration: Configuration, content: Path, folder: Path, holes: Holes) -> dict[str, Skeletons]:
    """Return the templates by language for a site of `content`; `folder` is empty and for use here."""
    _write_marked(folder / "content")
    if (content / "pages").exists():  # every page leads to them
        shutil.copytree(content / "pages", folder / "content" / "pages")
    build_site(configuration, folder / "content", folder / "site")
    return {
        language: Skeletons(
            station=_station(_page(folder, language, f"station/{_CONSTITUENCY}-{_STATION}"), language, holes),
            constituency=_constituency(_page(folder, language, f"constituency/{_CONSTITUENCY}"), language, holes),
        )
        for language in LANGUAGES
    }


def _station(page: str, language: str, holes: Holes) -> str:
    for other, field in ((_STATION - 1, "previous"), (_STATION + 1, "next")):
        (item,) = (found for found in _ITEM.findall(page) if f"{_CONSTITUENCY}-{other}" in found)
        shown = item.replace(f"{_CONSTITUENCY}-{other}", holes.value(field))
        shown = shown.replace(str(other), holes.value(f"{field}_number"))
        page = page.replace(item, holes.when(field, shown))
    prose = re.search(rf'<div class="prose"[^\n]*{_NOTE}[^\n]*</div>\n', page)
    assert prose is not None, language
    note = re.sub(rf"<p>{_NOTE}</p>", lambda _: holes.note, prose[0])
    return _with_fields(page.replace(prose[0], holes.when("has_note", note)), holes.value)


def _constituency(page: str, language: str, holes: Holes) -> str:
    page = page.replace(Labels(language, translations.load(language)).station_count(3), holes.value("station_count"))
    items = [item for item in _ITEM.findall(page) if f"/{_CONSTITUENCY}-" in item]
    row = next(item for item in items if f"/{_CONSTITUENCY}-{_STATION}/" in item)
    for item in items:
        page = page.replace(item, holes.each_station(_with_fields(row, holes.of_row)) if item is row else "")
    page = page.replace(f"{_CONSTITUENCY}:{_STATION - 1}-{_STATION + 1}", holes.value("coverage"))
    return _with_fields(page, holes.value)


def _with_fields(page: str, field: Callable[[str], str]) -> str:
    found = _ASSETS.search(page)
    root = found[0] if found else ""
    page = page.replace(root, "ZZASSETS") if root else page  # its digits must not be taken for a station's
    for mark, name in (
        (f"{_CONSTITUENCY}-{_STATION}", "id"),
        (f"constituency/{_CONSTITUENCY}", "constituency_path"),
        (f"{_CONSTITUENCY}:{_STATION}", "own_coverage"),
        (str(_STATION), "number"),
        (_CONSTITUENCY, "constituency"),
        (_REGION_NAME, "region_name"),
        (_REGION, "region"),
        (_NAME, "name"),
        (_ADDRESS, "address"),
        (_PLACE, "place"),
    ):
        page = page.replace(mark, field(name))
    return page.replace("ZZASSETS", root)


def _page(folder: Path, language: str, address: str) -> str:
    return (folder / "site" / language / address / "index.html").read_text(encoding="utf-8")


def _write_marked(content: Path) -> None:
    pages = {
        "home.md": _front_matter(description="ZZHOME") + "ZZHOME\n",
        f"regions/{_REGION}.md": _front_matter(name=_REGION_NAME),
        f"constituencies/{_CONSTITUENCY}.md": _front_matter(name=_PLACE).replace(
            "---\n", f"---\nregion: {_REGION}\n", 1
        ),
    }
    for number in range(_STATION - 1, _STATION + 2):
        file = f"stations/{_CONSTITUENCY}/{_CONSTITUENCY}-{number}"
        pages[f"{file}.md"] = _front_matter(name=_NAME, address=_ADDRESS) + f"{_NOTE}\n"
        for language in LANGUAGES[1:]:
            pages[f"{file}.{language}.md"] = f"{_NOTE}\n"
    for path, text in pages.items():
        file_path = content / path
        file_path.parent.mkdir(parents=True, exist_ok=True)
        file_path.write_text(text, encoding="utf-8")


def _front_matter(**words: str) -> str:
    fields = [
        f"{field}: {{ {', '.join(f'{language}: {word}' for language in LANGUAGES)} }}" for field, word in words.items()
    ]
    return "\n".join(["---", *fields, "---", ""])
