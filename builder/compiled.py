"""What takes long to make of templates, translations and locales, kept from build to build.

Each thing is kept under a name that says what it was made of, as far as one program goes: when the program, a library,
a template or a translation is another one, all is forgotten.
"""

from __future__ import annotations

from collections.abc import Mapping

_kept: dict[str, bytes] = {}


def keep(name: str, made: bytes) -> None:
    """Keep something under a name."""
    _kept[name] = made


def kept(name: str) -> bytes | None:
    """Return what is kept under a name."""
    return _kept.get(name)


def remember(known: Mapping[str, bytes]) -> None:
    """Keep what an earlier build knew."""
    _kept.update(known)


def all_kept() -> Mapping[str, bytes]:
    """Return what a later build may know, by names."""
    return dict(_kept)


def forget() -> None:
    """Keep nothing: the program is another one."""
    _kept.clear()
