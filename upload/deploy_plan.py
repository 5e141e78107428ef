"""What a deploy does, decided without disk or network: the built site against what the bucket holds -> a plan.

The manifest says what we know of the bucket's `site/`. It is a promise in one direction only: an entry with a digest
means that the object is there with exactly that content. So an entry loses its digest *before* its object is touched
and gets the new one after; whatever happens in between, the next deploy (of this build or of another) puts it again.

The order of the puts keeps rule 1 of publishing, nothing names what is not there:

1. assets: named by their content, so no page of an earlier build is disturbed;
2. other files that pages show, such as pictures;
3. pages that are new: nothing names them yet;
4. data that names pages: the catalogue, the search rows, the site map;
5. pages that changed, and the home pages;
6. the service worker, which names assets and pages.

Deletions come after. A page that left the site is deleted at once; anything else stays for `KEEP` after the first
deploy without it, because pages kept in caches and open tabs still name it.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import IntEnum
from types import MappingProxyType

from election.keys import SITE
from upload.dist_tree import ASSETS, WORKER, LocalFile

KEEP = timedelta(days=1)
SMALL = 20
"""Deleting so few objects is never taken for a mistake."""
VERSION = 1
_DATA_ENDINGS = (".json", ".xml", ".txt", ".csv", ".webmanifest")


class Phase(IntEnum):
    """The steps of a deploy; each begins when every put of the one before is acknowledged."""

    ASSETS = 1
    FILES = 2
    NEW_PAGES = 3
    DATA = 4
    PAGES = 5
    WORKER = 6


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One object of the site in the bucket."""

    digest: str
    """`LocalFile.digest` of what is there; '' where that is not certain."""
    retired: datetime | None = None
    """Since when it is no longer part of the site (aware)."""


Manifest = Mapping[str, Entry]
"""By key."""


@dataclass(frozen=True, kw_only=True)
class Put:
    """One object to be put."""

    key: str
    phase: Phase
    new: bool
    """Whether the bucket had no such object."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Everything one deploy does, and the manifests to be written on the way."""

    puts: tuple[Put, ...]
    """In order: by phase, then by key."""
    deletions: tuple[str, ...]
    """After all puts."""
    kept: tuple[str, ...]
    """No longer part of the site, but kept for now."""
    unchanged: int
    pages_there: int
    """How many pages of the site the bucket held before."""
    before: Manifest
    """To be written before the first put: what is about to be touched has lost its digest."""
    after: Manifest
    """To be written between the last put and the first deletion: what is about to be deleted has lost its digest."""
    end: Manifest
    """To be written after the last deletion."""

    @property
    def shrinks(self) -> bool:
        """Whether so many pages would be deleted that the build is more likely wrong than meant."""
        return sum(key.endswith(".html") for key in self.deletions) > max(SMALL, self.pages_there // 2)


def make_plan(
    local: Mapping[str, LocalFile],
    manifest: Manifest,
    listed: Collection[str],
    now: datetime,
    *,
    everything: bool = False,
) -> Plan:
    """Return the plan that makes the bucket's `site/` what `local` is.

    `listed` are the keys really in the bucket: what the manifest names but is not there is put again, what is there but
    in no manifest is taken as an object of an earlier build. `everything` puts also what has not changed.
    """
    there = set(listed)
    known = {key: entry for key, entry in manifest.items() if key in there}
    known |= {key: Entry(digest="") for key in there - known.keys()}
    changed = {key for key, file in local.items() if everything or key not in known or known[key].digest != file.digest}
    puts = sorted(
        (Put(key=key, phase=_phase(key, new=key not in known), new=key not in known) for key in changed),
        key=lambda put: (put.phase, put.key),
    )
    gone = {key: replace(entry, retired=entry.retired or now) for key, entry in known.items() if key not in local}
    deletions = {key for key, entry in gone.items() if _due(key, entry, now)}
    site = {key: Entry(digest=file.digest) for key, file in local.items()}
    kept = {key: entry for key, entry in gone.items() if key not in deletions}
    return Plan(
        puts=tuple(puts),
        deletions=tuple(sorted(deletions)),
        kept=tuple(sorted(kept)),
        unchanged=len(local) - len(changed),
        pages_there=sum(key.endswith(".html") and entry.retired is None for key, entry in known.items()),
        before=known | {key: Entry(digest="") for key in changed},
        after=site | kept | {key: Entry(digest="", retired=gone[key].retired) for key in deletions},
        end=site | kept,
    )


def _phase(key: str, *, new: bool) -> Phase:
    if key.startswith(ASSETS):
        return Phase.ASSETS
    if key.endswith(_DATA_ENDINGS):
        return Phase.DATA
    if key == WORKER:
        return Phase.WORKER
    if not key.endswith(".html"):
        return Phase.FILES
    home = key.count("/") <= 2  # site/index.html and site/az/index.html
    return Phase.NEW_PAGES if new and not home else Phase.PAGES


def _due(key: str, entry: Entry, now: datetime) -> bool:
    return key.endswith(".html") or (entry.retired is not None and entry.retired <= now - KEEP)


def format_manifest(manifest: Manifest) -> bytes:
    """Return the manifest as JSON: `{"version": 1, "objects": {key: [digest, retired or null]}}`."""
    objects = {
        key: [entry.digest, None if entry.retired is None else entry.retired.astimezone(UTC).isoformat()]
        for key, entry in sorted(manifest.items())
    }
    return json.dumps({"version": VERSION, "objects": objects}, separators=(",", ":")).encode()


def parse_manifest(body: bytes) -> Manifest:
    """Read what `format_manifest` wrote; raise `ValueError` on anything else."""
    data = json.loads(body)
    if not isinstance(data, dict) or data.get("version") != VERSION or not isinstance(data.get("objects"), dict):
        raise ValueError(f"it is not a manifest of version {VERSION}")
    entries: dict[str, Entry] = {}
    for key, row in data["objects"].items():
        match row:
            case [str(digest), None | str() as retired] if key.startswith(SITE):
                moment = None if retired is None else datetime.fromisoformat(retired)
                if moment is not None and moment.tzinfo is None:
                    raise ValueError(f"{key}: its time has no zone")
                entries[key] = Entry(digest=digest, retired=moment)
            case _:
                raise ValueError(f"{key}: {row!r} is no entry")
    return MappingProxyType(entries)
