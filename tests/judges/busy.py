"""How busy what was bought is: in the busiest hours of each day, and task by task. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

Values = Mapping[datetime, float]


def busiest(values: Values, hours: int) -> dict[datetime, float]:
    """Return the busiest hours of each day (UTC), so many of each; `values` are of an hour each."""
    days: dict[date, list[tuple[datetime, float]]] = {}
    for at, value in values.items():
        days.setdefault(at.date(), []).append((at, value))
    return dict(pair for day in days.values() for pair in sorted(day, key=lambda p: -p[1])[:hours])


def longest_over(points: Sequence[tuple[datetime, float]], bound: float, step: timedelta) -> tuple[datetime, timedelta]:
    """Return begin and length of the longest time without a point at the bound or under it.

    A point holds until the next one, the last for a step; zero when all are within it. There is at least one point.
    """
    best = (points[0][0], timedelta(0))
    since: datetime | None = None
    ends = [at for at, _ in points[1:]] + [points[-1][0] + step]
    for (at, value), end in zip(points, ends, strict=True):
        since = (since or at) if value > bound else None
        if since is not None and end - since > best[1]:
            best = (since, end - since)
    return best


def percentile_of(values: Sequence[float], percent: float) -> float:
    """Return the percentile, the next greater of the values; 0 of none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(percent / 100 * len(ordered)))] if ordered else 0.0
