"""A deploy carried out: the plan of `deploy_plan`, put into a store.

Crash points: see `deploy_plan`. A deploy that failed half-way leaves a site on which every page finds what it names;
running it again completes it. Two deploys at once are not kept apart here: CI runs one at a time.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TypeVar

from election.errors import MachineError, RemoteError, RemoteRefused, UsageError
from election.keys import PRIVATE_STATUS, SITE
from upload import deploy_plan
from upload.backoff import Backoff
from upload.deploy_plan import Manifest, Phase, Plan, Put
from upload.dist_tree import LocalFile, digest_of, read_tree
from upload.store import ObjectMissing, ObjectStore

Result = TypeVar("Result")

MANIFEST = "deploy/manifest.json"
"""Key of the manifest: outside every public prefix."""
ATTEMPTS = 4
WORKERS = 16
_DELETE_AT_ONCE = 500


@dataclass(frozen=True, kw_only=True)
class Summary:
    """What a deploy did, or would do."""

    plan: Plan
    bytes_put: int
    """Bytes of the files put, before compression."""
    dry_run: bool


async def deploy(
    dist: Path,
    store: ObjectStore,
    *,
    dry_run: bool = False,
    everything: bool = False,
    may_shrink: bool = False,
    on_plan: Callable[[Plan], None] | None = None,
    on_put: Callable[[Put], None] | None = None,
    now: datetime | None = None,
    random_number: Callable[[], float] = random.random,
) -> Summary:
    """Make the store's `site/` what lies below `dist`; return what was done.

    `everything` puts also what has not changed; `may_shrink` allows a build that lacks most of the pages there now.
    `on_plan` is called before anything is changed. Raises `InputError` when `dist` holds no site that can be served,
    `UsageError` when it lacks most pages, `RemoteError` when the store fails four times in a row; then deploy again.
    """
    local = await asyncio.to_thread(read_tree, dist)
    manifest, listed = await asyncio.gather(
        _retried(lambda: _read_manifest(store), random_number),
        _retried(lambda: store.list(SITE), random_number),
    )
    plan = deploy_plan.make_plan(local, manifest, listed, now or datetime.now(UTC), everything=everything)
    if on_plan is not None:
        on_plan(plan)
    summary = Summary(plan=plan, bytes_put=sum(local[put.key].size for put in plan.puts), dry_run=dry_run)
    if dry_run or (not plan.puts and not plan.deletions and plan.end == manifest):
        return summary

    if plan.shrinks and not may_shrink:
        pages = sum(key.endswith(".html") for key in plan.deletions)
        raise UsageError(
            f"This would delete {pages} of the {plan.pages_there} pages of the site, so nothing was changed.",
            hint="Look at it with --dry-run; if it is meant, add --allow-shrink.",
        )

    async def put_one(put: Put) -> None:
        file = local[put.key]
        body = _read_unchanged(file)
        await _retried(lambda: store.put(put.key, body, file.kind), random_number)
        if on_put is not None:
            on_put(put)

    async def write(content: Manifest) -> None:
        body = await asyncio.to_thread(deploy_plan.format_manifest, content)
        await _retried(lambda: store.put(MANIFEST, body, PRIVATE_STATUS), random_number)

    if plan.puts:
        await write(plan.before)
        # A crash from here on: some objects are new, none of them has a digest in the manifest.
        for phase in Phase:
            await _in_parallel(put_one, [put for put in plan.puts if put.phase is phase])
    if plan.deletions:
        await write(plan.after)
        # A crash from here on: the site is whole; what was to be deleted has no digest, so nobody relies on it.
        for start in range(0, len(plan.deletions), _DELETE_AT_ONCE):
            keys = plan.deletions[start : start + _DELETE_AT_ONCE]
            await _retried(partial(store.delete, keys), random_number)
    await write(plan.end)
    return summary


async def _retried(attempt: Callable[[], Awaitable[Result]], random_number: Callable[[], float]) -> Result:
    """Await `attempt()` up to `ATTEMPTS` times, with pauses between, as long as it is worth trying again."""
    backoff = Backoff()
    for _ in range(ATTEMPTS - 1):
        try:
            return await attempt()
        except RemoteError as error:
            if not error.retryable:
                raise
        backoff = backoff.after_failure(lasted=0)
        await asyncio.sleep(backoff.delay(random_number()))
    return await attempt()


async def _in_parallel(work: Callable[[Put], Awaitable[None]], puts: Sequence[Put]) -> None:
    """Do `work` for each put, `WORKERS` at a time, begun in order; the first failure ends it."""
    waiting = iter(puts)

    async def worker() -> None:
        for put in waiting:
            await work(put)

    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(min(WORKERS, len(puts))):
                group.create_task(worker())
    except ExceptionGroup as failures:
        raise failures.exceptions[0] from None


def _read_unchanged(file: LocalFile) -> bytes:
    """Return the file's bytes; raise `MachineError` if they are not those the plan was made for."""
    try:
        body = file.path.read_bytes()
    except FileNotFoundError:
        body = None
    if body is None or digest_of(body, file.kind) != file.digest:
        hint = "Deploy again when the build is done."
        raise MachineError(f"{file.path} changed while it was being deployed.", hint=hint)
    return body


async def _read_manifest(store: ObjectStore) -> Manifest:
    try:
        return deploy_plan.parse_manifest(await store.get(MANIFEST))
    except ObjectMissing:
        return {}
    except ValueError as error:
        raise RemoteRefused(
            f"The record of earlier deploys cannot be read: {error}.",
            operation="get",
            subject=MANIFEST,
            hint=f"Delete {MANIFEST} in the bucket and deploy again; everything is then put again.",
        ) from None
