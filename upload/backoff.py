"""How long to wait before the next attempt: 1, 2, 5, 10, 30 s with jitter, from the start again after good minutes."""

from __future__ import annotations

from dataclasses import dataclass

STEPS = (1.0, 2.0, 5.0, 10.0, 30.0)
GOOD_SECONDS = 300.0


@dataclass(frozen=True)
class Backoff:
    """How many attempts in a row have failed."""

    failures: int = 0

    def after_failure(self, *, lasted: float) -> Backoff:
        """Return the state after an attempt that lasted `lasted` seconds; five good minutes forget the past."""
        return Backoff(1 if lasted >= GOOD_SECONDS else self.failures + 1)

    def delay(self, jitter: float) -> float:
        """Return the seconds to wait now; `jitter` is a random number in [0, 1) and spreads by ±20 %."""
        if self.failures == 0:
            return 0.0
        step = STEPS[min(self.failures, len(STEPS)) - 1]
        return step * (0.8 + 0.4 * jitter)
