"""The door to many ports of one address: which of them take a TCP connection. Nothing is sent, so nothing changes."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from enum import StrEnum

from golive.guard.calls import calls

AT_ONCE = 100
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
    """
    return asyncio.run(_knock(address, sorted(set(ports)), timeout))


async def _knock(address: str, ports: list[int], timeout: float) -> dict[int, Port]:
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(port: int) -> tuple[int, Port]:
        async with gate:
            calls.count_sent(address, "CONNECT")
            try:
                _, writer = await asyncio.wait_for(asyncio.open_connection(address, port), timeout)
            except ConnectionRefusedError:
                return port, Port.REFUSED
            except (OSError, TimeoutError):
                return port, Port.SILENT
            writer.close()
            return port, Port.OPEN

    return dict(await asyncio.gather(*(one(port) for port in ports)))
