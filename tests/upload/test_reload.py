"""`cameras.toml` changed while the packager runs: who is changed notices, nobody else does."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from election.ids import StationId
from simulator.server import CameraServer
from tests.upload.packaging import (
    FIRST,
    MAIN,
    SECOND,
    SUB,
    THIRD,
    Audience,
    cameras,
    discontinuities,
    run,
    until,
)
from tests.upload.side_by_side import side_by_side
from tests.upload.test_kill import camera_toml, started, written_inputs
from upload.store import ObjectStore

pytestmark = pytest.mark.server


def toml(server: CameraServer, **stations: StationId) -> str:
    return "".join(
        camera_toml(station, server.url(name.replace("_", "-"), MAIN), server.url(name.replace("_", "-"), SUB))
        for name, station in stations.items()
    )


def report(folder: Path) -> dict[str, dict[str, int]]:
    """Return each station's ffmpeg process ids as the report tells them."""
    try:
        data = json.loads((folder / "spool/status.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    return {
        station: {name: health["ffmpeg_pid"] for name, health in entry["renditions"].items()}
        for station, entry in data["stations"].items()
    }


def refused(folder: Path) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads((folder / "spool/status.json").read_text(encoding="utf-8"))["refused"]
    return found


async def has(audience: Audience, count: int, *place: object) -> bool:
    return await audience.count(*place) >= count  # type: ignore[arg-type] # station and rendition


@side_by_side
def test_cameras_come_go_and_change_without_the_others_noticing(clips: Path, fast: Path, store: ObjectStore) -> None:
    async def work() -> None:
        audience = Audience(store)
        async with cameras(clips, "cam-001", "cam-002", "cam-003") as server:
            written_inputs(fast, f"file://{fast}/store", toml(server, cam_001=FIRST, cam_002=SECOND))
            heard: list[str] = []
            child = await started(fast, on_line=heard.append)
            await until(lambda: has(audience, 2))
            await until(lambda: has(audience, 2, SECOND, MAIN))
            before = await until(
                lambda: (
                    (found := report(fast)).keys() == {FIRST, SECOND}
                    and not any(None in pids.values() for pids in found.values())
                    and found
                )
            )

            # One is removed, one is added.
            (fast / "cameras.toml").write_text(toml(server, cam_001=FIRST, cam_003=THIRD), encoding="utf-8")
            await until(lambda: has(audience, 2, THIRD, MAIN))
            await until(lambda: server.viewers("cam-002") == 0)
            await until(lambda: not list((fast / "spool/media" / SECOND).glob("*/*/*.m4s")))
            after = await until(lambda: (found := report(fast)).keys() == {FIRST, THIRD} and found)
            assert after[FIRST] == before[FIRST]
            assert any("cameras changed" in line for line in heard)

            # Of one only the main stream becomes another camera's.
            changed = toml(server, cam_001=FIRST, cam_003=THIRD).replace(
                server.url("cam-001", MAIN), server.url("cam-002", MAIN)
            )
            (fast / "new").write_text(changed, encoding="utf-8")
            (fast / "new").replace(fast / "cameras.toml")
            await until(lambda: server.viewers("cam-002") == 1)
            count = await audience.count()
            await until(lambda: has(audience, count + 2))
            last = await until(
                lambda: (found := report(fast))[FIRST]["main"] not in {None, before[FIRST]["main"]} and found
            )
            assert last[FIRST]["sub"] == before[FIRST]["sub"]
            # One where the new recording begins, and one more where a finished segment was found in the spool.
            assert 1 <= discontinuities(audience.segments()) <= 2
            await audience.look(FIRST, SUB)
            assert discontinuities(audience.segments(FIRST, SUB)) == 0

            # The removed one comes back and goes on with its sequence.
            numbers = await audience.count(SECOND, MAIN)
            back = toml(server, cam_002=SECOND) + changed
            (fast / "cameras.toml").write_text(back, encoding="utf-8")
            await until(lambda: has(audience, numbers + 2, SECOND, MAIN))
            assert audience.numbers(SECOND, MAIN) == list(range(len(audience.numbers(SECOND, MAIN))))
            assert await child.stop(grace=60) == 0
            assert not any("Traceback" in line for line in heard), heard

    run(work())


@side_by_side
def test_a_file_with_faults_is_refused_as_a_whole_told_once_and_the_old_one_goes_on(
    clips: Path, fast: Path, store: ObjectStore
) -> None:
    async def work() -> None:
        audience = Audience(store)
        async with cameras(clips) as server:
            right = toml(server, cam_001=FIRST)
            written_inputs(fast, f"file://{fast}/store", right)
            heard: list[str] = []
            child = await started(fast, on_line=heard.append)
            await until(lambda: has(audience, 1))
            wrong = '[[camera]]\nstation = "034-013"\nmain = "ftp://x/"\n'
            (fast / "cameras.toml").write_text(wrong, encoding="utf-8")
            faults = await until(lambda: refused(fast))
            assert [(fault["file"], fault["line"], fault["field"]) for fault in faults] == [
                ("cameras.toml", 3, "camera[1].main")
            ]
            count = await audience.count()
            await until(lambda: has(audience, count + 2))
            (fast / "cameras.toml").write_text(right, encoding="utf-8")
            await until(lambda: not refused(fast))
            assert await child.stop(grace=60) == 0
            assert sum('"event": "cameras refused"' in line for line in heard) == 1
            assert any('"event": "recovered"' in line and '"cameras refused"' in line for line in heard)
            assert discontinuities(audience.segments()) == 0

    run(work())
