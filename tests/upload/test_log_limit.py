"""Which events are told: a few a minute of each, how many were left out, and when it is over."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from upload.log_limit import FORGET_WINDOWS, TOLD_A_WINDOW, WINDOW_SECONDS, LogLimit, Subject

ENDED, REFUSED = (Subject(event, "034-012", "main") for event in ("recording ended", "store refuses"))
STEPS = st.lists(
    st.tuples(
        st.floats(min_value=0, max_value=90), st.sampled_from([ENDED, REFUSED, ENDED._replace(rendition="sub"), None])
    ),
    max_size=120,
)


@given(steps=STEPS)
def test_no_subject_is_told_more_often_than_the_limit_and_every_event_is_told_or_counted(
    steps: list[tuple[float, Subject | None]],
) -> None:
    limit, now = LogLimit(), 0.0
    told: dict[Subject, list[float]] = {}
    counted: Counter[Subject] = Counter()
    met: Counter[Subject] = Counter()
    for pause, subject in steps:
        now += pause
        if subject is None:
            for each, count in limit.due(now):
                assert count > 0
                counted[each] += count
            continue
        met[subject] += 1
        if limit.met(subject, now):
            told.setdefault(subject, []).append(now)
    counted.update(dict(limit.due(now + 2 * WINDOW_SECONDS)))
    for subject, times in told.items():
        assert met[subject] == len(times) + counted[subject]
        # Windows are not aligned: any stretch of one window touches at most two of them.
        for first in times:
            assert sum(first <= each < first + WINDOW_SECONDS for each in times) <= 2 * TOLD_A_WINDOW


def test_the_first_few_are_told_and_then_once_how_many_were_left_out() -> None:
    limit = LogLimit(told=2)
    assert [limit.met(ENDED, at) for at in (0, 1, 2, 3, 50)] == [True, True, False, False, False]
    assert limit.met(REFUSED, 50), "another event is another subject"
    assert limit.due(59) == []
    assert limit.due(60) == [(ENDED, 3)]
    assert limit.due(61) == []
    assert limit.met(ENDED, 62)


def test_a_recovery_tells_how_long_it_lasted_and_how_often_it_was_met_and_only_once() -> None:
    limit = LogLimit()
    for at in (10, 11, 12, 13, 40):
        limit.met(ENDED, at)
    events = frozenset({"recording ended", "publishing failed"})
    assert limit.recovered(events, "034-012", "sub", 50) == []
    assert limit.recovered(events, "034-012", "main", 52) == [("recording ended", 42, 5)]
    assert limit.recovered(events, "034-012", "main", 53) == []
    assert limit.met(ENDED, 54), "a new trouble begins with a word"


def test_old_troubles_take_no_memory() -> None:
    limit = LogLimit()
    limit.met(ENDED, 0)
    limit.due(FORGET_WINDOWS * WINDOW_SECONDS)
    assert limit.recovered(frozenset({"recording ended"}), "034-012", "main", 9999) == []
