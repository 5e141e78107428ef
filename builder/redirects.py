"""Former addresses: for each a small page that leads on to the present one, without scripts. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from markupsafe import escape

from election.places import LANGUAGES


def pages(aliases: Mapping[str, str], base_url: str, moved: Mapping[str, str]) -> Iterator[tuple[str, bytes]]:
    """Yield the page of every former address in each language, and its path in the built site.

    `aliases` are addresses below a language's home; `moved` says in each language that the page has moved.
    """
    for language in LANGUAGES:
        for former, present in aliases.items():
            page = _page(language, f"/{language}/{present}/", base_url, moved[language])
            yield f"{language}/{former}/index.html", page.encode()


def _page(language: str, url: str, base_url: str, moved: str) -> str:
    said, link = escape(moved), escape(url)
    return (
        f'<!DOCTYPE html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{said}</title>\n"
        f'<meta http-equiv="refresh" content="0; url={link}">\n'
        f'<meta name="robots" content="noindex">\n<link rel="canonical" href="{escape(base_url)}{link}">\n'
        f'</head>\n<body>\n<p><a href="{link}">{said}</a></p>\n</body>\n</html>\n'
    )
