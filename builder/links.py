"""Which addresses the site has, so that no text leads to a page that is not there. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from urllib.parse import urlsplit

from election.places import LANGUAGES

_PAGE = re.compile(rf"/(?:{'|'.join(LANGUAGES)})/(?:(\w+)/(?:([^/]+)/)?)?", re.ASCII)
_FILES = frozenset({"/", "/catalogue.json"})


def is_within_site(address: str) -> bool:
    """Whether `address` names something of this site rather than another one, or a place in the same page."""
    try:
        parts = urlsplit(address)
    except ValueError:  # brackets in a host's name
        return False
    return not parts.scheme and not parts.netloc and bool(parts.path)


def exists(address: str, names: Mapping[str, Collection[str]]) -> bool:
    """Whether the site has `address`; `names` are its pages by kind: `region`, `constituency`, `station`, `news`."""
    path = urlsplit(address).path
    if path in _FILES:
        return True
    match = _PAGE.fullmatch(path)
    if match is None:
        return False
    kind, name = match.groups()
    return kind is None or (kind in {"news", "wall"} and name is None) or name in names.get(kind, ())
