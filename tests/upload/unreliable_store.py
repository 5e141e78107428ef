"""A store that fails as it is told, and holds every put against the rules of publishing."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from enum import Enum, auto

from election.errors import RemoteError
from election.keys import ObjectKind
from election.playlist import parse_master, parse_media
from upload.store import ObjectStore, Tagged


class Fault(Enum):
    """What becomes of a put."""

    NONE = auto()
    FAILED = auto()
    """Nothing is stored, an error is told."""
    FAILED_BUT_PERSISTED = auto()
    """It is stored, and an error is told all the same."""
    SLOW = auto()
    """It takes longer than the time-out, then an error is told."""


class UnreliableStore:
    """An `ObjectStore` over a real one. `fault` decides on each key; `broken_rules` should stay empty."""

    SLOW_SECONDS = 0.7

    def __init__(self, inner: ObjectStore) -> None:
        self._inner = inner
        self.fault: Callable[[str], Fault] = lambda key: Fault.NONE
        self.broken_rules: list[str] = []
        self.attempts: list[str] = []
        """The key of every put, in order."""
        self._stored: dict[str, bytes] = {}
        self._under_way: set[str] = set()
        self.released = asyncio.Event()
        """Set to end the puts that are slow, and to have no more of them."""

    async def put(
        self, key: str, body: bytes, kind: ObjectKind, *, only_if_absent: bool = False, only_if_tag: str | None = None
    ) -> str:
        self.attempts.append(key)
        self._check(key, body)
        self._under_way.add(key)
        try:
            fault = self.fault(key)
            tag = ""
            if fault in {Fault.NONE, Fault.FAILED_BUT_PERSISTED}:
                tag = await self._inner.put(key, body, kind, only_if_absent=only_if_absent, only_if_tag=only_if_tag)
                self._stored[key] = body
            if fault is Fault.SLOW:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(self.SLOW_SECONDS):
                        await self.released.wait()
            if fault is not Fault.NONE:
                raise RemoteError(f"Put {key} failed as told.", operation="put", subject=key)
            return tag
        finally:
            self._under_way.discard(key)

    async def get(self, key: str) -> bytes:
        return await self._inner.get(key)

    async def get_tagged(self, key: str) -> Tagged:
        return await self._inner.get_tagged(key)

    async def list(self, prefix: str) -> tuple[str, ...]:
        return await self._inner.list(prefix)

    async def delete(self, keys: Sequence[str]) -> None:
        await self._inner.delete(keys)

    def _check(self, key: str, body: bytes) -> None:
        if key in self._under_way and not key.startswith("status/probes/"):  # where writers race on purpose
            self.broken_rules.append(f"two puts of {key} at once")
        if key.endswith((".m4s", ".mp4")) and self._stored.get(key, body) != body:
            self.broken_rules.append(f"{key} was rewritten")
        folder = key.rpartition("/")[0] + "/"
        named: list[str] = []
        if key.endswith("live.m3u8"):
            segments = parse_media(body.decode()).segments
            named = [segment.map_uri for segment in segments] + [s.uri for s in segments if not s.gap]
        elif key.endswith("master.m3u8"):
            named = [variant.uri for variant in parse_master(body.decode()).variants]
        self.broken_rules += [f"{key} names {uri}" for uri in named if folder + uri not in self._stored]
