"""A deployment for a program: started as a child process, ends with the program, however that ends.

    with Session() as reference:
        reference.target_file, reference.settings
        with reference.broken("some-fault"): ...

Uses `python -m reference up --watch-stdin`: the child's standard input is a pipe from here, so the kernel closes it
when this process dies, by SIGKILL too, and the supervisor ends the deployment.
"""

from __future__ import annotations

import json
import os
import selectors
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from reference import running
from reference.control import Control
from reference.settings import Settings


class StartError(RuntimeError):
    """The deployment did not become ready; the message has the supervisor's words."""


class Session:
    """`target_file`: where to write the target file too. `timeout`: seconds until a start is given up.

    `project`: the folder whose package `reference` is started; another than this one for a changed copy.
    """

    def __init__(
        self,
        target_file: Path | None = None,
        folder: Path | None = None,
        timeout: float = 240,
        project: Path | None = None,
    ) -> None:
        self._wanted = target_file.resolve() if target_file else None
        self._folder = folder.resolve() if folder else None
        self._timeout = timeout
        self._project = project or Path(__file__).resolve().parent.parent
        self._process: subprocess.Popen[bytes] | None = None
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the session
        self.settings: Settings
        self.target_file: Path | None = None

    def start(self) -> Self:
        """Returns when every part is ready. Raises StartError; then nothing is left running."""
        argv = [sys.executable, "-m", "reference", "up", "--watch-stdin"]
        argv += ["--target-file", str(self._wanted)] if self._wanted else []
        argv += ["--folder", str(self._folder)] if self._folder else []
        environment = {**os.environ, "PYTHONPATH": str(self._project)}
        # Its own group: Ctrl-C at a terminal reaches the program alone, which then stops the deployment in order.
        self._process = subprocess.Popen(
            argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._log, env=environment,
            cwd=self._project, process_group=0,
        )  # fmt: skip
        try:
            ready = self._read_answer()
        except BaseException:
            self.stop()
            raise
        if not ready.get("ready"):
            self.stop()
            raise StartError(ready.get("error", "no reason given"))
        self.settings = Settings.load(ready["settings"])
        self.target_file = Path(ready["target_file"]) if ready["target_file"] else None
        return self

    def _read_answer(self) -> dict[str, Any]:
        assert self._process is not None
        assert self._process.stdout is not None
        deadline, received = time.monotonic() + self._timeout, b""
        with selectors.DefaultSelector() as selector:
            selector.register(self._process.stdout, selectors.EVENT_READ)
            while b"\n" not in received:
                if not selector.select(max(0.0, deadline - time.monotonic())):
                    raise StartError(f"the deployment was not ready after {self._timeout:.0f} s\n{self.log()}")
                piece = os.read(self._process.stdout.fileno(), 65536)
                if not piece:
                    raise StartError(f"the supervisor ended with {self._process.wait(10)}\n{self.log()}")
                received += piece
        answer: dict[str, Any] = json.loads(received.splitlines()[0])
        return answer

    def log(self) -> str:
        """What the supervisor wrote to standard error."""
        self._log.seek(0)
        return self._log.read().decode(errors="replace")[-4000:]

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def control(self) -> Control:
        state = running.find(Path(self.settings.folder))
        return Control(state)

    def status(self) -> dict[str, Any]:
        """`parts`: see Deployment.status; `faults`: names of those in place."""
        return self.control.call("GET", "/status")

    def break_(self, name: str) -> None:
        """Put a fault in place. Raises ControlError."""
        self.control.call("POST", f"/faults/{name}")

    def heal(self, name: str) -> None:
        """Take a fault away. Raises ControlError."""
        self.control.call("DELETE", f"/faults/{name}")

    @contextmanager
    def broken(self, *names: str) -> Iterator[None]:
        """The faults are in place inside the block, and healed after it."""
        placed: list[str] = []
        try:
            for name in names:
                self.break_(name)
                placed.append(name)
            yield
        finally:
            for name in reversed(placed):
                self.heal(name)

    def stop(self, timeout: float = 30) -> None:
        """End the deployment; returns when nothing of it is left. Safe to call twice."""
        if self._process is None:
            return
        process, self._process = self._process, None
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.close()
        try:
            process.wait(timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)
        process.stdout.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
