"""Jinja2's one home: a view in, a page's HTML out. Autoescaped, strict about names, compiled once a language."""

from __future__ import annotations

import gettext
from pathlib import Path
from typing import Any

import jinja2

from builder import views

TEMPLATES = Path(__file__).resolve().parents[1] / "templates"

View = (
    views.HomePage
    | views.RegionPage
    | views.ConstituencyPage
    | views.StationPage
    | views.NewsPage
    | views.NewsListPage
    | views.NotFoundPage
    | views.LanguageChoicePage
)

TEMPLATE_OF: dict[type[View], str] = {
    views.HomePage: "home.html",
    views.RegionPage: "region.html",
    views.ConstituencyPage: "constituency.html",
    views.StationPage: "station.html",
    views.NewsPage: "news.html",
    views.NewsListPage: "news_list.html",
    views.NotFoundPage: "not_found.html",
    views.LanguageChoicePage: "choose_language.html",
}


def environment(translations: gettext.GNUTranslations) -> jinja2.Environment:
    """Return the environment of one language's templates."""
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        auto_reload=False,
        keep_trailing_newline=True,
    )
    made.install_gettext_translations(translations, newstyle=True)  # type: ignore[attr-defined] # the extension adds it
    return made


class Renderer:
    """Renders the views of one language."""

    def __init__(self, translations: gettext.GNUTranslations) -> None:
        jinja = environment(translations)
        self._templates: dict[type[Any], jinja2.Template] = {
            view: jinja.get_template(name) for view, name in TEMPLATE_OF.items()
        }

    def render(self, view: View) -> str:
        """Return the page that shows `view`."""
        # What precedes the first word is the line ends of imports.
        return self._templates[type(view)].render(vars(view)).lstrip()
