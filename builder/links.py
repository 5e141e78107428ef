"""Which addresses the site has, so that no text leads to a page that is not there. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from urllib.parse import urlsplit

from election.places import LANGUAGES

_PAGE = re.compile(
    rf"/(?:{'|'.join(LANGUAGES)})/(?:archive/(?P<past>[^/]+)/)?(?:(?P<kind>[\w-]+)/(?:(?P<name>[^/]+)/)?)?", re.ASCII
)
_FILES = frozenset({"/", "/catalogue.json", "/catalogue.csv", *(f"/{language}/feed.xml" for language in LANGUAGES)})
_LISTS = frozenset({"archive", "news", "open-data", "wall"})
"""Pages that every site has below each language's home."""


def is_within_site(address: str) -> bool:
    """Whether `address` names something of this site rather than another one, or a place in the same page."""
    try:
        parts = urlsplit(address)
    except ValueError:  # brackets in a host's name
        return False
    return not parts.scheme and not parts.netloc and bool(parts.path)


def nearest(address: str, names: Mapping[str, Collection[str]]) -> str:
    """Return the address the site has that `address` lacks only its language or its last slash of; '' for none."""
    path = urlsplit(address).path
    closed = path if path.endswith("/") else f"{path}/"
    return next((right for right in (closed, f"/{LANGUAGES[0]}{closed}") if exists(right, names)), "")


def written_page(address: str) -> tuple[str, str] | None:
    """Return kind and name, as in `exists`, of the news item or page of its own that `address` would be."""
    match = _PAGE.fullmatch(urlsplit(address).path)
    if match is None or match["past"] is not None or match["kind"] is None:
        return None
    return (match["kind"], match["name"]) if match["name"] is not None else ("page", match["kind"])


def exists(address: str, names: Mapping[str, Collection[str]]) -> bool:
    """Whether the site has `address`.

    `names` are its pages by kind: `region`, `constituency`, `station`, `news`, `page` (those right below a language's
    home), `archive` (past elections), and the places of each of these, such as `archive/2020/station`.
    """
    path = urlsplit(address).path
    if path in _FILES:
        return True
    match = _PAGE.fullmatch(path)
    if match is None:
        return False
    past, kind, name = match.group("past", "kind", "name")
    if past is not None:
        known = past in names.get("archive", ())
        return known and (kind is None or (name is not None and name in names.get(f"archive/{past}/{kind}", ())))
    if name is None:
        return (
            kind is None
            or (kind in _LISTS and (kind != "archive" or bool(names.get("archive"))))
            or kind in names.get("page", ())
        )
    return name in names.get(kind, ())
