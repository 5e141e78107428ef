"""The demo's folder and the files in it."""

from __future__ import annotations

import asyncio
import errno
import os
import tempfile
from datetime import date
from pathlib import Path

import pytest

from demo import workplace
from election import cameras, configuration
from election.errors import MachineError, UsageError
from election.ids import Rendition, StationId
from simulator.cli import describe
from simulator.description import StreamFormat
from simulator.server import serving

STATIONS = (StationId("001-001"), StationId("034-012"))
TINY = StreamFormat(width=160, height=90, fps=5, kbit=50, gop_seconds=1)


@pytest.fixture(autouse=True)
def _temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))


def test_a_folder_of_its_own_is_removed_whatever_happens(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), workplace.workplace(None, needed_bytes=1) as folder:
        raise ZeroDivisionError(folder / "store")
    assert list(tmp_path.iterdir()) == []


def test_a_named_folder_is_made_and_stays(tmp_path: Path) -> None:
    with workplace.workplace(tmp_path / "a" / "b", needed_bytes=1) as folder:
        (folder / "file").touch()
    assert (tmp_path / "a" / "b" / "file").exists()


def test_a_folder_with_something_else_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "content").mkdir()
    with pytest.raises(UsageError, match="holds something else than a demo"), workplace.workplace(tmp_path):
        pytest.fail("it was used all the same")
    assert [path.name for path in tmp_path.iterdir()] == ["content"]


def test_too_little_room_is_told_before_anything_is_started(tmp_path: Path) -> None:
    told = r"^Only \d+ MB are free in .*, and the demo needs 1000000000000 MB\. Free some space, or name a folder on"
    with pytest.raises(MachineError, match=told), workplace.workplace(None, needed_bytes=10**18):
        pytest.fail("it was started all the same")
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_fills_up_is_told_as_what_it_is(tmp_path: Path) -> None:
    with pytest.raises(MachineError, match=r"is full\. Free some space"), workplace.workplace(None, needed_bytes=1):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    with pytest.raises(OSError, match="broken"), workplace.workplace(None, needed_bytes=1):
        raise OSError(errno.EIO, "broken")
    assert list(tmp_path.iterdir()) == []


def test_the_configuration_is_one_that_every_part_reads(tmp_path: Path) -> None:
    url = "s3://demo?endpoint=http://127.0.0.1:8333&region=us-east-1"
    path = workplace.write_configuration(
        tmp_path, day=date(2026, 11, 24), time_zone="Europe/Kyiv", edge="http://127.0.0.1:8080", store_url=url
    )
    read = configuration.read_configuration(path)
    assert read.election.date == date(2026, 11, 24)
    assert read.election.time_zone == "Europe/Kyiv"
    assert read.election.sample
    assert read.store.url == url
    assert read.site.base_url == "http://127.0.0.1:8080"


def test_a_time_zone_that_is_none_is_refused() -> None:
    workplace.require_time_zone("Asia/Baku")
    for name in ("Asia/Bakuu", "", "/etc/localtime"):
        with pytest.raises(UsageError, match="There is no time zone"):
            workplace.require_time_zone(name)


def test_the_cameras_are_named_without_their_password(tmp_path: Path) -> None:
    async def work() -> str:
        async with serving(describe(STATIONS, main=TINY, sub=TINY), cache=tmp_path / "clips", clip_seconds=1) as server:
            workplace.write_cameras(tmp_path, STATIONS, server)
            return server.url("034-012", Rendition.SUB)

    address = asyncio.run(work())
    environment = {workplace.CAMERA_PASSWORD_VARIABLE: "blauwal"}
    sources = cameras.read_cameras(tmp_path / "cameras.toml", environment)
    assert [(source.station, source.rendition) for source in sources] == [
        (station, rendition) for station in STATIONS for rendition in Rendition
    ]
    assert sources[-1].url == address
    assert sources[-1].password is not None
    assert sources[-1].password.reveal() == "blauwal"
    assert "blauwal" not in (tmp_path / "cameras.toml").read_text()
