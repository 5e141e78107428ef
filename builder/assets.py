"""The assets of every page: the sources of site/ and the player library, in one folder named by their content.

As the name changes whenever a byte does, each may be kept by browsers for ever, and a page always meets the assets it
was built with.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import rjsmin

from builder import views
from election.errors import MachineError
from election.wording import say

_ROOT = Path(__file__).resolve().parents[1]
SOURCES = _ROOT / "site"
LIBRARY = _ROOT / "node_modules" / "hls.js" / "dist"
_LIBRARY_FILES = ("hls.light.min.mjs", "hls.worker.js")
_STYLESHEET = "site.css"


@dataclass(frozen=True, kw_only=True)
class AssetFolder:
    """The folder and what is in it."""

    addresses: views.Assets
    files: Mapping[str, bytes]
    """Bodies by their paths in the built site, `assets/<sha8>/…`."""


def collect(sources: Path = SOURCES, library: Path = LIBRARY) -> AssetFolder:
    """Read all assets; raise `MachineError` where the player library is not installed."""
    bodies: dict[str, bytes] = {}
    styles: list[bytes] = []
    for path in sorted(path for path in sources.rglob("[!.]*") if path.is_file()):
        if path.parent.name == "worker":  # served at an address of its own: see `builder.offline`
            continue
        if path.suffix == ".css":
            styles.append(path.read_bytes())
        elif path.suffix == ".js":  # without comments: a third of what a phone would fetch
            bodies[path.relative_to(sources).as_posix()] = rjsmin.jsmin(path.read_text(encoding="utf-8")).encode()
        else:
            bodies[path.relative_to(sources).as_posix()] = path.read_bytes()
    bodies[_STYLESHEET] = b"".join(styles)
    for name in _LIBRARY_FILES:
        try:
            bodies[f"vendor/{name}"] = (library / name).read_bytes()
        except FileNotFoundError:
            raise MachineError(
                say("The player library is missing: {file}.", file=library / name), hint=say("Run: make setup")
            ) from None
    digest = hashlib.sha256()
    for name, body in sorted(bodies.items()):
        digest.update(f"{name}\n{len(body)}\n".encode() + body)
    root = f"assets/{digest.hexdigest()[:8]}/"
    return AssetFolder(
        addresses=views.Assets(root=f"/{root}", stylesheet=f"/{root}{_STYLESHEET}"),
        files={root + name: body for name, body in bodies.items()},
    )
