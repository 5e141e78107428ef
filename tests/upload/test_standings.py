"""What every station is to do now: told to those who wait, on the second, and in words."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from election.errors import InputError
from election.ids import StationId
from election.schedule import Command, Order, Phase, Schedule, Standing
from tests.upload.packaging import PATIENCE_SECONDS, run
from upload.standings import Standings, orders_reader

BAKU = ZoneInfo("Asia/Baku")
FIRST, SECOND = StationId("034-012"), StationId("034-013")
OPENS = datetime(2026, 11, 29, 3, 30, tzinfo=UTC)
SCHEDULE = Schedule(opens=OPENS, ends=OPENS + timedelta(hours=35, minutes=30), zone=BAKU)


class Clock:
    """A clock that stands where it is put."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


def order(command: Command, at: datetime, reason: str = "") -> Order:
    return Order(command=command, time=at, reason=reason)


async def phase(changes: AsyncIterator[Standing]) -> Phase:
    async with asyncio.timeout(PATIENCE_SECONDS):
        return (await anext(changes)).phase


def test_a_change_by_clock_or_order_is_told_once_to_everyone_it_concerns() -> None:
    clock = Clock(OPENS - timedelta(seconds=5))
    standings = Standings(SCHEDULE, clock=clock)

    async def work() -> None:
        following = asyncio.create_task(standings.follow_clock())
        first, second = standings.changes(FIRST), standings.changes(SECOND)
        assert [await phase(first), await phase(second)] == [Phase.SCHEDULED] * 2
        clock.now = OPENS
        assert [await phase(first), await phase(second)] == [Phase.OPEN] * 2
        standings.ordered({FIRST: (order(Command.PAUSE, OPENS),)})
        assert await phase(first) is Phase.PAUSED
        told = asyncio.ensure_future(phase(second))
        await asyncio.sleep(0.05)
        assert not told.done(), "told of nothing"
        clock.now = SCHEDULE.ends
        assert await told is Phase.CLOSED
        assert await phase(first) is Phase.CLOSED
        following.cancel()

    run(work())


def test_the_opening_is_told_on_the_second_however_rarely_the_clock_is_looked_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("upload.standings.TICK_SECONDS", 3600.0)

    async def work() -> None:
        began = time.monotonic()
        standings = Standings(
            SCHEDULE, clock=lambda: OPENS + timedelta(seconds=time.monotonic() - began) - timedelta(seconds=0.3)
        )
        changes = standings.changes(FIRST)
        if await phase(changes) is Phase.SCHEDULED:
            following = asyncio.create_task(standings.follow_clock())
            assert await phase(changes) is Phase.OPEN
            following.cancel()

    run(work())


def test_a_change_while_another_is_carried_out_is_not_missed() -> None:
    standings = Standings()

    async def work() -> None:
        changes = standings.changes(FIRST)
        assert await phase(changes) is Phase.OPEN
        orders = (order(Command.PAUSE, OPENS),)
        standings.ordered({FIRST: orders})
        standings.ordered({FIRST: (*orders, order(Command.CLOSE, OPENS))})
        assert await phase(changes) is Phase.CLOSED

    run(work())


def test_the_phase_of_a_past_moment_follows_from_the_times_of_the_orders() -> None:
    minute = timedelta(minutes=1)
    orders = (
        order(Command.PAUSE, OPENS + 10 * minute),
        order(Command.RESUME, OPENS + 20 * minute),
        order(Command.CLOSE, OPENS + 30 * minute),
        order(Command.REOPEN, OPENS + 40 * minute),
    )
    standings = Standings(SCHEDULE, {FIRST: orders}, clock=Clock(OPENS + timedelta(hours=1)))
    found = [standings.phase_at(FIRST, OPENS + n * minute) for n in (-1, 5, 15, 25, 35, 45)]
    assert found == [Phase.SCHEDULED, Phase.OPEN, Phase.PAUSED, Phase.OPEN, Phase.CLOSED, Phase.OPEN]


@pytest.mark.parametrize(
    ("at", "orders", "sentence"),
    [
        (OPENS - timedelta(hours=1), (), "Opens 2026-11-29 07:30 (Asia/Baku)."),
        (OPENS, (), ""),
        (OPENS, (order(Command.PAUSE, OPENS),), "Paused by order since 2026-11-29 07:30 (Asia/Baku)."),
        (OPENS, (order(Command.PAUSE, OPENS, "air"),), "Paused by order since 2026-11-29 07:30 (Asia/Baku): air"),
        (OPENS, (order(Command.CLOSE, OPENS, "done"),), "Closed by order since 2026-11-29 07:30 (Asia/Baku): done"),
        (SCHEDULE.ends, (), "Closed by the clock since 2026-11-30 19:00 (Asia/Baku)."),
    ],
)
def test_why_a_station_is_not_recorded_is_one_sentence(at: datetime, orders: tuple[Order, ...], sentence: str) -> None:
    assert Standings(SCHEDULE, {FIRST: orders}, clock=Clock(at)).sentence(FIRST) == sentence


def test_a_notice_says_what_to_do_when_nothing_runs_by_the_clock() -> None:
    assert Standings(SCHEDULE, clock=Clock(OPENS - timedelta(days=9))).notice() == (
        "It is not time yet: opens 2026-11-29 07:30 (Asia/Baku). To begin now, as a rehearsal: "
        "pollcast package --rehearsal."
    )
    assert Standings(SCHEDULE, clock=Clock(SCHEDULE.ends)).notice() == (
        "The election is over: ended 2026-11-30 19:00 (Asia/Baku). To run all the same: pollcast package --rehearsal."
    )
    assert Standings(SCHEDULE, clock=Clock(OPENS)).notice() == ""
    assert Standings(clock=Clock(OPENS - timedelta(days=9))).notice() == ""


def test_orders_that_were_there_and_are_gone_are_a_fault_and_not_none(tmp_path: Path) -> None:
    file = tmp_path / "orders.toml"
    read = orders_reader({})
    assert read(file) == {}
    file.write_text(f'[[order]]\ntime = {OPENS.isoformat()}\ndo = "pause"\nstations = ["{FIRST}"]\n', encoding="utf-8")
    assert read(file).keys() == {FIRST}
    file.unlink()
    with pytest.raises(InputError, match="there is no such file"):
        read(file)
