"""A part: one or more processes that become ready together and are started and stopped as one."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

import httpx

from reference.process import Child, Spawner, base_environment, tail
from reference.settings import Settings

# For plain http on loopback. One for all probes: each client of its own would load the machine's certificates again.
HTTP = httpx.Client(timeout=3, trust_env=False, verify=False)  # noqa: S501


class NotReadyError(Exception):
    """The probe's answer while a part is not usable yet; the message says what was seen."""


class PartError(RuntimeError):
    """A part could not be started; the message has the end of its log."""


@dataclass
class Context:
    """What a part needs of its deployment."""

    settings: Settings
    spawner: Spawner
    ended: threading.Event = field(default_factory=threading.Event)
    """Set when the deployment shall end: who waits gives up."""
    template: Path | None = None
    """The stopped cluster that the primary was copied from: the replica must begin as the very same."""


class Part:
    """Subclasses name themselves, say whom they `need`, make their processes in `prepare`, and `probe` for real."""

    needs: ClassVar[tuple[str, ...]] = ()
    patience: ClassVar[float] = 120.0
    """Seconds until a part that does not become ready is given up."""

    def __init__(self, name: str, context: Context) -> None:
        self.name = name
        self.context = context
        self.settings = context.settings
        self.children: list[Child] = []

    @property
    def address(self) -> str:
        """Where it is reached, for the table."""
        return ""

    @property
    def pids(self) -> list[int]:
        """The ids of its processes that live."""
        return [child.pid for child in self.children if child.alive and child.pid]

    def prepare(self) -> None:
        """Write files, make `children`."""

    def probe(self) -> None:
        """Use the part as its clients do. Raises anything when it is not ready."""
        raise NotImplementedError

    def finish(self) -> None:
        """Work that needs the part running (passwords, seeds), before others may start."""

    def start(self) -> None:
        """Prepare, start, wait until the probe is content, finish. Raises PartError."""
        self.prepare()
        for child in self.children:
            child.start()
        self.wait_ready()
        self.finish()

    def wait_ready(self, timeout: float | None = None) -> None:
        """Probe until it succeeds. Raises PartError when a process ends or `timeout` seconds are over."""
        deadline = time.monotonic() + (timeout or self.patience)
        pause = 0.03
        while True:
            try:
                return self.probe()
            except Exception as problem:
                dead = next((child for child in self.children if not child.alive), None)
                if dead is not None:
                    log = tail(self.settings.log_file(dead.name))
                    raise PartError(f"{dead.name} ended with {dead.exit_code} before it was ready:\n{log}") from problem
                if time.monotonic() > deadline:
                    log = tail(self.settings.log_file(self.children[0].name)) if self.children else ""
                    raise PartError(
                        f"{self.name} was not ready after {timeout or self.patience:.0f} s: {problem!r}\n{log}"
                    ) from problem
            if self.context.ended.wait(pause):
                raise PartError(f"{self.name}: the deployment ends")
            pause = min(pause * 1.3, 0.25)

    def stop(self) -> None:
        for child in reversed(self.children):
            child.stop()

    @property
    def alive(self) -> bool:
        return bool(self.children) and all(child.alive for child in self.children)

    def child(
        self,
        argv: Sequence[str | Path],
        *,
        name: str | None = None,
        environment: Mapping[str, str] | None = None,
        folder: Path | None = None,
        user: str | None = None,
        stop_signal: int = signal.SIGTERM,
        death_signal: int = signal.SIGKILL,
    ) -> Child:
        """Describe a process of this part (it is not started yet) and add it to `children`."""
        name = name or self.name
        log = self.settings.log_file(name)
        complete = {**base_environment(), **(environment or {})}

        def start() -> subprocess.Popen[bytes]:
            return self.context.spawner.spawn(
                [os.fspath(word) for word in argv],
                log=log,
                environment=complete,
                folder=folder or Path(self.settings.folder),
                user=user,
                death_signal=death_signal,
            )

        child = Child(name, start, stop_signal)
        self.children.append(child)
        return child


class Probed(Part):
    """A part without a process of its own, or whose process says little: it is alive while its probe is content."""

    @property
    def alive(self) -> bool:
        try:
            self.probe()
        except Exception:
            return False
        return True
