"""How a program ends: on its own, by a signal, by an error."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import pytest

from election.errors import MachineError, RemoteError
from machine import process
from machine.lifetime import run_until_stopped

PROGRAM = """
import asyncio, pathlib, sys
from machine.lifetime import run_until_stopped

async def work():
    print("up", flush=True)
    try:
        await asyncio.sleep(600)
    finally:
        while not pathlib.Path(sys.argv[1]).exists():
            await asyncio.sleep(0.05)
        print("cleaned up", flush=True)

run_until_stopped(work())
print("ended", flush=True)
"""


async def end_by(*numbers: signal.Signals, clean: Path) -> tuple[int, list[str]]:
    """Start the program, send it the signals, then let it clean up: it ends once there is a file `clean`."""
    up = asyncio.Event()
    argv = [sys.executable, "-c", PROGRAM, str(clean)]
    folder = Path(__file__).parents[2]
    child = await process.start(argv, name="program", folder=folder, on_line=lambda _: up.set())
    async with asyncio.timeout(120):
        await up.wait()
        for number in numbers:
            child._process.send_signal(number)
            await asyncio.sleep(0.1)
        assert child.returncode is None
        clean.touch()
        return await child.wait(), child.tail


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_a_program_and_its_cleaning_up_is_waited_for(number: signal.Signals, tmp_path: Path) -> None:
    assert asyncio.run(end_by(number, clean=tmp_path / "clean")) == (0, ["up", "cleaned up", "ended"])


def test_an_impatient_second_signal_does_not_cut_the_cleaning_up_short(tmp_path: Path) -> None:
    numbers = (signal.SIGINT, signal.SIGINT, signal.SIGTERM)
    assert asyncio.run(end_by(*numbers, clean=tmp_path / "clean")) == (0, ["up", "cleaned up", "ended"])


async def fail_with(error: Exception) -> None:
    raise error


async def both(*works: Coroutine[Any, Any, None]) -> None:
    async with asyncio.TaskGroup() as group:
        for work in works:
            group.create_task(work)


def test_work_that_ends_ends_the_program() -> None:
    done: list[int] = []

    async def work() -> None:
        done.append(1)

    run_until_stopped(work())
    assert done == [1]


def test_an_error_of_ours_comes_out_as_it_is_also_from_within_groups() -> None:
    with pytest.raises(MachineError, match="alone"):
        run_until_stopped(fail_with(MachineError("alone")))
    inner = both(fail_with(MachineError("first")))
    with pytest.raises(MachineError, match="first"):
        run_until_stopped(both(inner))
    with pytest.raises(RemoteError, match="far"):
        run_until_stopped(both(fail_with(RemoteError("far", operation="put", subject="key"))))


def test_an_error_nobody_expected_is_not_hidden() -> None:
    with pytest.raises(ExceptionGroup) as caught:
        run_until_stopped(both(fail_with(ValueError("ours to mend"))))
    assert "ours to mend" in str(caught.value.exceptions)
    with pytest.raises(asyncio.CancelledError):
        run_until_stopped(fail_with(asyncio.CancelledError()))  # type: ignore[arg-type] # nobody asked to stop
