"""`pollcast order`: what is written, what is refused, and what an operator reads."""

from __future__ import annotations

import asyncio
import json
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from election.errors import InputError, PollcastError, UsageError
from election.ids import StationId
from election.schedule import Command
from machine import process
from tests.upload.packaging import PATIENCE_SECONDS
from tests.upload.program import app
from tests.upload.test_kill import PROJECT
from upload.orders import read_orders

FIRST, SECOND, THIRD = (StationId(f"034-01{digit}") for digit in "234")
CAMERAS = "".join(
    f'[[camera]]\nstation = "{station}"\nmain = "rtsp://127.0.0.1:9/main"\nuser = "u"\n'
    'password = { env = "NOT_AT_HAND" }\n'
    for station in (FIRST, SECOND, THIRD)
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "cameras.toml").write_text(CAMERAS, encoding="utf-8")
    return tmp_path


def order(folder: Path, *arguments: str) -> str:
    """Run the command in this process; return what it said."""
    result = CliRunner().invoke(
        app,
        ["order", *arguments, "--cameras", str(folder / "cameras.toml")],
        catch_exceptions=False,
        env={"COLUMNS": "120", "TERM": "dumb"},
    )
    assert result.exit_code == 0, result.output
    return result.output


def commands(folder: Path, station: StationId = FIRST) -> list[Command]:
    return [each.command for each in read_orders(folder / "orders.toml").get(station, ())]


def test_an_order_stands_beside_the_cameras_with_its_time_and_reason(folder: Path) -> None:
    before = datetime.now(UTC) - timedelta(seconds=1)
    assert (
        order(folder, "pause", FIRST, SECOND, "--reason", "The room is aired.") == "pause is ordered for 2 stations.\n"
    )
    (given,) = read_orders(folder / "orders.toml")[SECOND]
    assert before < given.time <= datetime.now(UTC)
    assert given.reason == "The room is aired."
    assert commands(folder, THIRD) == []


def test_each_verb_in_turn(folder: Path) -> None:
    for verb in ("pause", "resume", "close", "reopen"):
        assert order(folder, verb, FIRST) == f"{verb} is ordered for 1 station.\n"
    assert commands(folder) == [Command.PAUSE, Command.RESUME, Command.CLOSE, Command.REOPEN]


def test_what_is_so_already_is_not_ordered_again(folder: Path) -> None:
    order(folder, "pause", FIRST)
    assert order(folder, "pause", FIRST) == "Nothing to pause.\n"
    assert order(folder, "resume", SECOND) == "Nothing to resume.\n"
    assert order(folder, "pause", FIRST, SECOND) == "pause is ordered for 1 station. 1 station needed no order.\n"
    assert commands(folder) == [Command.PAUSE]


def test_all_means_every_station_that_it_concerns(folder: Path) -> None:
    order(folder, "close", SECOND)
    assert order(folder, "pause", "--all") == "pause is ordered for 2 stations. 1 station needed no order.\n"
    assert commands(folder, SECOND) == [Command.CLOSE]
    assert order(folder, "close", "--all").startswith("close is ordered for 2 stations.")
    assert order(folder, "reopen", "--all").startswith("reopen is ordered for 3 stations.")


def test_a_station_is_named_in_any_form_and_ordered_once(folder: Path) -> None:
    assert (
        order(folder, "pause", "34/12", "station 12 of constituency 34", FIRST) == "pause is ordered for 1 station.\n"
    )


def test_what_the_clock_has_closed_can_be_opened_again(folder: Path) -> None:
    assert order(folder, "reopen", FIRST) == "reopen is ordered for 1 station.\n"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["pause"], "Name stations, such as 034-012, or give --all."),
        (["pause", FIRST, "--all"], "Name stations, such as 034-012, or give --all."),
        (
            ["pause", "dairə 34"],
            "dairə 34: a station id is three digits, a hyphen, three digits, such as 034-012, not 'dairə 34'.",
        ),
        (["pause", FIRST, "034-099", "034-098"], "034-099, 034-098: no camera in cameras.toml has such a station."),
        (["resume", THIRD], "034-014 is closed. Reopen it first: pollcast order reopen 034-014"),
        (["pause", FIRST, THIRD], "034-014 is closed. Reopen it first: pollcast order reopen 034-014"),
        (["pause", FIRST, "--reason", "a\nb"], "--reason: write it in one line of at most 200 characters."),
        (["pause", FIRST, "--reason", "x" * 201], "--reason: write it in one line of at most 200 characters."),
        (["list", "12"], "12: a station id is three digits, a hyphen, three digits, such as 034-012, not '12'."),
    ],
)
def test_what_makes_no_sense_is_refused_as_a_whole(
    folder: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], sentence: str
) -> None:
    order(folder, "close", THIRD)
    before = (folder / "orders.toml").read_bytes()
    monkeypatch.chdir(folder)
    with pytest.raises(UsageError) as caught:
        CliRunner().invoke(app, ["order", *arguments], catch_exceptions=False)
    assert str(caught.value) == sentence
    assert caught.value.exit_code == 2
    assert (folder / "orders.toml").read_bytes() == before


@pytest.mark.parametrize("verb", ["pause", "list"])
def test_a_damaged_file_is_told_and_left_alone(folder: Path, verb: str) -> None:
    (folder / "orders.toml").write_text('[[order]]\ndo = "stop"\n', encoding="utf-8")
    before = (folder / "orders.toml").read_bytes()
    with pytest.raises(InputError, match=r"orders\.toml:2: order\[1\]\.do: is one of 'pause'"):
        order(folder, verb, FIRST)
    assert (folder / "orders.toml").read_bytes() == before


def test_faults_of_the_cameras_file_are_told(folder: Path) -> None:
    (folder / "cameras.toml").unlink()
    with pytest.raises(PollcastError, match=r"cameras\.toml: there is no such file\."):
        order(folder, "pause", FIRST)


def test_the_list_says_what_was_ordered_when_and_why(folder: Path) -> None:
    assert order(folder, "list") == "Nothing was ordered.\n"
    order(folder, "pause", FIRST, SECOND, "--reason", "[red]air[/]")
    order(folder, "close", FIRST)
    lines = [line for line in order(folder, "list").splitlines() if "034-" in line]
    assert [[cell.strip() for cell in line.split("│")[2:-1]] for line in lines] == [
        [FIRST, "pause", "[red]air[/]"],
        [SECOND, "pause", "[red]air[/]"],
        [FIRST, "close", ""],
    ]
    found = json.loads(order(folder, "list", SECOND, "--json"))
    assert [(each["station"], each["order"], each["reason"]) for each in found] == [(SECOND, "pause", "[red]air[/]")]
    assert datetime.fromisoformat(found[0]["time"]).tzinfo is not None


def test_programs_that_order_at_the_same_time_lose_nothing(folder: Path) -> None:
    async def work() -> None:
        environment = {"PYTHONPATH": str(PROJECT), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
        argv = [sys.executable, "-m", "tests.upload.program", "order", "pause"]
        children = [
            await process.start([*argv, station], name=station, folder=folder, environment=environment)
            for station in (FIRST, SECOND, THIRD)
        ]
        async with asyncio.timeout(PATIENCE_SECONDS):
            assert [await child.wait() for child in children] == [0, 0, 0]

    asyncio.run(work())
    assert [commands(folder, station) for station in (FIRST, SECOND, THIRD)] == [[Command.PAUSE]] * 3
