"""Pelican, from PyPI, with Jinja2 templates: written in Python as Pollcast is, with the same library for Markdown.

Its cache stays off: it makes a build from nothing slower by a fifth, and one after a change faster by a third.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from bench.contestants.contestant import Templated
from bench.contestants.skeleton import Holes, Skeletons
from bench.contestants.source import SourcePage
from election.places import LANGUAGES

_CONFIGURATION = f"""PATH = "content"
OUTPUT_PATH = "site"
THEME = "theme"
THEME_STATIC_DIR = "."
SITENAME = "Benchmark"
TIMEZONE = "UTC"
LOCALE = ["C"]
DEFAULT_DATE = (2026, 1, 1)
ARTICLE_ORDER_BY = "slug"
MARKDOWN = {{"extensions": ["markdown.extensions.meta"]}}
JINJA_ENVIRONMENT = {{"autoescape": True}}
DIRECT_TEMPLATES = {[f"search_{language}" for language in LANGUAGES]}
{"".join(f'SEARCH_{language.upper()}_SAVE_AS = "{language}/search.json"' + chr(10) for language in LANGUAGES)}\
CATEGORY_SAVE_AS = AUTHOR_SAVE_AS = TAG_SAVE_AS = ""
FEED_ALL_ATOM = CATEGORY_FEED_ATOM = TRANSLATION_FEED_ATOM = AUTHOR_FEED_ATOM = AUTHOR_FEED_RSS = None
"""
_SEARCH = """{{%- set comma = joiner(",") -%}}
[{{% for category, rows in categories if category.name.startswith("{language}-") %}}{{% for row in rows %}}\
{{{{ comma() }}}}{{"id":{{{{ row.id | tojson }}}},"name":{{{{ row.name | tojson }}}},\
"address":{{{{ row.address | tojson }}}}}}{{% endfor %}}{{% endfor %}}]
"""


class Pelican(Templated):
    """The stations of a constituency are the articles of a category, in each language; Pelican builds all anew."""

    name = "Pelican"
    whole = "theme/static"
    holes = Holes(
        value=lambda field: f"{{{{ this.{field} }}}}",
        note="{{ this.content | safe }}",
        when=lambda field, shown: f"{{% if this.{field} %}}{shown}{{% endif %}}",
        each_station=lambda shown: (
            "{% for category, rows in categories if category == page.category %}"
            f"{{% for row in rows %}}{shown}{{% endfor %}}{{% endfor %}}"
        ),
        of_row=lambda field: f"{{{{ row.{field} }}}}",
    )

    def project(self, templates: Mapping[str, Skeletons]) -> Mapping[str, str]:
        """Return configuration and a theme."""
        files = {"pelicanconf.py": _CONFIGURATION}
        for language, template in templates.items():
            theme = "theme/templates"
            files[f"{theme}/station_{language}.html"] = "{% set this = article %}" + template.station
            files[f"{theme}/constituency_{language}.html"] = "{% set this = page %}" + template.constituency
            files[f"{theme}/search_{language}.html"] = _SEARCH.format(language=language)
        return files

    def source(self, page: SourcePage) -> tuple[str, str]:
        """Return a page with its fields as Pelican reads them: a line each, no quotation marks."""
        is_station = page.kind == "station"
        name = f"{page.language}-{page.fields['id']}" if is_station else page.group
        fields = {
            "title": name,
            "slug": name,
            "template": f"{page.kind}_{page.language}",
            "save_as": page.path,
            "category": page.group,
            **page.fields,
        }
        head = "".join(f"{field}: {value}\n" for field, value in fields.items())
        folder = page.group if is_station else "pages"
        return f"content/{folder}/{name}.md", f"{head}\n{page.body}"

    def build(self, folder: Path) -> Sequence[str]:
        """Return the command line of a build."""
        settings = str(folder / "pelicanconf.py")
        return (sys.executable, "-m", "pelican", "--settings", settings, "--quiet", "--fatal=errors")
