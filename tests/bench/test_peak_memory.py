from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from bench.processes import PeakMemory, proportional_bytes
from election.errors import MachineError

MB = 1_000_000


@contextlib.contextmanager
def running(program: str) -> Iterator[subprocess.Popen[bytes]]:
    argv = [sys.executable, "-c", program]
    with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        try:
            yield process
        finally:
            process.kill()


def line_of(process: subprocess.Popen[bytes]) -> bytes:
    assert process.stdout is not None
    return process.stdout.readline()


def wait_for(memory: PeakMemory, least: float) -> None:
    end = time.monotonic() + 120
    while memory.bytes < least:
        assert time.monotonic() < end, memory.bytes
        time.sleep(0.01)


def test_a_peak_that_is_over_before_anybody_looks_is_seen() -> None:
    with running("x = b'x' * 300_000_000; del x; print('over', flush=True); input()") as process:
        assert line_of(process) == b"over\n"
        with PeakMemory(process.pid) as memory:
            wait_for(memory, 300 * MB)
        assert memory.bytes < 400 * MB


def test_what_forked_processes_share_is_counted_once_and_what_each_has_is_counted() -> None:
    program = """
import os
shared = b"x" * 200_000_000
for _ in range(3):
    if os.fork() == 0:
        own = b"y" * 50_000_000
        os.write(1, b"up\\n")
        input()
os.write(1, b"up\\n")
input()
"""
    with running(program) as process:
        assert [line_of(process) for _ in range(4)] == [b"up\n"] * 4
        with PeakMemory(process.pid) as memory:
            wait_for(memory, 350 * MB)
        assert memory.bytes < 450 * MB


def test_what_ends_while_it_is_weighed_has_been_weighed() -> None:
    program = """
import os
for _ in range(100):
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)  # it is there without its memory
input()
"""
    with running(program) as process:
        with PeakMemory(process.pid) as memory:
            wait_for(memory, 5 * MB)
            process.kill()
            process.wait()
        assert memory.bytes < 100 * MB
    with subprocess.Popen(["true"]) as ended:
        os.waitid(os.P_PID, ended.pid, os.WEXITED | os.WNOWAIT)
        with pytest.raises(MachineError, match=f"Process {ended.pid} ended"):
            proportional_bytes(ended.pid)
        with PeakMemory(ended.pid) as memory:
            time.sleep(0.1)  # it is read several times
        assert memory.bytes == 0
