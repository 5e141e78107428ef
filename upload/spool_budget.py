"""What is thrown away when the store is away for so long that the spool fills its budget. Pure, but for reading sizes.

What was uploaded leaves the spool at once, so that only what is still to be sent lies there. Of that the sub streams go
first, then the main streams, the oldest first: the newest picture and the larger one are worth most.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass

from election.ids import Rendition, StationId

FULL = 0.85
"""Share of the budget from which on something is thrown away."""
ENOUGH = 0.80
"""Share of the budget that may stay."""
_SIZE = re.compile(r"(\d+)\s*([KMGT]?)(?:i?B)?", re.IGNORECASE)
_FACTORS = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40}


@dataclass(frozen=True, kw_only=True)
class Unsent:
    """A segment in the spool that the store does not have."""

    station: StationId
    rendition: Rendition
    number: int
    size: int
    """Bytes."""


def parse_size(text: str) -> int:
    """Return a size such as `200G`, `500M` or `1048576` in bytes (a K is 1024); raise `ValueError` with a sentence."""
    found = _SIZE.fullmatch(text.strip())
    if found is None or int(found[1]) == 0:
        raise ValueError(f"{text!r} is no size; write for example 200G or 500M")
    return int(found[1]) * _FACTORS[found[2].upper()]


def excess(*, unsent_bytes: int, free_bytes: int, budget: int | None) -> int:
    """Return how many bytes must go, 0 where all is well.

    The budget is what was given, and never more than the disk has: what lies there unsent and what is free.
    """
    limit = unsent_bytes + free_bytes
    if budget is not None:
        limit = min(limit, budget)
    if unsent_bytes < FULL * limit or not unsent_bytes:
        return 0
    return math.ceil(unsent_bytes - ENOUGH * limit)


def to_drop(unsent: Iterable[Unsent], bytes_to_free: int) -> list[Unsent]:
    """Return what to throw away of what is unsent, in its order, which is that of its worth."""
    dropped: list[Unsent] = []
    for item in unsent:
        if bytes_to_free <= 0:
            break
        dropped.append(item)
        bytes_to_free -= item.size
    return dropped
