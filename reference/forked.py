"""The supervisor's side of `reference.preload`: a forked process that can be handled like a subprocess.Popen."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

# Its parent is gone and so is the process: the kernel saw to that (PDEATHSIG).
LOST = -signal.SIGKILL


class ForkedProcess:
    """Forks when made. Raises OSError when the preload process does not listen."""

    def __init__(
        self,
        listener: Path,
        module: str,
        arguments: Sequence[str],
        *,
        log: Path,
        environment: Mapping[str, str],
        folder: Path,
    ) -> None:
        self._connection = socket.socket(socket.AF_UNIX)
        self._connection.settimeout(10)
        self._connection.connect(str(listener))
        request = {"module": module, "arguments": list(arguments), "environment": dict(environment)}
        request |= {"log": str(log), "folder": str(folder)}
        self._connection.sendall(json.dumps(request).encode() + b"\n")
        self._received = b""
        while b"\n" not in self._received:
            piece = self._connection.recv(4096)
            if not piece:
                raise OSError("the preload process ended before it forked")
            self._received += piece
        line, self._received = self._received.split(b"\n", 1)
        self.pid: int = json.loads(line)["pid"]
        self.returncode: int | None = None

    def poll(self) -> int | None:
        return self._look(0)

    def _look(self, seconds: float) -> int | None:
        if self.returncode is not None:
            return self.returncode
        if b"\n" in self._received or select.select([self._connection], [], [], seconds)[0]:
            piece = b""
            with contextlib.suppress(OSError):
                piece = self._connection.recv(4096)
            self._received += piece
            if b"\n" in self._received:
                self.returncode = json.loads(self._received)["exit"]
            elif not piece:
                self.returncode = LOST
            if self.returncode is not None:
                self._connection.close()
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Raises subprocess.TimeoutExpired after `timeout` seconds."""
        deadline = None if timeout is None else time.monotonic() + timeout
        while True:
            left = 3600.0 if deadline is None else max(0.0, deadline - time.monotonic())
            code = self._look(left)
            if code is not None:
                return code
            if deadline is not None and time.monotonic() >= deadline:
                raise subprocess.TimeoutExpired(f"process {self.pid}", timeout or 0)

    def send_signal(self, sig: int) -> None:
        if self.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, sig)
