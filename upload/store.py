"""Objects put, got, listed and deleted: the only module that knows obstore. Administration is elsewhere (boto3).

The contract of `ObjectStore`, the same for S3, a folder and memory, tried on each by one suite:

- A put or a get is **one attempt** and ends within the store's time-out; a list or a delete is one attempt for each
  thousand keys. Nothing is tried again inside: the caller knows what is still worth sending.
- A put is whole or not at all; nobody reads half an object.
- A call that raises a retryable `RemoteError`, or is cancelled, **may have happened** all the same. So put only what
  may be put twice, and after a conditional put that failed, read before you conclude that somebody else was first.
- A put and a `get_tagged` tell the object's **tag**: another body under the same key has another tag. A put on the
  condition that a tag still holds is how one writer fences another. A folder does this between Pollcast's own processes
  on one machine, by a lock on the folder.
- A key is a relative path with `/` between its parts: no empty part, no `.` or `..`.
- What S3 keeps beside an object (content type, caching, compression) a folder cannot keep: there the body lies
  uncompressed, and `get` gives the same bytes back as everywhere.

Errors, besides `ValueError` for a key that is none::

    RemoteError          time-out, no connection, a server error, too many requests: try again
    └── RemoteRefused    no such bucket, access denied, wrong credentials, a request the server will never accept
        ├── ObjectMissing    get: there is no such object
        ├── ObjectExists     put with only_if_absent: there is such an object already
        ├── ObjectChanged    put with only_if_tag: the object has another tag by now, or is gone
        └── NoConditions     put with either: this store makes no conditional writes
"""

from __future__ import annotations

import asyncio
import fcntl
import gzip
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol, cast

import obstore
from obstore.exceptions import (
    AlreadyExistsError,
    BaseError,
    NotSupportedError,
    PermissionDeniedError,
    PreconditionError,
    UnauthenticatedError,
)
from obstore.store import LocalStore, MemoryStore, S3Store

from election.errors import MachineError, RemoteError, RemoteRefused
from election.keys import ObjectKind
from upload.store_url import FolderAddress, MemoryAddress, S3Address, StoreAddress, credentials_from, parse_store_url

if TYPE_CHECKING:
    from obstore import PutMode, PutResult
    from obstore.store import ClientConfig, S3Config, S3Credential

DEFAULT_TIMEOUT = 15.0
"""Seconds until an attempt is given up."""
_CONNECT_TIMEOUT = 5.0
_IDLE_SECONDS = 20
"""Connections idle for longer are not used again: servers close theirs, and a put is not repeated by itself."""

_STATUS = re.compile(r"status code: (\d{3})")
_CODE = re.compile(r"<Code>(\w+)</Code>")
_PASSING_STATUSES = {408, 409, 425, 429}
_PASSING_CODES = {"RequestTimeout", "SlowDown", "ConditionalRequestConflict", "OperationAborted"}
_HINTS = {
    "NoSuchBucket": "Create it with pollcast provision, or correct store.url.",
    "InvalidBucketName": "Correct the bucket's name in store.url.",
    "InvalidAccessKeyId": "Correct AWS_ACCESS_KEY_ID.",
    "SignatureDoesNotMatch": "Correct AWS_SECRET_ACCESS_KEY.",
    "AccessDenied": "Give these credentials the right to do this in the bucket.",
    "RequestTimeTooSkewed": "Set this machine's clock.",
    "PermanentRedirect": "Correct the region in store.url.",
    "AuthorizationHeaderMalformed": "Correct the region in store.url.",
}


class ObjectMissing(RemoteRefused):
    """There is no object under this key."""


class ObjectExists(RemoteRefused):
    """There is an object under this key already, and it was not touched."""


class ObjectChanged(RemoteRefused):
    """The object under this key is another one than the put was meant to replace; it was not touched."""


class NoConditions(RemoteRefused):
    """The store makes no conditional writes."""


@dataclass(frozen=True, kw_only=True)
class Tagged:
    """An object as it was read."""

    body: bytes
    """Uncompressed."""
    tag: str


class ObjectStore(Protocol):
    """Where objects are kept; the module's docstring is the contract."""

    async def put(
        self, key: str, body: bytes, kind: ObjectKind, *, only_if_absent: bool = False, only_if_tag: str | None = None
    ) -> str:
        """Store `body` (uncompressed; compressed here if `kind` says so) under `key`, and return its tag.

        What was there is replaced. With `only_if_absent` raise `ObjectExists` where there is an object already, with
        `only_if_tag` raise `ObjectChanged` where there is not the one with this tag: of several writers at once exactly
        one succeeds. A store that cannot promise this raises `NoConditions`.
        """
        ...

    async def get(self, key: str) -> bytes:
        """Return the body, uncompressed; raise `ObjectMissing`."""
        ...

    async def get_tagged(self, key: str) -> Tagged:
        """Return the body with its tag; raise `ObjectMissing`."""
        ...

    async def list(self, prefix: str) -> tuple[str, ...]:
        """Return all keys below `prefix`, sorted; `prefix` is '' or ends with `/`."""
        ...

    async def delete(self, keys: Sequence[str]) -> None:
        """Delete the objects; one that is not there is no error. A failure may leave some deleted."""
        ...


def open_store(url: str, environment: Mapping[str, str], *, timeout: float = DEFAULT_TIMEOUT) -> ObjectStore:
    """Return the store at `url`; `timeout` is the longest an attempt may take, in seconds. Nothing is connected yet.

    Raises `ValueError` with a sentence when the URL is wrong, `UsageError` when a credential is not in `environment`,
    `MachineError` when the folder of a `file://` store cannot be used.
    """
    return open_address(parse_store_url(url), environment, timeout=timeout)


def open_address(
    address: StoreAddress, environment: Mapping[str, str], *, timeout: float = DEFAULT_TIMEOUT
) -> ObjectStore:
    """Return the store at a parsed URL, as `open_store` does."""
    match address:
        case S3Address():
            return _Store(_s3(address, environment, timeout), f"bucket {address.bucket}", timeout)
        case FolderAddress(folder=folder):
            try:
                folder.mkdir(parents=True, exist_ok=True)
                return _Store(LocalStore(folder), f"folder {folder}", timeout)
            except (OSError, BaseError, ValueError) as error:
                raise MachineError(f"The folder {folder} cannot be used as a store: {error}.") from error
        case MemoryAddress():
            return _Store(MemoryStore(), "memory", timeout)


def _s3(address: S3Address, environment: Mapping[str, str], timeout: float) -> S3Store:
    credentials = credentials_from(environment)
    token = credentials.session_token

    def ours() -> S3Credential:
        return {
            "access_key_id": credentials.access_key_id,
            "secret_access_key": credentials.secret_access_key.reveal(),
            "token": None if token is None else token.reveal(),
            "expires_at": None,
        }

    endpoint = address.endpoint or f"https://s3.{address.region}.amazonaws.com"
    # obstore takes what is not given here from this process's AWS_… variables, which may be about another account.
    settings: dict[str, str | bool] = {
        "bucket": address.bucket,
        "endpoint": endpoint,
        "aws_endpoint_url_s3": endpoint,
        "region": address.region,
        "virtual_hosted_style_request": False,
        "skip_signature": False,
        # TLS, or a way that never leaves this machine, protects the body already; hashing it costs as much as sending.
        "unsigned_payload": endpoint.startswith("https:") or address.is_on_this_machine,
        "request_payer": False,
        "s3_express": False,
        "disable_bulk_delete": False,
        "conditional_put": "etag" if address.conditional_writes else "disabled",
    }
    client: ClientConfig = {
        "allow_http": endpoint.startswith("http:"),
        "timeout": timedelta(seconds=timeout),
        "connect_timeout": timedelta(seconds=min(timeout, _CONNECT_TIMEOUT)),
        "pool_idle_timeout": timedelta(seconds=_IDLE_SECONDS),
    }
    if address.is_on_this_machine:
        # A named proxy stands in for the one of the environment, and this machine is excluded from it.
        client |= {"proxy_url": endpoint, "proxy_excludes": "127.0.0.0/8,::1,localhost"}
    return S3Store(
        config=cast("S3Config", settings),
        credential_provider=ours,
        client_options=client,
        retry_config={"max_retries": 0, "retry_timeout": timedelta(seconds=timeout)},
    )


class _Store:
    """The one implementation, over any of obstore's stores."""

    def __init__(self, inner: S3Store | LocalStore | MemoryStore, place: str, timeout: float) -> None:
        self._inner = inner
        self._place = place
        self._timeout = timeout
        self._keeps_attributes = not isinstance(inner, LocalStore)

    async def put(
        self, key: str, body: bytes, kind: ObjectKind, *, only_if_absent: bool = False, only_if_tag: str | None = None
    ) -> str:
        attributes: dict[str, str] | None = None
        if self._keeps_attributes:
            attributes = {"Content-Type": kind.content_type, "Cache-Control": kind.cache_control}
            if kind.compress:
                attributes["Content-Encoding"] = "gzip"
                body = gzip.compress(body, 6, mtime=0)
        mode: PutMode = "create" if only_if_absent else "overwrite" if only_if_tag is None else {"e_tag": only_if_tag}
        try:
            async with asyncio.timeout(self._timeout):
                if isinstance(self._inner, LocalStore) and only_if_tag is not None:
                    result = await asyncio.to_thread(_replace_in_folder, self._inner, _checked(key), body, only_if_tag)
                else:
                    result = await obstore.put_async(
                        self._inner, _checked(key), body, attributes=attributes, mode=mode, use_multipart=False
                    )
        except (BaseError, OSError, NotImplementedError) as error:
            raise self._told(error, "put" if only_if_tag is None else "replace", key) from error
        return result["e_tag"] or ""

    async def get(self, key: str) -> bytes:
        return (await self.get_tagged(key)).body

    async def get_tagged(self, key: str) -> Tagged:
        try:
            async with asyncio.timeout(self._timeout):
                result = await obstore.get_async(self._inner, _checked(key))
                body = bytes(await result.bytes_async())
        except (BaseError, OSError) as error:
            raise self._told(error, "get", key) from error
        if result.attributes.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        return Tagged(body=body, tag=result.meta["e_tag"] or "")

    async def list(self, prefix: str) -> tuple[str, ...]:
        if prefix and not prefix.endswith("/"):
            raise ValueError(f"a prefix ends with a slash, not {prefix!r}")
        try:
            found = await obstore.list(self._inner, _checked(prefix[:-1]) if prefix else None).collect_async()
        except (BaseError, OSError) as error:
            raise self._told(error, "list", prefix) from error
        return tuple(sorted(item["path"] for item in found))

    async def delete(self, keys: Sequence[str]) -> None:
        checked = [_checked(key) for key in keys]
        # A folder's delete stops at the first key that is not there; S3 deletes a thousand keys a request.
        groups = [checked] if not isinstance(self._inner, LocalStore) else [[key] for key in checked]
        for group in groups:
            if not group:
                continue
            try:
                await obstore.delete_async(self._inner, group)
            except (BaseError, OSError) as error:
                told = self._told(error, "delete", group[0] if len(group) == 1 else f"{len(group)} objects")
                if not isinstance(told, ObjectMissing):
                    raise told from error

    def _told(self, error: Exception, operation: str, key: str) -> RemoteError:
        """Return `error` as one of ours: who refused what, for good or for now, and what to do."""
        text = str(error).split("\n\nDebug source")[0]
        status = int(found[1]) if (found := _STATUS.search(text)) else None
        code = found[1] if (found := _CODE.search(text)) else ""
        start = f"{operation.capitalize()} {key} in {self._place}"
        if isinstance(error, TimeoutError):
            return RemoteError(f"{start} took longer than {self._timeout:g} s.", operation=operation, subject=key)
        passing = status in _PASSING_STATUSES or code in _PASSING_CODES
        gone = operation == "replace" and isinstance(error, FileNotFoundError) and code != "NoSuchBucket"
        if isinstance(error, PreconditionError) or gone:
            return ObjectChanged(f"{start}: it is another one by now.", operation=operation, subject=key)
        if isinstance(error, AlreadyExistsError) and not passing:
            return ObjectExists(f"{start}: there is one already.", operation=operation, subject=key)
        if isinstance(error, FileNotFoundError) and code != "NoSuchBucket" and operation not in {"put", "replace"}:
            return ObjectMissing(f"{start}: there is none.", operation=operation, subject=key)
        if isinstance(error, NotSupportedError | NotImplementedError):
            message = f"{start}: this store makes no conditional writes."
            return NoConditions(message, operation=operation, subject=key, hint="Use one that does.")
        refused = (
            isinstance(error, PermissionDeniedError | UnauthenticatedError | FileNotFoundError | PermissionError)
            or "redirect without LOCATION" in text
            or (status is not None and 400 <= status < 500)
        ) and not passing
        reason = code or (f"HTTP {status}" if status else " ".join(text.split())[-160:])
        if "error sending request" in text:
            reason = "the server did not answer"
        kind = RemoteRefused if refused else RemoteError
        hint = _HINTS.get("PermanentRedirect" if "redirect" in text else code, "")
        return kind(f"{start} failed: {reason}.", operation=operation, subject=key, hint=hint)


def _replace_in_folder(store: LocalStore, key: str, body: bytes, tag: str) -> PutResult:
    """Replace an object that still has this tag; the lock on the folder keeps other processes of ours out meanwhile."""
    folder = os.open(str(store.prefix), os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        try:
            there = obstore.head(store, key)["e_tag"]
        except FileNotFoundError:
            there = None
        if there != tag:
            raise PreconditionError(f"the tag of {key} is {there}")
        return obstore.put(store, key, body, use_multipart=False)
    finally:
        os.close(folder)


def _checked(key: str) -> str:
    if any(part in {"", ".", ".."} for part in key.split("/")) or any(ord(character) < 32 for character in key):
        raise ValueError(f"{key!r} is not an object's key: parts joined by single slashes, none of them . or ..")
    return key
