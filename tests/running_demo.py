"""`pollcast demo` as a newcomer starts it, in a folder of its own and with an empty cache."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from election import keys
from election.ids import StationId
from election.states import StationState
from election.status import parse_public_status
from machine import ports
from tests.fetching import fetch
from tests.servers import fast_folder

START_SECONDS = 300
PATIENCE = 180.0
"""Seconds after which what has not happened never will: a shared machine stands still now and then."""
END_SECONDS = 60


@dataclass
class RunningDemo:
    """The demo's process, what it printed, and how to look at it from outside."""

    process: subprocess.Popen[str]
    folder: Path
    said: list[str] = field(default_factory=list)
    """Lines of both outputs so far."""

    @property
    def edge(self) -> str:
        """The address it printed, without the slash."""
        line = next(line for line in self.said if line.startswith("edge: "))
        return line.removeprefix("edge: ").rstrip("/")

    def wait_for(self, beginning: str, *, seconds: float) -> None:
        """Wait until a line begins so."""
        end = time.monotonic() + seconds
        while not any(line.startswith(beginning) for line in self.said):
            assert self.process.poll() is None, self.said
            assert time.monotonic() < end, self.said
            time.sleep(0.05)

    def states(self) -> dict[StationId, StationState]:
        """Return the public states, as any page sees them."""
        answer = fetch(self.edge, f"/{keys.PUBLIC_STATUS}")
        return dict(parse_public_status(answer.text.encode()).states) if answer.status == 200 else {}

    def wait_until_live(self, count: int, *, seconds: float = PATIENCE) -> list[StationId]:
        """Wait until so many stations are live; return them in order."""
        end = time.monotonic() + seconds
        while True:
            live = sorted(station for station, state in self.states().items() if state is StationState.LIVE)
            if len(live) >= count:
                return live
            assert self.process.poll() is None, self.said
            assert time.monotonic() < end, (live, self.said)
            time.sleep(0.3)

    def packager(self) -> psutil.Process:
        """Return the packager's process, also where the demo is about to start it again."""
        end = time.monotonic() + PATIENCE
        while True:
            for child in psutil.Process(self.process.pid).children():
                with contextlib.suppress(psutil.Error):
                    if "package" in child.cmdline():
                        return child
            assert self.process.poll() is None, self.said
            assert time.monotonic() < end, self.said
            time.sleep(0.2)

    def processes(self) -> list[psutil.Process]:
        """Return the demo's process and everything below it."""
        root = psutil.Process(self.process.pid)
        return [root, *root.children(recursive=True)]


@contextmanager
def running_demo(*options: str, cache: Path, environment: dict[str, str] | None = None) -> Iterator[RunningDemo]:
    """Start the demo on a free port and give it as soon as it has printed its address; end it with Ctrl-C's signal."""
    argv = [sys.executable, "-m", "pollcast", "demo", "--port", str(ports.free_port()), *options]
    with fast_folder() as folder:
        process = subprocess.Popen(
            argv,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
            env={**os.environ, "TMPDIR": str(folder), "XDG_CACHE_HOME": str(cache), **(environment or {})},
        )
        demo = RunningDemo(process=process, folder=folder)
        reader = threading.Thread(target=_read, args=(demo,))
        reader.start()
        try:
            demo.wait_for("edge: ", seconds=START_SECONDS)
            yield demo
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGINT)
            try:
                process.wait(timeout=END_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            reader.join()
            assert process.stdout is not None
            process.stdout.close()


def _read(demo: RunningDemo) -> None:
    assert demo.process.stdout is not None
    for line in demo.process.stdout:
        demo.said.append(line.rstrip("\n"))
