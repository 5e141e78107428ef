"""Each fault of the proxy before a real S3 server: what error the store makes of it, whether the object is there."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass

import boto3
import pytest

from election import keys
from election.errors import RemoteError, RemoteRefused
from tests.faults.s3_proxy import Fault, S3Proxy, s3_proxy
from tests.servers import S3Server
from tests.upload.packaging import until
from tests.upload.test_store import new_bucket
from upload.store import ObjectExists, ObjectMissing, ObjectStore, open_store

pytestmark = pytest.mark.server

KIND = keys.MEDIA_SEGMENT
KEY = "live/034-012/main/a.m4s"
BODY = bytes(range(256)) * 512
TIMEOUT = 2.0
"""What is given up after it is the subject; everything else has time."""
LONG = 60.0


@dataclass(frozen=True, kw_only=True)
class Place:
    """A bucket, reached through the proxy and past it."""

    proxy: S3Proxy
    bucket: str
    through: ObjectStore
    hasty: ObjectStore
    """The same, and every attempt is given up after `TIMEOUT`."""
    direct: ObjectStore

    def put(self, key: str = KEY) -> RemoteError | None:
        return outcome(lambda: self.through.put(key, BODY, KIND))

    def put_in_haste(self, key: str = KEY) -> RemoteError | None:
        return outcome(lambda: self.hasty.put(key, BODY, KIND))

    def get(self, key: str = KEY) -> RemoteError | None:
        return outcome(lambda: self.through.get(key))

    def is_there(self, key: str = KEY) -> bool:
        try:
            return asyncio.run(self.direct.get(key)) == BODY
        except ObjectMissing:
            return False

    def statuses(self, key: str = KEY) -> list[int | None]:
        return [request.status for request in self.proxy.requests if request.key == key]


def outcome(call: Callable[[], Awaitable[object]]) -> RemoteError | None:
    """Return the error of a call, None if it went well."""

    async def work() -> RemoteError | None:
        try:
            await call()
        except RemoteError as error:
            return error
        return None

    return asyncio.run(work())


def may_pass(error: RemoteError | None) -> bool:
    """Say whether the packager would try again."""
    return error is not None and error.retryable and not isinstance(error, RemoteRefused)


@pytest.fixture
def place(seaweedfs: S3Server) -> Iterator[Place]:
    with s3_proxy(seaweedfs) as proxy:
        bucket = new_bucket(proxy.server)
        yield Place(
            proxy=proxy,
            bucket=bucket,
            through=open_store(proxy.url(bucket), proxy.environment, timeout=LONG),
            hasty=open_store(proxy.url(bucket), proxy.environment, timeout=TIMEOUT),
            direct=open_store(seaweedfs.url(bucket), seaweedfs.environment, timeout=LONG),
        )


def test_everything_passes_unspoilt_and_signed_and_is_noted(place: Place) -> None:
    key = "live/034-012/main/gəl və gör +%.m4s"

    async def work() -> None:
        before = time.time()
        await place.through.put(key, BODY, KIND)
        assert await place.through.get(key) == BODY
        assert await place.through.list("live/") == (key,)
        with pytest.raises(ObjectExists):
            await place.through.put(key, b"other", KIND, only_if_absent=True)
        await place.through.delete([key, "live/none"])
        with pytest.raises(ObjectMissing):
            await place.through.get(key)
        noted = place.proxy.requests[1:]  # the first made the bucket
        assert [(seen.method, seen.key, seen.status) for seen in noted] == [
            ("PUT", key, 200),
            ("GET", key, 200),
            ("GET", "", 200),
            ("PUT", key, 412),
            ("POST", "", 200),
            ("GET", key, 404),
        ]
        assert (noted[0].received, noted[0].sent, noted[1].received, noted[1].sent) == (len(BODY), 0, 0, len(BODY))
        assert before <= noted[0].time <= noted[1].time <= time.time()
        assert {seen.fault for seen in noted} == {None}

    asyncio.run(work())


def test_a_wrong_secret_is_refused_by_the_server_behind(place: Place) -> None:
    environment = {**place.proxy.environment, "AWS_SECRET_ACCESS_KEY": "wrong"}
    error = outcome(lambda: open_store(place.proxy.url(place.bucket), environment, timeout=LONG).put(KEY, BODY, KIND))
    assert isinstance(error, RemoteRefused)
    assert "SignatureDoesNotMatch" in str(error)
    assert not place.is_there()


def test_a_client_that_waits_to_be_asked_for_the_body_is_served(place: Place) -> None:
    server = place.proxy.server
    client = boto3.client(
        "s3",
        endpoint_url=server.endpoint,
        region_name="us-east-1",
        aws_access_key_id=server.access_key_id,
        aws_secret_access_key=server.secret_access_key.reveal(),
    )
    client.put_object(Bucket=place.bucket, Key=KEY, Body=BODY)
    assert client.head_object(Bucket=place.bucket, Key=KEY)["ContentLength"] == len(BODY)
    assert client.get_object(Bucket=place.bucket, Key=KEY)["Body"].read() == BODY
    client.close()
    assert place.is_there()


@pytest.mark.parametrize(
    ("fault", "status", "words"),
    [
        (Fault.INTERNAL_ERROR, 500, "InternalError"),
        (Fault.SLOW_DOWN, 503, "SlowDown"),
        (Fault.REQUEST_TIMEOUT, 408, "RequestTimeout"),
    ],
)
def test_a_passing_error_is_worth_another_try_and_nothing_was_stored(
    place: Place, fault: Fault, status: int, words: str
) -> None:
    place.proxy.fault(fault, method="PUT", key="live/*", times=1)
    error = place.put()
    assert may_pass(error)
    assert words in str(error)
    assert not place.is_there()
    assert place.put() is None
    assert place.is_there()
    assert place.statuses() == [status, 200]


def test_access_denied_is_refused_for_good_and_nothing_was_stored(place: Place) -> None:
    place.proxy.fault(Fault.ACCESS_DENIED, method="PUT")
    error = place.put()
    assert isinstance(error, RemoteRefused)
    assert error.hint == "Give these credentials the right to do this in the bucket."
    assert not place.is_there()
    assert place.statuses() == [403]


def test_what_comes_late_but_in_time_is_well(place: Place) -> None:
    place.proxy.fault(Fault.LATENCY, seconds=0.5, times=1)
    began = time.monotonic()
    assert place.put() is None
    assert time.monotonic() - began >= 0.5
    assert place.is_there()


def test_what_comes_after_the_time_out_is_an_error_and_is_stored_all_the_same(place: Place) -> None:
    place.proxy.fault(Fault.LATENCY, method="PUT", seconds=600, times=1)
    assert may_pass(place.put_in_haste())
    assert not place.is_there()
    place.proxy.release()
    _until(place.is_there)


def test_a_store_that_stalls_is_given_up_after_the_time_out(place: Place) -> None:
    place.proxy.fault(Fault.STALL, method="PUT", times=1)
    began = time.monotonic()
    assert may_pass(place.put_in_haste())
    assert TIMEOUT * 0.9 < time.monotonic() - began < LONG
    assert not place.is_there()
    assert place.statuses() == [None]
    assert place.put() is None


def test_a_connection_reset_within_the_body_is_worth_another_try(place: Place) -> None:
    place.proxy.fault(Fault.RESET, method="PUT", times=1)
    error = place.put()
    assert may_pass(error)
    assert "reset" in _causes(error), "the client should see a reset, not an end"
    assert not place.is_there()
    assert place.put() is None
    assert place.statuses() == [None, 200]


def test_half_an_object_is_an_error_and_not_an_object(place: Place) -> None:
    assert place.put() is None
    place.proxy.fault(Fault.TRUNCATED, method="GET", key=KEY, times=1)
    assert may_pass(place.get())
    assert place.get() is None
    truncated, whole = place.proxy.requests[-2:]
    assert (truncated.sent, whole.sent) == (len(BODY) // 2, len(BODY))


def test_an_object_may_be_there_although_an_error_was_told(place: Place) -> None:
    place.proxy.fault(Fault.ACCEPTED_BUT_ERROR, method="PUT", times=1)
    assert may_pass(place.put())
    assert place.is_there()
    assert place.statuses() == [500]


def test_an_object_may_be_missing_although_success_was_told(place: Place) -> None:
    place.proxy.fault(Fault.DROPPED, method="PUT", times=1)
    assert place.put() is None
    assert not place.is_there()
    assert place.statuses() == [200]


def test_a_store_that_is_down_refuses_and_comes_back_at_the_same_address(place: Place) -> None:
    assert place.put() is None
    for _ in range(2):
        with place.proxy.down():
            error = place.put("live/b")
            assert may_pass(error)
            assert "refused" in _causes(error), "refused, not waited for"
        assert place.put("live/c") is None
    assert not place.is_there("live/b")
    assert place.is_there("live/c")


def test_going_down_cuts_off_what_is_under_way(place: Place) -> None:
    async def work() -> RemoteError:
        place.proxy.fault(Fault.LATENCY, seconds=600)
        put = asyncio.create_task(place.through.put(KEY, BODY, KIND))
        await until(lambda: place.proxy.late)
        await asyncio.to_thread(place.proxy.go_down)
        with pytest.raises(RemoteError) as caught:
            await put
        return caught.value

    assert "longer than" not in str(asyncio.run(work())), "cut off, not waited for"
    place.proxy.come_up()
    place.proxy.clear()
    assert place.put() is None


def test_only_what_a_rule_means_is_spoilt_as_often_as_it_says_and_until_it_is_cleared(place: Place) -> None:
    place.proxy.fault(Fault.SLOW_DOWN, method="PUT", key="live/*.m4s", times=2)
    place.proxy.fault(Fault.INTERNAL_ERROR, method="PUT", key="live/*")
    assert [place.put("status/a"), place.get("live/none")].count(None) == 1
    for key in ("live/a.m4s", "live/a.m3u8", "live/b.m4s", "live/c.m4s"):
        assert may_pass(place.put(key))
    assert [seen.status for seen in place.proxy.requests[-4:]] == [503, 500, 503, 500]
    place.proxy.clear()
    assert place.put("live/a.m4s") is None


def _until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + LONG
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)


def _causes(error: BaseException | None) -> str:
    said = []
    while error is not None:
        said.append(str(error))
        error = error.__cause__
    return " ".join(said).lower()
