"""`pollcast.toml`: the public facts of one election and its site. Nothing secret belongs here."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Annotated, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from election import toml_file
from election.places import LANGUAGES, Text

FILE_NAME = "pollcast.toml"


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Names(_Table):
    """A text in the three languages of the site."""

    az: str = Field(min_length=1)
    en: str = Field(min_length=1)
    ru: str = Field(min_length=1)

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
        except (ZoneInfoNotFoundError, ValueError):
            raise ValueError(f"there is no time zone {name!r}; write for example Asia/Baku") from None
        return name

    @property
    def zone(self) -> ZoneInfo:
        """The election's time zone."""
        return ZoneInfo(self.time_zone)

    @model_validator(mode="after")
    def _opens_before_it_closes(self) -> Self:
        if self.opens >= self.closes:
            raise ValueError("opens must be earlier than closes")
        return self


class SiteTable(_Table):
    """Where the site is reached."""

    base_url: str = "http://127.0.0.1:8080"
    """Address of the site without a trailing slash; used where a full address is needed."""
    offline: bool = True
    """Whether browsers keep the home pages and the search for times without a connection. Turned off, the next deploy
    removes what they kept."""

    license: Annotated[str, Field(max_length=200, pattern=r"^([A-Za-z0-9.+-]*|https://[!-~]+)$")] = ""
    """Of the open data: an SPDX identifier such as `CC-BY-4.0`, or the address of its text; '' says nothing."""

    @field_validator("base_url")
    @classmethod
    def _is_an_origin(cls, url: str) -> str:
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.netloc or parts.path or parts.query or parts.fragment:
            raise ValueError("write the site's address as https://host, without a path or a trailing slash")
        return url


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
            raise ValueError("segment_seconds must not exceed target_duration_seconds")
        if self.window_seconds < 3 * self.target_duration_seconds:
            raise ValueError("window_seconds must be at least three times target_duration_seconds")
        return self


class Configuration(_Table):
    """The whole of `pollcast.toml`."""

    election: ElectionTable
    site: SiteTable = SiteTable()
    store: StoreTable
    video: VideoTable = VideoTable()


def read_configuration(path: Path) -> Configuration:
    """Read `pollcast.toml`; raise `InputError` naming file, line and field of each fault."""
    return toml_file.read(path, Configuration)
