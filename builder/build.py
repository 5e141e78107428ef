"""Building a site: content and configuration in, a folder of files out. All is checked before anything is written."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from builder import (
    assets,
    generated,
    image_folder,
    manifest,
    offline,
    pages,
    search_files,
    sitemap,
    translations,
)
from builder.content import Content, read_content
from builder.dist import SiteWriter, replacing
from builder.image_folder import store_of
from builder.labels import Labels
from builder.places_reader import Places
from builder.publication import Issue
from builder.templates import Renderer
from election.configuration import Configuration
from election.errors import Fault, InputError
from election.places import LANGUAGES


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
    files: int
    """Everything written, assets included."""
    bytes: int
    warnings: tuple[Fault, ...]


Progress = Callable[[Stage, int, int], None]
"""Told a stage, how much of it is done, and how much there is (0 while unknown)."""


def build_site(
    configuration: Configuration,
    content: Path,
    out: Path,
    *,
    strict: bool = False,
    clean: bool = False,
    drafts: bool = False,
    today: datetime.date | None = None,
    progress: Progress = lambda _stage, _done, _total: None,
) -> Summary:
    """Build the site of `content` into the folder `out`, in place of the site that was there.

    Raises `InputError` with every fault, before anything is written; with `strict`, warnings are faults. With `clean`,
    what earlier builds left is deleted before writing. With `drafts`, drafts and what is yet to come are shown with a
    mark; `today` is the day of the build, by the election's clock if it is not given. An interrupted build leaves the
    previous site whole.
    """
    election = configuration.election
    issue = Issue(
        today=today or datetime.datetime.now(election.zone).date(),
        drafts=drafts,
        hours=(election.opens, election.closes),
    )
    found = read_content(content, lambda done: progress(Stage.READING, done, 0), issue)
    if strict and found.warnings:
        raise InputError(*found.warnings)
    collected = assets.collect()
    site = pages.Site(configuration=configuration, content=found, assets=collected.addresses)
    with replacing(out, clean=clean) as writer:
        for path, body in collected.files.items():
            writer.write(path, body)
        image_store = store_of(content)
        for picture in found.pictures.values():
            for name, body in image_store.bodies(picture).items():
                writer.write(f"{image_folder.NAME}/{name}", body)
        written, addresses = _write_pages(site, writer, progress)
        for path, body in generated.files(site):
            writer.write(path, body)
        for path, body in search_files.search_files(found).items():
            writer.write(path, body)
        for language in LANGUAGES:
            name = election.name.text.in_language(language)
            writer.write(f"{language}/{manifest.NAME}", manifest.web_manifest(language, name, site.assets))
        for path, body in sitemap.files(configuration.site.base_url, addresses):
            writer.write(path, body)
        writer.write(sitemap.ROBOTS, sitemap.robots(configuration.site.base_url, sample=election.sample))
        writer.write(offline.PATH, offline.worker(collected.files, offline=configuration.site.offline))
    return Summary(
        stations=found.station_count,
        pages=written,
        files=writer.files,
        bytes=writer.bytes,
        warnings=found.warnings,
    )


def _write_pages(site: pages.Site, writer: SiteWriter, progress: Progress) -> tuple[int, list[str]]:
    """Return how many pages were written, and the addresses of one language's below its home."""
    total = 1 + len(LANGUAGES) * page_count(site.content)
    written = 0
    addresses: list[str] = []
    for language in LANGUAGES:
        catalogue_of_texts = translations.load(language)
        renderer = Renderer(catalogue_of_texts)
        if language == LANGUAGES[0]:
            writer.write("index.html", renderer.render(pages.language_choice(site)).encode())
            written += 1
        for path, view in pages.LanguagePages(language, site, Labels(language, catalogue_of_texts)):
            writer.write(path, renderer.render(view).encode())
            if language == LANGUAGES[0] and path.endswith("/index.html"):
                addresses.append(path.removeprefix(f"{language}/").removesuffix("index.html"))
            written += 1
            progress(Stage.WRITING, written, total)
    return written, addresses


def page_count(content: Content) -> int:
    """Return how many pages one language has: places, news, pages, past elections, and those that every site has."""
    past = sum(_places_count(election.places) + 1 for election in content.past) + bool(content.past)
    # Home, wall, list of news, open data, two for what is missing.
    return _places_count(content) + len(content.news) + len(content.pages) + past + 6


def _places_count(places: Places) -> int:
    return len(places.regions) + len(places.constituencies) + places.station_count
