"""When a gap is due, and what it is blamed on."""

from __future__ import annotations

import pytest

from election.timeline import GapReason
from upload.recorder import StopReason
from upload.silence import Silence


def test_nothing_is_due_before_there_is_a_sequence() -> None:
    assert Silence(patience=8.4).overdue(1e9) == 0


def test_a_gap_is_due_once_nothing_has_come_for_a_while_and_again_after_its_own_length() -> None:
    silence = Silence(patience=8.4)
    silence.heard(100)
    assert silence.overdue(108.3) < 0
    assert silence.overdue(108.5) > 0
    silence.marked(4)
    assert silence.overdue(112.3) < 0
    assert silence.overdue(112.5) > 0
    silence.heard(113)
    assert silence.overdue(121) < 0


def test_after_a_standstill_of_the_program_itself_it_listens_before_a_gap_is_due_for_all_of_the_time() -> None:
    silence = Silence(patience=8.4)
    silence.heard(100)
    silence.stood_still(110)
    assert silence.overdue(118.3) <= 0
    assert silence.overdue(118.5) == pytest.approx(10.1)
    silence.heard(119)
    assert silence.overdue(127.3) < 0


def test_a_machine_that_stands_still_again_and_again_keeps_no_gap_back() -> None:
    silence = Silence(patience=8.4)
    silence.heard(100)
    for moment in range(108, 126, 3):
        silence.stood_still(moment)
    assert silence.overdue(117) > 0


def test_a_camera_that_is_connected_and_silent_is_stalled_until_its_recording_ends_for_another_reason() -> None:
    silence = Silence(patience=8.4)
    blamed = [silence.reason]
    silence.heard(100)
    blamed.append(silence.reason)
    silence.ended(StopReason.REFUSED)
    blamed.append(silence.reason)
    silence.heard(200)
    blamed.append(silence.reason)
    assert blamed == [GapReason.PACKAGER_STOPPED, GapReason.STALLED, GapReason.REFUSED, GapReason.STALLED]


@pytest.mark.parametrize("reason", StopReason)
def test_every_end_of_a_recording_has_a_reason_that_viewers_are_told(reason: StopReason) -> None:
    silence = Silence(patience=1)
    silence.ended(reason)
    assert silence.reason == reason.value
