"""The timeline of a day, as it is published, and hours by the election's clock."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from election.hours import Hour, hour_of
from election.ids import Rendition, StationId
from election.timeline import (
    Gap,
    GapReason,
    HourPlaylist,
    RenditionDay,
    Restart,
    Timeline,
    parse_timeline,
    rows_of,
)

BAKU = ZoneInfo("Asia/Baku")
NOON = datetime(2026, 11, 29, 8, tzinfo=UTC)
TIMELINE = Timeline(
    station=StationId("034-012"),
    date=date(2026, 11, 29),
    time_zone="Asia/Baku",
    written=NOON,
    closed=False,
    renditions={
        Rendition.MAIN: RenditionDay(
            hours=[HourPlaylist(hour=8, playlist="main/2026-11-29/08.m3u8", closed=True)],
            day="main/2026-11-29/day.m3u8",
            gaps=[Gap(start=NOON, end=NOON.replace(second=30), reason=GapReason.REFUSED)],
            restarts=[Restart(time=NOON.replace(second=30), reason=GapReason.REFUSED)],
        )
    },
    stills=[451, 452, 453, 460],
)


def test_a_timeline_has_exactly_this_form() -> None:
    assert json.loads(TIMELINE.format()) == {
        "version": 1,
        "station": "034-012",
        "date": "2026-11-29",
        "time_zone": "Asia/Baku",
        "written": "2026-11-29T08:00:00.000Z",
        "closed": False,
        "renditions": {
            "main": {
                "hours": [{"hour": 8, "playlist": "main/2026-11-29/08.m3u8", "closed": True}],
                "day": "main/2026-11-29/day.m3u8",
                "gaps": [{"start": "2026-11-29T08:00:00.000Z", "end": "2026-11-29T08:00:30.000Z", "reason": "refused"}],
                "restarts": [{"time": "2026-11-29T08:00:30.000Z", "reason": "refused"}],
            }
        },
        "stills": [["07:31", "07:33"], ["07:40", "07:40"]],
    }


def test_what_is_written_is_read_back() -> None:
    assert parse_timeline(TIMELINE.format()) == TIMELINE


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"version":2}', b'{"version":1}', b'{"version":1,"station":3}'])
def test_anything_else_is_refused(body: bytes) -> None:
    with pytest.raises(ValueError, match=r"timeline|Expecting|not"):
        parse_timeline(body)


def test_minutes_are_told_in_unbroken_rows() -> None:
    assert rows_of([]) == []
    assert rows_of([0, 1, 2, 4, 6, 7]) == [(0, 2), (4, 4), (6, 7)]


def test_an_hour_is_of_the_elections_clock() -> None:
    late = datetime(2026, 11, 29, 20, 59, 59, tzinfo=UTC)
    assert hour_of(late, BAKU) == Hour(day=date(2026, 11, 30), hour=0)
    assert hour_of(late, BAKU).name == "00"
    assert Hour(day=date(2026, 11, 29), hour=23).end(BAKU) == datetime(2026, 11, 29, 20, tzinfo=UTC)


def test_a_closed_timeline_says_when() -> None:
    closed = replace(TIMELINE, closed=True, closed_at=NOON)
    assert json.loads(closed.format())["closed_at"] == "2026-11-29T08:00:00.000Z"
    assert parse_timeline(closed.format()) == closed
    assert "closed_at" not in json.loads(TIMELINE.format())
