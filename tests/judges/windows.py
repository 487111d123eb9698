"""The hours that the lines about a fresh release look at, and what is said of them. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

WATCH = timedelta(hours=4)
"""How long the first watch over a release lasts; of an older release its newest hours are judged."""
WEEK = timedelta(days=7)


def since_deploy(deployed: datetime, now: datetime) -> timedelta:
    """Return how far back to look: to the deployment, `WATCH` at most."""
    return max(timedelta(0), min(now - deployed, WATCH))


def error_windows(
    asked: Mapping[datetime, float], errors: Mapping[datetime, float], least: float
) -> list[tuple[datetime, float, float]]:
    """Return (start, asked, errors) of spans of whole windows that hold at least `least` requests each.

    A window with fewer is joined with those after it (the last ones with those before): a rate below one in
    a thousand can't be seen in a hundred requests. Errors without any request count as requests too.
    """
    spans: list[tuple[datetime, float, float]] = []
    start: datetime | None = None
    many = failed = 0.0
    for at in sorted(set(asked) | set(errors)):
        start = start or at
        failed += errors.get(at, 0.0)
        many += max(asked.get(at, 0.0), errors.get(at, 0.0))
        if many >= least:
            spans.append((start, many, failed))
            start, many, failed = None, 0.0, 0.0
    if start is not None and spans:
        first, before, wrong = spans.pop()
        spans.append((first, before + many, wrong + failed))
    elif start is not None:
        spans.append((start, many, failed))
    return spans


def ratios(
    now: Mapping[datetime, float], before: Mapping[datetime, float], counts: Mapping[datetime, float], least: float
) -> dict[datetime, float]:
    """Return for each period the value relative to that of the same period a week before, where both are known.

    Periods with fewer than `least` samples are left out.
    """
    return {
        at: value / before[at - WEEK]
        for at, value in now.items()
        if counts.get(at, 0) >= least and before.get(at - WEEK, 0) > 0
    }


def worst(values: Mapping[datetime, float]) -> tuple[datetime, float] | None:
    """Return the greatest value with its time, None of none."""
    return max(((at, v) for at, v in values.items()), key=lambda item: item[1], default=None)


def shares(counts: Mapping[str, float]) -> dict[str, float]:
    """Return each count relative to the mean of all; all zero when nothing was counted."""
    mean = sum(counts.values()) / len(counts) if counts else 0
    return {name: count / mean if mean else 0.0 for name, count in counts.items()}


def median(values: Sequence[float]) -> float:
    """Return the middle one of an odd number of values."""
    return sorted(values)[len(values) // 2]
