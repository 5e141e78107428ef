"""The recorder that lets ffmpeg cut: `ffmpeg -c copy` from the relay into fMP4 segments in the spool.

Only a camera with a privacy mask is encoded anew, with the mask burnt in (`upload.masking`).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping
from pathlib import Path

import ffmpeg
import structlog

from election.cameras import Source
from election.privacy_mask import PrivacyMask
from machine import binaries, process
from upload import masking
from upload.fmp4 import MediaError
from upload.hearing import Hearing, Sound
from upload.masked_runs import note_mask
from upload.recorder import InitSegment, RecordedSegment, Stopped, StopReason, StreamFacts
from upload.rtsp_relay import Passage, Relay
from upload.run_reader import RunReader as RunReader
from upload.run_reader import StreamBroken
from upload.source_input import Option, input_options, is_relayed, why_it_ended
from upload.spool import INIT_NAME, SEGMENT_PATTERN, Run, Watcher

LOOK_SECONDS = 5.0
"""After so long without a word from the watcher the recorder looks for itself."""
LEAST_STALL_SECONDS = 10.0
LONGEST_KEY_WAIT_SECONDS = 130.0
"""So long a camera that sends pictures may take to send two key frames."""
UNSEEN_STALL_SECONDS = 30.0
"""So long a source that does not come through the relay may take for its first segment."""
FLOWING_BYTES_A_SECOND = 1500
"""Less than any picture needs: a camera that sends so little sends nothing."""
CUT_EARLY_SECONDS = 0.5
"""ffmpeg cuts at the first key frame after each multiple of the segment length. These are put off by as much, once, so
that a key frame that comes when it should is never a little too early, which would double the segment."""
_COPIED: Mapping[str, Option] = {"c": "copy"}
_SOUND: Mapping[Sound, Mapping[str, Option]] = {
    Sound.COPIED: {"c:a": "copy"},
    Sound.ENCODED: {"c:a": "aac", "ac": 1, "ar": 16_000, "b:a": "48k"},
}
_UNEVEN: Mapping[str, Option] = {"max_interleave_delta": 1_000_000}
"""Microseconds that ffmpeg waits for sound before it writes pictures; by default ten seconds."""
LISTEN_SECONDS = 0.5
"""How often the recorder looks whether the sound is what it was told."""
_log = structlog.get_logger()
_ENDED_BY_ITS_CONTENT = {StopReason.UNSUPPORTED, StopReason.CHANGED, StopReason.JUMPED}
_ENVIRONMENT = {"LANG": "C.UTF-8", "PATH": "/usr/bin:/bin"}
"""ffmpeg gets nothing of ours: the passwords may stand in our environment."""


def command_line(
    program: Path,
    url: str,
    folder: Path,
    *,
    segment_seconds: int,
    mask: PrivacyMask | None = None,
    sound: Sound = Sound.NONE,
) -> list[str]:
    """Return the arguments of an ffmpeg that cuts the first video stream at `url` into segments in `folder`.

    What `mask` names is covered before anything is written. Of `sound` the first stream goes along, if there is one.

    No temporary names: the watcher hears each file being closed, and a file cut short is told by its contents.
    """
    decoding = {} if mask is None else masking.INPUT_OPTIONS
    coding = _COPIED if mask is None else masking.encoding_options(mask, segment_seconds=segment_seconds)
    if sound is not Sound.NONE:
        coding = {**({"c:v": "copy"} if mask is None else coding), **_SOUND[sound], **_UNEVEN}
    stream = ffmpeg.input(url, **input_options(url), **decoding)
    output = ffmpeg.output(
        stream["v:0"],
        *([] if sound is Sound.NONE else [stream["a:0?"]]),
        str(folder / "index.m3u8"),
        f="hls",
        hls_init_time=segment_seconds - CUT_EARLY_SECONDS,
        hls_time=segment_seconds,
        hls_list_size=1,
        hls_flags="-temp_file",
        hls_segment_type="fmp4",
        hls_fmp4_init_filename=INIT_NAME,
        hls_segment_filename=str(folder / SEGMENT_PATTERN),
        **coding,
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
        hearing: Hearing | None = None,
    ) -> None:
        """Say where to record from and to; `on_start` is told ffmpeg's process id.

        `stall_seconds` without a complete segment end a recording that has just begun, unless the camera sends
        pictures all the time: then its first key frames are waited for. Later the stream's own key frame interval
        says how long is too long. `hearing` says whether and how sound is recorded, and goes on from one recording to
        the next; without it there is none.
        """
        self._source = source
        self._run = run
        self._relay = relay
        self._watcher = watcher
        self._segment_seconds = segment_seconds
        self._stall_seconds = stall_seconds
        self._on_start = on_start
        self._reader = RunReader(run)
        self._changed = False
        self._hearing = hearing or Hearing(enabled=False)
        self._stopped = Stopped(reason=StopReason.FAILED, detail="The recording has not ended.")

    @property
    def stopped(self) -> Stopped:
        """Why the recording ended."""
        return self._stopped

    @property
    def facts(self) -> StreamFacts | None:
        """What the stream is, from its first segment on."""
        return self._reader.facts

    async def record(self) -> AsyncGenerator[InitSegment | RecordedSegment, None]:
        """Yield the init segment and then each media segment as ffmpeg completes it."""
        closed: asyncio.Queue[Path | None] = asyncio.Queue()
        passage = self._relay.enter(self._source) if is_relayed(self._source.url) else None
        self._watcher.listen(self._run, closed.put_nowait)
        child: process.Child | None = None

        def hear(line: str) -> None:
            if masking.CHANGED in line and not self._changed:
                self._changed = True
                closed.put_nowait(None)

        try:
            url = self._source.url if passage is None else passage.url
            mask = self._source.mask
            note_mask(self._run, mask)
            argv = command_line(
                binaries.ffmpeg(),
                url,
                self._run.folder,
                segment_seconds=self._segment_seconds,
                mask=mask,
                sound=self._hearing.sound,
            )
            name = f"ffmpeg {self._source.station}/{self._source.rendition}"
            child = await process.start(argv, name=name, environment=_ENVIRONMENT, on_line=hear)
            self._on_start(child.pid)
            ended = asyncio.create_task(child.wait())
            ended.add_done_callback(lambda _: closed.put_nowait(None))
            try:
                while True:
                    path = await self._next_closed(closed, passage)
                    for item in self._reader.new(path):
                        yield item
                    if path is None:
                        self._stopped = self._reason(passage, child)
                        now = asyncio.get_running_loop().time()
                        self._hearing.ended(self._stopped.reason, begun=self._begun, now=now)
                        return
            except TimeoutError as error:
                stalled = Stopped(reason=StopReason.STALLED, detail=str(error))
                self._stopped = (passage and passage.failure) or stalled
            except StreamBroken as broken:
                self._stopped = broken.stopped
            except MediaError as error:
                self._stopped = Stopped(
                    reason=StopReason.UNSUPPORTED, detail=f"The stream cannot be published: {error}."
                )
            await child.stop()
            if not self._stopped.at_once:
                self._hearing.ended(self._stopped.reason, begun=self._begun, now=asyncio.get_running_loop().time())
            if self._stopped.reason in _ENDED_BY_ITS_CONTENT and not (self._stopped.at_once and self._begun):
                self._discard_unread()
                return
            try:
                for item in self._reader.new(None):
                    yield item
            except StreamBroken:
                self._discard_unread()
        finally:
            if child is not None and child.returncode is None:
                await child.stop()
            self._watcher.ignore(self._run)
            if passage is not None:
                self._relay.leave(passage)

    async def _next_closed(self, closed: asyncio.Queue[Path | None], passage: Passage | None) -> Path | None:
        """Return the next complete file, None after ffmpeg's end; raise `TimeoutError` when the stream stalls.

        Raises `StreamBroken` where ffmpeg says that the pictures of a masked camera have changed.
        Also looks whether the watcher has missed files, as it does when the kernel grants it no more watches: all but
        the newest are complete.
        """
        clock = asyncio.get_running_loop().time
        began, received = clock(), passage.bytes_received if passage else 0
        looked = began
        listening = self._hearing.enabled and passage is not None
        while True:
            waited = clock() - began
            rate = (passage.bytes_received - received) / max(waited, 1.0) if passage else None
            left = self._patience(rate) - waited
            if left <= 0:
                raise TimeoutError(_stall_told(waited, rate))
            look = min(LISTEN_SECONDS if listening else LOOK_SECONDS, left)
            asked = clock()
            try:
                async with asyncio.timeout(look):
                    path = await closed.get()
            except TimeoutError:
                # While this program itself stood still the camera went on: what it sent is still to be heard.
                began += max(0.0, clock() - asked - look)
                self._require_the_same_sound(passage)
                if clock() - looked < LOOK_SECONDS:
                    continue
                looked = clock()
                unheard = self._reader.unread()
                if len(unheard) > 1:
                    _log.warning(
                        "watcher missed segments",
                        station=self._source.station,
                        rendition=str(self._source.rendition),
                        hint="Raise fs.inotify.max_user_watches.",
                    )
                    return unheard[-2]
            else:
                if path is None and not self._begun:
                    self._require_the_same_sound(passage)
                if self._changed:
                    raise StreamBroken(_pictures_changed(self._reader.facts))
                return path

    @property
    def _begun(self) -> bool:
        """Whether the recording has given a segment."""
        return self._reader.facts is not None

    def _require_the_same_sound(self, passage: Passage | None) -> None:
        """Raise `StreamBroken` where the camera's sound is not what ffmpeg was told."""
        if passage is None:
            return
        now = asyncio.get_running_loop().time()
        if why := self._hearing.differs(passage.heard, now=now, begun=self._begun):
            raise StreamBroken(Stopped(reason=StopReason.CHANGED, detail=why, at_once=True))

    def _patience(self, rate: float | None) -> float:
        """Return how many seconds may pass without a segment.

        `rate` is what the camera has sent meanwhile, in bytes a second, None where nobody knows.

        Media time is watched, not bytes: a stream that has shown how far its key frames are apart is given up after
        twice that. Before its first segment nothing but bytes tells a camera with rare key frames from a silent one.
        """
        if self._reader.longest_seconds:
            return max(2 * self._reader.longest_seconds, min(self._stall_seconds, LEAST_STALL_SECONDS))
        if rate is None:
            return max(self._stall_seconds, UNSEEN_STALL_SECONDS)
        return max(self._stall_seconds, LONGEST_KEY_WAIT_SECONDS if rate >= FLOWING_BYTES_A_SECOND else 0.0)

    def _discard_unread(self) -> None:
        """Remove what belongs to another stream or to none."""
        for file in self._reader.unread():
            file.unlink(missing_ok=True)

    def _reason(self, passage: Passage | None, child: process.Child) -> Stopped:
        if passage is None:
            return why_it_ended(self._source.url, child.tail, child.returncode)
        if passage.failure is not None:
            return passage.failure
        last = child.tail[-1] if child.tail else f"it ended with code {child.returncode}"
        if self._source.password is not None:
            last = self._source.password.masked_in(last)
        return Stopped(reason=StopReason.FAILED, detail=f"ffmpeg ended: {last[:200]}")


def _pictures_changed(facts: StreamFacts | None) -> Stopped:
    before = "what they were" if facts is None else f"{facts.width}x{facts.height}"
    return Stopped(reason=StopReason.CHANGED, detail=f"The pictures' size or format is no longer {before}.")


def _stall_told(waited: float, rate: float | None) -> str:
    told = f"No complete segment came in {waited:.0f} s"
    if rate is None or rate < FLOWING_BYTES_A_SECOND:
        return f"{told}."
    return f"{told}, though the camera sends: it sends no key frame (GOP, I-frame), or its pictures are damaged."
