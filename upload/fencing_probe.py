"""Whether a store can fence: writers race for one object, and exactly one of them may be the first."""

from __future__ import annotations

import asyncio
import contextlib
import secrets

import structlog

from election import keys
from election.errors import RemoteError, RemoteRefused
from upload.store import NoConditions, ObjectChanged, ObjectExists, ObjectStore

RACERS = 32
ASK_AGAIN_SECONDS = 1.0
_HINT = (
    "Use a store that makes conditional writes (docs/administrators.md), or start with --single-writer if no other"
    " packager ever publishes these stations."
)


_log = structlog.get_logger()


class CannotFence(RemoteRefused):
    """The store cannot keep a second packager from publishing over this one."""


class Fencing:
    """Whether the store fences, as far as it is known."""

    def __init__(self) -> None:
        self.known = asyncio.Event()
        """Set once the store has shown that it fences, or need not."""
        self.trouble = ""
        """Why it is not known yet, one sentence; '' where nothing is wrong."""

    async def find_out(self, store: ObjectStore) -> None:
        """Return once it is known that the store fences; raise `CannotFence` if it does not."""
        while True:
            try:
                await require_fencing(store)
            except CannotFence:
                raise
            except RemoteError as error:
                if not self.trouble:
                    _log.warning("store does not answer at the start", error=str(error), permanent=not error.retryable)
                self.trouble = str(error)
                await asyncio.sleep(ASK_AGAIN_SECONDS)
                continue
            self.trouble = ""
            self.known.set()
            return


async def require_fencing(store: ObjectStore) -> None:
    """Return if the store fences; raise `CannotFence` if not, another `RemoteError` where it does not answer."""
    key = keys.fencing_probe(secrets.token_hex(8))
    won, failures = await _race(store, key)
    if won > 1:
        raise CannotFence(
            f"The store let {won} of {RACERS} racing writers be the first one.",
            operation="put",
            subject=key,
            hint=_HINT,
        )
    if not won:
        raise failures[0]
    await _require_that_tags_count(store, key)
    with contextlib.suppress(RemoteError):  # those who may put need not be allowed to delete
        await store.delete([key])


async def _race(store: ObjectStore, key: str) -> tuple[int, list[RemoteError]]:
    """Return how many of the racers were told that theirs is the first, and what else went wrong."""

    async def one(number: int) -> RemoteError | None:
        try:
            await store.put(key, b"%d" % number, keys.PRIVATE_STATUS, only_if_absent=True)
        except RemoteError as error:
            return error
        return None

    answers = await asyncio.gather(*(one(number) for number in range(RACERS)))
    for answer in answers:
        if isinstance(answer, NoConditions):
            raise CannotFence(answer.message, operation="put", subject=key, hint=_HINT)
    failures = [answer for answer in answers if answer is not None and not isinstance(answer, ObjectExists)]
    return answers.count(None), failures or [answer for answer in answers if answer is not None]


async def _require_that_tags_count(store: ObjectStore, key: str) -> None:
    """Replace the object by its tag, then once more by the old tag, which must be refused."""
    tag = (await store.get_tagged(key)).tag
    await store.put(key, b"replaced", keys.PRIVATE_STATUS, only_if_tag=tag)
    try:
        await store.put(key, b"replaced by a late writer", keys.PRIVATE_STATUS, only_if_tag=tag)
    except ObjectChanged:
        return
    raise CannotFence(
        "The store let a late writer replace what another had written.", operation="put", subject=key, hint=_HINT
    )
