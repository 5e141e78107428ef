"""The site that all contestants build, as Pollcast's editors would write it, and the pages Pollcast makes of it."""

from __future__ import annotations

import re
import subprocess
import tempfile
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

from bench.contestants import skeleton, source
from bench.contestants.skeleton import Holes, Skeletons
from bench.contestants.source import SourcePage
from bench.rig import ELECTION, command
from builder import sample
from builder.content import Content, read_content
from election.configuration import read_configuration
from election.errors import MachineError

_OTHER_FIELD = re.compile(r"^(?!name:|address:)[a-z_]+:.*\n(?: .*\n)*", re.MULTILINE)


class Original:
    """A synthetic election in a folder of its own. What only templates need is made when it is asked for."""

    def __init__(self, folder: Path, stations: int) -> None:
        self.folder = folder
        self.stations = stations
        """How many there are."""
        sample.write_content(folder / "content", stations)
        _keep_common_fields(folder / "content")
        (folder / "pollcast.toml").write_text(f'{ELECTION}[store]\nurl = "memory://"\n', encoding="utf-8")

    @cached_property
    def station_ids(self) -> frozenset[str]:
        """The stations there are, by the names of their files."""
        files = (self.folder / "content" / "stations").glob("*/*.md")
        return frozenset(file.stem for file in files if "." not in file.stem)

    @cached_property
    def reference(self) -> Path:
        """The site that Pollcast builds of it."""
        site = self.folder / "reference"
        done = subprocess.run(build_command(self.folder, site), capture_output=True, text=True, check=False)
        if done.returncode:
            raise MachineError(f"Pollcast ended with code {done.returncode}: {done.stderr[-2000:]}")
        return site

    def pages(self) -> Iterator[SourcePage]:
        """Yield every page to make, that of the first station first, in Azerbaijani."""
        yield from source.station_pages(self._content)
        yield from source.constituency_pages(self._content)
        yield from source.whole_pages(self.reference)

    def skeletons(self, holes: Holes) -> dict[str, Skeletons]:
        """Return the templates by language."""
        configuration = read_configuration(self.folder / "pollcast.toml")
        with tempfile.TemporaryDirectory(prefix="pollcast-bench-") as marked:
            return skeleton.skeletons(configuration, self.folder / "content", Path(marked), holes)

    @cached_property
    def _content(self) -> Content:
        return read_content(self.folder / "content")


def build_command(folder: Path, site: Path) -> list[str]:
    """Return the command line that builds `site` of the content and the configuration in `folder`."""
    paths = (f"--config={folder / 'pollcast.toml'}", f"--content={folder / 'content'}", f"--out={site}")
    return [*command("build"), *paths, "--json"]


def _keep_common_fields(content: Path) -> None:
    """Leave of each station its name, its address and its note: what every contestant's templates show."""
    for file in (content / "stations").glob("*/*.md"):
        text = file.read_text(encoding="utf-8")
        file.write_text(_OTHER_FIELD.sub("", text), encoding="utf-8")
