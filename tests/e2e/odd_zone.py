"""Time zones of which no country knows: by their clocks the hour turns whenever a test wants it, and no clock is set.

Everything runs by the real time. Only the election's time zone is one like UTC+3:17, which Python finds as a file in a
folder, and which browsers know by its name (ECMA-402 6.5.1).
"""

from __future__ import annotations

import struct
import zoneinfo
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

NOON = timedelta(hours=12)


@dataclass(frozen=True, kw_only=True)
class OddZone:
    """A time zone by which the noon is at a wanted moment."""

    name: str
    """As programs and browsers know it: `+03:17`."""
    offset: timedelta
    """What its clocks are ahead of UTC by, whole minutes."""
    noon: datetime
    """When it is twelve, of all noons the wanted one."""

    @property
    def clock(self) -> timezone:
        """The same for Python's own use."""
        return timezone(self.offset, self.name)

    def environment(self, folder: Path) -> dict[str, str]:
        """Write the zone's file into `folder`; return the variables by which Python's programs find it there."""
        (folder / self.name).write_bytes(_file(self.offset))
        return {"PYTHONTZPATH": ":".join([str(folder), *zoneinfo.TZPATH])}


def with_noon_at(moment: datetime) -> OddZone:
    """Return the zone by which it is noon at the first whole minute of UTC not before the aware `moment`.

    Its date is UTC's then.
    """
    seconds = -(-moment.timestamp() // 60) * 60
    offset = NOON - timedelta(seconds=seconds % 86400)
    minutes = int(abs(offset).total_seconds()) // 60
    name = f"{'-' if offset < timedelta(0) else '+'}{minutes // 60:02d}:{minutes % 60:02d}"
    return OddZone(name=name, offset=offset, noon=datetime.fromtimestamp(seconds, UTC))


def _file(offset: timedelta) -> bytes:
    """Return a zone that never changes: version 1, one type of local time, named `ODD` (RFC 8536 3)."""
    transitions, types, letters = 0, 1, 4
    header = b"TZif" + bytes(16) + struct.pack(">6l", 0, 0, 0, transitions, types, letters)
    return header + struct.pack(">lbb", int(offset.total_seconds()), 0, 0) + b"ODD\0"
