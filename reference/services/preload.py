"""The process that the applications, the worker and the beat are forked from."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from reference.forked import ForkedProcess
from reference.process import Child, base_environment
from reference.services.part import NotReadyError, Part
from reference.settings import Settings


def listener_of(settings: Settings) -> Path:
    return Path(settings.socket_folder) / "preload"


class Preload(Part):
    @property
    def address(self) -> str:
        return "the imports that the Python processes share"

    def prepare(self) -> None:
        self.children.clear()
        listener_of(self.settings).unlink(missing_ok=True)
        self.child([sys.executable, "-m", "reference.preload", listener_of(self.settings)])

    def probe(self) -> None:
        if not listener_of(self.settings).exists():
            raise NotReadyError("still importing")


class ForkedPart(Part):
    """A part whose process is forked from `Preload`."""

    def forked(self, module: str, arguments: list[str], environment: dict[str, str]) -> Child:
        """Describe the process that runs `python -m module arguments`, and add it to `children`."""
        complete = {**base_environment(), **environment}

        def start() -> ForkedProcess:
            process = ForkedProcess(
                listener_of(self.settings),
                module,
                [os.fspath(word) for word in arguments],
                log=self.settings.log_file(self.name),
                environment=complete,
                folder=Path(self.settings.folder),
            )
            self.begun(process.pid)
            return process

        child = Child(self.name, start)
        self.children.append(child)
        return child

    def begun(self, pid: int) -> None:
        """What is to be done with a process as soon as it runs, also when it is started again."""
