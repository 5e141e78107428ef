"""What a benchmark is doing, shown while it does it."""

from __future__ import annotations

import asyncio

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

_TICK = 0.25


class Steps:
    """One benchmark's line in the progress display."""

    def __init__(self, progress: Progress, *, title: str, seconds: float) -> None:
        """`seconds` are those waited for by `wait`; warming up comes on top."""
        self._progress = progress
        self._title = title
        self._task: TaskID = progress.add_task(title, total=seconds)

    def say(self, what: str) -> None:
        """Show what is being done."""
        self._progress.update(self._task, description=f"{self._title}: {what}")

    async def wait(self, seconds: float) -> None:
        """Let time pass, and the bar with it."""
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        while (left := end - loop.time()) > 0:
            step = min(_TICK, left)
            await asyncio.sleep(step)
            self._progress.advance(self._task, step)


def display(console: Console) -> Progress:
    """Return the display; where `console` is no terminal it prints nothing."""
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
