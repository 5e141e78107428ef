"""The columns of a sheet of stations: their names in three languages, and which field of a page each is. Pure.

Names are compared folded (`election.folding`), so case, blank space, brackets and accents do not matter. A column that
is a text in one language bears the language behind its name: `Address (en)`; without one it is Azerbaijani.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from functools import cache

from builder.page_fields import MAX_LINE
from builder.sheet import Rule
from election.folding import words
from election.ids import LAST_CONSTITUENCY
from election.places import LANGUAGES

LAST_STATION = 999


class Kind(Enum):
    """What a column means."""

    CONSTITUENCY = auto()
    NUMBER = auto()
    """Of the station, within its constituency."""
    STATION = auto()
    """Both numbers in one cell, in any form that people write."""
    REMARK = auto()
    """Whoever fills the sheet writes there for themselves; it goes nowhere."""
    TEXT = auto()
    WHOLE = auto()
    """A number of things."""
    DECIMAL = auto()
    CLOCK = auto()
    """A time of day."""
    WORDS = auto()
    """Some words of a fixed list."""


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column there can be."""

    kind: Kind
    path: tuple[str, ...] = ()
    """Of the field in a station's page; empty where it is none."""
    headings: Mapping[str, str]
    """By language."""
    help: Mapping[str, str]
    """By language, a sentence or two."""
    names: frozenset[str]
    """All names it is known by, folded."""
    rule: Rule = Rule.ANYTHING
    least: int = 0
    most: int = 0
    words: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """The words there are, and the folded names each is known by."""

    def word(self, text: str) -> str:
        """Return the word that `text` names in any language; raise `ValueError` with those there are."""
        folded = _folded(text)
        found = next((word for word, names in self.words.items() if folded in names), None)
        if found is None:
            raise ValueError(f"there is no {text!r}; the words are {', '.join(self.words)}")
        return found


_SUFFIXES = {
    "az": ("az", "aze", "azərbaycanca", "azərbaycan dilində", "azerbaijani", "азербайджанский", "на азербайджанском"),
    "en": ("en", "eng", "ingiliscə", "ingilis dilində", "english", "английский", "на английском"),
    "ru": ("ru", "rus", "rusca", "rus dilində", "russian", "русский", "на русском"),
}
_WRITTEN_IN = {
    "az": {"az": "azərbaycan dilində", "en": "in Azerbaijani", "ru": "на азербайджанском языке"},
    "en": {"az": "ingilis dilində", "en": "in English", "ru": "на английском языке"},
    "ru": {"az": "rus dilində", "en": "in Russian", "ru": "на русском языке"},
}
"""The language of a text, in the language of the reader."""


def _folded(text: str) -> str:
    return " ".join(words(text))


def _column(kind: Kind, headings: Mapping[str, str], *others: str, **more: object) -> Column:
    names = frozenset(map(_folded, (*headings.values(), *others)))
    return Column(kind=kind, headings=headings, names=names, **more)  # type: ignore[arg-type]


def _texts(field: str, nouns: Mapping[str, str], *others: str, explained: Mapping[str, str]) -> list[Column]:
    """Return the columns of a text that is written in each language."""
    found = []
    for language in LANGUAGES:
        every = (*nouns.values(), *others, field)
        marked = [f"{noun} {suffix}" for noun in every for suffix in _SUFFIXES[language]]
        found.append(
            _column(
                Kind.TEXT,
                {code: f"{noun} ({language})" for code, noun in nouns.items()},
                *marked,
                *(every if language == LANGUAGES[0] else ()),
                path=(field, language),
                help={code: f"{text}, {_WRITTEN_IN[language][code]}." for code, text in explained.items()},
                rule=Rule.LINE,
                most=MAX_LINE,
            )
        )
    return found


COLUMNS: tuple[Column, ...] = (
    _column(
        Kind.CONSTITUENCY,
        {"az": "Dairə", "en": "Constituency", "ru": "Округ"},
        *("Dairə nömrəsi", "Dairənin nömrəsi", "Seçki dairəsi", "Constituency number", "Constituency No"),
        *("Номер округа", "№ округа", "Избирательный округ", "Constituency ID", "District"),
        help={
            "az": f"Seçki dairəsinin nömrəsi, 1-{LAST_CONSTITUENCY}.",
            "en": f"The number of the constituency, 1 to {LAST_CONSTITUENCY}.",
            "ru": f"Номер избирательного округа, от 1 до {LAST_CONSTITUENCY}.",
        },
        rule=Rule.WHOLE,
        least=1,
        most=LAST_CONSTITUENCY,
    ),
    _column(
        Kind.NUMBER,
        {"az": "Məntəqə", "en": "Station", "ru": "Участок"},
        *("Məntəqə nömrəsi", "Məntəqənin nömrəsi", "Seçki məntəqəsi", "Station number", "Station No", "Number"),
        *("Polling station", "Nömrə", "Номер участка", "№ участка", "Избирательный участок", "Номер"),
        help={
            "az": f"Məntəqənin dairə daxilində nömrəsi, 1-{LAST_STATION}.",
            "en": f"The number of the station within its constituency, 1 to {LAST_STATION}.",
            "ru": f"Номер участка внутри округа, от 1 до {LAST_STATION}.",
        },
        rule=Rule.WHOLE,
        least=1,
        most=LAST_STATION,
    ),
    _column(
        Kind.STATION,
        {"az": "Məntəqə ID", "en": "Station ID", "ru": "ID участка"},
        *("ID", "Kod", "Məntəqə kodu", "Code", "Station code", "Код", "Код участка"),
        help={
            "az": "Dairə və məntəqə bir xanada, məsələn, 034-012; o halda ayrıca iki sütun lazım deyil.",
            "en": "Constituency and station in one cell, such as 034-012, in place of the two columns.",
            "ru": "Округ и участок в одной ячейке, например 034-012; тогда два отдельных столбца не нужны.",
        },
    ),
    *_texts(
        "name",
        {"az": "Ad", "en": "Name", "ru": "Название"},
        *("Adı", "Məntəqənin adı", "Station name", "Название участка", "Наименование"),
        explained={"az": "Məntəqənin yerləşdiyi bina", "en": "The building of the station", "ru": "Здание участка"},
    ),
    *_texts(
        "address",
        {"az": "Ünvan", "en": "Address", "ru": "Адрес"},
        *("Ünvanı", "Məntəqənin ünvanı", "Station address", "Адрес участка"),
        explained={"az": "Küçə və bina nömrəsi", "en": "Street and house number", "ru": "Улица и номер дома"},
    ),
    _column(
        Kind.REMARK,
        {"az": "Daxili qeyd", "en": "Internal remark", "ru": "Служебная пометка"},
        help={
            "az": "Özünüz üçün qeyd; heç yerdə dərc olunmur.",
            "en": "For yourself; it is published nowhere.",
            "ru": "Для себя; нигде не публикуется.",
        },
    ),
)
"""In the order in which they are written."""

SHEET_TITLES = {"az": "Məntəqələr", "en": "Stations", "ru": "Участки"}
GUIDE_TITLES = {"az": "İzah", "en": "Guide", "ru": "Пояснения"}
EXAMPLE_MARKS = {
    "az": "Nümunə: bu sətir idxal olunmur",
    "en": "Example: this row is not imported",
    "ru": "Пример: эта строка не импортируется",
}
"""What stands as the remark of a row that only shows how a sheet is filled, by language."""


@cache
def _by_name() -> Mapping[str, Column]:
    return {name: column for column in COLUMNS for name in column.names}


def find_column(heading: str) -> Column | None:
    """Return the column that `heading` names in any language."""
    return _by_name().get(_folded(heading))


def nearest_column(heading: str) -> Column | None:
    """Return the column that `heading` probably means, though it is written in another way."""
    near = difflib.get_close_matches(_folded(heading), _by_name(), n=1)
    return _by_name()[near[0]] if near else None


def same_name(one: str, other: str) -> bool:
    """Return whether both are the same name but for case, blank space and accents."""
    return _folded(one) == _folded(other) != "" or one.strip() == other.strip() != ""


def known_headings(cells: Iterable[str]) -> int:
    """Return how many of `cells` name a column."""
    return sum(find_column(cell) is not None for cell in cells)


def is_example(remark: str) -> bool:
    """Return whether a row with this remark is an example of a template."""
    return _folded(remark) in set(map(_folded, EXAMPLE_MARKS.values()))
