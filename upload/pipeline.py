"""One rendition from its camera to its delivery: record, give each segment its place, journal it, deliver it.

What a kill leaves behind, and what the next start finds:

====================================  =====================================================================
killed after                          found at the next start
====================================  =====================================================================
ffmpeg closed a segment               a spool file the journal does not know: it takes the normal path
the journal has it                    an unacknowledged row: uploaded again, under the same key and bytes
the store acknowledged it             the same; the second upload changes nothing
the journal has the acknowledgement   a listed segment: the playlist is written once more
the playlist was written              the same
====================================  =====================================================================

Longer than other modules: recording, gaps, recovery and the station's phases all move one position in the sequence.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import structlog

from election import keys
from election.cameras import Source
from election.playlist import rounded_seconds
from election.schedule import Phase, Standing
from election.timeline import GapReason
from upload.backoff import Backoff
from upload.delivery import Delivery
from upload.ffmpeg_recorder import FfmpegRecorder, RunReader
from upload.first_picture import FirstPicture
from upload.fmp4 import MediaError
from upload.health import RenditionHealth
from upload.hearing import Hearing
from upload.hour_book import HourBook
from upload.journal import Known
from upload.masked_runs import remove_uncovered
from upload.measured import Measured
from upload.node import Node
from upload.publication import Entry
from upload.reachability import wait_for_camera
from upload.recorder import InitSegment, RecordedSegment, Stopped, StopReason, StreamFacts
from upload.sequence import LARGEST_STEP, LONGEST_HOLE, Placed, now
from upload.silence import NOT_SHOWN, Silence
from upload.source_input import is_relayed
from upload.spool import Run, forget_run
from upload.target import demand

STALL_TARGETS = 3
"""Target durations without a complete segment after which a recording is given up."""
LEAST_STALL_SECONDS = 10.0
SILENT_TARGETS = 1.4
"""Target durations without a segment after which a gap is listed: below 1.5, or players take the list for dead."""
SILENCE_TICK_SECONDS = 0.5
STANDSTILL_SECONDS = 1.0
"""A look that comes so much too late shows that this program, or its whole machine, stood still."""
GAPS_AT_ONCE = 100
MOMENT = timedelta(milliseconds=1)
_log = structlog.get_logger()


class Pipeline:
    """One rendition of one station."""

    def __init__(
        self,
        source: Source,
        node: Node,
        health: RenditionHealth,
        *,
        on_listed: Callable[[], None],
        after: Phase | None = None,
        interrupted_by: GapReason = GapReason.PACKAGER_STOPPED,
    ) -> None:
        """`health` is kept up to date; `on_listed` is called after each playlist write.

        `after` is the station's phase before this, where this packager knew one that needed no pipeline;
        `interrupted_by` is why nothing was recorded since the last segment that is known.
        """
        self.source = source
        self.health = health
        self.measured = Measured()
        self._node = node
        self.delivery = Delivery(source, node, health, self.measured, on_listed=on_listed)
        self._position = node.journal.position(source.station, source.rendition)
        self._silence = Silence(patience=SILENT_TARGETS * node.target.seconds)
        self._hearing = Hearing(enabled=node.video.audio, relayed=is_relayed(source.url))
        self._first = FirstPicture(node.journal, source.station, source.rendition)
        self._after = after
        self._interrupted_by = interrupted_by
        self._following: asyncio.Task[None] | None = None
        self._working: tuple[asyncio.Task[None], ...] = ()
        """What the station's phase asks for."""
        self.is_over = False
        """Whether the station is closed and all that was recorded is listed in a playlist that has ended."""
        self._log = _log.bind(station=source.station, rendition=str(source.rendition))

    async def run(self) -> None:
        """Record and publish as the station's phase says, until cancelled."""
        async with asyncio.TaskGroup() as group:
            self._recover()
            group.create_task(self.delivery.run())
            self._following = group.create_task(self._follow(group))

    async def finish(self) -> None:
        """Record no more, and return when all that was recorded is listed; `run` goes on until it is cancelled."""
        if self._following is not None:
            self._following.cancel()
            await asyncio.wait([self._following])
        await self._cease()
        await self.delivery.drained()

    async def _follow(self, group: asyncio.TaskGroup) -> None:
        """Do what the station's phase asks for, from one to the next."""
        before = self._after
        standings, station = self._node.standings, self.source.station
        async for standing in standings.changes(station):
            phase = standing.phase
            if before is not None:
                await self._cease()
            self._note_wait(standing)
            if phase is not Phase.OPEN:
                self.health.recorder, self.health.detail = phase, standings.sentence(station)
            match phase:
                case Phase.OPEN:
                    if before is not None:
                        self._silence.reason = NOT_SHOWN.get(before, self._silence.reason)
                        self.health.recorder, self.health.detail = "starting", ""
                    self.delivery.reopen()
                    work = [self._record(), self._mark_silence()]
                case Phase.PAUSED:
                    self.delivery.reopen()
                    work = [self._mark_silence()]
                case Phase.CLOSED:
                    work = [self._end()]
                case Phase.SCHEDULED:
                    work = []
            self._working = tuple(group.create_task(each) for each in work)
            before = phase

    def _note_wait(self, standing: Standing) -> None:
        """Write down that the first picture is waited for, unless there was one."""
        schedule = self._node.standings.schedule
        if self._silence.reached is not None:
            return
        if not self._first.has_begun:
            opened = None if schedule is None else max(schedule.opens, self._position.last_end or schedule.opens)
            self._first.begin(standing.phase, now(), opened=opened)
        else:
            self._first.enter(standing.phase, now())

    async def _cease(self) -> None:
        """End what a phase asked for; what was recorded is on its way."""
        self.is_over = False
        for task in self._working:
            task.cancel()
        if self._working:
            await asyncio.wait(self._working)
        self.health.ffmpeg_pid = None
        for run in self._node.spool.runs(self.source.station, self.source.rendition):
            self._take_up(run)

    async def _end(self) -> None:
        """End the live playlist once all that was recorded is in it, and what was missed before the closing."""
        self._mark_until_the_closing()
        await self.delivery.drained()
        self.delivery.end()
        await self.delivery.drained()
        self.is_over = True

    def _mark_until_the_closing(self) -> None:
        """List the time from the last picture to the closing as a gap, where this packager did not run then."""
        closed_at, last = self._node.standings.of(self.source.station).since, self._position.last_end
        if closed_at is None or last is None or self.delivery.init_key is None or not self._goes_on(last):
            return
        target = timedelta(seconds=self._node.target.seconds)
        if closed_at - last <= SILENT_TARGETS * target:
            return
        while (left := closed_at - (self._position.last_end or closed_at)) > LARGEST_STEP:
            self._take_gap(min(target, left))

    @property
    def hours(self) -> HourBook:
        """What the rendition's hour playlists name."""
        return self.delivery.hours

    def _recover(self) -> None:
        """Take up what an earlier packager left, on the normal path."""
        source, node = self.source, self._node
        # Before anything is uploaded: what the journal knows of these becomes a gap.
        if removed := remove_uncovered(node.spool.runs(source.station, source.rendition), source.mask):
            self._log.warning("segments recorded before the mask are not published", segments=removed)
        left_over = node.spool.runs(source.station, source.rendition)
        is_closed = node.standings.of(source.station).phase is Phase.CLOSED
        self.delivery.resume(ended=is_closed and not any(run.segments() for run in left_over))
        for run in left_over:
            self._take_up(run)
        if self._position.last_end is not None and self._goes_on(self._position.last_end):
            passed = max(0.0, (now() - self._position.last_end).total_seconds())  # the clock may have been set back
            self._silence.reached = time.monotonic() - passed
            self._silence.reason = self._interrupted_by
        else:
            self._silence.reached = None  # what was taken up may be a rehearsal's: nothing is missed since

    def _goes_on(self, last_end: datetime) -> bool:
        """Return whether what comes goes on with what ended then: a rehearsal before the opening is another matter."""
        schedule = self._node.standings.schedule
        return now() - last_end < LONGEST_HOLE and (schedule is None or last_end >= schedule.opens)

    def _take_up(self, run: Run) -> None:
        """Take in the segments of a recording that were complete and not yet journalled."""
        journal, spool = self._node.journal, self._node.spool
        unknown: list[Path] = []
        for file in run.segments():
            match journal.knows(spool.relative(file)):
                case Known.NOT:
                    unknown.append(file)
                case Known.ACKNOWLEDGED:
                    file.unlink()
                case Known.WAITING:
                    pass
        try:
            init: InitSegment | None = None
            for item in RunReader(run).read(unknown):
                if isinstance(item, InitSegment):
                    init = item
                    continue
                if not self._node.target.is_fixed:
                    self._node.target.needs(self.source.rendition, item.duration.total_seconds())
                    self._node.target.fix()
                self._begin_with_target()
                if init is not None and not self._is_unfit(item):
                    self._take_in(init, item)
        except MediaError as error:
            self._log.warning("left-over recording cannot be published", folder=run.folder.name, error=str(error))
            self._discard_unknown(run)
        except OSError as error:
            self._log.warning("left-over recording cannot be read", folder=run.folder.name, error=str(error))
        self._position = self._position.interrupted()
        if not run.segments():
            forget_run(run)

    def _is_unfit(self, segment: RecordedSegment) -> bool:
        """Remove and refuse a left-over segment that is too long, or older than what was published since.

        The latter is left where another packager went on meanwhile: it could only be listed with a false time.
        """
        end = self._position.last_end
        patience = timedelta(seconds=self._node.target.seconds)
        too_late = end is not None and segment.arrived < end - patience
        if too_late or self._is_too_long(segment):
            self._log.warning("left-over segment not published", segment=segment.path.name, too_late=too_late)
            segment.path.unlink()
            return True
        return False

    def _discard_unknown(self, run: Run) -> None:
        """Remove what cannot be published, so that it does not fill the disk."""
        for file in run.segments():
            if self._node.journal.knows(self._node.spool.relative(file)) is Known.NOT:
                file.unlink()

    async def _record(self) -> None:
        backoff = Backoff()
        while True:
            began = time.monotonic()
            stopped = await self._record_once()
            if stopped.at_once:
                self._log.info("recording begins anew", reason=stopped.reason, detail=stopped.detail)
                self._silence.ended(stopped.reason)
                continue
            backoff = backoff.after_failure(lasted=time.monotonic() - began)
            self.health.recorder, self.health.detail = stopped.reason, stopped.detail
            self.health.ffmpeg_pid = None
            self.health.restarts += 1
            self._silence.ended(stopped.reason)
            if self._node.spool.is_full():
                self._silence.reason = GapReason.DISK_FULL
            self._node.target.needs(self.source.rendition, 0.0)
            if self._silence.reached is None:
                self._first.failed(self._silence.reason, now())
            delay = backoff.delay(random.random())  # noqa: S311 - spreads reconnects, keeps no secret
            self._log.warning("recording ended", reason=stopped.reason, detail=stopped.detail, retry_in=round(delay, 1))
            if stopped.reason is StopReason.REFUSED:
                await wait_for_camera(self.source.url, delay)
            else:
                await asyncio.sleep(delay)

    async def _record_once(self) -> Stopped:
        node, source = self._node, self.source
        run = node.spool.begin_run(source.station, source.rendition, milliseconds=time.time_ns() // 1_000_000)
        stall = max(LEAST_STALL_SECONDS, STALL_TARGETS * node.target.seconds)
        recorder = FfmpegRecorder(
            source,
            run,
            relay=node.relay,
            watcher=node.watcher,
            segment_seconds=min(node.video.segment_seconds, node.target.seconds),
            stall_seconds=stall,
            on_start=self._started,
            hearing=self._hearing,
        )
        init: InitSegment | None = None
        stopped: Stopped | None = None
        self.delivery.recording_into = run.folder
        slot = await node.connect_slot()
        recording = recorder.record()
        try:
            async for item in recording:
                node.free_slot(slot)
                if isinstance(item, InitSegment):
                    init = item
                    self.measured.begin(item.track)
                    continue
                if init is None:
                    raise RuntimeError("a segment came before its initialisation segment")
                await self._fix_target(item, recorder.facts)
                if self._is_too_long(item):
                    stopped = Stopped(reason=StopReason.UNSUPPORTED, detail=self._too_long(item))
                    break
                if self.health.recorder != "recording":
                    self.health.recorder, self.health.detail = "recording", ""
                    self._log.info("recording", codecs=init.track.codecs)
                self._take_in(init, item)
            stopped = stopped or recorder.stopped
        finally:
            node.free_slot(slot)
            await recording.aclose()
            self.delivery.recording_into = None
            self._position = self._position.interrupted()
            if stopped is not None and stopped.reason is StopReason.UNSUPPORTED:
                self._discard_unknown(run)
            if not run.segments():
                forget_run(run)
        return stopped

    async def _fix_target(self, segment: RecordedSegment, facts: StreamFacts | None) -> None:
        """Fix the station's target duration with its first segments, and tell operators where it is too long."""
        target, rendition = self._node.target, self.source.rendition
        longest = max(segment.duration.total_seconds(), 0.0 if facts is None else facts.gop_seconds)
        if not target.is_fixed:
            target.needs(rendition, longest)
            # The segments that follow wait in the spool meanwhile.
            await target.agreed()
        self._begin_with_target()
        self.health.demand = demand(longest)

    def _begin_with_target(self) -> None:
        if self.delivery.init_key is None:
            self.delivery.fix_target_duration()
            self._silence.patience = SILENT_TARGETS * self._node.target.seconds

    def _started(self, pid: int) -> None:
        self.health.ffmpeg_pid = pid

    def _is_too_long(self, segment: RecordedSegment) -> bool:
        return rounded_seconds(segment.duration) > self._node.target.seconds

    def _too_long(self, segment: RecordedSegment) -> str:
        target = self._node.target.seconds
        return (
            f"The camera sent no key frame for {segment.duration.total_seconds():.1f} s, but the target duration is "
            f"{target} s: set its key frame interval (GOP, I-frame interval) to 2 s."
        )

    def _take_in(self, init: InitSegment, segment: RecordedSegment) -> None:
        """Give a complete segment its place, write it down, then let it be uploaded."""
        source, node = self.source, self._node
        holes = self._position.holes(
            start=segment.start,
            duration=segment.duration,
            arrived=segment.arrived,
            longest=timedelta(seconds=node.target.seconds),
        )
        if self._position.last_end is not None and self._goes_on(self._position.last_end):
            for length in holes:
                self._take_gap(length)
        placed, following = self._position.place(
            start=segment.start, duration=segment.duration, arrived=segment.arrived
        )
        entry = self._entry(init, segment, placed)
        path = node.spool.relative(segment.path)
        reason = self._silence.reason if placed.discontinuity else None
        # A crash before this line leaves a file in the spool, after it a row in the journal: both are found again.
        node.journal.record(source.station, source.rendition, entry, path=path, init_body=init.body, reason=reason)
        self._position = following
        self.measured.add(size=entry.size, duration=entry.duration, frames=segment.frames)
        self._silence.heard(time.monotonic())
        self.delivery.deliver(entry, path, segment.body, completed=segment.arrived.timestamp())
        self.health.next_number = following.next_number

    async def _mark_silence(self) -> None:
        """List a gap whenever nothing has come for a while, one segment's length at a time."""
        while True:
            looked = time.monotonic()
            await asyncio.sleep(SILENCE_TICK_SECONDS)
            if time.monotonic() - looked > SILENCE_TICK_SECONDS + STANDSTILL_SECONDS:
                self._silence.stood_still(time.monotonic())
            if self._silence.reached is None:
                self._first.lasts(now())
            at = now()
            self.health.clock_ahead_seconds = (at - self.hours.time.now(at, time.monotonic())).total_seconds()
            if self.delivery.init_key is None:
                continue
            for _ in range(GAPS_AT_ONCE):
                overdue = self._silence.overdue(time.monotonic())
                if overdue <= 0:
                    break
                # What has long been over, such as a stop of the packager, is told in the fewest gaps.
                target = self._node.target.seconds
                seconds = target if overdue > target else min(target, self._node.video.segment_seconds)
                self._take_gap(timedelta(seconds=seconds))

    def _take_gap(self, length: timedelta) -> None:
        """Give a time without pictures its place, write it down and list it."""
        source, node = self.source, self._node
        if self.delivery.init_key is None:
            return
        placed, following = self._position.gap(length)
        day = placed.program_date_time.astimezone(node.zone).date()
        entry = Entry(
            number=placed.number,
            key=keys.gap(source.station, source.rendition, day, placed.number, node.generation),
            init_key=self.delivery.init_key,
            duration=length,
            program_date_time=placed.program_date_time,
            discontinuity=placed.discontinuity,
            discontinuities=placed.discontinuities,
            gap=True,
        )
        node.journal.record_gap(source.station, source.rendition, entry, self._why_not(entry.end - MOMENT))
        self._position = following
        self._silence.marked(length.total_seconds())
        self.delivery.tell_gap(entry)
        self.health.next_number = following.next_number

    def _why_not(self, moment: datetime) -> GapReason:
        """Return why nothing could be seen: an order, or what the recorder said."""
        return NOT_SHOWN.get(self._node.standings.phase_at(self.source.station, moment), self._silence.reason)

    def _entry(self, init: InitSegment, segment: RecordedSegment, placed: Placed) -> Entry:
        source = self.source
        day = placed.program_date_time.astimezone(self._node.zone).date()
        return Entry(
            number=placed.number,
            key=keys.segment(
                source.station, source.rendition, day, placed.number, self._node.generation, keys.sha8(segment.body)
            ),
            init_key=keys.init(source.station, source.rendition, keys.sha8(init.body)),
            duration=segment.duration,
            program_date_time=placed.program_date_time,
            discontinuity=placed.discontinuity,
            discontinuities=placed.discontinuities,
            size=len(segment.body),
        )
