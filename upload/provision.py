"""The bucket as Pollcast needs it: who may read what. Decides what to change; `administration` changes it.

Anyone may get the public objects by their keys. Nobody but us may list keys or reach anything else, so the private
prefix (full health reports, the deploy's own records) stays private even for those who reach the store directly.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from election.keys import PUBLIC_STATUS, SITE
from upload.administration import Bucket, Document

PUBLIC_KEYS = ("live/*", PUBLIC_STATUS, f"{SITE}*")
"""What anyone may get, as patterns of keys."""

CROSS_ORIGIN_RULES: tuple[Document, ...] = (
    {
        "AllowedOrigins": ["*"],
        "AllowedMethods": ["GET", "HEAD"],
        "AllowedHeaders": ["Range"],
        "ExposeHeaders": ["Content-Length", "Content-Range", "ETag"],
        "MaxAgeSeconds": 86400,
    },
)
"""Any site may show the video; no credentials are ever involved."""


@dataclass(frozen=True, kw_only=True)
class Changes:
    """What the bucket lacks; None and False mean that it is right already."""

    create: bool
    policy: Document | None
    cross_origin_rules: Sequence[Document] | None

    @property
    def sentences(self) -> list[str]:
        """Each change in words, in the order in which they are made."""
        said = []
        if self.create:
            said.append("create the bucket")
        if self.policy is not None:
            said.append(f"let anyone read {', '.join(PUBLIC_KEYS)} and nothing else; nobody may list")
        if self.cross_origin_rules is not None:
            said.append("let pages of other sites read what is public (CORS)")
        return said


def public_policy(bucket: str) -> Document:
    """Return the bucket policy: anonymous GetObject on `PUBLIC_KEYS`, nothing else."""
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "PublicRead",
                "Effect": "Allow",
                "Principal": "*",
                "Action": ["s3:GetObject"],
                "Resource": [f"arn:aws:s3:::{bucket}/{key}" for key in PUBLIC_KEYS],
            }
        ],
    }


def changes_for(bucket: Bucket) -> Changes:
    """Look at the bucket and return what it lacks. Changes nothing."""
    if not bucket.exists():
        return Changes(create=True, policy=public_policy(bucket.name), cross_origin_rules=CROSS_ORIGIN_RULES)
    policy = public_policy(bucket.name)
    return Changes(
        create=False,
        policy=None if _same(bucket.policy(), policy) else policy,
        cross_origin_rules=None if _same(bucket.cross_origin_rules(), CROSS_ORIGIN_RULES) else CROSS_ORIGIN_RULES,
    )


def apply(changes: Changes, bucket: Bucket) -> None:
    """Make the changes. A crash in between leaves the bucket less public than wanted, never more; then run it again."""
    if changes.create:
        bucket.create()
    if changes.policy is not None:
        bucket.set_policy(changes.policy)
    if changes.cross_origin_rules is not None:
        bucket.set_cross_origin_rules(changes.cross_origin_rules)


def _same(found: object, wanted: object) -> bool:
    """Compare two JSON documents as servers give them back: a list of one may be its item, lists have no order."""
    return _normal(found) == _normal(wanted)


def _normal(document: object) -> str:
    if isinstance(document, dict):
        return json.dumps(sorted((str(key), _normal(value)) for key, value in document.items()))
    if isinstance(document, list | tuple):
        items = sorted(_normal(item) for item in document)
        return items[0] if len(items) == 1 else json.dumps(items)
    return json.dumps(document)
