"""What `pollcast doctor` finds, and what it advises."""

from __future__ import annotations

import json
import resource
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from builder import assets
from demo import doctor
from machine import binaries


def run(*options: str) -> tuple[int, str]:
    app = typer.Typer()
    app.command()(doctor.doctor)
    result = CliRunner().invoke(app, options)
    return result.exit_code, result.stdout


def test_on_a_machine_that_has_everything_it_is_content_and_names_the_versions() -> None:
    code, said = run("--json")
    findings = {finding["subject"]: finding for finding in json.loads(said)}
    assert code == 0
    assert {"Python", "ffmpeg", "weed (SeaweedFS)", "caddy", "hls.js", "disk", "open files"} <= findings.keys()
    for subject in ("Python", "ffmpeg", "weed (SeaweedFS)", "caddy"):
        assert any(character.isdigit() for character in findings[subject]["found"])


def test_what_is_missing_is_named_with_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("POLLCAST_FFMPEG", "/nowhere/ffmpeg")
    monkeypatch.setattr(assets, "LIBRARY", tmp_path)
    binaries.ffmpeg.cache_clear()
    try:
        code, said = run("--json")
    finally:
        binaries.ffmpeg.cache_clear()
    advice = {finding["subject"]: finding["advice"] for finding in json.loads(said) if not finding["well"]}
    assert code == 1
    assert advice["ffmpeg"] == "Correct or unset it."
    assert advice["hls.js"] == "Run: make setup"


def test_what_is_only_low_does_not_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda _: (256, 4096))
    code, said = run()
    assert code == 0
    assert "low" in said
    assert "ulimit -n 4096" in said
