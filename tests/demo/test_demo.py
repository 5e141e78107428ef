"""`pollcast demo` from outside: it comes up, and whatever ends it, nothing stays behind."""

from __future__ import annotations

import contextlib
import http.client
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from election.ids import Rendition, StationId
from election.playlist import MediaPlaylist, parse_media
from election.states import StationState
from machine import ports
from tests.fetching import fetch
from tests.running_demo import PATIENCE, RunningDemo, running_demo

pytestmark = pytest.mark.server


def start_and_fail(*options: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    argv = [sys.executable, "-m", "pollcast", "demo", *options]
    return subprocess.run(argv, capture_output=True, text=True, timeout=PATIENCE, check=False, env=environment)


def listening(demo: RunningDemo) -> set[int]:
    return {
        item.laddr.port
        for process in demo.processes()
        for item in process.net_connections(kind="inet")
        if item.status == psutil.CONN_LISTEN
    }


def playlist(demo: RunningDemo, station: StationId) -> MediaPlaylist:
    return parse_media(fetch(demo.edge, f"/live/{station}/{Rendition.SUB}/live.m3u8").text)


def newest(found: MediaPlaylist) -> int:
    return found.media_sequence + len(found.segments) - 1


def store_sockets() -> set[str]:
    """Return the names of the sockets of every SeaweedFS that runs here, or was killed."""
    return {path.name for path in Path("/tmp").glob("seaweedfs-*.sock")}


def test_ctrl_c_leaves_no_process_port_or_folder(camera_cache: Path) -> None:
    before = store_sockets()
    with running_demo("--stations", "2", cache=camera_cache) as demo:
        demo.wait_until_live(2)
        processes, taken = demo.processes(), listening(demo)
        assert len(processes) >= 8, "store, packager, edge and four ffmpeg"
        assert any(demo.folder.iterdir())
        demo.process.send_signal(signal.SIGINT)
        assert demo.process.wait(timeout=PATIENCE) == 0
        _, alive = psutil.wait_procs(processes, timeout=PATIENCE)
        assert alive == []
        assert list(demo.folder.iterdir()) == []
        left = store_sockets() - before
        assert [name for name in left if any(f"-{port}." in name for port in taken)] == []
        for port in taken:
            ports.require_free(port, option="--x")


def test_a_past_election_can_be_visited(camera_cache: Path) -> None:
    with running_demo("--stations", "1", cache=camera_cache) as demo:
        assert "/en/archive/2021/" in fetch(demo.edge, "/en/").text
        assert "there are no recordings of that" in fetch(demo.edge, "/en/archive/2021/").text
        assert fetch(demo.edge, "/en/archive/2021/station/034-012/").status == 200


def test_when_it_is_killed_its_processes_die_with_it(camera_cache: Path) -> None:
    with running_demo("--stations", "1", cache=camera_cache) as demo:
        demo.wait_until_live(1)
        processes = demo.processes()
        demo.process.kill()
        demo.process.wait(timeout=PATIENCE)
        _, alive = psutil.wait_procs(processes, timeout=PATIENCE)
        assert alive == []


def test_with_seconds_it_stops_by_itself_and_says_what_it_saw(camera_cache: Path) -> None:
    with running_demo("--stations", "1", "--seconds", "20", cache=camera_cache) as demo:
        live: float | None = None
        while demo.process.poll() is None:
            with contextlib.suppress(OSError, http.client.HTTPException):  # it ends meanwhile
                if live is None and StationState.LIVE in demo.states().values():
                    live = time.monotonic()
            time.sleep(0.3)
        ended = time.monotonic()
        assert demo.process.returncode == 0
        assert list(demo.folder.iterdir()) == []
    said = [words for line in demo.said if (words := re.match(r"\d{3}-\d{3}: (\w+)", line))]
    assert said, demo.said
    # Where the machine stood still there may have been no time to see it live, or to say it.
    assert live is None or ended - live < 10 or "live" in [words[1] for words in said], demo.said


def test_a_kept_folder_is_gone_on_from_and_the_sequence_with_it(camera_cache: Path, tmp_path: Path) -> None:
    options = ("--stations", "1", "--keep", str(tmp_path / "kept"))
    with running_demo(*options, cache=camera_cache) as demo:
        (station,) = demo.wait_until_live(1)
        first = playlist(demo, station)
    with running_demo(*options, cache=camera_cache) as demo:
        second = playlist(demo, station)
        end = time.monotonic() + PATIENCE
        while newest(second) <= newest(first) and time.monotonic() < end:
            time.sleep(0.5)
            second = playlist(demo, station)
    known = dict(enumerate(first.segments, start=first.media_sequence))
    after = dict(enumerate(second.segments, start=second.media_sequence))
    assert max(after) > max(known)
    assert {number: after[number] for number in known} == known
    fresh = [segment for number, segment in sorted(after.items()) if number > max(known) and not segment.gap]
    assert fresh[0].discontinuity


def test_a_taken_port_is_told_in_one_sentence_before_anything_is_started(camera_cache: Path, tmp_path: Path) -> None:
    with socket.create_server((ports.LOOPBACK, 0)) as taken:
        port = str(taken.getsockname()[1])
        done = start_and_fail("--port", port, environment={"TMPDIR": str(tmp_path), "PATH": "/usr/bin:/bin"})
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr == f"Port {port} on 127.0.0.1 is taken by another program. Choose another with --port.\n"
    assert list(tmp_path.iterdir()) == []


def test_a_missing_binary_is_told_in_one_sentence(tmp_path: Path) -> None:
    environment = {"TMPDIR": str(tmp_path), "PATH": "/usr/bin:/bin", "POLLCAST_FFMPEG": "/nowhere/ffmpeg"}
    done = start_and_fail("--port", str(ports.free_port()), environment=environment)
    assert done.returncode == 1
    assert done.stderr == "POLLCAST_FFMPEG names /nowhere/ffmpeg, which is not a program. Correct or unset it.\n"
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_told_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    options = ("--port", str(ports.free_port()), "--keep", str(tmp_path / "file" / "below"))
    done = start_and_fail(*options, environment={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path)})
    assert done.returncode == 1
    assert done.stderr == (
        f"The folder {tmp_path}/file/below cannot be made: Not a directory. Name another with --keep.\n"
    )


def test_a_wrong_option_is_refused_with_code_two() -> None:
    done = start_and_fail("--stations", "0", environment={"PATH": "/usr/bin:/bin"})
    assert done.returncode == 2
    assert "--stations" in done.stderr
