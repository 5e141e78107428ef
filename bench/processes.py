"""What running processes cost: CPU time and memory, read from the kernel (Linux)."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
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
    return _bytes_in(f"/proc/{pid}/smaps_rollup", "Pss:", pid)


def children_of(pid: int) -> tuple[int, ...]:
    """Return the process ids of all descendants, lowest first."""
    try:
        return tuple(sorted(child.pid for child in psutil.Process(pid).children(recursive=True)))
    except psutil.NoSuchProcess:
        raise _ended(pid) from None


_OFTEN_SECONDS = 60.0


class PeakMemory:
    """The most memory a process and all its descendants had together at one moment, while the context lasts.

    What they share is counted once: their PSS is added up, now and then, for reading it takes the kernel long where
    there is much. In between the kernel itself notes the peak of each process (VmHWM), and together they had no less
    than any one of them. So the peak of a program that is one process is missed by no more than `every_seconds`.
    """

    def __init__(self, pid: int, *, every_seconds: float = 0.02, share: float = 0.3) -> None:
        """`share` bounds the time spent on adding up, as a part of the first minute; later it is a tenth of that."""
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
        pids: tuple[int, ...] = (self._pid,)
        due = 0.0
        seldom = time.monotonic() + _OFTEN_SECONDS
        while True:
            began = time.monotonic()
            if began >= due:
                with contextlib.suppress(MachineError):  # it ended; the peak has been read
                    pids = (self._pid, *children_of(self._pid))
                self._saw(sum(_each(proportional_bytes, pids)))
                added = time.monotonic()
                due = began + (added - began) / (self._share if added < seldom else self._share / 10)
            self._saw(*_each(_peak_bytes, pids))
            if self._ended.wait(self._every):
                return

    def _saw(self, *found: int) -> None:
        self.bytes = max((self.bytes, *found))


def _each(read: Callable[[int], int], pids: Iterable[int]) -> Iterator[int]:
    for pid in pids:
        with contextlib.suppress(MachineError):  # one that ended has no memory any more
            yield read(pid)


def _peak_bytes(pid: int) -> int:
    """Return the most memory a process has had in it, shared or not (VmHWM)."""
    return _bytes_in(f"/proc/{pid}/status", "VmHWM:", pid)


def _bytes_in(file: str, field: str, pid: int) -> int:
    try:
        lines = Path(file).read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        raise _ended(pid) from None
    for line in lines:
        if line.startswith(field):
            return int(line.split()[1]) * 1024
    raise _ended(pid)  # a process that is ending is there without its memory


def _cpu_seconds(pid: int) -> float:
    try:
        return time.clock_gettime(~pid << 3 | 2)  # the clock that clock_getcpuclockid(3) names
    except OSError:
        raise _ended(pid) from None


def _ended(pid: int) -> MachineError:
    return MachineError(f"Process {pid} ended while it was measured.", hint="Run the benchmark again.")
