"""Faults said in the languages of the site, from the catalogues `faults.po` in templates/locale/.

English is the language they are written in. What a catalogue does not have is said in English.
"""

from __future__ import annotations

import gettext
from dataclasses import replace

from builder import translations
from election.errors import Fault
from election.wording import Sentence

DOMAIN = "faults"
ENGLISH = "en"


class FaultTexts:
    """Faults in one language."""

    def __init__(self, language: str) -> None:
        self._catalogue = gettext.NullTranslations()
        if language != ENGLISH:
            self._catalogue = translations.load(language, DOMAIN)

    def said(self, fault: Fault) -> Fault:
        """Return the same fault with its sentence in this language."""
        message = fault.message
        return replace(fault, message=self._sentence(message)) if isinstance(message, Sentence) else fault

    def _sentence(self, message: Sentence) -> str:
        for template, ending in ((message.template, ""), (message.template.removesuffix("."), ".")):
            translated = self._catalogue.gettext(template)
            if translated != template:
                return translated.format(**message.values) + ending
        return message
