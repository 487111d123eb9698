"""Whether capacity followed demand: tasks against load over a day, and for how long more ran than was needed. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import correlation, median, pstdev, quantiles

LOW_SHARE = 0.25
"""Load is low in the lowest quarter between its least and its most."""
LEAST = 20
"""The least load is that of the day's quietest twentieth: single periods may have been counted in part."""
SWING = 1.3
"""A day whose busiest time has less than this times its median load has nothing that capacity had to follow."""


@dataclass(frozen=True)
class Moment:
    """Load and running tasks in one period that begins at `at`."""

    at: datetime
    load: float
    tasks: float


def joined(load: Mapping[datetime, float], tasks: Mapping[datetime, float]) -> list[Moment]:
    """Return the periods of which both are known, oldest first."""
    return [Moment(at, load[at], tasks[at]) for at in sorted(load.keys() & tasks.keys())]


def flat(day: Sequence[Moment]) -> bool:
    """Whether the load hardly rose, so that constant capacity says nothing."""
    loads = [m.load for m in day]
    return max(loads) < SWING * max(median(loads), 1e-9)


def following(day: Sequence[Moment]) -> float:
    """Return how tasks go with load, -1 to 1; 0 where tasks never changed although the load did."""
    tasks, load = [m.tasks for m in day], [m.load for m in day]
    if pstdev(tasks) == 0 or pstdev(load) == 0:
        return 0.0
    return correlation(load, tasks)


def idle_minutes(day: Sequence[Moment], minimum: float, period: timedelta) -> tuple[float, datetime | None]:
    """Return the longest time for which more than the least number of tasks ran while the load was low, in minutes, and
    when it began.

    A gap in the series ends a stretch.
    """
    loads = [m.load for m in day]
    least = quantiles(loads, n=LEAST, method="inclusive")[0]
    low = least + LOW_SHARE * (max(loads) - least)
    longest, where, since, before = timedelta(0), None, None, None
    for m in day:
        if before is not None and m.at - before > 1.5 * period:
            since = None
        before = m.at
        if m.load <= low and m.tasks > minimum:
            since = since or m.at
            if m.at + period - since > longest:
                longest, where = m.at + period - since, since
        else:
            since = None
    return longest / timedelta(minutes=1), where


def share_above(values: Sequence[float], bound: float) -> float:
    """Return how many percent of the values lie above a bound."""
    return 100 * sum(v > bound for v in values) / len(values)
