"""The columns of a sheet of stations: their names in three languages, and which field of a page each is. Pure.

Names are compared folded (`election.folding`), so case, blank space, brackets and accents do not matter. A column that
is a text in one language bears the language behind its name: `Address (en)`; without one it is Azerbaijani. What a
page says and no column does, such as its former addresses, is not a sheet's affair.
"""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from functools import cache

from builder.field_values import MOST_VOTERS
from builder.page_fields import MAX_LINE
from builder.sheet import Rule
from election.folding import words
from election.ids import LAST_CONSTITUENCY
from election.places import EAST, LANGUAGES, NORTH, SOUTH, WEST

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
    """Some of the words for what helps people (`builder.accessibility_names`)."""


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
    return Column(kind=kind, headings=headings, names=names, **more)  # type: ignore[arg-type] # `more` is a mixture


def _texts(name: str, nouns: Mapping[str, str], *others: str, explained: Mapping[str, str]) -> list[Column]:
    """Return the columns of a text that is written in each language."""
    found = []
    for language in LANGUAGES:
        every = (*nouns.values(), *others, name)
        marked = [f"{noun} {suffix}" for noun in every for suffix in _SUFFIXES[language]]
        found.append(
            _column(
                Kind.TEXT,
                {code: f"{noun} ({language})" for code, noun in nouns.items()},
                *marked,
                *(every if language == LANGUAGES[0] else ()),
                path=(name, language),
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
        Kind.DECIMAL,
        {"az": "Coğrafi enlik", "en": "Latitude", "ru": "Широта"},
        *("Enlik", "Lat", "Coordinates lat"),
        path=("coordinates", "lat"),
        help={
            "az": "Dərəcə ilə, məsələn, 40.3777; uzunluq da yazılır.",
            "en": "In degrees, such as 40.3777; with the longitude.",
            "ru": "В градусах, например 40.3777; вместе с долготой.",
        },
        rule=Rule.DECIMAL,
        least=math.floor(SOUTH),
        most=math.ceil(NORTH),
    ),
    _column(
        Kind.DECIMAL,
        {"az": "Coğrafi uzunluq", "en": "Longitude", "ru": "Долгота"},
        *("Uzunluq", "Lon", "Lng", "Long", "Coordinates lon"),
        path=("coordinates", "lon"),
        help={
            "az": "Dərəcə ilə, məsələn, 49.892; enlik də yazılır.",
            "en": "In degrees, such as 49.892; with the latitude.",
            "ru": "В градусах, например 49.892; вместе с широтой.",
        },
        rule=Rule.DECIMAL,
        least=math.floor(WEST),
        most=math.ceil(EAST),
    ),
    _column(
        Kind.WHOLE,
        {"az": "Seçici sayı", "en": "Registered voters", "ru": "Число избирателей"},
        *("Seçicilərin sayı", "Qeydiyyatda olan seçicilər", "Voters", "Избирателей", "Количество избирателей"),
        path=("registered_voters",),
        help={
            "az": "Məntəqənin siyahısındakı seçicilərin sayı.",
            "en": "How many voters are on the station's list.",
            "ru": "Сколько избирателей в списке участка.",
        },
        rule=Rule.WHOLE,
        least=1,
        most=MOST_VOTERS,
    ),
    _column(
        Kind.WORDS,
        {"az": "Əlçatanlıq", "en": "Accessibility", "ru": "Доступность"},
        *("Доступная среда", "Доступность для инвалидов"),
        path=("accessibility",),
        help={
            "az": "Köməkçi şərait, vergüllə ayrılmış; belə sözlər var",
            "en": "What helps people, with commas between; the words are",
            "ru": "Что помогает людям, через запятую; возможные слова",
        },
    ),
    _column(
        Kind.CLOCK,
        {"az": "Açılış", "en": "Opening", "ru": "Открытие"},
        *("Açılış vaxtı", "Opens", "Opening time", "Время открытия", "Начало голосования"),
        path=("opening",),
        help={
            "az": "Səsvermənin başlanması, ümumi vaxtdan fərqlidirsə, məsələn, 07:30.",
            "en": "When voting begins, if that is not the election's hour, such as 07:30.",
            "ru": "Начало голосования, если оно отличается от общего, например 07:30.",
        },
        rule=Rule.CLOCK,
    ),
    _column(
        Kind.CLOCK,
        {"az": "Bağlanış", "en": "Closing", "ru": "Закрытие"},
        *("Bağlanış vaxtı", "Bağlanma", "Closes", "Closing time", "Время закрытия", "Конец голосования"),
        path=("closing",),
        help={
            "az": "Səsvermənin sonu, ümumi vaxtdan fərqlidirsə, məsələn, 20:00.",
            "en": "When voting ends, if that is not the election's hour, such as 20:00.",
            "ru": "Конец голосования, если он отличается от общего, например 20:00.",
        },
        rule=Rule.CLOCK,
    ),
    *_texts(
        "camera_note",
        {"az": "Kamera haqqında qeyd", "en": "Camera note", "ru": "Примечание о камере"},
        *("Kamera qeydi", "Note on the camera"),
        explained={
            "az": "Kameranın nəyi göstərdiyi və ya göstərmədiyi",
            "en": "What the camera shows or does not show",
            "ru": "Что камера показывает или не показывает",
        },
    ),
    *_texts(
        "maintenance_note",
        {"az": "Texniki qeyd", "en": "Maintenance note", "ru": "Техническое примечание"},
        *("Təmir qeydi", "Note on maintenance", "Примечание о работах"),
        explained={
            "az": "Görüntünün nə üçün müvəqqəti olmaya biləcəyi",
            "en": "Why there may be no picture for a while",
            "ru": "Почему некоторое время может не быть изображения",
        },
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

_CYRILLIC = re.compile("[а-я]", re.IGNORECASE)
_ALIKE = 0.75
"""How like two names are, from 0 to 1, before one is offered for the other."""
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


@cache
def nearest_heading(heading: str) -> str:
    """Return the name of the column that somebody who wrote `heading` probably meant; '' where there is none."""
    near = difflib.get_close_matches(_folded(heading), _by_name(), n=1, cutoff=_ALIKE)
    if not near:
        return ""
    headings = _by_name()[near[0]].headings
    if _CYRILLIC.search(heading):
        return headings["ru"]
    return max(headings.values(), key=lambda name: difflib.SequenceMatcher(None, name, heading).ratio())


def same_name(one: str, other: str) -> bool:
    """Return whether both are the same name but for case, blank space and accents."""
    return _folded(one) == _folded(other) != "" or one.strip() == other.strip() != ""


def known_headings(cells: Iterable[str]) -> int:
    """Return how many of `cells` name a column."""
    return sum(find_column(cell) is not None for cell in cells)


def is_example(remark: str) -> bool:
    """Return whether a row with this remark is an example of a template."""
    return _folded(remark) in set(map(_folded, EXAMPLE_MARKS.values()))
