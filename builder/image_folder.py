"""The folder `content/images`: the pictures that texts show as `/images/hall.jpg`, and what is wrong with them."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from builder import image_kinds
from builder.image_store import FOLDER, ImageStore, Picture
from election.errors import Fault, InputError
from election.wording import Sentence, say

NAME = "images"
ADDRESS = f"/{NAME}/"
"""Where texts find pictures: the address of `content/images/hall.jpg` is `/images/hall.jpg`."""


@dataclass(frozen=True, kw_only=True)
class Images:
    """What the folder holds."""

    pictures: Mapping[str, Picture]
    """By the address in texts, `/images/hall.jpg`; without those that have faults."""
    names: frozenset[str]
    """The addresses of all, also of those that have faults."""
    faults: tuple[Fault, ...]

    def unused(self, shown: Collection[str]) -> tuple[Fault, ...]:
        """Return a warning for each picture whose address is not among `shown`."""
        return tuple(
            Fault(
                file=picture.path,
                line=0,
                field="",
                message=say(
                    "is shown on no page; use it, as ![what it shows]({address}), or remove it.", address=address
                ),
            )
            for address, picture in self.pictures.items()
            if address not in shown
        )


def store_of(content: Path) -> ImageStore:
    """Return where the pictures of the folder `content` are kept once they are made."""
    return ImageStore(content.absolute().parent / FOLDER)


def read_images(content: Path, store: ImageStore) -> Images:
    """Return the pictures of `content/images`, made by `store`; none if there is no such folder."""
    folder = content / NAME
    pictures: dict[str, Picture] = {}
    names: set[str] = set()
    faults: list[Fault] = []
    try:
        with os.scandir(folder) as found:
            entries = sorted(found, key=lambda entry: entry.name)
    except FileNotFoundError:
        entries = []
    for entry in entries:
        path = folder / entry.name
        if entry.name.startswith("."):  # other programs' files
            continue
        names.add(ADDRESS + entry.name)
        fault = _fault_of(entry)
        if fault:
            faults.append(Fault(file=path, line=0, field="", message=fault))
            continue
        try:
            pictures[ADDRESS + entry.name] = store.picture(path)
        except InputError as error:
            faults += error.faults
    return Images(pictures=pictures, names=frozenset(names), faults=tuple(faults))


def _fault_of(entry: os.DirEntry[str]) -> Sentence | None:
    if entry.is_dir(follow_symlinks=False):
        return say("a folder does not belong here.")
    if not entry.is_file(follow_symlinks=False):
        return say("is not a plain file; put a copy in its place.")
    return image_kinds.fault_of_name(entry.name)
