"""A password that never shows itself, and how it is found again in whatever form a text may hold it."""

from __future__ import annotations

import base64
import functools
import html.entities
import re

MASK = "***"
SHORT = 3
"""A password of at most so many characters is masked only where a password stands, such as in `user:pw@` or
`password=pw`: masked everywhere it would blot out half of every line, and so give itself away."""
_ESCAPING = re.compile(r"[%\\&+]|[^\x00-\x7f]")
"""What a text has in it that holds an encoded form other than Base64."""
_BASE64_WORD = re.compile(r"[A-Za-z0-9+/_-]{5,}={0,2}")
_LEAST_BASE64 = 5
_BEFORE_SHORT, _AFTER_SHORT = r"""(?<=[:="'])""", r"""(?=[@&"'\s,;)\]}]|$)"""
_BACKSLASH = r"\\+"


class Secret:
    """A secret value: prints as `***`; only `reveal()` gives it away."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """Return the value; call this only where it is put on the wire."""
        return self._value

    def masked_in(self, text: str) -> str:
        r"""Return `text` with the value replaced by `***`, in every form that programs give it.

        Each character may stand plain, percent-encoded (`%fc`, `+`), escaped as in JSON or Python (`\u00fc`, `\xfc`,
        `\"`), as an HTML entity, or as UTF-8 read as Latin-1, and they may be mixed. A word of Base64 with the value
        in it, such as of `user:password`, goes as a whole. A value of up to three characters: see `SHORT`.
        """
        value = self._value
        if not value:
            return text
        if value in text or _ESCAPING.search(text):
            text = _pattern(value).sub(MASK, text)
        cores = _base64_cores(value)
        standard = text.replace("-", "+").replace("_", "/")
        if any(core in standard for core in cores):
            text = _BASE64_WORD.sub(lambda word: _without(word[0], cores), text)
        return text

    def __repr__(self) -> str:
        return MASK

    __str__ = __repr__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)


def _without(word: str, cores: tuple[str, ...]) -> str:
    standard = word.replace("-", "+").replace("_", "/")
    return MASK if any(core in standard for core in cores) else word


@functools.lru_cache(maxsize=8192)
def _pattern(value: str) -> re.Pattern[str]:
    """Return what matches `value` with each of its characters in any form."""
    whole = "".join(_forms(character) for character in value)
    return re.compile(f"{_BEFORE_SHORT}{whole}{_AFTER_SHORT}" if len(value) <= SHORT else whole)


@functools.lru_cache(maxsize=1024)
def _forms(character: str) -> str:
    """Return a pattern for one character, its longest forms first."""
    code, body = ord(character), _bytes(character)
    units = character.encode("utf-16-be", "surrogatepass").hex()
    escaped = "".join(f"{_BACKSLASH}u(?i:{units[at : at + 4]})" for at in range(0, len(units), 4))
    forms = [f"&#0*{code};", f"&#[xX]0*(?i:{code:x});", escaped, f"{_BACKSLASH}U(?i:{code:08x})"]
    if code < 256:
        forms.append(f"{_BACKSLASH}x(?i:{code:02x})")
    if name := html.entities.codepoint2name.get(code):
        forms.append(f"&{name};")
    forms.append("".join(_byte_forms(byte) for byte in body))
    if character in (letters := {"\n": "n", "\t": "t", "\r": "r", "\f": "f", "\b": "b"}):
        forms.append(_BACKSLASH + letters[character])
    if character == " ":
        forms.append(r"\+")
    forms.append(_plain(character))
    return f"(?:{'|'.join(forms)})"


def _plain(character: str) -> str:
    if character == "\\":
        return _BACKSLASH
    return character if character.isalnum() else rf"\\*{re.escape(character)}"


def _byte_forms(byte: int) -> str:
    """Return a pattern for one byte of UTF-8: percent-encoded, escaped, or read as Latin-1 or Windows-1252."""
    forms = [f"%(?:25)*(?i:{byte:02x})", f"{_BACKSLASH}x(?i:{byte:02x})", f"{_BACKSLASH}u00(?i:{byte:02x})"]
    if byte >= 0x80:
        read = {bytes([byte]).decode("latin-1"), bytes([byte]).decode("cp1252", "ignore")} - {""}
        forms += [re.escape(each) for each in sorted(read)]
    return f"(?:{'|'.join(forms)})"


def _bytes(text: str) -> bytes:
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")


@functools.lru_cache(maxsize=8192)
def _base64_cores(value: str) -> tuple[str, ...]:
    """Return what Base64 of any text with `value` in it holds, for each place the value may begin at."""
    body = _bytes(value)
    cores = []
    for before, skipped in ((0, 0), (1, 2), (2, 3)):
        encoded = base64.b64encode(bytes(before) + body).decode()
        # The last character before the padding also depends on what follows the value.
        core = encoded.rstrip("=")[skipped : -1 if encoded.endswith("=") else None]
        if len(core) >= _LEAST_BASE64:
            cores.append(core)
    return tuple(cores)
