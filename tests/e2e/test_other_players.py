"""Other players than ours on the running system, before anything is broken there."""

from __future__ import annotations

import itertools
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import av
import pytest

from tests.e2e.published import Published
from tests.running_demo import RunningDemo

pytestmark = [pytest.mark.server, pytest.mark.xdist_group("demo")]
READ_SECONDS = 60


def test_an_independent_player_reads_a_minute_of_a_station_without_an_error(
    demo: RunningDemo, published: Published, tmp_path: Path
) -> None:
    file = tmp_path / "minute.mp4"
    station = published.stations[5]
    address = f"{demo.edge}/live/{station}/main/live.m3u8"
    # From here on: what was published before may hold the restart of another test.
    reading = ["--hls-live-edge", "2", "--stream-segmented-duration", str(READ_SECONDS), "--output", str(file)]
    patience = ["--http-timeout", "60", "--stream-segment-timeout", "60", "--stream-timeout", "180"]
    argv = [sys.executable, "-m", "streamlink", "--loglevel", "info", "--no-config"]
    done = subprocess.run(
        [*argv, *reading, *patience, f"hls://{address}", "best"],
        capture_output=True,
        text=True,
        timeout=READ_SECONDS + 240,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    # Where the whole machine stood still a gap is listed, which this player asks for all the same.
    said = (done.stdout + done.stderr).splitlines()
    assert [line for line in said if "error" in line.lower() and "-gap.m4s" not in line] == []
    with av.open(str(file)) as container:
        stream = container.streams.video[0]
        assert stream.time_base is not None
        times = [frame.pts * stream.time_base for frame in container.decode(stream) if frame.pts is not None]
    steps = [after - before for before, after in itertools.pairwise(times)]
    assert len([step for step in steps if step <= 0]) <= published.breaks(station), "time went back"
    assert sum(step for step in steps if step > 0) >= READ_SECONDS - 10 - published.missing(station)
    # A camera that stood still leaves out pictures, now and then; whoever loses some loses some of many segments.
    missing = [step for step in steps if step >= Fraction(1, 4)]
    assert len(missing) <= READ_SECONDS / 10, "pictures are missing"
