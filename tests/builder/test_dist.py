"""The built site takes the place of the previous one whole, or not at all."""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from builder import dist, state_file
from builder.dist import read_state, replacing
from builder.fault_texts import FaultTexts
from election.errors import MachineError, UsageError

PATHS = ("index.html", "catalogue.json", "az/index.html", "az/station/034-012/index.html")


def site_in(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text() if path.is_file() else "" for path in folder.rglob("*")
    }


def names_in(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


def renew(out: Path, text: str, *, clean: bool = False) -> dict[str, str]:
    with replacing(out, clean=clean) as site:
        writer = site.renew()
        for path in PATHS:
            writer.write(path, text.encode())
        site.publish([text.encode()])
    return site_in(out)


def amend(out: Path, text: str) -> dict[str, str]:
    """Change one file, remove one and add one; a site that is not known is written anew before."""
    state = read_state(out)
    if state is None:
        renew(out, "anew")
        state = read_state(out)
    with replacing(out, state=state) as site:
        assert site.is_known
        writer = site.amend()
        changed = ["az/index.html", f"az/news/{text}/index.html"]
        for path in changed:
            writer.write(path, text.encode())
        if (out / "az/station").exists():
            writer.remove("az/station/034-012/index.html")
            changed.append("az/station/034-012/index.html")
        site.publish([text.encode()], changed)
    return site_in(out)


def test_a_new_site_takes_the_place_of_the_old_one_and_leaves_nothing_of_it(tmp_path: Path) -> None:
    out = tmp_path / "dist"
    with replacing(out) as site:
        writer = site.renew()
        writer.write("catalogue.json", b"first")
        writer.write("az/news/gone/index.html", b"first")
        site.publish([])
    assert set(renew(out, "second")) == {*PATHS, "az", "az/station", "az/station/034-012"}
    assert {path.read_text() for path in out.rglob("*") if path.is_file()} == {"second"}
    assert names_in(tmp_path) == [".dist.cache", "dist"]
    assert oct((out / "index.html").stat().st_mode & 0o777) == "0o644"


def test_what_a_builder_tells_is_known_of_the_site_it_built(tmp_path: Path) -> None:
    out = tmp_path / "dist"
    assert read_state(out) is None
    renew(out, "first")
    state = read_state(out)
    assert state is not None
    assert (b"".join(state.told), state.behind) == (b"first", ())


def test_an_amended_site_differs_by_what_was_written_and_removed_however_often(tmp_path: Path) -> None:
    out = tmp_path / "dist"
    before = renew(out, "first")
    kept = (out / "index.html").stat().st_ino
    after = amend(out, "second")
    assert after == {
        **{path: text for path, text in before.items() if not path.startswith("az/station")},
        "az/index.html": "second",
        "az/news": "",
        "az/news/second": "",
        "az/news/second/index.html": "second",
    }
    for text in ("third", "fourth", "fifth"):
        after = {**after, "az/index.html": text, f"az/news/{text}": "", f"az/news/{text}/index.html": text}
        assert amend(out, text) == after
    assert (out / "index.html").stat().st_ino == kept
    assert names_in(tmp_path) == [".dist.cache", "dist"]
    assert [name.partition("-")[0] for name in names_in(tmp_path / ".dist.cache")] == ["spare", "state"]


@pytest.mark.parametrize("gone", ["spare", "state-*", "*", "."])
def test_what_lies_beside_the_site_may_be_deleted(tmp_path: Path, gone: str) -> None:
    out, cache = tmp_path / "dist", tmp_path / ".dist.cache"
    renew(out, "first")
    amend(out, "second")
    for path in [cache] if gone == "." else list(cache.glob(gone)):
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    after = amend(out, "third")
    assert after["az/index.html"] == after["az/news/third/index.html"] == "third"
    assert after["index.html"] == ("first" if gone == "spare" else "anew")


@pytest.mark.parametrize("gone", ["index.html", "az/index.html", "az/station/034-012", "az/station", "az"])
@pytest.mark.parametrize("amended", [False, True])
def test_a_spare_of_which_the_deletion_was_broken_off_is_not_taken(tmp_path: Path, gone: str, *, amended: bool) -> None:
    out, spare = tmp_path / "dist", tmp_path / ".dist.cache" / "spare"
    before = renew(out, "first")
    if amended:
        state = read_state(out)
        with replacing(out, state=state) as site:
            site.amend().write("az/index.html", b"second")
            site.publish([b"second"], ["az/index.html"])
        before["az/index.html"] = "second"
    path = spare / gone
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    state = read_state(out)
    with replacing(out, state=state) as site:
        site.amend().write("catalogue.json", b"third")
        site.publish([b"third"], ["catalogue.json"])
    assert site_in(out) == {**before, "catalogue.json": "third"}


@pytest.mark.parametrize("damage", [b"", b"x", b"\0" * 5000])
def test_a_damaged_state_is_none(tmp_path: Path, damage: bytes) -> None:
    renew(tmp_path / "dist", "first")
    (state,) = (tmp_path / ".dist.cache").glob("state-*")
    whole = state.read_bytes()
    state.write_bytes(damage)
    assert read_state(tmp_path / "dist") is None
    for place in range(0, len(whole), 7):
        state.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        assert read_state(tmp_path / "dist") is None
        state.write_bytes(whole[:place])
        assert read_state(tmp_path / "dist") is None
    state.write_bytes(whole)
    assert read_state(tmp_path / "dist") is not None


def test_a_state_of_another_layout_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as older:
        older.setattr(state_file, "_LAYOUT", b"pollcast state 2\n")
        renew(tmp_path / "dist", "first")
        assert read_state(tmp_path / "dist") is not None
    assert read_state(tmp_path / "dist") is None


def test_a_site_that_somebody_put_in_its_place_is_not_known(tmp_path: Path) -> None:
    renew(tmp_path / "dist", "first")
    shutil.copytree(tmp_path / "dist", tmp_path / "copy")
    state = read_state(tmp_path / "dist")
    (tmp_path / "dist").rename(tmp_path / "old")
    (tmp_path / "copy").rename(tmp_path / "dist")
    assert read_state(tmp_path / "dist") is None
    with replacing(tmp_path / "dist", state=state) as site:
        assert not site.is_known


def test_an_error_while_writing_leaves_the_old_site_whole(tmp_path: Path) -> None:
    before = renew(tmp_path / "dist", "first")

    def fail_midway(*, amended: bool) -> None:
        with replacing(tmp_path / "dist", state=read_state(tmp_path / "dist")) as site:
            (site.amend() if amended else site.renew()).write("index.html", b"second")
            raise KeyboardInterrupt

    for amended in (True, False):
        with pytest.raises(KeyboardInterrupt):
            fail_midway(amended=amended)
        assert site_in(tmp_path / "dist") == before
        assert names_in(tmp_path) == [".dist.cache", "dist"]
        assert not (tmp_path / ".dist.cache" / "part").exists()
    assert amend(tmp_path / "dist", "third")["az/index.html"] == "third"


CHANGES = {"os.mkdir", "os.link", "os.rename", "os.remove", "os.rmdir", "open"}


def killed_at(change: int, work: Callable[[], object]) -> bool:
    """Do `work` in a process that is killed before the change of the file system with this number; False: it ended."""
    if pid := os.fork():
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == -signal.SIGKILL
    left = change

    def count(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal left
        if event in CHANGES and (event != "open" or int(str(arguments[2])) & os.O_ACCMODE):
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(count)
    try:
        work()
    finally:
        os._exit(0)


@pytest.mark.parametrize("exchanging", [True, False])
@pytest.mark.parametrize("work", [renew, amend])
def test_a_build_killed_before_any_change_loses_no_site_and_stops_no_later_build(
    tmp_path: Path, work: Callable[[Path, str], dict[str, str]], exchanging: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not exchanging:
        monkeypatch.setattr(dist, "exchange", lambda _one, _other: False)
    out, change, seen = tmp_path / "dist", 0, set()
    while True:
        change += 1
        shutil.rmtree(tmp_path)
        tmp_path.mkdir()
        renew(out, "zero")
        before = amend(out, "first")
        if not killed_at(change, lambda: work(out, "second")):
            break
        if out.exists():
            seen.add("new" if site_in(out) != before else "old")
            assert site_in(out) in (before, done_by(tmp_path / "other", work))
        else:
            seen.add("missing")
            assert not exchanging
            assert site_in(tmp_path / ".dist.old") == before
        with pytest.raises(KeyboardInterrupt), replacing(out):
            raise KeyboardInterrupt
        assert site_in(out) in (before, done_by(tmp_path / "other", work))
        after = amend(out, "third")
        assert {path: text for path, text in after.items() if text == "third"} == {
            "az/index.html": "third",
            "az/news/third/index.html": "third",
        }
        assert set(renew(out, "fourth").values()) == {"fourth", ""}
    assert change > 10
    assert seen == ({"old", "new"} if exchanging else {"old", "new", "missing"})


def done_by(out: Path, work: Callable[[Path, str], dict[str, str]]) -> dict[str, str]:
    """Return what `work` makes of the site it was given in the test above."""
    renew(out, "zero")
    amend(out, "first")
    return work(out, "second")


def test_a_rename_that_fails_puts_the_old_site_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = renew(tmp_path / "dist", "first")
    rename = Path.rename

    def fail_for_the_part(path: Path, target: Path) -> Path:
        if path.name == "part":
            raise OSError("no room")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", fail_for_the_part)
    monkeypatch.setattr(dist, "exchange", lambda _one, _other: False)
    with pytest.raises(MachineError, match=r"^The site could not be written to .*dist: no room\.$"):
        renew(tmp_path / "dist", "second")
    assert site_in(tmp_path / "dist") == before
    assert names_in(tmp_path) == [".dist.cache", "dist"]


def test_a_file_the_disk_took_only_half_of_is_no_site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = renew(tmp_path / "dist", "first")
    monkeypatch.setattr(os, "write", lambda handle, body: len(body) // 2)
    with pytest.raises(MachineError, match=r"^index\.html could not be written whole\. Is the disk full\?$"):
        renew(tmp_path / "dist", "second")
    assert site_in(tmp_path / "dist") == before


@pytest.mark.parametrize("names", [["letter.txt"], ["index.html"], ["catalogue.json", "index.html", "letter.txt"]])
def test_a_folder_that_is_no_built_site_is_never_replaced(tmp_path: Path, names: list[str]) -> None:
    out = tmp_path / "home"
    out.mkdir()
    for name in names:
        (out / name).write_text("mine")
    with pytest.raises(UsageError, match=r"^--out: .*home holds other things than a built site; name an empty folder"):
        renew(out, "second")
    assert names_in(out) == sorted(names)
    assert names_in(tmp_path) == ["home"]


def test_a_file_is_never_replaced_and_an_empty_folder_is(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(UsageError, match=r"^--out: .*file is a file; name a folder\.$"):
        renew(tmp_path / "file", "second")
    assert (tmp_path / "file").read_text() == "mine"
    (tmp_path / "dist").mkdir()
    assert renew(tmp_path / "dist", "second")


def test_a_link_to_a_folder_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "dist").symlink_to(tmp_path / "real")
    renew(tmp_path / "dist", "first")
    amend(tmp_path / "dist", "second")
    assert (tmp_path / "dist").is_symlink()
    assert (tmp_path / "real" / "az" / "index.html").read_text() == "second"


def test_two_builds_never_write_the_same_site_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dist, "_PATIENCE", 0.1)
    with replacing(tmp_path / "dist") as site:
        writer = site.renew()
        writer.write("catalogue.json", b"first")
        with pytest.raises(MachineError, match=r"Another build writes .* Wait until it is done\.$") as error:
            renew(tmp_path / "dist", "second")
        said = str(FaultTexts("ru").error(error.value))
        assert said == f"Рядом с {tmp_path / '.dist.cache'} сайт строит другой процесс. Подождите, пока он закончится."
        site.publish([])
    assert site_in(tmp_path / "dist") == {"catalogue.json": "first"}


def test_clean_deletes_the_old_site_before_writing(tmp_path: Path) -> None:
    renew(tmp_path / "dist", "first")
    with replacing(tmp_path / "dist", clean=True) as site:
        assert not (tmp_path / "dist").exists()
        site.renew().write("catalogue.json", b"second")
        site.publish([])
    assert site_in(tmp_path / "dist") == {"catalogue.json": "second"}
