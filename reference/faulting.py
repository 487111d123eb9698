"""Which faults are in place in a deployment: enters and leaves them, one at a time."""

from __future__ import annotations

import difflib
import threading
import traceback
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from reference.faults import load_faults

if TYPE_CHECKING:
    from reference.deployment import Deployment


class FaultError(RuntimeError):
    """A fault that is unknown, already (not) in place, or whose own code failed; the message says which and why."""


class Faulting:
    def __init__(self, deployment: Deployment) -> None:
        self._deployment = deployment
        self._active: dict[str, AbstractContextManager[None]] = {}
        self._lock = threading.Lock()

    @property
    def active(self) -> list[str]:
        return sorted(self._active)

    def break_(self, name: str) -> None:
        """Put a fault in place. Raises FaultError."""
        with self._lock:
            faults = load_faults()
            if name not in faults:
                near = difflib.get_close_matches(name, faults, n=3)
                raise FaultError(f"there is no fault {name!r}" + (f"; did you mean {', '.join(near)}?" if near else ""))
            if name in self._active:
                raise FaultError(f"{name} is already in place")
            manager = faults[name].enter(self._deployment)
            try:
                manager.__enter__()
            except Exception as error:
                raise FaultError(f"{name} could not break the deployment: {_origin(error)}") from error
            self._active[name] = manager

    def heal(self, name: str) -> None:
        """Take a fault away. Raises FaultError; a fault whose healing failed is not in place any more, nor healed."""
        with self._lock:
            if name not in self._active:
                raise FaultError(f"{name} is not in place; in place: {', '.join(self.active) or 'none'}")
            manager = self._active.pop(name)
            try:
                manager.__exit__(None, None, None)
            except Exception as error:
                raise FaultError(f"{name} could not heal the deployment, start a new one: {_origin(error)}") from error

    def heal_all(self) -> list[str]:
        """Take all away, the latest first; their names. Raises FaultError after trying all."""
        healed, problems = [], []
        for name in list(reversed(self._active)):
            try:
                self.heal(name)
                healed.append(name)
            except FaultError as problem:
                problems.append(str(problem))
        if problems:
            raise FaultError("; ".join(problems))
        return healed


def _origin(error: Exception) -> str:
    """The error with the place in the fault where it happened."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [
        frame
        for frame in frames
        if "/reference/faults/" in frame.filename and not frame.filename.endswith("__init__.py")
    ]
    frame = (own or frames)[-1]
    return f"{type(error).__name__}: {error} ({frame.filename.rpartition('/')[2]}:{frame.lineno})"
