"""A sentence for people that can be said in other languages too: it remembers what it was made of. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Self


class Language(StrEnum):
    """The languages in which faults are told."""

    AZ = "az"
    EN = "en"
    RU = "ru"


class Sentence(str):
    """A sentence in English, and what a catalogue of translations needs to say it otherwise."""

    __slots__ = ("template", "values")

    template: str
    """With the names of its values in braces: the catalogue's key."""
    values: Mapping[str, object]

    def __new__(cls, text: str, template: str = "", values: Mapping[str, object] | None = None) -> Self:
        """Make a sentence that reads `text`; without a template it is its own, with nothing to fill in."""
        made = super().__new__(cls, text)
        made.template = template or text.replace("{", "{{").replace("}", "}}")
        made.values = dict(values or {})
        return made

    def __reduce__(self) -> tuple[type[Self], tuple[str, str, Mapping[str, object]]]:
        """Pickle the parts too: pages may be read in other processes."""
        return type(self), (str(self), self.template, self.values)


def ended(reason: ValueError) -> Sentence:
    """Return the reason of an error as a sentence of its own, with its full stop."""
    said = reason.args[0] if reason.args else ""
    if isinstance(said, Sentence):
        return Sentence(f"{said}.", f"{said.template}.", said.values)
    return Sentence(f"{said}.")


def say(template: str, **values: object) -> Sentence:
    """Return the sentence that `template` makes of `values`. Its first argument is what translators read."""
    return Sentence(template.format(**values), template, values)
