"""Building a site: content and configuration in, a folder of files out. All is checked before anything is written.

What the last build knew is used where it still holds (`builder.known`): then only what shows something else is written.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from builder import assets, compiled, generated, image_folder, manifest, offline, pages, pieces, sitemap
from builder.content import Content, read_content
from builder.dist import Site, SiteWriter, read_state, replacing
from builder.image_folder import store_of
from builder.image_store import ImageStore
from builder.known import Known, Memory, looking_at_folders
from builder.listings import Listing
from builder.packed import Packed
from builder.pieces import Blueprint, Piece
from builder.publication import Issue
from builder.version import version
from election.configuration import Configuration
from election.errors import Fault, InputError
from election.places import LANGUAGES
from machine.workers import spread

_FEW = 3
"""Pieces that are built sooner than other processes are started."""


class Kind(StrEnum):
    """What a site has besides pages, by what it is made from."""

    ASSETS = "assets"
    PICTURES = "pictures"
    LISTS = "lists"
    FEEDS = "feeds"
    REDIRECTS = "redirects"
    SITE_MAP = "site map"


class Stage(StrEnum):
    """What a build is busy with."""

    READING = "Reading content"
    WRITING = "Writing pages"


@dataclass(frozen=True, kw_only=True)
class Summary:
    """What a build did."""

    stations: int
    pages: int
    """HTML pages, all languages together."""
    rendered: int
    """How many of them were written by this build; the others were there."""
    files: int
    """Everything in the site, assets included."""
    bytes: int
    warnings: tuple[Fault, ...]


Progress = Callable[[Stage, int, int], None]
"""Told a stage, how much of it is done, and how much there is (0 while unknown): pages read, then stations written."""


def build_site(
    configuration: Configuration,
    content: Path,
    out: Path,
    *,
    strict: bool = False,
    clean: bool = False,
    drafts: bool = False,
    today: datetime.date | None = None,
    jobs: int = 1,
    progress: Progress = lambda _stage, _done, _total: None,
    image_store: ImageStore | None = None,
) -> Summary:
    """Build the site of `content` into the folder `out`, in place of the site that was there.

    Raises `InputError` with every fault, before anything is written; with `strict`, warnings are faults. With `clean`,
    what earlier builds left is deleted before writing. With `drafts`, drafts and what is yet to come are shown with a
    mark; `today` is the day of the build, by the election's clock if it is not given. Who builds again and again gives
    its own `image_store`, which remembers the pictures of a build that found faults. An interrupted build leaves the
    previous site whole. With more than one of `jobs`, that many processes are forked: only from a program without other
    threads of its own.
    """
    election = configuration.election
    issue = Issue(
        today=today or datetime.datetime.now(election.zone).date(),
        drafts=drafts,
        hours=(election.opens, election.closes),
    )
    with looking_at_folders(content, jobs=jobs) as signature:
        collected = assets.collect()
        program = version(collected.addresses.root)
        pieces.use_program(program)
        made_by = version(program, configuration.model_dump_json(), str(content), repr(issue), sources=())
        state = None if clean else read_state(out)
        known = Known.unpack(state.told, made_by) if state else None
        if known:
            compiled.remember(known.compiled)
        memory = Memory.of(known, signature, jobs=jobs)
        store = image_store or store_of(content)
        found = read_content(
            content, lambda done: progress(Stage.READING, done, 0), issue, memory.folders, memory.pages, store
        )
    if strict and found.warnings:
        raise InputError(*found.warnings)
    with replacing(out, clean=clean, state=state) as site:
        if not site.is_known:
            known = None
        blueprint = Blueprint(configuration=configuration, content=found, assets=collected.addresses)
        building = _Building(store, blueprint, known, site, jobs=jobs, progress=progress)
        return building.build(collected, made_by, memory)


class _Building:
    """One build, from a blueprint to a site in its place."""

    def __init__(
        self, image_store: ImageStore, new: Blueprint, known: Known | None, site: Site, *, jobs: int, progress: Progress
    ) -> None:
        self._image_store = image_store
        self._new = new
        self._known = known
        self._old = replace(new, content=known.content) if known else None
        self._lists_alike = self._old is not None and self._old.is_search_parted == new.is_search_parted
        self._site = site
        self._jobs = jobs
        self._progress = progress
        self._changed: list[str] = []
        self._rendered = 0

    def build(self, collected: assets.AssetFolder, made_by: str, memory: Memory) -> Summary:
        """Write what is to be written, and publish it."""
        known_pieces = self._known.pieces if self._known else {}
        numbers = self._new.numbers()
        to_build = [number for number in numbers if not self._is_as_known(number)]
        to_remove = [number for number in known_pieces if number not in numbers]
        writer = self._site.amend() if self._known else self._site.renew()
        found = {number: piece for number, piece in known_pieces.items() if number in numbers}
        found |= self._write_pieces(writer, to_build, known_pieces)
        for number in to_remove:
            for path in known_pieces[number].sizes:
                writer.remove(path)
                self._changed.append(path)
        others = self._write_others(writer, collected, [found[number] for number in sorted(found)])
        known = Known(
            version=made_by,
            content=self._new.content,
            folders=memory.folders.kept,
            read_pages=memory.pages.kept,
            pieces=found,
            other_files=others,
            compiled=compiled.all_kept(),
        )
        self._image_store.keep()
        self._site.publish(known.pack(), self._changed)
        other_sizes = [size for sizes in others.values() for size in sizes.values()]
        pages = sum(piece.page_count for piece in found.values())
        return Summary(
            stations=self._new.content.station_count,
            pages=pages,
            rendered=self._rendered,
            files=pages + len(other_sizes),
            bytes=sum(other_sizes) + sum(piece.byte_count for piece in found.values()),
            warnings=self._new.content.warnings,
        )

    def _is_as_known(self, number: int) -> bool:
        return self._old is not None and self._lists_alike and self._old.part(number) == self._new.part(number)

    def _write_pieces(self, writer: SiteWriter, numbers: list[int], known: Mapping[int, Piece]) -> dict[int, Piece]:
        found: dict[int, Piece] = {}
        few = len(numbers) <= _FEW
        if not few:
            for language in LANGUAGES:  # once, before there are several processes
                pieces.renderer_of(language).prepare()
        done, total = 0, sum(self._stations_in(number) for number in numbers)

        def build(number: int) -> pieces.Written:
            return pieces.build_piece(self._new, self._old, known.get(number), number, writer)

        with spread(build, numbers, jobs=1 if few else self._jobs) as results:
            for written in results:
                found[written.piece.number] = written.piece
                self._changed += written.changed
                self._rendered += written.rendered
                done += self._stations_in(written.piece.number)
                self._progress(Stage.WRITING, done, total)
        return found

    def _stations_in(self, number: int) -> int:
        return 0 if number == pieces.OTHERS else len(self._new.content.stations.folders[number].ids)

    def _write_others(
        self, writer: SiteWriter, collected: assets.AssetFolder, built: list[Piece]
    ) -> dict[str, Mapping[str, int]]:
        known = self._known.other_files if self._known else {}
        unchanged = self._unchanged(built)
        found: dict[str, Mapping[str, int]] = {}
        for kind, files in _other_files(self._image_store, self._new, collected, built).items():
            found[kind] = known[kind] if kind in unchanged else self._write_files(writer, files)
        present = {path for sizes in found.values() for path in sizes}
        if gone := {path for sizes in known.values() for path in sizes} - present:
            # Where a page was moved away from and back again, it stands where there was a redirect.
            for path in gone.difference(*(piece.sizes for piece in built)):
                writer.remove(path)
                self._changed.append(path)
        return found

    def _unchanged(self, built: list[Piece]) -> set[Kind]:
        """Return what is made from things that are as they were."""
        if self._known is None:
            return set()
        before, now = self._known.content, self._new.content
        same = {
            Kind.ASSETS: True,  # of this program and this configuration, or nothing would be known
            Kind.PICTURES: before.pictures == now.pictures,
            Kind.LISTS: (before.regions, before.constituencies) == (now.regions, now.constituencies)
            and _listings(self._known.pieces.values()) == _listings(built),
            Kind.FEEDS: before.news == now.news and before.pictures == now.pictures,
            Kind.REDIRECTS: before.aliases == now.aliases,
            Kind.SITE_MAP: _same_pages(self._known.pieces, built),
        }
        return {kind for kind, is_same in same.items() if is_same}

    def _write_files(self, writer: SiteWriter, files: Iterator[tuple[str, bytes]]) -> dict[str, int]:
        sizes: dict[str, int] = {}
        for path, body in files:
            sizes[path] = len(body)
            if self._known is None or not self._site.holds(path, body):
                writer.write(path, body)
                self._changed.append(path)
        return sizes


def _listings(pieces: Iterable[Piece]) -> Mapping[int, Packed[Listing]]:
    return {piece.number: piece.listing for piece in pieces if piece.listing is not None}


def _same_pages(known: Mapping[int, Piece], built: list[Piece]) -> bool:
    """Whether the site has the pages that it had, in their order, whatever they show."""
    return len(known) == len(built) and all(
        piece is (old := known.get(piece.number)) or (old and list(piece.sizes) == list(old.sizes)) for piece in built
    )


def _other_files(
    image_store: ImageStore, blueprint: Blueprint, collected: assets.AssetFolder, built: list[Piece]
) -> Mapping[Kind, Iterator[tuple[str, bytes]]]:
    """Return what is no page, by what it is made from; nothing is made before it is asked for."""
    configuration, content = blueprint.configuration, blueprint.content
    site = pages.Site(configuration=configuration, content=content, assets=blueprint.assets)
    listings = _listings(built)
    listed = (listings[place.number].value for place in content.constituencies)
    return {
        Kind.ASSETS: _assets(configuration, collected),
        Kind.PICTURES: _pictures(image_store, blueprint.content),
        Kind.LISTS: generated.lists(site, listed),
        Kind.FEEDS: generated.feeds(site),
        Kind.REDIRECTS: generated.redirecting(site),
        Kind.SITE_MAP: sitemap.files(configuration.site.base_url, _addresses(built)),
    }


def _assets(configuration: Configuration, collected: assets.AssetFolder) -> Iterator[tuple[str, bytes]]:
    yield from collected.files.items()
    for language in LANGUAGES:
        election = configuration.election.name.text.in_language(language)
        yield f"{language}/{manifest.NAME}", manifest.web_manifest(language, election, collected.addresses)
    yield sitemap.ROBOTS, sitemap.robots(configuration.site.base_url, sample=configuration.election.sample)
    yield offline.PATH, offline.worker(collected.files, offline=configuration.site.offline)


def _pictures(image_store: ImageStore, content: Content) -> Iterator[tuple[str, bytes]]:
    for picture in content.pictures.values():
        for name, body in image_store.bodies(picture).items():
            yield f"{image_folder.NAME}/{name}", body


def _addresses(built: list[Piece]) -> Iterator[str]:
    """Yield the addresses of all pages of one language, below its home."""
    home = f"{LANGUAGES[0]}/"
    for piece in built:
        for path in piece.sizes:
            if path.startswith(home) and path.endswith("/index.html"):
                yield path.removeprefix(home).removesuffix("index.html")
