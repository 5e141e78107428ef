"""The order of words in each language, by an explicit alphabet. Pure.

The common collation tables put the Azerbaijani q and x in the wrong places, and the order of code points puts ə last.
"""

from __future__ import annotations

from collections.abc import Mapping

ALPHABETS: Mapping[str, str] = {
    "az": "abcçdeəfgğhxıijkqlmnoöprsştuüvwyz",
    "en": "abcdefghijklmnopqrstuvwxyz",
    "ru": "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
}
_RANKS = {language: {letter: rank for rank, letter in enumerate(alphabet)} for language, alphabet in ALPHABETS.items()}
_BEFORE_LETTERS, _LETTERS, _AFTER_LETTERS = range(3)


def sort_key(text: str, language: str) -> tuple[tuple[int, int], ...]:
    """Return a key that sorts `text` as a dictionary of `language` would: digits, its letters, other letters."""
    ranks = _RANKS[language]
    # Before lower-casing: there I is the capital of ı, and the lower case of İ would be two code points.
    text = text.replace("I", "ı").replace("İ", "i") if language == "az" else text
    return tuple(
        (_LETTERS, ranks[letter])
        if letter in ranks
        else (_AFTER_LETTERS if letter.isalpha() else _BEFORE_LETTERS, ord(letter))
        for letter in text.lower()
    )
