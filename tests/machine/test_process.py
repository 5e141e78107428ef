"""Child processes: drained, bounded, and gone with their parent."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import time
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, TypeVar

import pytest

from election.errors import MachineError
from machine import process

Result = TypeVar("Result")


def run(work: Coroutine[Any, Any, Result]) -> Result:
    async def bounded() -> Result:
        async with asyncio.timeout(240):
            return await work

    return asyncio.run(bounded())


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def is_running(pid: int) -> bool:
    """Say whether a process runs; one that only waits to be reaped does not."""
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] not in "ZX"
    return False


async def until_gone(pid: int) -> None:
    async with asyncio.timeout(60):
        while is_running(pid):
            await asyncio.sleep(0.02)


async def a_number_in(file: Path) -> int:
    async with asyncio.timeout(60):
        while not (file.exists() and file.read_text(encoding="utf-8").endswith("\n")):
            await asyncio.sleep(0.02)
    return int(file.read_text(encoding="utf-8"))


def test_a_chatty_child_does_not_hang_and_its_last_words_are_kept() -> None:
    code = "import sys\nfor i in range(20000): print('out', i); print('err', i, file=sys.stderr)"

    async def work() -> None:
        heard: list[str] = []
        child = await process.start(python(code), name="chatty", on_line=heard.append)
        assert await child.wait() == 0
        assert len(heard) == 40000
        assert len(child.tail) == process.TAIL_LINES
        assert {"out 19999", "err 19999"} <= set(heard)
        assert child.tail == heard[-process.TAIL_LINES :]

    run(work())


def test_a_line_longer_than_the_buffer_and_bytes_that_are_no_text_do_not_hang_either() -> None:
    code = "import sys; sys.stdout.buffer.write(b'x' * 300000 + b'\\n\\xff\\xfe\\n'); sys.stdout.flush(); print('end')"

    async def work() -> None:
        child = await process.start(python(code), name="long")
        assert await child.wait() == 0
        assert child.tail[-1] == "end"

    run(work())


def test_stop_ends_a_child_that_listens_at_once() -> None:
    async def work() -> None:
        child = await process.start(python("import time; print('up', flush=True); time.sleep(600)"), name="sleeper")
        began = time.monotonic()
        assert await child.stop(grace=180) == -signal.SIGTERM
        assert time.monotonic() - began < 120
        assert child.returncode == -signal.SIGTERM

    run(work())


def test_stop_kills_a_child_that_does_not_listen_and_its_whole_group(tmp_path: Path) -> None:
    code = (
        "import os, signal, subprocess, sys, time, pathlib\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        f"below = subprocess.Popen([sys.executable, '-c', 'import signal, time;"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)'])\n"
        f"pathlib.Path({str(tmp_path / 'pid')!r}).write_text(f'{{below.pid}}\\n')\n"
        "time.sleep(600)"
    )

    async def work() -> None:
        child = await process.start(python(code), name="stubborn")
        below = await a_number_in(tmp_path / "pid")
        assert await child.stop(grace=0.5) == -signal.SIGKILL
        await until_gone(below)

    run(work())


def test_stop_ends_a_child_that_was_halted() -> None:
    async def work() -> None:
        up = asyncio.Event()
        code = "import time; print('up', flush=True); time.sleep(600)"
        child = await process.start(python(code), name="halted", on_line=lambda _: up.set())
        await up.wait()
        os.kill(child.pid, signal.SIGSTOP)
        assert await child.stop(grace=120) == -signal.SIGTERM

    run(work())


def test_stopping_twice_is_harmless() -> None:
    async def work() -> None:
        child = await process.start(python("pass"), name="short")
        assert await child.wait() == 0
        assert await child.stop() == 0
        assert await child.stop() == 0

    run(work())


def test_kill_ends_a_child_without_asking() -> None:
    async def work() -> None:
        child = await process.start(python("import time; time.sleep(600)"), name="sleeper")
        child.kill()
        assert await child.wait() == -signal.SIGKILL

    run(work())


def test_a_child_dies_when_its_parent_is_killed(tmp_path: Path) -> None:
    code = (
        "import asyncio, pathlib, sys\n"
        "from machine import process\n"
        "async def work():\n"
        "    child = await process.start([sys.executable, '-c', 'import time; time.sleep(600)'], name='below')\n"
        f"    pathlib.Path({str(tmp_path / 'pid')!r}).write_text(f'{{child.pid}}\\n')\n"
        "    await child.wait()\n"
        "asyncio.run(work())"
    )

    async def work() -> None:
        parent = await process.start(python(code), name="parent", folder=Path(__file__).parents[2])
        below = await a_number_in(tmp_path / "pid")
        assert is_running(below)
        os.kill(parent.pid, signal.SIGKILL)  # the parent alone: the child is in another group
        await parent.wait()
        await until_gone(below)

    run(work())


def test_a_given_environment_replaces_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAMERA_PASSWORD", "s3cret")

    async def work() -> list[str]:
        code = "import os; print(sorted(os.environ))"
        child = await process.start(python(code), name="child", environment={"LC_ALL": "C"})
        await child.wait()
        return child.tail

    assert "CAMERA_PASSWORD" not in run(work())[0]


def test_a_child_has_no_input_and_the_folder_it_was_given(tmp_path: Path) -> None:
    async def work() -> list[str]:
        code = "import os, sys; print(os.getcwd(), len(sys.stdin.read()))"
        child = await process.start(python(code), name="child", folder=tmp_path)
        await child.wait()
        return child.tail

    assert run(work()) == [f"{tmp_path} 0"]


def test_run_returns_what_was_printed_and_tells_a_failure_with_its_last_words() -> None:
    assert run(process.run(python("print('a'); print('b')"), name="printer")) == ["a", "b"]
    with pytest.raises(MachineError, match=r"breaker ended with code 3: it broke"):
        run(process.run(python("import sys; print('it broke'); sys.exit(3)"), name="breaker"))


def test_run_gives_up_a_program_that_takes_too_long() -> None:
    with pytest.raises(MachineError, match=r"sleeper did not finish within 0 s\."):
        run(process.run(python("import time; time.sleep(600)"), name="sleeper", timeout=0.3))


def test_run_gives_up_a_program_whose_child_holds_its_output_open() -> None:
    code = "import subprocess, sys; subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])"
    with pytest.raises(MachineError, match="did not finish within"):
        run(process.run(python(code), name="parent", timeout=2))


def test_run_leaves_no_program_behind_when_it_is_cancelled(tmp_path: Path) -> None:
    code = (
        f"import os, pathlib, time; pathlib.Path({str(tmp_path / 'pid')!r}).write_text(f'{{os.getpid()}}\\n');"
        "time.sleep(600)"
    )

    async def work() -> None:
        task = asyncio.create_task(process.run(python(code), name="sleeper"))
        pid = await a_number_in(tmp_path / "pid")
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert not is_running(pid)

    run(work())


def test_a_program_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(MachineError, match="missing ended with code"):
        run(process.run([str(tmp_path / "nothing")], name="missing"))
    with pytest.raises(MachineError, match="lost could not be started"):
        run(process.start(python("pass"), name="lost", folder=tmp_path / "nowhere"))
