"""The live playlist's state machine: rules of publishing 1, 2, 3 and 6, over every order of events."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from election.playlist import MediaPlaylist, Segment, format_media, parse_media, rounded_seconds
from upload.publication import Entry, Publication, WritePlaylist

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
FOLDER = "live/034-012/main/"
TARGET = 6
WINDOW = timedelta(seconds=40)


def entry(number: int, *, seconds: float = 4, discontinuity: bool = False, discontinuities: int = 0) -> Entry:
    return Entry(
        number=number,
        key=f"{FOLDER}{number:08d}.m4s",
        init_key=f"{FOLDER}init.mp4",
        duration=timedelta(seconds=seconds),
        program_date_time=NOON + timedelta(seconds=4 * number),
        discontinuity=discontinuity,
        discontinuities=discontinuities,
    )


def publication(**changes: object) -> Publication:
    values: dict[str, object] = {"folder": FOLDER, "target_duration": TARGET, "window": WINDOW}
    return Publication(**(values | changes))  # type: ignore[arg-type] # the tests choose arguments by name


def numbers(command: WritePlaylist | None) -> list[int]:
    assert command is not None
    first = command.playlist.media_sequence
    return list(range(first, first + len(command.playlist.segments)))


def test_a_segment_is_listed_only_once_the_store_has_it_and_all_before_it() -> None:
    machine = publication()
    for number in range(3):
        machine.arrived(entry(number))
    assert machine.uploaded(2) is None
    assert machine.uploaded(1) is None
    assert numbers(machine.uploaded(0)) == [0, 1, 2]


def test_playlist_writes_that_wait_become_one_and_the_newest_wins() -> None:
    machine = publication()
    for number in range(5):
        machine.arrived(entry(number))
    assert numbers(machine.uploaded(0)) == [0]
    assert [machine.uploaded(number) for number in range(1, 5)] == [None] * 4
    assert numbers(machine.written()) == [0, 1, 2, 3, 4]
    assert machine.written() is None


def test_a_failed_playlist_write_is_followed_by_a_newer_one() -> None:
    machine = publication()
    machine.arrived(entry(0))
    machine.arrived(entry(1))
    machine.uploaded(0)
    machine.uploaded(1)
    assert numbers(machine.write_failed()) == [0, 1]


def test_addresses_are_relative_to_the_playlist() -> None:
    machine = publication()
    machine.arrived(entry(0))
    command = machine.uploaded(0)
    assert command is not None
    assert command.playlist.segments[0].uri == "00000000.m4s"
    assert command.playlist.segments[0].map_uri == "init.mp4"


def test_a_restart_goes_on_where_the_last_packager_stopped() -> None:
    machine = publication(listed=[entry(7), entry(8)])
    assert numbers(machine.resume()) == [7, 8]
    machine.arrived(entry(9))
    machine.written()
    assert numbers(machine.uploaded(9)) == [7, 8, 9]


def test_a_number_that_goes_back_or_jumps_is_refused() -> None:
    machine = publication(listed=[entry(7)])
    for wrong in (6, 7, 9):
        with pytest.raises(ValueError, match="after 7"):
            machine.arrived(entry(wrong))


def test_a_segment_longer_than_the_target_duration_is_refused() -> None:
    with pytest.raises(ValueError, match="longer than the target duration"):
        publication().arrived(entry(0, seconds=6.5))


class AnyOrder(RuleBasedStateMachine):
    """Arrivals, acknowledgements, playlist writes that succeed or fail, and restarts, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.machine = publication()
        self.arrived: list[Entry] = []
        self.acknowledged: set[int] = set()
        self.under_way: WritePlaylist | None = None
        self.published: list[MediaPlaylist] = []
        self.ever_listed: dict[int, Segment] = {}

    def take(self, command: WritePlaylist | None) -> None:
        if command is None:
            return
        assert self.under_way is None, "two playlist writes at once"
        self.under_way = command
        for number in numbers(command):
            assert number in self.acknowledged, "a playlist names what is not there"

    @rule(microseconds=st.integers(1_000_000, 6_499_999), discontinuity=st.booleans())
    def segment_arrives(self, microseconds: int, discontinuity: bool) -> None:
        last = self.arrived[-1] if self.arrived else None
        discontinuity = discontinuity and last is not None
        new = Entry(
            number=len(self.arrived),
            key=f"{FOLDER}{len(self.arrived):08d}.m4s",
            init_key=f"{FOLDER}init.mp4",
            duration=timedelta(microseconds=microseconds),
            program_date_time=last.end if last else NOON,
            discontinuity=discontinuity,
            discontinuities=(last.discontinuities if last else 0) + discontinuity,
        )
        self.arrived.append(new)
        self.machine.arrived(new)

    @precondition(lambda self: len(self.acknowledged) < len(self.arrived))
    @rule(data=st.data())
    def store_acknowledges(self, data: st.DataObject) -> None:
        open_numbers = [each.number for each in self.arrived if each.number not in self.acknowledged]
        number = data.draw(st.sampled_from(open_numbers))
        self.acknowledged.add(number)
        self.take(self.machine.uploaded(number))

    @precondition(lambda self: self.under_way is not None)
    @rule(succeeds=st.booleans())
    def playlist_write_ends(self, succeeds: bool) -> None:
        assert self.under_way is not None
        written, self.under_way = self.under_way.playlist, None
        if succeeds:
            self.published.append(parse_media(format_media(written)))
        self.take(self.machine.written() if succeeds else self.machine.write_failed())

    @rule()
    def packager_is_killed_and_started(self) -> None:
        contiguous = next((e.number for e in self.arrived if e.number not in self.acknowledged), len(self.arrived))
        listed: list[Entry] = []
        for each in reversed(self.arrived[:contiguous]):
            if sum((e.duration for e in listed), timedelta()) >= WINDOW:
                break
            listed.insert(0, each)
        self.under_way = None
        self.machine = publication(listed=listed)
        self.take(self.machine.resume())
        for each in self.arrived[contiguous:]:
            self.machine.arrived(each)
            if each.number in self.acknowledged:
                self.take(self.machine.uploaded(each.number))

    @invariant()
    def what_was_published_keeps_the_rules(self) -> None:
        if not self.published:
            return
        newest = self.published[-1]
        assert newest.target_duration == TARGET
        assert all(rounded_seconds(segment.duration) <= TARGET for segment in newest.segments)
        for number, segment in enumerate(newest.segments, start=newest.media_sequence):
            assert self.ever_listed.setdefault(number, segment) == segment, "a listed segment changed"
        if len(self.published) > 1:
            before = self.published[-2]
            assert newest.media_sequence >= before.media_sequence, "the sequence went back"
            last, last_before = (each.media_sequence + len(each.segments) for each in (newest, before))
            assert last >= last_before, "the newest was dropped"
            removed = [
                self.ever_listed[number].discontinuity
                for number in range(before.media_sequence, newest.media_sequence)
                if number in self.ever_listed
            ]
            grown = newest.discontinuity_sequence - before.discontinuity_sequence
            if len(removed) == newest.media_sequence - before.media_sequence:
                assert grown == sum(removed), "the discontinuity sequence is not what was removed"
            length = sum((segment.duration for segment in newest.segments), timedelta())
            if newest.media_sequence > 0:
                assert length >= timedelta(seconds=3 * TARGET), "the window is too short"


TestAnyOrder = AnyOrder.TestCase
TestAnyOrder.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
