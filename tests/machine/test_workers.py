"""Work that is spread over processes comes back whole, or its error does, and nobody is left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from textwrap import dedent

import pytest

from election.errors import MachineError, UsageError
from machine.workers import processors, spread


@pytest.mark.parametrize("jobs", [1, 2, 5])
@pytest.mark.parametrize("count", [0, 1, 3, 5000])
def test_every_task_is_done_once(jobs: int, count: int) -> None:
    with spread(lambda task: (task, task * task), range(count), jobs=jobs) as results:
        assert sorted(results) == [(task, task * task) for task in range(count)]


def test_the_work_is_done_in_other_processes_that_are_gone_afterwards() -> None:
    with spread(lambda _: os.getpid(), range(200), jobs=3) as results:
        pids = set(results)
    assert 1 <= len(pids) <= 3
    assert os.getpid() not in pids
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def test_results_may_be_large() -> None:
    with spread(lambda task: bytes([task]) * 3_000_000, range(4), jobs=2) as results:
        assert {(len(body), body[0]) for body in results} == {(3_000_000, task) for task in range(4)}


def test_an_error_is_raised_as_it_was(tmp_path: Path) -> None:
    def work(task: int) -> int:
        if task == 7:
            raise UsageError("seven is wrong")
        return task

    with pytest.raises(UsageError, match=r"^seven is wrong"), spread(work, range(20), jobs=2) as results:
        list(results)


def test_a_process_that_is_killed_is_an_error() -> None:
    def work(task: int) -> None:
        if task == 3:
            os.kill(os.getpid(), signal.SIGKILL)

    with pytest.raises(MachineError, match="was killed"), spread(work, range(20), jobs=2) as results:
        list(results)


def test_nobody_works_on_once_the_first_process_was_killed(tmp_path: Path) -> None:
    program = """
        import os, sys, time
        from pathlib import Path
        from machine.workers import spread
        def work(task):
            Path(sys.argv[1], str(os.getpid())).touch()
            time.sleep(600)
        with spread(work, range(4), jobs=2) as results:
            list(results)
    """
    with subprocess.Popen([sys.executable, "-c", dedent(program), str(tmp_path)]) as process:
        end = time.monotonic() + 120
        while len(list(tmp_path.iterdir())) < 2:
            assert time.monotonic() < end
            time.sleep(0.01)
        process.kill()
    for name in tmp_path.iterdir():
        while Path("/proc", name.name).exists() and "State:\tZ" not in Path("/proc", name.name, "status").read_text():
            assert time.monotonic() < end
            time.sleep(0.01)


def test_there_is_a_processor() -> None:
    assert 1 <= processors() <= (os.cpu_count() or 1)
