"""Fields of news, pages and past elections that are wrong: each gives its exact message, and nothing is changed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.builder import golden
from tests.builder.test_content import NAME, STATION
from tests.builder.test_front_matter import BOMBS, GIANTS, NO_PAGES, NO_TEXTS, brief
from tests.refusals import refused, refused_content, run, state_of
from tests.sample_election import CONFIGURATION

TITLE = "title: { az: Ad, en: Name, ru: Имя }"


def page(*fields: str) -> str:
    """Return a right page with `fields` below its title, from its third line on."""
    return "\n".join(["---", TITLE, *fields, "---", "Mətn", ""])


def past(*fields: str) -> str:
    """Return the page of a past election with `fields` below its name and its date, from its fourth line on."""
    return "\n".join(["---", NAME, "date: 2020-02-09", *fields, "---", "Mətn", ""])


DATED = page("date: 2026-11-20")

WRONG: list[tuple[str, str, str | list[str]]] = [
    ("news/x.md", page(), ":1: date: is missing; add it."),
    ("news/x.md", DATED.replace(TITLE + "\n", ""), ":1: title: is missing; add it."),
    ("news/x.md", DATED.replace(TITLE, "title: Xəbər"), ":2: title: is written by language: az, en and ru below it."),
    ("news/x.md", DATED.replace(TITLE, "title: { en: News }"), ":2: title.az: is missing; add it."),
    ("news/x.md", DATED.replace(TITLE, "title: { az: '  ' }"), ":2: title.az: is empty; write a text."),
    (
        "news/x.md",
        DATED.replace(TITLE, "tilte: { az: Xəbər }"),
        [":1: title: is missing; add it.", ":2: tilte: is not a known key; is it title?"],
    ),
    ("news/x.md", page("date:"), ":3: date: a date is written as 2026-11-29."),
    ("news/x.md", page("date: today"), ":3: date: a date is written as 2026-11-29."),
    ("news/x.md", page("date: 2026-2-3"), ":3: date: a date is written as 2026-11-29."),
    ("news/x.md", page("date: 2026-11-20T10:00"), ":3: date: a date is written as 2026-11-29."),
    ("news/x.md", page("date: [2026-11-20]"), ":3: date: a date is written as 2026-11-29."),
    ("news/x.md", page("date: ٢٠٢٦-١١-٢٠"), ":3: date: a date is written as 2026-11-29."),
    ("news/x.md", page("date: 2026-02-29"), ":3: date: there is no day 2026-02-29."),
    ("news/x.md", page("date: 2026-13-01"), ":3: date: there is no day 2026-13-01."),
    (
        "news/x.md",
        page("date: 2026-11-20", "lastmod: 2026-11-19"),
        ":4: lastmod: the page cannot have been changed before its date.",
    ),
    (
        "news/x.md",
        page("date: 2026-11-20", "publishDate: 2026-11-22", "expiryDate: 2026-11-22"),
        ":5: expiryDate: the page would be gone before it appears; write a day after its publishDate.",
    ),
    (
        "news/x.md",
        page("date: 2026-11-20", "expiryDate: 2026-11-20"),
        ":4: expiryDate: the page would be gone before it appears; write a day after its date.",
    ),
    ("news/x.md", page("date: 2026-11-20", "publishDate: soon"), ":4: publishDate: a date is written as 2026-11-29."),
    (
        "news/x.md",
        page("date: 2026-11-20", "publishdate: 2026-11-21"),
        ":4: publishdate: is not a known key; is it publishDate?",
    ),
    ("news/x.md", page("date: 2026-11-20", "expiryDate: never"), ":4: expiryDate: a date is written as 2026-11-29."),
    ("news/x.md", page("date: 2026-11-20", "draft: maybe"), ":4: draft: is either true or false."),
    ("news/x.md", page("date: 2026-11-20", "draft: 1"), ":4: draft: is either true or false."),
    ("news/x.md", page("date: 2026-11-20", "draft: Yes"), ":4: draft: is either true or false."),
    ("news/x.md", page("date: 2026-11-20", "draft:"), ":4: draft: is either true or false."),
    (
        "news/x.md",
        page("date: 2026-11-20", "weight: 5"),
        ":4: weight: is not a known key; remove it or correct its spelling.",
    ),
    (
        "news/x.md",
        page("date: 2026-11-20", "tags: [a]"),
        ":4: tags: is not a known key; remove it or correct its spelling.",
    ),
    (
        "news/x.md",
        page("date: 2026-11-20", "description: text"),
        ":4: description: is written by language: az, en and ru below it.",
    ),
    ("news/x.md", page("date: 2026-11-20", "description: { az: '' }"), ":4: description.az: is empty; write a text."),
    (
        "news/x.md",
        page("date: 2026-11-20", "aliases: news/old"),
        ":4: aliases: is a list of addresses, such as [news/opening].",
    ),
    (
        "news/x.md",
        page("date: 2026-11-20", "aliases: [[news/old]]"),
        ":4: aliases[1]: is an address of this site, such as news/opening.",
    ),
    ("news/x.md", page("date: 2026-11-20", "slug:"), ":4: slug: is empty; write a text."),
    (
        "news/x.md",
        page("date: 2026-11-20", "slug: [x]"),
        ":4: slug: is a text on one line, not a list or further fields.",
    ),
    ("pages/x.md", page("weight: -1"), ":3: weight: is a whole number from 1 to 1000; what weighs less stands first."),
    ("pages/x.md", page("weight: 1.5"), ":3: weight: is a whole number from 1 to 1000; what weighs less stands first."),
    (
        "pages/x.md",
        page("weight: first"),
        ":3: weight: is a whole number from 1 to 1000; what weighs less stands first.",
    ),
    ("pages/x.md", page("weight:"), ":3: weight: is a whole number from 1 to 1000; what weighs less stands first."),
    (
        "pages/x.md",
        page("weight: 99999999999"),
        ":3: weight: is a whole number from 1 to 1000; what weighs less stands first.",
    ),
    ("pages/x.md", page("layout: wide"), ":3: layout: is not a known key; remove it or correct its spelling."),
    ("pages/x.md", page("date: 20.11.2026"), ":3: date: a date is written as 2026-11-29."),
    ("pages/x.md", page("date: 0206-11-20"), ":3: date: the year is from 1900 to 2199."),
    ("news/x.md", page("date: 2026-11-20", "expiryDate: 9999-12-31"), ":4: expiryDate: the year is from 1900 to 2199."),
    ("pages/x.md", page().replace("Mətn\n", ""), ": text: is missing; write it below the fields."),
    (
        "home.md",
        page().replace(TITLE, "title: { az: Ev }"),
        [":1: description: is missing; add it.", ":2: title: is not a known key; remove it or correct its spelling."],
    ),
    (
        "home.md",
        page().replace(TITLE, "description: Ev"),
        ":2: description: is written by language: az, en and ru below it.",
    ),
    (
        "archive/2020/election.md",
        past().replace(NAME, "name: Seçki"),
        ":2: name: is written by language: az, en and ru below it.",
    ),
    (
        "archive/2020/election.md",
        past("closing: 06:00"),
        ":4: closing: voting would end at 06:00, before it begins at 08:00.",
    ),
    (
        "archive/2020/election.md",
        past("opening: 20:00"),
        ":4: opening: voting would end at 19:00, before it begins at 20:00.",
    ),
    ("archive/2020/election.md", past("closing: late"), ":4: closing: a time of day is written as 08:00."),
    (
        "archive/2020/election.md",
        past("time_zone: Asia/Baku"),
        ":4: time_zone: is not a known key; remove it or correct its spelling.",
    ),
    (
        "archive/2020/election.md",
        past().replace("Mətn", "![](/images/x.png)"),
        ":5: text: the image /images/x.png has no alternative text; say what it shows, as ![The hall](/images/x.png), or that it is mere decoration, as ![-](/images/x.png).",
    ),
    (
        "archive/2020/election.md",
        past().replace("Mətn", "rtsp://10.0.0.5/main"),
        ":5: looks like the address of a camera; it belongs in cameras.toml, which is not published.",
    ),
    (
        "archive/2020/election.en.md",
        "Camera: rtsp://10.0.0.5/main\n",
        ":1: looks like the address of a camera; it belongs in cameras.toml, which is not published.",
    ),
    (
        "archive/2020/election.ru.md",
        "---\nname: x\n---\nx\n",
        ":1: text: a translation has no fields; those of all languages stand in the page itself.",
    ),
    ("archive/2020/election.de.md", "Text\n", ": translations end in .en.md or .ru.md, not in .de.md."),
    (
        "archive/2020/regions/dag.md",
        f"---\n{NAME}\ndistricts: [Nowhere]\n---\n",
        ":3: districts.0: there is no district Nowhere; docs/editors.md lists all.",
    ),
    (
        "archive/2020/constituencies/035.md",
        f"---\n{NAME}\nregion: dag\n---\n",
        ":3: region: there is no regions/dag.md.",
    ),
    (
        "archive/2020/constituencies/35.md",
        f"---\n{NAME}\nregion: sahil\n---\n",
        ": a constituency's file is named 001.md to 125.md, by its number in three digits.",
    ),
    ("archive/2020/stations/001/034-012.md", STATION, ": belongs in stations/034, by its id."),
    (
        "archive/2020/stations/001/001-009.md",
        STATION.replace("---\n", "---\nregistered_voters: many\n", 1),
        ":2: registered_voters: is a whole number in digits alone, such as 1250.",
    ),
    (
        "archive/2020/stations/001/001-009.md",
        STATION.replace("---\n", "---\naliases: [station/1]\n", 1),
        ":2: aliases: a past election's pages have no former addresses; remove them.",
    ),
    (
        "archive/2020/stations/001/001-009.md",
        STATION + "user=admin&pwd=12345\n",
        ":5: looks like a password; remove it here, and change it, for others may have seen it.",
    ),
    (
        "archive/2020/stations/001/001-001.ru.md",
        "Пароль: hunter2\n",
        ":1: looks like a password; remove it here, and change it, for others may have seen it.",
    ),
    ("archive/2020/stations/099/099-001.md", STATION, "archive/2020/stations/099: there is no constituencies/099.md."),
    (
        "archive/2020/images/x.png",
        "x",
        "archive/2020/images: does not belong here; the folders are regions, constituencies, stations.",
    ),
    ("archive/2020/home.md", "x", ": does not belong here; only election.md stands beside the folders."),
    ("archive/2020/x.txt", "x", ": is not a page; the names of pages end in .md."),
    (
        "archive/Old/election.md",
        past(),
        "archive/Old: its name becomes an address: small letters a to z, digits and single hyphens between them.",
    ),
    (
        "archive/2019/notes.md",
        "x",
        [
            "archive/2019/election.md: is missing; add it.",
            ": does not belong here; only election.md stands beside the folders.",
        ],
    ),
]


CONFIG = ("--config", str(CONFIGURATION))


@pytest.fixture(scope="module")
def right(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the golden content, in which a past election has fields of every kind.

    Nothing was made of its picture yet, so that every case shows that wrong content makes no build keep anything.
    """
    folder = tmp_path_factory.mktemp("right")
    shutil.copytree(golden.FOLDER / "content", folder / "content")
    before = state_of(folder)
    assert run(folder, "check", *CONFIG).code == 0
    assert state_of(folder) == before
    return folder


@pytest.fixture
def folder(right: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return shutil.copytree(right, tmp_path / "election")


def faults_of(folder: Path, path: str, body: str | bytes) -> list[str]:
    """Return what is said of the content with this page in it, without the page's name or else its folder's."""
    file = folder / "content" / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(body if isinstance(body, bytes) else body.encode())
    return [line.removeprefix(f"content/{path}").removeprefix("content/") for line in refused_content(folder)]


@pytest.mark.parametrize(("path", "text", "faults"), WRONG)
def test_a_wrong_page_is_named_by_line_and_field(folder: Path, path: str, text: str, faults: str | list[str]) -> None:
    assert faults_of(folder, path, text) == ([faults] if isinstance(faults, str) else faults)


@pytest.mark.parametrize(("body", "fault"), [*NO_PAGES, *NO_TEXTS])
def test_what_cannot_be_read_as_a_page_is_refused_by_the_commands_too(
    folder: Path, body: str | bytes, fault: str
) -> None:
    assert faults_of(folder, "news/page.md", body) == [f":{fault}"]


@pytest.mark.parametrize(("bomb", "fault"), BOMBS, ids=brief)
def test_fields_that_could_cost_much_are_refused_by_the_commands_too(folder: Path, bomb: str, fault: str) -> None:
    assert faults_of(folder, "news/page.md", f"---\n{bomb}\n---\n") == [f":{fault}"]


@pytest.mark.parametrize("path", ["news/page.md", "home.ru.md"])
@pytest.mark.parametrize(("raw", "fault"), GIANTS, ids=brief)
def test_a_giant_file_is_refused_by_the_commands_too(folder: Path, path: str, raw: bytes, fault: str) -> None:
    assert faults_of(folder, path, raw) == [f":{fault}"]


def test_the_site_and_what_the_builder_remembers_stay_when_content_becomes_wrong(folder: Path) -> None:
    assert run(folder, "build", "--jobs", "1", *CONFIG).code == 0
    places = [folder / name for name in ("dist", ".dist.cache", ".cache")]
    before = [state_of(place) for place in places]
    assert len(before[0]) > 100
    shutil.copy(folder / "content" / "images" / "reng.png", folder / "content" / "images" / "new.png")
    assert faults_of(folder, "archive/2020/stations/001/001-001.ru.md", "Пароль: hunter2\n")
    assert faults_of(folder, "news/x.md", page())
    assert [state_of(place) for place in places] == before


def test_warnings_that_are_taken_as_faults_leave_a_new_picture_unmade(folder: Path) -> None:
    shutil.copy(folder / "content" / "images" / "reng.png", folder / "content" / "images" / "new.png")
    (fault,) = (line for line in refused(folder, "build", "--strict", "--jobs", "1", *CONFIG) if ".png" in line)
    assert fault.startswith("content/images/new.png: is shown on no page;")
    assert not (folder / ".cache").exists()
