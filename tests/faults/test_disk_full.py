"""The spool's disk is full: what is lost is told, and all goes on by itself once there is room."""

from __future__ import annotations

import contextlib
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from election.timeline import GapReason
from simulator.description import StreamFormat
from tests.faults.outage import gap_reasons, listed
from tests.upload.packaging import FIRST, MAIN, SUB, Audience, cameras, packaging, run, sources_of
from tests.upload.unreliable_store import Fault, UnreliableStore
from upload import packager
from upload.journal import Journal
from upload.store import ObjectStore

pytestmark = [pytest.mark.server, pytest.mark.usefixtures("quick_attempts")]
MEGABYTES = 16
LARGE = StreamFormat(width=640, height=360, fps=25, kbit=4000, gop_seconds=1.0)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 16 MB of its own: needs root, or a name space in which one is."""
    folder = tmp_path / "disk"
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={MEGABYTES}m", "tmpfs", str(folder)], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


async def _has(audience: Audience, count: int) -> bool:
    return await audience.count() >= count


async def _tells(store: ObjectStore, reason: GapReason) -> bool:
    return reason in await gap_reasons(store)


@contextlib.contextmanager
def ballast(folder: Path, *, leave: int) -> Iterator[None]:
    """Fill a disk but for `leave` bytes."""
    file = folder / "ballast"
    free = os.statvfs(folder)
    file.write_bytes(b"\0" * (free.f_bavail * free.f_frsize - leave))
    try:
        yield
    finally:
        file.unlink()


def lost(spool: Path) -> list[tuple[str, str]]:
    """Return rendition and reason of what was recorded and lost, oldest first."""
    journal = Journal(spool / "journal.sqlite")
    try:
        return [(rendition, gap.reason) for rendition in (MAIN, SUB) for gap in journal.gaps(FIRST, rendition)]
    finally:
        journal.close()


def test_a_store_that_is_away_until_the_spool_is_full_costs_the_sub_stream_first_and_then_the_oldest(
    clips: Path, fast: Path, store: ObjectStore, small_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packager, "BUDGET_SECONDS", 0.3)
    unreliable = UnreliableStore(store)

    async def work() -> None:
        audience = Audience(unreliable)
        async with (
            cameras(clips, main=LARGE) as server,
            packaging(sources_of(server, "cam-001"), unreliable, small_disk / "spool") as running,
        ):
            await running.until(lambda: _has(audience, 2))
            await running.until(lambda: audience.look(FIRST, SUB))
            unreliable.fault = lambda key: Fault.FAILED
            await running.until(lambda: ("main", GapReason.SPOOL_FULL) in lost(small_disk / "spool"), seconds=300)
            assert ("sub", GapReason.SPOOL_FULL) in lost(small_disk / "spool")
            await running.until(lambda: running.health().recorder == "recording")
            newest = running.health().next_number
            unreliable.fault = lambda key: Fault.NONE
            await running.until(lambda: listed(audience, newest))
            await running.until(lambda: _tells(store, GapReason.SPOOL_FULL))
            await running.until(lambda: running.health().waiting <= 1)
            # A machine that stood still meanwhile may have filled the disk in one go.
            assert running.health().restarts <= 2
        assert audience.numbers()[-1] - audience.numbers()[0] + 1 == len(audience.numbers())
        assert unreliable.broken_rules == []

    run(work())


def test_a_disk_that_others_fill_ends_recordings_is_told_as_a_gap_and_recovered_from(
    clips: Path, fast: Path, store: ObjectStore, small_disk: Path
) -> None:
    async def work() -> None:
        audience = Audience(store)
        async with (
            cameras(clips, main=LARGE) as server,
            packaging(sources_of(server, "cam-001"), store, small_disk / "spool") as running,
        ):
            await running.until(lambda: _has(audience, 3))
            with ballast(small_disk, leave=50_000):
                await running.until(lambda: running.health().recorder not in {"recording", "starting"})
            before = await audience.count()
            await running.until(lambda: _has(audience, before + 3))
            await running.until(lambda: _tells(store, GapReason.DISK_FULL))
        numbers = audience.numbers()
        assert numbers == list(range(len(numbers)))

    run(work())
