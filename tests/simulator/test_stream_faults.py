"""Each fault in what a camera sends, begun while a client watches, on the wire."""

from __future__ import annotations

import asyncio
import itertools
import struct
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path

import pytest

from election.errors import MachineError
from simulator.conduct import Conduct, Honest
from simulator.faults import known_faults
from simulator.stream_faults import (
    WRAP_AFTER_SECONDS,
    Bye,
    Corrupt,
    LongGop,
    SpsChange,
    SpsFlapping,
    StopSending,
    TimestampsShifted,
    TimestampsWrap,
    TimestampsZero,
    Trickle,
    resized,
)
from tests.simulator.client import Client, Packet, connected
from tests.simulator.small_cameras import (
    FORM,
    PICTURE_TICKS,
    SUB,
    decoded,
    distances,
    ffmpeg,
    is_unbroken,
    picture_times,
    run,
    small_cameras,
)

pytestmark = pytest.mark.server

TEN_HOURS_TICKS = 36_000 * 90_000


def test_who_stops_sending_answers_on_and_sends_nothing_until_it_ends(
    clips: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("simulator.feed.REPORT_SECONDS", 0.2)

    async def work() -> None:
        async with small_cameras(clips, "cam", "other") as server, AsyncExitStack() as stack:
            client = await stack.enter_async_context(connected(server.url("cam", SUB)))
            other = await stack.enter_async_context(connected(server.url("other", SUB)))
            await other.play()
            await client.play()
            await client.receive(3)
            server.behave("cam", StopSending())
            await client.caught_up()
            heard = (len(client.packets), len(client.reports))
            assert (await client.ask("GET_PARAMETER")).status == 200
            await client.listen(1.0)
            assert (len(client.packets), len(client.reports)) == heard
            server.behave("cam", Honest())
            await client.receive(3)
            assert is_unbroken(await other.receive(15))

    run(work())


def test_bye_is_said_once_to_each_viewer_before_the_silence(clips: Path) -> None:
    async def goodbyes(client: Client) -> list[int]:
        """Return the sources that said goodbye, and see that nothing came behind."""
        while not any(report[1] == 203 for report in client.reports):
            await client.listen(0.1)
        heard = len(client.packets)
        await client.listen(1.0)
        assert (await client.ask("GET_PARAMETER")).status == 200
        assert len(client.packets) == heard
        return [struct.unpack_from(">I", report, 4)[0] for report in client.reports if report[1] == 203]

    async def work() -> None:
        async with small_cameras(clips) as server, connected(server.url("cam", SUB)) as client:
            await client.play()
            packets = await client.receive(3)
            server.behave("cam", Bye())
            assert await goodbyes(client) == [packets[0].ssrc]
            async with connected(server.url("cam", SUB)) as late:
                await late.play()
                assert await goodbyes(late) == [packets[0].ssrc]
                assert late.packets == []

    run(work())


async def _jumped(
    server_conduct: Conduct, clips: Path, *, clock: bool = False
) -> tuple[list[Packet], int, tuple[float, float]]:
    """Watch while a conduct begins; return the packets, the ticks of the jump, and by what a new report is ahead.

    The last is between two numbers of seconds: the picture was sent while the client waited for it.
    """
    async with small_cameras(clips, "cam", "other", clock=clock) as server:
        async with connected(server.url("cam", SUB)) as client, connected(server.url("other", SUB)) as other:
            await client.play()
            await other.play()
            await client.receive(5)
            server.behave("cam", server_conduct)
            await client.receive(20)
            assert is_unbroken(await other.receive(20)), "another camera is not concerned"
        packets = client.packets
        assert distances([packet.sequence for packet in packets], 1 << 16) == {1}
        assert len({packet.ssrc for packet in packets}) == 1
        steps = [(b - a) % (1 << 32) for a, b in itertools.pairwise(picture_times(packets))]
        (jump,) = [step for step in steps if step != PICTURE_TICKS]
        async with connected(server.url("cam", SUB)) as late:
            began = time.time()
            played = await late.play()
            (first,) = await late.receive(1)
            ended = time.time()
            assert played.headers["rtp-info"].endswith(f";rtptime={first.timestamp}")
            ntp, timestamp = struct.unpack_from(">8xQI", late.reports[0])
            early = ((first.timestamp - timestamp + (1 << 31)) % (1 << 32) - (1 << 31)) / 90_000
            moment = ntp / 2**32 - 2_208_988_800 + early
        return packets, jump, (moment - ended - 1, moment - began + 1)


@pytest.mark.parametrize("clock", [False, True])
def test_timestamps_count_from_zero_again_in_the_middle_of_the_stream(clips: Path, clock: bool) -> None:
    packets, _, ahead = run(_jumped(TimestampsZero(), clips, clock=clock))
    times = picture_times(packets)
    start = times.index(0)
    assert start >= 1
    assert times[start:] == [number * PICTURE_TICKS for number in range(len(times) - start)]
    assert ahead[0] < 0 < ahead[1]


@pytest.mark.parametrize("seconds", [36_000, -36_000])
def test_a_clock_that_was_set_shows_in_timestamps_and_reports(clips: Path, seconds: int) -> None:
    _, jump, ahead = run(_jumped(TimestampsShifted(seconds), clips))
    assert jump == (seconds * 90_000 + PICTURE_TICKS) % (1 << 32)
    assert ahead[0] < seconds < ahead[1]


def test_the_named_jumps_are_of_ten_hours(clips: Path) -> None:
    ticks = {}
    for name in ("timestamps-forward", "timestamps-back"):
        _, ticks[name], _ = run(_jumped(known_faults()[name].conduct(), clips))
    assert (ticks["timestamps-forward"] - PICTURE_TICKS) % (1 << 32) == TEN_HOURS_TICKS
    assert (PICTURE_TICKS - ticks["timestamps-back"]) % (1 << 32) == TEN_HOURS_TICKS


def test_timestamps_wrap_soon_after_a_client_begins_and_libav_sees_nothing_of_it(clips: Path) -> None:
    async def work() -> None:
        async with small_cameras(clips) as server:
            async with connected(server.url("cam", SUB)) as watching:
                await watching.play()
                await watching.receive(3)
                server.behave("cam", TimestampsWrap())
                await watching.until_hung_up()
            async with connected(server.url("cam", SUB)) as client:
                await client.play()
                await client.receive(1)
                pictures = (WRAP_AFTER_SECONDS + 2) * FORM.fps
                seen = await asyncio.to_thread(decoded, server.url("cam", SUB), pictures)
                await client.caught_up()
            times = picture_times(client.packets)
            assert times[0] == 2**32 - WRAP_AFTER_SECONDS * 90_000
            assert times[-1] < 90_000 * 10
            assert is_unbroken(client.packets)
            assert {after[2] - before[2] for before, after in itertools.pairwise(seen)} == {PICTURE_TICKS}
            # The next to come when nobody watches any more gets a wrap of its own.
            async with connected(server.url("cam", SUB)) as late:
                await late.play()
                (first,) = await late.receive(1)
                assert first.timestamp == times[0]

    run(work())


def test_the_picture_size_changes_within_the_stream_and_the_description_follows(clips: Path) -> None:
    async def work() -> None:
        async with small_cameras(clips) as server, connected(server.url("cam", SUB)) as client:
            before = (await client.ask("DESCRIBE")).body
            await client.play()
            await client.receive(1)
            begun, loop = asyncio.Event(), asyncio.get_running_loop()

            def changed(seen: Sequence[tuple[int, int, int]]) -> bool:
                return [size for *size, _ in seen[-5:]] == [[320, 180]] * 5

            def watch() -> list[tuple[int, int, int]]:
                begin = partial(loop.call_soon_threadsafe, begun.set)
                return decoded(server.url("cam", SUB), changed, begun=begin)

            watching = asyncio.create_task(asyncio.to_thread(watch))
            await begun.wait()
            server.behave("cam", SpsChange())
            seen = await watching
            await client.caught_up()
            assert is_unbroken(client.packets)
            sizes = [size for size, _ in itertools.groupby(frame[:2] for frame in seen)]
            assert sizes == [(160, 90), (320, 180)]
            assert {later[2] - earlier[2] for earlier, later in itertools.pairwise(seen)} == {PICTURE_TICKS}
            async with connected(server.url("cam", SUB)) as late:
                assert (await late.ask("DESCRIBE")).body != before
                server.behave("cam", Honest())
                assert (await late.ask("DESCRIBE")).body == before
            assert (await asyncio.to_thread(decoded, server.url("cam", SUB), 3))[-1][:2] == (160, 90)

    run(work())


def test_a_flapping_camera_changes_its_size_with_every_key_picture_once_a_second(clips: Path) -> None:
    async def work() -> None:
        async with small_cameras(clips, gop_seconds=2.0) as server, connected(server.url("cam", SUB)) as client:
            server.behave("cam", SpsFlapping())
            await client.play()
            await client.receive(1)
            seen = await asyncio.to_thread(decoded, server.url("cam", SUB), 40)
            await client.caught_up()
            sizes = [(size, len(list(group))) for size, group in itertools.groupby(frame[:2] for frame in seen)]
            assert [size for size, _ in sizes[:4]] in (
                [(320, 180), (160, 90)] * 2,
                [(160, 90), (320, 180)] * 2,
            )
            assert {count for _, count in sizes[1:-1]} == {10}
            keys = [packet for packet in client.packets if packet.starts_key_picture]
            assert distances([packet.timestamp for packet in keys], 1 << 32) == {90_000}
            assert is_unbroken(client.packets)

    run(work())


def test_key_pictures_become_rare_and_who_comes_between_two_gets_what_it_cannot_decode(clips: Path) -> None:
    async def work() -> None:
        async with small_cameras(clips) as server, connected(server.url("cam", SUB)) as client:
            await client.play()
            await client.receive(1)
            server.behave("cam", LongGop(3))
            await client.receive(15)  # the last usual group of pictures ends
            entered: list[Packet] = []
            while len(entered) < 4 and all(packet.starts_key_picture for packet in entered):
                # Whoever is held up may by chance come to a key picture.
                async with connected(server.url("cam", SUB)) as late:
                    await late.play()
                    entered += await late.receive(1)
            assert not entered[-1].starts_key_picture
            before = len(client.packets)
            while sum(packet.starts_key_picture for packet in client.packets[before:]) < 2:
                await client.receive(1)
            keys = [packet.timestamp for packet in client.packets if packet.starts_key_picture]
            assert (keys[-1] - keys[-2]) % (1 << 32) == 3 * 90_000
            assert is_unbroken(client.packets)

    run(work())


@pytest.mark.parametrize("seconds", [10, 60])
def test_the_named_groups_of_pictures_last_as_long_as_their_names_say(clips: Path, seconds: int) -> None:
    async def work() -> None:
        conduct = known_faults()[f"gop-{seconds}"].conduct()
        assert conduct.stream is not None
        (form,) = conduct.stream.forms(FORM)
        assert form.gop_seconds == seconds
        async with small_cameras(clips) as server, connected(server.url("cam", SUB)) as client:
            server.behave("cam", conduct)
            await client.play()
            packets = await client.receive(30)
            assert [packet.starts_key_picture for packet in packets] == [True, *[False] * (len(packets) - 1)]
            assert is_unbroken(packets)

    run(work())


def test_damaged_pictures_come_in_right_packets_and_no_decoder_is_content_with_them(clips: Path) -> None:
    async def work() -> None:
        async with small_cameras(clips, "cam", "twin") as server, connected(server.url("cam", SUB)) as client:
            await client.play()
            await client.receive(3)
            server.behave("cam", Corrupt())
            await client.receive(30)
            assert is_unbroken(client.packets)
            async with connected(server.url("twin", SUB)) as twin:
                await twin.play()
                await twin.receive(30)
            good = {packet.payload for packet in twin.packets}
            damaged = [packet for packet in client.packets[10:] if packet.payload not in good]
            assert len(client.packets) // 5 < len(damaged) < len(client.packets)
            with pytest.raises(MachineError):
                await ffmpeg(server.url("cam", SUB), "-t", "3")

    run(work())


def test_bytes_trickle_and_the_stream_is_still_one_when_they_flow_again(clips: Path) -> None:
    async def work() -> None:
        async with small_cameras(clips) as server:
            async with connected(server.url("cam", SUB)) as client:
                await client.play()
                await client.receive(3)
                server.behave("cam", Trickle(500))
                await client.listen(0.15)
                await client.listen(0.15)
                began = time.monotonic()
                heard = await client.first_bytes(900)
                assert len(heard) <= 500 * (time.monotonic() - began) + 100
            async with connected(server.url("cam", SUB)) as client:
                await client.ask("DESCRIBE")
                await client.play()
                await client.receive(1)
                server.behave("cam", Honest())
                assert is_unbroken((await client.receive(30))[-15:])

    run(work())


def test_the_other_size_is_one_every_encoder_takes() -> None:
    assert (resized(FORM).width, resized(FORM).height) == (320, 180)
    assert (resized(resized(FORM)).width, resized(resized(FORM)).height) == (160, 90)
