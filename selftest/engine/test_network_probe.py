"""The probe of network paths tells open, closed and refused places apart, and says so in lines that are read again."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from golive import network_probe


@pytest.fixture
def listening() -> Iterator[tuple[str, socket.socket]]:
    """A place on loopback that takes connections, and its socket."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"127.0.0.1:{server.getsockname()[1]}", server


def test_open_where_the_connection_is_kept(listening: tuple[str, socket.socket]) -> None:
    place, _ = listening
    assert network_probe.how(place, None, 5)[0] == "open"


def test_closed_where_it_is_ended_at_once(listening: tuple[str, socket.socket]) -> None:
    place, server = listening
    ender = threading.Thread(target=lambda: server.accept()[0].close(), daemon=True)
    ender.start()
    assert network_probe.how(place, None, 5)[0] == "closed"
    ender.join(5)


def test_refused_where_nobody_listens() -> None:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        assert network_probe.how(f"127.0.0.1:{bound.getsockname()[1]}", None, 5)[0] == "refused"


def test_it_comes_from_the_source(listening: tuple[str, socket.socket]) -> None:
    place, server = listening
    network_probe.how(place, "127.0.1.77", 5)
    connection, (address, _) = server.accept()
    connection.close()
    assert address == "127.0.1.77"


def test_a_name_without_address(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(*_: object, **__: object) -> None:
        raise socket.gaierror

    monkeypatch.setattr(socket, "create_connection", nobody)
    assert network_probe.how("nowhere.invalid:1", None, 5)[0] == "unknown"


def test_as_a_program_of_its_own(listening: tuple[str, socket.socket]) -> None:
    place, _ = listening
    program = Path(network_probe.__file__).read_text()
    done = subprocess.run(
        [sys.executable, "-I", "-", place], input=program, capture_output=True, text=True, timeout=60, check=True
    )
    name, how, seconds = done.stdout.split()
    assert (name, how) == (place, "open")
    assert float(seconds) >= 0
