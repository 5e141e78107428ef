"""The Atom feed of one language's news (RFC 4287). Pure.

An item's id is a tag URI (RFC 4151) of its date and its file's name, so that it stays the same when the item gets
another address, and when the site moves from http to https.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

NAME = "feed.xml"
MOST_ENTRIES = 50
"""Of the newest: readers keep what they have read."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One item."""

    name: str
    """Of its file."""
    title: str
    url: str
    """Root-relative."""
    published: datetime.date
    updated: datetime.date
    summary: str
    """Plain, '' where there is none."""
    html: str


def atom(
    *,
    language: str,
    title: str,
    author: str,
    base_url: str,
    zone: ZoneInfo,
    since: datetime.date,
    entries: Sequence[Entry],
) -> bytes:
    """Return the feed of `entries`, newest first; `since` is when it was last changed if there are none.

    Addresses in the texts of items are relative to `base_url`.
    """
    home = f"{base_url}/{language}/news/"
    own = f"{base_url}/{language}/{NAME}"
    base, mine = _quoted(f"{base_url}/"), _quoted(language)
    changed = max((entry.updated for entry in entries), default=since)
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang={mine} xml:base={base}>',
        f"<id>{_text(own)}</id>",
        f"<title>{_text(title)}</title>",
        f"<updated>{_moment(changed, zone)}</updated>",
        f'<link rel="self" type="application/atom+xml" href={_quoted(own)}/>',
        f'<link rel="alternate" type="text/html" hreflang={mine} href={_quoted(home)}/>',
        f"<author><name>{_text(author)}</name></author>",
    ]
    for entry in entries[:MOST_ENTRIES]:
        lines += _entry(entry, language, base_url, zone)
    return "\n".join([*lines, "</feed>", ""]).encode()


def _entry(entry: Entry, language: str, base_url: str, zone: ZoneInfo) -> list[str]:
    tag = f"tag:{urlsplit(base_url).hostname},{entry.published.isoformat()}:{language}/news/{entry.name}"
    return [
        "<entry>",
        f"<id>{_text(tag)}</id>",
        f"<title>{_text(entry.title)}</title>",
        f"<published>{_moment(entry.published, zone)}</published>",
        f"<updated>{_moment(entry.updated, zone)}</updated>",
        f'<link rel="alternate" type="text/html" href={_quoted(base_url + entry.url)}/>',
        *([f"<summary>{_text(entry.summary)}</summary>"] if entry.summary else []),
        f'<content type="html">{_text(entry.html)}</content>',
        "</entry>",
    ]


def _moment(day: datetime.date, zone: ZoneInfo) -> str:
    """Return the beginning of a day (RFC 3339): editors name days, not times."""
    return datetime.datetime.combine(day, datetime.time(), zone).isoformat()


def _text(text: str) -> str:
    return escape(text, quote=False)


def _quoted(text: str) -> str:
    return f'"{escape(text)}"'
