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
    r"(?<![^\W_])(?:"
    # With the endings that Azerbaijani and Russian words have: parolu, şifrəsi, пароля.
    r"(?:password|passwd|pwd|passphrase|token|api[_-]?key|(?:parol|şifrə|sifre|парол)\w{0,8})[\"']?\s*[:=]\s*[\"']?\S"
    # Not of a sentence such as `the vote is secret: nobody sees it`.
    r"|secret(?:[\"']\s*[:=]|\s*=)\s*[\"']?\S|secret\s*:\s*[\"']?[^\s\"']*\d)",
    re.IGNORECASE,
)
_LATIN, _CYRILLIC = r"A-Za-zÀ-ɏƏə", r"Ѐ-ӿ"
_MIXED = re.compile(rf"[^\W\d_]*(?:[{_LATIN}][{_CYRILLIC}]|[{_CYRILLIC}][{_LATIN}])[^\W\d_]*")
_ONE_CYRILLIC = re.compile(rf"[{_CYRILLIC}]")

# What a text must have for the above to find something: sought in a fraction of the time, for most texts have nothing.
_MAYBE_ADDRESS = re.compile(r"\d\.\d{1,3}\.\d", re.ASCII)
_MAYBE_PASSWORD = ("pass", "pwd", "secret", "token", "key", "parol", "fr", "парол")
"""A piece of each word for it, in small letters: none of a letter that has several capitals, such as i."""
_MAYBE_MIXED = re.compile(rf"[{_CYRILLIC}](?:(?<=[{_LATIN}].)|(?=[{_LATIN}]))")


def secrets(text: str) -> Iterator[tuple[int, Sentence]]:
    """Yield what looks secret in `text`: the place of its first letter, and a sentence that does not repeat it."""
    folded = text.casefold()
    has_scheme, has_address = "://" in folded, _MAYBE_ADDRESS.search(text) is not None
    has_password = any(word in folded for word in _MAYBE_PASSWORD)
    for pattern, may_be in ((_STREAM, has_scheme), (_PRIVATE, has_address), (_WITH_PORT, has_address)):
        for found in pattern.finditer(text) if may_be else ():
            yield (
                found.start(),
                say("looks like the address of a camera; it belongs in cameras.toml, which is not published."),
            )
    for pattern, may_be in ((_CREDENTIALS, has_scheme), (_PASSWORD, has_password)):
        for found in pattern.finditer(text) if may_be else ():
            yield (
                found.start(),
                say("looks like a password; remove it here, and change it, for others may have seen it."),
            )


def mixed_words(text: str) -> Iterator[tuple[int, Sentence]]:
    """Yield words with letters of two alphabets: the place of the word, and a sentence that says which are foreign."""
    for found in _MIXED.finditer(text) if _MAYBE_MIXED.search(text) else ():
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
