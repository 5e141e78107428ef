"""One station's way to the store: what it replaces it replaces only while nobody else has.

Each playlist and timeline is put on the condition that the object there is the one this writer left or found. So a
writer that was paused, partitioned or replaced, and whatever it had sent and the network delivers late, changes
nothing: the lease's taker has written since. What has its content in its name is put without a condition.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
from collections import defaultdict, deque
from collections.abc import Sequence

from election.keys import IMMUTABLE, ObjectKind
from upload.lease import Lease
from upload.store import ObjectChanged, ObjectExists, ObjectMissing, ObjectStore, Tagged

REMEMBERED = 16
"""How many puts a key's own are told by: more than can be on their way."""


class FencedStore:
    """See `upload.store` for the contract. Every put waits for `admit`, and raises `Superseded` once fenced."""

    def __init__(self, inner: ObjectStore, lease: Lease, *, may_fence: bool = True) -> None:
        """`may_fence` is false where the store makes no conditional writes and a single writer is vouched for."""
        self._inner = inner
        self._lease = lease
        self._may_fence = may_fence
        self.admitted = asyncio.Event()
        """Set once puts go through."""
        self._tags: dict[str, str | None] = {}
        """What is to be replaced under each key, None where nothing is there."""
        self._ours: defaultdict[str, deque[bytes]] = defaultdict(lambda: deque(maxlen=REMEMBERED))
        """Digests of what this writer last put under each key: a put without an answer may have happened."""

    def admit(self) -> None:
        """From now on puts go through: the lease is held and what is published was read back."""
        self.admitted.set()

    async def put(
        self, key: str, body: bytes, kind: ObjectKind, *, only_if_absent: bool = False, only_if_tag: str | None = None
    ) -> str:
        """Put, where this station's lease allows it."""
        await self.admitted.wait()
        await self._lease.require()
        if kind.cache_control == IMMUTABLE or only_if_absent or only_if_tag is not None or not self._may_fence:
            return await self._inner.put(key, body, kind, only_if_absent=only_if_absent, only_if_tag=only_if_tag)
        if key not in self._tags:
            await self._look_up(key)
        try:
            return await self._replace(key, body, kind)
        except (ObjectExists, ObjectChanged):
            self._tags[key] = await self._own_tag(key)
            return await self._replace(key, body, kind)

    async def _own_tag(self, key: str) -> str | None:
        """Return the tag of what is there, if it is of this writer; None where nothing is there any more."""
        try:
            there = await self.get_tagged(key)
        except ObjectMissing:
            return None  # nobody deletes what is published: a put was answered and dropped
        if hashlib.sha256(there.body).digest() not in self._ours[key]:
            raise self._lease.lose(f"{key} was written by another packager.")
        return there.tag

    async def _replace(self, key: str, body: bytes, kind: ObjectKind) -> str:
        tag = self._tags[key]
        self._ours[key].append(hashlib.sha256(body).digest())
        self._tags[key] = new = await self._inner.put(key, body, kind, only_if_absent=tag is None, only_if_tag=tag)
        return new

    async def get(self, key: str) -> bytes:
        """Get; what is read first is what will be replaced."""
        return (await self.get_tagged(key)).body

    async def get_tagged(self, key: str) -> Tagged:
        """Get with the tag; what is read first is what will be replaced."""
        try:
            found = await self._inner.get_tagged(key)
        except ObjectMissing:
            self._tags.setdefault(key, None)
            raise
        self._tags.setdefault(key, found.tag)
        return found

    async def _look_up(self, key: str) -> None:
        with contextlib.suppress(ObjectMissing):
            await self.get_tagged(key)

    async def list(self, prefix: str) -> tuple[str, ...]:
        """List."""
        return await self._inner.list(prefix)

    async def delete(self, keys: Sequence[str]) -> None:
        """Delete."""
        await self._inner.delete(keys)
