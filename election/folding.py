"""Folding: brings texts to the same plain letters, so that `nəsimi`, `NƏSİMİ`, `nesimi` and `Насими` meet. Pure.

The viewer's `site/js/fold.js` does the same by the same tables; common vectors hold both to it.
"""

from __future__ import annotations

import re
import unicodedata

_LETTERS = str.maketrans(
    dict(zip("ıəğöşüç", "iegosuc", strict=True))
    | dict(zip("абвгдеёжзийклмнопрстуфхчшщыэ", "abvgdeejziyklmnoprstufxcssie", strict=True))
    | {"ц": "ts", "ъ": "", "ь": "", "ю": "yu", "я": "ya"}
    | dict(zip("әөүғһҹҝј", "eoughcgy", strict=True))
)
"""Letters that are replaced one by one, after lower-casing."""
_SOUNDS = {"sh": "s", "ch": "c", "kh": "x", "zh": "j", "gh": "g", "q": "g"}
"""Spellings of one sound in Latin letters: both sides are brought to the shorter one."""
_SOUND = re.compile("[sckzg]h|q")
_MARKS = re.compile("[\u0300-\u036f]")
_WORD = re.compile("[a-z0-9]+")


def fold(text: str) -> str:
    """Return `text` in plain lower-case letters; anything that is neither letter nor digit is kept."""
    # Before lower-casing: the lower case of İ would be two code points, and I is the capital of i as well as of ı.
    folded = unicodedata.normalize("NFC", text.replace("İ", "i").replace("I", "i").lower()).translate(_LETTERS)
    folded = _MARKS.sub("", unicodedata.normalize("NFD", folded))
    return _SOUND.sub(lambda sound: _SOUNDS[sound[0]], folded)


def words(text: str) -> list[str]:
    """Return the folded words of `text`: runs of letters and digits."""
    return _WORD.findall(fold(text))
