"""The spool's folders and lock, and the watcher that hears of finished segments."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import pytest

from election.errors import MachineError
from election.ids import Rendition
from machine import process
from tests.upload.packaging import FIRST, MAIN, SECOND, SUB, run, until
from upload.spool import Spool, Watcher, forget_run


def test_a_closed_spool_is_free_though_a_child_that_is_being_started_still_holds_its_lock(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool")
    lock = str((tmp_path / "spool" / "lock").resolve())
    descriptors = [int(each.name) for each in Path("/proc/self/fd").iterdir() if os.path.realpath(each) == lock]
    held = os.dup(descriptors[0])
    try:
        spool.close()
        Spool(tmp_path / "spool").close()
    finally:
        os.close(held)


def test_a_spool_is_one_packagers_alone_until_it_is_closed(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool")
    with pytest.raises(MachineError, match=r"Another packager uses the spool .* Stop it, or name another"):
        Spool(tmp_path / "spool")
    spool.close()
    Spool(tmp_path / "spool").close()


def test_a_killed_packagers_lock_is_gone_with_it_and_its_recorders_do_not_hold_it(tmp_path: Path) -> None:
    code = (
        "import asyncio, pathlib, sys\nfrom machine import process\nfrom upload.spool import Spool\n"
        "async def work():\n"
        "    spool = Spool(pathlib.Path(sys.argv[1]))\n"
        "    await process.start([sys.executable, '-c', 'import time; time.sleep(60)'], name='recorder')\n"
        "    print('up', flush=True)\n"
        "    await asyncio.sleep(60)\n"
        "asyncio.run(work())\n"
    )

    async def work() -> None:
        up = asyncio.Event()
        argv = [sys.executable, "-c", code, str(tmp_path)]
        folder = Path(__file__).parents[2]
        child = await process.start(argv, name="packager", folder=folder, on_line=lambda _: up.set())
        await up.wait()
        with pytest.raises(MachineError, match="Another packager"):
            Spool(tmp_path)
        child.kill()
        await child.wait()
        Spool(tmp_path).close()

    run(work())


def test_a_spool_that_cannot_be_used_is_one_clear_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    with pytest.raises(MachineError, match=r"The spool .*file cannot be used: .*Name a writable folder with --spool\."):
        Spool(tmp_path / "file")


def test_recordings_are_told_oldest_first_and_their_files_have_one_name(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    later = spool.begin_run(FIRST, MAIN, milliseconds=2_000_000_000_000)
    earlier = spool.begin_run(FIRST, MAIN, milliseconds=999_999_999_999)
    spool.begin_run(FIRST, SUB, milliseconds=1)
    assert spool.runs(FIRST, MAIN) == [earlier, later]
    assert spool.runs(SECOND, MAIN) == []
    for number in (1, 0, 2):
        (later.folder / f"{number:08d}.m4s").touch()
    (later.folder / "index.m3u8").touch()
    assert [path.name for path in later.segments()] == ["00000000.m4s", "00000001.m4s", "00000002.m4s"]
    name = spool.relative(later.segments()[1])
    assert name == "034-012/main/02000000000000/00000001.m4s"
    assert spool.path(name) == later.segments()[1]
    forget_run(later)
    forget_run(later)
    assert spool.runs(FIRST, MAIN) == [earlier]
    assert spool.free_bytes() > 0
    spool.close()


def test_each_segment_is_told_when_it_is_closed_to_its_own_recording_only(tmp_path: Path) -> None:
    async def work() -> None:
        spool = Spool(tmp_path)
        for rendition in (MAIN, SUB):
            spool.prepare(FIRST, rendition)
        watcher = Watcher(spool)
        heard: dict[str, list[str]] = {"main": [], "sub": []}
        runs = {rendition: spool.begin_run(FIRST, rendition, milliseconds=1) for rendition in (MAIN, SUB)}
        for rendition, each in runs.items():
            watcher.listen(each, lambda path, to=heard[rendition]: to.append(path.name))  # type: ignore[misc]

        def told_of(rendition: Rendition) -> bool:
            """Close a file again and again: the watcher may not know the folder yet."""
            (runs[rendition].folder / "known.m4s").write_bytes(b"x")
            return bool(heard[rendition])

        for rendition in runs:
            await until(lambda rendition=rendition: told_of(rendition))  # type: ignore[misc]
        # What is still on its way is heard before the next file.
        for rendition, each in runs.items():
            (each.folder / "last.m4s").write_bytes(b"x")
            await until(lambda rendition=rendition: "last.m4s" in heard[rendition])  # type: ignore[misc]
            heard[rendition].clear()
        with (runs[MAIN].folder / "00000000.m4s").open("wb") as file:
            file.write(b"half")
            file.flush()
            (runs[MAIN].folder / "index.m3u8").write_bytes(b"no segment")
            (runs[SUB].folder / "00000000.m4s").write_bytes(b"whole")
            await until(lambda: heard["sub"])
            assert heard["main"] == []
        await until(lambda: heard["main"])
        watcher.ignore(runs[SUB])
        (runs[SUB].folder / "00000001.m4s").write_bytes(b"whole")
        (runs[MAIN].folder / "00000001.m4s").write_bytes(b"whole")
        await until(lambda: len(heard["main"]) == 2)
        assert heard == {"main": ["00000000.m4s", "00000001.m4s"], "sub": ["00000000.m4s"]}
        watcher.close()
        spool.close()

    run(work())


def test_many_recordings_that_begin_at_once_are_all_heard(tmp_path: Path) -> None:
    async def work() -> None:
        spool = Spool(tmp_path)
        for rendition in (MAIN, SUB):
            spool.prepare(FIRST, rendition)
        watcher = Watcher(spool)
        heard: set[str] = set()
        for number in range(200):
            begun = spool.begin_run(FIRST, MAIN, milliseconds=number)
            watcher.listen(begun, lambda path: heard.add(path.parent.name))
            # The first file may come before the watcher knows the folder; the second one tells of both.
            (begun.folder / "00000000.m4s").write_bytes(b"x")

        def all_are_heard() -> bool:
            for each in spool.runs(FIRST, MAIN):
                if each.folder.name not in heard:
                    (each.folder / "00000001.m4s").write_bytes(b"x")
            return len(heard) == 200

        await until(all_are_heard, pause=0.3)
        watcher.close()
        spool.close()

    run(work())
