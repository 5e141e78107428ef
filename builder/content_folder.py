"""The files of a content folder: which are pages, which are their translations, and which do not belong there.

A page is `<name>.md`, its translations `<name>.en.md` and `<name>.ru.md`. Names that begin with a dot are left alone:
they are other programs'.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from election import unreadable
from election.errors import Fault
from election.places import LANGUAGES
from election.wording import Sentence, say

_ENDING = ".md"
_FIRST, *_OTHERS = LANGUAGES


@dataclass(frozen=True, kw_only=True, slots=True)
class PageFiles:
    """One page and the files it is written in."""

    name: str
    path: Path
    translations: Mapping[str, Path]


@dataclass(frozen=True, kw_only=True)
class Listing:
    """What one folder holds, by name."""

    pages: tuple[PageFiles, ...]
    folders: tuple[str, ...]
    faults: tuple[Fault, ...]
    is_read: bool
    """Whether the folder could be read; else nothing is known of it, and the fault says why."""

    @property
    def names(self) -> frozenset[str]:
        """The names of the pages."""
        return frozenset(page.name for page in self.pages)


def entries_of(folder: Path, *, alone: bool = False) -> tuple[list[os.DirEntry[str]], list[Fault]]:
    """Return what lies in `folder`, by name, and why it cannot be read; nothing if there is no such folder.

    A file in its place is a fault only where the folder is read `alone`: else whoever lists the folder above names it.
    """
    try:
        with os.scandir(folder) as found:
            return sorted(found, key=lambda entry: entry.name), []
    except FileNotFoundError:
        return [], []
    except OSError as error:
        if isinstance(error, NotADirectoryError) and not alone:
            return [], []
        return [], [_fault(folder, say("cannot be read: {reason}.", reason=unreadable.reason(error)))]


def is_of_unread_folder(fault: Fault) -> bool:
    """Return whether `fault` says that a folder cannot be read."""
    said = fault.message
    unread = isinstance(said, Sentence) and said.template == say("cannot be read: {reason}.", reason="").template
    return unread and fault.file.is_dir()


def list_folder(folder: Path, *, alone: bool = False) -> Listing:
    """Return what `folder` holds, as `entries_of` finds it."""
    paths: dict[str, Path] = {}
    translations: dict[str, dict[str, Path]] = {}
    folders: list[str] = []
    entries, faults = entries_of(folder, alone=alone)
    is_read = not faults
    for entry in entries:
        path = folder / entry.name
        if entry.name.startswith("."):
            continue
        if foreign := fault_of_letters(path):
            faults.append(foreign)
        elif entry.is_dir(follow_symlinks=False):
            folders.append(entry.name)
        elif not entry.is_file(follow_symlinks=False):
            faults.append(_fault(path, say("is not a plain file; put a copy in its place.")))
        elif not entry.name.endswith(_ENDING):
            faults.append(_fault(path, say("is not a page; the names of pages end in {ending}.", ending=_ENDING)))
        else:
            name, dot, language = entry.name.removesuffix(_ENDING).partition(".")
            if not dot:
                paths[name] = path
            elif language in _OTHERS:
                translations.setdefault(name, {})[language] = path
            elif language == _FIRST:
                faults.append(_fault(path, say("the Azerbaijani text belongs in {name}.", name=name + _ENDING)))
            else:
                faults.append(
                    _fault(path, say("translations end in .en.md or .ru.md, not in .{language}.md.", language=language))
                )
    for name, files in translations.items():
        if name not in paths:
            message = say("translates {name}, which does not exist.", name=name + _ENDING)
            faults += [_fault(path, message) for path in files.values()]
    pages = tuple(
        PageFiles(name=name, path=path, translations=translations.get(name, {})) for name, path in paths.items()
    )
    return Listing(pages=pages, folders=tuple(folders), faults=tuple(faults), is_read=is_read)


def fault_of_letters(path: Path) -> Fault | None:
    """Return the fault of a file whose name is not UTF-8, such as one of an old archive; its letters are escaped."""
    name = path.name
    if name.isascii():
        return None
    try:
        name.encode()
    except UnicodeEncodeError:
        shown = os.fsencode(name).decode(errors="backslashreplace")
        return _fault(path.with_name(shown), say("its name is not UTF-8; give the file another name."))
    return None


def _fault(path: Path, message: str) -> Fault:
    return Fault(file=path, line=0, field="", message=message)
