"""Content: what is right is read into places and news; everything wrong is named by file, line and field at once."""

from __future__ import annotations

import errno
import json
import os
import shutil
import unicodedata
from datetime import date
from pathlib import Path

import pytest

from builder.build import build_site
from builder.content import read_content
from builder.content_folder import Listing, list_folder
from builder.known import FileMemory
from election.configuration import Configuration
from election.errors import InputError
from election.places import LANGUAGES
from tests.refusals import refused_content, run
from tests.sample_election import CONFIGURATION

NAME = "name: { az: Bir, en: One, ru: Один }"
ADDRESS = "address: { az: Küçə, en: Street, ru: Улица }"
REGION = f"---\n{NAME}\n---\n"
CONSTITUENCY = f"---\n{NAME}\nregion: cinar-sahili\n---\n"
STATION = f"---\n{NAME}\n{ADDRESS}\n---\n"
NEWS = "---\ntitle: { az: Xəbər, en: News, ru: Новость }\ndate: 2026-11-20\n---\nMətn\n"

WRONG = [
    # whole files
    (
        "home.md",
        None,
        [
            "home.en.md: translates home.md, which does not exist.",
            "home.md: is missing; add it.",
            "home.ru.md: translates home.md, which does not exist.",
        ],
    ),
    ("home.md", "Mətn", "home.md:1: does not begin with its fields; write --- above them and --- below them."),
    ("about.md", "x", "about.md: does not belong here; only home.md stands beside the folders."),
    ("home.az.md", "x", "home.az.md: the Azerbaijani text belongs in home.md."),
    ("home.de.md", "x", "home.de.md: translations end in .en.md or .ru.md, not in .de.md."),
    ("notes.txt", "x", "notes.txt: is not a page; the names of pages end in .md."),
    (
        "pictures/x.md",
        "x",
        "pictures: does not belong here; "
        "the folders are regions, constituencies, stations, news, pages, archive, images.",
    ),
    ("regions/old/x.md", "x", "regions/old: a folder does not belong here."),
    # regions
    ("regions/Sahil.md", REGION, "regions/Sahil.md: its name becomes an address: {slug}."),
    ("regions/çinar.md", REGION, "regions/çinar.md: its name becomes an address: {slug}."),
    ("regions/a--b.md", REGION, "regions/a--b.md: its name becomes an address: {slug}."),
    (
        "regions/x.md",
        f"---\n{NAME}\ndistricts: Quba\n---\n",
        "regions/x.md:3: districts: is a list of names, such as [Quba, Qusar].",
    ),
    (
        "regions/x.md",
        f"---\n{NAME}\ndistricts:\n  - Seki\n  - Zzyzx\n---\n",
        [
            "regions/x.md:4: districts.0: there is no district Seki; is it Şəki?",
            "regions/x.md:5: districts.1: there is no district Zzyzx; docs/editors.md lists all.",
        ],
    ),
    (
        "regions/x.md",
        f"---\n{NAME}\ndistricts: [Lerik, Lerik]\n---\n",
        "regions/x.md:3: districts.1: Lerik stands twice; remove one of them.",
    ),
    (
        "regions/x.md",
        f"---\n{NAME}\ndistricts: [Quba]\n---\n",
        "regions/x.md:3: districts.0: Quba is already in regions/cinar-sahili.md; a district lies in one region.",
    ),
    ("regions/x.md", "---\n---\n", "regions/x.md:1: name: is missing; add it."),
    ("regions/x.md", "---\nname: Bir\n---\n", "regions/x.md:2: name: is written by language: az, en and ru below it."),
    ("regions/x.md", "---\nname: { en: One }\n---\n", "regions/x.md:2: name.az: is missing; add it."),
    ("regions/x.md", "---\nname: { az: '' }\n---\n", "regions/x.md:2: name.az: is empty; write a text."),
    (
        "regions/x.md",
        "---\nname:\n  az: Bir\n  tr: Bir\n---\n",
        "regions/x.md:4: name.tr: is not a known key; remove it or correct its spelling.",
    ),
    (
        "regions/x.md",
        "---\nname:\n  az: [Bir]\n---\n",
        "regions/x.md:3: name.az: is a text on one line, not a list or further fields.",
    ),
    (
        "regions/x.md",
        f"---\nname:\n  az: {'a' * 201}\n---\n",
        "regions/x.md:3: name.az: is 201 characters long; 200 are allowed.",
    ),
    (
        "regions/x.md",
        "---\nname:\n  az: |\n    Bir\n    İki\n---\n",
        "regions/x.md:3: name.az: holds a line break or a character that cannot be seen; write one plain line.",
    ),
    (
        "regions/x.md",
        '---\nname:\n  az: "a\\u202Eb"\n---\n',
        "regions/x.md:3: name.az: holds a line break or a character that cannot be seen; write one plain line.",
    ),
    (
        "regions/x.md",
        f"---\n{NAME}\ntitle: x\n---\n",
        "regions/x.md:3: title: is not a known key; remove it or correct its spelling.",
    ),
    ("regions/x.md", f"{REGION}\nMətn", "regions/x.md:5: text: this kind of page shows none; remove it."),
    # constituencies
    (
        "constituencies/40.md",
        CONSTITUENCY,
        "constituencies/40.md: a constituency's file is named 001.md to 125.md, by its number in three digits.",
    ),
    (
        "constituencies/126.md",
        CONSTITUENCY,
        "constituencies/126.md: a constituency's file is named 001.md to 125.md, by its number in three digits.",
    ),
    (
        "constituencies/000.md",
        CONSTITUENCY,
        "constituencies/000.md: a constituency's file is named 001.md to 125.md, by its number in three digits.",
    ),
    (
        "constituencies/040.md",
        CONSTITUENCY.replace("cinar-sahili", "cinar"),
        "constituencies/040.md:3: region: there is no regions/cinar.md.",
    ),
    (
        "constituencies/040.md",
        CONSTITUENCY.replace("cinar-sahili", "../x"),
        "constituencies/040.md:3: region: '../x' is not a short name: {slug}.",
    ),
    # stations
    (
        "stations/034-014.md",
        STATION,
        "stations/034-014.md: a station's file stands in the folder of its constituency, such as stations/034.",
    ),
    (
        "stations/034/034-14.md",
        STATION,
        "stations/034/034-14.md: a station id is three digits, a hyphen, three digits, such as 034-012, not '034-14'.",
    ),
    (
        "stations/034/034-000.md",
        STATION,
        "stations/034/034-000.md: a polling station is numbered 1 to 999, not 0.",
    ),
    ("stations/034/035-012.md", STATION, "stations/034/035-012.md: belongs in stations/035, by its id."),
    ("stations/077/077-001.md", STATION, "stations/077: there is no constituencies/077.md."),
    (
        "stations/034/034-099.md",
        STATION.replace(ADDRESS, "adress: x"),
        [
            "stations/034/034-099.md:1: address: is missing; add it.",
            "stations/034/034-099.md:3: adress: is not a known key; is it address?",
        ],
    ),
    (
        "stations/034/034-099.en.md",
        "A note",
        "stations/034/034-099.en.md: translates 034-099.md, which does not exist.",
    ),
    (
        "stations/034/034-013.en.md",
        "A note",
        "stations/034/034-013.en.md: text: translates what 034-013.md does not say; remove it.",
    ),
    (
        "stations/034/034-012.en.md",
        " \n",
        "stations/034/034-012.en.md: text: is empty; write the translation or remove the file.",
    ),
    (
        "stations/034/034-012.en.md",
        "---\nname: x\n---\nA note",
        "stations/034/034-012.en.md:1: text: "
        "a translation has no fields; those of all languages stand in the page itself.",
    ),
    # news
    ("news/x.md", NEWS.replace("Mətn", ""), "news/x.md: text: is missing; write it below the fields."),
    ("news/x.md", NEWS.replace("2026-11-20", "20.11.2026"), "news/x.md:3: date: a date is written as 2026-11-29."),
    ("news/x.md", NEWS.replace("2026-11-20", "2026-11-31"), "news/x.md:3: date: there is no day 2026-11-31."),
    ("news/x.md", NEWS.replace("date: 2026-11-20\n", ""), "news/x.md:1: date: is missing; add it."),
    (
        "news/x.md",
        f"{NEWS}\n" + "\n".join(f"{'    ' * depth}- a" for depth in range(300)),
        "news/x.md:5: text: its lists or quotations stand within each other too deep.",
    ),
    # what texts lead to
    (
        "news/x.md",
        f"{NEWS}\n![Zal](https://example.org/a.png)\n",
        "news/x.md:7: text: an image comes from this site, such as /images/hall.jpg, not 'https://example.org/a.png'.",
    ),
    (
        "news/x.md",
        f"{NEWS}\n[x](/az/statoin/034-012/)\n",
        "news/x.md:7: text: there is no /az/statoin/034-012/ on this site.",
    ),
    (
        "news/x.md",
        f"{NEWS}[x](/az/station/034-999/)\n",
        "news/x.md:6: text: there is no /az/station/034-999/ on this site.",
    ),
    (
        "news/x.md",
        f"{NEWS}[x](/az/station/034-012)\n",
        "news/x.md:6: text: there is no /az/station/034-012 on this site; is it /az/station/034-012/?",
    ),
    (
        "news/x.md",
        f"{NEWS}[x](/station/034-012#live)\n",
        "news/x.md:6: text: there is no /station/034-012#live on this site; is it /az/station/034-012/?",
    ),
    ("news/x.md", f"{NEWS}[x](../y/)\n", "news/x.md:6: text: write the whole path, such as /az/news/, not '../y/'."),
    (
        "news/x.md",
        f"{NEWS}![x](/images/no.png)\n",
        "news/x.md:6: text: there is no content/images/no.png; put the picture there.",
    ),
    (
        "news/x.md",
        f"{NEWS}\n![](/images/hall.png)\n",
        "news/x.md:7: text: the image /images/hall.png has no alternative text; say what it shows, "
        "as ![The hall](/images/hall.png), or that it is mere decoration, as ![-](/images/hall.png).",
    ),
    (
        "news/x.md",
        f'{NEWS}<img src="/images/hall.png" alt=" ">\n',
        "news/x.md:6: text: the image /images/hall.png has no alternative text; say what it shows, "
        "as ![The hall](/images/hall.png), or that it is mere decoration, as ![-](/images/hall.png).",
    ),
    (
        "news/x.md",
        f"{NEWS}![Hall.PNG](/images/hall.png)\n",
        "news/x.md:6: text: the alternative text of /images/hall.png is the name of a file; say what the image shows.",
    ),
    (
        "news/x.md",
        f"{NEWS}![{'a' * 201}](/images/hall.png)\n",
        "news/x.md:6: text: the alternative text of /images/hall.png is 201 characters long; 200 are allowed.",
    ),
    (
        "news/x.md",
        f"{NEWS}![Zal](hall.png)\n",
        "news/x.md:6: text: write the image's whole path, such as /images/hall.jpg, not 'hall.png'.",
    ),
    (
        "news/x.md",
        f"{NEWS}![Zal](/live/034-012/still.jpg)\n",
        "news/x.md:6: text: write the image's whole path, such as /images/hall.jpg, not '/live/034-012/still.jpg'.",
    ),
    (
        "news/x.md",
        f"{NEWS}![Zal](/images/../home.md)\n",
        "news/x.md:6: text: an image comes from this site, such as /images/hall.jpg, not '/images/../home.md'.",
    ),
    (
        "news/x.md",
        f"{NEWS}![Zal](/images/old/hall.png)\n",
        "news/x.md:6: text: no picture has the address /images/old/hall.png: its name is made of small letters a to z, "
        "digits and single hyphens or underscores between them, then .jpg, .jpeg, .png or .webp.",
    ),
    (
        "news/x.md",
        f"{NEWS}![Zal](/images/Hall 1.jpg)\n",
        "news/x.md:6: text: no picture has the address /images/Hall 1.jpg: its name is made of small letters a to z, "
        "digits and single hyphens or underscores between them, then .jpg, .jpeg, .png or .webp.",
    ),
    (
        "news/yayim.en.md",
        "![](/images/hall.png)\n",
        "news/yayim.en.md:1: text: the image /images/hall.png has no alternative text; say what it shows, "
        "as ![The hall](/images/hall.png), or that it is mere decoration, as ![-](/images/hall.png).",
    ),
]
SLUG = "small letters a to z, digits and single hyphens between them"


@pytest.mark.parametrize(("path", "text", "faults"), WRONG)
def test_wrong_content_is_named_and_nothing_is_written(
    tmp_path: Path, content: Path, path: str, text: str | None, faults: str | list[str]
) -> None:
    file = content / path
    if text is None:
        file.unlink()
    else:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    wanted = [faults] if isinstance(faults, str) else faults
    assert refused_content(tmp_path) == [f"content/{fault.format(slug=SLUG)}" for fault in wanted]


def test_all_faults_are_told_at_once_in_the_order_of_the_files(content: Path) -> None:
    (content / "regions" / "cinar-sahili.md").write_text("---\nnaem: x\n---\n")
    (content / "news" / "yayim.md").unlink()
    (content / "stations" / "034" / "034-012.md").write_text("x")
    with pytest.raises(InputError) as error:
        read_content(content)
    places = [f"{fault.file.relative_to(content)}:{fault.line}:{fault.field}" for fault in error.value.faults]
    assert places == [
        "news/yayim.en.md:0:",
        "news/yayim.ru.md:0:",
        "regions/cinar-sahili.md:1:name",
        "regions/cinar-sahili.md:2:naem",
        "stations/034/034-012.md:1:",
    ]


def test_a_page_that_is_a_link_to_a_file_elsewhere_is_refused(content: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret.md"
    secret.write_text(STATION)
    (content / "stations" / "034" / "034-014.md").symlink_to(secret)
    with pytest.raises(InputError, match=r"034-014\.md: is not a plain file; put a copy in its place\.$"):
        read_content(content)


@pytest.mark.parametrize("place", ["news", "pages", "archive", "images", "archive/2020/regions"])
def test_a_file_in_the_place_of_a_folder_is_named_once(content: Path, tmp_path: Path, place: str) -> None:
    write_past_election(content)
    shutil.rmtree(content / place, ignore_errors=True)
    (content / place).write_text("x")
    told = [line for line in refused_content(tmp_path) if place in line.partition(": ")[0]]
    assert told == [f"content/{place}: is not a page; the names of pages end in .md."]


@pytest.mark.parametrize("place", ["regions", "constituencies", "stations", "stations/034"])
def test_a_file_in_the_place_of_a_folder_of_places_is_named(content: Path, tmp_path: Path, place: str) -> None:
    shutil.rmtree(content / place)
    (content / place).write_text("x")
    assert f"content/{place}: is not a page; the names of pages end in .md." in refused_content(tmp_path)


@pytest.mark.parametrize(
    "place",
    [
        *("regions", "constituencies", "stations", "stations/034", "news", "pages", "images"),
        *("archive", "archive/2020", "archive/2020/stations"),
    ],
)
def test_a_folder_that_cannot_be_read_is_a_fault_and_what_is_in_it_is_not_told_as_missing(
    content: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    write_past_election(content)
    (content / place).mkdir(exist_ok=True)
    close(content / place, monkeypatch)
    (content / "news" / "x.md").write_text(NEWS.replace("Mətn", "[x](/az/station/034-012/) ![x](/images/x.png)"))
    assert refused_content(tmp_path) == [f"content/{place}: cannot be read: Permission denied."]


def test_content_that_cannot_be_read_is_one_fault(
    content: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    close(content, monkeypatch)
    assert refused_content(tmp_path) == ["content: cannot be read: Permission denied."]


def close(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nobody list `folder`; the rights of the file system would not stop root."""
    scandir, closed = os.scandir, folder.stat()

    def refuse(place: str | Path | int = ".") -> object:
        if os.path.samestat(os.stat(place), closed):  # noqa: PTH116 - also of a handle
            raise PermissionError(errno.EACCES, "Permission denied", str(place))
        return scandir(place)

    monkeypatch.setattr(os, "scandir", refuse)


def write_past_election(content: Path) -> None:
    """Make a past election of one region."""
    folder = content / "archive" / "2020"
    (folder / "regions").mkdir(parents=True)
    (folder / "stations").mkdir()
    (folder / "election.md").write_text(f"---\n{NAME}\ndate: 2020-02-09\n---\n")


def test_a_page_that_is_gone_before_it_is_read_is_a_fault(content: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def list_and_lose(folder: Path) -> Listing:
        found = list_folder(folder)
        (folder / "yayim.md").unlink(missing_ok=True)
        return found

    monkeypatch.setattr("builder.page_reader.list_folder", list_and_lose)
    with pytest.raises(InputError) as error:
        read_content(content, memory=FileMemory({}))
    assert str(error.value) == f"{content}/news/yayim.md: cannot be read: No such file or directory."


def test_content_that_is_not_there_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nowhere: there is no such folder\.$"):
        read_content(tmp_path / "nowhere")


def test_right_content_becomes_places_and_news(content: Path) -> None:
    (content / "news" / "a.md").write_text(NEWS.replace("2026-11-20", "2026-11-21"))
    (content / "stations" / "034" / "034-002.md").write_text(STATION)
    (content / "constituencies" / "099.md").write_text(CONSTITUENCY)
    (content / ".editor").mkdir()
    (content / "regions" / ".x.md.swp").write_text("x")
    found = read_content(content)
    assert [region.slug for region in found.regions] == ["cinar-sahili", "elvan-duzen", "gumus-dag"]
    assert [(place.number, place.region) for place in found.constituencies] == [
        (34, "cinar-sahili"),
        (35, "elvan-duzen"),
        (36, "gumus-dag"),
        (99, "cinar-sahili"),
    ]
    assert [entry.station.id for entry in found.stations[34]] == ["034-002", "034-012", "034-013"]
    assert found.stations[99] == ()
    assert found.station_count == 7
    assert [(item.slug, item.date) for item in found.news] == [("a", date(2026, 11, 21)), ("yayim", date(2026, 11, 20))]
    note = found.stations[34][1].note
    assert [note.in_language(code).split(":")[0] for code in LANGUAGES] == [
        "Nümunə qeyd",
        "Sample note",
        "Пример примечания",
    ]


def test_what_is_not_translated_is_a_warning_and_a_fault_only_when_strict(
    content: Path, tmp_path: Path, configuration: Configuration
) -> None:
    station = content / "stations" / "034" / "034-013.md"
    station.write_text("---\nname:\n  az: Bir\n  en: One\naddress: { az: Küçə }\n---\nQeyd\n")
    wanted = [
        f"{station}:2: name: is not translated (ru); the Azerbaijani is shown.",
        f"{station}:5: address: is not translated (en, ru); the Azerbaijani is shown.",
        f"{station}: text: is not translated (en, ru); the Azerbaijani is shown.",
    ]
    assert [str(warning) for warning in read_content(content).warnings] == wanted
    with pytest.raises(InputError) as error:
        build_site(configuration, content, tmp_path / "dist", strict=True)
    assert [str(fault) for fault in error.value.faults] == wanted
    assert not (tmp_path / "dist").exists()
    build_site(configuration, content, tmp_path / "dist")
    page = (tmp_path / "dist" / "ru" / "station" / "034-013" / "index.html").read_text()
    assert '<p class="subtitle">Bir</p>' in page
    assert '<div class="prose"><div lang="az"><p>Qeyd</p></div></div>' in page


def test_a_wrong_address_is_named_by_its_own_line(content: Path, tmp_path: Path) -> None:
    right, wrong = "/az/news/yayim/", "/az/news/yayim"
    text = f"[a]({right})\n\n[b]({wrong})\n[c]({wrong})\n[d]({wrong}?a=1&amp;b=2)\n[e][e]\n\n[e]: {wrong}?e\n"
    (content / "news" / "x.md").write_text(NEWS.replace("Mətn\n", text))
    (content / "news" / "x.en.md").write_text(f"\n\n{text}")
    (content / "news" / "x.ru.md").write_text("Текст\n")
    said = refused_content(tmp_path)
    assert [line.partition(" text:")[0] for line in said] == [
        *(f"content/news/x.en.md:{line}:" for line in (5, 6, 7, 10)),
        *(f"content/news/x.md:{line}:" for line in (7, 8, 9, 12)),
    ]


def test_a_name_that_is_not_utf_8_is_told_to_people_and_programs(content: Path, tmp_path: Path) -> None:
    (content / "news" / os.fsdecode(b"\xe8.md")).write_text(NEWS)
    (content / "images").mkdir(exist_ok=True)
    (content / "images" / os.fsdecode(b"\xe8.jpg")).write_text("x")
    message = "its name is not UTF-8; give the file another name."
    assert refused_content(tmp_path) == [f"content/images/\\xe8.jpg: {message}", f"content/news/\\xe8.md: {message}"]
    done = run(tmp_path, "check", "--json", "--config", str(CONFIGURATION))
    assert (done.code, [fault["message"] for fault in json.loads(done.out)]) == (2, [message, message])


def test_letters_that_are_written_as_two_characters_are_read_as_one(
    content: Path, tmp_path: Path, configuration: Configuration
) -> None:
    region = content / "regions" / "cinar-sahili.md"
    name = unicodedata.normalize("NFD", "Şəki")
    region.write_text(f"---\nname: {{ az: {name}, en: One, ru: Один }}\ndistricts: [{name}]\n---\n")
    read = next(found for found in read_content(content).regions if found.slug == "cinar-sahili")
    assert (read.name.in_language("az"), read.districts) == ("Şəki", ("Şəki",))
