"""What all pages of one language have in common: addresses, texts in the language, and the frame around them. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from markupsafe import Markup

from builder import feed, manifest, markup, offline, sharing, views
from builder.content import Content, PastElection
from builder.figures import with_pictures
from builder.labels import LANGUAGE_NAMES, Labels
from builder.publication import Mark
from election.configuration import Configuration
from election.places import LANGUAGES, Text

if TYPE_CHECKING:
    from builder import region_map


@dataclass(frozen=True, kw_only=True)
class Site:
    """What all pages are made from."""

    configuration: Configuration
    content: Content
    assets: views.Assets

    @cached_property
    def drawing(self) -> region_map.Drawing | None:
        """The map of regions; None where no region names its districts."""
        regions = self.content.regions
        if not any(region.districts for region in regions):
            return None
        from builder import region_map  # most builds draw none
        from builder.districts import read_districts

        return region_map.draw(regions, read_districts())


class Framing:
    """Makes frames, and whatever else every page of one language needs."""

    def __init__(self, language: str, site: Site, labels: Labels) -> None:
        self.language = language
        self.site = site
        self.labels = labels
        election = site.configuration.election
        self.election = election.name.text.in_language(language)
        self.home = views.Link(text=labels.home, url=f"/{language}/")
        self._election_date = labels.date(election.date)
        self._locales = tuple(
            sharing.OPEN_GRAPH_LOCALES[code] for code in sorted(LANGUAGES, key=lambda code: code != language)
        )
        self._pages = tuple(
            views.Link(text=self.text(page.title), url=f"/{language}/{page.slug}/") for page in site.content.pages
        )

    def path(self, address: str) -> str:
        """Return where the page at `address`, below the language's home, lies in the built site."""
        return f"{self.language}/{address}{'index.html' if not address or address.endswith('/') else ''}"

    def text(self, text: Text) -> str:
        """Return `text` in this language."""
        return text.in_language(self.language)

    def markup(self, text: Text) -> Markup:
        """Return a Markdown text as HTML, marked with its language where that is not the page's."""
        for code in (self.language, *LANGUAGES):
            if code in text.by_language:
                html = with_pictures(markup.render(text.by_language[code]).html, self.site.content.pictures)
                return html if code == self.language else Markup('<div lang="{}">{}</div>').format(code, html)
        return Markup()

    def archive(self, past: PastElection) -> views.Archive:
        """Return what the pages of a past election say of it."""
        return views.Archive(
            election=self.text(past.name),
            date=self.labels.date(past.date),
            url=f"/{self.language}/archive/{past.slug}/",
        )

    def frame(
        self,
        address: str,
        title: str,
        description: str,
        *breadcrumbs: views.Link,
        archive: views.Archive | None = None,
        mark: Mark = Mark.NONE,
    ) -> views.Frame:
        """Return the frame of the page at `address` below the language's home."""
        configuration = self.site.configuration
        base_url = configuration.site.base_url
        election = archive.election if archive else self.election
        return views.Frame(
            language=self.language,
            languages=language_links(base_url, address, self.language),
            election=self.election,
            election_date=self._election_date,
            sample=configuration.election.sample,
            title=title,
            tab_title=title if title == election else f"{title} – {election}",
            description=description,
            absolute_url=f"{base_url}/{self.language}/{address}",
            default_url=f"{base_url}/{f'{LANGUAGES[0]}/{address}' if address else ''}",
            open_graph_locales=self._locales,
            breadcrumbs=breadcrumbs,
            home_url=self.home.url,
            news_url=f"{self.home.url}news/",
            feed_url=f"{self.home.url}{feed.NAME}",
            open_data_url=f"{self.home.url}open-data/",
            manifest_url=f"{self.home.url}{manifest.NAME}",
            pages=self._pages,
            archive=archive,
            mark=mark,
            time_zone=configuration.election.time_zone,
            worker_url=f"/{offline.PATH}" if configuration.site.offline else "",
            assets=self.site.assets,
        )


def language_links(base_url: str, address: str, current: str) -> tuple[views.LanguageLink, ...]:
    """Return the page at `address` below a language's home, in each language; `current` may be none of them."""
    return tuple(
        views.LanguageLink(
            code=code,
            name=LANGUAGE_NAMES[code],
            url=f"/{code}/{address}",
            absolute_url=f"{base_url}/{code}/{address}",
            current=code == current,
        )
        for code in LANGUAGES
    )
