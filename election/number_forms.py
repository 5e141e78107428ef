"""Reads what people write when they mean a station or a constituency by its number, in three languages. Pure.

The viewer's `site/js/numbers.js` does the same; common vectors hold both to it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from election.folding import words
from election.ids import StationId, parse_station_id, station_id

_CONSTITUENCY = re.compile("dair|constituenc|distri|okrug")
_STATION = re.compile("menteg|station|ucast")
"""Folded beginnings of the words in Azerbaijani, English and Russian."""
_FILLER = re.compile(
    "(sayli|nomreli|nomre|nomer|no|n|num|number|polling|secki|electoral|izbirateln.*|of|in|the|and|ve|v|i)"
)
_ENDING = re.compile("(n?c[iu]|[iu]nc[iu]|y|ya|go|st|nd|rd|th)")
"""Endings of ordinals, as words of their own (12-ci, 12-й)."""
_NUMBER = re.compile("0*([0-9]{1,3})(?:st|nd|rd|th|n?c[iu]|y)?")
_PAIR = re.compile(r"\s*0*([0-9]{1,3})\s*[/\\\-–—.,:\s]\s*0*([0-9]{1,3})\s*")
_SIX_DIGITS = re.compile(r"\s*([0-9]{3})([0-9]{3})\s*")


@dataclass(frozen=True, kw_only=True)
class Numbers:
    """What a text names; both together are one station, neither without the other need be there."""

    constituency: int | None = None
    station: int | None = None
    bare: int | None = None
    """A number that may be either; then it stands alone."""


def parse_numbers(text: str) -> Numbers | None:
    """Return what numbers `text` names, or None if it is a text like any other. Numbers are 1 to 999."""
    if pair := _PAIR.fullmatch(text) or _SIX_DIGITS.fullmatch(text):
        constituency, station = int(pair[1]), int(pair[2])
        return Numbers(constituency=constituency, station=station) if constituency and station else None
    found: dict[str, int] = {}
    loose: int | None = None
    noun = ""
    for word in words(text):
        if _FILLER.fullmatch(word) or _ENDING.fullmatch(word):
            continue
        if number := _NUMBER.fullmatch(word):
            if loose is not None:
                return None
            loose = int(number[1])
        elif meant := "constituency" if _CONSTITUENCY.match(word) else "station" if _STATION.match(word) else "":
            if noun:
                return None
            noun = meant
        else:
            return None
        # A number belongs to the nearest noun still without one, whichever comes first.
        if loose is not None and noun:
            if noun in found:
                return None
            found[noun], loose, noun = loose, None, ""
    if loose is not None and not found and not noun:
        found = {"bare": loose}
        loose = None
    if noun or loose is not None or not found or 0 in found.values():
        return None
    return Numbers(**found)


def parse_station(text: str) -> StationId:
    """Return the one station that `text` names, in any form; raise `ValueError` with a sentence on what is right."""
    meant = parse_numbers(text)
    if meant is None or meant.constituency is None or meant.station is None:
        return parse_station_id(text)
    return station_id(meant.constituency, meant.station)
