"""Whether metrics arrive: judged by when the newest point of each was taken. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta


def silent(newest: Mapping[str, datetime | None], now: datetime, limit: timedelta) -> list[str]:
    """Return a sentence for each metric whose newest point is older than `limit`, or that has none."""
    found = []
    for name, at in newest.items():
        if at is None:
            found.append(f"{name} has no point")
        elif now - at > limit:
            found.append(f"{name} has its newest point from {minutes(now - at)} ago")
    return found


def minutes(span: timedelta) -> str:
    """Return the span in words, such as `12 min` or `2 h 5 min`."""
    whole = round(span.total_seconds() / 60)
    return f"{whole} min" if whole < 120 else f"{whole // 60} h {whole % 60} min"
