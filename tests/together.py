"""Which tests one worker must run: what a module or a folder begins once, and all its tests share.

Two workers would each begin it. Everything else goes to whichever worker is free, in the order of collection.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from xdist.scheduler import LoadScopeScheduling

ROOT = Path(__file__).parent.parent
SHARED = ("@side_by_side", "def outcome(")
"""What stands in a module whose tests are begun together."""


def scope_of(nodeid: str) -> str:
    """Return the name of the tests that go to the same worker as this one."""
    file = nodeid.partition("::")[0]
    if file.startswith("tests/e2e/"):
        return "tests/e2e"  # one demo
    return file if _begins_together(file) else nodeid


@cache
def _begins_together(file: str) -> bool:
    text = (ROOT / file).read_text(encoding="utf-8")
    return any(mark in text for mark in SHARED)


class Together(LoadScopeScheduling):  # type: ignore[misc] # xdist ships no types
    """Hands out tests by `scope_of`."""

    def _split_scope(self, nodeid: str) -> str:
        return scope_of(nodeid)
