"""The `[store] url` of `pollcast.toml`, parsed: which object store, and with whose credentials. No I/O.

::

    s3://bucket?endpoint=http://127.0.0.1:8333&region=us-east-1&conditional_writes=off
    file:///folder
    memory://
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from election.errors import UsageError
from election.secret import Secret
from election.wording import say

_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", re.ASCII)
_EXAMPLE = say("write s3://bucket?endpoint=http://host:port&region=us-east-1 or file:///folder")


@dataclass(frozen=True, kw_only=True)
class S3Address:
    """A bucket on an S3 server."""

    bucket: str
    endpoint: str | None
    """`http://host:port` of the server; None means Amazon's own for the region."""
    region: str
    conditional_writes: bool
    """False where the server is known to ignore `If-None-Match`, so that nobody relies on it."""

    @property
    def is_on_this_machine(self) -> bool:
        """Whether the server is reached by the loopback, which no proxy can do for us."""
        host = urlsplit(self.endpoint).hostname if self.endpoint else None
        return host is not None and (host in {"localhost", "::1"} or host.startswith("127."))


@dataclass(frozen=True, kw_only=True)
class FolderAddress:
    """A folder on this machine."""

    folder: Path


@dataclass(frozen=True, kw_only=True)
class MemoryAddress:
    """A store that lives as long as the object that holds it, for tests."""


StoreAddress = S3Address | FolderAddress | MemoryAddress


@dataclass(frozen=True, kw_only=True)
class Credentials:
    """Who we are to the S3 server."""

    access_key_id: str
    secret_access_key: Secret
    session_token: Secret | None


def parse_store_url(url: str) -> StoreAddress:
    """Return what `url` names; raise `ValueError` with a sentence that says what would be right."""
    try:
        parts = urlsplit(url)
    except ValueError:
        raise ValueError(say("is not an address; {example}", example=_EXAMPLE)) from None
    if parts.fragment:
        raise ValueError(say("holds a # part, which a store has not; {example}", example=_EXAMPLE))
    if parts.scheme == "s3":
        return _parse_s3(url)
    if parts.query:
        raise ValueError(say("only s3:// addresses take settings after a question mark; {example}", example=_EXAMPLE))
    if parts.scheme == "file":
        if parts.netloc or not parts.path.startswith("/"):
            raise ValueError(
                say("a folder is written with three slashes and its whole path, such as file:///srv/pollcast")
            )
        return FolderAddress(folder=Path(unquote(parts.path)))
    if parts.scheme == "memory":
        if parts.netloc or parts.path:
            raise ValueError(say("the store in memory has no name; write memory://"))
        return MemoryAddress()
    kind = parts.scheme or say("an address without a scheme")
    raise ValueError(say("{kind} is not a kind of store; {example}", kind=kind, example=_EXAMPLE))


def _parse_s3(url: str) -> S3Address:
    parts = urlsplit(url)
    if "@" in parts.netloc:
        raise ValueError(say("holds credentials; they come from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"))
    if parts.path not in {"", "/"}:
        raise ValueError(say("names a folder in the bucket; the whole bucket is used, write s3://bucket"))
    if _BUCKET.fullmatch(parts.netloc) is None:
        raise ValueError(
            say(
                "{bucket!r} is not a bucket's name: 3 to 63 small letters, digits, dots and hyphens; {example}",
                bucket=parts.netloc,
                example=_EXAMPLE,
            )
        )
    try:
        pairs = parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query))
    except ValueError:
        raise ValueError(say("its settings are not key=value pairs joined by &; {example}", example=_EXAMPLE)) from None
    settings = dict(pairs)
    if len(settings) != len(pairs):
        raise ValueError(say("names a setting twice; leave one of them"))
    endpoint = settings.pop("endpoint", None)
    if endpoint is not None:
        endpoint = _origin(endpoint)
    region = settings.pop("region", "us-east-1")
    if not region:
        raise ValueError(say("its region is empty; write for example region=us-east-1, or leave it out"))
    conditional = settings.pop("conditional_writes", "on")
    if conditional not in {"on", "off"}:
        raise ValueError(say("conditional_writes is on or off, not {value!r}", value=conditional))
    if settings:
        unknown = ", ".join(sorted(settings))
        raise ValueError(
            say("{names} is not a known setting; known are endpoint, region and conditional_writes", names=unknown)
        )
    return S3Address(bucket=parts.netloc, endpoint=endpoint, region=region, conditional_writes=conditional == "on")


def _origin(endpoint: str) -> str:
    if "@" in endpoint:
        raise ValueError(
            say("its endpoint holds credentials; they come from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")
        )
    wrong = say("the endpoint {endpoint!r} is not http://host:port or https://host", endpoint=endpoint)
    try:
        parts = urlsplit(endpoint)
        port = parts.port
    except ValueError:
        raise ValueError(wrong) from None
    extra = parts.path not in {"", "/"} or parts.query or parts.fragment
    if parts.scheme not in {"http", "https"} or not parts.hostname or port == 0 or extra:
        raise ValueError(wrong)
    return f"{parts.scheme}://{parts.netloc}"


def credentials_from(environment: Mapping[str, str]) -> Credentials:
    """Return the S3 credentials in `environment`; raise `UsageError` naming the variable that is missing."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        if not environment.get(name):
            raise UsageError(f"The environment variable {name} is not set.", hint="The s3:// store needs it.")
    token = environment.get("AWS_SESSION_TOKEN")
    return Credentials(
        access_key_id=environment["AWS_ACCESS_KEY_ID"],
        secret_access_key=Secret(environment["AWS_SECRET_ACCESS_KEY"]),
        session_token=Secret(token) if token else None,
    )
