"""Which tasks of a service ended by themselves or began again lately. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

CRASHES = ("EssentialContainerExited", "TaskFailedToStart")
"""Stop codes of tasks that nobody asked to stop. Source: AWS API, ECS Task."""
KILLED = 137
"""A container's exit code after SIGKILL, which the kernel sends when its memory is used up."""
TAKES = timedelta(minutes=5)
"""A task that a deployment or a scaling activity orders starts within this time."""


@dataclass(frozen=True)
class TaskSeen:
    """A running or stopped task."""

    name: str
    started: datetime | None
    stopped: datetime | None
    exit_codes: Mapping[str, int]
    stop_code: str


def restarts(tasks: Sequence[TaskSeen], since: datetime, ordered: Sequence[datetime]) -> list[str]:
    """Return a sentence for each task that crashed, or started without an order, since a moment.

    Args:
        ordered: when deployments began and scaling activities added tasks.
    """
    found = []
    for task in tasks:
        if task.stopped is not None:
            crashed = task.stop_code in CRASHES or any(task.exit_codes.values())
            if crashed and task.stopped >= since:
                found.append(f"{task.name} ended at {task.stopped:%H:%M:%S}Z with {dict(task.exit_codes)}")
        elif task.started is not None and task.started >= since and not _ordered(task.started, ordered):
            found.append(f"{task.name} started at {task.started:%H:%M:%S}Z, and nothing ordered it")
    return found


def _ordered(started: datetime, orders: Sequence[datetime]) -> bool:
    return any(order <= started <= order + TAKES for order in orders)


def killed_for_memory(
    tasks: Mapping[str, tuple[datetime | None, Sequence[str], Mapping[str, int]]], since: datetime
) -> list[str]:
    """Return a sentence for each stopped task, by its name, that the kernel ended since a moment for its memory.

    Each task is told by when it stopped, the reasons that AWS gives, and its containers' exit codes.
    """
    found = []
    for name, (stopped, reasons, codes) in tasks.items():
        said = next((r for r in reasons if "OutOfMemory" in r), "")
        killed = [container for container, code in codes.items() if code == KILLED]
        if stopped is not None and stopped >= since and (said or killed):
            found.append(f"{name} stopped at {stopped:%H:%M}Z: {said or ', '.join(killed) + ' killed (exit code 137)'}")
    return found
