"""Jinja2's one home: a view in, a page's HTML out. Autoescaped, strict about names, compiled once a language.

What is the same on every page of a language is made once: texts are translated while a template is compiled, and the
macros named in `CONSTANT_MACROS` run once for each set of arguments. A build would spend most of its time on them.
"""

from __future__ import annotations

import gettext
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import jinja2
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream
from markupsafe import Markup, escape

from builder import views

TEMPLATES = Path(__file__).resolve().parents[1] / "templates"

CONSTANT_MACROS: Mapping[str, Sequence[str]] = {
    "components/icon.html": ("icon",),
    "components/state.html": ("state_templates", "states_texts"),
}
"""Macros whose arguments are the same on every page."""

FILLED_MACROS: Mapping[str, Mapping[str, int]] = {
    "components/player.html": {"player": 6},
    "components/look_back.html": {"look_back": 3},
}
"""Macros that show so many of their arguments as they are and decide nothing by them: everything between them is made
once. Where a further argument is given, the macro is called."""

View = (
    views.HomePage
    | views.RegionPage
    | views.ConstituencyPage
    | views.StationPage
    | views.WallPage
    | views.NewsPage
    | views.NewsListPage
    | views.WrittenPage
    | views.ArchivePage
    | views.PastElectionPage
    | views.OpenDataPage
    | views.NotFoundPage
    | views.OfflinePage
    | views.LanguageChoicePage
)

TEMPLATE_OF: dict[type[View], str] = {
    views.HomePage: "home.html",
    views.RegionPage: "region.html",
    views.ConstituencyPage: "constituency.html",
    views.StationPage: "station.html",
    views.WallPage: "wall.html",
    views.NewsPage: "news.html",
    views.NewsListPage: "news_list.html",
    views.WrittenPage: "page.html",
    views.ArchivePage: "archive.html",
    views.PastElectionPage: "past_election.html",
    views.OpenDataPage: "open_data.html",
    views.NotFoundPage: "not_found.html",
    views.OfflinePage: "offline.html",
    views.LanguageChoicePage: "choose_language.html",
}


class _Translation(Extension):
    """Puts the translation in the place of `_("…")`."""

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        """Yield the tokens of a template."""
        waiting: list[Token] = []
        for token in stream:
            waiting.append(token)
            if not _may_begin_translation(waiting):
                yield from waiting
                waiting = []
            elif len(waiting) == len(_TRANSLATION):
                translated = self.environment.catalogue.gettext(waiting[2].value)  # type: ignore[attr-defined]
                yield Token(token.lineno, "string", translated)
                waiting = []
        yield from waiting


_TRANSLATION = ("name", "lparen", "string", "rparen")


def _may_begin_translation(tokens: list[Token]) -> bool:
    return tokens[0].value == "_" and all(token.type == kind for token, kind in zip(tokens, _TRANSLATION, strict=False))


def environment(translations: gettext.GNUTranslations) -> jinja2.Environment:
    """Return the environment of one language's templates."""
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        extensions=["jinja2.ext.i18n", _Translation],
        auto_reload=False,
        keep_trailing_newline=True,
    )
    made.template_class = _Template
    made.extend(catalogue=translations)
    made.install_gettext_translations(translations, newstyle=True)  # type: ignore[attr-defined] # the extension adds it
    for name, macros in CONSTANT_MACROS.items():
        module = made.get_template(name).module
        for macro in macros:
            setattr(module, macro, lru_cache(maxsize=None)(getattr(module, macro)))
    for name, shown_by_macro in FILLED_MACROS.items():
        module = made.get_template(name).module
        for macro, shown in shown_by_macro.items():
            setattr(module, macro, _Filled(getattr(module, macro), shown))
    return made


class _Template(jinja2.Template):
    """A template whose macros are imported without asking each time whether its globals have changed."""

    def _get_default_module(self, ctx: jinja2.runtime.Context | None = None) -> Any:
        del ctx  # what a page is rendered with is nothing that macros see
        return super()._get_default_module()


class _Filled:
    """A macro that was called once, with marks in the place of its first arguments."""

    def __init__(self, macro: Any, shown: int) -> None:
        self._macro = macro
        self._shown = shown
        marks = [f"\ue000{number}\ue001" for number in range(shown)]
        # Texts stand at even places, between them the numbers of the arguments.
        self._parts = re.split("\ue000(\\d+)\ue001", str(macro(*marks)))
        if set(self._parts[1::2]) != set(map(str, range(shown))):
            raise TypeError(f"the macro {macro.name} does not show each of its first {shown} arguments as it is")

    def __call__(self, *arguments: Any) -> Any:
        if any(argument is not None for argument in arguments[self._shown :]):
            return self._macro(*arguments)
        shown = [escape(argument) for argument in arguments]
        parts = list(self._parts)
        parts[1::2] = [shown[int(number)] for number in parts[1::2]]
        return Markup("".join(parts))  # noqa: S704 - Jinja escaped the texts, and the arguments are


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
