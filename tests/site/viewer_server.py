"""A small server for browser tests: the site below `/`, one live station, the strict content security policy."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from election.ids import StationId
from election.states import StationState
from election.status import PublicStatus
from tests.site import page_server
from tests.site.live_stream import LiveStream
from tests.site.recorded_day import RecordedDay

STATION = StationId("034-012")


@dataclass
class ViewerServer:
    """Where the site is, and what may be changed while it is looked at."""

    site: Path
    stream: LiveStream
    origin: str = ""
    states: dict[StationId, StationState] = field(default_factory=lambda: {STATION: StationState.LIVE})
    status_age: float = 0
    """How old the public status claims to be, in seconds."""
    day: RecordedDay | None = None
    """A day of the station that lies before the live stream."""
    others: dict[str, LiveStream] = field(default_factory=dict)
    """More stations, by their ids."""
    hangs: page_server.Hangs = lambda _method, _path: False
    """Which requests get no answer."""
    requests: list[str] = field(default_factory=list)
    """The paths asked for so far."""

    def read(self, path: str) -> bytes | None:
        """Return the body of `path`, or None if it is missing."""
        if path.startswith(f"/live/{STATION}/"):
            name = path.removeprefix(f"/live/{STATION}/")
            recorded = self.day.read(name) if self.day else None
            return self.stream.read(name) if recorded is None else recorded
        station, _, name = path.removeprefix("/live/").partition("/")
        if station in self.others:
            return self.others[station].read(name)
        if path == "/status/public.json":
            written = datetime.fromtimestamp(time.time() - self.status_age, UTC)
            return PublicStatus(written=written, states=self.states).format()
        return page_server.page_at(self.site, path)


@contextmanager
def running_viewer_server(site: Path, stream: LiveStream) -> Iterator[ViewerServer]:
    """Serve on a free port of the loopback until the context ends."""
    viewer = ViewerServer(site=site, stream=stream)

    def noted(method: str, path: str) -> bool:
        viewer.requests.append(path)
        return viewer.hangs(method, path)

    def read(path: str) -> Sequence[bytes] | None:
        body = viewer.read(path)
        return None if body is None else (body,)

    with page_server.serving(read, noted) as origin:
        viewer.origin = origin
        yield viewer
