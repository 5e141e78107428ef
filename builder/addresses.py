"""The addresses of a language's pages below its home, and former ones that lead to them: which are free, which are not.

An address is written without its language and slashes around it: `news/opening`, `region/baki`. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from builder import links
from election.errors import Fault
from election.places import LANGUAGES
from election.wording import say

RESERVED = frozenset(
    {"archive", "constituency", "constituencies", "feed", "news", "offline", "open-data", "region", "regions", "search"}
    | {"shards", "station", "stations", "wall", *LANGUAGES}
)
"""What no page of one's own is called: the site has other things there."""
MOST_PARTS = 4
MOST_LETTERS = 200

_PART = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*", re.ASCII)
_STATION = re.compile(r"\d{3}-\d{3}", re.ASCII)


def alias_of(written: str) -> str:
    """Return a former address as the site keeps it; raise `ValueError` with a sentence if it can be none."""
    address = written.removeprefix("/").removesuffix("/")
    parts = address.split("/")
    if parts[0] in LANGUAGES:
        rest = "/".join(parts[1:]) or "news/opening"
        raise ValueError(say("is written without the language, such as {rest}; it holds for all", rest=rest))
    if not all(_PART.fullmatch(part) for part in parts):
        raise ValueError(
            say("{written!r} is no address: small letters a to z, digits, hyphens, and / between", written=written)
        )
    if len(parts) > MOST_PARTS or len(address) > MOST_LETTERS:
        raise ValueError(
            say(
                "is too long an address: {parts} parts and {letters} letters at most",
                parts=MOST_PARTS,
                letters=MOST_LETTERS,
            )
        )
    if _STATION.fullmatch(address):
        raise ValueError(say("{address} is the short address of a station", address=address))
    return address


class Aliases:
    """The former addresses that pages claim."""

    def __init__(self) -> None:
        self._claimed: dict[str, tuple[Path, int, str, str]] = {}
        self._faults: list[Fault] = []

    def claim(self, aliases: Sequence[str], page: str, path: Path, lines: Mapping[str, int]) -> None:
        """Let `aliases` lead to `page`, all of them addresses; `path` and `lines` say where they are written."""
        for index, alias in enumerate(aliases):
            field = f"aliases.{index}"
            line = lines.get(field, 0)
            if alias in self._claimed:
                other = self._claimed[alias][0].name
                message = say(
                    "{alias} leads to the page of {other} already; remove one of them.", alias=alias, other=other
                )
                self._faults.append(Fault(file=path, line=line, field=field, message=message))
            else:
                self._claimed[alias] = (path, line, field, page)

    def settle(self, names: Mapping[str, Collection[str]]) -> tuple[Mapping[str, str], list[Fault]]:
        """Return the page of each former address, and what is wrong; `names` are the site's pages (`builder.links`)."""
        for alias, (path, line, field, _page) in self._claimed.items():
            if links.exists(f"/{LANGUAGES[0]}/{alias}/", names) or alias in RESERVED:
                message = say("{alias} is the address of a page of this site; remove it.", alias=alias)
                self._faults.append(Fault(file=path, line=line, field=field, message=message))
        return {alias: page for alias, (_, _, _, page) in sorted(self._claimed.items())}, self._faults
