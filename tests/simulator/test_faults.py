"""The faults by their names: plans in words, carried out in their time, and every one undone."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from election.errors import UsageError
from simulator.conduct import Honest
from simulator.dialogue_faults import Refuse
from simulator.faults import Plan, carry_out, known_faults, parse_plan
from tests.simulator.client import connected
from tests.simulator.small_cameras import SUB, is_unbroken, run, small_cameras

NAMES = (
    *("stop-sending", "bye", "refuse", "wrong-password"),
    *("timestamps-zero", "timestamps-forward", "timestamps-back", "timestamps-wrap"),
    *("sps-change", "sps-flapping", "gop-10", "gop-60", "corrupt", "mute", "trickle"),
    *("redirect", "self-redirect", "endless-sdp", "half-open"),
)


def test_the_faults_are_these() -> None:
    assert tuple(known_faults()) == NAMES


@pytest.mark.parametrize(
    ("text", "plan"),
    [
        ("cam-1=bye", Plan(camera="cam-1", fault="bye")),
        ("cam-1=gop-60@10", Plan(camera="cam-1", fault="gop-60", after=10)),
        ("cam-1=gop-10+2.5", Plan(camera="cam-1", fault="gop-10", lasting=2.5)),
        ("cam-1=half-open@0.5+30", Plan(camera="cam-1", fault="half-open", after=0.5, lasting=30)),
    ],
)
def test_a_plan_is_read(text: str, plan: Plan) -> None:
    assert parse_plan(text, cameras={"cam-1"}) == plan


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("cam-1", "write it as NAME=FAULT"),
        ("cam-1=bye@", "write it as NAME=FAULT"),
        ("cam-1=bye@-1", "write it as NAME=FAULT"),
        ("cam-1=bye+3@1", "write it as NAME=FAULT"),
        ("cam-1=bye@1e9", "write it as NAME=FAULT"),
        ("=bye", "write it as NAME=FAULT"),
        ("cam-1=goodbye", f"there is no fault goodbye; there are {', '.join(NAMES)}."),
        ("cam-2=bye", "there is no camera cam-2."),
    ],
)
def test_a_plan_that_cannot_be_is_refused_in_a_sentence(text: str, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_plan(text, cameras={"cam-1"})
    assert str(caught.value).startswith(f"--fault: {message}")


@pytest.mark.server
def test_every_fault_that_began_while_somebody_watched_is_undone_without_a_trace(clips: Path) -> None:
    async def work() -> None:
        async with small_cameras(clips, *NAMES) as server:
            async with AsyncExitStack() as stack:
                watching = [await stack.enter_async_context(connected(server.url(name, SUB))) for name in NAMES]
                for client in watching:
                    await client.play()
                for client in watching:
                    await client.receive(1)
                for name, fault in known_faults().items():
                    server.behave(name, fault.conduct())
                await asyncio.sleep(1.5)
                for name in NAMES:
                    server.behave(name, Honest())
            async with AsyncExitStack() as stack:
                clients = [await stack.enter_async_context(connected(server.url(name, SUB))) for name in NAMES]
                for client in clients:
                    await client.play()
                for name, client in zip(NAMES, clients, strict=True):
                    await client.receive(20)
                    assert client.packets[0].starts_key_picture, name
                    assert is_unbroken(client.packets), name
        assert asyncio.all_tasks() == {asyncio.current_task()}

    run(work())


@pytest.mark.server
def test_a_fault_begins_and_ends_in_its_time_and_the_one_that_began_last_stays(clips: Path) -> None:
    told: list[str] = []

    async def work() -> None:
        async with small_cameras(clips, "one", "two") as server:
            plans = [
                Plan(camera="one", fault="refuse", lasting=0.6),
                Plan(camera="two", fault="bye", lasting=0.6),
                Plan(camera="two", fault="redirect", after=0.3),
            ]
            task = asyncio.create_task(carry_out(plans, server, redirect_to="rtsp://192.0.2.7/x", tell=told.append))
            while "one: refuse" not in told:
                await asyncio.sleep(0)
            assert isinstance(server.conduct("one"), Refuse)
            await task
            async with connected(server.url("one", SUB)) as one, connected(server.url("two", SUB)) as two:
                assert (await one.ask("DESCRIBE")).status == 200
                answer = await two.ask("DESCRIBE")
                assert (answer.status, answer.headers["location"]) == (302, "rtsp://192.0.2.7/x")

    run(work())
    assert told == ["one: refuse", "two: bye", "two: redirect", "one: as it should be"]
