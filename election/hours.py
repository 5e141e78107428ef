"""Hours by the election's clock: the unit of the archive's playlists. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, kw_only=True, order=True)
class Hour:
    """One hour of one day by the election's clock."""

    day: date
    hour: int
    """0 to 23."""

    def end(self, zone: ZoneInfo) -> datetime:
        """Return the moment at which the hour is over (UTC)."""
        began = datetime(self.day.year, self.day.month, self.day.day, self.hour, tzinfo=zone)
        return began.astimezone(UTC) + timedelta(hours=1)

    @property
    def name(self) -> str:
        """The hour as it stands in file names: two digits."""
        return f"{self.hour:02d}"


def hour_of(moment: datetime, zone: ZoneInfo) -> Hour:
    """Return the hour in which the aware `moment` lies."""
    local = moment.astimezone(zone)
    return Hour(day=local.date(), hour=local.hour)
