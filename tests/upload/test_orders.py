"""`orders.toml`: what is right is read, every fault is named with its place, and nothing is half written or lost."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from election.errors import InputError, MachineError
from election.ids import StationId
from election.schedule import Command, Order
from upload.orders import add_order, locked, read_orders, read_written_orders

FIRST, SECOND = StationId("034-012"), StationId("034-013")
NOON = datetime(2026, 11, 29, 12, tzinfo=timezone(timedelta(hours=4)))
GOOD = """\
# Ours.
[[order]]
time = 2026-11-29T12:00:00+04:00
do = "pause"
stations = ["034-012", "034-013"]
reason = "The room is aired."

[[order]]
time = 2026-11-29T08:05:00Z
do = "resume"
stations = ["034-012"]
"""


def written(folder: Path, text: str) -> Path:
    file = folder / "orders.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_each_station_has_its_orders_oldest_first_with_time_and_reason(tmp_path: Path) -> None:
    pause = Order(command=Command.PAUSE, time=NOON, reason="The room is aired.")
    resume = Order(command=Command.RESUME, time=NOON + timedelta(minutes=5))
    assert read_orders(written(tmp_path, GOOD)) == {FIRST: (pause, resume), SECOND: (pause,)}


def test_where_there_is_no_file_nothing_was_ordered_but_one_that_must_be_there_is_missed(tmp_path: Path) -> None:
    assert read_orders(tmp_path / "orders.toml") == {}
    assert read_orders(written(tmp_path, "")) == {}
    (tmp_path / "orders.toml").unlink()
    with pytest.raises(InputError, match=r"orders\.toml: there is no such file\."):
        read_written_orders(tmp_path / "orders.toml")


WRONG: list[tuple[str, list[str]]] = [
    (
        GOOD.replace('"pause"', '"stop"'),
        ["4: order[1].do: is one of 'pause', 'resume', 'close', 'reopen', not 'stop'."],
    ),
    (
        GOOD.replace('"pause"', "1"),
        ["4: order[1].do: is one of 'pause', 'resume', 'close', 'reopen', not 1."],
    ),
    (GOOD.replace('do = "pause"\n', ""), ["2: order[1].do: is missing; add it."]),
    (GOOD.replace('stations = ["034-012"]\n', ""), ["8: order[2].stations: is missing; add it."]),
    (GOOD.replace("time = 2026-11-29T12:00:00+04:00\n", ""), ["2: order[1].time: is missing; add it."]),
    (
        GOOD.replace("12:00:00+04:00", "12:00:00"),
        [
            "3: order[1].time: write the time with its offset from UTC, such as 2026-11-29T23:41:07+04:00.",
        ],
    ),
    (
        GOOD.replace("2026-11-29T12:00:00+04:00", '"noon"'),
        ["3: order[1].time: is a day and time, without quotes, such as 2026-11-29T09:15:00+04:00, not 'noon'."],
    ),
    (
        GOOD.replace("08:05:00Z", "07:59:59Z"),
        ["9: order[2].time: is earlier than that of the order before it; orders stand in the order of their times."],
    ),
    (
        GOOD.replace('["034-012"]', '"034-012"'),
        ["11: order[2].stations: is a list, not '034-012'."],
    ),
    (
        GOOD.replace('["034-012"]', "[]"),
        ['11: order[2].stations: name at least one station, such as "034-012".'],
    ),
    (GOOD.replace('["034-012"]', "[34]"), ["11: order[2].stations[1]: is a text in quotes, not 34."]),
    (
        GOOD.replace('["034-012"]', '["34-12"]'),
        [
            "11: order[2].stations: a station id is three digits, a hyphen, three digits, such as 034-012, not "
            "'34-12'.",
        ],
    ),
    (
        GOOD.replace('["034-012"]', '["126-001"]'),
        ["11: order[2].stations: a constituency is numbered 1 to 125, not 126."],
    ),
    (GOOD.replace('"034-013"]', '"034-012"]'), ["5: order[1].stations: 034-012 stands twice; remove one of them."]),
    (GOOD.replace('"The room is aired."', "7"), ["6: order[1].reason: is a text in quotes, not 7."]),
    (GOOD.replace("aired.", "\\u001b[31m"), ["6: order[1].reason: write the reason in one line."]),
    (
        GOOD.replace("The room is aired.", "x" * 201),
        ["6: order[1].reason: is 201 characters long; 200 are allowed."],
    ),
    (
        GOOD.replace("reason", "reson"),
        ["6: order[1].reson: is not a known key; is it reason?"],
    ),
    (
        GOOD.replace("[[order]]", "[[orders]]"),
        ["2: orders: is not a known key; is it order?"],
    ),
    ("order = 1\n", ["1: order: is a list, not 1."]),
    (
        GOOD.replace('"034-013"]', '"034-013"'),
        ["6: is not valid TOML at column 1: a list is not closed; write ] at its end."],
    ),
    (
        GOOD[:-12],
        [
            "11: is not valid TOML at its end: no value can be read here; "
            "put a text in quotes, write true and false in small letters."
        ],
    ),
    (
        GOOD.replace('"pause"', '"stop"').replace('"resume"', '"go"'),
        [
            "4: order[1].do: is one of 'pause', 'resume', 'close', 'reopen', not 'stop'.",
            "10: order[2].do: is one of 'pause', 'resume', 'close', 'reopen', not 'go'.",
        ],
    ),
]


@pytest.mark.parametrize(("text", "faults"), WRONG)
def test_each_fault_is_one_sentence_with_file_line_and_field(tmp_path: Path, text: str, faults: list[str]) -> None:
    file = written(tmp_path, text)
    with pytest.raises(InputError) as caught:
        read_orders(file)
    assert [str(fault).removeprefix(f"{file}:") for fault in caught.value.faults] == faults


@pytest.mark.parametrize("kind", ["folder", "bytes", "dangling"])
def test_what_cannot_be_read_is_a_fault_and_not_an_empty_file(tmp_path: Path, kind: str) -> None:
    file = tmp_path / "orders.toml"
    if kind == "folder":
        file.mkdir()
    elif kind == "bytes":
        file.write_bytes(b"\xff\xfe")
    else:
        file.symlink_to(tmp_path / "nowhere")
    with pytest.raises(InputError, match=r"orders\.toml:(1: is not UTF-8| cannot be read: | there is no such file)"):
        read_orders(file)


def test_an_added_order_leaves_what_stands_there_as_it_is(tmp_path: Path) -> None:
    file = written(tmp_path, GOOD)
    at = NOON + timedelta(hours=1, milliseconds=7)
    add_order(file, Command.CLOSE, [SECOND, FIRST], at=at, reason='Counted: "all" \\ of it, səs.')
    text = file.read_text(encoding="utf-8")
    assert text.startswith(GOOD)
    assert text.removeprefix(GOOD) == (
        '\n[[order]]\ntime = 2026-11-29T13:00:00.007+04:00\ndo = "close"\nstations = ["034-012", "034-013"]\n'
        'reason = "Counted: \\"all\\" \\\\ of it, səs."\n'
    )
    close = Order(command=Command.CLOSE, time=at, reason='Counted: "all" \\ of it, səs.')
    assert read_orders(file)[FIRST][-1] == read_orders(file)[SECOND][-1] == close
    assert list(tmp_path.iterdir()) == [file], "something was left behind"


def test_the_first_order_makes_the_file_and_says_what_it_is(tmp_path: Path) -> None:
    add_order(tmp_path / "orders.toml", Command.PAUSE, [FIRST], at=NOON)
    text = (tmp_path / "orders.toml").read_text(encoding="utf-8")
    assert text.startswith("# What operators ordered, oldest first")
    assert "reason" not in text
    assert read_orders(tmp_path / "orders.toml") == {FIRST: (Order(command=Command.PAUSE, time=NOON),)}


def test_a_file_without_a_line_break_at_its_end_is_continued_on_a_line_of_its_own(tmp_path: Path) -> None:
    file = written(tmp_path, GOOD.rstrip())
    add_order(file, Command.CLOSE, [FIRST], at=NOON + timedelta(hours=1))
    assert len(read_orders(file)[FIRST]) == 3


def test_orders_stay_in_the_order_of_their_times_where_the_clock_was_set_back(tmp_path: Path) -> None:
    file = written(tmp_path, GOOD)
    add_order(file, Command.CLOSE, [FIRST], at=NOON - timedelta(hours=3))
    assert read_orders(file)[FIRST][-1].time == datetime(2026, 11, 29, 8, 5, tzinfo=UTC)


def test_nothing_is_added_to_a_damaged_file(tmp_path: Path) -> None:
    file = written(tmp_path, GOOD + "[[order\n")
    before = file.read_bytes()
    with pytest.raises(InputError):
        add_order(file, Command.CLOSE, [FIRST], at=NOON)
    assert file.read_bytes() == before


def test_orders_given_at_the_same_time_lose_nothing(tmp_path: Path) -> None:
    file = tmp_path / "orders.toml"

    def give(number: int) -> None:
        for _ in range(10):
            with locked(file):
                add_order(file, Command.PAUSE, [StationId(f"001-{number:03d}")], at=datetime.now(UTC))

    threads = [threading.Thread(target=give, args=(number,)) for number in range(1, 9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {station: len(orders) for station, orders in read_orders(file).items()} == {
        f"001-{number:03d}": 10 for number in range(1, 9)
    }


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with (
        pytest.raises(MachineError, match=r"The folder of .*orders\.toml cannot be opened: No such file"),
        locked(tmp_path / "nowhere" / "orders.toml"),
    ):
        pass
