"""What running processes cost: CPU time and memory, read from the kernel (Linux)."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import psutil

from election.errors import MachineError


@dataclass(frozen=True, kw_only=True)
class CpuReading:
    """CPU time of several processes at one moment."""

    at: float
    """Monotonic time, seconds."""
    seconds: Mapping[int, float]
    """CPU time so far by process id, all threads, also those that have ended."""

    def share_since(self, earlier: CpuReading) -> dict[int, float]:
        """Return the share of one processor each process took since `earlier`: 1.0 is one core busy all the time."""
        wall = self.at - earlier.at
        return {pid: (seconds - earlier.seconds[pid]) / wall for pid, seconds in self.seconds.items()}


def read_cpu(pids: Iterable[int]) -> CpuReading:
    """Read the CPU time of processes, to the nanosecond. Raises `MachineError` if one has ended."""
    return CpuReading(at=time.monotonic(), seconds={pid: _cpu_seconds(pid) for pid in pids})


def proportional_bytes(pid: int) -> int:
    """Return a process's memory, what it shares with others counted in proportion (PSS)."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    except OSError:
        raise _ended(pid) from None
    (kilobytes,) = (int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return kilobytes * 1024


def children_of(pid: int) -> tuple[int, ...]:
    """Return the process ids of all descendants, lowest first."""
    try:
        return tuple(sorted(child.pid for child in psutil.Process(pid).children(recursive=True)))
    except psutil.NoSuchProcess:
        raise _ended(pid) from None


class PeakMemory:
    """The most memory a process and all its descendants had together at one moment (PSS), while the context lasts.

    Memory that is shared is counted once. Reading it costs the kernel time: the longer it takes, the rarer it is read.
    """

    def __init__(self, pid: int, *, every_seconds: float = 0.05, share: float = 0.02) -> None:
        """`share` bounds the time spent on reading, as a part of the whole."""
        self.bytes = 0
        self._pid = pid
        self._every = every_seconds
        self._share = share
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self) -> PeakMemory:
        """Begin to read."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Read no more."""
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        pause = 0.0
        while not self._ended.wait(pause):
            began = time.monotonic()
            with contextlib.suppress(MachineError):  # a process that ended meanwhile
                pids = (self._pid, *children_of(self._pid))
                self.bytes = max(self.bytes, sum(map(proportional_bytes, pids)))
            pause = max(self._every, (time.monotonic() - began) / self._share)


def _cpu_seconds(pid: int) -> float:
    try:
        return time.clock_gettime(~pid << 3 | 2)  # the clock that clock_getcpuclockid(3) names
    except OSError:
        raise _ended(pid) from None


def _ended(pid: int) -> MachineError:
    return MachineError(f"Process {pid} ended while it was measured.", hint="Run the benchmark again.")
