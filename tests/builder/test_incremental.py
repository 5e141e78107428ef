"""What a build leaves as it was is what a clean build would write, whatever editors do between two builds."""

from __future__ import annotations

import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from builder import build, districts, image_folder, image_store, offline, pieces, templates, translations, version
from builder.build import Summary, build_site
from builder.sample import write_content
from election.configuration import Configuration, read_configuration
from election.errors import InputError
from tests.builder.conftest import ROOT
from tests.sample_election import CONFIGURATION

Edit = Callable[["Workplace", random.Random], None]


class Workplace:
    """An editor's folder, with templates of its own."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.content = root / "content"
        self.out = root / "dist"
        self.cache = root / ".dist.cache"
        self.templates = root / "templates"
        self.configuration = root / "pollcast.toml"
        write_content(self.content, 6)
        shutil.copytree(ROOT / "templates", self.templates)
        shutil.copy(CONFIGURATION, root)

    def build(self, out: Path | None = None, *, clean: bool = False, jobs: int = 1) -> Summary:
        return build_site(read_configuration(self.configuration), self.content, out or self.out, clean=clean, jobs=jobs)

    def pages(self, kind: str) -> list[Path]:
        return sorted(path for path in (self.content / kind).rglob("*.md") if path.stem.count(".") == 0)


@contextmanager
def new_workplace() -> Iterator[Workplace]:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as monkeypatch:
        place = Workplace(Path(folder))
        monkeypatch.setattr(templates, "TEMPLATES", place.templates)
        monkeypatch.setattr(translations, "LOCALE", place.templates / "locale")
        sources = (*version.SOURCES[:-1], str(place.templates))
        monkeypatch.setattr(build, "version", lambda *more, sources=sources: version.version(*more, sources=sources))
        yield place
    pieces.use_program("")


@pytest.fixture
def workplace() -> Iterator[Workplace]:
    with new_workplace() as place:
        yield place


def tree(folder: Path) -> dict[str, bytes | None]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() if path.is_file() else None for path in folder.rglob("*")
    }


def changed_words(place: Workplace, chance: random.Random, kind: str) -> None:
    path = chance.choice(place.pages(kind))
    words = f'az: "{chance.choice(["Bir", "İki <b>", "Üç & dörd"])} {chance.randrange(3)}'
    path.write_text(path.read_text().replace('az: "', words, 1))


def change_station(place: Workplace, chance: random.Random) -> None:
    changed_words(place, chance, "stations")


def change_note(place: Workplace, chance: random.Random) -> None:
    path = chance.choice(place.pages("stations"))
    head = path.read_text().rpartition("---\n")[0]
    note = chance.choice(["", "Yeni *qeyd*.", "- bir\n- iki"])
    path.write_text(f"{head}---\n{note}\n")
    for language in ("en", "ru"):
        path.with_suffix(f".{language}.md").unlink(missing_ok=True)


def add_station(place: Workplace, chance: random.Random) -> None:
    pattern = chance.choice(place.pages("stations"))
    new = pattern.with_name(f"{pattern.stem[:3]}-{chance.randrange(1, 40):03d}.md")
    head = pattern.read_text().rpartition("---\n")[0]
    new.write_text(f"{head}---\n")


def remove_station(place: Workplace, chance: random.Random) -> None:
    remove_page(place, chance, "stations")


def remove_page(place: Workplace, chance: random.Random, kind: str) -> None:
    """Remove a page that is not the last one, and its translations."""
    pages = place.pages(kind)
    if len(pages) > 1:
        page = chance.choice(pages)
        for path in page.parent.glob(f"{page.stem}.*"):
            path.unlink()


def rename_station(place: Workplace, chance: random.Random) -> None:
    station = chance.choice(place.pages("stations"))
    new = f"{station.stem[:3]}-{chance.randrange(40, 80):03d}"
    for path in sorted(station.parent.glob(f"{station.stem}.*")):
        path.rename(path.with_name(path.name.replace(station.stem, new)))


def change_region(place: Workplace, chance: random.Random) -> None:
    changed_words(place, chance, "regions")


def change_constituency(place: Workplace, chance: random.Random) -> None:
    changed_words(place, chance, "constituencies")


def move_constituency(place: Workplace, chance: random.Random) -> None:
    path = chance.choice(place.pages("constituencies"))
    regions = [region.stem for region in place.pages("regions")]
    lines = [
        f"region: {chance.choice(regions)}" if line.startswith("region:") else line
        for line in path.read_text().splitlines()
    ]
    path.write_text("\n".join(lines) + "\n")


def remove_constituency(place: Workplace, chance: random.Random) -> None:
    pages = place.pages("constituencies")
    if len(pages) > 2:
        path = chance.choice(pages)
        path.unlink()
        shutil.rmtree(place.content / "stations" / path.stem, ignore_errors=True)


def add_constituency(place: Workplace, chance: random.Random) -> None:
    pattern = chance.choice(place.pages("constituencies"))
    pattern.with_name(f"{chance.randrange(100, 126)}.md").write_bytes(pattern.read_bytes())


def change_news(place: Workplace, chance: random.Random) -> None:
    changed_words(place, chance, "news")


def add_news(place: Workplace, chance: random.Random) -> None:
    pattern = chance.choice(place.pages("news"))
    text = re.sub(r"^aliases: .*\n", "", pattern.read_text(), flags=re.MULTILINE)
    pattern.with_name(f"xeber-{chance.randrange(5)}.md").write_text(text)


def move_news(place: Workplace, chance: random.Random) -> None:
    """Give a news item another address, where its former one leads on."""
    path = chance.choice(place.pages("news"))
    new = path.with_name(f"yeni-{chance.randrange(3)}.md")
    text = path.read_text()
    if new not in place.pages("news") and "aliases:" not in text:
        for part in path.parent.glob(f"{path.stem}.*"):
            part.rename(part.with_name(part.name.replace(path.stem, new.stem)))
        new.write_text(text.replace("---\n", f"---\naliases: [news/{path.stem}]\n", 1))


def take_move_back(place: Workplace, chance: random.Random) -> None:
    names = {path.stem for path in place.pages("news")}
    for path in place.pages("news"):
        found = re.search(r"^aliases: \[news/(.*)\]\n", path.read_text(), re.MULTILINE)
        if found and found[1] not in names:
            path.write_text(path.read_text().replace(found[0], ""))
            for part in path.parent.glob(f"{path.stem}.*"):
                part.rename(part.with_name(part.name.replace(path.stem, found[1])))


def remove_news(place: Workplace, chance: random.Random) -> None:
    remove_page(place, chance, "news")


def change_page(place: Workplace, chance: random.Random) -> None:
    changed_words(place, chance, "pages")


def keep_past_election(place: Workplace, chance: random.Random) -> None:
    past = place.content / "archive" / f"secki-{chance.randrange(2)}"
    for kind in ("regions", "constituencies", "stations"):
        shutil.copytree(place.content / kind, past / kind, dirs_exist_ok=True)
    (past / "election.md").write_text('---\nname: { az: "Keçmiş" }\ndate: 2020-02-09\n---\n')


def change_home(place: Workplace, chance: random.Random) -> None:
    path = place.content / "home.md"
    path.write_text(path.read_text() + f"\nYeni sətir {chance.randrange(9)}.\n")


def change_configuration(place: Workplace, chance: random.Random) -> None:
    text = re.sub(r'Sample election[^"]*', f"Sample election {chance.randrange(9)}", place.configuration.read_text())
    place.configuration.write_text(text)


def change_template(place: Workplace, chance: random.Random) -> None:
    path = place.templates / chance.choice(["base.html", "station.html", "constituency.html", "components/player.html"])
    path.write_text(path.read_text().replace("<p", f'<p data-edit="{chance.randrange(9)}"', 1))


def change_translation(place: Workplace, chance: random.Random) -> None:
    path = place.templates / "locale" / "en" / "LC_MESSAGES" / "pollcast.po"
    path.write_text(path.read_text().replace('msgstr "Home', f'msgstr "Home{chance.randrange(9)}', 1))


def break_and_repair(place: Workplace, chance: random.Random) -> None:
    path = chance.choice(place.pages("stations"))
    right = path.read_text()
    path.write_text(right.replace("name:", "naem:"))
    before = tree(place.out)
    with pytest.raises(InputError):
        place.build()
    assert tree(place.out) == before
    path.write_text(right)


def do_nothing(place: Workplace, chance: random.Random) -> None:
    pass


def delete_cache(place: Workplace, chance: random.Random) -> None:
    shutil.rmtree(place.cache, ignore_errors=True)


def delete_spare(place: Workplace, chance: random.Random) -> None:
    shutil.rmtree(place.cache / "spare", ignore_errors=True)


def delete_part_of_spare(place: Workplace, chance: random.Random) -> None:
    delete_folder(place.cache / "spare", chance)


def delete_part_of_site(place: Workplace, chance: random.Random) -> None:
    delete_folder(place.out, chance)


def delete_folder(root: Path, chance: random.Random) -> None:
    folders = sorted(path for path in root.rglob("*") if path.is_dir())
    if folders:
        shutil.rmtree(chance.choice(folders))


def damage_state(place: Workplace, chance: random.Random) -> None:
    for path in place.cache.glob("state-*"):
        body = bytearray(path.read_bytes())
        body[chance.randrange(len(body))] ^= 1 << chance.randrange(8)
        path.write_bytes(body[: chance.choice([len(body), chance.randrange(len(body))])])


EDITS: list[Edit] = [
    change_station,
    change_note,
    add_station,
    remove_station,
    rename_station,
    change_region,
    change_constituency,
    move_constituency,
    remove_constituency,
    add_constituency,
    change_news,
    add_news,
    move_news,
    take_move_back,
    remove_news,
    change_page,
    keep_past_election,
    change_home,
    change_configuration,
    change_template,
    change_translation,
    break_and_repair,
    do_nothing,
    delete_cache,
    delete_spare,
    delete_part_of_spare,
    delete_part_of_site,
    damage_state,
]


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_after_any_edits_the_site_is_what_a_clean_build_makes(data: st.DataObject) -> None:
    with new_workplace() as workplace:
        edit_and_compare(workplace, data)


def edit_and_compare(workplace: Workplace, data: st.DataObject) -> None:
    chance = random.Random(data.draw(st.integers(0, 2**32)))
    workplace.build()
    for edits in data.draw(st.lists(st.lists(st.sampled_from(EDITS), min_size=1, max_size=3), min_size=1, max_size=5)):
        for edit in edits:
            edit(workplace, chance)
        summary = workplace.build(jobs=data.draw(st.sampled_from([1, 2])))
        clean = workplace.build(workplace.root / "clean", clean=True)
        assert tree(workplace.out) == tree(workplace.root / "clean")
        assert (summary.pages, summary.files, summary.bytes) == (clean.pages, clean.files, clean.bytes)
        assert summary.warnings == clean.warnings


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.__name__)
def test_each_edit_alone_is_built_as_by_a_clean_build(workplace: Workplace, edit: Edit) -> None:
    workplace.build()
    for seed in range(2):
        if edit in {delete_cache, delete_spare, delete_part_of_spare, delete_part_of_site, damage_state}:
            change_station(workplace, random.Random(seed))
        edit(workplace, random.Random(seed))
        workplace.build()
        workplace.build(workplace.root / "clean", clean=True)
        assert tree(workplace.out) == tree(workplace.root / "clean")


def test_a_station_edited_renders_its_page_and_its_constituencys_and_nothing_else(workplace: Workplace) -> None:
    workplace.build()
    files = {path: path.stat().st_ino for path in workplace.out.rglob("*") if path.is_file()}
    station = workplace.content / "stations" / "034" / "034-012.md"
    station.write_text(station.read_text().replace('az: "', 'az: "Yeni ', 1))
    assert workplace.build().rendered == 2
    changed = {
        path.relative_to(workplace.out).as_posix() for path, inode in files.items() if path.stat().st_ino != inode
    }
    assert changed == {
        "az/station/034-012/index.html",
        "az/constituency/034/index.html",
        "az/search.json",
        "catalogue.json",
        "catalogue.csv",
    }
    assert workplace.build().rendered == 0


def test_a_changed_template_or_configuration_renders_everything(workplace: Workplace) -> None:
    pages = workplace.build().pages
    for edit in (change_template, change_configuration, change_translation, delete_cache):
        edit(workplace, random.Random(0))
        assert workplace.build().rendered == pages
        assert workplace.build().rendered == 0


def test_a_page_that_was_moved_away_and_back_is_there_again(workplace: Workplace) -> None:
    workplace.build()
    before = tree(workplace.out)
    chance = random.Random(0)
    move_news(workplace, chance)
    workplace.build()
    assert tree(workplace.out) != before
    take_move_back(workplace, chance)
    workplace.build()
    assert tree(workplace.out) == before


def test_another_service_worker_is_published_by_the_next_build(
    workplace: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    workers = Path(shutil.copytree(ROOT / "site" / "worker", workplace.root / "worker"))
    monkeypatch.setattr(offline, "_WORKERS", workers)
    sources = (*version.SOURCES, str(workers))
    monkeypatch.setattr(build, "version", lambda *more, sources=sources: version.version(*more, sources=sources))
    workplace.build()
    (workers / "keep.js").write_text("// repaired\n")
    workplace.build()
    assert (workplace.out / "sw.js").read_text().endswith("// repaired\n")


def test_the_version_tells_the_service_worker_and_the_map() -> None:
    named = {path for source in version.SOURCES for path in version._files(source)}
    assert {str(offline._WORKERS / name) for name in ("keep.js", "leave.js")} | {str(districts.FILE)} <= named


def test_a_picture_whose_cache_was_deleted_is_made_once_more_and_not_in_every_build(
    workplace: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    (workplace.content / "images").mkdir(exist_ok=True)
    Image.new("RGB", (40, 20)).save(workplace.content / "images" / "hall.png")
    page = workplace.content / "home.md"
    page.write_text(page.read_text() + "\n![Zal](/images/hall.png)\n")
    made: list[Path] = []
    encoded = image_store._encoded

    def encode(path: Path, body: bytes) -> Mapping[image_store.ImageFile, bytes]:
        made.append(path)
        return encoded(path, body)

    monkeypatch.setattr(image_store, "_encoded", encode)
    workplace.build()
    shutil.rmtree(image_folder.store_of(workplace.content)._folder)
    workplace.build()
    workplace.build()
    assert len(made) == 2


def test_another_version_of_the_program_or_of_a_library_builds_all_anew(
    workplace: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = workplace.build().pages
    monkeypatch.setattr(version, "_libraries", lambda: ["jinja2-99.dist-info"])
    assert workplace.build().rendered == pages


def test_any_number_of_processes_builds_the_same_bytes(configuration: Configuration, tmp_path: Path) -> None:
    write_content(tmp_path / "content", 60)
    for jobs in (1, 2, 3):
        build_site(configuration, tmp_path / "content", tmp_path / f"dist-{jobs}", jobs=jobs)
    assert tree(tmp_path / "dist-1") == tree(tmp_path / "dist-2") == tree(tmp_path / "dist-3")


def test_two_machines_build_the_same_bytes(workplace: Workplace, tmp_path: Path) -> None:
    """Another order of sets, another folder, another time zone, another clock."""
    shutil.copytree(workplace.content, tmp_path / "else" / "content")
    shutil.copy(workplace.configuration, tmp_path / "else")
    outs = []
    for number, folder in enumerate((workplace.root, tmp_path / "else")):
        outs.append(folder / "built")
        environment = os.environ | {"PYTHONHASHSEED": str(number + 1), "TZ": ["UTC", "Asia/Baku"][number]}
        argv = [sys.executable, "-m", "pollcast", "build", "--out", "built", f"--jobs={number + 1}"]
        subprocess.run(argv, cwd=folder, env=environment, check=True, stdout=subprocess.DEVNULL)
    assert tree(outs[0]) == tree(outs[1])


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_build_killed_at_any_moment_leaves_the_site_whole_and_the_next_build_right(
    workplace: Workplace, jobs: int
) -> None:
    chance = random.Random(jobs)
    workplace.build()
    killed = 0
    for _ in range(12):
        before = tree(workplace.out)
        chance.choice([change_station, change_region, add_station, change_configuration])(workplace, chance)
        clean = workplace.root / "clean"
        workplace.build(clean, clean=True)
        if pid := os.fork():
            killed += os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == -signal.SIGKILL
        else:
            _build_and_die(workplace, chance.randrange(1, 20), jobs)
        assert tree(workplace.out) in (before, tree(clean))
        workplace.build(jobs=jobs)
        assert tree(workplace.out) == tree(clean)
    assert killed >= 3


def _build_and_die(place: Workplace, change: int, jobs: int) -> None:
    left = change
    mine = os.getpid()

    def count(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal left
        if event in {"os.link", "os.rename", "os.remove", "os.rmdir"} or (
            event == "open" and int(str(arguments[2])) & os.O_ACCMODE
        ):
            left -= 1
            if left == 0:
                os.kill(mine, signal.SIGKILL)

    sys.addaudithook(count)
    try:
        place.build(jobs=jobs)
    finally:
        os._exit(0)
