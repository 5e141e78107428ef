"""A synthetic election of any size: content and cameras for rehearsals, tests and benchmarks.

The same size always gives the same bytes. Six stations lie in three constituencies, twenty-four in six, a thousand in
all 125; the first is always 034-012.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from builder import sample_words as say
from builder.sample_words import Words
from election import cameras
from election.errors import UsageError
from election.ids import LAST_CONSTITUENCY, Rendition, StationId, station_id
from election.places import LANGUAGES, Accessibility

MAX_STATIONS = 100_000
CAMERAS_ADDRESS = "rtsp://127.0.0.1:8554"
_FIRST_CONSTITUENCY, _FIRST_NUMBER = 34, 12
_ABOUT_SLUG = "about"
_NEWS_SLUG, _NEWS_DATE = "yayim", "2026-11-20"
_PAST_SLUG, _PAST_DATE = "2021", "2021-11-28"
_PAST_STATIONS = 4


@dataclass(frozen=True, kw_only=True)
class _Place:
    number: int
    region: int
    stations: range
    """Their numbers."""


def write_content(folder: Path, stations: int, on_station: Callable[[int], None] = lambda _: None) -> list[StationId]:
    """Write the content of `stations` (1 to 100,000) sample stations into `folder`; return their ids, sorted.

    `on_station` is told how many stations were written so far. Raises `UsageError` if there is something at `folder`.
    """
    if not 1 <= stations <= MAX_STATIONS:
        raise UsageError(f"A sample has 1 to {MAX_STATIONS} stations, not {stations}.")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"{folder} exists; name another folder or delete it.")
    _write(folder / "home.md", _page({"description": say.HOME_DESCRIPTION}), say.HOME_TEXT)
    news = _page({"title": say.NEWS_TITLE}, f"date: {_NEWS_DATE}")
    _write(folder / "news" / f"{_NEWS_SLUG}.md", news, say.NEWS_TEXT)
    about = _page({"title": say.ABOUT_TITLE, "description": say.ABOUT_DESCRIPTION}, "weight: 10")
    _write(folder / "pages" / f"{_ABOUT_SLUG}.md", about, say.ABOUT_TEXT)
    return _write_places(folder, stations, on_station)


def write_past_election(content: Path) -> None:
    """Write a small election that is over, and of which there are no recordings, into the archive of `content`."""
    folder = content / "archive" / _PAST_SLUG
    _write(folder / "election.md", _page({"name": say.PAST_NAME}, f"date: {_PAST_DATE}"), say.PAST_TEXT)
    _write_places(folder, _PAST_STATIONS)


def _write_places(folder: Path, stations: int, on_station: Callable[[int], None] = lambda _: None) -> list[StationId]:
    places = _places(stations)
    for slug, name in say.REGIONS[: max(place.region for place in places) + 1]:
        _write(folder / "regions" / f"{slug}.md", _page({"name": _marked(name)}, _districts(slug)))
    ids: list[StationId] = []
    for index, place in enumerate(places):
        name = say.CONSTITUENCIES[index % len(say.CONSTITUENCIES)]
        region = f"region: {say.REGIONS[place.region][0]}"
        _write(folder / "constituencies" / f"{place.number:03d}.md", _page({"name": _marked(name)}, region))
        for number in place.stations:
            station = station_id(place.number, number)
            _write_station(folder, station, len(ids), place)
            ids.append(station)
            on_station(len(ids))
    return sorted(ids)


def write_cameras(file: Path, stations: list[StationId], address: str = CAMERAS_ADDRESS) -> None:
    """Write a `cameras.toml` that reaches each station's camera at `<address>/<id>/main` and `…/sub`."""
    lines = ["# Sample: simulated cameras of invented stations."]
    for station in stations:
        lines += ["", "[[camera]]", f'station = "{station}"']
        lines += [f'{rendition} = "{address}/{station}/{rendition}"' for rendition in Rendition]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")


def write_sample(folder: Path, stations: int, on_station: Callable[[int], None] = lambda _: None) -> list[StationId]:
    """Write `content/`, with a past election, and `cameras.toml` of a sample into `folder`; return the ids, sorted."""
    file = folder / cameras.FILE_NAME
    if file.exists():
        raise UsageError(f"{file} exists; name another folder or delete it.")
    ids = write_content(folder / "content", stations, on_station)
    write_past_election(folder / "content")
    write_cameras(file, ids)
    return ids


def _places(stations: int) -> list[_Place]:
    count = min(LAST_CONSTITUENCY, max(-(-stations // 4), min(6, -(-stations // 2))))
    regions = min(len(say.REGIONS), max(min(3, count), count // 2))
    share, rest = divmod(stations, count)
    return [
        _Place(
            number=(_FIRST_CONSTITUENCY + index - 1) % LAST_CONSTITUENCY + 1,
            region=index * regions // count,
            stations=range(_FIRST_NUMBER, _FIRST_NUMBER + share + (index < rest)),
        )
        for index in range(count)
    ]


def _write_station(folder: Path, station: StationId, index: int, place: _Place) -> None:
    building = say.BUILDINGS[index % len(say.BUILDINGS)]
    street = say.STREETS[index % len(say.STREETS)]
    region = say.REGIONS[place.region][1]
    number, house = index + 1, index // len(say.STREETS) % 90 * 2 + 3
    name = Words(*(text.format(n=number) for text in building))
    address = Words(
        f"{region.az}, {street.az} {house}", f"{house} {street.en}, {region.en}", f"{region.ru}, {street.ru}, {house}"
    )
    page, note = _page({"name": _marked(name), "address": address}), None
    if index % 4 == 0:
        facts, note = _facts(index), say.NOTE
        page = _page({"name": _marked(name), "address": address, "camera_note": say.CAMERA_NOTE}, *facts)
    _write(folder / "stations" / station[:3] / f"{station}.md", page, note)


def _facts(index: int) -> Iterator[str]:
    """Yield what is told of a station beside texts: a place in the middle of the country, voters, what helps people."""
    yield f"coordinates: {{ lat: {40 + index % 89 / 100:.4f}, lon: {47 + index % 97 / 100:.4f} }}"
    yield f"registered_voters: {700 + index * 37 % 800}"
    yield f"accessibility: [{Accessibility.STEP_FREE_ENTRANCE}, {Accessibility.LOW_BOOTH}]"


def _marked(name: Words) -> Words:
    return Words(*(f"{mark}: {text}" for mark, text in zip(say.SAMPLE, name, strict=True)))


def _districts(region: str) -> str:
    return "\n".join(["districts:", *(f"  - {name}" for name in say.DISTRICTS[region])])


def _page(texts: dict[str, Words], *lines: str) -> str:
    return "\n".join(["---", *_fields(texts), *lines, "---", ""])


def _fields(texts: dict[str, Words]) -> Iterator[str]:
    for name, words in texts.items():
        yield f"{name}:"
        for language, text in zip(LANGUAGES, words, strict=True):
            yield f'  {language}: "{text}"'


def _write(path: Path, page: str, text: Words | None = None) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(page + (f"{text.az}\n" if text else ""), encoding="utf-8")
    for language in LANGUAGES[1:] if text else ():
        path.with_suffix(f".{language}.md").write_text(f"{getattr(text, language)}\n", encoding="utf-8")
