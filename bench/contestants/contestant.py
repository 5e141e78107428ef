"""What a contestant must be able to do. Programs are named by the modules beside this one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from bench.contestants.skeleton import Holes, Skeletons
from bench.contestants.source import SourcePage


class Contestant(Protocol):
    """A site generator. Its files lie in a folder of its own, which holds the built site in `site/`."""

    @property
    def name(self) -> str:
        """What it is called."""

    @property
    def holes(self) -> Holes | None:
        """How its templates are written; None where it needs none."""

    def prepare(self, folder: Path, templates: Mapping[str, Skeletons]) -> None:
        """Write what is there once: configuration, templates, the search file's template of each language."""

    def add(self, folder: Path, page: SourcePage) -> None:
        """Write the source of one page."""

    def build(self, folder: Path) -> Sequence[str]:
        """Return the command line of a build; it is run in `folder`, again after each change of a page."""


def write(file: Path, text: str) -> None:
    """Write a file and the folders it lies in."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
