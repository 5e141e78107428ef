"""Regions, constituencies and polling stations as everybody means them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from election.ids import StationId

LANGUAGES = ("az", "en", "ru")
"""The languages of the site; the first is the fall-back."""


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


@dataclass(frozen=True, kw_only=True)
class Station:
    """A polling station (`məntəqə`)."""

    id: StationId
    name: Text
    address: Text
