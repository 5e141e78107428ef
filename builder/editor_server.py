"""Serves the editor's interface on loopback: one page, its configuration, Sveltia CMS from `node_modules`. Only reads.

What an editor writes never passes here: the browser itself asks for the Git folder and writes the files. So this server
needs no password, and can harm nothing. It is an origin of its own, away from the site's, and no file of it is ever
part of what `pollcast build` makes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlsplit

import yaml
from markupsafe import escape

from builder import loopback_server
from builder.editor_config import Node
from builder.loopback_server import Answer
from election.errors import MachineError
from election.wording import say

MODULES = Path(__file__).resolve().parents[1] / "node_modules"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' blob: data:; "
    "media-src blob:; connect-src 'self' blob: data:; font-src 'self' data:; worker-src 'self' blob:; "
    "frame-src blob:; manifest-src blob:; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)
"""Scripts come from here alone, and nothing is asked of any other machine; styles the interface makes itself."""

_LIBRARY = "@sveltia/cms/dist/sveltia-cms.js"
_OWN_FILES = "@sveltia/cms"
_OWN_ELSEWHERE = b"https://unpkg.com/@sveltia/cms"
_ICONS = "@fontsource-variable/material-symbols-outlined/files/material-symbols-outlined-latin-wght-normal.woff2"
_ICONS_ELSEWHERE = re.compile(rb"https://cdn\.jsdelivr\.net/fontsource/fonts/material-symbols-outlined[^)]*")


def files(config: Node, language: str, modules: Path = MODULES) -> Mapping[str, tuple[str, bytes]]:
    """Return everything that is served, by path: content type and body.

    Raises `MachineError` where the interface is not installed.
    """
    page = (
        f'<!DOCTYPE html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width">\n<meta name="robots" content="noindex">\n'
        f"<title>{escape(config['app_title'])}</title>\n"
        '<link rel="cms-config-url" type="text/yaml" href="/config.yml">\n'
        '<script src="/sveltia-cms.js" defer></script>\n</head>\n<body></body>\n</html>\n'
    )
    # The interface would fetch its icons, which are letters of a font, and its words from another machine; and it asks
    # again and again for words that it does not get.
    script, icons = _ICONS_ELSEWHERE.subn(b"/icons.woff2", _read(modules / _LIBRARY))
    if not icons or _OWN_ELSEWHERE not in script:
        raise MachineError(
            say("{library} asks for its files in another way.", library=_LIBRARY),
            hint=say("Install the locked version: make setup"),
        )
    # Azerbaijani's small letter of I is ı, which no name of a picture has.
    script = script.replace(b".toLocaleLowerCase()", b".toLowerCase()")
    return {
        "/": ("text/html; charset=utf-8", page.encode()),
        "/config.yml": (
            "text/yaml; charset=utf-8",
            yaml.safe_dump(config, allow_unicode=True, sort_keys=False).encode(),
        ),
        "/sveltia-cms.js": ("text/javascript; charset=utf-8", script.replace(_OWN_ELSEWHERE, b"/cms")),
        "/icons.woff2": ("font/woff2", _read(modules / _ICONS)),
        **_own_files(modules / _OWN_FILES),
    }


def _own_files(folder: Path) -> dict[str, tuple[str, bytes]]:
    """Return what the interface asks for once it runs: its version, and its words in the browser's language."""
    described = _read(folder / "package.json")
    version = json.loads(described)["version"]
    locales = {path.name: path for path in (folder / "locales").glob("*.json")}
    return {
        "/cms/package.json": ("application/json", described),
        **{f"/cms@{version}/locales/{name}": ("application/json", _read(path)) for name, path in locales.items()},
    }


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        raise MachineError(
            say("The editor's interface is missing: {path}.", path=path), hint=say("Run: make setup")
        ) from None


@contextmanager
def serving(served: Mapping[str, tuple[str, bytes]], port: int) -> Iterator[str]:
    """Serve on `port` of the loopback (0 takes a free one) until the context ends; give the address."""

    def answer(target: str) -> Answer:
        found = served.get(urlsplit(target).path)
        return Answer(body=found[1], content_type=found[0]) if found else Answer(body=b"", status=HTTPStatus.NOT_FOUND)

    headers = {"Content-Security-Policy": POLICY, "Cross-Origin-Opener-Policy": "same-origin"}
    with loopback_server.serving(answer, port, headers) as address:
        yield address
