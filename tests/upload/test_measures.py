"""What is measured and told: variants, health, back-off."""

from datetime import UTC, datetime, timedelta

import pytest

from election.ids import station_id
from election.schedule import Command, Order, Phase, Standing
from election.states import StationState
from upload.backoff import Backoff
from upload.fmp4 import VideoTrack
from upload.health import RenditionHealth, node_report, station_state
from upload.measured import Measured, is_outdated

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
TRACK = VideoTrack(
    track_id=1,
    timescale=90000,
    codecs="avc1.42c01e",
    width=640,
    height=360,
    default_duration=0,
    default_flags=0,
)


def test_a_variant_says_what_was_measured() -> None:
    measured = Measured()
    assert measured.variant("u") is None
    measured.begin(TRACK)
    measured.add(size=100_000, duration=timedelta(seconds=4), frames=60)
    measured.add(size=50_000, duration=timedelta(seconds=2), frames=30)
    measured.add(size=0, duration=timedelta(), frames=0)
    variant = measured.variant("sub/live.m3u8")
    assert variant is not None
    assert variant.bandwidth == pytest.approx(220_000, abs=1)
    assert (variant.average_bandwidth, variant.frame_rate) == (200_000, 15.0)
    assert (variant.codecs, variant.width, variant.height) == ("avc1.42c01e", 640, 360)


def test_another_stream_begins_new_measures() -> None:
    measured = Measured()
    measured.begin(TRACK)
    measured.add(size=1000, duration=timedelta(seconds=4), frames=60)
    measured.begin(TRACK)
    assert measured.bits_per_second == 2000
    measured.begin(VideoTrack(**{**TRACK.__dict__, "width": 1280}))
    assert measured.variant("u") is None


def test_the_multivariant_playlist_is_rewritten_only_when_it_became_untrue() -> None:
    measured = Measured()
    measured.begin(TRACK)
    measured.add(size=100_000, duration=timedelta(seconds=4), frames=60)
    first = measured.variant("u")
    assert first is not None
    assert is_outdated(None, first)
    measured.add(size=105_000, duration=timedelta(seconds=4), frames=60)
    second = measured.variant("u")
    assert second is not None
    assert not is_outdated(first, second)
    measured.add(size=150_000, duration=timedelta(seconds=4), frames=60)
    third = measured.variant("u")
    assert third is not None
    assert is_outdated(first, third)


@pytest.mark.parametrize(
    ("delay", "running", "state"),
    [
        (None, 5, StationState.SCHEDULED),
        (None, 100, StationState.OFFLINE),
        (5, 100, StationState.LIVE),
        (30, 100, StationState.DELAYED),
        (90, 100, StationState.OFFLINE),
    ],
)
def test_a_station_is_as_fresh_as_its_newest_picture(delay: float | None, running: float, state: StationState) -> None:
    newest = None if delay is None else NOON - timedelta(seconds=delay)
    renditions = [RenditionHealth(newest_end=newest), RenditionHealth()]
    started = NOON - timedelta(seconds=running)
    assert station_state(renditions, now=NOON, started=started, target_duration=6) is state


@pytest.mark.parametrize(
    ("phase", "state"),
    [
        (Phase.SCHEDULED, StationState.SCHEDULED),
        (Phase.PAUSED, StationState.PAUSED),
        (Phase.CLOSED, StationState.CLOSED),
        (Phase.OPEN, StationState.LIVE),
    ],
)
def test_a_station_that_is_not_to_be_shown_is_not_live_however_fresh_its_picture(
    phase: Phase, state: StationState
) -> None:
    renditions = [RenditionHealth(newest_end=NOON)]
    found = station_state(renditions, now=NOON, started=NOON, target_duration=6, standing=Standing(phase=phase))
    assert found is state


@pytest.mark.parametrize(
    ("since", "order", "delay", "state"),
    [
        (10, Command.RESUME, 600, StationState.DELAYED),
        (70, Command.RESUME, 600, StationState.OFFLINE),
        (10, None, 600, StationState.OFFLINE),
        (10, None, None, StationState.SCHEDULED),
        (70, None, None, StationState.OFFLINE),
    ],
)
def test_a_station_has_a_minute_from_its_opening_or_resuming_to_its_first_picture(
    since: float, order: Command | None, delay: float | None, state: StationState
) -> None:
    began = NOON - timedelta(seconds=since)
    given = None if order is None else Order(command=order, time=began)
    standing = Standing(phase=Phase.OPEN, since=began, order=given)
    health = RenditionHealth(newest_end=None if delay is None else NOON - timedelta(seconds=delay))
    started = NOON - timedelta(hours=9)
    assert station_state([health], now=NOON, started=started, target_duration=6, standing=standing) is state


@pytest.mark.parametrize("ahead", [-3600.0, 3600.0])
def test_a_machines_clock_that_was_set_makes_no_station_fresher_or_older(ahead: float) -> None:
    at = NOON + timedelta(seconds=ahead)
    for delay, state in ((5, StationState.LIVE), (90, StationState.OFFLINE)):
        health = RenditionHealth(newest_end=NOON - timedelta(seconds=delay), clock_ahead_seconds=ahead)
        assert station_state([health], now=at, started=at, target_duration=6) is state


def test_the_report_of_a_node_holds_every_rendition() -> None:
    import json

    health = RenditionHealth(newest_end=NOON - timedelta(seconds=5), recorder="recording")
    stations = {station_id(34, 12): (StationState.LIVE, 3, {"main": health})}
    report = json.loads(node_report("node-1", stations, now=NOON, spool_free_bytes=10))
    told = report["stations"]["034-012"]
    assert told["generation"] == 3
    assert told["state"] == "live"
    assert told["renditions"]["main"]["delay_seconds"] == 5
    assert told["renditions"]["main"]["newest_end"] == "2026-11-24T11:59:55.000Z"


def test_waits_grow_and_five_good_minutes_forget_the_past() -> None:
    backoff = Backoff()
    delays = []
    for _ in range(7):
        backoff = backoff.after_failure(lasted=3)
        delays.append(backoff.delay(0.5))
    assert delays == [1, 2, 5, 10, 30, 30, 30]
    assert backoff.after_failure(lasted=300).delay(0.5) == 1
    assert (Backoff(1).delay(0), Backoff(1).delay(0.999)) == pytest.approx((0.8, 1.2), abs=0.01)
