"""The stations of one constituency as they were read: what all content must know of them, and they themselves, packed.

So a folder can be kept from one build to the next, or come from another process, at almost no cost.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from builder.coverage import coverage_of
from builder.packed import Packed
from election.errors import Fault
from election.ids import StationId
from election.places import Station, Text

Link = tuple[Path, int, str]
"""A text that leads to a page of this site, or shows an image of it: file, line and address."""


@dataclass(frozen=True, kw_only=True)
class StationEntry:
    """A station and what editors say about it."""

    station: Station
    note: Text
    """Markdown; empty where there is nothing to say."""


Claim = tuple[Sequence[str], str, Path, Mapping[str, int]]
"""The former addresses of a page, its address, and where they are written: file and lines."""


class Claims:
    """Gathers what pages claim, for `builder.addresses.Aliases`."""

    def __init__(self) -> None:
        self.claims: list[Claim] = []

    def claim(self, aliases: Sequence[str], page: str, path: Path, lines: Mapping[str, int]) -> None:
        """Remember a claim; most pages have none."""
        if aliases:
            self.claims.append((aliases, page, path, lines))


class Findings(Protocol):
    """What a reader of pages found besides the pages."""

    faults: list[Fault]
    warnings: list[Fault]
    links: list[Link]
    images: list[Link]
    pages_read: int


@dataclass(frozen=True, kw_only=True)
class StationFolder:
    """What is in one folder of stations."""

    ids: tuple[StationId, ...]
    """By their numbers; those with faults are left out."""
    coverage: str
    """The same, as in `builder.coverage`."""
    names: frozenset[str]
    """Of all pages, those with faults too."""
    faults: tuple[Fault, ...]
    warnings: tuple[Fault, ...]
    links: tuple[Link, ...]
    images: tuple[Link, ...]
    pages_read: int
    claims: tuple[Claim, ...]
    packed: Packed[tuple[StationEntry, ...]] | None
    """The stations, by their numbers; None where nobody may look at them."""

    @classmethod
    def of(
        cls, entries: Sequence[StationEntry], names: Collection[str], found: Findings, claims: Sequence[Claim] = ()
    ) -> StationFolder:
        """Return a folder with these entries, by their numbers, and what was found in it."""
        ids = tuple(entry.station.id for entry in entries)
        return cls(
            ids=ids,
            coverage=coverage_of(ids),
            names=frozenset(names),
            faults=tuple(found.faults),
            warnings=tuple(found.warnings),
            links=tuple(found.links),
            images=tuple(found.images),
            pages_read=found.pages_read,
            claims=tuple(claims),
            packed=Packed.of(tuple(entries)),
        )

    def entries_only(self) -> StationFolder:
        """Return the folder with what pages of its stations show."""
        return replace(self, names=frozenset(), warnings=(), links=(), images=(), pages_read=0, claims=())

    def ids_only(self) -> StationFolder:
        """Return the folder as those see it who need no more than the ids; whoever looks at an entry gets an error."""
        return replace(self.entries_only(), packed=None)

    @property
    def entries(self) -> tuple[StationEntry, ...]:
        """The stations, by their numbers."""
        if self.packed is None:
            raise LookupError("these pages may not look at stations")
        return self.packed.value


NO_STATIONS = StationFolder(
    ids=(),
    coverage="",
    names=frozenset(),
    faults=(),
    warnings=(),
    links=(),
    images=(),
    pages_read=0,
    claims=(),
    packed=Packed.of(()),
)


FolderReading = Callable[[Path], StationFolder]
"""What reads one folder; those that are equal find the same in it."""


class FolderReader(Protocol):
    """Gives what `read` returns for each folder, in order: by itself, from an earlier build, from other processes."""

    def __call__(self, read: FolderReading, folders: Sequence[Path], /) -> Iterable[StationFolder]:
        """Return the folders' contents."""


class StationsByNumber(Mapping[int, tuple[StationEntry, ...]]):
    """The stations of every constituency."""

    def __init__(self, folders: Mapping[int, StationFolder]) -> None:
        self.folders = folders

    @classmethod
    def of(cls, entries: Mapping[int, Sequence[StationEntry]]) -> StationsByNumber:
        """Return these stations, which were found in no folder."""
        folders: dict[int, StationFolder] = {}
        for number, found in entries.items():
            ids = tuple(entry.station.id for entry in found)
            packed = Packed.of(tuple(found))
            folders[number] = replace(NO_STATIONS, ids=ids, coverage=coverage_of(ids), packed=packed)
        return cls(folders)

    def __getitem__(self, number: int) -> tuple[StationEntry, ...]:
        """Return the stations of a constituency, by their numbers."""
        return self.folders[number].entries

    def __iter__(self) -> Iterator[int]:
        """Yield the numbers of the constituencies."""
        return iter(self.folders)

    def __len__(self) -> int:
        """Return how many constituencies there are."""
        return len(self.folders)

    def __eq__(self, other: object) -> bool:
        """Whether the same stations are here; nothing is unpacked for it."""
        return isinstance(other, StationsByNumber) and self.folders == other.folders

    __hash__ = None  # type: ignore[assignment] # as of every mapping
