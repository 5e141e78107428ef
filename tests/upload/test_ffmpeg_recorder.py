"""The recorder that lets ffmpeg cut: exact arguments, what it reads from its folder, and how it ends."""

from __future__ import annotations

import asyncio
import os
import stat
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from election.cameras import Source
from election.privacy_mask import Box, PrivacyMask
from machine import binaries
from tests.machine.test_process import until_gone
from tests.upload.packaging import FIRST, MAIN, SUB, run, source, until
from tests.upload.recordings import left_over_run
from tests.upload.test_rtsp_relay import camera, ok
from upload import ffmpeg_recorder
from upload.ffmpeg_recorder import FfmpegRecorder, RunReader, command_line
from upload.fmp4 import MediaError
from upload.hearing import Hearing, Sound
from upload.recorder import InitSegment, RecordedSegment, Stopped, StopReason
from upload.rtsp_relay import Relay
from upload.spool import Run, Spool, Watcher

pytestmark = pytest.mark.server


def test_the_arguments_are_exactly_these() -> None:
    argv = command_line(Path("/bin/ffmpeg"), "rtsp://127.0.0.1:5/token/camera", Path("/spool/run"), segment_seconds=4)
    assert " ".join(argv) == (
        "/bin/ffmpeg -analyzeduration 3000000 -rtsp_transport tcp -timeout 15000000"
        " -i rtsp://127.0.0.1:5/token/camera -map 0:v:0 -f hls -c copy -hls_flags -temp_file"
        " -hls_fmp4_init_filename init.mp4 -hls_init_time 3.5 -hls_list_size 1"
        " -hls_segment_filename /spool/run/%08d.m4s -hls_segment_type fmp4 -hls_time 4 /spool/run/index.m3u8"
        " -nostdin -hide_banner -nostats -loglevel warning"
    )


def test_the_arguments_for_a_masked_camera_are_exactly_these() -> None:
    mask = PrivacyMask(
        boxes=(Box(left=10_000, top=20_000, right=40_001, bottom=60_000), Box(left=0, top=0, right=100_000, bottom=5))
    )
    url, folder = "rtsp://127.0.0.1:5/token/camera", Path("/spool/run")
    argv = command_line(Path("/bin/ffmpeg"), url, folder, segment_seconds=4, mask=mask)
    assert " ".join(argv) == (
        "/bin/ffmpeg -analyzeduration 3000000 -drop_changed:v 1 -rtsp_transport tcp -threads 1 -timeout 15000000"
        " -i rtsp://127.0.0.1:5/token/camera -map 0:v:0 -f hls -bufsize 8000k -c:v libx264 -crf 25"
        " -enc_time_base 1:90000 -force_key_frames expr:isnan(prev_forced_t)+gte(t,prev_forced_t+4)"
        " -fps_mode passthrough -g 600 -hls_flags -temp_file"
        " -hls_fmp4_init_filename init.mp4 -hls_init_time 3.5 -hls_list_size 1"
        " -hls_segment_filename /spool/run/%08d.m4s -hls_segment_type fmp4 -hls_time 4 -maxrate 4000k"
        " -pix_fmt yuv420p -preset veryfast -threads 2 -tune zerolatency -vf"
        " drawbox=x=2*floor(iw*0.10000/2):y=2*floor(ih*0.20000/2)"
        ":w=2*ceil(iw*0.40001/2)-x:h=2*ceil(ih*0.60000/2)-y:color=black:t=fill,"
        "drawbox=x=2*floor(iw*0.00000/2):y=2*floor(ih*0.00000/2)"
        ":w=2*ceil(iw*1.00000/2)-x:h=2*ceil(ih*0.00005/2)-y:color=black:t=fill"
        " /spool/run/index.m3u8 -nostdin -hide_banner -nostats -loglevel warning"
    )


@pytest.mark.parametrize(
    ("sound", "options"),
    [(Sound.COPIED, "-c:a copy -c:v copy"), (Sound.ENCODED, "-ac 1 -ar 16000 -b:a 48k -c:a aac -c:v copy")],
)
def test_the_arguments_with_sound_are_exactly_these(sound: Sound, options: str) -> None:
    url, folder = "rtsp://127.0.0.1:5/token/camera", Path("/spool/run")
    argv = command_line(Path("/bin/ffmpeg"), url, folder, segment_seconds=4, sound=sound)
    assert " ".join(argv) == (
        "/bin/ffmpeg -analyzeduration 3000000 -rtsp_transport tcp -timeout 15000000"
        f" -i rtsp://127.0.0.1:5/token/camera -map 0:v:0 -map 0:a:0? -f hls {options} -hls_flags -temp_file"
        " -hls_fmp4_init_filename init.mp4 -hls_init_time 3.5 -hls_list_size 1"
        " -hls_segment_filename /spool/run/%08d.m4s -hls_segment_type fmp4 -hls_time 4"
        " -max_interleave_delta 1000000 /spool/run/index.m3u8"
        " -nostdin -hide_banner -nostats -loglevel warning"
    )


class Recording:
    """A recorder and what it gave."""

    def __init__(self, recorder: FfmpegRecorder, pids: list[int]) -> None:
        self.recorder = recorder
        self.pids = pids
        self.inits: list[InitSegment] = []
        self.segments: list[RecordedSegment] = []

    async def go_on(self) -> Stopped:
        async for item in self.recorder.record():
            if isinstance(item, InitSegment):
                self.inits.append(item)
            else:
                self.segments.append(item)
        return self.recorder.stopped


@asynccontextmanager
async def recording(
    folder: Path, from_: Source, *, stall_seconds: float = 10, hearing: Hearing | None = None
) -> AsyncIterator[Recording]:
    spool = Spool(folder)
    spool.prepare(FIRST, MAIN)
    watcher = Watcher(spool)
    relay = Relay()
    await relay.start()
    pids: list[int] = []
    recorder = FfmpegRecorder(
        from_,
        spool.begin_run(FIRST, MAIN, milliseconds=2000),
        relay=relay,
        watcher=watcher,
        segment_seconds=1,
        stall_seconds=stall_seconds,
        on_start=pids.append,
        hearing=hearing,
    )
    try:
        yield Recording(recorder, pids)
    finally:
        watcher.close()
        await relay.close()
        spool.close()


def instead_of_ffmpeg(folder: Path, monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    """Let a few lines of Python stand in for ffmpeg; `out` is the folder it writes to."""
    program = folder / "ffmpeg"
    head = f"#!{sys.executable}\nimport os, pathlib, shutil, signal, sys, time\n"
    where = "out = next(pathlib.Path(a).parent for a in sys.argv if a.endswith('index.m3u8'))\n"
    program.write_text(head + where + code, encoding="utf-8")
    program.chmod(stat.S_IRWXU)
    monkeypatch.setattr(binaries, "ffmpeg", lambda: program)


def copying(run_: Run, *, pause: float = 0.05) -> str:
    return (
        f"left = pathlib.Path({str(run_.folder)!r})\n"
        "for file in [left / 'init.mp4', *sorted(left.glob('*.m4s'))]:\n"
        f"    shutil.copy(file, out / file.name); time.sleep({pause})\n"
    )


def test_what_ffmpeg_completes_is_given_once_and_in_order(fast: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    left = left_over_run(fast / "left", FIRST, MAIN, seconds=4)
    instead_of_ffmpeg(fast, monkeypatch, copying(left))

    async def work() -> None:
        async with recording(fast / "spool", source("rtsp://127.0.0.1:9/"), stall_seconds=60) as made:
            stopped = await made.go_on()
            assert stopped == Stopped(reason=StopReason.FAILED, detail="ffmpeg ended: it ended with code 0")
            assert [segment.path.name for segment in made.segments] == [path.name for path in left.segments()]
            assert [segment.body for segment in made.segments] == [path.read_bytes() for path in left.segments()]
            assert [segment.start.total_seconds() for segment in made.segments] == [0, 1, 2, 3]
            assert {segment.frames for segment in made.segments} == {10}
            assert [init.track.width for init in made.inits] == [160]

    run(work())


def test_what_the_watcher_misses_is_found_by_looking(fast: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    left = left_over_run(fast / "left", FIRST, MAIN, seconds=4)
    instead_of_ffmpeg(fast, monkeypatch, copying(left) + "while True: time.sleep(60)\n")
    monkeypatch.setattr(ffmpeg_recorder, "LOOK_SECONDS", 0.1)
    monkeypatch.setattr(ffmpeg_recorder, "LEAST_STALL_SECONDS", 3.0)
    monkeypatch.setattr(Watcher, "listen", lambda *_arguments: None)

    async def work() -> None:
        async with recording(fast / "spool", source("rtsp://127.0.0.1:9/"), stall_seconds=60) as made:
            assert (await made.go_on()).reason is StopReason.STALLED
            # The newest may be unfinished as long as ffmpeg runs; it is read after its end.
            assert [segment.path.name for segment in made.segments] == [path.name for path in left.segments()]

    run(work())


def test_the_time_in_which_the_program_itself_stood_still_is_no_stall(
    fast: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = left_over_run(fast / "left", FIRST, MAIN, seconds=2)
    code = (
        f"left = pathlib.Path({str(left.folder)!r})\n"
        "for name in ('init.mp4', '00000000.m4s'): shutil.copy(left / name, out / name)\n"
        "while not (out / 'go on').exists(): time.sleep(0.05)\n"
        "time.sleep(0.5)\nshutil.copy(left / '00000001.m4s', out / '00000001.m4s')\n"
    )
    instead_of_ffmpeg(fast, monkeypatch, code)
    monkeypatch.setattr(ffmpeg_recorder, "LOOK_SECONDS", 0.2)

    async def work() -> None:
        async with recording(fast / "spool", source("rtsp://127.0.0.1:9/"), stall_seconds=3) as made:
            ending = asyncio.create_task(made.go_on())
            await until(lambda: made.segments)
            await asyncio.sleep(0.5)
            time.sleep(3.5)
            (made.segments[0].path.parent / "go on").touch()
            assert (await ending).reason is StopReason.FAILED
            assert len(made.segments) == 2

    run(work())


def test_ffmpeg_that_never_exits_is_killed_when_nothing_comes(fast: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code = "signal.signal(signal.SIGTERM, signal.SIG_IGN)\nwhile True: time.sleep(60)\n"
    instead_of_ffmpeg(fast, monkeypatch, code)

    async def work() -> None:
        async with recording(fast / "spool", source("rtsp://127.0.0.1:9/"), stall_seconds=0.5) as made:
            stopped = await made.go_on()
            assert stopped.reason is StopReason.STALLED
            assert made.segments == []
            await until_gone(made.pids[0])

    run(work())


def test_ffmpeg_that_prints_without_end_does_not_hang_and_its_last_words_show_no_password(
    fast: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = "for number in range(5000): print('complaint', number, file=sys.stderr)\nsys.exit('bad s3cr%2Ft s3cr/t')\n"
    instead_of_ffmpeg(fast, monkeypatch, code)

    async def work() -> None:
        guarded = source("rtsp://127.0.0.1:9/", user="observer", password="s3cr/t")
        async with recording(fast / "spool", guarded) as made:
            assert (await made.go_on()).detail == "ffmpeg ended: bad *** ***"

    run(work())


def test_what_is_finished_when_a_stream_stalls_is_given_all_the_same(
    fast: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = left_over_run(fast / "left", FIRST, MAIN, seconds=2)
    # On SIGTERM ffmpeg writes what it has: the last segment comes while it is being stopped.
    code = (
        "def last(*_):\n    shutil.copy(left / '00000001.m4s', out / '00000001.m4s'); sys.exit(0)\n"
        "signal.signal(signal.SIGTERM, last)\n"
        f"left = pathlib.Path({str(left.folder)!r})\n"
        "for name in ('init.mp4', '00000000.m4s'): shutil.copy(left / name, out / name)\n"
        "while True: time.sleep(60)\n"
    )
    instead_of_ffmpeg(fast, monkeypatch, code)
    monkeypatch.setattr(ffmpeg_recorder, "LEAST_STALL_SECONDS", 1.0)

    async def work() -> None:
        async with recording(fast / "spool", source("rtsp://127.0.0.1:9/"), stall_seconds=60) as made:
            assert (await made.go_on()).reason is StopReason.STALLED
            assert [segment.path.name for segment in made.segments] == ["00000000.m4s", "00000001.m4s"]

    run(work())


def test_a_codec_that_cannot_be_published_ends_the_recording_with_a_reason(
    fast: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = left_over_run(fast / "left", FIRST, MAIN, codec="mpeg4")
    instead_of_ffmpeg(fast, monkeypatch, copying(left) + "while True: time.sleep(60)\n")

    async def work() -> None:
        async with recording(fast / "spool", source("rtsp://127.0.0.1:9/")) as made:
            stopped = await made.go_on()
            assert stopped.reason is StopReason.UNSUPPORTED
            assert "only H.264 and H.265 can be published" in stopped.detail
            await until_gone(made.pids[0])

    run(work())


def test_closing_a_recording_early_stops_ffmpeg(fast: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    left = left_over_run(fast / "left", FIRST, MAIN, seconds=2)
    instead_of_ffmpeg(fast, monkeypatch, copying(left) + "while True: time.sleep(60)\n")

    async def work() -> None:
        async with recording(fast / "spool", source("rtsp://127.0.0.1:9/")) as made:
            stream = made.recorder.record()
            assert isinstance(await anext(stream), InitSegment)
            await stream.aclose()
            await until_gone(made.pids[0])

    run(work())


def test_the_real_ffmpeg_is_not_led_to_where_a_camera_points(fast: Path) -> None:
    async def work() -> None:
        async with camera(lambda text, cseq: ok(cseq)) as other:

            def elsewhere(text: str, cseq: int) -> bytes:
                if text.startswith("OPTIONS"):
                    return ok(cseq, "Public: OPTIONS, DESCRIBE, SETUP, PLAY")
                where = f"Location: rtsp://127.0.0.1:{other.port}/x"
                return f"RTSP/1.0 302 Found\r\nCSeq: {cseq}\r\n{where}\r\n\r\n".encode()

            async with camera(elsewhere) as fake, recording(fast, fake.source()) as made:
                assert (await made.go_on()).reason is StopReason.REDIRECTED
                assert other.connections == 0

    run(work())


def test_a_reader_catches_up_on_files_it_was_not_told_of_and_touches_none_that_is_still_being_written(
    fast: Path,
) -> None:
    left = left_over_run(fast, FIRST, MAIN, seconds=4)
    files = left.segments()
    whole = files[3].read_bytes()
    files[3].write_bytes(whole[:1000])  # ffmpeg is at it
    reader = RunReader(left)
    got = [item.path for item in reader.new(files[2]) if isinstance(item, RecordedSegment)]
    assert got == files[:3]
    assert list(reader.new(files[1])) == []  # the late word of an old one
    files[3].write_bytes(whole)
    assert [item.path for item in reader.new(files[3]) if isinstance(item, RecordedSegment)] == [files[3]]
    assert list(reader.new(None)) == []


def test_a_reader_removes_what_was_cut_short(fast: Path) -> None:
    left = left_over_run(fast, FIRST, SUB, seconds=2)
    os.truncate(left.segments()[1], 500)
    items = list(RunReader(left).new(None))
    assert [type(item) for item in items] == [InitSegment, RecordedSegment]
    assert [path.name for path in left.segments()] == ["00000000.m4s"]


def test_a_reader_refuses_a_run_without_its_initialisation_segment(fast: Path) -> None:
    left = left_over_run(fast, FIRST, MAIN, seconds=1)
    (left.folder / "init.mp4").write_bytes(b"nothing of use")
    with pytest.raises(MediaError):
        list(RunReader(left).new(None))
    (left.folder / "init.mp4").unlink()
    with pytest.raises(FileNotFoundError):
        list(RunReader(left).new(None))
