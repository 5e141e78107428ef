"""Regions, constituencies and polling stations as everybody means them."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from election.ids import StationId

LANGUAGES = ("az", "en", "ru")
"""The languages of the site; the first is the fall-back."""

SOUTH, NORTH, WEST, EAST = 38.3, 42.0, 44.7, 50.9
"""A box around the country in degrees: that of its outline (38.39 to 41.89, 44.77 to 50.63) and Neft Daşları at sea."""


@dataclass(frozen=True, kw_only=True)
class Text:
    """A text in the site's languages, with Azerbaijani as the fall-back."""

    by_language: Mapping[str, str]

    def in_language(self, language: str) -> str:
        """Return the text in `language`, else in Azerbaijani, else in any language there is."""
        for code in (language, *LANGUAGES):
            if code in self.by_language:
                return self.by_language[code]
        return ""


@dataclass(frozen=True, kw_only=True)
class Region:
    """A region (`bölgə`)."""

    slug: str
    name: Text
    districts: tuple[str, ...] = ()
    """The districts it covers on the map, by their Azerbaijani names."""


@dataclass(frozen=True, kw_only=True)
class Constituency:
    """A constituency (`dairə`), numbered 1 to 125."""

    number: int
    name: Text
    region: str
    """The region's slug."""


class Accessibility(StrEnum):
    """What helps people in and at a polling station, in the order in which it is told."""

    STEP_FREE_ENTRANCE = "step_free_entrance"
    RAMP = "ramp"
    LIFT = "lift"
    WIDE_DOORS = "wide_doors"
    ACCESSIBLE_PARKING = "accessible_parking"
    ACCESSIBLE_TOILET = "accessible_toilet"
    LOW_BOOTH = "low_booth"
    TACTILE_PAVING = "tactile_paving"
    BRAILLE_BALLOT = "braille_ballot"
    MAGNIFIER = "magnifier"
    HEARING_LOOP = "hearing_loop"
    SIGN_LANGUAGE = "sign_language"


@dataclass(frozen=True, kw_only=True)
class Coordinates:
    """A place on the earth (WGS 84), in degrees."""

    lat: float
    lon: float


NO_TEXT = Text(by_language={})


@dataclass(frozen=True, kw_only=True)
class Station:
    """A polling station (`məntəqə`)."""

    id: StationId
    name: Text
    address: Text
    coordinates: Coordinates | None = None
    registered_voters: int | None = None
    accessibility: tuple[Accessibility, ...] = ()
    """In the order of the vocabulary."""
    opening: datetime.time | None = None
    """Where voting does not begin with the election's; by its clock."""
    closing: datetime.time | None = None
    camera_note: Text = NO_TEXT
    """What the camera shows or does not show, in a line."""
    maintenance_note: Text = NO_TEXT
    """Why there may be no picture, in a line."""
