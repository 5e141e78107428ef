"""Child processes: started in a group of their own, both pipes drained, never outliving their parent."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from election.errors import MachineError

_TETHER = Path(__file__).with_name("tether.py")
TAIL_LINES = 40


class Child:
    """A running child process. Start it with `start`, end it with `stop`, await its end with `wait`."""

    def __init__(self, process: asyncio.subprocess.Process, name: str, on_line: Callable[[str], None] | None) -> None:
        self.name = name
        self.pid = process.pid
        self._process = process
        self._on_line = on_line
        self._tail: deque[str] = deque(maxlen=TAIL_LINES)
        self._drains = [
            asyncio.create_task(self._drain(pipe)) for pipe in (process.stdout, process.stderr) if pipe is not None
        ]

    @property
    def returncode(self) -> int | None:
        """The exit code, negative for a signal, None while running."""
        return self._process.returncode

    @property
    def tail(self) -> list[str]:
        """The last lines the child printed on either pipe, oldest first."""
        return list(self._tail)

    async def wait(self) -> int:
        """Wait for the child's end and for its last words; return its exit code."""
        code = await self._process.wait()
        if self._drains:
            await asyncio.wait(self._drains)  # unlike gather, leaves them running when this wait is cancelled
        for drain in self._drains:
            drain.result()
        return code

    async def stop(self, *, grace: float = 3.0) -> int:
        """Terminate the child's group, wait `grace` seconds, then kill the whole group; return the exit code."""
        self._signal(signal.SIGTERM)
        self._signal(signal.SIGCONT)  # a stopped process acts on SIGTERM only once it runs again
        try:
            async with asyncio.timeout(grace):
                await asyncio.shield(self._process.wait())
        except TimeoutError:
            pass
        finally:
            self._signal(signal.SIGKILL)
        return await self.wait()

    def kill(self) -> None:
        """Kill the child's whole group at once."""
        self._signal(signal.SIGKILL)

    def _signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):  # raised when the group is gone
            os.killpg(self.pid, number)

    async def _drain(self, pipe: asyncio.StreamReader) -> None:
        while True:
            try:
                raw = await pipe.readline()
            except ValueError:
                continue  # a line longer than the buffer: the reader has dropped it
            if not raw:
                return
            line = raw.decode(errors="replace").rstrip()
            self._tail.append(line)
            if self._on_line is not None:
                self._on_line(line)


async def start(
    argv: Sequence[str],
    *,
    name: str,
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
    on_line: Callable[[str], None] | None = None,
) -> Child:
    """Start `argv` (its first item an absolute path) and return the running child.

    `environment` replaces the inherited one where given; `on_line` is called with every line the child prints. The
    child is killed by the kernel when the thread that started it dies, so start children from the main thread.
    """
    try:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-I", "-S", str(_TETHER), str(os.getpid())),
            *argv,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
            env=environment,
            cwd=folder,
        )
    except OSError as error:
        raise MachineError(f"{name} could not be started: {error}.") from error
    return Child(process, name, on_line)


async def run(argv: Sequence[str], *, name: str, timeout: float = 60.0) -> list[str]:
    """Run `argv` to its end and return the last lines it printed; `MachineError` if it fails or takes too long."""
    child = await start(argv, name=name)
    try:
        async with asyncio.timeout(timeout):
            code = await child.wait()
    except TimeoutError:
        await child.stop()
        raise MachineError(f"{name} did not finish within {timeout:.0f} s.") from None
    except BaseException:
        await child.stop()
        raise
    if code != 0:
        raise MachineError(f"{name} ended with code {code}: {' '.join(child.tail[-3:])}")
    return child.tail
