"""How single values of fields are written, as types that read them: times, whole numbers, places on the earth.

Front matter holds only texts (see `builder.front_matter`); each type here takes one, and refuses it with a sentence.
"""

from __future__ import annotations

import datetime
import re
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator

from builder.addresses import alias_of
from election.places import EAST, NORTH, SOUTH, WEST, Accessibility
from election.wording import say

MOST_VOTERS = 10_000
"""Of one station. The law aims at 1,500; ten times a mistyped number is what this shall catch."""

MOST_WEIGHT = 1000

_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)", re.ASCII)
_WHOLE = re.compile(r"\d{1,9}", re.ASCII)
_DEGREES = re.compile(r"-?\d{1,3}(\.\d{1,18})?", re.ASCII)


def _time(value: object) -> datetime.time:
    if isinstance(value, str) and (found := _TIME.fullmatch(value)):
        return datetime.time(int(found[1]), int(found[2]))
    raise ValueError(say("a time of day is written as 08:00"))


def _voters(value: object) -> int:
    if not isinstance(value, str) or not _WHOLE.fullmatch(value):
        raise ValueError(say("is a whole number in digits alone, such as 1250"))
    if not 1 <= int(value) <= MOST_VOTERS:
        raise ValueError(say("a station has 1 to {most} voters, not {value}", most=MOST_VOTERS, value=value))
    return int(value)


def _weight(value: object) -> int:
    if not isinstance(value, str) or not _WHOLE.fullmatch(value) or not 1 <= int(value) <= MOST_WEIGHT:
        raise ValueError(say("is a whole number from 1 to {most}; what weighs less stands first", most=MOST_WEIGHT))
    return int(value)


def _yes_or_no(value: object) -> bool:
    if value not in ("true", "false"):
        raise ValueError(say("is either true or false"))
    return value == "true"


def _alias(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError(say("is an address of this site, such as news/opening"))  # noqa: TRY004 - a fault of the page
    return alias_of(value)


def _aliases(value: object) -> object:
    if not isinstance(value, list):
        raise ValueError(say("is a list of addresses, such as [news/opening]"))  # noqa: TRY004 - a fault of the page
    return tuple(value)


def _degrees(value: object) -> float:
    if not isinstance(value, str) or not _DEGREES.fullmatch(value):
        raise ValueError(say("degrees are written with a point, such as 40.3777"))
    return float(value)


def _helps(value: object) -> Accessibility:
    known = ", ".join(Accessibility)
    if not isinstance(value, str) or value not in set(Accessibility):
        raise ValueError(say("{value!r} is not known; there are {known}", value=value, known=known))
    return Accessibility(value)


def _list(value: object) -> object:
    if not isinstance(value, list):
        raise ValueError(say("is a list, such as [{example}]", example=f"{Accessibility.RAMP}, {Accessibility.LIFT}"))  # noqa: TRY004 - a fault of the page
    return tuple(value)


def _in_order(value: tuple[Accessibility, ...]) -> tuple[Accessibility, ...]:
    for word in value:
        if value.count(word) > 1:
            raise ValueError(say("{word} stands twice; remove one of them", word=word))
    return tuple(kind for kind in Accessibility if kind in value)


def outside(lat: float, lon: float) -> str:
    """Return what is wrong with a place that does not lie in the country; '' for one that does."""
    if SOUTH <= lat <= NORTH and WEST <= lon <= EAST:
        return ""
    if SOUTH <= lon <= NORTH and WEST <= lat <= EAST:
        return say("lat and lon have changed places; write lat: {lat}, lon: {lon}", lat=lon, lon=lat)
    return say(
        "{lat}, {lon} is not in the country: lat is {south} to {north}, lon {west} to {east}",
        lat=lat,
        lon=lon,
        south=SOUTH,
        north=NORTH,
        west=WEST,
        east=EAST,
    )


def ends_too_early(opening: datetime.time | None, closing: datetime.time | None) -> str:
    """Return what is wrong with hours that end before they begin; '' for others, and where one is not known."""
    if opening is None or closing is None or opening < closing:
        return ""
    return say(
        "voting would end at {closing:%H:%M}, before it begins at {opening:%H:%M}.", closing=closing, opening=opening
    )


TimeOfDay = Annotated[datetime.time, BeforeValidator(_time)]
Voters = Annotated[int, BeforeValidator(_voters)]
Weight = Annotated[int, BeforeValidator(_weight)]
YesNo = Annotated[bool, BeforeValidator(_yes_or_no)]
Aliases = Annotated[tuple[Annotated[str, BeforeValidator(_alias)], ...], BeforeValidator(_aliases)]
Degrees = Annotated[float, BeforeValidator(_degrees)]
AccessibilityList = Annotated[
    tuple[Annotated[Accessibility, BeforeValidator(_helps)], ...], BeforeValidator(_list), AfterValidator(_in_order)
]
