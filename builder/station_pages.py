"""The pages of stations as files: read as they are written, and replaced whole, one after the other.

Crash points of writing: a page is either as it was or as it becomes, for each is replaced in one step; beside it there
may be a `.part` file, which the next import deletes. Pages are taken out last. Whatever was written, the same import
run again finds it done and goes on with the rest, also where it stopped before a page that somebody saved meanwhile.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from builder.content_folder import PageFiles, list_folder
from builder.front_matter import Value, parse, plain_text, read_source
from builder.page_fields import StationFields
from election.errors import Fault, InputError, MachineError
from election.ids import LAST_CONSTITUENCY, StationId, parse_station_id
from election.places import LANGUAGES
from election.toml_file import faults_of
from election.wording import ended, say
from machine.files import write_atomically


@dataclass(frozen=True, kw_only=True, slots=True)
class StationPage:
    """A station's page, without faults."""

    path: Path
    source: str
    """The whole file, its line ends as they are."""
    fields: Mapping[str, Value]
    has_text: bool
    """Whether somebody wrote something below the fields."""

    def value(self, path: tuple[str, ...]) -> Value | None:
        """Return the field at `path`, None where there is none."""
        found: Value | None = dict(self.fields)
        for name in path:
            found = found.get(name) if isinstance(found, dict) else None
        return found


@dataclass(frozen=True, kw_only=True)
class StationPages:
    """All stations of a content folder."""

    content: Path
    pages: Mapping[StationId, StationPage]
    """By id, in its order."""
    constituencies: frozenset[int]
    """Those that have a page."""

    def path_of(self, station: StationId) -> Path:
        """Return where the page of `station` is, or would be."""
        return self.content / "stations" / station[:3] / f"{station}.md"


@dataclass(frozen=True, kw_only=True, slots=True)
class Replacement:
    """One file to be written; None stands for a file that is not there."""

    path: Path
    before: str | None
    after: str | None


def read_station_pages(content: Path, on_page: Callable[[int], None] = lambda _: None) -> StationPages:
    """Return the stations below `content`; raise `InputError` with every fault of their pages.

    `on_page` is told how many pages were read so far.
    """
    if not content.is_dir():
        raise InputError(Fault(file=content, line=0, field="", message=say("there is no such folder.")))
    named = list_folder(content / "constituencies", alone=True)
    constituencies = {int(name) for name in named.names if name.isascii() and name.isdecimal() and len(name) == 3}
    root = list_folder(content / "stations", alone=True)
    faults = [*(() if named.is_read else named.faults), *root.faults]
    found: dict[StationId, StationPage] = {}
    for folder in root.folders:
        listing = list_folder(content / "stations" / folder)
        faults += listing.faults
        for files in listing.pages:
            try:
                station, page = _read(files, folder)
                found[station] = page
            except InputError as error:
                faults += error.faults
            on_page(len(found))
    if faults:
        raise InputError(*faults)
    places = frozenset(number for number in constituencies if 1 <= number <= LAST_CONSTITUENCY)
    return StationPages(content=content, pages=dict(sorted(found.items())), constituencies=places)


def _read(files: PageFiles, folder: str) -> tuple[StationId, StationPage]:
    path = files.path
    source = read_source(path)
    document = parse(plain_text(source, path), path)
    try:
        station = parse_station_id(files.name)
        StationFields.model_validate(document.fields)
    except ValidationError as error:
        raise InputError(*faults_of(error, path, document.lines, StationFields)) from None
    except ValueError as error:
        raise InputError(Fault(file=path, line=0, field="", message=ended(error))) from None
    if station[:3] != folder:
        message = say("belongs in stations/{folder}, by its id.", folder=station[:3])
        raise InputError(Fault(file=path, line=0, field="", message=message))
    has_text = bool(document.body or files.translations)
    return station, StationPage(path=path, source=source, fields=document.fields, has_text=has_text)


@contextmanager
def only_import(content: Path) -> Iterator[None]:
    """Hold the lock of the folder `content`, which ends with this process at the latest; raises `MachineError`.

    What an import that was killed left beside the pages is deleted.
    """
    if not content.is_dir():
        raise InputError(Fault(file=content, line=0, field="", message=say("there is no such folder.")))
    handle = os.open(content, os.O_RDONLY | os.O_DIRECTORY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise MachineError(
                say("Another import writes into {content}.", content=content), hint=say("Wait until it is done.")
            ) from None
        for leftover in (content / "stations").glob("*/.*.md.*.part"):
            leftover.unlink()
        yield
    finally:
        os.close(handle)


def write_pages(replacements: Sequence[Replacement], on_page: Callable[[int], None] = lambda _: None) -> None:
    """Make each file what it becomes; those that are taken out come last.

    Raises `MachineError` if a file is no longer what it was: before anything is written, or before that file is.
    """
    try:
        for item in replacements:
            if changed := _changed(item):
                raise MachineError(
                    say("{path} was changed meanwhile; nothing was written.", path=changed), hint=say("Import again.")
                )
        for done, item in enumerate(sorted(replacements, key=lambda item: item.after is None)):
            # Writing many takes seconds, in which somebody saves a page.
            if changed := _changed(item):
                raise MachineError(
                    say("{path} was changed meanwhile; pages written before that: {count}.", path=changed, count=done),
                    hint=say("Import again."),
                )
            if item.after is None:
                # Killed here: the page is still there, and the next import takes it out.
                item.path.unlink()
            else:
                # Killed within: the old page, and perhaps a .part file beside it.
                write_atomically(item.path, item.after.encode())
            on_page(done + 1)
    except OSError as error:
        raise MachineError(
            say("A page could not be written: {error}.", error=error), hint=say("It is safe to import again.")
        ) from error


def _changed(item: Replacement) -> Path | None:
    """Return what somebody has changed since `item` was planned: the page, or a translation of one that goes."""
    if _source(item.path) != item.before:
        return item.path
    translations = (
        [item.path.with_suffix(f".{language}.md") for language in LANGUAGES[1:]] if item.after is None else []
    )
    return next(filter(os.path.lexists, translations), None)


def _source(path: Path) -> str | None:
    try:
        return path.read_bytes().decode(errors="replace")
    except FileNotFoundError:
        return None
