"""The gettext catalogues of templates/locale/, compiled in memory: the texts of templates and of labels."""

from __future__ import annotations

import gettext
import io
from functools import cache
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALE = Path(__file__).resolve().parents[1] / "templates" / "locale"


@cache
def load(language: str, domain: str = "pollcast") -> gettext.GNUTranslations:
    """Return a catalogue of `language`."""
    compiled = io.BytesIO()
    with (LOCALE / language / "LC_MESSAGES" / f"{domain}.po").open("rb") as source:
        write_mo(compiled, read_po(source, locale=language, abort_invalid=True))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
