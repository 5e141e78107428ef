"""What only an administrator does to a bucket, through boto3: the only module that knows it.

Every call is tried again by boto3 a few times with growing pauses: these are rare and may all be repeated.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Self

import boto3
import boto3.session
import botocore.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from election.errors import RemoteError, RemoteRefused
from upload.store_url import S3Address, credentials_from

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

Document = Mapping[str, Any]
"""A JSON object as S3 takes it."""

_ATTEMPTS = 4
_PASSING_STATUSES = {408, 409, 429}
_HINTS = {
    "InvalidAccessKeyId": "Correct AWS_ACCESS_KEY_ID.",
    "SignatureDoesNotMatch": "Correct AWS_SECRET_ACCESS_KEY.",
    "AccessDenied": "Use credentials that may administer the bucket, and allow it a public policy.",
    "BucketAlreadyExists": "Somebody else owns a bucket of this name; choose another in store.url.",
    "InvalidBucketName": "Correct the bucket's name in store.url.",
    "IllegalLocationConstraintException": "Correct the region in store.url.",
    "403": "Correct the credentials: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.",
}


class Bucket:
    """One bucket and its settings; close it when done, or use it in a `with`."""

    def __init__(self, address: S3Address, environment: Mapping[str, str]) -> None:
        credentials = credentials_from(environment)
        token = credentials.session_token
        self.name = address.bucket
        self._region = address.region
        # What is in the user's own AWS configuration is about another account.
        core = botocore.session.Session(
            session_vars={
                "profile": (None, None, None, None),
                "config_file": (None, None, os.devnull, None),
                "credentials_file": (None, None, os.devnull, None),
                "ignore_configured_endpoint_urls": (None, None, True, None),
            }
        )
        self._client: S3Client = boto3.session.Session(botocore_session=core).client(
            "s3",
            endpoint_url=address.endpoint,
            region_name=address.region,
            aws_access_key_id=credentials.access_key_id,
            aws_secret_access_key=credentials.secret_access_key.reveal(),
            aws_session_token=None if token is None else token.reveal(),
            config=Config(
                connect_timeout=5,
                read_timeout=20,
                proxies={} if address.is_on_this_machine else None,
                retries={"total_max_attempts": _ATTEMPTS, "mode": "standard"},
                s3={"addressing_style": "auto" if address.endpoint is None else "path"},
            ),
        )

    @property
    def endpoint(self) -> str:
        """Where the requests go."""
        return self._client.meta.endpoint_url

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def exists(self) -> bool:
        """Return whether the bucket is there."""
        with self._telling("look at", absent=("404", "NoSuchBucket")) as told:
            self._client.head_bucket(Bucket=self.name)
        return not told

    def create(self) -> None:
        """Create the bucket; that it is ours already is no error."""
        place: Any = {} if self._region == "us-east-1" else {"LocationConstraint": self._region}
        with self._telling("create", absent=("BucketAlreadyOwnedByYou",)):
            if place:
                self._client.create_bucket(Bucket=self.name, CreateBucketConfiguration=place)
            else:
                self._client.create_bucket(Bucket=self.name)

    def policy(self) -> Document | None:
        """Return the bucket's policy, None where there is none."""
        found: Document | None = None
        with self._telling("read the policy of", absent=("NoSuchBucketPolicy",)):
            found = json.loads(self._client.get_bucket_policy(Bucket=self.name)["Policy"])
        return found  # noqa: RET504 - the block above may end quietly

    def set_policy(self, policy: Document) -> None:
        """Replace the bucket's policy."""
        with self._telling("set the policy of"):
            self._client.put_bucket_policy(Bucket=self.name, Policy=json.dumps(policy))

    def cross_origin_rules(self) -> list[Document]:
        """Return the bucket's CORS rules."""
        rules: list[Document] = []
        with self._telling("read the CORS rules of", absent=("NoSuchCORSConfiguration",)):
            rules = [dict(rule) for rule in self._client.get_bucket_cors(Bucket=self.name)["CORSRules"]]
        return rules  # noqa: RET504 - the block above may end quietly

    def set_cross_origin_rules(self, rules: Sequence[Document]) -> None:
        """Replace the bucket's CORS rules."""
        wanted: Any = list(rules)
        with self._telling("set the CORS rules of"):
            self._client.put_bucket_cors(Bucket=self.name, CORSConfiguration={"CORSRules": wanted})

    @contextmanager
    def _telling(self, operation: str, *, absent: tuple[str, ...] = ()) -> Iterator[list[str]]:
        """Turn boto3's errors into ours; a code in `absent` ends the block quietly and is put into the given list."""
        quiet: list[str] = []
        try:
            yield quiet
        except ClientError as error:
            code = str(error.response.get("Error", {}).get("Code", ""))
            if code in absent:
                quiet.append(code)
                return
            status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 500)
            kind = RemoteRefused if 400 <= status < 500 and status not in _PASSING_STATUSES else RemoteError
            message = f"Could not {operation} bucket {self.name}: {code or status}."
            raise kind(message, operation=operation, subject=self.name, hint=_HINTS.get(code, "")) from error
        except BotoCoreError as error:
            message = f"Could not {operation} bucket {self.name}: {error}."
            raise RemoteError(message, operation=operation, subject=self.name) from error
