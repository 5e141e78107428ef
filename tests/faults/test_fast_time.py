"""Hours in fast time: the packager holds no more after them than before."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.fast_time import AN_HOUR, live_through
from tests.upload.packaging import run

pytestmark = [pytest.mark.server, pytest.mark.usefixtures("quick_attempts")]
HOURS = 2
A_SEGMENT_MAY_LEAVE = 150
"""Bytes: the newest ten thousand listing delays are kept for the metrics, and little else."""


def test_neither_memory_nor_descriptors_grow_with_what_was_published(fast: Path) -> None:
    first, *_, last = run(live_through(HOURS, fast))
    assert last.segments - first.segments >= AN_HOUR
    assert last.python_bytes - first.python_bytes < A_SEGMENT_MAY_LEAVE * (last.segments - first.segments)
    assert last.descriptors <= first.descriptors + 3
