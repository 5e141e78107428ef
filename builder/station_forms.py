"""Pages of stations, of which thousands differ in a few texts only: rendered once a form, then filled in. Pure.

Pages are of one form if they show texts at the same places and all else in them is equal: then they are the first of
them with other texts. A template may ask whether a text of a station's page is empty, and nothing else about it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Hashable, Iterator, Sequence
from operator import attrgetter
from typing import Any

from markupsafe import Markup, escape

from builder import views

_FRAME_TEXTS = ("title", "tab_title", "description", "absolute_url", "default_url")
_PAGE_TEXTS = ("still_url", "playlist_url", "still_absolute_url", "short_url")
_PAGE_HTML = ("note", "video_data")
_ROW_TEXTS = ("id", "label", "name", "address", "url")
_FACTS_TEXTS = ("voting_hours", "registered_voters", "accessibility", "camera_note", "maintenance_note")

_of_frame = attrgetter(*_FRAME_TEXTS)
_of_page = attrgetter(*_PAGE_TEXTS)
_html_of_page = attrgetter(*_PAGE_HTML)
_of_row = attrgetter(*_ROW_TEXTS)
_of_facts = attrgetter(*_FACTS_TEXTS)
_rest_of_frame = attrgetter(
    *(name for name in views.Frame._fields if name not in {*_FRAME_TEXTS, "languages", "breadcrumbs"})
)
_SECRET = os.urandom(8).hex()
"""Stands around the number of a text where it is to be filled in; nobody can write it into a text beforehand."""
_MARK = re.compile(f"{_SECRET}:(\\d+):{_SECRET}")


class StationForms:
    """Makes pages of stations in one language."""

    def __init__(self, render: Callable[[views.StationPage], str]) -> None:
        self._render = render
        self._forms: dict[Hashable, _Form] = {}

    def page(self, view: views.StationPage) -> bytes:
        """Return the page in UTF-8: the same as `render` would make."""
        texts = _texts(view)
        kind = (_rest(view), tuple(map(bool, texts)))
        form = self._forms.get(kind)
        if form is None:
            form = self._forms[kind] = self._form_of(view, texts)
        return form.filled(texts)

    def _form_of(self, view: views.StationPage, texts: Sequence[str]) -> _Form:
        marks = [f"{_SECRET}:{number}:{_SECRET}" if text else "" for number, text in enumerate(texts)]
        marked = _with_texts(view, map(Markup, marks))
        form = _Form(self._render(marked))
        if _texts(marked) != marks or form.filled(texts) != self._render(view).encode():
            raise TypeError("station.html shows a text of a station otherwise than as it is, or decides by it")
        return form


class _Form:
    def __init__(self, rendered: str) -> None:
        parts = _MARK.split(rendered)
        # Texts stand at even places, between them the numbers of what is to be filled in.
        self._parts = [part.encode() for part in parts]
        self._places = [(place, int(parts[place])) for place in range(1, len(parts), 2)]

    def filled(self, texts: Sequence[str]) -> bytes:
        plain, html = texts[: -len(_PAGE_HTML)], texts[-len(_PAGE_HTML) :]
        # All at once: a page has fifty texts, and no text of a page holds a zero byte.
        shown = escape("\0".join(plain)).encode().split(b"\0") + [text.encode() for text in html]
        if len(shown) != len(texts):
            raise ValueError("a text of a station's page holds a zero byte")
        parts = list(self._parts)
        for place, number in self._places:
            parts[place] = shown[number]
        return b"".join(parts)


def _texts(view: views.StationPage) -> list[str]:
    frame, at = view.frame, view.facts.coordinates
    found = [*_of_frame(frame), *_of_page(view), *_of_row(view.station), *_of_facts(view.facts)]
    for language in frame.languages:
        found += (language.url, language.absolute_url)
    for link in (*frame.breadcrumbs, view.constituency, view.region, *view.neighbours):
        found += (link.text, link.url)
    if view.countdown is not None:
        found.append(view.countdown.coverage)
    if at is not None:
        found += (at.text, at.url)
    found += _html_of_page(view)
    return found


def _rest(view: views.StationPage) -> Hashable:
    return (
        _rest_of_frame(view.frame),
        len(view.frame.breadcrumbs),
        len(view.neighbours),
        view.status_url,
        view.date,
        None if view.countdown is None else view.countdown.opens,
        view.facts.coordinates is None,
    )


def _with_texts(view: views.StationPage, texts: Iterator[str]) -> views.StationPage:
    """Return the page with these texts in the place of its own, in the order in which `_texts` gives them."""

    def named(names: Sequence[str]) -> dict[str, Any]:
        return {name: next(texts) for name in names}

    def link(_old: views.Link) -> views.Link:
        return views.Link(text=next(texts), url=next(texts))

    frame = view.frame._replace(**named(_FRAME_TEXTS))
    page = view._replace(**named(_PAGE_TEXTS))
    row = view.station._replace(**named(_ROW_TEXTS), number=-1, constituency=-1)
    facts = view.facts._replace(**named(_FACTS_TEXTS))
    languages = tuple(each._replace(url=next(texts), absolute_url=next(texts)) for each in frame.languages)
    breadcrumbs = tuple(map(link, frame.breadcrumbs))
    constituency, region = link(view.constituency), link(view.region)
    neighbours = tuple(map(link, view.neighbours))
    countdown = None if view.countdown is None else view.countdown._replace(coverage=next(texts))
    coordinates = None if facts.coordinates is None else link(facts.coordinates)
    return page._replace(
        **named(_PAGE_HTML),
        frame=frame._replace(languages=languages, breadcrumbs=breadcrumbs),
        station=row,
        facts=facts._replace(coordinates=coordinates),
        constituency=constituency,
        region=region,
        neighbours=neighbours,
        countdown=countdown,
    )
