"""The folder `content/images`: the pictures that texts show as `/images/hall.jpg`, and what is wrong with them."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from builder import image_kinds
from builder.content_folder import entries_of, fault_of_letters
from builder.image_store import FOLDER, ImageStore, Picture
from election.errors import Fault, InputError
from election.folding import words
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

    def fault_of(self, address: str) -> Sentence | None:
        """Return what is wrong with showing `address`; None where nothing is, or the picture's own fault says it."""
        if address in self.names:
            return None
        alike = sorted(name for name in self.names if _letters(name) == _letters(address))
        if alike and all(name in self.pictures for name in alike):
            return say("there is no {address} on this site; is it {nearest}?", address=address, nearest=alike[0])
        if alike:
            return None
        if not image_kinds.NAME.fullmatch(address.removeprefix(ADDRESS)):
            return say(
                "no picture has the address {address}: its name is made of small letters a to z, digits and single "
                "hyphens or underscores between them, then .jpg, .jpeg, .png or .webp.",
                address=address,
            )
        return say("there is no content{address}; put the picture there.", address=address)

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
    entries, faults = entries_of(folder)
    for entry in entries:
        path = folder / entry.name
        if entry.name.startswith("."):  # other programs' files
            continue
        if foreign := fault_of_letters(path):
            faults.append(foreign)
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


def is_here(address: str) -> bool:
    """Whether `address`, however it is written, means a picture of this folder."""
    name = address.removeprefix(ADDRESS)
    return name != address and "/" not in name and name.lower().endswith(tuple(image_kinds.ENDINGS))


def _letters(address: str) -> str:
    """Return what is left of an address where nobody minds blanks, capitals and letters that addresses lack."""
    return "".join(words(unquote(address)))


def _fault_of(entry: os.DirEntry[str]) -> Sentence | None:
    if entry.is_dir(follow_symlinks=False):
        return say("a folder does not belong here.")
    if not entry.is_file(follow_symlinks=False):
        return say("is not a plain file; put a copy in its place.")
    return image_kinds.fault_of_name(entry.name)
