"""What the search reads: one file or many, exactly as the viewer's reader expects it; its tests share the vectors."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder import search_files
from builder.content import Content, Home, StationEntry
from builder.station_folder import StationsByNumber
from election.folding import words
from election.ids import StationId, constituency_of
from election.keys import sha8
from election.places import LANGUAGES, Constituency, Region, Station, Text

VECTORS = json.loads((Path(__file__).parents[1] / "site" / "search_vectors.json").read_text(encoding="utf-8"))


def text(body: str) -> Text:
    return Text(by_language=dict.fromkeys(LANGUAGES, body))


def content_of(rows: dict[str, Any]) -> Content:
    """Return the election of these regions `[slug, name]`, constituencies `[number, name, slug]` and stations."""
    stations: dict[int, tuple[StationEntry, ...]] = {number: () for number, _name, _region in rows["constituencies"]}
    for each, name, address in rows["stations"]:
        station = Station(id=StationId(each), name=text(name), address=text(address))
        entry = StationEntry(station=station, note=Text(by_language={}))
        stations[constituency_of(station.id)] += (entry,)
    return Content(
        home=Home(description=text("d"), introduction=text("i")),
        regions=tuple(Region(slug=slug, name=text(name)) for slug, name in rows["regions"]),
        constituencies=tuple(
            Constituency(number=number, name=text(name), region=region)
            for number, name, region in rows["constituencies"]
        ),
        stations=StationsByNumber.of(stations),
        news=(),
        pictures={},
        warnings=(),
    )


def whole(content: Content) -> bytes:
    return search_files.search_rows(content, search_files.parts_of(content, parted=False), "az")


def parted(content: Content) -> dict[str, bytes]:
    return search_files.parted_rows(content, search_files.parts_of(content, parted=True), "az")


def decoded(files: dict[str, bytes]) -> dict[str, Any]:
    return {path: json.loads(body) for path, body in files.items()}


def holders(places: str) -> list[int]:
    """Read a set of constituencies as the docstring of the writer defines it."""
    found: list[int] = []
    at = 0
    for character in places:
        at += 70 if character == "~" else ord(character) - ord("0")
        if character != "~":
            found.append(at)
            at += 1
    return found


def test_one_file_and_many_are_exactly_as_the_reader_expects_them() -> None:
    content = content_of(VECTORS["given"])
    assert json.loads(whole(content)) == VECTORS["whole"]
    assert decoded(parted(content)) == VECTORS["parted"]


def test_up_to_the_bound_a_language_has_one_file_and_beyond_it_one_more_for_each_constituency_with_stations() -> None:
    content = content_of(VECTORS["given"])
    count = len(VECTORS["given"]["stations"])
    parts = search_files.parts_of(content, parted=True)
    small = search_files.search_files(content, parts, bound=count)
    assert set(small) == {f"{language}/search.json" for language in LANGUAGES}
    large = decoded(search_files.search_files(content, parts, bound=count - 1))
    assert {large[f"{language}/search.json"]["version"] for language in LANGUAGES} == {3}
    # Without translations of their own the languages share the files of constituencies.
    assert len(large) == len(LANGUAGES) + len({each[0][:3] for each in VECTORS["given"]["stations"]})


def test_a_constituency_s_file_is_named_by_its_content_and_a_changed_address_renames_only_it() -> None:
    before = parted(content_of(VECTORS["given"]))
    rows = [*VECTORS["given"]["stations"][:-1], ["120-012", "Школа имени Низами", "Lənkəran, Nizami küçəsi 3"]]
    after = parted(content_of(VECTORS["given"] | {"stations": rows}))
    changed = set(before) ^ set(after)
    assert {path.rpartition("/")[2][:4] for path in changed} == {"120-"}
    for path, body in (before | after).items():
        if path.startswith(search_files.FOLDER):
            assert path.endswith(f"-{sha8(body)}.json")


@given(
    st.lists(
        st.lists(st.text(alphabet="aəbgiışq7 -", min_size=1, max_size=12), max_size=3),
        min_size=1,
        max_size=200,
    )
)
def test_the_table_covers_every_word_once_and_names_exactly_the_constituencies_that_hold_it(
    constituencies: list[list[str]],
) -> None:
    rows: dict[str, Any] = {
        "regions": [["r", "R"]],
        "constituencies": [[number, "x", "r"] for number in range(1, len(constituencies) + 1)],
        "stations": [
            [f"{number:03d}-{i:03d}", name, name[::-1]]
            for number, names in enumerate(constituencies, 1)
            for i, name in enumerate(names, 1)
        ],
    }
    first = json.loads(parted(content_of(rows))["az/search.json"])
    table = dict(zip(first["beginnings"].split(), map(holders, first["places"].split()), strict=True))
    expected: dict[str, set[int]] = {}
    for number, names in enumerate(constituencies):
        for word in words(" ".join(names + [name[::-1] for name in names])):
            if not word[0].isdigit():
                expected.setdefault(word, set()).add(number)
    covered = {
        beginning: [word for word in expected if (f"{word}." if "." in beginning else word).startswith(beginning)]
        for beginning in table
    }
    assert sorted(word for some in covered.values() for word in some) == sorted(expected)
    for beginning, some in covered.items():
        assert table[beginning] == sorted(set().union(*(expected[word] for word in some)))
        assert "." in beginning or (len(beginning) >= 3 and len(table[beginning]) <= len(constituencies) // 2)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_election_without_stations_is_one_file_that_can_be_read(language: str) -> None:
    content = content_of({"regions": [], "constituencies": [], "stations": []})
    file = json.loads(search_files.search_files(content, [])[f"{language}/search.json"])
    assert (file["version"], file["stations"], file["names"]) == (2, "", "")
