"""Tests that mostly wait for cameras, run side by side in threads; each still reports its own outcome.

A test marked by `@side_by_side` may ask for `clips`, for `fast`, `store` and `unreliable` of its own, and for nothing
else; what it changes outside of them would be seen by its neighbours. A test that must change something for the whole
process is not marked and stands below all that are.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, Self

from tests.servers import fast_folder
from tests.upload.packaging import cameras, run
from tests.upload.unreliable_store import UnreliableStore
from upload.store import open_store

AT_ONCE = 6
Test = Callable[..., None]


class Outcomes:
    """The tests of a module that run side by side, and what became of each."""

    def __init__(self, tests: Iterable[Test], clips: Path) -> None:
        self._clips = clips
        self._threads = ThreadPoolExecutor(AT_ONCE)
        self._futures: dict[Test, Future[None]] = {}
        self._tests = tuple(tests)

    def __enter__(self) -> Self:
        if self._tests:
            run(_drawn(self._clips))
        self._futures = {test: self._threads.submit(self._run, test) for test in self._tests}
        return self

    def __exit__(self, *_error: object) -> None:
        self._threads.shutdown(cancel_futures=True)

    def of(self, test: Test) -> None:
        """Wait for a test's end; raise what it raised."""
        self._futures[test].result()

    def _run(self, test: Test) -> None:
        with fast_folder() as folder:
            store = open_store(f"file://{folder}/store", {}, timeout=60)
            offered: dict[str, Any] = {
                "clips": self._clips,
                "fast": folder,
                "store": store,
                "unreliable": UnreliableStore(store),
            }
            test(**{name: offered[name] for name in inspect.signature(test).parameters})


def side_by_side(test: Test) -> Callable[[Outcomes], None]:
    """Let `test` run beside its module's others."""

    def waiting(outcomes: Outcomes) -> None:
        outcomes.of(test)

    waiting.__doc__ = test.__doc__
    waiting.__dict__["beside"] = test
    return waiting


def selected(items: Iterable[Any], module: object) -> list[Test]:
    """Return those of the collected tests of `module` that run side by side."""
    return [item.function.beside for item in items if item.module is module and hasattr(item.function, "beside")]


async def _drawn(clips: Path) -> None:
    """Draw the cameras' pictures once, before many ask for them."""
    async with cameras(clips):
        pass
