"""Knocking at ports of this machine."""

from __future__ import annotations

import socket

import pytest

from golive.guard.ports import AT_ONCE, Port, knock


def test_open_and_closed_ports_are_told_apart() -> None:
    with socket.socket() as listening, socket.socket() as closed:
        listening.bind(("127.0.0.1", 0))
        listening.listen(8)
        closed.bind(("127.0.0.1", 0))  # bound, and nobody listens
        here, there = listening.getsockname()[1], closed.getsockname()[1]
        assert knock("127.0.0.1", [here, there]) == {here: Port.OPEN, there: Port.REFUSED}


def test_each_port_of_many_is_tried() -> None:
    ports = range(1, 2 * AT_ONCE + 3)
    assert set(knock("127.0.0.3", ports)) == set(ports)


def test_a_name_is_no_address() -> None:
    with pytest.raises(ValueError, match="localhost"):
        knock("localhost", [1])
