"""What becomes of a part that ends by itself."""

from __future__ import annotations

import asyncio
import sys

import pytest

from demo import keeper
from election.errors import MachineError
from machine import process


async def python(code: str) -> process.Child:
    return await process.start([sys.executable, "-c", code], name="The part")


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeper, "RESTART_SECONDS", 0.01)


def test_a_part_that_dies_is_started_again_with_its_exit_code_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeper, "EARLY_SECONDS", 0.0)
    codes: list[int] = []
    four = asyncio.Event()

    def restarted(code: int) -> None:
        codes.append(code)
        if len(codes) == 4:
            four.set()

    async def work() -> None:
        keeping = asyncio.create_task(
            keeper.keep_running(lambda: python("import os; os.kill(os.getpid(), 9)"), on_restart=restarted)
        )
        await asyncio.wait_for(four.wait(), 120)
        keeping.cancel()
        with pytest.raises(asyncio.CancelledError):
            await keeping

    asyncio.run(work())
    assert codes == [-9] * 4


def test_a_part_that_never_comes_up_is_given_up_with_its_last_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeper, "EARLY_SECONDS", 600.0)
    codes: list[int] = []
    work = keeper.keep_running(lambda: python("import sys; sys.exit('no such thing')"), on_restart=codes.append)
    told = "^The part ended with code 1 and does not come up. Its last words: no such thing$"
    with pytest.raises(MachineError, match=told):
        asyncio.run(work)
    assert codes == [1, 1]


def test_a_part_that_was_given_wrong_input_is_not_started_again() -> None:
    codes: list[int] = []
    work = keeper.keep_running(
        lambda: python("import sys; print('cameras.toml:3: …'); sys.exit(2)"), on_restart=codes.append
    )
    with pytest.raises(MachineError, match=r"ended with code 2 and does not come up. Its last words: cameras.toml:3"):
        asyncio.run(work)
    assert codes == []


def test_stopping_ends_the_part() -> None:
    started: list[process.Child] = []

    async def start() -> process.Child:
        started.append(await python("import time; time.sleep(60)"))
        return started[-1]

    async def work() -> None:
        keeping = asyncio.create_task(keeper.keep_running(start, on_restart=lambda code: None))
        while not started:
            await asyncio.sleep(0.01)
        keeping.cancel()
        await asyncio.gather(keeping, return_exceptions=True)

    asyncio.run(work())
    assert [child.returncode is not None for child in started] == [True]


def test_a_part_that_is_not_started_again_ends_the_demo_with_a_sentence() -> None:
    async def work() -> None:
        await keeper.until_it_ends(await python("print('out of memory')"))

    with pytest.raises(MachineError, match=r"^The part ended by itself with code 0. Its last words: out of memory$"):
        asyncio.run(work())
