"""What else stands in the environment never decides where objects go or who we are."""

from __future__ import annotations

import asyncio
import secrets

import pytest

from election.keys import STILL
from tests.servers import S3Server
from tests.upload.test_store_failures import serving
from upload import provision
from upload.administration import Bucket
from upload.store import open_store
from upload.store_url import S3Address, parse_store_url

NOWHERE = "http://127.0.0.1:9"
PROXY_NAMES = ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy")
SURROUNDINGS = {
    "a proxy": dict.fromkeys(
        ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"), NOWHERE
    ),
    "another server": dict.fromkeys(("AWS_ENDPOINT", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3"), NOWHERE),
    "another account": {
        "AWS_ACCESS_KEY_ID": "other",
        "AWS_SECRET_ACCESS_KEY": "other",
        "AWS_SESSION_TOKEN": "other",
        "AWS_PROFILE": "other",
        "AWS_REGION": "eu-north-1",
        "AWS_DEFAULT_REGION": "eu-north-1",
    },
    "other habits": {
        "AWS_SKIP_SIGNATURE": "true",
        "AWS_REQUEST_PAYER": "true",
        "AWS_S3_EXPRESS": "true",
        "AWS_CONDITIONAL_PUT": "disabled",
        "AWS_VIRTUAL_HOSTED_STYLE_REQUEST": "true",
        "AWS_BUCKET": "other",
    },
}


@pytest.mark.server
@pytest.mark.parametrize("surroundings", SURROUNDINGS.values(), ids=SURROUNDINGS.keys())
def test_a_store_on_this_machine_is_reached_with_the_credentials_it_was_given(
    surroundings: dict[str, str], seaweedfs: S3Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in surroundings.items():
        monkeypatch.setenv(name, value)
    url = seaweedfs.url(f"surroundings-{secrets.token_hex(4)}")
    address = parse_store_url(url)
    assert isinstance(address, S3Address)
    with Bucket(address, seaweedfs.environment) as bucket:
        provision.apply(provision.changes_for(bucket), bucket)

    async def work() -> bytes:
        store = open_store(url, seaweedfs.environment)
        await store.put("live/x", b"x", STILL, only_if_absent=True)
        assert await store.list("live/") == ("live/x",)
        return await store.get("live/x")

    assert asyncio.run(work()) == b"x"


def test_without_an_endpoint_the_store_is_amazons_whatever_else_is_set(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", NOWHERE)
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", NOWHERE)
    address = parse_store_url("s3://some-bucket?region=eu-north-1")
    assert isinstance(address, S3Address)
    with Bucket(address, {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"}) as bucket:
        assert bucket.endpoint == "https://s3.eu-north-1.amazonaws.com"


@pytest.mark.parametrize(
    ("endpoint", "here"),
    [
        ("http://127.0.0.1:8333", True),
        ("http://localhost:8333", True),
        ("http://[::1]:8333", True),
        ("https://store.example", False),
        ("http://10.0.0.1:9000", False),
    ],
)
def test_only_the_loopback_goes_past_a_proxy(endpoint: str, here: bool) -> None:
    address = parse_store_url(f"s3://some-bucket?endpoint={endpoint}")
    assert isinstance(address, S3Address)
    assert address.is_on_this_machine is here


@pytest.mark.parametrize("token", [None, "temporary"])
def test_a_session_token_is_sent_if_one_was_given_and_only_then(
    token: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SESSION_TOKEN", "other")
    heads: list[bytes] = []

    async def remember(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heads.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b'HTTP/1.1 200 OK\r\nETag: "x"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n')
        await writer.drain()

    environment = {"AWS_ACCESS_KEY_ID": "me", "AWS_SECRET_ACCESS_KEY": "hush"}
    if token is not None:
        environment["AWS_SESSION_TOKEN"] = token

    async def work() -> None:
        async with serving(remember) as server:
            url = f"s3://some-bucket?endpoint=http://127.0.0.1:{server.port}"
            await open_store(url, environment).put("live/x", b"x", STILL)

    asyncio.run(work())
    (head,) = heads
    sent = [line for line in head.decode().split("\r\n") if line.startswith("x-amz-security-token")]
    assert sent == ([] if token is None else [f"x-amz-security-token: {token}"])
    assert "Credential=me/" in head.decode()
