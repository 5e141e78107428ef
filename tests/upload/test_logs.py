"""Logs: one line an event, and no secret in any field."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from election.secret import Secret
from upload import logs

SECRETS = [Secret("s3cret"), Secret("p@ss wörd"), Secret('quo"te\\d'), Secret("")]


@pytest.fixture(autouse=True)
def _restored() -> Iterator[None]:
    yield
    structlog.reset_defaults()


def said(capsys: pytest.CaptureFixture[str]) -> str:
    captured = capsys.readouterr()
    assert captured.out == ""
    return captured.err


@pytest.mark.parametrize("as_json", [True, False])
def test_no_secret_passes_in_any_field_however_deep(capsys: pytest.CaptureFixture[str], as_json: bool) -> None:
    logs.configure(json=as_json, hidden=logs.Hidden(SECRETS))
    log = structlog.get_logger()
    log.info(
        "event with s3cret",
        url="rtsp://observer:p%40ss%20w%C3%B6rd@camera/",
        argv=["ffmpeg", "-i", "p@ss wörd"],
        nested={"deep": {"deeper": ("s3cret", 5)}},
        error=ValueError("about s3cret"),
        path=Path("/spool/s3cret"),
        quoted='a quo"te\\d b',
        number=17,
        nothing=None,
    )
    try:
        int("did not know s3cret")
    except ValueError:
        log.exception("failed")
    told = said(capsys)
    for hidden in ("s3cret", "p@ss", "p%40ss", 'quo"te', 'quo\\"te'):
        assert hidden not in told
    assert told.count("***") >= 8
    assert "ValueError: " in told
    assert "did not know ***" in told
    assert "17" in told


def test_json_logs_are_one_object_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(json=True, hidden=logs.Hidden())
    log = structlog.get_logger().bind(station="034-012")
    log.warning("recording ended", reason="ended", detail="two\nlines")
    log.info("recording")
    first, second = (json.loads(line) for line in said(capsys).splitlines())
    assert first["event"] == "recording ended"
    assert (first["level"], first["station"], first["reason"]) == ("warning", "034-012", "ended")
    assert first["timestamp"].endswith("Z")
    assert second["level"] == "info"


def test_logs_for_people_are_one_line_an_event(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(json=False, hidden=logs.Hidden())
    structlog.get_logger().info("recording", station="034-012")
    line = said(capsys)
    assert line.count("\n") == 1
    assert "recording" in line
    assert "station=034-012" in line
    assert "\x1b" not in line


def test_a_trouble_is_told_a_few_times_then_counted_and_its_end_is_one_line(
    capsys: pytest.CaptureFixture[str],
) -> None:
    at = 0.0
    limiter = logs.Limiter(clock=lambda: at)
    logs.configure(json=True, hidden=logs.Hidden(), limiter=limiter)
    log = structlog.get_logger().bind(station="034-012", rendition="main")
    for _ in range(10):
        at += 1
        log.warning("recording ended", reason="refused")
    structlog.get_logger().warning("recording ended", station="034-013", rendition="main")
    at = 61.0
    limiter.tell_left_out()
    log.info("recording", codecs="avc1")
    log.info("recording", codecs="avc1")
    log.debug("status written")
    lines = [json.loads(line) for line in said(capsys).splitlines()]
    assert [(line["event"], line["station"]) for line in lines] == [
        *[("recording ended", "034-012")] * 3,
        ("recording ended", "034-013"),
        ("left out", "034-012"),
        ("recovered", "034-012"),
        ("recording", "034-012"),
    ]
    assert (lines[4]["of"], lines[4]["times"]) == ("recording ended", 7)
    recovered = lines[5]
    assert (recovered["after"], recovered["lasted_seconds"], recovered["times"]) == (["recording ended"], 60.0, 10)


def test_a_secret_that_is_added_later_is_masked_as_well_also_in_words_that_were_written_before(
    capsys: pytest.CaptureFixture[str],
) -> None:
    hidden = logs.Hidden()
    logs.configure(json=True, hidden=hidden)
    log = structlog.get_logger()
    log.info("with l4ter")
    hidden.add([Secret("l4ter")])
    log.info("with l4ter")
    first, second = said(capsys).splitlines()
    assert "l4ter" in first
    assert "with ***" in second
