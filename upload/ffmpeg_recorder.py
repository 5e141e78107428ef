"""The recorder that lets ffmpeg cut: `ffmpeg -c copy` from the relay into fMP4 segments in the spool."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import ffmpeg
import structlog

from election.cameras import Source
from machine import binaries, process
from upload.fmp4 import MediaError, VideoTrack, read_init, read_segment
from upload.recorder import InitSegment, RecordedSegment, Stopped, StopReason
from upload.rtsp_relay import Passage, Relay
from upload.spool import INIT_NAME, SEGMENT_PATTERN, Run, Watcher

SOCKET_TIMEOUT_SECONDS = 15
ANALYSE_SECONDS = 3
LOOK_SECONDS = 5.0
"""After so long without a word from the watcher the recorder looks for itself."""
CUT_EARLY_SECONDS = 0.5
"""ffmpeg cuts at the first key frame after each multiple of the segment length. These are put off by as much, once, so
that a key frame that comes when it should is never a little too early, which would double the segment."""
_log = structlog.get_logger()
_ENVIRONMENT = {"LANG": "C.UTF-8", "PATH": "/usr/bin:/bin"}
"""ffmpeg gets nothing of ours: the passwords may stand in our environment."""


def command_line(program: Path, url: str, folder: Path, *, segment_seconds: int) -> list[str]:
    """Return the arguments of an ffmpeg that cuts the first video stream at `url` into segments in `folder`.

    No temporary names: the watcher hears each file being closed, and a file cut short is told by its contents.
    """
    stream = ffmpeg.input(
        url,
        rtsp_transport="tcp",
        timeout=SOCKET_TIMEOUT_SECONDS * 1_000_000,
        analyzeduration=ANALYSE_SECONDS * 1_000_000,
    )
    output = ffmpeg.output(
        stream["v:0"],
        str(folder / "index.m3u8"),
        c="copy",
        f="hls",
        hls_init_time=segment_seconds - CUT_EARLY_SECONDS,
        hls_time=segment_seconds,
        hls_list_size=1,
        hls_flags="-temp_file",
        hls_segment_type="fmp4",
        hls_fmp4_init_filename=INIT_NAME,
        hls_segment_filename=str(folder / SEGMENT_PATTERN),
    )
    arguments: list[str] = ffmpeg.compile(
        output.global_args("-nostdin", "-hide_banner", "-nostats", "-loglevel", "warning"), cmd=str(program)
    )
    return arguments


class FfmpegRecorder:
    """One ffmpeg on one source, into one run's folder. See `upload.recorder` for the contract."""

    def __init__(
        self,
        source: Source,
        run: Run,
        *,
        relay: Relay,
        watcher: Watcher,
        segment_seconds: int,
        stall_seconds: float,
        on_start: Callable[[int], None] = lambda pid: None,
    ) -> None:
        """`stall_seconds` without a complete segment end the recording; `on_start` is told ffmpeg's process id."""
        self._source = source
        self._run = run
        self._relay = relay
        self._watcher = watcher
        self._segment_seconds = segment_seconds
        self._stall_seconds = stall_seconds
        self._on_start = on_start
        self._stopped = Stopped(reason=StopReason.FAILED, detail="The recording has not ended.")

    @property
    def stopped(self) -> Stopped:
        """Why the recording ended."""
        return self._stopped

    async def record(self) -> AsyncGenerator[InitSegment | RecordedSegment, None]:
        """Yield the init segment and then each media segment as ffmpeg completes it."""
        closed: asyncio.Queue[Path | None] = asyncio.Queue()
        passage = self._relay.enter(self._source)
        self._watcher.listen(self._run, closed.put_nowait)
        child: process.Child | None = None
        try:
            argv = command_line(binaries.ffmpeg(), passage.url, self._run.folder, segment_seconds=self._segment_seconds)
            name = f"ffmpeg {self._source.station}/{self._source.rendition}"
            child = await process.start(argv, name=name, environment=_ENVIRONMENT)
            self._on_start(child.pid)
            ended = asyncio.create_task(child.wait())
            ended.add_done_callback(lambda _: closed.put_nowait(None))
            reader = RunReader(self._run)
            try:
                while True:
                    path = await self._next_closed(closed, reader)
                    for item in reader.new(path):
                        yield item
                    if path is None:
                        self._stopped = self._reason(passage, child)
                        return
            except TimeoutError:
                detail = f"No complete segment came in {self._stall_seconds:.0f} s."
                self._stopped = passage.failure or Stopped(reason=StopReason.STALLED, detail=detail)
            except MediaError as error:
                self._stopped = Stopped(
                    reason=StopReason.UNSUPPORTED, detail=f"The stream cannot be published: {error}."
                )
            await child.stop()
            if self._stopped.reason is not StopReason.UNSUPPORTED:
                for item in reader.new(None):
                    yield item
        finally:
            if child is not None and child.returncode is None:
                await child.stop()
            self._watcher.ignore(self._run)
            self._relay.leave(passage)

    async def _next_closed(self, closed: asyncio.Queue[Path | None], reader: RunReader) -> Path | None:
        """Return the next complete file, None after ffmpeg's end; raise `TimeoutError` when the stream stalls.

        Also looks whether the watcher has missed files, as it does when the kernel grants it no more watches: all but
        the newest are complete.
        """
        async with asyncio.timeout(self._stall_seconds):
            while True:
                try:
                    return await asyncio.wait_for(closed.get(), LOOK_SECONDS)
                except TimeoutError:
                    unheard = reader.unread()
                    if len(unheard) > 1:
                        _log.warning(
                            "watcher missed segments",
                            station=self._source.station,
                            rendition=str(self._source.rendition),
                            hint="Raise fs.inotify.max_user_watches.",
                        )
                        return unheard[-2]

    def _reason(self, passage: Passage, child: process.Child) -> Stopped:
        if passage.failure is not None:
            return passage.failure
        last = child.tail[-1] if child.tail else f"it ended with code {child.returncode}"
        if self._source.password is not None:
            last = self._source.password.masked_in(last)
        return Stopped(reason=StopReason.FAILED, detail=f"ffmpeg ended: {last[:200]}")


class RunReader:
    """Reads the files of one run in order, each once; also used on what a killed packager left behind."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._track: VideoTrack | None = None
        self._next = 0

    def unread(self) -> list[Path]:
        """Return the segment files not read yet; the newest may still be being written."""
        return [file for file in self._run.segments() if int(file.stem) >= self._next]

    def new(self, path: Path | None) -> Iterator[InitSegment | RecordedSegment]:
        """Yield what is new: the file `path`, after whatever was missed before it; all there is for None.

        What lies behind `path` may still be being written.
        """
        if path is not None and int(path.stem) == self._next:
            return self.read([path])
        return self.read([file for file in self._run.segments() if path is None or file.name <= path.name])

    def read(self, files: Iterable[Path]) -> Iterator[InitSegment | RecordedSegment]:
        """Yield the segments in `files`, in order, with the init segment before the first.

        A file that is cut short, as a full disk or a kill leaves it, is removed and passed over. Raises `MediaError`
        if the stream cannot be published at all.
        """
        for file in files:
            number = int(file.stem)
            if number < self._next:
                continue
            if self._track is None:
                body = (self._run.folder / INIT_NAME).read_bytes()
                self._track = read_init(body)
                yield InitSegment(body=body, track=self._track)
            self._next = number + 1
            body = file.read_bytes()
            arrived = datetime.fromtimestamp(file.stat().st_mtime, UTC)
            try:
                times = read_segment(body, self._track)
            except MediaError:
                file.unlink()
                continue
            yield RecordedSegment(
                path=file,
                body=body,
                start=times.start,
                duration=times.duration,
                frames=times.frames,
                arrived=arrived,
            )
