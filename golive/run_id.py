"""The run's id: the same in all its workers, the prefix of what it makes, and in the header of what it sends."""

from __future__ import annotations

import uuid

PREFIX = "golive-"
"""What every run's id, and so the name of all that any run makes, begins with."""

_id = f"{PREFIX}{uuid.uuid4().hex[:10]}"


def run_id() -> str:
    """Return the id, such as `golive-4f1c2ab09d`."""
    return _id


def take_over(run: str) -> None:
    """Make this process a part of that run. For the plugin, in a worker."""
    global _id
    _id = run
