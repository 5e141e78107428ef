"""What is published is read back: exactly, and with the generation that comes next."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from election import keys
from election.errors import RemoteError
from election.ids import Rendition, station_id
from election.playlist import PlaylistError, format_media
from tests.upload.packaging import run
from upload.journal import Journal
from upload.publication import Entry, Publication
from upload.reconciliation import read_published
from upload.store import ObjectStore, open_store

STATION, MAIN = station_id(34, 12), Rendition.MAIN
LIVE = keys.live(STATION, MAIN)
FOLDER = LIVE.removesuffix("live.m3u8")
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
KIND = keys.live_playlist_kind(6)
DAY = timedelta(days=1)


def entry(number: int, generation: int = 3) -> Entry:
    return Entry(
        number=number,
        key=f"{FOLDER}2026-11-24/{number:08d}-{generation}-0123abcd.m4s",
        init_key=f"{FOLDER}init-{'aa' if number < 42 else 'bb'}.mp4",
        duration=timedelta(seconds=4, microseconds=133_333),
        program_date_time=NOON + timedelta(seconds=5 * number, milliseconds=number),
        discontinuity=number in {40, 42},
        discontinuities=5 + (number >= 40) + (number >= 42),
        gap=number == 43,
    )


def published(*entries: Entry) -> bytes:
    machine = Publication(folder=FOLDER, target_duration=6, window=DAY, listed=entries)
    command = machine.resume()
    assert command is not None
    return format_media(command.playlist).encode()


def take_over(store: ObjectStore, journal: Journal) -> int:
    """Read back what is published into a journal; return the highest generation it names."""
    found = run(read_published(store, STATION, MAIN))
    assert found is not None
    assert found.target_duration == 6
    journal.adopt(STATION, MAIN, found.entries)
    assert journal.agrees(STATION, MAIN, found.entries)
    return found.generation


def with_playlist(body: bytes) -> ObjectStore:
    store = open_store("memory://", {})
    run(store.put(LIVE, body, KIND))
    return store


def test_a_wiped_disk_gets_everything_back_that_the_playlist_says(tmp_path: Path) -> None:
    body = published(*(entry(number) for number in range(40, 45)))
    journal = Journal(tmp_path / "journal.sqlite")
    assert take_over(with_playlist(body), journal) == 3
    assert journal.listed(STATION, MAIN, window=DAY) == [entry(number) for number in range(40, 45)]
    position = journal.position(STATION, MAIN)
    assert (position.next_number, position.discontinuities, position.last_end) == (45, 7, entry(44).end)
    assert published(*journal.listed(STATION, MAIN, window=DAY)) == body


def test_the_highest_generation_that_is_named_counts(tmp_path: Path) -> None:
    body = published(entry(1, generation=12), entry(2, generation=7))
    assert take_over(with_playlist(body), Journal(tmp_path / "journal")) == 12


def test_where_nothing_is_published_there_is_nothing_to_take_over() -> None:
    assert run(read_published(open_store("memory://", {}), STATION, MAIN)) is None


def test_a_journal_that_knows_other_segments_than_those_published_does_not_agree(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal")
    take_over(with_playlist(published(entry(1), entry(2))), journal)
    assert journal.agrees(STATION, MAIN, [])
    assert journal.agrees(STATION, MAIN, [entry(2)])
    assert not journal.agrees(STATION, MAIN, [entry(2), entry(3)])
    assert not journal.agrees(STATION, MAIN, [entry(1), entry(2, generation=4)])


@pytest.mark.parametrize("body", [b"", b"<html>", b"#EXTM3U\n#EXTINF:4,\nx\n", b"\xff\xfe\n"])
def test_what_is_no_playlist_of_ours_is_refused(body: bytes) -> None:
    with pytest.raises(PlaylistError):
        run(read_published(with_playlist(body), STATION, MAIN))


def test_a_store_that_does_not_answer_is_told() -> None:
    environment = {"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret"}
    store = open_store("s3://bucket?endpoint=http://127.0.0.1:9&region=us-east-1", environment)
    with pytest.raises(RemoteError):
        run(read_published(store, STATION, MAIN))
