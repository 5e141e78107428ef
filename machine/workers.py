"""Work spread over forked processes: each has what is in memory at that moment, only results are sent back.

Fork only while no other thread holds what the work needs: the command line does, a server's threads do not.
"""

from __future__ import annotations

import contextlib
import gc
import os
import pickle
import selectors
import signal
import struct
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Generic, NoReturn, TypeVar

from election.errors import MachineError
from machine.tether import die_with_parent

Task = TypeVar("Task")
Result = TypeVar("Result")

_LENGTH = struct.Struct("<Q")
_INDEX = struct.Struct("<H")
_MOST_SHARES = 4096
"""Their indexes fit into a pipe at once."""


def processors() -> int:
    """Return how many processors this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not Linux
        return os.cpu_count() or 1


@contextmanager
def spread(work: Callable[[Task], Result], tasks: Sequence[Task], *, jobs: int) -> Iterator[Iterator[Result]]:
    """Do `work` for each of `tasks` in `jobs` processes; give the results as they come, in no order.

    With one job or one task nothing is forked. An error in `work` is raised while the results are read, a
    `MachineError` if a process was killed. The processes end with the context, and with this process at the latest.
    """
    jobs = min(jobs, len(tasks))
    if jobs < 2:
        yield map(work, tasks)
        return
    pool = _Pool(work, tasks)
    try:
        for _ in range(jobs):
            pool.fork()
        pool.close_queue()
        yield pool.results()
    finally:
        pool.end()


class _Pool(Generic[Task, Result]):
    def __init__(self, work: Callable[[Task], Result], tasks: Sequence[Task]) -> None:
        self._work = work
        self._parent = os.getpid()
        self._shares = [tasks[start::_MOST_SHARES] for start in range(min(_MOST_SHARES, len(tasks)))]
        self._queue, filled = os.pipe()
        os.write(filled, b"".join(map(_INDEX.pack, range(len(self._shares)))))
        os.close(filled)
        self._pipes: dict[int, int] = {}
        """By process id: where its results are read."""

    def fork(self) -> None:
        """Start one more process."""
        read, write = os.pipe()
        gc.freeze()  # what is shared is not copied merely because it is looked at
        pid = os.fork()
        if pid == 0:
            os.close(read)
            self._run(write)
        os.close(write)
        gc.unfreeze()
        self._pipes[pid] = read

    def close_queue(self) -> None:
        """Leave the queue to the processes."""
        os.close(self._queue)

    def results(self) -> Iterator[Result]:
        """Yield every result."""
        with selectors.DefaultSelector() as selector:
            for pipe in self._pipes.values():
                selector.register(pipe, selectors.EVENT_READ)
            while selector.get_map():
                for key, _ in selector.select():
                    message = _read_message(key.fd)
                    if message is None:
                        raise MachineError("A process of the build was killed.", hint="Is there enough memory?")
                    kind, found = pickle.loads(message)  # noqa: S301 - our own process wrote it
                    if kind == "error":
                        raise found
                    if kind == "end":
                        selector.unregister(key.fd)
                    else:
                        yield from found

    def end(self) -> None:
        """End the processes that still run."""
        for pid, pipe in self._pipes.items():
            os.close(pipe)
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)

    def _run(self, pipe: int) -> NoReturn:
        status = 1
        try:
            die_with_parent(self._parent)
            while share := os.read(self._queue, _INDEX.size):
                (index,) = _INDEX.unpack(share)
                _write_message(pipe, ("results", [self._work(task) for task in self._shares[index]]))
            _write_message(pipe, ("end", None))
            status = 0
        except BrokenPipeError:
            pass  # nobody waits any more
        except Exception as error:
            error.add_note(traceback.format_exc())
            _write_message(pipe, ("error", error))
        finally:
            os._exit(status)


def _write_message(pipe: int, message: object) -> None:
    body = pickle.dumps(message, pickle.HIGHEST_PROTOCOL)
    left = memoryview(_LENGTH.pack(len(body)) + body)
    while left:
        left = left[os.write(pipe, left) :]


def _read_message(pipe: int) -> bytes | None:
    length = _read(pipe, _LENGTH.size)
    return _read(pipe, *_LENGTH.unpack(length)) if length is not None else None


def _read(pipe: int, count: int) -> bytes | None:
    parts: list[bytes] = []
    while count:
        part = os.read(pipe, min(count, 1 << 20))
        if not part:
            return None
        parts.append(part)
        count -= len(part)
    return b"".join(parts)
