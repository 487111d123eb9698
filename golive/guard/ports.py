"""The door to many ports of one address: which of them take a TCP connection. Nothing is sent, so nothing changes."""

from __future__ import annotations

import errno
import ipaddress
import selectors
import socket
import time
from collections.abc import Iterable, Iterator
from enum import StrEnum
from itertools import islice

from golive.guard.calls import calls

AT_ONCE = 250
"""Connections that are tried at the same time."""


class Port(StrEnum):
    """How a port answered."""

    OPEN = "open"
    REFUSED = "refused"
    SILENT = "silent"


def knock(address: str, ports: Iterable[int], *, timeout: float = 1.0) -> dict[int, Port]:
    """Return how each port of an IP address answers an attempt to connect; the connection is closed at once.

    Args:
        address: IPv4 or IPv6.
        ports: each is tried once.
        timeout: seconds until a port counts as silent, as behind a firewall.

    Raises:
        ValueError: `address` is no IP address.
    """
    family = socket.AF_INET6 if ipaddress.ip_address(address).version == 6 else socket.AF_INET
    found: dict[int, Port] = {}
    for some in _batches(sorted(set(ports))):
        with selectors.DefaultSelector() as waiting:
            for port in some:
                calls.count_sent(address, "CONNECT")
                knocker = socket.socket(family, socket.SOCK_STREAM)
                knocker.setblocking(False)
                error = knocker.connect_ex((address, port))
                if error == errno.EINPROGRESS:
                    waiting.register(knocker, selectors.EVENT_WRITE, port)
                else:
                    found[port] = _port(error)
                    knocker.close()
            found |= _answers(waiting, timeout)
    return found


def _answers(waiting: selectors.BaseSelector, timeout: float) -> dict[int, Port]:
    found: dict[int, Port] = {}
    until = time.monotonic() + timeout
    while waiting.get_map() and (left := until - time.monotonic()) > 0:
        for key, _ in waiting.select(left):
            knocker = key.fileobj
            assert isinstance(knocker, socket.socket)
            found[key.data] = _port(knocker.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR))
            waiting.unregister(knocker)
            knocker.close()
    for key in list(waiting.get_map().values()):
        found[key.data] = Port.SILENT
        waiting.unregister(key.fileobj)
        assert isinstance(key.fileobj, socket.socket)
        key.fileobj.close()
    return found


def _port(error: int) -> Port:
    return {0: Port.OPEN, errno.ECONNREFUSED: Port.REFUSED}.get(error, Port.SILENT)


def _batches(ports: list[int]) -> Iterator[list[int]]:
    left = iter(ports)
    while batch := list(islice(left, AT_ONCE)):
        yield batch
