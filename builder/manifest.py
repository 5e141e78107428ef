"""The web manifest of one language: what a phone shows where somebody keeps the site on its first screen. Pure."""

from __future__ import annotations

import json

from builder import views

NAME = "site.webmanifest"


def web_manifest(language: str, election: str, assets: views.Assets) -> bytes:
    """Return the manifest; its pages keep the browser's address bar, by which people see where they are."""
    return json.dumps(
        {
            "name": election,
            "short_name": election,
            "lang": language,
            "start_url": f"/{language}/",
            "scope": "/",
            "display": "browser",
            "background_color": "#f6f8f8",
            "theme_color": "#0b5c6b",
            "icons": [
                {"src": f"{assets.root}icons/favicon.svg", "type": "image/svg+xml", "sizes": "any"},
                {"src": f"{assets.root}icons/icon-192.png", "type": "image/png", "sizes": "192x192"},
            ],
        },
        ensure_ascii=False,
        separators=(",", ":"),
    ).encode()
