"""Pages of stations that are filled in: byte for byte what the template itself would make."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import Markup, escape

from builder import views
from builder.station_forms import StationForms
from builder.templates import Renderer, environment
from builder.translations import load
from election.places import LANGUAGES
from tests.site.sample_pages import view_of

TEXTS = st.sampled_from(["", "0", "<b>\"&'</b>", "Məntəqə 12\n", "\ue0000\ue001", "{{ x }}", "\\1", "Участок"])
LINKS = st.builds(views.Link, text=TEXTS, url=TEXTS)


def sample(language: str, kind: str = "station") -> views.StationPage:
    page = view_of(kind, language)
    assert isinstance(page, views.StationPage)
    return page


@st.composite
def pages(draw: st.DrawFn, language: str) -> views.StationPage:
    """A page of a station in which any text may be anything, and anything that may be missing is missing."""
    page = sample(language, draw(st.sampled_from(["station", "past station"])))

    def other(old: Any, *names: str) -> Any:
        return old._replace(**{name: draw(TEXTS) for name in names})

    languages = tuple(other(link, "url", "absolute_url") for link in page.frame.languages)
    breadcrumbs = tuple(draw(st.lists(LINKS, max_size=3)))
    facts = other(page.facts, "voting_hours", "registered_voters", "accessibility", "camera_note", "maintenance_note")
    frame = other(
        page.frame, "title", "tab_title", "description", "absolute_url", "default_url", "election", "worker_url", "mark"
    )
    return page._replace(
        frame=frame._replace(languages=languages, breadcrumbs=breadcrumbs, sample=draw(st.booleans())),
        station=other(page.station, "id", "label", "name", "address", "url"),
        constituency=draw(LINKS),
        region=draw(LINKS),
        facts=facts._replace(coordinates=draw(st.none() | LINKS)),
        note=draw(st.builds(Markup, st.sampled_from(["", "<p>Qeyd &amp; <b>yenə</b></p>"]))),
        countdown=draw(st.none() | st.builds(views.Countdown, opens=TEXTS, coverage=TEXTS)),
        video_data=draw(st.builds(Markup, st.sampled_from(["{}", '{"name":"\\u003c"}']))),
        still_url=draw(TEXTS),
        neighbours=tuple(draw(st.lists(LINKS, max_size=2))),
    )


@cache
def renderer(language: str) -> Renderer:
    return Renderer(load(language))


@cache
def template(language: str) -> Any:
    return environment(load(language)).get_template("station.html")


@pytest.mark.parametrize("language", LANGUAGES)
@settings(max_examples=60)
@given(data=st.data())
def test_a_page_that_is_filled_in_is_what_the_template_makes(language: str, data: st.DataObject) -> None:
    page = data.draw(pages(language))
    assert renderer(language).render(page).decode() == template(language).render(page._asdict()).lstrip()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_hundred_pages_of_one_form_are_rendered_no_more_often_than_one(language: str) -> None:
    rendered: list[views.StationPage] = []

    def render(page: views.StationPage) -> str:
        rendered.append(page)
        return str(template(language).render(page._asdict()))

    forms = StationForms(render)
    page = sample(language)
    forms.page(page)
    once = len(rendered)
    for number in range(100):
        forms.page(page._replace(station=page.station._replace(name=f"Məktəb {number}", number=number)))
    assert len(rendered) == once


@pytest.mark.parametrize(
    "made",
    [
        lambda page: f"{page.station.number}",
        lambda page: escape(page.station.name.upper()),
        lambda page: "here" if page.station.name == "<b>12" else "there",
        lambda page: page.station.name,
    ],
)
def test_a_template_that_does_more_with_a_text_than_show_it_is_refused(made: Any) -> None:
    page = sample("az")
    with pytest.raises(TypeError, match=r"station\.html shows a text"):
        StationForms(made).page(page._replace(station=page.station._replace(name="<b>12")))
