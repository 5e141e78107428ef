"""The pages that editors write freely: news, pages of their own; and the lists of news and of past elections. Pure.

Paths below a language's home: `news/`, `news/<slug>/`, `<slug>/`, `archive/`, `archive/<slug>/`.
"""

from __future__ import annotations

from collections.abc import Iterator

from builder import views
from builder.content import NewsItem, PastElection, WrittenPage
from builder.frame import Framing
from builder.place_pages import PlacePages
from builder.templates import View


class WrittenPages:
    """The pages of news and free texts in one language."""

    def __init__(self, framing: Framing) -> None:
        self._framing = framing
        self._content = framing.site.content
        self._news_url = f"{framing.home.url}news/"

    def __iter__(self) -> Iterator[tuple[str, View]]:
        """Yield every page and its path."""
        yield self._framing.path("news/"), self._news_list_page()
        for item in self._content.news:
            yield self._framing.path(f"news/{item.slug}/"), self._news_page(item)
        for page in self._content.pages:
            yield self._framing.path(f"{page.slug}/"), self._page(page)

    def news_rows(self, most: int | None = None) -> tuple[views.NewsRow, ...]:
        """Return the newest items, at most so many."""
        return tuple(self._news_row(item) for item in self._content.news[:most])

    def _news_row(self, item: NewsItem) -> views.NewsRow:
        return views.NewsRow(
            title=self._framing.text(item.title),
            date=self._framing.labels.date(item.date),
            iso_date=item.date.isoformat(),
            url=f"{self._news_url}{item.slug}/",
            mark=item.mark,
        )

    def _news_list_page(self) -> views.NewsListPage:
        title = self._framing.labels.news
        description = f"{title}. {self._framing.election}"
        return views.NewsListPage(
            frame=self._framing.frame("news/", title, description, self._framing.home), news=self.news_rows()
        )

    def _news_page(self, item: NewsItem) -> views.NewsPage:
        row = self._news_row(item)
        trail = (self._framing.home, views.Link(text=self._framing.labels.news, url=self._news_url))
        description = self._framing.text(item.description) or f"{row.title}. {row.date}"
        return views.NewsPage(
            frame=self._framing.frame(f"news/{item.slug}/", row.title, description, *trail, mark=item.mark),
            date=row.date,
            iso_date=row.iso_date,
            changed="" if item.lastmod is None else self._framing.labels.date(item.lastmod),
            iso_changed="" if item.lastmod is None else item.lastmod.isoformat(),
            body=self._framing.markup(item.body),
        )

    def _page(self, page: WrittenPage) -> views.WrittenPage:
        title = self._framing.text(page.title)
        description = self._framing.text(page.description) or f"{title}. {self._framing.election}"
        return views.WrittenPage(
            frame=self._framing.frame(f"{page.slug}/", title, description, self._framing.home, mark=page.mark),
            changed="" if page.lastmod is None else self._framing.labels.date(page.lastmod),
            iso_changed="" if page.lastmod is None else page.lastmod.isoformat(),
            body=self._framing.markup(page.body),
        )


class ArchivePages:
    """The list of past elections, and each election's own page; those of their places are `PlacePages`."""

    def __init__(self, framing: Framing) -> None:
        self._framing = framing
        self._past = framing.site.content.past

    def __iter__(self) -> Iterator[tuple[str, View]]:
        """Yield every page and its path; none where there are no past elections."""
        if self._past:
            yield self._framing.path("archive/"), self._list_page()
        for past in self._past:
            places = PlacePages(self._framing, past.places, past)
            yield self._framing.path(f"archive/{past.slug}/"), self._election_page(past, places)
            yield from places

    def rows(self) -> tuple[views.PastElectionRow, ...]:
        """Return all past elections, the latest first."""
        return tuple(self._row(past) for past in self._past)

    def _row(self, past: PastElection) -> views.PastElectionRow:
        return views.PastElectionRow(
            archive=self._framing.archive(past), iso_date=past.date.isoformat(), station_count=past.places.station_count
        )

    def _list_page(self) -> views.ArchivePage:
        title = self._framing.labels.past_elections
        return views.ArchivePage(
            frame=self._framing.frame("archive/", title, title, self._framing.home), elections=self.rows()
        )

    def _election_page(self, past: PastElection, places: PlacePages) -> views.PastElectionPage:
        row = self._row(past)
        title = row.archive.election
        above = views.Link(text=self._framing.labels.past_elections, url=f"{self._framing.home.url}archive/")
        description = f"{title}, {row.archive.date}. {self._framing.labels.station_count(row.station_count)}"
        address = f"archive/{past.slug}/"
        trail = (self._framing.home, above)
        return views.PastElectionPage(
            frame=self._framing.frame(address, title, description, *trail, archive=row.archive),
            election=row,
            text=self._framing.markup(past.text),
            regions=places.region_rows(),
        )
