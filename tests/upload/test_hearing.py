"""When a recording is begun anew because of its sound: decided without a camera, second by second."""

from __future__ import annotations

import pytest

from upload.hearing import GONE_SECONDS, MOST_AT_ONCE, PAUSE_SECONDS, WAIT_SECONDS, Heard, Hearing, Sound
from upload.recorder import StopReason


def heard(encoding: str | None, *, playing: float | None = 0.0, last: float | None = None, now: float) -> Heard:
    """Return what the relay heard of a camera that sends pictures all the time, and sound until `last`."""
    made = Heard(encoding=encoding, playing_since=playing, received=now)
    if last is not None:
        made.hear(last)
    return made


def differs(hearing: Hearing, encoding: str | None, now: float, *, last: float | None = None, begun: bool) -> str:
    return hearing.differs(heard(encoding, last=last, now=now), now=now, begun=begun)


def treated(hearing: Hearing) -> Sound:
    return hearing.sound


def test_sound_is_asked_for_only_where_the_election_publishes_it() -> None:
    assert Hearing(enabled=False).sound is Sound.NONE
    assert Hearing(enabled=True).sound is Sound.COPIED
    assert Hearing(enabled=True, relayed=False).sound is Sound.ENCODED
    for last in (None, 100.0):
        assert not differs(Hearing(enabled=False), "PCMU", 100, last=last, begun=True)


@pytest.mark.parametrize("encoding", ["MPEG4-GENERIC", "MP4A-LATM", None, ""])
def test_aac_is_copied_and_nothing_is_concluded_from_what_is_not_known(encoding: str | None) -> None:
    hearing = Hearing(enabled=True)
    assert not differs(hearing, encoding, 1, last=1.0, begun=False)
    assert treated(hearing) is Sound.COPIED


def test_anything_else_is_encoded_and_the_next_recordings_know() -> None:
    hearing = Hearing(enabled=True)
    assert differs(hearing, "PCMU", 0.1, begun=False) == "The camera's sound is PCMU."
    assert treated(hearing) is Sound.ENCODED
    assert not differs(hearing, "PCMU", 1, last=1.0, begun=False)
    hearing.ended(StopReason.ENDED, begun=True, now=50)
    assert treated(hearing) is Sound.ENCODED


def test_sound_that_is_announced_and_never_comes_is_waited_for_only_shortly() -> None:
    hearing = Hearing(enabled=True)
    assert not differs(hearing, "MPEG4-GENERIC", WAIT_SECONDS - 0.1, begun=False)
    assert differs(hearing, "MPEG4-GENERIC", WAIT_SECONDS + 0.1, begun=False)
    assert treated(hearing) is Sound.NONE
    assert not differs(hearing, "MPEG4-GENERIC", 100, begun=True)


def test_a_camera_that_sends_no_pictures_either_is_not_judged_by_its_sound() -> None:
    hearing = Hearing(enabled=True)
    silent = Heard(encoding="MPEG4-GENERIC", playing_since=0.0, received=0.1)
    assert not hearing.differs(silent, now=60, begun=False)
    assert treated(hearing) is Sound.COPIED


def test_sound_that_comes_late_is_taken_up_and_a_flapping_microphone_not_again_for_minutes() -> None:
    hearing = Hearing(enabled=True)
    assert differs(hearing, "MPEG4-GENERIC", 3, begun=False)
    # Not before the pictures are known to be right.
    assert not differs(hearing, "MPEG4-GENERIC", 5, last=5.0, begun=False)
    assert differs(hearing, "MPEG4-GENERIC", 20, last=19.5, begun=True) == "The camera's sound has begun."
    assert treated(hearing) is Sound.COPIED
    began_anew = 20.0
    for now in (40.0, 100.0, began_anew + PAUSE_SECONDS - 1):
        assert not differs(hearing, "MPEG4-GENERIC", now, last=now - GONE_SECONDS - 1, begun=True)
    late = began_anew + PAUSE_SECONDS + 1
    assert not differs(hearing, "MPEG4-GENERIC", late, last=late - GONE_SECONDS + 1, begun=True)
    assert differs(hearing, "MPEG4-GENERIC", late, last=late - GONE_SECONDS - 1, begun=True)
    assert treated(hearing) is Sound.NONE
    assert not differs(hearing, "MPEG4-GENERIC", late + 10, last=late + 10, begun=True)
    assert differs(hearing, "MPEG4-GENERIC", late + PAUSE_SECONDS + 1, last=late + PAUSE_SECONDS, begun=True)


def test_a_camera_that_says_something_else_each_time_is_recorded_without_sound() -> None:
    hearing = Hearing(enabled=True)
    times = 0
    for number in range(20):
        times += bool(differs(hearing, ("PCMU", "MPEG4-GENERIC")[number % 2], 0.1, begun=False))
    assert times == MOST_AT_ONCE + 1
    assert treated(hearing) is Sound.NONE


@pytest.mark.parametrize("reason", [StopReason.FAILED, StopReason.STALLED, StopReason.UNSUPPORTED])
@pytest.mark.parametrize("relayed", [True, False])
def test_where_asking_for_sound_gave_no_pictures_the_next_attempt_does_without(
    reason: StopReason, relayed: bool
) -> None:
    hearing = Hearing(enabled=True, relayed=relayed)
    asked = hearing.sound
    hearing.ended(reason, begun=False, now=10)
    assert treated(hearing) is Sound.NONE
    assert not hearing.differs(heard("MPEG4-GENERIC", last=30.0, now=30), now=30, begun=True)
    hearing.ended(reason, begun=False, now=40)
    assert treated(hearing) is asked
    for other in (StopReason.REFUSED, StopReason.ENDED, StopReason.CHANGED):
        hearing.ended(other, begun=False, now=50)
        assert treated(hearing) is asked
    hearing.ended(reason, begun=True, now=60)
    assert treated(hearing) is asked
