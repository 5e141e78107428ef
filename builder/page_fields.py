"""The fields of each kind of page, as models. Unknown fields are faults; every fault is a sentence for an editor."""

from __future__ import annotations

import datetime
import re
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from builder.field_values import AccessibilityList, Aliases, Degrees, TimeOfDay, Voters, Weight, YesNo, outside
from builder.publication import Days
from election import places
from election.ids import StationId
from election.places import LANGUAGES, Text
from election.wording import say

MAX_LINE = 200
"""Characters of a text that stands on one line."""
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*", re.ASCII)
SLUG_RULE = say("small letters a to z, digits and single hyphens between them")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_YEARS = range(1900, 2200)


def _line(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError(say("is a text on one line, not a list or further fields"))  # noqa: TRY004 - a fault of the page
    text = value.strip()
    if not text:
        raise ValueError(say("is empty; write a text"))
    if len(text) > MAX_LINE:
        raise ValueError(say("is {length} characters long; {most} are allowed", length=len(text), most=MAX_LINE))
    if not text.isprintable():
        raise ValueError(say("holds a line break or a character that cannot be seen; write one plain line"))
    return text


def _date(value: object) -> datetime.date:
    if isinstance(value, str) and _DATE.fullmatch(value):
        try:
            day = datetime.date.fromisoformat(value)
        except ValueError:
            raise ValueError(say("there is no day {value}", value=value)) from None
        if day.year in _YEARS:
            return day
        raise ValueError(say("the year is from {first} to {last}", first=_YEARS[0], last=_YEARS[-1]))
    raise ValueError(say("a date is written as 2026-11-29"))


def _slug(value: str) -> str:
    if not SLUG.fullmatch(value):
        raise ValueError(say("{value!r} is not a short name: {rule}", value=value, rule=SLUG_RULE))
    return value


def _lines(value: object) -> object:
    if not isinstance(value, list):
        raise ValueError(say("is a list of names, such as [Quba, Qusar]"))  # noqa: TRY004 - a fault of the page
    return tuple(value)


Line = Annotated[str, BeforeValidator(_line)]
Date = Annotated[datetime.date, BeforeValidator(_date)]
Lines = Annotated[tuple[Line, ...], BeforeValidator(_lines)]
Slug = Annotated[str, BeforeValidator(_line), AfterValidator(_slug)]


class _Fields(BaseModel):
    # Built when a page of the kind is read: most builds find few pages that are new.
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, defer_build=True)


class Words(_Fields):
    """A short text by language; where one is left out, the Azerbaijani is shown."""

    az: Line
    en: Line | None = None
    ru: Line | None = None

    @model_validator(mode="before")
    @classmethod
    def _by_language(cls, value: object) -> object:
        if not isinstance(value, dict):
            raise ValueError(say("is written by language: az, en and ru below it"))  # noqa: TRY004 - a fault of the page
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
    aliases: Aliases = ()
    """Former addresses, which lead here."""


class ConstituencyFields(_Fields):
    """`constituencies/<number>.md`."""

    name: Words
    region: Slug
    """The file name of the region's page."""
    aliases: Aliases = ()
    """Former addresses, which lead here."""


class Coordinates(_Fields):
    """Where a station is, in degrees of WGS 84."""

    lat: Degrees
    """North of the equator."""
    lon: Degrees
    """East of Greenwich."""

    @model_validator(mode="before")
    @classmethod
    def _has_both(cls, value: object) -> object:
        # A decimal comma, or no space behind a colon, makes other keys of the numbers.
        if not isinstance(value, dict) or any(any(map(str.isdigit, str(key))) for key in value):
            raise ValueError(say("is written as {{ lat: 40.3777, lon: 49.892 }}"))
        return value

    @model_validator(mode="after")
    def _lies_in_the_country(self) -> Self:
        if wrong := outside(self.lat, self.lon):
            raise ValueError(wrong)
        return self


class StationFields(_Fields):
    """`stations/<constituency>/<id>.md`."""

    name: Words
    """The building."""
    address: Words
    coordinates: Coordinates | None = None
    """Where the building is on the earth."""
    registered_voters: Voters | None = None
    """How many voters are on the station's list."""
    accessibility: AccessibilityList = ()
    """What helps people in and at the station: names of `election.places.Accessibility`."""
    opening: TimeOfDay | None = None
    """When voting begins, where that is not the election's hour."""
    closing: TimeOfDay | None = None
    """When voting ends, where that is not the election's hour."""
    camera_note: Words | None = None
    """What the camera shows or does not show."""
    maintenance_note: Words | None = None
    """Why there may be no picture for a while."""
    aliases: Aliases = ()
    """Former addresses, which lead here."""


def station_of(station: StationId, fields: StationFields) -> places.Station:
    """Return what the fields of a page say of `station`."""
    at = fields.coordinates
    return places.Station(
        id=station,
        name=fields.name.text,
        address=fields.address.text,
        coordinates=places.Coordinates(lat=at.lat, lon=at.lon) if at else None,
        registered_voters=fields.registered_voters,
        accessibility=fields.accessibility,
        opening=fields.opening,
        closing=fields.closing,
        camera_note=fields.camera_note.text if fields.camera_note else places.NO_TEXT,
        maintenance_note=fields.maintenance_note.text if fields.maintenance_note else places.NO_TEXT,
    )


class _Written(_Fields):
    """What a page that editors write has, by the names that Hugo's users know."""

    title: Words
    description: Words | None = None
    """One sentence for search engines."""
    date: Date | None = None
    lastmod: Date | None = None
    """The day of the last change that readers should know of."""
    publish_date: Date | None = Field(default=None, alias="publishDate")
    """The day on which the page appears."""
    expiry_date: Date | None = Field(default=None, alias="expiryDate")
    """The day from which on the page is gone."""
    draft: YesNo = False
    """Whether the page is still being written; nobody but its editors sees it."""
    slug: Slug | None = None
    """The page's address, where that is not the file's name."""
    aliases: Aliases = ()
    """Former addresses, which lead here."""


class NewsFields(_Written):
    """`news/<slug>.md`."""

    date: Date
    """The day that readers see."""


class PageFields(_Written):
    """`pages/<slug>.md`: a page of its own, such as `about`."""

    weight: Weight = 100
    """Its place among the pages in the footer: what weighs less stands first."""


class PastElectionFields(_Fields):
    """`archive/<slug>/election.md`: an election that is over."""

    name: Words
    date: Date
    """The day of voting, of which the recordings are."""
    opening: TimeOfDay | None = None
    """When voting began, where that was not the present election's hour."""
    closing: TimeOfDay | None = None


def days_of(fields: _Written) -> Days:
    """Return the days that a page names."""
    return Days(
        date=fields.date,
        lastmod=fields.lastmod,
        publish=fields.publish_date,
        expiry=fields.expiry_date,
        draft=fields.draft,
    )
