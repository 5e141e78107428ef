"""Pollcast as a contestant: `pollcast build` as a whole process, its start included, with its own templates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from bench.contestants.skeleton import Skeletons
from bench.contestants.source import SourcePage
from bench.rig import command


class Pollcast:
    """Its folder holds `content/` and `pollcast.toml` already."""

    name = "Pollcast"
    holes = None

    def prepare(self, folder: Path, templates: Mapping[str, Skeletons]) -> None:
        """Leave the templates as they are."""

    def add(self, folder: Path, page: SourcePage) -> None:
        """Leave the content as it is."""

    def build(self, folder: Path) -> Sequence[str]:
        """Return the command line of a build."""
        paths = (f"--config={folder / 'pollcast.toml'}", f"--content={folder / 'content'}", f"--out={folder / 'site'}")
        return (*command("build"), *paths, "--json")
