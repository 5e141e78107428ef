"""`pollcast package` and `pollcast status` with wrong input: one clear sentence each, and the right exit code."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from election.errors import InputError
from machine import process
from tests.upload.packaging import PATIENCE_SECONDS, run, until
from tests.upload.program import app
from tests.upload.test_kill import PROJECT, written_inputs
from upload.cli import check_cameras
from upload.health import node_report

CAMERA = '[[camera]]\nstation = "034-012"\nmain = "rtsp://127.0.0.1:9/main"\n'


def run_in(
    folder: Path, *arguments: str, environment: Mapping[str, str] | None = None, grace: float = PATIENCE_SECONDS
) -> tuple[int, str]:
    """Run a command to its end; return its exit code and everything it said."""

    async def work() -> tuple[int, str]:
        known = {"PYTHONPATH": str(PROJECT), "PATH": os.environ["PATH"], "LANG": "C.UTF-8", "TERM": "dumb"}
        argv = [sys.executable, "-m", "tests.upload.program", *arguments]
        child = await process.start(argv, name="command", folder=folder, environment=known | dict(environment or {}))
        async with asyncio.timeout(grace):
            return await child.wait(), "\n".join(child.tail)

    return asyncio.run(work())


@pytest.mark.parametrize(
    ("toml", "sentence"),
    [
        (
            CAMERA.replace("rtsp", "ftp"),
            "cameras.toml:3: camera[1].main: only rtsp://, rtsps://, srt://, rtmp://, http://, https:// addresses are "
            "cameras, not ftp.",
        ),
        (
            CAMERA + 'pasword = { env = "X" }\n',
            "cameras.toml:4: camera[1].pasword: is not a known key; is it password?",
        ),
        (
            CAMERA + 'user = "u"\npassword = { env = "NOT_SET" }\n',
            "cameras.toml:5: camera[1].password: the environment variable NOT_SET is not set; set it to the password.",
        ),
        (
            CAMERA.replace('"034-012"', "34"),
            "cameras.toml:2: camera[1].station: is a text in quotes, not 34.",
        ),
    ],
)
def test_a_fault_in_the_cameras_is_one_sentence_with_file_line_and_field(
    tmp_path: Path, toml: str, sentence: str
) -> None:
    written_inputs(tmp_path, f"file://{tmp_path}/store", toml)
    assert run_in(tmp_path, "package") == (2, sentence)
    assert not (tmp_path / "spool").exists()
    assert not (tmp_path / "store").exists()


def test_every_fault_is_told_and_not_only_the_first(tmp_path: Path) -> None:
    written_inputs(tmp_path, f"file://{tmp_path}/store", CAMERA + "nonsense = 1\n" + CAMERA.replace("034", "126"))
    code, said = run_in(tmp_path, "package")
    assert code == 2
    assert [line.split(":")[1] for line in said.splitlines()] == ["4", "6"]


@pytest.mark.parametrize("missing", ["pollcast.toml", "cameras.toml"])
def test_a_missing_file_is_one_sentence(tmp_path: Path, missing: str) -> None:
    written_inputs(tmp_path, f"file://{tmp_path}/store", CAMERA)
    (tmp_path / missing).unlink()
    assert run_in(tmp_path, "package") == (2, f"{missing}: there is no such file.")


def test_a_wrong_store_address_is_told_with_its_line(tmp_path: Path) -> None:
    written_inputs(tmp_path, "ftp://store", CAMERA)
    code, said = run_in(tmp_path, "package")
    assert code == 2
    assert said.startswith("pollcast.toml:5: store.url: ")


def test_missing_credentials_are_told(tmp_path: Path) -> None:
    written_inputs(tmp_path, "s3://bucket?endpoint=http://127.0.0.1:9&region=us-east-1", CAMERA)
    code, said = run_in(tmp_path, "package")
    assert code == 2
    assert "AWS_ACCESS_KEY_ID" in said


@pytest.mark.parametrize("name", ["../node", "a/b", "", ".", "x" * 64])
def test_a_name_that_cannot_stand_in_an_objects_key_is_refused(tmp_path: Path, name: str) -> None:
    written_inputs(tmp_path, f"file://{tmp_path}/store", CAMERA)
    with pytest.raises(Exception, match=r"--name: .* is no name; use letters"):
        CliRunner().invoke(
            app,
            [
                "package",
                "--name",
                name,
                "--config",
                f"{tmp_path}/pollcast.toml",
                "--cameras",
                f"{tmp_path}/cameras.toml",
            ],
            catch_exceptions=False,
        )


def test_a_missing_ffmpeg_is_told_before_anything_begins(tmp_path: Path) -> None:
    written_inputs(tmp_path, f"file://{tmp_path}/store", CAMERA)
    code, said = run_in(tmp_path, "package", environment={"POLLCAST_FFMPEG": "/nowhere/ffmpeg"})
    assert code == 1
    assert said.startswith("POLLCAST_FFMPEG names /nowhere/ffmpeg, which is not a program.")
    assert not (tmp_path / "spool").exists()


def test_status_without_a_packager_says_what_to_do(tmp_path: Path) -> None:
    code, said = run_in(tmp_path, "status", "--spool", "elsewhere")
    assert code == 1
    assert (
        said == "There is no report at elsewhere/status.json. Start pollcast package, or name its folder with --spool."
    )


def test_a_watched_status_is_shown_anew_until_it_is_interrupted_and_that_is_no_fault(tmp_path: Path) -> None:
    async def work() -> None:
        (tmp_path / "spool").mkdir()
        heard: list[str] = []
        argv = [sys.executable, "-m", "tests.upload.program", "status", "--watch"]
        environment = {"PYTHONPATH": str(PROJECT), "PATH": "/usr/bin:/bin", "TERM": "dumb", "COLUMNS": "160"}
        child = await process.start(argv, name="status", folder=tmp_path, environment=environment, on_line=heard.append)
        await until(lambda: any("There is no report" in line for line in heard))
        report = node_report("node-9", {}, now=datetime.now(UTC), spool_free_bytes=1)
        (tmp_path / "spool/status.json").write_bytes(report)
        await until(lambda: any("node-9: reported" in line for line in heard))
        os.kill(child.pid, signal.SIGINT)
        assert await child.wait() == 0
        assert not any("Traceback" in line for line in child.tail)

    run(work())


def test_a_watched_status_is_not_for_programs(tmp_path: Path) -> None:
    code, said = run_in(tmp_path, "status", "--watch", "--json")
    assert (code, said) == (2, "--watch: is for people; leave out --json, or read status.json in the spool.")


@pytest.mark.parametrize("command", ["package", "status", "order"])
def test_help_names_every_option(command: str) -> None:
    result = CliRunner().invoke(app, [command, "--help"], env={"COLUMNS": "120", "TERM": "dumb"})
    assert result.exit_code == 0
    options = {
        "package": (
            "--config",
            "--cameras",
            "--spool",
            "--name",
            "--metrics-port",
            "--json",
            "--rehearsal",
            "--orders",
        ),
        "order": ("--all", "--reason", "--cameras", "--orders", "--json"),
        "status": ("--spool", "--json", "--watch"),
    }
    for option in options[command]:
        assert option in result.output
    assert "/" not in result.output.split("Options")[0]


def test_the_check_of_the_cameras_returns_their_faults(tmp_path: Path) -> None:
    file = tmp_path / "cameras.toml"
    file.write_text(CAMERA, encoding="utf-8")
    assert check_cameras(file) == []
    file.write_text(CAMERA + CAMERA, encoding="utf-8")
    (fault,) = check_cameras(file)
    assert (fault.line, fault.field) == (5, "camera[2].station")
    assert InputError(fault).exit_code == 2
