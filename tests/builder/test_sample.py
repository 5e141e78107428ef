"""A synthetic election: any size, always the same, right as content and as cameras, and marked as a sample."""

from __future__ import annotations

import re
import shutil
from datetime import date
from pathlib import Path

import pytest

from builder.content import read_content
from builder.sample import MAX_STATIONS, write_cameras, write_content, write_sample
from election.cameras import read_cameras
from election.errors import UsageError
from election.ids import StationId
from election.places import LANGUAGES
from tests import sample_election
from tests.sample_election import files_in


@pytest.mark.parametrize(
    ("stations", "regions", "constituencies"),
    [(1, 1, 1), (2, 1, 1), (6, 3, 3), (24, 3, 6), (25, 3, 7), (500, 12, 125), (1300, 12, 125)],
)
def test_a_sample_of_any_size_is_right_content(
    tmp_path: Path, stations: int, regions: int, constituencies: int
) -> None:
    told: list[int] = []
    ids = write_content(tmp_path / "content", stations, told.append)
    content = read_content(tmp_path / "content")
    assert (content.station_count, len(content.regions), len(content.constituencies)) == (
        stations,
        regions,
        constituencies,
    )
    assert content.warnings == ()
    assert "034-012" in ids
    assert ids == sorted(entry.station.id for entries in content.stations.values() for entry in entries)
    assert told == list(range(1, stations + 1))
    sizes = {len(entries) for entries in content.stations.values()}
    assert max(sizes) - min(sizes) <= 1
    for region in content.regions:
        assert content.constituencies_of(region)
    for entries in content.stations.values():
        assert all(entry.station.name.in_language("az").startswith("Nümunə: ") for entry in entries)


def test_the_largest_sample_fits_the_numbers_of_stations(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"^A sample has 1 to 100000 stations, not 100001\.$"):
        write_content(tmp_path / "content", MAX_STATIONS + 1)
    with pytest.raises(UsageError, match="not 0"):
        write_content(tmp_path / "content", 0)
    assert not (tmp_path / "content").exists()
    assert MAX_STATIONS / 125 + 11 <= 999


def test_a_sample_is_as_it_is_stored(tmp_path: Path) -> None:
    write_sample(tmp_path, sample_election.STORED_STATIONS)
    stored = files_in(sample_election.FOLDER)
    del stored["pollcast.toml"]
    made = files_in(tmp_path)
    changed = sorted(name for name in {*made, *stored} if made.get(name) != stored.get(name))
    assert changed == [], "Is that meant? Then renew it: .venv/bin/python -m tests.sample_election"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with the sample's facts, older content and an older stored sample."""
    for folder in ("", "stored"):
        (tmp_path / folder / "content").mkdir(parents=True)
        shutil.copy(sample_election.CONFIGURATION, tmp_path / folder)
        (tmp_path / folder / "content" / "old.md").touch()
    return tmp_path


def test_what_is_stored_and_what_lies_beside_the_project_are_renewed_together(project: Path, sample: Path) -> None:
    changed = sample_election.renew(project, project / "stored")
    stored = files_in(project / "stored")
    assert stored == files_in(sample_election.FOLDER)
    assert files_in(project / "content") == files_in(sample)
    assert changed == len(stored) - 1 + 1 + len(files_in(sample)) + 1
    assert sample_election.renew(project, project / "stored") == 0


def test_the_content_of_another_election_is_not_renewed(project: Path) -> None:
    config = project / "pollcast.toml"
    config.write_text(config.read_text(encoding="utf-8").replace("sample = true\n", ""), encoding="utf-8")
    before = files_in(project)
    with pytest.raises(UsageError, match="not that of the sample election, so content/ stays as it is"):
        sample_election.renew(project, project / "stored")
    assert files_in(project) == before


def test_the_whole_sample_shows_a_picture_in_each_language(sample: Path) -> None:
    content = read_content(sample)
    assert (content.station_count, len(content.past), content.warnings) == (sample_election.STATIONS, 1, ())
    assert (sample / "images" / "numune-zal.jpg").read_bytes().startswith(b"\xff\xd8")
    for name in ("yayim.md", "yayim.en.md", "yayim.ru.md"):
        text = (sample / "news" / name).read_text(encoding="utf-8")
        assert len(re.findall(r"^!\[.+\]\(/images/numune-zal\.jpg \".+\"\)$", text, re.MULTILINE)) == 1


def test_a_sample_has_a_small_past_election_that_says_it_is_none(tmp_path: Path) -> None:
    write_sample(tmp_path, 1)
    content = read_content(tmp_path / "content")
    (past,) = content.past
    assert (past.slug, past.date, past.places.station_count) == ("2021", date(2021, 11, 28), 4)
    names = [region.name for region in past.places.regions] + [place.name for place in past.places.constituencies]
    names += [entry.station.name for entries in past.places.stations.values() for entry in entries]
    assert len(names) == 2 + 2 + 4
    for language, mark, invented in zip(
        LANGUAGES, ("Nümunə", "Sample", "Пример"), ("uydurma", "invented", "вымышлен"), strict=True
    ):
        assert past.name.in_language(language).startswith(f"{mark}: ")
        assert invented in past.text.in_language(language)
        assert all(name.in_language(language).startswith(f"{mark}: ") for name in names)
    assert content.warnings == ()


def test_each_station_has_a_camera_with_two_streams(tmp_path: Path) -> None:
    ids = write_sample(tmp_path / "out", 6)
    sources = read_cameras(tmp_path / "out" / "cameras.toml", {})
    assert [source.url for source in sources[:2]] == [
        "rtsp://127.0.0.1:8554/034-012/main",
        "rtsp://127.0.0.1:8554/034-012/sub",
    ]
    assert [source.station for source in sources[::2]] == ids
    assert len(sources) == 12


def test_cameras_may_be_at_another_address(tmp_path: Path) -> None:
    write_cameras(tmp_path / "cameras.toml", [StationId("001-001")], "rtsp://127.0.0.1:9000")
    assert read_cameras(tmp_path / "cameras.toml", {})[1].url == "rtsp://127.0.0.1:9000/001-001/sub"


@pytest.mark.parametrize("name", ["content/notes.txt", "cameras.toml"])
def test_a_sample_never_overwrites_anything(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    file.parent.mkdir(exist_ok=True)
    file.write_text("mine")
    with pytest.raises(UsageError, match=r"exists; name another folder or delete it\.$"):
        write_sample(tmp_path, 6)
    assert files_in(tmp_path) == {name: b"mine"}
