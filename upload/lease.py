"""A station's lease: which packager may publish it. One small object a station, changed by conditional writes only.

::

    {"version": 1, "station": "034-012", "holder": "5f…", "node": "node-7", "session": "a1…", "generation": 4,
     "renewed": "2026-11-29T05:30:00.000Z", "released": false}

Whoever holds the lease renews it; whoever wants it waits until it was given back, or has not changed for
`LEASE_SECONDS` by his own steady clock, so that nobody's wall clock need be right; where it is said to have been
renewed long ago, until a renewal is overdue by the same steady clock. Taking it counts the generation up.
A packager whose lease was taken learns it at the latest from his next conditional write; see `upload.fenced_store`.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import structlog

from election import keys
from election.errors import RemoteError, RemoteRefused
from election.ids import StationId
from upload.sequence import now
from upload.store import ObjectChanged, ObjectExists, ObjectMissing, ObjectStore, Tagged

VERSION = 1
LEASE_SECONDS = 60.0
"""A lease that has not changed for so long may be taken by another packager."""
RENEW_SECONDS = 20.0
LONG_OVER = timedelta(minutes=10)
"""What was renewed so long ago by its holder's clock, which may be wrong, is watched for `OVERDUE` renewals only."""
OVERDUE = 1.5
"""So many times `RENEW_SECONDS` pass without a renewal only where its holder is gone or cannot write."""
LOOK_SECONDS = 2.0
"""How often one who waits looks."""
_log = structlog.get_logger()


class Superseded(RemoteRefused):
    """Another packager publishes this station now, or has written since; nothing more may be written by this one."""


@dataclass(frozen=True, kw_only=True)
class LeaseRecord:
    """What a lease says."""

    station: StationId
    holder: str
    """Which spool holds it: a packager that starts again with the same spool takes its own lease at once."""
    node: str
    """The holder's name, for operators."""
    session: str
    """Which start of the holder."""
    generation: int
    renewed: datetime
    released: bool = False

    def format(self) -> bytes:
        """Return the JSON body, UTF-8."""
        body = {
            "version": VERSION,
            "station": self.station,
            "holder": self.holder,
            "node": self.node,
            "session": self.session,
            "generation": self.generation,
            "renewed": self.renewed.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "released": self.released,
        }
        return json.dumps(body, separators=(",", ":")).encode()


def parse_lease(body: bytes) -> LeaseRecord:
    """Read what `LeaseRecord.format` wrote; raise `ValueError` on anything else."""
    try:
        data = json.loads(body)
        if data["version"] != VERSION:
            raise ValueError("this is not a lease of version 1")
        return LeaseRecord(
            station=StationId(data["station"]),
            holder=data["holder"],
            node=data["node"],
            session=data["session"],
            generation=int(data["generation"]),
            renewed=datetime.fromisoformat(data["renewed"]),
            released=data["released"] is True,
        )
    except (KeyError, TypeError) as error:
        raise ValueError(f"this is not a lease: {error!r}") from None


@dataclass(frozen=True, kw_only=True)
class Holder:
    """Who wants leases."""

    spool: str
    """Name that the spool keeps over restarts."""
    node: str
    """This machine's name."""
    may_fence: bool = True
    """False where the store makes no conditional writes and the operator vouches for a single writer."""


class Lease:
    """One packager's way to one station's lease."""

    def __init__(self, store: ObjectStore, station: StationId, holder: Holder) -> None:
        self.generation = 0
        """The generation held; 0 before the first."""
        self.lost: Superseded | None = None
        """Why nothing may be written any more, None while the lease is held."""
        self.waits_for = ""
        """Which node holds the lease while this one waits for it, '' where none does."""
        self.trouble = ""
        """What the store last refused while the lease was being taken, '' when all is well."""
        self._store = store
        self._key = keys.lease(station)
        self._station = station
        self._holder = holder
        self._session = secrets.token_hex(8)
        self._over = asyncio.Event()
        self._renewing = asyncio.Lock()
        self._tag = ""
        self._confirmed = 0.0
        self._may_resume = True
        """Whether the lease may be taken over from the holder's own earlier start."""
        self._log = _log.bind(station=station)

    async def take(self, *, at_least: int = 1) -> int:
        """Wait until the lease is held, and return its generation: above any before, and at least `at_least`."""
        seen, since = "", time.monotonic()
        while True:
            try:
                found = await self._read()
                if found is not None and found[1] != seen:
                    seen, since = found[1], time.monotonic()
                if found is not None and self._was_written_unanswered(found[0]):
                    self._tag, self._confirmed, self.generation = found[1], time.monotonic(), found[0].generation
                    if self.generation >= at_least:
                        return self._hold()
                if self._is_free(found, unchanged=time.monotonic() - since):
                    before = 0 if found is None else found[0].generation
                    if await self._write(max(before + 1, at_least), found):
                        return self._hold()
                elif found is not None and self.waits_for != found[0].node:
                    self.waits_for = found[0].node
                    self._log.warning("another packager publishes this station", node=self.waits_for)
            except RemoteError as error:
                if not self.trouble:
                    self._log.warning("lease not taken", error=str(error), permanent=not error.retryable)
                self.trouble = str(error)
            looked = time.monotonic()
            await asyncio.sleep(LOOK_SECONDS)
            # While the program itself stood still nobody was watched, and the holder may have stood still with it.
            since += max(0.0, time.monotonic() - looked - 2 * LOOK_SECONDS)

    def _hold(self) -> int:
        self.waits_for, self.trouble, self.lost = "", "", None
        self._over.clear()
        return self.generation

    async def keep(self) -> None:
        """Renew the lease for ever; raise `Superseded` once it is lost."""
        while self.lost is None:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(RENEW_SECONDS):
                    await self._over.wait()
                break
            await self._try_renewal()
        raise self.lost or self.lose("The lease was lost.")

    async def _try_renewal(self) -> None:
        try:
            await self.renew()
        except Superseded:
            raise
        except RemoteError as error:
            self._log.warning("lease not renewed", error=str(error))

    async def renew(self) -> None:
        """Say once that the lease is still held; raise `Superseded` where it is not, `RemoteError` on no answer."""
        async with self._renewing:
            await self._renew()

    async def _renew(self) -> None:
        if self.lost is not None:
            raise self.lost
        if not await self._write(self.generation, (self._record(self.generation), self._tag)):
            raise self.lose("Another packager has taken this station's lease.")

    async def require(self) -> None:
        """Raise `Superseded` where the lease is lost; after a pause of the whole program ask the store first."""
        if self.lost is not None:
            raise self.lost
        if self._is_doubtful():
            async with self._renewing:
                if self._is_doubtful():  # else another put has asked meanwhile
                    await self._renew()

    def _is_doubtful(self) -> bool:
        return time.monotonic() - self._confirmed > LEASE_SECONDS

    def lose(self, why: str) -> Superseded:
        """Note that nothing more may be written, and return the error that says so."""
        self._may_resume = False
        self._over.set()
        self.lost = Superseded(why, operation="put", subject=self._key)
        return self.lost

    async def release(self) -> None:
        """Give the lease back, so that another need not wait; raise `RemoteError` where that could not be told."""
        if self.generation and self.lost is None and self._holder.may_fence:
            record = replace(self._record(self.generation), released=True)
            await self._store.put(self._key, record.format(), keys.PRIVATE_STATUS, only_if_tag=self._tag)

    def _was_written_unanswered(self, record: LeaseRecord) -> bool:
        """Return whether a lease is what this very start has put without hearing of it."""
        return record.session == self._session and record.generation > self.generation and not record.released

    def _is_free(self, found: tuple[LeaseRecord, str] | None, *, unchanged: float) -> bool:
        if found is None or not self._holder.may_fence:
            return True
        record, tag = found
        ours = record.holder == self._holder.spool and self._may_resume
        mine = record.session == self._session and tag == self._tag
        long_over = now() - record.renewed > LONG_OVER and unchanged >= OVERDUE * RENEW_SECONDS
        return record.released or ours or mine or long_over or unchanged >= LEASE_SECONDS

    async def _read(self) -> tuple[LeaseRecord, str] | None:
        try:
            found: Tagged = await self._store.get_tagged(self._key)
        except ObjectMissing:
            return None
        try:
            return parse_lease(found.body), found.tag
        except ValueError as error:
            self._log.error("lease is damaged and taken anew", error=str(error))
            return replace(self._record(0), holder="", session="", released=True), found.tag

    async def _write(self, generation: int, before: tuple[LeaseRecord, str] | None) -> bool:
        """Write the lease in place of what was `before`; return whether it is ours now."""
        record, asked = self._record(generation), time.monotonic()
        body = record.format()
        try:
            if not self._holder.may_fence:
                tag = await self._store.put(self._key, body, keys.PRIVATE_STATUS)
            elif before is None:
                tag = await self._store.put(self._key, body, keys.PRIVATE_STATUS, only_if_absent=True)
            else:
                tag = await self._store.put(self._key, body, keys.PRIVATE_STATUS, only_if_tag=before[1])
        except (ObjectExists, ObjectChanged):
            # An attempt of our own that was not answered may have come through.
            found = await self._read()
            if found is None or (found[0].session, found[0].generation) != (self._session, generation):
                return False
            tag = found[1]
        self._tag, self._confirmed, self.generation = tag, asked, generation
        return True

    def _record(self, generation: int) -> LeaseRecord:
        return LeaseRecord(
            station=self._station,
            holder=self._holder.spool,
            node=self._holder.node,
            session=self._session,
            generation=generation,
            renewed=now(),
        )
