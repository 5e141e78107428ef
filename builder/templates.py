"""Jinja2's one home: a view in, a page's HTML out. Autoescaped, strict about names, compiled once a language.

Texts are translated while a template is compiled, and pages of stations are rendered once a form.
"""

from __future__ import annotations

import gettext
from collections.abc import Iterator
from pathlib import Path

import jinja2
from jinja2.bccache import Bucket
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream

from builder import compiled, views
from builder.station_forms import StationForms

TEMPLATES = Path(__file__).resolve().parents[1] / "templates"

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


class _Compiled(jinja2.BytecodeCache):
    """Keeps what the templates of one language were compiled to, each with a checksum of its source."""

    def __init__(self, language: str) -> None:
        self._language = language

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give what is kept; the bucket stays empty where that is of another source."""
        if code := compiled.kept(self._name(bucket)):
            bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled."""
        compiled.keep(self._name(bucket), bucket.bytecode_to_string())

    def _name(self, bucket: Bucket) -> str:
        return f"{self._language} {bucket.key}"


def environment(translations: gettext.GNUTranslations) -> jinja2.Environment:
    """Return the environment of one language's templates."""
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        extensions=["jinja2.ext.i18n", _Translation],
        auto_reload=False,
        bytecode_cache=_Compiled(translations.info().get("language", "")),
        keep_trailing_newline=True,
    )
    made.extend(catalogue=translations)
    made.install_gettext_translations(translations, newstyle=True)  # type: ignore[attr-defined] # the extension adds it
    return made


class Renderer:
    """Renders the views of one language. A template is compiled when it is needed for the first time."""

    def __init__(self, translations: gettext.GNUTranslations) -> None:
        self._jinja = environment(translations)
        self._stations = StationForms(self._text)

    def prepare(self) -> None:
        """Compile what nearly all pages are made from."""
        for view in (views.ConstituencyPage, views.StationPage):
            self._jinja.get_template(TEMPLATE_OF[view])

    def render(self, view: View) -> bytes:
        """Return the page that shows `view`, in UTF-8."""
        return self._stations.page(view) if isinstance(view, views.StationPage) else self._text(view).encode()

    def _text(self, view: View) -> str:
        # What precedes the first word is the line ends of imports.
        return self._jinja.get_template(TEMPLATE_OF[type(view)]).render(view._asdict()).lstrip()
