"""The object store of the demo: on loopback only, with its own credentials, and gone without a trace."""

from __future__ import annotations

import asyncio
import socket
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, TypeVar

import psutil
import pytest

from demo import object_store
from demo.object_store import ObjectServer, start_object_store
from demo.readiness import until_it_answers
from election.errors import MachineError
from machine import binaries, ports, process
from tests.fetching import fetch

pytestmark = pytest.mark.server

Result = TypeVar("Result")


def run(work: Coroutine[Any, Any, Result]) -> Result:
    return asyncio.run(work)


def sockets_of(pid: int) -> list[tuple[str, int]]:
    listening = psutil.Process(pid).net_connections(kind="inet")
    return [(item.laddr.ip, item.laddr.port) for item in listening if item.status == psutil.CONN_LISTEN]


def sockets_in_tmp(ports_of_it: set[int]) -> list[str]:
    """Return the names of the sockets that a store with these ports makes in the system's temporary folder."""
    names = [path.name for path in Path("/tmp").glob("seaweedfs-*.sock")]
    return [name for name in names if any(f"-{port}." in name for port in ports_of_it)]


def test_it_listens_on_loopback_only_and_leaves_no_process_port_or_socket(tmp_path: Path) -> None:
    async def work() -> tuple[ObjectServer, list[tuple[str, int]]]:
        server = await start_object_store(tmp_path / "store")
        listening = sockets_of(server.child.pid)
        assert fetch(server.endpoint, "/").status == 403
        assert sockets_in_tmp({port for _, port in listening})
        await server.stop()
        return server, listening

    server, listening = run(work())
    assert {address for address, _ in listening} == {"127.0.0.1"}
    assert server.port in {port for _, port in listening}
    assert not psutil.pid_exists(server.child.pid)
    for _, port in listening:
        ports.require_free(port, option="--x")
    assert sockets_in_tmp({port for _, port in listening}) == []


def test_its_credentials_are_new_each_time_and_in_nobodys_sight(tmp_path: Path) -> None:
    async def work() -> list[tuple[ObjectServer, str]]:
        seen = []
        for name in ("one", "two"):
            server = await start_object_store(tmp_path / name)
            seen.append((server, " ".join(psutil.Process(server.child.pid).cmdline())))
            await server.stop()
        return seen

    (one, argv), (two, _) = run(work())
    assert one.secret_access_key != two.secret_access_key
    assert one.access_key_id != two.access_key_id
    assert one.secret_access_key.reveal() not in argv
    assert one.secret_access_key.reveal() not in repr(one)
    assert one.secret_access_key.reveal() not in "\n".join(one.child.tail)


def test_a_taken_port_is_told_before_anything_is_started(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind((ports.LOOPBACK, 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(MachineError, match=rf"Port {port} on 127.0.0.1 is taken .* --store-port"):
            run(start_object_store(tmp_path, port=port))


def test_a_server_that_ends_at_once_is_told_with_its_last_words() -> None:
    program = "import sys; print('Error: no room left'); print('bye'); sys.exit(7)"

    async def work() -> None:
        child = await process.start([sys.executable, "-c", program], name="The store")
        await until_it_answers(child, ports.free_port(), "/", seconds=120)

    with pytest.raises(MachineError, match=r"The store ended with code 7\. Its last words: Error: no room left$"):
        run(work())


def test_a_server_that_never_answers_is_stopped(tmp_path: Path) -> None:
    async def work() -> process.Child:
        child = await process.start([str(binaries.caddy()), "respond", "--listen", ":0"], name="The edge")
        with pytest.raises(MachineError, match="The edge did not answer within 0 s"):
            await until_it_answers(child, ports.free_port(), "/", seconds=0.3)
        return child

    assert not psutil.pid_exists(run(work()).pid)


def test_a_port_that_another_program_takes_in_between_is_not_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = object_store._free_ports
    chosen: list[dict[str, int]] = []

    def unlucky() -> dict[str, int]:
        chosen.append(lost if not chosen else real())
        return chosen[-1]

    async def work() -> None:
        monkeypatch.setattr(object_store, "_free_ports", unlucky)
        with socket.create_server((ports.LOOPBACK, lost["master"])):
            server = await object_store.start_object_store(tmp_path / "store")
            await server.stop()

    lost = real()
    asyncio.run(work())
    assert len(chosen) == 2
