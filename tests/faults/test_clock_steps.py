"""The machine's clock is set by an hour while the packager runs: no viewer sees anything of it.

The clock is libfaketime's: the packager, a process of its own, reads another wall-clock time than everybody else, and
the same steady clock. ffmpeg and the cameras do not notice.
"""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from election import keys
from election.playlist import MediaPlaylist, parse_media
from election.states import StationState
from election.status import parse_public_status
from election.timeline import RenditionDay, parse_timeline
from machine.files import write_atomically
from tests.packages import faketime_library
from tests.upload.packaging import FIRST, MAIN, Audience, cameras, discontinuities, run, until
from tests.upload.side_by_side import side_by_side
from tests.upload.test_kill import started, written_inputs
from upload.store import ObjectStore

pytestmark = pytest.mark.server


def with_a_clock(file: Path) -> dict[str, str]:
    """Return the variables that give a process the clock that stands in `file`, as seconds beside the real one."""
    if (library := faketime_library()) is None:
        pytest.skip("this test needs libfaketime (Debian: libfaketime)")
    write_atomically(file, b"+0")
    return {
        "LD_PRELOAD": str(library),
        "FAKETIME_TIMESTAMP_FILE": str(file),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "DONT_FAKE_MONOTONIC": "1",
    }


async def told(store: ObjectStore) -> list[tuple[RenditionDay, list[MediaPlaylist]]]:
    """Return each day's part of the timeline, with its hour playlists."""
    found = []
    for key in [key for key in await store.list(f"live/{FIRST}/") if key.endswith("timeline.json")]:
        part = parse_timeline(await store.get(key)).renditions[MAIN]
        hours = [parse_media((await store.get(f"live/{FIRST}/{hour.playlist}")).decode()) for hour in part.hours]
        found.append((part, hours))
    return found


def _set_by(clips: Path, fast: Path, store: ObjectStore, seconds: int) -> None:
    async def work() -> None:
        audience = Audience(store)
        clock = fast / "clock"
        began = datetime.now(UTC)

        async def has(count: int) -> bool:
            return await audience.count() >= count

        async with cameras(clips) as server:
            written_inputs(
                fast,
                f"file://{fast}/store",
                f'[[camera]]\nstation = "{FIRST}"\nmain = "{server.url("cam-001", MAIN)}"\n',
            )
            child = await started(fast, environment=with_a_clock(clock), program="tests.faults.quick_program")
            try:
                await until(lambda: has(4))
                write_atomically(clock, f"{seconds:+d}".encode())
                stepped = await audience.count()
                await until(lambda: has(stepped + 6))

                async def written_since() -> bool:
                    """The status and the archive go on, by the clock as it is now."""
                    status = parse_public_status(await store.get(keys.PUBLIC_STATUS))
                    aside = (status.written - datetime.now(UTC)).total_seconds()
                    archived = [each for _, hours in await told(store) for hour in hours for each in hour.segments]
                    return abs(aside - seconds) < 60 and len(archived) >= stepped + 4

                async def says_live() -> bool:
                    status = parse_public_status(await store.get(keys.PUBLIC_STATUS))
                    return status.states == {FIRST: StationState.LIVE}

                await until(written_since)
                await until(says_live)
            finally:
                assert await child.stop(grace=60) == 0
        await audience.look()
        segments = audience.segments()
        assert discontinuities(segments) == 0
        assert not any(segment.gap for segment in segments)
        for each, after in itertools.pairwise(segments):
            assert abs(after.program_date_time - each.program_date_time - each.duration) < timedelta(seconds=0.1)
        assert began - timedelta(minutes=10) < segments[0].program_date_time
        assert segments[-1].program_date_time < datetime.now(UTC) + timedelta(minutes=10)
        # Every hour playlist holds what it should: an hour is closed only once another has begun in the pictures.
        days = await told(store)
        archived = [segment for _, hours in days for hour in hours for segment in hour.segments]
        assert [segment.uri for segment in archived] == [segment.uri.split("/")[-1] for segment in segments][
            : len(archived)
        ]
        newest = days[-1][0].hours[-1]
        assert not newest.closed
        assert not days[-1][1][-1].ended

    run(work())


@side_by_side
def test_a_clock_that_is_set_an_hour_ahead_changes_nothing(clips: Path, fast: Path, store: ObjectStore) -> None:
    _set_by(clips, fast, store, 3600)


@side_by_side
def test_a_clock_that_is_set_an_hour_back_changes_nothing(clips: Path, fast: Path, store: ObjectStore) -> None:
    _set_by(clips, fast, store, -3600)
