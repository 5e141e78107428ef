"""One contract, tried on every store. What a server cannot do is stated in `SERVERS` and asserted."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Coroutine, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import boto3
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from election import keys
from election.errors import RemoteRefused
from tests.servers import S3Server
from upload.store import NoConditions, ObjectChanged, ObjectExists, ObjectMissing, ObjectStore, open_store

Result = TypeVar("Result")
SEGMENT = keys.MEDIA_SEGMENT
PLAYLIST = keys.live_playlist_kind(6)


@dataclass(frozen=True, kw_only=True)
class Subject:
    """One store under test and what it can do."""

    url: str
    environment: Mapping[str, str]

    def open(self) -> ObjectStore:
        """Open it patiently: SeaweedFS makes each loser of a race wait for about a second."""
        return open_store(self.url, self.environment, timeout=60)


def run(work: Coroutine[Any, Any, Result]) -> Result:
    return asyncio.run(work)


def new_bucket(server: S3Server) -> str:
    bucket = f"contract-{secrets.token_hex(4)}"
    client = boto3.client(
        "s3",
        endpoint_url=server.endpoint,
        region_name="us-east-1",
        aws_access_key_id=server.access_key_id,
        aws_secret_access_key=server.secret_access_key.reveal(),
    )
    client.create_bucket(Bucket=bucket)
    client.close()
    return bucket


@pytest.fixture(
    params=[
        "memory",
        "folder",
        pytest.param("seaweedfs", marks=pytest.mark.server),
        pytest.param("rclone", marks=pytest.mark.server),
    ]
)
def subject(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Subject]:
    match request.param:
        case "memory":
            yield Subject(url="memory://", environment={})
        case "folder":
            yield Subject(url=f"file://{tmp_path}/store", environment={})
        case name:
            server: S3Server = request.getfixturevalue(name)
            bucket = new_bucket(server)
            yield Subject(
                url=server.url(bucket) + ("&conditional_writes=off" if name == "rclone" else ""),
                environment=server.environment,
            )


@pytest.mark.parametrize("kind", [SEGMENT, PLAYLIST], ids=["plain", "compressed"])
@pytest.mark.parametrize("body", [b"", b"x", b"#EXTM3U\n" * 2000, bytes(range(256)) * 5000])
def test_what_was_put_is_got_back_byte_for_byte(subject: Subject, kind: keys.ObjectKind, body: bytes) -> None:
    async def work() -> bytes:
        store = subject.open()
        await store.put("live/034-012/main/a.bin", body, kind)
        return await store.get("live/034-012/main/a.bin")

    assert run(work()) == body


def test_a_second_put_replaces_the_first(subject: Subject) -> None:
    async def work() -> bytes:
        store = subject.open()
        await store.put("live/x.m3u8", b"first and longer", PLAYLIST)
        await store.put("live/x.m3u8", b"second", PLAYLIST)
        return await store.get("live/x.m3u8")

    assert run(work()) == b"second"


def test_getting_what_is_not_there_says_so(subject: Subject) -> None:
    with pytest.raises(ObjectMissing, match=r"Get nothing/here .* there is none") as caught:
        run(subject.open().get("nothing/here"))
    assert caught.value.retryable is False
    assert caught.value.operation == "get"
    assert caught.value.subject == "nothing/here"


def test_a_list_names_what_is_below_the_prefix_sorted_and_nothing_else(subject: Subject) -> None:
    async def work() -> tuple[tuple[str, ...], ...]:
        store = subject.open()
        for key in ("site/b.html", "site/a/index.html", "site-two/x", "live/y", "site/a/z"):
            await store.put(key, b"x", SEGMENT)
        return await store.list("site/"), await store.list("site/a/"), await store.list("none/"), await store.list("")

    site, below, none, everything = run(work())
    assert site == ("site/a/index.html", "site/a/z", "site/b.html")
    assert below == ("site/a/index.html", "site/a/z")
    assert none == ()
    assert everything == ("live/y", "site-two/x", "site/a/index.html", "site/a/z", "site/b.html")


def test_deleting_removes_the_named_and_minds_nothing_that_is_absent(subject: Subject) -> None:
    async def work() -> tuple[str, ...]:
        store = subject.open()
        for key in ("a/1", "a/2", "a/3"):
            await store.put(key, b"x", SEGMENT)
        await store.delete(["a/0", "a/1", "a/3", "b"])
        await store.delete([])
        return await store.list("")

    assert run(work()) == ("a/2",)


def test_an_object_is_replaced_only_by_the_tag_it_has(subject: Subject) -> None:
    async def work() -> None:
        store = subject.open()
        first = await store.put("live/x.m3u8", b"first", PLAYLIST)
        found = await store.get_tagged("live/x.m3u8")
        assert (found.body, found.tag) == (b"first", first)
        if "conditional_writes=off" in subject.url:
            with pytest.raises(NoConditions, match="makes no conditional writes"):
                await store.put("live/x.m3u8", b"second", PLAYLIST, only_if_tag=first)
            return
        second = await store.put("live/x.m3u8", b"second", PLAYLIST, only_if_tag=first)
        assert second != first
        for key in ("live/x.m3u8", "live/gone.m3u8"):
            with pytest.raises(ObjectChanged, match="another one by now"):
                await store.put(key, b"third", PLAYLIST, only_if_tag=first)
        assert await store.get("live/x.m3u8") == b"second"
        assert await store.list("live/") == ("live/x.m3u8",)

    run(work())


def test_a_conditional_put_never_touches_what_is_there_or_is_refused_by_a_store_that_cannot(subject: Subject) -> None:
    async def work() -> bytes:
        store = subject.open()
        if "conditional_writes=off" in subject.url:
            with pytest.raises(RemoteRefused, match="makes no conditional writes"):
                await store.put("lease", b"first", SEGMENT, only_if_absent=True)
            await store.put("lease", b"first", SEGMENT)
        else:
            await store.put("lease", b"first", SEGMENT, only_if_absent=True)
            with pytest.raises(ObjectExists, match="there is one already"):
                await store.put("lease", b"second", SEGMENT, only_if_absent=True)
        return await store.get("lease")

    assert run(work()) == b"first"


def test_of_many_conditional_puts_at_once_one_wins(subject: Subject) -> None:
    if "conditional_writes=off" in subject.url:
        return  # stated and asserted in the test above

    async def one(store: ObjectStore, body: bytes) -> bool:
        try:
            await store.put("race", body, SEGMENT, only_if_absent=True)
        except ObjectExists:
            return False
        return True

    async def work() -> tuple[list[bool], bytes]:
        store = subject.open()
        won = await asyncio.gather(*(one(store, str(number).encode()) for number in range(6)))
        return list(won), await store.get("race")

    won, body = run(work())
    assert won.count(True) == 1
    assert body == str(won.index(True)).encode()


@pytest.mark.parametrize("key", ["", "/a", "a/", "a//b", "../a", "a/../b", "a/.", "a\nb"])
def test_a_key_that_is_no_path_is_refused_before_anything_is_sent(subject: Subject, key: str) -> None:
    store = subject.open()
    with pytest.raises(ValueError, match="is not an object's key"):
        run(store.put(key, b"x", SEGMENT))
    with pytest.raises(ValueError, match="is not an object's key"):
        run(store.get(key))
    assert run(store.list("")) == ()


def test_a_prefix_that_ends_inside_a_name_is_refused(subject: Subject) -> None:
    with pytest.raises(ValueError, match="ends with a slash"):
        run(subject.open().list("live/034"))


def test_keys_keep_their_letters(subject: Subject) -> None:
    names = ("site/az/məntəqə.html", "site/a b.txt", "site/a+b%20c.txt", "site/=&?.txt")

    async def work() -> tuple[str, ...]:
        store = subject.open()
        for name in names:
            await store.put(name, name.encode(), SEGMENT)
        for name in names:
            assert await store.get(name) == name.encode()
        return await store.list("site/")

    assert set(run(work())) == set(names)


@settings(max_examples=40, deadline=None)
@given(bodies=st.dictionaries(st.from_regex(r"[a-z]{1,3}(/[a-z]{1,3}){0,2}x", fullmatch=True), st.binary(max_size=99)))
def test_the_store_in_memory_keeps_any_set_of_objects(bodies: dict[str, bytes]) -> None:
    async def work() -> dict[str, bytes]:
        store = open_store("memory://", {})
        for number, (key, body) in enumerate(bodies.items()):
            await store.put(key, body, (SEGMENT, PLAYLIST)[number % 2])
        return {key: await store.get(key) for key in await store.list("")}

    assert run(work()) == bodies


def test_a_folder_holds_the_body_as_it_is_and_no_half_written_file(tmp_path: Path) -> None:
    async def work() -> None:
        store = open_store(f"file://{tmp_path}/store", {})
        await store.put("live/x.m3u8", b"#EXTM3U\n", PLAYLIST)

    run(work())
    assert [path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()] == [
        "store/live/x.m3u8"
    ]
    assert (tmp_path / "store/live/x.m3u8").read_bytes() == b"#EXTM3U\n"
