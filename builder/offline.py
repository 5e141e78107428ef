"""The service worker of the built site, `/sw.js`: one that keeps the shell for bad networks, or one that ends it.

The first is `site/worker/keep.js` with its settings before it, the second `site/worker/leave.js`: published in the
first one's place it removes everything that was kept, and itself.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from builder.assets import SOURCES
from election.keys import sha8
from election.places import LANGUAGES

PATH = "sw.js"
PAGE = "offline.html"
"""Below a language's home: what is shown without a connection."""
_WORKERS = SOURCES / "worker"


def worker(assets: Iterable[str], *, offline: bool) -> bytes:
    """Return the body of `/sw.js`; `assets` are the paths of the assets in the built site."""
    if not offline:
        return (_WORKERS / "leave.js").read_bytes()
    source = (_WORKERS / "keep.js").read_bytes()
    # The player's library is the largest asset and of no use without a connection.
    shell = [f"/{path}" for path in sorted(assets) if "/vendor/" not in path]
    pages = [f"/{language}/{PAGE}" for language in LANGUAGES]
    shown = json.dumps({"languages": LANGUAGES, "offlinePage": PAGE, "shell": shell + pages}, indent=1)
    version = sha8(shown.encode() + source)
    return f'const VERSION = "{version}";\nconst SETTINGS = {shown};\n'.encode() + source
