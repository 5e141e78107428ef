"""What ffmpeg is told of each kind of source: exact arguments, and why it ended."""

from __future__ import annotations

from pathlib import Path

import pytest

from upload.ffmpeg_recorder import command_line
from upload.recorder import StopReason
from upload.source_input import input_options, is_relayed, why_it_ended


@pytest.mark.parametrize(
    ("url", "arguments"),
    [
        ("rtsp://127.0.0.1:5/t/camera", "-analyzeduration 3000000 -rtsp_transport tcp -timeout 15000000"),
        (
            "srt://10.0.0.5:9000?mode=caller",
            "-f mpegts -analyzeduration 3000000 -listen_timeout 15000000 -protocol_whitelist srt -timeout 15000000",
        ),
        (
            "srt://0.0.0.0:9000?mode=listener",
            "-f mpegts -analyzeduration 3000000 -listen_timeout 15000000 -protocol_whitelist srt -timeout 15000000",
        ),
        (
            "rtmp://10.0.0.5/live/a",
            "-f flv -analyzeduration 3000000 -protocol_whitelist rtmp,tcp -rtmp_live live -rw_timeout 15000000",
        ),
        *(
            (
                f"{scheme}://10.0.0.5/a.{ending}",
                "-analyzeduration 3000000 -format_whitelist mpegts,hls,mov,aac -max_redirects 0"
                " -protocol_whitelist http,https,tcp,tls,crypto -rw_timeout 15000000",
            )
            for scheme in ("http", "https")
            for ending in ("ts", "m3u8")
        ),
        (
            "file:///backfill/a.ts",
            "-analyzeduration 3000000 -format_whitelist mpegts,mov,matroska,hls,aac -protocol_whitelist file,crypto",
        ),
    ],
)
def test_the_arguments_for_each_kind_of_source_are_exactly_these(url: str, arguments: str) -> None:
    argv = command_line(Path("/bin/ffmpeg"), url, Path("/spool/run"), segment_seconds=4)
    before, _, after = " ".join(argv).partition(f" -i {url} ")
    assert before == f"/bin/ffmpeg {arguments}"
    assert after == (
        "-map 0:v:0 -f hls -c copy -hls_flags -temp_file"
        " -hls_fmp4_init_filename init.mp4 -hls_init_time 3.5 -hls_list_size 1"
        " -hls_segment_filename /spool/run/%08d.m4s -hls_segment_type fmp4 -hls_time 4 /spool/run/index.m3u8"
        " -nostdin -hide_banner -nostats -loglevel warning"
    )


@pytest.mark.parametrize("url", ["concat:a|b", "tcp://10.0.0.5:80", "rtsps://10.0.0.5/main", "a.ts"])
def test_there_are_no_arguments_for_other_kinds(url: str) -> None:
    with pytest.raises(ValueError, match="no source is opened"):
        input_options(url)


def test_only_rtsp_goes_through_the_relay() -> None:
    relayed = [scheme for scheme in ("rtsp", "rtsps", "srt", "rtmp", "http", "file") if is_relayed(f"{scheme}://h/")]
    assert relayed == ["rtsp", "rtsps"]


@pytest.mark.parametrize(
    ("said", "code", "reason", "detail"),
    [
        ("Connection to tcp://10.0.0.5:80 failed: Connection refused", 1, StopReason.REFUSED, "refuses connections"),
        (
            "Failed to resolve hostname camera: Name or service not known",
            1,
            StopReason.REFUSED,
            "name that is not known",
        ),
        ("Connection to srt failed: Connection timed out", 1, StopReason.REFUSED, "did not answer in time"),
        ("HTTP error 401 Unauthorized", 1, StopReason.UNAUTHORIZED, "without user and password"),
        ("Server returned 403 Forbidden (access denied)", 1, StopReason.UNAUTHORIZED, "without user and password"),
        ("HTTP error 404 Not Found", 1, StopReason.NOT_FOUND, "knows no such stream"),
        ("", 0, StopReason.ENDED, "The source ended."),
        ("", -9, StopReason.FAILED, "ffmpeg ended: it ended with code -9"),
        ("Error opening input http://10.0.0.5/a: odd", 1, StopReason.FAILED, "Error opening input the source: odd"),
    ],
)
def test_the_end_of_a_source_is_told_plainly(said: str, code: int, reason: StopReason, detail: str) -> None:
    stopped = why_it_ended("http://10.0.0.5/a", [said] if said else [], code)
    assert stopped.reason is reason
    assert detail in stopped.detail
