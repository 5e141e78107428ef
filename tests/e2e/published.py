"""Looks at everything the demo publishes, as often as a viewer would, and remembers it all."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urljoin

from election import keys
from election.ids import Rendition, StationId
from election.playlist import MediaPlaylist, Segment, parse_master, parse_media
from tests.fetching import fetch

PAUSE = 1.0


@dataclass
class Published:
    """What was seen so far."""

    edge: str
    stations: Sequence[StationId]
    playlists: int = 0
    """Media playlists fetched."""
    addresses: dict[str, int] = field(default_factory=dict)
    """HTTP status of everything a playlist named, at the moment it was first named."""
    faults: list[str] = field(default_factory=list)
    """What must never be seen."""
    _looking: threading.Lock = field(default_factory=threading.Lock)
    _segments: dict[tuple[StationId, Rendition, int], Segment] = field(default_factory=dict)
    _newest: dict[tuple[StationId, Rendition], int] = field(default_factory=dict)

    @contextmanager
    def at_rest(self) -> Iterator[None]:
        """Fetch nothing during the block, after what is being fetched: for outages that a test makes."""
        with self._looking:
            yield

    def newest(self, station: StationId) -> Segment:
        """Return the station's newest segment with pictures."""
        number = self._newest[station, Rendition.MAIN]
        while self._segments[station, Rendition.MAIN, number].gap:
            number -= 1
        return self._segments[station, Rendition.MAIN, number]

    def generation(self, station: StationId) -> int:
        """Return the generation of the packager that wrote that segment."""
        return int(self.newest(station).uri.split("-")[-2])

    def breaks(self, station: StationId) -> int:
        """Return how many segments of the station's main rendition were seen that begin a new timeline."""
        return sum(segment.discontinuity for segment in self._main(station))

    def missing(self, station: StationId) -> float:
        """Return how many seconds of gaps were seen in it."""
        return sum(segment.duration.total_seconds() for segment in self._main(station) if segment.gap)

    def _main(self, station: StationId) -> list[Segment]:
        return [known for place, known in self._segments.copy().items() if place[:2] == (station, Rendition.MAIN)]

    def look(self) -> None:
        """Fetch every playlist once and whatever is new in it."""
        with self._looking:
            for station in self.stations:
                path = f"/{keys.master(station)}"
                for variant in parse_master(fetch(self.edge, path).text).variants:
                    self._look_at(station, Rendition(variant.uri.split("/")[0]), urljoin(path, variant.uri))

    def _look_at(self, station: StationId, rendition: Rendition, path: str) -> None:
        playlist = parse_media(fetch(self.edge, path).text)
        self.playlists += 1
        named = {segment.map_uri for segment in playlist.segments}
        for name in named | {segment.uri for segment in playlist.segments if not segment.gap}:
            address = urljoin(path, name)
            if address not in self.addresses:
                self.addresses[address] = fetch(self.edge, address, method="HEAD").status
        self._compare(station, rendition, playlist)

    def _compare(self, station: StationId, rendition: Rendition, playlist: MediaPlaylist) -> None:
        last = playlist.media_sequence + len(playlist.segments) - 1
        if last < self._newest.get((station, rendition), 0):
            self.faults.append(f"{station}/{rendition}: the sequence went back to {last}")
        self._newest[station, rendition] = last
        for number, segment in enumerate(playlist.segments, start=playlist.media_sequence):
            known = self._segments.setdefault((station, rendition, number), segment)
            if known != segment:
                self.faults.append(f"{station}/{rendition}: segment {number} was {known} and is {segment}")


@contextmanager
def watching(edge: str, stations: Sequence[StationId]) -> Iterator[Published]:
    """Look at the stations' playlists about once a second until the block ends."""
    published = Published(edge=edge, stations=stations)
    stop = threading.Event()

    def work() -> None:
        while not stop.is_set():
            try:
                published.look()
            except Exception as error:
                published.faults.append(repr(error))
            stop.wait(PAUSE)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield published
    finally:
        stop.set()
        thread.join()
