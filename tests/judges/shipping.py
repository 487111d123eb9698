"""Which components' logs do not reach the central store, and why. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from fixtures.observability.shipped import Writer

DRIVER = "awslogs"


def silent(writers: Iterable[Writer], window: timedelta) -> dict[str, list[str]]:
    """Return component to what is wrong with its logs; components in which every writer is heard are not in it."""
    found: dict[str, list[str]] = {}
    for writer in writers:
        if reason := _reason(writer, window):
            found.setdefault(writer.component, []).append(reason)
    return found


def ages(writers: Iterable[Writer], now: datetime) -> dict[str, float]:
    """Return component to the minutes since the newest event of its quietest heard writer."""
    found: dict[str, float] = {}
    for writer in writers:
        if writer.newest is not None:
            age = max(0.0, (now - writer.newest) / timedelta(minutes=1))
            found[writer.component] = max(round(age, 1), found.get(writer.component, 0.0))
    return found


def _reason(writer: Writer, window: timedelta) -> str:
    if writer.driver and writer.driver != DRIVER:
        return f"{writer}: the log driver of its task definition is {writer.driver}, want {DRIVER}"
    if not writer.group:
        return f"{writer}: its task definition names no log group"
    if not writer.group_exists:
        return f"{writer}: log group {writer.group} does not exist"
    if writer.newest is None:
        where = f"stream {writer.stream} of " if writer.stream else ""
        minutes = window / timedelta(minutes=1)
        return f"{writer}: {where}log group {writer.group} has no event of the last {minutes:g} min"
    return ""
