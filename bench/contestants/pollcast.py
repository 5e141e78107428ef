"""Pollcast as a contestant: `pollcast build` as a whole process, its start included, with its own templates."""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from pathlib import Path

from bench.contestants.original import Original, build_command


class Pollcast:
    """It builds the original as it is."""

    name = "Pollcast"

    def give(self, folder: Path, original: Original) -> None:
        """Copy the content and the configuration."""
        shutil.copytree(original.folder / "content", folder / "content")
        shutil.copy(original.folder / "pollcast.toml", folder)

    def rename_first(self, folder: Path, original: Original, name: str) -> None:
        """Write another name into the page, as an editor would."""
        first = min(original.station_ids)
        file = folder / "content" / "stations" / first.partition("-")[0] / f"{first}.md"
        text = file.read_text(encoding="utf-8")
        file.write_text(re.sub(r'(?<=\n  az: ")[^"]*(?=")', name, text, count=1), encoding="utf-8")

    def forget(self, folder: Path) -> None:
        """Delete the site, the spare one, and what is known of them."""
        for entry in folder.iterdir():
            if entry.name == "site" or entry.name.startswith(".site"):
                shutil.rmtree(entry)

    def build(self, folder: Path) -> Sequence[str]:
        """Return the command line of a build."""
        return build_command(folder, folder / "site")
