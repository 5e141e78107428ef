"""The fields of each kind of page, as models. Unknown fields are faults; every fault is a sentence for an editor."""

from __future__ import annotations

import datetime
import re
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, model_validator

from election.places import LANGUAGES, Text

MAX_LINE = 200
"""Characters of a text that stands on one line."""
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*", re.ASCII)
SLUG_RULE = "small letters a to z, digits and single hyphens between them"
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def _line(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("is a text on one line, not a list or further fields")  # noqa: TRY004 - a fault of the page
    text = value.strip()
    if not text:
        raise ValueError("is empty; write a text")
    if len(text) > MAX_LINE:
        raise ValueError(f"is {len(text)} characters long; {MAX_LINE} are allowed")
    if not text.isprintable():
        raise ValueError("holds a line break or a character that cannot be seen; write one plain line")
    return text


def _date(value: object) -> datetime.date:
    if isinstance(value, str) and _DATE.fullmatch(value):
        try:
            return datetime.date.fromisoformat(value)
        except ValueError:
            raise ValueError(f"there is no day {value}") from None
    raise ValueError("a date is written as 2026-11-29")


def _slug(value: str) -> str:
    if not SLUG.fullmatch(value):
        raise ValueError(f"{value!r} is not a short name: {SLUG_RULE}")
    return value


def _lines(value: object) -> object:
    if not isinstance(value, list):
        raise ValueError("is a list of names, such as [Quba, Qusar]")  # noqa: TRY004 - a fault of the page
    return tuple(value)


Line = Annotated[str, BeforeValidator(_line)]
Date = Annotated[datetime.date, BeforeValidator(_date)]
Lines = Annotated[tuple[Line, ...], BeforeValidator(_lines)]
Slug = Annotated[str, BeforeValidator(_line), AfterValidator(_slug)]


class _Fields(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Words(_Fields):
    """A short text by language; where one is left out, the Azerbaijani is shown."""

    az: Line
    en: Line | None = None
    ru: Line | None = None

    @model_validator(mode="before")
    @classmethod
    def _by_language(cls, value: object) -> object:
        if not isinstance(value, dict):
            raise ValueError("is written by language: az, en and ru below it")  # noqa: TRY004 - a fault of the page
        return value

    @property
    def text(self) -> Text:
        """The same as the domain's `Text`."""
        by_language = {code: getattr(self, code) for code in LANGUAGES}
        return Text(by_language={code: text for code, text in by_language.items() if text is not None})


class HomeFields(_Fields):
    """`home.md`."""

    description: Words
    """One sentence for search engines."""


class RegionFields(_Fields):
    """`regions/<slug>.md`."""

    name: Words
    districts: Lines = ()
    """What it covers on the map: names as in `builder.districts`."""


class ConstituencyFields(_Fields):
    """`constituencies/<number>.md`."""

    name: Words
    region: Slug
    """The file name of the region's page."""


class StationFields(_Fields):
    """`stations/<constituency>/<id>.md`."""

    name: Words
    address: Words


class NewsFields(_Fields):
    """`news/<slug>.md`."""

    title: Words
    date: Date
