"""What crawlers are told: `robots.txt`, and the site map, an index of files of at most 50,000 addresses each. Pure.

Each page stands in the site map once a language, with its other languages beside it (sitemaps.org, `xhtml:link`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape

from election.places import LANGUAGES

INDEX = "sitemap.xml"
ROBOTS = "robots.txt"
MOST_ADDRESSES = 50_000
"""Of one file, by the protocol."""
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_LINK = '<xhtml:link rel="alternate" '
_SCHEMA = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def files(base_url: str, addresses: Iterable[str], most: int = MOST_ADDRESSES) -> Iterator[tuple[str, bytes]]:
    """Yield the index and the files it names by their paths in the built site.

    `addresses` are those of one language's pages below its home: `''`, `region/baki/`, …
    """
    names = []
    base, escaped = escape(base_url, quote=False), [escape(address, quote=False) for address in addresses]
    for language in LANGUAGES:
        for number, start in enumerate(range(0, len(escaped), most), start=1):
            names.append(f"sitemaps/{language}-{number}.xml")
            entries = "".join(_entry(f"{base}/{language}/", base, each) for each in escaped[start : start + most])
            opening = f'<urlset {_SCHEMA} xmlns:xhtml="http://www.w3.org/1999/xhtml">\n'
            yield names[-1], f"{_HEAD}{opening}{entries}</urlset>\n".encode()
    listed = "".join(f"<sitemap><loc>{escape(base_url, quote=False)}/{name}</loc></sitemap>\n" for name in names)
    yield INDEX, f"{_HEAD}<sitemapindex {_SCHEMA}>\n{listed}</sitemapindex>\n".encode()


def robots(base_url: str, *, sample: bool) -> bytes:
    """Return `robots.txt`; nobody shall find the invented stations of a sample by a search engine."""
    return f"User-agent: *\n{'Disallow: /' if sample else 'Allow: /'}\n\nSitemap: {base_url}/{INDEX}\n".encode()


def _entry(home: str, base: str, address: str) -> str:
    links = "".join([f'{_LINK}hreflang="{code}" href="{base}/{code}/{address}"/>' for code in LANGUAGES])
    return f"<url><loc>{home}{address}</loc>{links}</url>\n"
