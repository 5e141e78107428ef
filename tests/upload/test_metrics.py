"""The packager's metrics, as Prometheus scrapes them."""

from __future__ import annotations

import asyncio
import time
import urllib.request
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from election.errors import MachineError
from election.states import StationState
from machine import ports
from tests.upload.packaging import FIRST, MAIN, SUB, Audience, cameras, configuration, run, sources_of, until
from tests.upload.side_by_side import side_by_side
from tests.upload.test_kill import camera_toml, started, written_inputs
from upload import loop_measures
from upload.counted_store import Counts
from upload.health import RenditionHealth
from upload.loop_measures import ListingDelays, LoopLag
from upload.metrics import Measures, PackagerCollector, StationHealth
from upload.packager import Packager
from upload.store import ObjectStore

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
Labels = frozenset[tuple[str, str]]


def parsed(text: str) -> dict[tuple[str, Labels], float]:
    """Return every sample of a scrape by its name and labels."""
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def labels(**values: str) -> Labels:
    return frozenset(values.items())


def measures(stations: int) -> Measures:
    health = RenditionHealth(
        recorder="recording",
        bits_per_second=1_250_400,
        frame_rate=14.9,
        restarts=2,
        waiting=3,
        newest_end=NOON - timedelta(seconds=6.25),
        detail="s3cret",
        store="s3cret",
    )
    known = [
        StationHealth(
            station=f"{number // 100 + 1:03d}-{number % 100:03d}",
            state=StationState.LIVE,
            renditions=(("main", health), ("sub", RenditionHealth())),
        )
        for number in range(stations)
    ]
    delays = ListingDelays()
    for milliseconds in (20.0, 120.0, 120.0, 90_000.0):
        delays.append(milliseconds)
    counts = Counts(under_way=5)
    counts.failures["refused"] = 4
    counts.segments["001-000", "main"], counts.bytes["001-000", "main"] = 7, 7000
    return Measures(
        stations=lambda at: known,
        counts=counts,
        delays=delays,
        lag=LoopLag(),
        free_bytes=lambda: 17,
        clock=lambda: NOON,
    )


def scraped(stations: int) -> str:
    registry = CollectorRegistry(auto_describe=False)
    registry.register(PackagerCollector(measures(stations)))
    return generate_latest(registry).decode()


def test_a_scrape_tells_the_health_of_every_rendition_and_of_the_node() -> None:
    text = scraped(1)
    found, main = parsed(text), labels(station="001-000", rendition="main")
    assert found["pollcast_rendition_state", main | {("state", "recording")}] == 1
    assert found["pollcast_rendition_state", labels(station="001-000", rendition="sub", state="starting")] == 1
    assert found["pollcast_station_state", labels(station="001-000", state="live")] == 1
    assert found["pollcast_rendition_behind_seconds", main] == 6.25
    assert ("pollcast_rendition_behind_seconds", labels(station="001-000", rendition="sub")) not in found
    assert found["pollcast_rendition_bits_per_second", main] == 1_250_400
    assert found["pollcast_rendition_frames_per_second", main] == 14.9
    assert found["pollcast_rendition_restarts_total", main] == 2
    assert found["pollcast_rendition_waiting_segments", main] == 3
    assert found["pollcast_uploaded_segments_total", main] == 7
    assert found["pollcast_uploaded_bytes_total", main] == 7000
    assert found["pollcast_store_failures_total", labels(kind="refused")] == 4
    assert found["pollcast_store_failures_total", labels(kind="failed")] == 0
    assert found["pollcast_uploads_under_way", labels()] == 5
    assert found["pollcast_spool_free_bytes", labels()] == 17
    assert found["pollcast_listing_delay_seconds_bucket", labels(le="0.025")] == 1
    assert found["pollcast_listing_delay_seconds_bucket", labels(le="0.15")] == 3
    assert found["pollcast_listing_delay_seconds_count", labels()] == 4
    assert found["pollcast_listing_delay_seconds_sum", labels()] == pytest.approx(90.26)
    assert found["pollcast_memory_bytes", labels()] > 1_000_000
    assert found["pollcast_open_descriptors", labels()] > 2
    assert "s3cret" not in text


def test_two_thousand_renditions_are_scraped_in_little_time() -> None:
    began = time.process_time()
    text = scraped(1000)
    assert time.process_time() - began < 10
    assert text.count("pollcast_rendition_state{") == 2000


def test_a_blocked_event_loop_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop_measures, "LOOK_SECONDS", 0.1)

    async def work() -> None:
        began = time.monotonic()
        lag = LoopLag()
        watching = asyncio.create_task(lag.watch())
        await asyncio.sleep(0.15)
        time.sleep(0.5)  # in which at least one look was due, a tenth of a second after it began at the latest
        await until(lambda: lag.worst >= 0.35)
        watching.cancel()
        assert lag.worst < time.monotonic() - began

    run(work())


@pytest.mark.server
@side_by_side
def test_a_running_packager_is_scraped(clips: Path, fast: Path, store: ObjectStore) -> None:
    port = ports.free_port()

    async def scrape() -> str:
        def get() -> str:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=60) as answer:
                body: bytes = answer.read()
                return body.decode()

        return await asyncio.to_thread(get)

    async def work() -> None:
        audience = Audience(store)
        async with cameras(clips) as server:
            written_inputs(
                fast,
                f"file://{fast}/store",
                camera_toml(FIRST, server.url("cam-001", MAIN), server.url("cam-001", SUB)),
            )
            child = await started(fast, arguments=("--metrics-port", str(port)))

            async def listed() -> bool:
                return await audience.count() >= 3

            await until(listed)
            main = labels(station=FIRST, rendition="main")

            async def recording() -> dict[tuple[str, Labels], float] | None:
                found = parsed(await scrape())
                return found if found["pollcast_rendition_state", main | {("state", "recording")}] == 1 else None

            found = await until(recording)
            assert 0 <= found["pollcast_rendition_behind_seconds", main] < 120
            assert found["pollcast_uploaded_segments_total", main] >= 3
            assert found["pollcast_uploaded_bytes_total", main] > 3000
            assert found["pollcast_listing_delay_seconds_count", labels()] >= 3
            assert found["pollcast_event_loop_lag_seconds", labels()] < 120
            assert await child.stop(grace=60) == 0

    run(work())


@side_by_side
def test_a_taken_metrics_port_is_one_sentence(clips: Path, fast: Path, store: ObjectStore) -> None:
    async def work() -> None:
        async with cameras(clips) as server:
            packager = Packager(
                configuration(),
                sources_of(server, "cam-001"),
                store=store,
                spool=fast / "spool",
                name="node-1",
                metrics_port=server.port,
            )
            with pytest.raises(MachineError, match=rf"^Port {server.port} on 127\.0\.0\.1 is taken by another program"):
                await packager.run()

    run(work())
