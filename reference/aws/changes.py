"""When the accounts last changed: the time of a file, so that whoever follows them need not ask them all the time."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from reference.settings import Settings

READS = ("Describe", "Get", "List", "Head", "PutMetricData", "PutLogEvents", "CreateLogStream")
"""What leaves an account as it is, metrics and logs taken for what goes through it."""
T = TypeVar("T")
EXPIRY = 15.0
"""Seconds after which an answer is asked for anew, changed or not."""


def changes(settings: Settings) -> Path:
    """The file whose time is that of the last change."""
    return Path(settings.folder) / "accounts-changed"


def tell(settings: Settings | None, operation: str) -> None:
    """Note that an operation, or what has no name in the API (""), was performed."""
    if settings is None or (operation and operation.startswith(READS)):
        return
    file = changes(settings)
    if not file.exists():
        file.touch(mode=0o644)
    now = time.time_ns()  # the kernel's own stamps are some milliseconds apart
    os.utime(file, ns=(now, now))


@dataclass
class Followed:
    """Answers of the accounts that hold until something changes there."""

    settings: Settings
    known: dict[object, tuple[int, float, Any]] = field(default_factory=dict)
    """What was asked to the time of the change before it, when it was asked (time.monotonic()), and the answer."""

    def read(self, what: object, ask: Callable[[], T]) -> T:
        """The answer to `what`, asked for anew after a change. Raises as `ask`."""
        file = changes(self.settings)
        changed = file.stat().st_mtime_ns if file.exists() else 0
        before = self.known.get(what)
        if before is None or before[0] != changed or time.monotonic() - before[1] > EXPIRY:
            before = self.known[what] = (changed, time.monotonic(), ask())
        answer: T = before[2]
        return answer
