"""A network of the tests' own, in which packets vanish: a Linux network namespace with a cable to each neighbour.

::

    with network("camera", "store") as net:
        child = await process.start([*net.inside, sys.executable, ...], ...)   # a program within
        ...                                                                    # reaches us at net.camera.outside
        with net.cables["camera"].cut():
            ...                                                                # every packet vanishes, both ways

A cut cable is a black hole: nobody is told anything, neither by a reset nor by "no route". Each end has the other's
hardware address entered by hand; while the cable is cut a false one stands there, and the kernel drops what arrives.
"""

from __future__ import annotations

import contextlib
import secrets
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pytest

from tests.packages import ip_program

IP = ip_program()
NOBODY = "02:00:00:00:00:01"


def _ip(*arguments: str) -> str:
    assert IP is not None
    return subprocess.run([IP, *arguments], check=True, capture_output=True, text=True).stdout


@dataclass(frozen=True, kw_only=True)
class Cable:
    """Two network cards that are joined, one here and one inside."""

    namespace: str
    card: str
    """Ours; the other's name is the same with an `i` behind it."""
    outside: str
    """Our address."""
    inside: str

    def join(self) -> None:
        """Lay it."""
        other = f"{self.card}i"
        _ip("link", "add", self.card, "type", "veth", "peer", "name", other, "netns", self.namespace)
        for place, card, address in (((), self.card, self.outside), (self._within, other, self.inside)):
            _ip(*place, "address", "add", f"{address}/30", "dev", card)
            _ip(*place, "link", "set", card, "up")
        self.mend()

    def mend(self) -> None:
        """Let packets through."""
        ours, theirs = self._hardware((), self.card), self._hardware(self._within, f"{self.card}i")
        self._tell(theirs, ours)

    @contextlib.contextmanager
    def cut(self) -> Iterator[None]:
        """Let every packet vanish, both ways, until the block ends."""
        self._tell(NOBODY, NOBODY)
        try:
            yield
        finally:
            self.mend()

    @property
    def _within(self) -> tuple[str, ...]:
        return ("-n", self.namespace)

    def _tell(self, us: str, them: str) -> None:
        """Say which hardware address each end believes the other to have."""
        _ip("neighbour", "replace", self.inside, "lladdr", us, "dev", self.card, "nud", "permanent")
        other = f"{self.card}i"
        _ip(*self._within, "neighbour", "replace", self.outside, "lladdr", them, "dev", other, "nud", "permanent")

    def _hardware(self, place: tuple[str, ...], card: str) -> str:
        words = _ip(*place, "-o", "link", "show", card).split()
        return words[words.index("link/ether") + 1]


@dataclass(frozen=True, kw_only=True)
class Network:
    """A namespace and its cables."""

    inside: tuple[str, ...]
    """What stands before a command that is to run within."""
    cables: Mapping[str, Cable]


@contextlib.contextmanager
def network(*neighbours: str) -> Iterator[Network]:
    """Give a network with a cable to each neighbour; skip the test where this machine does not let us make one."""
    name = f"pollcast-{secrets.token_hex(4)}"
    if IP is None:
        pytest.skip("this test needs the program ip (Debian: iproute2)")
    try:
        _ip("netns", "add", name)
    except subprocess.CalledProcessError as error:
        pytest.skip(f"this test needs the right to make a network namespace: {error.stderr.strip()}")
    second, third = 200 + secrets.randbelow(50), secrets.randbelow(250)
    cables = {}
    try:
        _ip("-n", name, "link", "set", "lo", "up")
        for index, neighbour in enumerate(neighbours):
            net = f"10.{second}.{third + index}"
            card = f"pc{secrets.token_hex(4)}"
            cables[neighbour] = Cable(namespace=name, card=card, outside=f"{net}.1", inside=f"{net}.2")
            cables[neighbour].join()
        yield Network(inside=(IP, "netns", "exec", name), cables=cables)
    finally:
        _ip("netns", "delete", name)
        for cable in cables.values():  # goes with the namespace, but only once its last program has ended
            subprocess.run([IP, "link", "delete", cable.card], check=False, capture_output=True)
