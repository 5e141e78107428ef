"""The words for what helps people in a station: those of the pages, and how each language names them on the site."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from builder.labels import Labels
from builder.translations import load
from election.folding import words
from election.places import LANGUAGES, Accessibility
from election.wording import say


@cache
def names_in(language: str) -> Mapping[str, str]:
    """Return the name of each word in `language`, in the order of the vocabulary."""
    return {str(word): name for word, name in Labels(language, load(language)).accessibility.items()}


@cache
def _by_name() -> Mapping[str, str]:
    known = {_folded(word): str(word) for word in Accessibility}
    return known | {_folded(name): word for language in LANGUAGES for word, name in names_in(language).items()}


def word_named(text: str) -> str:
    """Return the word of the vocabulary that `text` names in any language; raise `ValueError` with those there are."""
    word = _by_name().get(_folded(text))
    if word is None:
        raise ValueError(say("there is no {text!r}; the words are {known}", text=text, known=", ".join(Accessibility)))
    return word


def _folded(text: str) -> str:
    return " ".join(words(text))
