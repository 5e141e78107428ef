"""What is made of content besides pages: open data, search, feeds of news, redirects from former addresses. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from builder import catalogue, catalogue_csv, feed, redirects, search_files
from builder.dist import CATALOGUE
from builder.frame import Framing, Site
from builder.listings import Listing
from builder.pieces import labels_of
from election.places import LANGUAGES


def lists(site: Site, listings: Iterable[Listing]) -> Iterator[tuple[str, bytes]]:
    """Yield what lists all stations, by paths in the built site; `listings` are of all constituencies, in order."""
    listings = list(listings)
    configuration, content = site.configuration, site.content
    licence = configuration.site.license
    yield (
        CATALOGUE,
        catalogue.open_data(configuration.election, content, licence, (each.catalogue for each in listings)),
    )
    yield catalogue_csv.NAME, catalogue_csv.table(each.table for each in listings)
    yield from search_files.search_files(content, [each.search for each in listings]).items()


def feeds(site: Site) -> Iterator[tuple[str, bytes]]:
    """Yield the feed of news of each language and its path in the built site."""
    for language in LANGUAGES:
        yield f"{language}/{feed.NAME}", _feed(Framing(language, site, labels_of(language)))


def redirecting(site: Site) -> Iterator[tuple[str, bytes]]:
    """Yield the page at every former address and its path in the built site."""
    moved = {language: labels_of(language).moved for language in LANGUAGES}
    yield from redirects.pages(site.content.aliases, site.configuration.site.base_url, moved)


def _feed(framing: Framing) -> bytes:
    configuration = framing.site.configuration
    entries = [
        feed.Entry(
            name=item.name,
            title=framing.text(item.title),
            url=f"{framing.home.url}news/{item.slug}/",
            published=item.date,
            updated=max(day for day in (item.date, item.publish, item.lastmod) if day is not None),
            summary=framing.text(item.description),
            html=str(framing.markup(item.body)),
        )
        for item in framing.site.content.news
    ]
    return feed.atom(
        language=framing.language,
        title=f"{framing.election}: {framing.labels.news}",
        author=framing.election,
        base_url=configuration.site.base_url,
        zone=configuration.election.zone,
        since=configuration.election.date,
        entries=entries,
    )
