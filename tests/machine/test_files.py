"""Files appear whole or not at all."""

from __future__ import annotations

import os
import signal
import stat
import sys
import threading
from pathlib import Path

import pytest

from machine.files import write_atomically


@pytest.mark.parametrize("durable", [False, True])
def test_a_file_is_replaced_whole_and_its_folder_made(tmp_path: Path, durable: bool) -> None:
    file = tmp_path / "new" / "report.json"
    write_atomically(file, b"one", durable=durable)
    write_atomically(file, b"two", durable=durable)
    assert file.read_bytes() == b"two"
    assert [path.name for path in file.parent.iterdir()] == ["report.json"]
    assert stat.S_IMODE(file.stat().st_mode) == 0o644


def test_a_reader_sees_the_old_or_the_new_file_and_never_a_mixture(tmp_path: Path) -> None:
    file = tmp_path / "report"
    bodies = [bytes([letter]) * 200_000 for letter in b"abcd"]
    write_atomically(file, bodies[0])
    seen: set[bytes] = set()
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            seen.add(file.read_bytes())

    reader = threading.Thread(target=read)
    reader.start()
    for round_ in range(100):
        write_atomically(file, bodies[round_ % 4])
    done.set()
    reader.join()
    assert seen <= set(bodies)


def test_a_failure_leaves_the_old_file_and_nothing_beside_it(tmp_path: Path) -> None:
    file = tmp_path / "report"
    write_atomically(file, b"old")
    with pytest.raises(TypeError):
        write_atomically(file, "not bytes")  # type: ignore[arg-type] # the fault is the point
    assert file.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [file]


def test_a_folder_in_the_way_is_an_error_and_nothing_is_left(tmp_path: Path) -> None:
    (tmp_path / "report" / "inside").mkdir(parents=True)
    with pytest.raises(OSError, match="directory"):
        write_atomically(tmp_path / "report", b"x")
    assert [path.name for path in tmp_path.iterdir()] == ["report"]


def test_a_kill_at_any_moment_leaves_a_whole_file(tmp_path: Path) -> None:
    file = tmp_path / "report"
    write_atomically(file, b"a" * 1_000_000)
    code = (
        "import pathlib\nfrom machine.files import write_atomically\n"
        f"file = pathlib.Path({str(file)!r})\nprint('up', flush=True)\n"
        "while True:\n    for letter in (b'a', b'b'):\n        write_atomically(file, letter * 1_000_000)\n"
    )
    for pause in (0.0, 0.003, 0.007):
        reader, writer = os.pipe()
        argv = [sys.executable, "-c", code]
        pid = os.posix_spawn(
            sys.executable,
            argv,
            {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
            file_actions=[(os.POSIX_SPAWN_DUP2, writer, 1)],
        )
        try:
            assert os.read(reader, 2) == b"up"
            threading.Event().wait(pause)
        finally:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            os.close(reader)
            os.close(writer)
        body = file.read_bytes()
        assert body in {b"a" * 1_000_000, b"b" * 1_000_000}
