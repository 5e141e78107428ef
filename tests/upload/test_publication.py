"""The live playlist's state machine: rules of publishing 1, 2, 3 and 6, over every order of events."""

from __future__ import annotations

from dataclasses import replace
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


def test_a_lost_segment_is_listed_as_a_gap_and_holds_up_nothing() -> None:
    machine = publication()
    for number in range(3):
        machine.arrived(entry(number))
    machine.uploaded(0)
    machine.uploaded(2)
    machine.passed_over({1})
    command = machine.written()
    assert numbers(command) == [0, 1, 2]
    assert command is not None
    assert [segment.gap for segment in command.playlist.segments] == [False, True, False]
    assert "#EXT-X-GAP" in format_media(command.playlist)


def test_a_changed_initialisation_segment_is_named_before_what_needs_it() -> None:
    machine = publication(listed=[entry(0), replace(entry(1), init_key=f"{FOLDER}other.mp4")])
    command = machine.resume()
    assert command is not None
    assert [segment.map_uri for segment in command.playlist.segments] == ["init.mp4", "other.mp4"]


class AnyOrder(RuleBasedStateMachine):
    """Arrivals, acknowledgements, losses, playlist writes that succeed or fail, and restarts, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.machine = publication()
        self.arrived: list[Entry] = []
        self.acknowledged: set[int] = set()
        """What the store has, and what never will be there and is known to be lost."""
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

    @rule(
        microseconds=st.integers(1_000_000, 6_499_999),
        discontinuity=st.booleans(),
        init=st.sampled_from(["init-1.mp4", "init-2.mp4"]),
    )
    def segment_arrives(self, microseconds: int, discontinuity: bool, init: str) -> None:
        last = self.arrived[-1] if self.arrived else None
        discontinuity = discontinuity and last is not None
        new = Entry(
            number=len(self.arrived),
            key=f"{FOLDER}{len(self.arrived):08d}.m4s",
            init_key=FOLDER + init,
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

    @precondition(lambda self: len(self.acknowledged) < len(self.arrived))
    @rule(data=st.data())
    def segment_is_lost(self, data: st.DataObject) -> None:
        number = data.draw(st.sampled_from([e.number for e in self.arrived if e.number not in self.acknowledged]))
        self.arrived[number] = replace(self.arrived[number], gap=True)
        self.acknowledged.add(number)
        self.take(self.machine.passed_over({number}))

    @rule(discontinuities=st.lists(st.booleans(), min_size=1, max_size=8))
    def segments_go_their_way(self, discontinuities: list[bool]) -> None:
        """What happens nearly always, several times, so that windows fill and move on."""
        for discontinuity in discontinuities:
            self.segment_arrives(5_000_000, discontinuity, "init-1.mp4")
            newest = self.arrived[-1].number
            self.acknowledged.add(newest)
            self.take(self.machine.uploaded(newest))
            if self.under_way is not None:
                self.playlist_write_ends(succeeds=True)

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
    def the_newest_is_never_left_out(self) -> None:
        listable = next((e.number for e in self.arrived if e.number not in self.acknowledged), len(self.arrived))
        assert self.machine.waiting == len(self.arrived) - listable
        if self.under_way is None and listable:
            assert self.published, "nothing was ever written"
            newest = self.published[-1]
            assert newest.media_sequence + len(newest.segments) == listable, "the newest was not written"

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


def test_the_end_is_written_once_and_taken_back_where_something_comes_again() -> None:
    machine = publication()
    machine.arrived(entry(0))
    first = machine.uploaded(0)
    assert first is not None
    assert not first.playlist.ended
    assert machine.end() is None, "a write was under way"
    last = machine.written()
    assert last is not None
    assert last.playlist.ended
    assert machine.written() is None
    assert machine.end() is None, "it was written already"
    again = machine.reopen()
    assert again is not None
    assert not again.playlist.ended
    assert machine.written() is None
    assert machine.reopen() is None
    machine.arrived(entry(1))
    assert numbers(machine.uploaded(1)) == [0, 1]


def test_an_end_that_could_not_be_written_is_written_again() -> None:
    machine = publication(listed=[entry(0)])
    last = machine.end()
    assert last is not None
    again = machine.write_failed()
    assert again.playlist.ended


def test_a_playlist_ends_only_once_everything_is_in_it() -> None:
    machine = publication()
    assert machine.end() is None, "nothing was ever listed"
    machine.reopen()
    machine.arrived(entry(0))
    with pytest.raises(ValueError, match="1 segments are on their way"):
        machine.end()
