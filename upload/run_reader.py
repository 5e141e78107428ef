"""Reads the files of one recording: what can be published is given, once and in order; what cannot ends it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from upload.fmp4 import MediaError, MediaTimes, VideoTrack, read_init, read_segment
from upload.init_segment import as_hvc1, described_by
from upload.media_clock import MediaClock
from upload.recorder import InitSegment, RecordedSegment, Stopped, StopReason, StreamFacts
from upload.spool import INIT_NAME, Run


class StreamBroken(MediaError):
    """The stream went on as another one: what follows does not belong to this recording."""

    def __init__(self, stopped: Stopped) -> None:
        super().__init__(stopped.detail)
        self.stopped = stopped


class RunReader:
    """Reads the files of one run in order, each once; also used on what a killed packager left behind."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._track: VideoTrack | None = None
        self._next = 0
        self._clock = MediaClock()
        self._facts: StreamFacts | None = None
        self.longest_seconds = 0.0
        """Duration of the longest segment so far."""

    @property
    def facts(self) -> StreamFacts | None:
        """What the stream is, None before its first segment."""
        return self._facts

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
        if the stream cannot be published at all, and its kind `StreamBroken` where another stream begins; the file
        in which it does is removed.
        """
        for file in files:
            number = int(file.stem)
            if number < self._next:
                continue
            init: bytes | None = None
            track = self._track
            if track is None:
                init = as_hvc1((self._run.folder / INIT_NAME).read_bytes())
                track = read_init(init)
            self._next = number + 1
            body = file.read_bytes()
            arrived = datetime.fromtimestamp(file.stat().st_mtime, UTC)
            try:
                times = read_segment(body, track)
            except MediaError:
                file.unlink()
                continue
            try:
                if init is not None:
                    # What the camera sends counts, whatever it has announced.
                    if times.leading_sets and not times.leading_sets <= track.parameter_sets:
                        init = described_by(init, times.leading_sets)
                        track = read_init(init)
                    self._track = track
                self._require_the_same_stream(times, track, arrived)
            except MediaError:
                file.unlink()
                raise
            self._note(times, track)
            if init is not None:
                yield InitSegment(body=init, track=track)
            yield RecordedSegment(
                path=file,
                body=body,
                start=times.start,
                duration=times.duration,
                frames=times.frames,
                arrived=arrived,
            )

    def _require_the_same_stream(self, times: MediaTimes, track: VideoTrack, arrived: datetime) -> None:
        if not times.parameter_sets <= track.parameter_sets:
            detail = f"The picture's size or coding is no longer {track.width}x{track.height}, {track.codecs}."
            raise StreamBroken(Stopped(reason=StopReason.CHANGED, detail=detail))
        if jump := self._clock.jump(times, arrived):
            detail = f"The camera's timestamps {jump}: set its clock by NTP if this happens often."
            raise StreamBroken(Stopped(reason=StopReason.JUMPED, detail=detail))

    def _note(self, times: MediaTimes, track: VideoTrack) -> None:
        seconds = times.duration.total_seconds()
        self.longest_seconds = max(self.longest_seconds, seconds)
        known = 0.0 if self._facts is None else self._facts.gop_seconds
        self._facts = StreamFacts(
            codecs=track.all_codecs,
            width=track.width,
            height=track.height,
            frame_rate=round(times.frames / seconds, 1) if seconds else 0.0,
            gop_seconds=round(max(known, times.gop.total_seconds()), 3),
        )
