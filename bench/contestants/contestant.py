"""What a contestant must be able to do. Programs are named by the modules beside this one."""

from __future__ import annotations

import shutil
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import ClassVar, Protocol

from bench.contestants.original import Original
from bench.contestants.skeleton import Holes, Skeletons
from bench.contestants.source import SourcePage


class Contestant(Protocol):
    """A site generator. Its files lie in a folder of its own, which holds the built site in `site/`."""

    @property
    def name(self) -> str:
        """What it is called."""

    def give(self, folder: Path, original: Original) -> None:
        """Write everything that it builds from into an empty folder."""

    def rename_first(self, folder: Path, original: Original, name: str) -> None:
        """Change the Azerbaijani name of the first station in what it was given."""

    def forget(self, folder: Path) -> None:
        """Delete what builds have left: the next one begins from nothing."""

    def build(self, folder: Path) -> Sequence[str]:
        """Return the command line of a build; it is run in `folder`, again after each change of a page."""


class Templated(ABC):
    """A contestant that is given Pollcast's pages as templates of its own, and a file a page."""

    name: ClassVar[str]
    holes: ClassVar[Holes]
    """How its templates are written."""
    whole: ClassVar[str]
    """The folder of pages that are there as they are."""
    left: ClassVar[Sequence[str]] = ("site",)
    """What a build leaves in its folder."""

    def give(self, folder: Path, original: Original) -> None:
        """Write configuration, templates, and the source of every page."""
        for path, text in self.project(original.skeletons(self.holes)).items():
            _write(folder / path, text)
        for page in original.pages():
            self._add(folder, page)

    def rename_first(self, folder: Path, original: Original, name: str) -> None:
        """Write the source of the first station's page anew."""
        page = next(original.pages())
        self._add(folder, replace(page, fields={**page.fields, "name": name}))

    def forget(self, folder: Path) -> None:
        """Delete the site, and what is remembered of it."""
        for name in self.left:
            shutil.rmtree(folder / name, ignore_errors=True)

    @abstractmethod
    def project(self, templates: Mapping[str, Skeletons]) -> Mapping[str, str]:
        """Return what is there once, by path: configuration, templates, the search file's template of each language."""

    @abstractmethod
    def source(self, page: SourcePage) -> tuple[str, str]:
        """Return the path and the text of a page that is not whole."""

    @abstractmethod
    def build(self, folder: Path) -> Sequence[str]:
        """Return the command line of a build."""

    def _add(self, folder: Path, page: SourcePage) -> None:
        path, text = (f"{self.whole}/{page.path}", page.body) if page.kind == "whole" else self.source(page)
        _write(folder / path, text)


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
