"""What the builder says by itself, in three languages."""

import datetime

import pytest

from builder.labels import Labels, voting_hours
from builder.translations import load
from election.configuration import ElectionTable, Names

NAMES = Names(az="S", en="E", ru="В")


@pytest.mark.parametrize(
    ("language", "station", "constituency", "date", "count"),
    [
        ("az", "34 saylı dairə, 12 saylı məntəqə", "34 saylı dairə", "29 noyabr 2026", "21 məntəqə"),
        ("en", "Polling station 12, constituency 34", "Constituency 34", "29 November 2026", "21 polling stations"),
        ("ru", "Участок 12, округ 34", "Округ 34", "29 ноября 2026\u202fг.", "21 участок"),
    ],
)
def test_places_and_dates_are_named_as_people_do(
    language: str, station: str, constituency: str, date: str, count: str
) -> None:
    labels = Labels(language, load(language))
    assert labels.station(12, 34) == station
    assert labels.constituency(34) == constituency
    assert labels.date(datetime.date(2026, 11, 29)) == date
    assert labels.station_count(21) == count
    assert station in labels.live_video(station)


@pytest.mark.parametrize(
    ("zone", "hours"),
    [
        ("Asia/Baku", "08:00–19:00 (UTC+4)"),
        ("Asia/Kolkata", "08:00–19:00 (UTC+5:30)"),
        ("America/St_Johns", "08:00–19:00 (UTC−3:30)"),
        ("UTC", "08:00–19:00 (UTC+0)"),
    ],
)
def test_voting_hours_name_the_offset_of_that_day(zone: str, hours: str) -> None:
    assert voting_hours(ElectionTable(name=NAMES, date=datetime.date(2026, 11, 29), time_zone=zone)) == hours
