"""The built site takes the place of the previous one whole, or not at all."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

from builder.dist import replacing
from election.errors import MachineError, UsageError


def site_in(folder: Path) -> dict[str, str]:
    return {path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*") if path.is_file()}


def names_in(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


def write(out: Path, text: str) -> dict[str, str]:
    with replacing(out) as writer:
        for path in ("index.html", "catalogue.json", "az/index.html", "az/station/034-012/index.html"):
            writer.write(path, text.encode())
    return site_in(out)


def test_a_new_site_takes_the_place_of_the_old_one_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    out = tmp_path / "dist"
    with replacing(out) as writer:
        writer.write("catalogue.json", b"first")
        writer.write("az/news/gone/index.html", b"first")
    assert set(write(out, "second").values()) == {"second"}
    assert names_in(tmp_path) == ["dist"]
    assert oct((out / "index.html").stat().st_mode & 0o777) == "0o644"


def test_an_error_while_writing_leaves_the_old_site_whole(tmp_path: Path) -> None:
    before = write(tmp_path / "dist", "first")

    def fail_midway() -> None:
        with replacing(tmp_path / "dist") as writer:
            writer.write("index.html", b"second")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail_midway()
    assert site_in(tmp_path / "dist") == before
    assert names_in(tmp_path) == ["dist"]


KILLED_WHILE_WRITING = """
    with replacing(Path(sys.argv[1])) as writer:
        writer.write("index.html", b"second")
        os.kill(os.getpid(), signal.SIGKILL)
"""
KILLED_BETWEEN_THE_RENAMES = """
    rename = Path.rename
    def rename_and_die(path, target):
        rename(path, target)
        os.kill(os.getpid(), signal.SIGKILL)
    Path.rename = rename_and_die
    with replacing(Path(sys.argv[1])) as writer:
        writer.write("index.html", b"second")
"""
KILLED_BEFORE_DELETING = """
    def die(*args, **options):
        os.kill(os.getpid(), signal.SIGKILL)
    with replacing(Path(sys.argv[1])) as writer:
        writer.write("index.html", b"second")
        writer.write("catalogue.json", b"second")
        shutil.rmtree = die
"""


@pytest.mark.parametrize(
    ("program", "left"),
    [
        (KILLED_WHILE_WRITING, {"dist": "first", ".dist.part": "second"}),
        (KILLED_BETWEEN_THE_RENAMES, {".dist.old": "first", ".dist.part": "second"}),
        (KILLED_BEFORE_DELETING, {".dist.old": "first", "dist": "second"}),
    ],
)
def test_a_build_killed_at_any_moment_loses_no_site_and_stops_no_later_build(
    tmp_path: Path, program: str, left: dict[str, str]
) -> None:
    out = tmp_path / "dist"
    write(out, "first")
    head = "import os, shutil, signal, sys\nfrom pathlib import Path\nfrom builder.dist import replacing\n"
    ended = subprocess.run([sys.executable, "-c", head + dedent(program), str(out)], check=False)
    assert ended.returncode == -signal.SIGKILL
    assert {entry.name: (entry / "index.html").read_text() for entry in tmp_path.iterdir()} == left

    def fail() -> None:
        with replacing(out):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert (out / "index.html").read_text() == left.get("dist", "first")
    assert set(write(out, "third").values()) == {"third"}
    assert names_in(tmp_path) == ["dist"]


def test_a_rename_that_fails_puts_the_old_site_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = write(tmp_path / "dist", "first")
    rename = Path.rename

    def fail_for_the_part(path: Path, target: Path) -> Path:
        if path.name == ".dist.part":
            raise OSError("no room")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", fail_for_the_part)
    with pytest.raises(MachineError, match=r"^The site could not be written to .*dist: no room\.$"):
        write(tmp_path / "dist", "second")
    assert site_in(tmp_path / "dist") == before
    assert names_in(tmp_path) == ["dist"]


def test_a_file_the_disk_took_only_half_of_is_no_site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = write(tmp_path / "dist", "first")
    monkeypatch.setattr(os, "write", lambda handle, body: len(body) // 2)
    with pytest.raises(MachineError, match=r"^index\.html could not be written whole\. Is the disk full\?$"):
        write(tmp_path / "dist", "second")
    assert site_in(tmp_path / "dist") == before


@pytest.mark.parametrize("names", [["letter.txt"], ["index.html"], ["catalogue.json", "index.html", "letter.txt"]])
def test_a_folder_that_is_no_built_site_is_never_replaced(tmp_path: Path, names: list[str]) -> None:
    out = tmp_path / "home"
    out.mkdir()
    for name in names:
        (out / name).write_text("mine")
    with pytest.raises(UsageError, match=r"^--out: .*home holds other things than a built site; name an empty folder"):
        write(out, "second")
    assert names_in(out) == sorted(names)
    assert names_in(tmp_path) == ["home"]


def test_a_file_is_never_replaced_and_an_empty_folder_is(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(UsageError, match=r"^--out: .*file is a file; name a folder\.$"):
        write(tmp_path / "file", "second")
    assert (tmp_path / "file").read_text() == "mine"
    (tmp_path / "dist").mkdir()
    assert write(tmp_path / "dist", "second")


def test_a_link_to_a_folder_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "dist").symlink_to(tmp_path / "real")
    write(tmp_path / "dist", "first")
    assert (tmp_path / "dist").is_symlink()
    assert (tmp_path / "real" / "index.html").read_text() == "first"


def test_two_builds_never_write_the_same_site_at_once(tmp_path: Path) -> None:
    with replacing(tmp_path / "dist") as writer:
        writer.write("catalogue.json", b"first")
        with pytest.raises(MachineError, match=r"Another build writes .* Wait until it is done\.$"):
            write(tmp_path / "dist", "second")
    assert site_in(tmp_path / "dist") == {"catalogue.json": "first"}


def test_clean_deletes_the_old_site_before_writing(tmp_path: Path) -> None:
    write(tmp_path / "dist", "first")
    with replacing(tmp_path / "dist", clean=True) as writer:
        assert not (tmp_path / "dist").exists()
        writer.write("catalogue.json", b"second")
    assert site_in(tmp_path / "dist") == {"catalogue.json": "second"}
