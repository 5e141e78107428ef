"""What may be written as `store.url`."""

from __future__ import annotations

from pathlib import Path

import pytest

from election.errors import UsageError
from upload.store import open_store
from upload.store_url import (
    FolderAddress,
    MemoryAddress,
    S3Address,
    StoreAddress,
    credentials_from,
    parse_store_url,
)


@pytest.mark.parametrize(
    ("url", "address"),
    [
        (
            "s3://pollcast?endpoint=http://127.0.0.1:8333&region=eu-north-1",
            S3Address(
                bucket="pollcast", endpoint="http://127.0.0.1:8333", region="eu-north-1", conditional_writes=True
            ),
        ),
        (
            "s3://polls.example.az",
            S3Address(bucket="polls.example.az", endpoint=None, region="us-east-1", conditional_writes=True),
        ),
        (
            "s3://polls/?endpoint=https%3A%2F%2Fstore.example&conditional_writes=off",
            S3Address(bucket="polls", endpoint="https://store.example", region="us-east-1", conditional_writes=False),
        ),
        (
            "s3://polls?endpoint=http://[::1]:9000/",
            S3Address(bucket="polls", endpoint="http://[::1]:9000", region="us-east-1", conditional_writes=True),
        ),
        ("file:///srv/pollcast", FolderAddress(folder=Path("/srv/pollcast"))),
        ("file:///srv/a%20b", FolderAddress(folder=Path("/srv/a b"))),
        ("memory://", MemoryAddress()),
    ],
)
def test_a_store_is_named_by_its_address(url: str, address: StoreAddress) -> None:
    assert parse_store_url(url) == address


WRONG: list[tuple[str, str]] = [
    ("", "an address without a scheme is not a kind of store"),
    ("pollcast", "an address without a scheme is not a kind of store"),
    ("https://bucket.s3.amazonaws.com", "https is not a kind of store"),
    ("gs://bucket", "gs is not a kind of store"),
    ("s3://", "'' is not a bucket's name"),
    ("s3://ab", "'ab' is not a bucket's name"),
    ("s3://Bucket", "'Bucket' is not a bucket's name"),
    ("s3://under_score", "is not a bucket's name"),
    ("s3://bucket:80", "is not a bucket's name"),
    ("s3://bucket/folder", "names a folder in the bucket"),
    ("s3://key:secret@bucket", "holds credentials; they come from AWS_ACCESS_KEY_ID"),
    ("s3://bucket#x", "holds a # part"),
    ("s3://bucket?endpoint", "its settings are not key=value pairs"),
    ("s3://bucket?endpoint=", "the endpoint '' is not http"),
    ("s3://bucket?endpoint=127.0.0.1:8333", "is not http://host:port"),
    ("s3://bucket?endpoint=http://", "is not http://host:port"),
    ("s3://bucket?endpoint=http://host/path", "is not http://host:port"),
    ("s3://bucket?endpoint=http://host:0", "is not http://host:port"),
    ("s3://bucket?endpoint=http://host:x", "is not http://host:port"),
    ("s3://bucket?endpoint=http://host:99999", "is not http://host:port"),
    ("s3://bucket?endpoint=http://user:pw@host", "its endpoint holds credentials; they come from"),
    ("s3://bucket?endpoint=ftp://host", "is not http://host:port"),
    ("s3://bucket?region=", "its region is empty"),
    ("s3://bucket?region=a&region=b", "names a setting twice"),
    ("s3://bucket?conditional_writes=yes", "conditional_writes is on or off, not 'yes'"),
    ("s3://bucket?regoin=a", "regoin is not a known setting; known are endpoint, region and conditional_writes"),
    ("file://srv/pollcast", "a folder is written with three slashes"),
    ("file:", "a folder is written with three slashes"),
    ("file:///srv?x=1", "only s3:// addresses take settings"),
    ("memory://name", "the store in memory has no name"),
]


@pytest.mark.parametrize(("url", "sentence"), WRONG)
def test_anything_else_is_refused_with_a_sentence(url: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=r".") as caught:
        parse_store_url(url)
    assert sentence in str(caught.value)


def test_credentials_come_from_the_environment_and_never_show() -> None:
    environment = {"AWS_ACCESS_KEY_ID": "me", "AWS_SECRET_ACCESS_KEY": "hush", "AWS_SESSION_TOKEN": "hushhush"}
    credentials = credentials_from(environment)
    assert credentials.secret_access_key.reveal() == "hush"
    assert credentials.session_token is not None
    assert "hush" not in repr(credentials)
    assert credentials_from({**environment, "AWS_SESSION_TOKEN": ""}).session_token is None


@pytest.mark.parametrize("name", ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"])
@pytest.mark.parametrize("value", [None, ""])
def test_a_missing_credential_is_named(name: str, value: str | None) -> None:
    environment = {"AWS_ACCESS_KEY_ID": "me", "AWS_SECRET_ACCESS_KEY": "hush"}
    del environment[name]
    if value is not None:
        environment[name] = value
    with pytest.raises(UsageError, match=f"The environment variable {name} is not set"):
        open_store("s3://bucket", environment)
