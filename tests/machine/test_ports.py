"""Free ports are free, taken ones are told."""

from __future__ import annotations

import socket

import pytest

from election.errors import MachineError
from machine import ports


def test_a_free_port_can_be_listened_on() -> None:
    port = ports.free_port()
    ports.require_free(port, option="--port")
    with socket.create_server((ports.LOOPBACK, port)):
        pass


def test_a_taken_port_is_told_with_the_option_that_chooses_another() -> None:
    with socket.create_server((ports.LOOPBACK, 0)) as listener:
        port = listener.getsockname()[1]
        with pytest.raises(MachineError, match=rf"Port {port} on .* is taken .* Choose another with --port\."):
            ports.require_free(port, option="--port")


def test_a_port_whose_connections_have_just_ended_counts_as_free() -> None:
    with socket.create_server((ports.LOOPBACK, 0)) as listener:
        port = listener.getsockname()[1]
        with socket.create_connection((ports.LOOPBACK, port)) as client:
            server, _ = listener.accept()
            server.close()
            client.recv(1)
    ports.require_free(port, option="--port")
