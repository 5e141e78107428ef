"""What must not stand in content, whatever the field: camera addresses, passwords, words of mixed alphabets. Pure.

Messages about what looks secret never repeat it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from election.wording import Sentence, say

_STREAM = re.compile(r"\b(?:rtsps?|rtmps?|rtp|srt|udp|onvif|rtmpt)://", re.IGNORECASE)
_BYTE = r"(?:25[0-5]|2[0-4]\d|1?\d?\d)"
_PRIVATE = re.compile(
    rf"(?<![\d.])(?:10\.{_BYTE}|192\.168|169\.254|127\.{_BYTE}|172\.(?:1[6-9]|2\d|3[01]))\.{_BYTE}\.{_BYTE}(?![\d.]*\d)",
    re.ASCII,
)
_WITH_PORT = re.compile(rf"(?<![\d.]){_BYTE}(?:\.{_BYTE}){{3}}:\d{{2,5}}(?!\d)", re.ASCII)
_CREDENTIALS = re.compile(r"\b[a-z][a-z0-9+.-]*://[^\s/@]+@", re.IGNORECASE)
_PASSWORD = re.compile(
    r"(?<![^\W_])(?:password|passwd|pwd|passphrase|secret|token|api[_-]?key|parol|şifrə|sifre|пароль)[\"']?\s*[:=]\s*[\"']?\S",
    re.IGNORECASE,
)
_LATIN, _CYRILLIC = r"A-Za-zÀ-ɏƏə", r"Ѐ-ӿ"
_MIXED = re.compile(rf"[^\W\d_]*(?:[{_LATIN}][{_CYRILLIC}]|[{_CYRILLIC}][{_LATIN}])[^\W\d_]*")
_ONE_CYRILLIC = re.compile(rf"[{_CYRILLIC}]")


def secrets(text: str) -> Iterator[tuple[int, Sentence]]:
    """Yield what looks secret in `text`: the place of its first letter, and a sentence that does not repeat it."""
    for pattern in (_STREAM, _PRIVATE, _WITH_PORT):
        for found in pattern.finditer(text):
            yield (
                found.start(),
                say("looks like the address of a camera; it belongs in cameras.toml, which is not published."),
            )
    for pattern in (_CREDENTIALS, _PASSWORD):
        for found in pattern.finditer(text):
            yield (
                found.start(),
                say("looks like a password; remove it here, and change it, for others may have seen it."),
            )


def mixed_words(text: str) -> Iterator[tuple[int, Sentence]]:
    """Yield words with letters of two alphabets: the place of the word, and a sentence that says which are foreign."""
    for found in _MIXED.finditer(text):
        word = found[0]
        cyrillic = _ONE_CYRILLIC.findall(word)
        latin = [letter for letter in word if letter not in cyrillic]
        if len(cyrillic) <= len(latin):
            said = say(
                "{word} has Cyrillic letters in it ({letters}); type it anew.", word=word, letters=" ".join(cyrillic)
            )
        else:
            said = say("{word} has Latin letters in it ({letters}); type it anew.", word=word, letters=" ".join(latin))
        yield found.start(), said
