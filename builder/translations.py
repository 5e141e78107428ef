"""The gettext catalogues of templates/locale/, compiled in memory: the texts of templates and of labels."""

from __future__ import annotations

import gettext
import io
from functools import lru_cache
from pathlib import Path

from builder import compiled
from election.keys import sha8

LOCALE = Path(__file__).resolve().parents[1] / "templates" / "locale"


def load(language: str, domain: str = "pollcast") -> gettext.GNUTranslations:
    """Return a catalogue of `language`, as its file is now."""
    file = LOCALE / language / "LC_MESSAGES" / f"{domain}.po"
    status = file.stat()
    return _compiled(file, language, (status.st_mtime_ns, status.st_size))


@lru_cache(maxsize=16)
def _compiled(file: Path, language: str, _written: tuple[int, int]) -> gettext.GNUTranslations:
    """Compile a catalogue once for each time it was written: a preview builds again and again."""
    body = file.read_bytes()
    name = f"{language} {sha8(body)}"
    code = compiled.kept(name)
    if code is None:
        code = _compile(body, language)
        compiled.keep(name, code)
    return gettext.GNUTranslations(io.BytesIO(code))


def _compile(body: bytes, language: str) -> bytes:
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    made = io.BytesIO()
    write_mo(made, read_po(io.BytesIO(body), locale=language, abort_invalid=True))
    return made.getvalue()
