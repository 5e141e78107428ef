"""`pollcast.toml`: the public facts of one election and its site. Nothing secret belongs here."""

from __future__ import annotations

import datetime
import re
from pathlib import Path
from typing import Annotated, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator, model_validator

from election import toml_file
from election.places import LANGUAGES, Text
from election.wording import say

FILE_NAME = "pollcast.toml"
LONGEST_NAME = 200
_YEARS = range(2000, 2100)
_ORIGIN = re.compile(r"https?://([A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_])?|\[[0-9A-Fa-f:.]+\])(:\d{1,5})?", re.ASCII)
_LICENSE = re.compile(r"[A-Za-z0-9.+-]*|https://[!-~]+", re.ASCII)


def _plain_line(text: str) -> str:
    if not text.strip():
        raise ValueError(say("is empty; write a text"))
    if len(text) > LONGEST_NAME:
        raise ValueError(say("is {length} characters long; {most} are allowed", length=len(text), most=LONGEST_NAME))
    if not text.isprintable():
        raise ValueError(say("holds a line break or a character that cannot be seen; write one plain line"))
    return text


Line = Annotated[str, AfterValidator(_plain_line)]


class _Table(BaseModel):
    # Built when the file is read, all tables together.
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, defer_build=True)


class Names(_Table):
    """A text in the three languages of the site."""

    az: Line
    en: Line
    ru: Line

    @property
    def text(self) -> Text:
        """The same as the domain's `Text`."""
        return Text(by_language={code: getattr(self, code) for code in LANGUAGES})


class ElectionTable(_Table):
    """What is elected, and when."""

    name: Names
    date: datetime.date
    sample: bool = False
    """Whether places and stations are invented; every page then says so."""
    time_zone: str = "Asia/Baku"
    opens: datetime.time = datetime.time(8)
    closes: datetime.time = datetime.time(19)
    early_minutes: Annotated[int, Field(ge=0, le=720)] = 30
    """How long before `opens` pictures begin."""
    ends_after_hours: Annotated[int, Field(ge=1, le=72)] = 24
    """How long after `closes` the clock closes what no operator has closed."""

    @field_validator("time_zone")
    @classmethod
    def _zone_exists(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):  # a name is looked up as a file
            raise ValueError(
                say("there is no time zone {name!r}; write for example Asia/Baku", name=name[:60])
            ) from None
        return name

    @field_validator("date")
    @classmethod
    def _is_a_day_of_voting(cls, date: datetime.date) -> datetime.date:
        if date.year not in _YEARS:
            raise ValueError(
                say(
                    "is the day of voting, in the years {first} to {last}, not in {year}",
                    first=_YEARS[0],
                    last=_YEARS[-1],
                    year=date.year,
                )
            )
        return date

    @property
    def zone(self) -> ZoneInfo:
        """The election's time zone."""
        return ZoneInfo(self.time_zone)

    @model_validator(mode="after")
    def _opens_before_it_closes(self) -> Self:
        if self.opens >= self.closes:
            raise ValueError(
                say(
                    "opens ({opens:%H:%M}) must be earlier than closes ({closes:%H:%M})",
                    opens=self.opens,
                    closes=self.closes,
                )
            )
        return self


class SiteTable(_Table):
    """Where the site is reached."""

    base_url: str = "http://127.0.0.1:8080"
    """Address of the site without a trailing slash; used where a full address is needed."""
    offline: bool = True
    """Whether browsers keep the home pages and the search for times without a connection. Turned off, the next deploy
    removes what they kept."""

    license: Annotated[str, Field(max_length=200)] = ""
    """Of the open data: an SPDX identifier such as `CC-BY-4.0`, or the address of its text; '' says nothing."""

    @field_validator("base_url")
    @classmethod
    def _is_an_origin(cls, url: str) -> str:
        if "@" in url:
            raise ValueError(say("holds a user or password, which every page would show; remove it"))
        if not url.isascii():
            raise ValueError(say("holds a letter that addresses cannot have; write the host's name as xn--…"))
        if not _ORIGIN.fullmatch(url):
            raise ValueError(say("write the site's address as https://host, without a path or a trailing slash"))
        try:
            port = urlsplit(url).port
        except ValueError:
            raise ValueError(
                say("names a host or a port that cannot be; write https://host or https://host:port")
            ) from None
        if port == 0:
            raise ValueError(say("names a host or a port that cannot be; write https://host or https://host:port"))
        return url

    @field_validator("license")
    @classmethod
    def _is_a_name_or_an_address(cls, license_: str) -> str:
        if not _LICENSE.fullmatch(license_):
            raise ValueError(
                say("write an SPDX identifier, such as CC-BY-4.0, or the https:// address of a licence's text")
            )
        return license_


class StoreTable(_Table):
    """Where objects are kept. Credentials come from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY."""

    url: str
    """`s3://bucket?endpoint=http://host:port&region=…` or `file:///folder`."""


class VideoTable(_Table):
    """How streams are cut."""

    segment_seconds: Annotated[int, Field(ge=1, le=10)] = 4
    """Wanted length of a segment; it ends at the next key frame."""
    target_duration_seconds: Annotated[int, Field(ge=1, le=12)] = 6
    """EXT-X-TARGETDURATION: no segment may be longer. Fixed for the day, equal in both renditions."""
    window_seconds: Annotated[int, Field(ge=30, le=3600)] = 600
    """Length of the live playlist's window."""
    audio: bool = False
    """Whether the cameras' sound is published too."""

    @model_validator(mode="after")
    def _segments_fit(self) -> Self:
        if self.segment_seconds > self.target_duration_seconds:
            raise ValueError(say("segment_seconds must not exceed target_duration_seconds"))
        if self.window_seconds < 3 * self.target_duration_seconds:
            raise ValueError(say("window_seconds must be at least three times target_duration_seconds"))
        return self


class Configuration(_Table):
    """The whole of `pollcast.toml`."""

    election: ElectionTable
    site: SiteTable = Field(default_factory=SiteTable)
    store: StoreTable
    video: VideoTable = Field(default_factory=VideoTable)


def read_configuration(path: Path) -> Configuration:
    """Read `pollcast.toml`; raise `InputError` naming file, line and field of each fault."""
    return toml_file.read(path, Configuration)
