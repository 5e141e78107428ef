"""Station ids and rendition names: the only things that tie content, cameras, objects and logs together."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import NewType

from election.wording import say

StationId = NewType("StationId", str)
"""`<constituency>-<number>`, zero-padded to three digits each: `034-012`."""

_STATION_ID = re.compile(r"(\d{3})-(\d{3})", re.ASCII)
LAST_CONSTITUENCY = 125


class Rendition(StrEnum):
    """The streams of one station: the camera's own main and sub stream."""

    MAIN = "main"
    SUB = "sub"


def station_id(constituency: int, number: int) -> StationId:
    """Return the id of polling station `number` (1..999) in `constituency` (1..125)."""
    if not 1 <= constituency <= LAST_CONSTITUENCY:
        raise ValueError(
            say("a constituency is numbered 1 to {last}, not {number}", last=LAST_CONSTITUENCY, number=constituency)
        )
    if not 1 <= number <= 999:
        raise ValueError(say("a polling station is numbered 1 to 999, not {number}", number=number))
    return StationId(f"{constituency:03d}-{number:03d}")


def parse_station_id(text: str) -> StationId:
    """Return `text` as a station id, or raise `ValueError` with a sentence that says what is right."""
    match = _STATION_ID.fullmatch(text)
    if match is None:
        raise ValueError(
            say("a station id is three digits, a hyphen, three digits, such as 034-012, not {text!r}", text=text)
        )
    return station_id(int(match[1]), int(match[2]))


def constituency_of(station: StationId) -> int:
    """Return the constituency's number, 1..125."""
    return int(station[:3])


def number_of(station: StationId) -> int:
    """Return the station's number within its constituency, 1..999."""
    return int(station[4:])
