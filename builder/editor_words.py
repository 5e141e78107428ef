"""What the editor's interface says of kinds of pages and of fields, in the three languages of the site.

A field that is not in the table is shown by its own name, with what its docstring says; so a new one appears by itself,
and gets its words here.
"""

from __future__ import annotations

from dataclasses import dataclass

from election.places import LANGUAGES


@dataclass(frozen=True, kw_only=True)
class Said:
    """What is said of a kind or a field in one language."""

    label: str
    hint: str = ""


_KINDS = {
    "home": ("Ana səhifə", "Home page", "Главная страница"),
    "pages": ("Səhifələr", "Pages", "Страницы"),
    "news": ("Xəbərlər", "News", "Новости"),
    "regions": ("Bölgələr", "Regions", "Регионы"),
    "constituencies": ("Dairələr", "Constituencies", "Округа"),
    "stations": ("Məntəqələr", "Polling stations", "Участки"),
    "archive": ("Keçmiş seçkilər", "Past elections", "Прошедшие выборы"),
}
_FIELDS = {
    "accessibility": ("Əlçatanlıq", "Accessibility", "Доступность"),
    "address": ("Ünvan", "Address", "Адрес"),
    "aliases": ("Əvvəlki ünvanlar", "Former addresses", "Прежние адреса"),
    "body": ("Mətn", "Text", "Текст"),
    "camera_note": ("Kamera haqqında qeyd", "Note on the camera", "Примечание о камере"),
    "closing": ("Bağlanma saatı", "Closing", "Закрытие"),
    "coordinates": ("Koordinatlar", "Coordinates", "Координаты"),
    "date": ("Tarix", "Date", "Дата"),
    "description": ("Təsvir", "Description", "Описание"),
    "districts": ("Rayonlar", "Districts", "Районы"),
    "draft": ("Qaralama", "Draft", "Черновик"),
    "expiryDate": ("Son gün", "Gone from this day", "Скрыть с этого дня"),
    "lastmod": ("Son dəyişiklik", "Last change", "Последнее изменение"),
    "lat": ("Enlik", "Latitude", "Широта"),
    "lon": ("Uzunluq", "Longitude", "Долгота"),
    "maintenance_note": ("Texniki iş haqqında qeyd", "Note on maintenance", "Примечание о работах"),
    "name": ("Ad", "Name", "Название"),
    "opening": ("Açılış saatı", "Opening", "Открытие"),
    "publishDate": ("Dərc günü", "Appears on", "Опубликовать"),
    "region": ("Bölgə", "Region", "Регион"),
    "registered_voters": ("Seçicilərin sayı", "Registered voters", "Число избирателей"),
    "slug": ("Səhifənin ünvanı", "Address of the page", "Адрес страницы"),
    "title": ("Başlıq", "Title", "Заголовок"),
    "weight": ("Sıra", "Order", "Порядок"),
}
_HINTS = {
    "accessibility": (
        "Məntəqədə insanlara nə kömək edir.",
        "What helps people in and at the station.",
        "Что помогает людям на участке.",
    ),
    "aliases": (
        "Səhifənin köhnə ünvanları; onlar bura yönəldir.",
        "Old addresses of the page, which lead here.",
        "Старые адреса страницы; они ведут сюда.",
    ),
    "closing": (
        "Yalnız seçkinin saatından fərqlidirsə, məsələn 19:00.",
        "Only where it is not the election's hour, such as 19:00.",
        "Только если отличается от общего времени, например 19:00.",
    ),
    "date": ("Oxucuların gördüyü gün.", "The day that readers see.", "День, который видят читатели."),
    "description": (
        "Axtarış sistemləri üçün bir cümlə.",
        "One sentence for search engines.",
        "Одно предложение для поисковых систем.",
    ),
    "districts": (
        "Bölgənin xəritədə əhatə etdiyi rayonlar.",
        "The districts that the region covers on the map.",
        "Районы, которые регион занимает на карте.",
    ),
    "draft": (
        "Hələ yazılır: saytda görünmür.",
        "Still being written: not on the site.",
        "Ещё не готово: на сайте не видно.",
    ),
    "opening": (
        "Yalnız seçkinin saatından fərqlidirsə, məsələn 08:00.",
        "Only where it is not the election's hour, such as 08:00.",
        "Только если отличается от общего времени, например 08:00.",
    ),
    "body": (
        "Tərcümə üçün yuxarıda dili seçin.",
        "For a translation choose its language above.",
        "Для перевода выберите язык выше.",
    ),
}
_FILE_NAMES = {
    "constituencies": (
        "Dairənin nömrəsi, üç rəqəmlə: 034.",
        "The number of the constituency in three digits: 034.",
        "Номер округа тремя цифрами: 034.",
    ),
    "stations": (
        "Dairənin və məntəqənin nömrəsi: 034-016.",
        "The numbers of constituency and station: 034-016.",
        "Номера округа и участка: 034-016.",
    ),
    "": (
        "Səhifənin ünvanı: kiçik latın hərfləri, rəqəmlər, tire.",
        "The page's address: small letters a to z, digits, hyphens.",
        "Адрес страницы: строчные латинские буквы, цифры, дефисы.",
    ),
}
_ADMIN = ("Seçki saytının redaktoru", "Editor of the election's site", "Редактор сайта выборов")


def _in(words: tuple[str, ...], language: str) -> str:
    return words[LANGUAGES.index(language)]


def of_kind(kind: str, language: str) -> Said:
    """Return what is said of the pages in the folder `kind`."""
    words = _KINDS.get(kind)
    return Said(label=_in(words, language) if words else _plain(kind))


def of_field(name: str, docstring: str, language: str) -> Said:
    """Return what is said of the field `name`; its `docstring` is the hint where the table has none."""
    words, hint = _FIELDS.get(name), _HINTS.get(name)
    return Said(
        label=_in(words, language) if words else _plain(name),
        hint=_in(hint, language) if hint else "" if words else docstring,
    )


def of_file_name(kind: str, language: str) -> str:
    """Return how a new page of the folder `kind` is called."""
    return _in(_FILE_NAMES.get(kind, _FILE_NAMES[""]), language)


def of_admin(language: str) -> str:
    """Return what the interface is called."""
    return _in(_ADMIN, language)


def is_known(name: str) -> bool:
    """Whether the table has words for the field `name`."""
    return name in _FIELDS


def _plain(name: str) -> str:
    return name.replace("_", " ").capitalize()
