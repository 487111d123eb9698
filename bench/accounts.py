"""Starts the large account's server, and asks it what it was asked."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from bench.counting import PATH
from bench.running import ROOT


@dataclass(frozen=True)
class Server:
    """`asked` forgets what was asked before, too."""

    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def asked(self) -> dict[str, Any]:
        """`calls`, `distinct`, `pages`, `cpu` (seconds of the server), and `repeated`: question to number."""
        told: dict[str, Any] = requests.delete(self.url + PATH, timeout=30).json()
        return told


@contextmanager
def serving(settings: Path, product: str, size: int) -> Iterator[Server]:
    """The accounts of a deployment, the product's enlarged by `SERIES[size]` (0: as it is)."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "bench.server", "--settings", str(settings), "--port", str(port)]
    process = subprocess.Popen(
        [*command, "--product", product, "--size", str(size)],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        if process.stdout.readline().strip() != "ready":
            raise RuntimeError("the accounts did not start; see above")
        yield Server(port)
    finally:
        process.stdin.close()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)
        process.stdout.close()
