"""What a benchmark is doing, shown while it does it."""

from __future__ import annotations

import asyncio

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

_TICK = 0.25


class Steps:
    """One benchmark's line in the progress display."""

    def __init__(self, progress: Progress, *, title: str, total: float) -> None:
        """`total` are the seconds that `wait` will wait for, or the steps that `advance` will count."""
        self._progress = progress
        self._title = title
        self._task: TaskID = progress.add_task(title, total=total)

    def say(self, what: str) -> None:
        """Show what is being done."""
        self._progress.update(self._task, description=f"{self._title}: {what}")

    def advance(self, by: float = 1.0) -> None:
        """Move the bar on."""
        self._progress.advance(self._task, by)

    async def wait(self, seconds: float) -> None:
        """Let time pass, and the bar with it."""
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        while (left := end - loop.time()) > 0:
            step = min(_TICK, left)
            await asyncio.sleep(step)
            self.advance(step)


def display(console: Console) -> Progress:
    """Return the display; where `console` is no terminal it prints nothing."""
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
