"""The templates' environment: strict, escaping, translated."""

from __future__ import annotations

import jinja2
import pytest

from builder.templates import environment
from builder.translations import load
from election.places import LANGUAGES


def rendered(source: str, language: str = "ru", **values: object) -> str:
    return environment(load(language)).from_string(source).render(values)


@pytest.mark.parametrize("source", ["{{ missing }}", "{{ page.missing }}", "{% if missing %}{% endif %}"])
def test_a_name_that_no_view_has_is_an_error(source: str) -> None:
    with pytest.raises(jinja2.UndefinedError):
        rendered(source, page={})


def test_values_are_escaped() -> None:
    assert (
        rendered("{{ x }}|{{ x | tojson }}", x="<b>'\"&") == "&lt;b&gt;&#39;&#34;&amp;|"
        r'"\u003cb\u003e\u0027\"\u0026"'
    )


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ('{{ _("News") }}', "Новости"),
        ('{{ {"a": _("News")} | tojson }}', '{"a": "\\u041d\\u043e\\u0432\\u043e\\u0441\\u0442\\u0438"}'),
        ('{{ _("News") ~ _("News") }}', "НовостиНовости"),
        ("{{ _(name) }}", "Новости"),
        ('{{ _("Live video: %(label)s", label="<") }}', "Прямая трансляция: &lt;"),
        ("{% trans label=name %}Live video: {{ label }}{% endtrans %}", "Прямая трансляция: News"),
        ("{{ _ is defined }} _(x) {{ '_' }}", "True _(x) _"),
        ('{{ _(_("News")) }}', "Новости"),
    ],
)
def test_texts_are_translated_wherever_they_stand(source: str, text: str) -> None:
    assert rendered(source, name="News") == text


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_made_once_for_all_pages_is_each_languages_own(language: str) -> None:
    words = {"az": "Canlı", "en": "Live", "ru": "В эфире"}
    source = '{% from "components/state.html" import state_templates %}{{ state_templates() }}'
    for _ in range(2):
        assert f'<span class="state__words">{words[language]}</span>' in rendered(source, language)
