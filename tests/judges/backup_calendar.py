"""How often backups are made, by their times alone. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta

_WINDOW = re.compile(r"(\d\d):(\d\d)-(\d\d):(\d\d)")


def window_length(window: str) -> timedelta:
    """Return the length of a backup window such as 23:30-00:30; raises ValueError for anything else."""
    found = _WINDOW.fullmatch(window)
    if not found:
        raise ValueError(f"not a window: {window!r}")
    begin, end = (timedelta(hours=int(h), minutes=int(m)) for h, m in ((found[1], found[2]), (found[3], found[4])))
    return (end - begin) % timedelta(days=1)


def in_a_day(made: Iterable[datetime], now: datetime, window: timedelta) -> int:
    """Return how many backups the last day has; it is longer by the window, within which a daily one may move."""
    return sum(now - timedelta(days=1) - window <= moment <= now for moment in made)


def lead_minutes(made: Iterable[datetime], change: datetime) -> float | None:
    """Return how long before a change its last backup was finished; None: there is none before it."""
    before = [moment for moment in made if moment <= change]
    return (change - max(before)) / timedelta(minutes=1) if before else None
