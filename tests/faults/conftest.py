"""The faults are tried with what the packager's own tests share."""

from __future__ import annotations

from tests.upload.conftest import clips, fast, outcomes, quick_attempts, store

__all__ = ["clips", "fast", "outcomes", "quick_attempts", "store"]
