"""A store that fences is told from one that does not, on real servers and on ones that pretend."""

from __future__ import annotations

import pytest

from election.errors import RemoteError
from election.keys import ObjectKind
from tests.servers import S3Server
from tests.upload.packaging import run
from tests.upload.test_store import new_bucket
from upload.fencing_probe import RACERS, CannotFence, require_fencing
from upload.store import Tagged, open_store


class Careless:
    """A store that ignores conditions, all of them or only tags."""

    def __init__(self, *, minds_absence: bool) -> None:
        self._inner = open_store("memory://", {})
        self._minds_absence = minds_absence
        self.keys: set[str] = set()

    async def put(
        self, key: str, body: bytes, kind: ObjectKind, *, only_if_absent: bool = False, only_if_tag: str | None = None
    ) -> str:
        self.keys.add(key)
        return await self._inner.put(key, body, kind, only_if_absent=only_if_absent and self._minds_absence)

    async def get(self, key: str) -> bytes:
        return await self._inner.get(key)

    async def get_tagged(self, key: str) -> Tagged:
        return await self._inner.get_tagged(key)

    async def list(self, prefix: str) -> tuple[str, ...]:
        return await self._inner.list(prefix)

    async def delete(self, keys: object) -> None:
        raise RemoteError("not allowed", operation="delete", subject=str(keys))


@pytest.mark.parametrize("url", ["memory://", "file://{}/store"])
def test_the_stores_of_one_machine_fence_and_nothing_is_left_behind(url: str, tmp_path: object) -> None:
    async def work() -> tuple[str, ...]:
        store = open_store(url.format(tmp_path), {})
        await require_fencing(store)
        return await store.list("status/")

    assert run(work()) == ()


@pytest.mark.server
def test_seaweedfs_fences(seaweedfs: S3Server) -> None:
    store = open_store(seaweedfs.url(new_bucket(seaweedfs)), seaweedfs.environment, timeout=60)
    run(require_fencing(store))
    assert run(store.list("status/")) == ()


@pytest.mark.server
def test_rclone_does_not(rclone: S3Server) -> None:
    url = rclone.url(new_bucket(rclone))
    with pytest.raises(CannotFence, match=r"makes no conditional writes.* start with --single-writer if no other"):
        run(require_fencing(open_store(f"{url}&conditional_writes=off", rclone.environment)))
    with pytest.raises(CannotFence, match="--single-writer"):
        run(require_fencing(open_store(url, rclone.environment)))


def test_a_store_that_ignores_the_conditions_is_refused_with_the_number_that_won() -> None:
    with pytest.raises(CannotFence, match=f"let {RACERS} of {RACERS} racing writers be the first one"):
        run(require_fencing(Careless(minds_absence=False)))


def test_a_store_that_ignores_tags_is_refused() -> None:
    with pytest.raises(CannotFence, match="let a late writer replace what another had written"):
        run(require_fencing(Careless(minds_absence=True)))


def test_a_store_that_does_not_answer_is_told_as_such() -> None:
    environment = {"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret"}
    store = open_store("s3://bucket?endpoint=http://127.0.0.1:9&region=us-east-1", environment)
    with pytest.raises(RemoteError, match="did not answer") as caught:
        run(require_fencing(store))
    assert not isinstance(caught.value, CannotFence)
