"""An object store that counts what is put into it, for the metrics."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from election.errors import RemoteError
from election.keys import ObjectKind
from upload.store import ObjectChanged, ObjectExists, ObjectStore, Tagged

Place = tuple[str, str]
"""Station and rendition."""


@dataclass(kw_only=True)
class Counts:
    """What was put since the start."""

    segments: Counter[Place] = field(default_factory=Counter)
    """Media segments acknowledged, by place."""
    bytes: Counter[Place] = field(default_factory=Counter)
    """Their bytes."""
    failures: Counter[str] = field(default_factory=Counter)
    """Failed puts: `refused` where the store said no for good, `failed` where it may pass."""
    under_way: int = 0
    """Puts that wait for an answer now."""


class CountedStore:
    """Counts over `inner`; see `upload.store` for the contract."""

    def __init__(self, inner: ObjectStore) -> None:
        self._inner = inner
        self.counts = Counts()

    async def put(
        self, key: str, body: bytes, kind: ObjectKind, *, only_if_absent: bool = False, only_if_tag: str | None = None
    ) -> str:
        """Put, and count it."""
        counts = self.counts
        counts.under_way += 1
        try:
            tag = await self._inner.put(key, body, kind, only_if_absent=only_if_absent, only_if_tag=only_if_tag)
        except (ObjectExists, ObjectChanged):
            raise
        except RemoteError as error:
            counts.failures["failed" if error.retryable else "refused"] += 1
            raise
        finally:
            counts.under_way -= 1
        if key.endswith(".m4s"):
            _, station, rendition, *_ = key.split("/")
            counts.segments[station, rendition] += 1
            counts.bytes[station, rendition] += len(body)
        return tag

    async def get(self, key: str) -> bytes:
        """Get."""
        return await self._inner.get(key)

    async def get_tagged(self, key: str) -> Tagged:
        """Get with the tag."""
        return await self._inner.get_tagged(key)

    async def list(self, prefix: str) -> tuple[str, ...]:
        """List."""
        return await self._inner.list(prefix)

    async def delete(self, keys: Sequence[str]) -> None:
        """Delete."""
        await self._inner.delete(keys)
