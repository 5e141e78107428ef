"""The built site on disk, as objects: which file becomes which key, and how each kind is served."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from election.errors import Fault, InputError
from election.keys import IMMUTABLE, SITE, ObjectKind

ASSETS = f"{SITE}assets/"
"""Everything below is named by its content and never changes."""

IMAGES = f"{SITE}images/"
"""Editors' pictures, each named by its content: they never change either."""

WORKER = f"{SITE}sw.js"
"""The service worker: browsers ask for it each time, so that it can be replaced at once."""

_EDITOR = re.compile(rf"{SITE}admin/.*|(.*/)?(sveltia|decap|netlify)-cms[^/]*", re.ASCII)
"""The editor's interface, wherever a CMS's guide says to put it: it is never public."""

_SHORT = "public, max-age=60"
_HOUR = "public, max-age=3600"
PART = re.compile(r"[A-Za-z0-9_~-][A-Za-z0-9._~-]*", re.ASCII)
"""A part of a path that the edge serves."""

_TEXTS = {
    ".css": "text/css; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".map": "application/json",
    ".mjs": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".webmanifest": "application/manifest+json",
    ".xml": "application/xml",
}
BINARIES = {
    ".avif": "image/avif",
    ".gif": "image/gif",
    ".ico": "image/x-icon",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
}
"""Kinds that are compressed already, and their content types."""


@dataclass(frozen=True, kw_only=True)
class LocalFile:
    """One file of the built site."""

    path: Path
    kind: ObjectKind
    size: int
    """Bytes on disk."""
    digest: str
    """Twenty hexadecimal digits that change with the body and with how it is served."""


def kind_of(key: str) -> ObjectKind | None:
    """Return how the object under `key` (`site/…`) is served, None where the file name's ending is not known."""
    ending = Path(key).suffix.lower()
    content_type = _TEXTS.get(ending) or BINARIES.get(ending)
    if content_type is None:
        return None
    passing = _SHORT if ending in _TEXTS else _HOUR
    cache_control = IMMUTABLE if key.startswith((ASSETS, IMAGES)) else "no-cache" if key == WORKER else passing
    return ObjectKind(content_type=content_type, cache_control=cache_control, compress=ending in _TEXTS)


def read_tree(dist: Path) -> Mapping[str, LocalFile]:
    """Return the files below `dist` by their keys, sorted; raise `InputError` with every file that cannot be served."""
    if not (dist / "index.html").is_file():
        raise InputError(Fault(file=dist, line=0, field="", message="holds no built site; run pollcast build first."))
    files: dict[str, LocalFile] = {}
    faults: list[Fault] = []
    for path in sorted(dist.rglob("*")):
        if path.is_dir() and not path.is_symlink():
            continue
        key = SITE + path.relative_to(dist).as_posix()
        kind = kind_of(key)
        if path.is_symlink() or not path.is_file():
            faults.append(Fault(file=path, line=0, field="", message="is not a plain file; put a copy in its place."))
        elif _EDITOR.fullmatch(key):
            message = "belongs to an editor's interface, which is never public; remove it (pollcast editor serves one)."
            faults.append(Fault(file=path, line=0, field="", message=message))
        elif not all(PART.fullmatch(part) for part in key.split("/")):
            message = "has a name the edge does not serve: use the letters a to z, digits and . _ ~ -, no dot in front."
            faults.append(Fault(file=path, line=0, field="", message=message))
        elif kind is None:
            known = " ".join(sorted(_TEXTS | BINARIES))
            faults.append(Fault(file=path, line=0, field="", message=f"is of a kind not known; known are {known}."))
        else:
            body = path.read_bytes()
            files[key] = LocalFile(path=path, kind=kind, size=len(body), digest=digest_of(body, kind))
    if faults:
        raise InputError(*faults)
    return files


def digest_of(body: bytes, kind: ObjectKind) -> str:
    """Return the digest of a body served as `kind`."""
    served = f"{kind.content_type}\n{kind.cache_control}\n{kind.compress}\n"
    return hashlib.sha256(served.encode() + body).hexdigest()[:20]
