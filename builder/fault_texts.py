"""Faults said in the languages of the site, from the catalogues `faults.po` in templates/locale/.

English is the language they are written in. What a catalogue does not have is said in English.
"""

from __future__ import annotations

import copy
import gettext
from dataclasses import replace

from builder import translations
from election.errors import Fault, InputError, PollcastError
from election.wording import Sentence

DOMAIN = "faults"
ENGLISH = "en"


class FaultTexts:
    """Faults in one language."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._catalogue = gettext.NullTranslations()
        if language != ENGLISH:
            self._catalogue = translations.load(language, DOMAIN)

    def said(self, fault: Fault) -> Fault:
        """Return the same fault with its sentence in this language."""
        return replace(fault, field=self.text(fault.field), message=self.text(fault.message))

    def error(self, error: PollcastError) -> PollcastError:
        """Return the same error with its sentences in this language."""
        if isinstance(error, InputError):
            return InputError(*map(self.said, error.faults))
        said = copy.copy(error)
        said.message, said.hint = self.text(error.message), self.text(error.hint)
        return said

    def text(self, text: str) -> str:
        """Return a sentence, and those among its values, in this language; a plain text stays as it is."""
        if not isinstance(text, Sentence):
            return text
        values = {
            name: self.text(value) if isinstance(value, Sentence) else value for name, value in text.values.items()
        }
        for template, ending in ((text.template, ""), (text.template.removesuffix("."), ".")):
            translated = self._catalogue.gettext(template)
            if translated != template:
                return translated.format(**values) + ending
        return text
