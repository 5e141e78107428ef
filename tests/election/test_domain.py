"""Ids, keys, states, secrets and the public status."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from election import keys
from election.ids import Rendition, StationId, constituency_of, number_of, parse_station_id, station_id
from election.secret import Secret
from election.states import BY_LETTER, StationState
from election.status import PublicStatus, parse_public_status

ids = st.builds(station_id, st.integers(1, 125), st.integers(1, 999))


@given(ids)
def test_a_station_id_is_read_back_from_its_parts(station: StationId) -> None:
    assert parse_station_id(station) == station
    assert station_id(constituency_of(station), number_of(station)) == station


@pytest.mark.parametrize("text", ["", "34-12", "034012", "034-012 ", "000-001", "126-001", "034-000", "../a"])
def test_what_is_no_station_id_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"three digits|is numbered"):
        parse_station_id(text)


def test_keys_are_the_published_contract() -> None:
    station = station_id(34, 12)
    assert keys.master(station) == "live/034-012/master.m3u8"
    assert keys.live(station, Rendition.SUB) == "live/034-012/sub/live.m3u8"
    assert keys.init(station, Rendition.MAIN, "0123abcd") == "live/034-012/main/init-0123abcd.mp4"
    assert keys.segment(station, Rendition.MAIN, date(2026, 11, 24), 7, 3, "0123abcd") == (
        "live/034-012/main/2026-11-24/00000007-3-0123abcd.m4s"
    )
    assert keys.still(station) == "live/034-012/still.jpg"


def test_media_are_immutable_and_playlists_short_lived() -> None:
    assert "immutable" in keys.MEDIA_SEGMENT.cache_control
    assert keys.live_playlist_kind(6).cache_control == "public, max-age=3"
    assert keys.live_playlist_kind(1).cache_control == "public, max-age=1"


def test_every_state_has_a_letter_of_its_own() -> None:
    assert len(BY_LETTER) == len(StationState)


@given(st.dictionaries(ids, st.sampled_from([state for state in StationState if state != StationState.UNKNOWN])))
def test_the_public_status_is_read_back(states: dict[StationId, StationState]) -> None:
    status = PublicStatus(written=datetime(2026, 11, 24, 8, tzinfo=UTC), states=states)
    assert parse_public_status(status.format()) == status


def test_a_station_stands_at_its_number_in_its_constituency() -> None:
    states = {station_id(34, 3): StationState.LIVE, station_id(34, 1): StationState.OFFLINE}
    body = PublicStatus(written=datetime(2026, 11, 24, 8, tzinfo=UTC), states=states).format()
    assert b'"034":"o-l"' in body
    assert b'"counts":{"live":1,"offline":1}' in body


@pytest.mark.parametrize("body", [b"[]", b"{}", b'{"version":1,"written":"x","stations":{"034":"?"}}'])
def test_what_is_no_public_status_is_refused(body: bytes) -> None:
    with pytest.raises(ValueError, match=r"version 1|is not a state"):
        parse_public_status(body)


def test_six_and_a_half_thousand_stations_fit_in_two_kilobytes() -> None:
    import gzip

    states = {station_id(c, n): StationState.LIVE for c in range(1, 126) for n in range(1, 53)}
    body = PublicStatus(written=datetime(2026, 11, 24, 8, tzinfo=UTC), states=states).format()
    assert len(states) == 6500
    assert len(gzip.compress(body)) < 2048


def test_a_secret_prints_as_stars_and_masks_itself_in_any_encoding() -> None:
    secret = Secret("p@ss wörd/1")
    assert f"{secret}" == "***"
    assert repr([secret]) == "[***]"
    text = "plain p@ss wörd/1 quoted p%40ss%20w%C3%B6rd%2F1"
    assert secret.masked_in(text) == "plain *** quoted ***"
