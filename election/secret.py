"""A password that never shows itself."""

from __future__ import annotations

from urllib.parse import quote


class Secret:
    """A secret value: prints as `***`; only `reveal()` gives it away."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """Return the value; call this only where it is put on the wire."""
        return self._value

    def masked_in(self, text: str) -> str:
        """Return `text` with the value, plain or percent-encoded, replaced by `***`."""
        if not self._value:
            return text
        forms = {self._value, quote(self._value, safe=""), quote(self._value)}
        for form in sorted(forms, key=len, reverse=True):  # a shorter one may be the beginning of a longer one
            text = text.replace(form, "***")
        return text

    def __repr__(self) -> str:
        return "***"

    __str__ = __repr__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)
