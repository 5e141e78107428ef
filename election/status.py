"""`status/public.json`: the state of every station, in about a kilobyte.

Each constituency is one string; the station numbered n stands at its n-th character (see `StationState.letter`), so
whoever knows a station's id can read its state, and neither the site nor the packager needs the other's list. A number
without a camera is `-`.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from election.ids import StationId, constituency_of, number_of
from election.states import BY_LETTER, StationState

VERSION = 1


@dataclass(frozen=True, kw_only=True)
class PublicStatus:
    """The states the packager knows at one moment."""

    written: datetime
    """Aware time of writing."""
    states: Mapping[StationId, StationState]

    def format(self) -> bytes:
        """Return the JSON body, UTF-8."""
        rows: dict[int, dict[int, StationState]] = defaultdict(dict)
        for station, state in self.states.items():
            rows[constituency_of(station)][number_of(station)] = state
        stations = {
            f"{constituency:03d}": "".join(
                row.get(number, StationState.UNKNOWN).letter for number in range(1, max(row) + 1)
            )
            for constituency, row in sorted(rows.items())
        }
        counts = {str(state): 0 for state in StationState}
        for state in self.states.values():
            counts[str(state)] += 1
        body = {
            "version": VERSION,
            "written": self.written.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "counts": {state: count for state, count in counts.items() if count},
            "stations": stations,
        }
        return json.dumps(body, separators=(",", ":")).encode()


def parse_public_status(body: bytes) -> PublicStatus:
    """Read what `PublicStatus.format` wrote; raise `ValueError` on anything else."""
    data = json.loads(body)
    if not isinstance(data, dict) or data.get("version") != VERSION:
        raise ValueError("this is not a public status of version 1")
    states = {}
    for constituency, letters in data["stations"].items():
        for number, letter in enumerate(letters, start=1):
            if letter not in BY_LETTER:
                raise ValueError(f"constituency {constituency}: {letter!r} is not a state")
            if BY_LETTER[letter] is not StationState.UNKNOWN:
                states[StationId(f"{constituency}-{number:03d}")] = BY_LETTER[letter]
    return PublicStatus(written=datetime.fromisoformat(data["written"]), states=states)
