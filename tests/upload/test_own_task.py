"""Work in a task of its own: its result, its error, and the cancel that is never lost."""

from __future__ import annotations

import asyncio

import pytest

from tests.upload.failing_pipeline import WINDING_DOWN_SECONDS, wind_down
from tests.upload.packaging import PATIENCE_SECONDS, run
from upload.own_task import in_own_task


async def _failing(error: Exception) -> None:
    async with asyncio.TaskGroup() as group:
        group.create_task(wind_down())
        await asyncio.sleep(0)
        raise error


def test_what_the_work_returns_or_raises_is_returned_or_raised() -> None:
    async def seven() -> int:
        await asyncio.sleep(0)
        return 7

    async def work() -> None:
        assert await in_own_task(seven()) == 7
        with pytest.raises(ExceptionGroup) as told:
            await in_own_task(_failing(OSError("full")))
        assert [str(error) for error in told.value.exceptions] == ["full"]

    run(work(), seconds=PATIENCE_SECONDS)


def test_however_often_it_is_cancelled_it_ends_once_the_work_has_ended_and_by_the_cancel() -> None:
    ended: list[bool] = []

    async def noted() -> None:
        try:
            await _failing(OSError("full"))
        finally:
            ended.append(True)

    async def work() -> None:
        task = asyncio.create_task(in_own_task(noted()))
        for _ in range(2):
            await asyncio.sleep(WINDING_DOWN_SECONDS / 4)
            task.cancel()
        await asyncio.sleep(0)
        assert not task.done()
        await asyncio.wait({task})
        assert task.cancelled()
        assert ended == [True]

    run(work(), seconds=PATIENCE_SECONDS)


def test_work_that_does_not_heed_a_cancel_is_waited_for_and_the_cancel_still_counts() -> None:
    async def deaf() -> str:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            await asyncio.sleep(WINDING_DOWN_SECONDS)
        return "done all the same"

    async def work() -> None:
        task = asyncio.create_task(in_own_task(deaf()))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait({task})
        assert task.cancelled()

    run(work(), seconds=PATIENCE_SECONDS)
