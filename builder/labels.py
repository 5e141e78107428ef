"""What the builder itself says in a page's language: names of places by their numbers, dates, hours.

The texts stand in the catalogues beside those of the templates. Pure.
"""

from __future__ import annotations

import datetime
import gettext

from builder import compiled
from election.configuration import ElectionTable
from election.places import Accessibility

_LOCALES = {"az": "az", "en": "en_GB", "ru": "ru"}
LANGUAGE_NAMES = {"az": "Azərbaycanca", "en": "English", "ru": "Русский"}
"""Each language's own name."""


class Labels:
    """The labels of one language."""

    def __init__(self, language: str, translations: gettext.GNUTranslations) -> None:
        self._locale = _LOCALES[language]
        self.gettext = translations.gettext
        """For texts that are said in one place only."""
        self._ngettext = translations.ngettext
        self._station = translations.gettext("Polling station {number}, constituency {constituency}")
        self._constituency = translations.gettext("Constituency {number}")
        self._live_video = translations.gettext("Live video: %(label)s")
        self._recording = translations.gettext("Recording: %(label)s")
        self.past_elections = translations.gettext("Past elections")
        self.open_data = translations.gettext("Open data")
        self.moved = translations.gettext("This page has moved: go to its new address")
        self.home = translations.gettext("Home")
        self.news = translations.gettext("News")
        self.wall = translations.gettext("Wall of stations")
        self.no_such_page = translations.gettext("This page does not exist")
        self.no_connection = translations.gettext("There is no connection")
        self.accessibility = {
            Accessibility.STEP_FREE_ENTRANCE: translations.gettext("entrance without steps"),
            Accessibility.RAMP: translations.gettext("ramp"),
            Accessibility.LIFT: translations.gettext("lift"),
            Accessibility.WIDE_DOORS: translations.gettext("wide doors"),
            Accessibility.ACCESSIBLE_PARKING: translations.gettext("parking for disabled people"),
            Accessibility.ACCESSIBLE_TOILET: translations.gettext("accessible toilet"),
            Accessibility.LOW_BOOTH: translations.gettext("low voting booth"),
            Accessibility.TACTILE_PAVING: translations.gettext("tactile paving"),
            Accessibility.BRAILLE_BALLOT: translations.gettext("ballot stencil in Braille"),
            Accessibility.MAGNIFIER: translations.gettext("magnifying glass"),
            Accessibility.HEARING_LOOP: translations.gettext("hearing loop"),
            Accessibility.SIGN_LANGUAGE: translations.gettext("sign language"),
        }
        """What each word of the vocabulary says to readers."""

    def station(self, number: int, constituency: int) -> str:
        """Return for example `Polling station 12, constituency 34`."""
        return self._station.format(number=number, constituency=constituency)

    def constituency(self, number: int) -> str:
        """Return for example `Constituency 34`."""
        return self._constituency.format(number=number)

    def live_video(self, label: str) -> str:
        """Return for example `Live video: Polling station 12, constituency 34`."""
        return self._live_video % {"label": label}

    def recording(self, label: str) -> str:
        """Return for example `Recording: Polling station 12, constituency 34`."""
        return self._recording % {"label": label}

    def station_count(self, count: int) -> str:
        """Return for example `4 polling stations`."""
        return self._ngettext("%(count)s polling station", "%(count)s polling stations", count) % {"count": count}

    def number(self, value: int) -> str:
        """Return for example `1,250`, with the language's own separator."""
        from babel.numbers import format_decimal

        return format_decimal(value, locale=self._locale)

    def date(self, day: datetime.date) -> str:
        """Return for example `29 November 2026`."""
        name = f"{self._locale} {day}"
        known = compiled.kept(name)  # a locale takes a while to load
        if known is None:
            from babel.dates import format_date

            known = format_date(day, format="long", locale=self._locale).encode()
            compiled.keep(name, known)
        return known.decode()


def voting_hours(
    election: ElectionTable, opening: datetime.time | None = None, closing: datetime.time | None = None
) -> str:
    """Return for example `08:00–19:00 (UTC+4)`; `opening` and `closing` are a station's own, where it has them."""
    opens, closes = opening or election.opens, closing or election.closes
    offset = datetime.datetime.combine(election.date, opens, election.zone).utcoffset() or datetime.timedelta()
    minutes = int(offset.total_seconds()) // 60
    hours, rest = divmod(abs(minutes), 60)
    zone = f"UTC{'−' if minutes < 0 else '+'}{hours}{f':{rest:02d}' if rest else ''}"
    return f"{opens:%H:%M}–{closes:%H:%M} ({zone})"
