"""Hears of a changed file that operators write, and of the files it names: looks at them now and then.

A look costs one `stat` a file and works on every file system. What editors do, writing in place in pieces or replacing
the file, is over when two looks in a row see the same.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Generic, TypeVar

from election.errors import Fault, InputError

LOOK_SECONDS = 1.0
Look = tuple[tuple[str, int, int, int], ...]
"""Of each file its name, inode, size and time of change in nanoseconds; zeros where it is not there."""
Found = TypeVar("Found")
Named = tuple[Path, ...]


def no_others(_file: Path, _before: Named) -> Named:
    """Return the files that a file names which names none."""
    return ()


class FileWatch(Generic[Found]):
    """Watches one file."""

    def __init__(
        self,
        file: Path,
        read: Callable[[Path], Found],
        *,
        names: Callable[[Path, Named], Named] = no_others,
        look_seconds: float = LOOK_SECONDS,
    ) -> None:
        """`read` returns what the file says or raises `InputError`. What the file holds now counts as known.

        `names` returns the files it names, which are watched too; it is given those it named before.
        """
        self._file = file
        self._read = read
        self._named_by = names
        self._look_seconds = look_seconds
        self._named = names(file, ())
        self._known = self._look()

    async def changes(self) -> AsyncIterator[Found | InputError]:
        """Yield what the file says, or what is wrong, after each change of the files."""
        before = self._known
        while True:
            await asyncio.sleep(self._look_seconds)
            look = await asyncio.to_thread(self._look)
            if look != before or look == self._known:
                before = look
                continue
            found = await asyncio.to_thread(self._take_in)
            # Looked at before it was read: what changes in between is seen by the next look.
            self._known = before = look if self._names_of(look) == self._names() else self._look()
            yield found

    def _take_in(self) -> Found | InputError:
        self._named = self._named_by(self._file, self._named)
        try:
            return self._read(self._file)
        except InputError as error:
            return error
        except Exception as error:  # a reader that fails must not end the packager
            message = f"cannot be read: {type(error).__name__}."
            return InputError(Fault(file=self._file, line=0, field="", message=message))

    def _names(self) -> list[str]:
        return [str(file) for file in (self._file, *self._named)]

    @staticmethod
    def _names_of(look: Look) -> list[str]:
        return [name for name, *_ in look]

    def _look(self) -> Look:
        return tuple(_seen(name) for name in self._names())


def _seen(name: str) -> tuple[str, int, int, int]:
    try:
        found = Path(name).stat()
    except (OSError, ValueError):
        return name, 0, 0, 0
    return name, found.st_ino, found.st_size, found.st_mtime_ns
